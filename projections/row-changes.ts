/** What one event does to the rows of a projection: the same wherever rows are kept. */
import type { RecordedEvent } from '../events/envelope.ts';
import { comparePositions, type Position } from '../events/ids.ts';
import type { Handler, Projection } from './projection.ts';

export type RowHandler<Row = unknown> = Omit<Handler<Row>, 'types'>;

/** A row with the last event it took; undefined for one that was removed, or never was. */
export interface VersionedRow<Row = unknown> {
  readonly row: Row | undefined;
  readonly position: Position;
}

/** What one event asks of the rows. */
export interface RowChanges<Row = unknown> {
  readonly event: RecordedEvent;
  readonly changes: readonly { readonly handler: RowHandler<Row>; readonly rowIds: ReadonlySet<string> }[];
}

/** What takes an event of a type, in the order of declaration; found once for each type that is met. */
export function handlersByType<Row>({
  handlers,
  every,
}: Projection<Row>): (type: string) => readonly RowHandler<Row>[] {
  const found = new Map<string, readonly RowHandler<Row>[]>();
  return type => {
    const known = found.get(type);
    if (known) return known;
    const folds: RowHandler<Row>[] = handlers.filter(({ types }) => types.includes(type));
    if (every) folds.push(every);
    found.set(type, folds);
    return folds;
  };
}

/** Which rows the folds want to change. Throws what a fold throws at an event that it cannot read. */
export function rowChangesOf<Row>(event: RecordedEvent, handlers: readonly RowHandler<Row>[]): RowChanges<Row> {
  return { event, changes: handlers.map(handler => ({ handler, rowIds: new Set(handler.rowIds(event)) })) };
}

/**
 * The rows after an event, all or, when a fold throws, none of them. A row that has taken the event already is left out:
 * where a store has no transactions, rows may be ahead of the checkpoint after a crash or a change of owner.
 */
export function rowsAfter<Row>(
  { event, changes }: RowChanges<Row>,
  rows: ReadonlyMap<string, VersionedRow<Row>>,
): Map<string, Row | undefined> {
  const after = new Map<string, Row | undefined>();
  for (const { handler, rowIds } of changes) {
    for (const key of rowIds) {
      const known = rows.get(key);
      if (known && comparePositions(known.position, event.position) >= 0) continue;
      const before = after.has(key) ? after.get(key) : known?.row;
      after.set(key, handler.evolve(before, event, key));
    }
  }
  return after;
}
