/** The excellent results of all years, for the public: those published here, then those on record from the years before. */
import { z } from 'zod';
import type { Reader } from '../ports.ts';
import { earlierResultSchema, earlierResultsOf } from './earlier.ts';
import { publishedResultSchema, publishedResultsOf } from './results.ts';

export const excellentResultSchema = z.union([publishedResultSchema, earlierResultSchema]);

interface Asked {
  readonly limit: number;
  readonly cursor?: string;
}

interface Found {
  readonly items: readonly z.infer<typeof excellentResultSchema>[];
  readonly next?: string;
}

/** What a cursor goes on with. */
const EARLIER = 'earlier:';

/** The latest year first, of one year or of all, each with its later status; a page ends one source and begins the other. */
export async function allResultsOf(reader: Reader, year: number | undefined, { limit, cursor }: Asked): Promise<Found> {
  if (cursor?.startsWith(EARLIER)) return earlier(reader, year, { limit, cursor: cursor.slice(EARLIER.length) });
  const { page, items } = await publishedResultsOf(reader, year, { limit, ...(cursor !== undefined && { cursor }) });
  if (page.next !== undefined) return { items, next: page.next };
  if (items.length === limit) return { items, next: EARLIER };
  const rest = await earlier(reader, year, { limit: limit - items.length });
  return { ...rest, items: [...items, ...rest.items] };
}

async function earlier(reader: Reader, year: number | undefined, { limit, cursor }: Asked): Promise<Found> {
  const { page, items } = await earlierResultsOf(reader, year, { limit, ...(cursor && { cursor }) });
  return { items, ...(page.next !== undefined && { next: EARLIER + page.next }) };
}
