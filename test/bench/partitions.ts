/** A projection spread over partitions by the hash of the row id: each reads the whole log and makes only its own rows. */
import { hash } from 'node:crypto';
import type { RecordedEvent } from '../../events/envelope.ts';
import type { Handler, Projection } from '../../projections/projection.ts';

type Fold = Omit<Handler<unknown>, 'types'>;

/** From 0; the same for an id wherever it is asked. */
export function partitionOf(key: string, partitions: number): number {
  return hash('sha256', key, 'buffer').readUInt32BE(0) % partitions;
}

export interface Part {
  readonly at: number;
  readonly of: number;
  /**
   * What is hashed: the id of the row, which always does; or the stream of the event, which needs no look into the event,
   * but does only where all that a row takes stands in one stream ({@link isFedByStreams}).
   */
  readonly by: 'row' | 'stream';
}

/** The part of a projection that makes the rows of one partition. A fold sees no row but its own, so nothing else changes. */
export function partOf(projection: Projection, { at, of, by }: Part): Projection {
  const own = <F extends Fold>(fold: F): F => ({
    ...fold,
    rowIds: (event: RecordedEvent) => {
      if (by === 'stream') return partitionOf(event.streamId, of) === at ? fold.rowIds(event) : [];
      return fold.rowIds(event).filter(key => partitionOf(key, of) === at);
    },
  });
  const { every, handlers } = projection;
  return { ...projection, handlers: handlers.map(own), ...(every && { every: own(every) }) };
}

/** What a log asks of a projection. */
export interface Asked {
  /** Of the log, whether or not the projection takes them. */
  readonly events: number;
  /** Ids of the rows that each handled event changes. */
  readonly changes: readonly ReadonlySet<string>[];
  /** How many events change each row. */
  readonly byRow: ReadonlyMap<string, number>;
  /** Rows that take events of more than one stream. */
  readonly mixedRows: ReadonlySet<string>;
}

export function askedOf({ handlers, every }: Projection, events: readonly RecordedEvent[]): Asked {
  const changes: ReadonlySet<string>[] = [];
  const byRow = new Map<string, number>();
  const streamOf = new Map<string, string>();
  const mixedRows = new Set<string>();
  for (const event of events) {
    const folds: Fold[] = handlers.filter(({ types }) => types.includes(event.type));
    if (every) folds.push(every);
    if (folds.length === 0) continue;
    const keys = new Set(folds.flatMap(fold => fold.rowIds(event)));
    changes.push(keys);
    for (const key of keys) {
      byRow.set(key, (byRow.get(key) ?? 0) + 1);
      if ((streamOf.get(key) ?? event.streamId) !== event.streamId) mixedRows.add(key);
      streamOf.set(key, event.streamId);
    }
  }
  return { events: events.length, changes, byRow, mixedRows };
}

/** Whether all that each row took stands in one stream. */
export function isFedByStreams({ byRow, mixedRows }: Asked): boolean {
  return byRow.size > 0 && mixedRows.size === 0;
}

export interface Spread {
  /** Row changes of the busiest partition over those of the mean: P divided by this is the most that P can gain. */
  readonly skew: number;
  /** Share of the log that a partition reads for nothing, on average. */
  readonly unneeded: number;
}

export function spreadOver({ events, changes, byRow }: Asked, partitions: number): Spread {
  const load = new Array<number>(partitions).fill(0);
  const home = new Map<string, number>();
  for (const [key, count] of byRow) {
    const at = partitionOf(key, partitions);
    home.set(key, at);
    load[at] = (load[at] as number) + count;
  }
  const total = load.reduce((sum, value) => sum + value, 0);
  const needed = changes.reduce((sum, keys) => sum + new Set([...keys].map(key => home.get(key))).size, 0);
  return {
    skew: total === 0 ? 1 : (Math.max(...load) * partitions) / total,
    unneeded: 1 - needed / (partitions * events),
  };
}

/** Share of all row changes that fall on the busiest row: no number of partitions gains more than one over it. */
export function hottestShare({ byRow }: Asked): number {
  let [total, most] = [0, 0];
  for (const changes of byRow.values()) {
    total += changes;
    most = Math.max(most, changes);
  }
  return total === 0 ? 0 : most / total;
}
