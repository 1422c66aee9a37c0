/** How many entries of a filtered trail there are by article, kind of act, role, mark and year. */
import { z } from 'zod';
import type { Reader } from '../ports.ts';
import { type TrailFilter, trailFilters, trailRows } from './query.ts';

const COUNTED_BY = ['article', 'action', 'role', 'flag', 'year'] as const;
type CountedBy = (typeof COUNTED_BY)[number];

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

/** Counting goes no further, so that a question about a whole log costs no more than this. */
const MOST = 2_000;
const PAGE = 250;

/** The most frequent first. */
export async function trailFacets(filter: TrailFilter, reader: Reader): Promise<TrailFacets> {
  const counts = new Map<string, number>();
  let [counted, cursor]: [number, string | undefined] = [0, undefined];
  do {
    const { rows, next } = await trailRows({ ...filter, limit: PAGE, cursor }, reader);
    for (const facet of rows.flatMap(({ facets }) => facets)) counts.set(facet, (counts.get(facet) ?? 0) + 1);
    counted += rows.length;
    cursor = next;
  } while (cursor !== undefined && counted < MOST);
  const by = (kind: CountedBy) =>
    [...counts]
      .filter(([facet]) => facet.startsWith(`${kind}:`))
      .map(([facet, count]) => ({ value: facet.slice(kind.length + 1), count }))
      .sort((one, other) => other.count - one.count || one.value.localeCompare(other.value));
  return {
    counted,
    bounded: cursor !== undefined,
    article: by('article'),
    action: by('action'),
    role: by('role'),
    flag: by('flag'),
    year: by('year'),
  };
}
