/** How the trail divides, counted as it grows: of all its entries, and of those of each choice that leads to many. */
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

/** Those that lead to many. What concerns one account, project or unit is few: it is counted when somebody asks. */
const LEADING_TO_MANY = ['person', 'organisation', 'body', ...COUNTED_BY] as const;

export interface TrailCounts {
  readonly entries: number;
  /** By choice, as `kind:value`. */
  readonly by: Readonly<Record<string, number>>;
}

/** As it is stored. A list is copied twice as fast as an object of as many members, and each event makes eight copies. */
interface CountsRow {
  readonly entries: number;
  /** As `kind:value`, and how many entries have it, at the same place. */
  readonly facets: readonly string[];
  readonly counts: readonly number[];
}

/** Stands for all entries, where a choice stands for those that it leads to. */
const ALL = 'all';

const isOf = (kinds: readonly string[]) => (facet: string) => kinds.includes(facet.slice(0, facet.indexOf(':')));

/** Whether the entries that a choice leads to are counted as they come. */
export const leadsToMany = isOf(LEADING_TO_MANY);

export const trailCounts = projection<CountsRow>({
  name: 'trail-counts',
  version: 2,
  question:
    '监督轨迹按条款、行为、角色、标记和年度各有多少 (How many entries does the trail have by article, act, role, mark and year?)',
  indexes: [],
  material: { none: '只有行为件数 (counts)' },
  handlers: [],
  every: {
    rowIds: event => (isCaseOnly(event) ? [] : [ALL, ...countedIn(event).choices]),
    evolve: (row, event) => withOneMore(row ?? NONE, countedIn(event).facets),
  },
});

const NONE: CountsRow = { entries: 0, facets: [], counts: [] };

/** What an event adds to, each once. */
interface Counted {
  readonly event: RecordedEvent;
  readonly choices: readonly string[];
  readonly facets: readonly string[];
}

let inHand: Counted | undefined;

/** Found once for all the rows of an event, which are asked about one after another. */
function countedIn(event: RecordedEvent): Counted {
  if (inHand?.event === event) return inHand;
  const found = [...new Set(facetsOf(event))];
  inHand = { event, choices: found.filter(leadsToMany), facets: found.filter(isOf(COUNTED_BY)) };
  return inHand;
}

function withOneMore({ entries, ...before }: CountsRow, found: readonly string[]): CountsRow {
  const counts = [...before.counts];
  let { facets } = before;
  for (const facet of found) {
    const at = facets.indexOf(facet);
    if (at >= 0) counts[at] = (counts[at] as number) + 1;
    else {
      facets = [...facets, facet];
      counts.push(1);
    }
  }
  return { entries: entries + 1, facets, counts };
}

/** Of the entries that a choice leads to, or of all. */
export async function countsOf(choice: string | undefined, reader: Reader): Promise<TrailCounts> {
  const { entries, facets, counts } = (await load(reader, trailCounts, choice ?? ALL)) ?? NONE;
  return { entries, by: Object.fromEntries(facets.map((facet, at) => [facet, counts[at] as number])) };
}
