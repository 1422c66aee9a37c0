/** What queries see: the live rows, wherever they are kept and whoever makes them. */
import { COUNTED_BEHIND, type EventLog, type Named, type Reader, type ReadStore } from '../projections/ports.ts';
import type { Clock, Vault } from '../services/ports.ts';
import type { Projector } from './runner/projector.ts';

export interface ReaderPorts {
  readonly projections: readonly Named[];
  readonly projector: Pick<Projector, 'specOf' | 'checkpoints'>;
  readonly rows: ReadStore;
  readonly log: EventLog;
  readonly vault: Vault;
  readonly clock: Clock;
}

export function createReader({ projections, projector, rows, log, vault, clock }: ReaderPorts): Reader {
  const names = new Set(projections.map(({ name }) => name));
  const collection = (projection: Named) => projector.specOf(projection);
  return {
    get: async (projection, id) => (await rows.getMany(collection(projection), [id])).get(id),
    getMany: async (projection, ids) => rows.getMany(collection(projection), ids),
    find: async (projection, query) => rows.find(collection(projection), query),
    count: async (projection, where) => rows.count(collection(projection), where),
    // A read model that the program no longer has stands still, and tells nothing.
    checkpoints: async () => (await projector.checkpoints()).filter(({ projection }) => names.has(projection)),
    quarantine: () => rows.quarantine(),
    head: () => log.head(),
    behind: async position => (await log.readAll(position, COUNTED_BEHIND)).length,
    ordinal: position => log.ordinal(position),
    open: value => vault.open(value),
    get now() {
      return clock.now();
    },
  };
}
