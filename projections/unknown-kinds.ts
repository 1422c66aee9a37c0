/** Events of kinds that this program does not know, once for the log: a later program recorded them, or nobody should have. */
import { catalogue } from '../events/catalogue.ts';
import type { RecordedEvent } from '../events/envelope.ts';
import type { Position } from '../events/ids.ts';
import type { Reader } from './ports.ts';
import { isCaseOnly, projection } from './projection.ts';
import { all } from './query.ts';

export interface UnknownKind {
  readonly type: string;
  readonly events: number;
  readonly first: Position;
  readonly last: Position;
}

/** Stands for the names of kinds that are for the supervising body alone, or that nobody knows whom they are for. */
export const UNTOLD = '（不公开的种类）';

/** What an event of an unknown kind is called; undefined for one of a known kind. */
export function unknownKindOf(event: RecordedEvent): string | undefined {
  if (catalogue.has(event.type)) return undefined;
  return event.fault?.of === 'meta' || isCaseOnly(event) ? UNTOLD : event.type;
}

export function countedIn(row: UnknownKind | undefined, { position }: RecordedEvent, type: string): UnknownKind {
  return { type, events: (row?.events ?? 0) + 1, first: row?.first ?? position, last: position };
}

export const unknownKinds = projection<UnknownKind>({
  name: 'unknown-kinds',
  version: 1,
  question:
    '台账中有哪些本版本不认识的事件种类，各有多少 (Which kinds of event does this version not know, and how many of each?)',
  indexes: [],
  material: { none: '只有种类名称和件数 (names of kinds and counts)' },
  handlers: [],
  every: {
    rowIds: event => {
      const kind = unknownKindOf(event);
      return kind === undefined ? [] : [kind];
    },
    evolve: countedIn,
  },
});

/** In the order of their names. What an earlier program did not know, this one may. */
export async function unknownKindsOf(reader: Reader): Promise<readonly UnknownKind[]> {
  const rows = await all(reader, unknownKinds, {});
  return rows.filter(({ type }) => !catalogue.has(type)).toSorted((one, other) => (one.type < other.type ? -1 : 1));
}
