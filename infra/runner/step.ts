/** What one event does to the rows of a projection. */
import type { RecordedEvent } from '../../events/envelope.ts';
import { comparePositions, type Position } from '../../events/ids.ts';
import type { Row } from '../../projections/ports.ts';
import type { Handler } from '../../projections/projection.ts';

export type Fold = Omit<Handler<unknown>, 'types'>;

/** A row with the last event it took. */
export interface Standing {
  readonly row: Row | undefined;
  readonly position: Position;
}

/** What one event asks of the rows. */
export interface Step {
  readonly event: RecordedEvent;
  readonly changes: readonly { readonly fold: Fold; readonly keys: ReadonlySet<string> }[];
}

/**
 * The rows after an event, all or, when a fold throws, none of them. A row that has taken the event already is left out:
 * where a store has no transactions, rows may be ahead of the checkpoint after a crash or a change of owner.
 */
export function outcomeOf({ event, changes }: Step, rows: ReadonlyMap<string, Standing>): Map<string, Row | undefined> {
  const after = new Map<string, Row | undefined>();
  for (const { fold, keys } of changes) {
    for (const key of keys) {
      const standing = rows.get(key);
      if (standing && comparePositions(standing.position, event.position) >= 0) continue;
      const before = after.has(key) ? after.get(key) : standing?.row;
      after.set(key, fold.evolve(before, event, key) as Row | undefined);
    }
  }
  return after;
}
