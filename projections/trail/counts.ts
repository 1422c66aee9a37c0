/** How the trail divides, counted as it grows: of all its entries, and of those that one choice leads to. */
import type { RecordedEvent } from '../../events/envelope.ts';
import type { Reader } from '../ports.ts';
import { isCaseOnly, projection } from '../projection.ts';
import { load } from '../query.ts';
import { facetsOf } from './entries.ts';

/** The kinds of choices whose values are few, so that they are shown with their numbers. */
export const COUNTED_BY = ['article', 'action', 'role', 'flag', 'year'] as const;
export type CountedBy = (typeof COUNTED_BY)[number];

/** The kinds of choices that an entry is found by. */
export const CHOICES = ['person', 'organisation', 'concerns', 'project', 'unit', 'body', ...COUNTED_BY] as const;

export interface TrailCounts {
  readonly entries: number;
  /** By choice, as `kind:value`. */
  readonly by: Readonly<Record<string, number>>;
}

/** Stands for all entries, where a choice stands for those that it leads to. */
const ALL = 'all';

const isOf = (kinds: readonly string[]) => (facet: string) => kinds.includes(facet.slice(0, facet.indexOf(':')));

export const trailCounts = projection<TrailCounts>({
  name: 'trail-counts',
  version: 1,
  question:
    '监督轨迹按条款、行为、角色、标记和年度各有多少 (How many entries does the trail have by article, act, role, mark and year?)',
  indexes: [],
  material: { none: '只有行为件数 (counts)' },
  handlers: [],
  every: {
    rowIds: event => (isCaseOnly(event) ? [] : [ALL, ...new Set(facetsOf(event).filter(isOf(CHOICES)))]),
    evolve: (row, event) => withOneMore(row, event),
  },
});

function withOneMore(row: TrailCounts | undefined, event: RecordedEvent): TrailCounts {
  const by: Record<string, number> = { ...row?.by };
  for (const facet of new Set(facetsOf(event).filter(isOf(COUNTED_BY)))) by[facet] = (by[facet] ?? 0) + 1;
  return { entries: (row?.entries ?? 0) + 1, by };
}

/** Of the entries that a choice leads to, or of all. */
export async function countsOf(choice: string | undefined, reader: Reader): Promise<TrailCounts> {
  return (await load(reader, trailCounts, choice ?? ALL)) ?? { entries: 0, by: {} };
}
