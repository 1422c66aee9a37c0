/** Events as they enter the tree: their entries, made from what the log holds. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Position } from '../../events/ids.ts';
import type { EventLog } from '../../projections/ports.ts';
import { HASH_BYTES, type HashName } from './hashing.ts';
import { entryOf, recordOf, type SaltKey } from './record.ts';

/** Events that follow one another in the log. */
export interface LeafPage {
  /** 32 bytes each. */
  readonly entries: Uint8Array;
  readonly positions: readonly Position[];
  readonly eventIds: readonly string[];
}

/** The leaves of up to so many events after a position, oldest first; fails as the log does. */
export type LeavesAfter = (after: Position, limit: number) => Promise<LeafPage>;

export interface LeafMaking {
  readonly log: Pick<EventLog, 'readAll'>;
  readonly salts: SaltKey;
  readonly hash: HashName;
}

/** Milliseconds of hashing between two yields to the event loop. */
const SLICE_MS = 20;

/** Makes leaves on the thread that asks for them. */
export function leavesFrom({ log, salts, hash }: LeafMaking): LeavesAfter {
  return async (after, limit) => {
    const events = await log.readAll(after, limit);
    const entries = Buffer.alloc(events.length * HASH_BYTES);
    let begun = performance.now();
    for (const [at, event] of events.entries()) {
      entries.set(entryOf(recordOf(event, salts.saltsOf(event.id), hash), hash), at * HASH_BYTES);
      if (performance.now() - begun < SLICE_MS) continue;
      await turn();
      begun = performance.now();
    }
    return { entries, positions: events.map(({ position }) => position), eventIds: events.map(({ id }) => id) };
  };
}
