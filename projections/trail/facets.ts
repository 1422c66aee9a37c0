/** How many entries of a filtered trail there are by article, kind of act, role, mark and year. */
import { z } from 'zod';
import type { Reader } from '../ports.ts';
import { type CountedBy, countsOf, leadsToMany, type TrailCounts } from './counts.ts';
import { facetsWanted, type TrailFilter, trailFilters, trailRows } from './query.ts';

const countsSchema = z.array(z.strictObject({ value: z.string(), count: z.int() }));

export const facetsInput = z.strictObject(trailFilters);
export const facetsSchema = z.strictObject({
  counted: z.int().meta({ description: 'Entries that were counted: the newest, or the oldest where those come first' }),
  bounded: z.boolean().meta({ description: 'Whether there are more, which were not counted' }),
  article: countsSchema,
  action: countsSchema,
  role: countsSchema,
  flag: countsSchema,
  year: countsSchema,
});
export type TrailFacets = z.infer<typeof facetsSchema>;

/** Counting at the time of asking goes no further, so that a question about a whole log costs no more than this. */
const MOST = 2_000;
const PAGE = 250;

/** Exact for all entries and for those of one choice that leads to many, counted as they come; else of so many, within a bound. */
export async function trailFacets(filter: TrailFilter, reader: Reader): Promise<TrailFacets> {
  const [choice, ...others] = facetsWanted(filter);
  const isCounted =
    others.length === 0 &&
    (!choice || leadsToMany(choice)) &&
    [filter.from, filter.to, filter.asOf].every(bound => bound === undefined);
  if (isCounted) return divided(await countsOf(choice, reader), false);
  const { bounded, ...counts } = await countedNow(filter, reader);
  return divided(counts, bounded);
}

async function countedNow(filter: TrailFilter, reader: Reader): Promise<TrailCounts & { readonly bounded: boolean }> {
  const by: Record<string, number> = {};
  let [entries, cursor]: [number, string | undefined] = [0, undefined];
  do {
    const { rows, next } = await trailRows({ ...filter, limit: PAGE, cursor }, reader);
    for (const facet of rows.flatMap(({ facets }) => [...new Set(facets)])) by[facet] = (by[facet] ?? 0) + 1;
    entries += rows.length;
    cursor = next;
  } while (cursor !== undefined && entries < MOST);
  return { entries, by, bounded: cursor !== undefined };
}

/** The most frequent first. */
function divided({ entries, by }: TrailCounts, bounded: boolean): TrailFacets {
  const counts: Record<CountedBy, { value: string; count: number }[]> = {
    article: [],
    action: [],
    role: [],
    flag: [],
    year: [],
  };
  for (const [facet, count] of Object.entries(by)) {
    const at = facet.indexOf(':');
    counts[facet.slice(0, at) as CountedBy]?.push({ value: facet.slice(at + 1), count });
  }
  for (const each of Object.values(counts)) {
    each.sort((one, other) => other.count - one.count || (one.value < other.value ? -1 : 1));
  }
  return { counted: entries, bounded, ...counts };
}
