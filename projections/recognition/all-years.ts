/** The excellent results of all years, for the public: those published here, then those on record from the years before. */
import { z } from 'zod';
import type { Reader } from '../ports.ts';
import { pageOfFound } from '../search.ts';
import { countOfEarlier, earlierResultSchema, earlierResultsHolding, earlierResultsOf } from './earlier.ts';
import { countOfPublished, publishedResultSchema, publishedResultsHolding, publishedResultsOf } from './results.ts';

export const excellentResultSchema = z.union([publishedResultSchema, earlierResultSchema]);

interface Asked {
  readonly limit: number;
  readonly cursor?: string;
}

interface Found {
  readonly items: readonly z.infer<typeof excellentResultSchema>[];
  readonly next?: string;
}

export const RESULT_SOURCES = ['published', 'recorded'] as const;

interface ResultFilter {
  readonly year?: number | undefined;
  readonly q?: string | undefined;
  /** Published here, or recorded of the years before; both unless told. */
  readonly source?: (typeof RESULT_SOURCES)[number] | undefined;
}

interface Counted extends Found {
  /** On all pages together. */
  readonly total: number;
}

/** What a cursor goes on with. */
const EARLIER = 'earlier:';

/** The latest year first, of one year or of all, each with its later status; those that hold all words that are looked for. */
export async function allResultsOf(reader: Reader, { year, q, source }: ResultFilter, asked: Asked): Promise<Counted> {
  const [isPublished, isRecorded] = [source !== 'recorded', source !== 'published'];
  if (q !== undefined) {
    const found = [
      ...(isPublished ? await publishedResultsHolding(reader, year, q) : []),
      ...(isRecorded ? await earlierResultsHolding(reader, year, q) : []),
    ];
    return pageOfFound(found, asked);
  }
  const total =
    (isPublished ? await countOfPublished(reader, year) : 0) + (isRecorded ? await countOfEarlier(reader, year) : 0);
  return { ...(await pageOfAll(reader, { year, source }, asked)), total };
}

/** A page ends one source and begins the other. */
async function pageOfAll(reader: Reader, { year, source }: ResultFilter, { limit, cursor }: Asked): Promise<Found> {
  if (source === 'recorded' && cursor === undefined) return earlier(reader, year, { limit });
  if (cursor?.startsWith(EARLIER)) return earlier(reader, year, { limit, cursor: cursor.slice(EARLIER.length) });
  const { page, items } = await publishedResultsOf(reader, year, { limit, ...(cursor !== undefined && { cursor }) });
  if (page.next !== undefined) return { items, next: page.next };
  if (source === 'published') return { items };
  if (items.length === limit) return { items, next: EARLIER };
  const rest = await earlier(reader, year, { limit: limit - items.length });
  return { ...rest, items: [...items, ...rest.items] };
}

async function earlier(reader: Reader, year: number | undefined, { limit, cursor }: Asked): Promise<Found> {
  const { page, items } = await earlierResultsOf(reader, year, { limit, ...(cursor && { cursor }) });
  return { items, ...(page.next !== undefined && { next: EARLIER + page.next }) };
}
