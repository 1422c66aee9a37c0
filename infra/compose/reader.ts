/** What queries see: the live rows, wherever they are kept and whoever makes them. */
import { comparePositions } from '../../events/ids.ts';
import {
  COUNTED_BEHIND,
  type EventLog,
  type NamedProjection,
  type Reader,
  type ReadStore,
} from '../../projections/ports.ts';
import type { Clock, Vault } from '../../services/ports.ts';
import type { Projector } from '../runner/core/projector.ts';
import type { Pause } from '../time-slices.ts';

export interface ReaderPorts {
  readonly projections: readonly NamedProjection[];
  readonly projector: Pick<Projector, 'specOf' | 'checkpoints'>;
  readonly rows: ReadStore;
  readonly log: EventLog;
  readonly vault: Vault;
  readonly clock: Clock;
  /** Before each reading, so that a query of many does not keep others waiting. */
  readonly pause?: Pause;
}

const NEVER: Pause = () => undefined;

/**
 * A reader of live rows. Throws StoreUnavailable where a read model is being built for the first time or the store is
 * away.
 */
export function createReader(ports: ReaderPorts): Reader {
  const { projections, projector, rows, log, vault, clock, pause = NEVER } = ports;
  const names = new Set(projections.map(({ name }) => name));
  const collection = (projection: NamedProjection) => projector.specOf(projection);
  return {
    async get(projection, id) {
      await pause();
      return (await rows.getMany(collection(projection), [id])).get(id);
    },
    async getMany(projection, ids) {
      await pause();
      return rows.getMany(collection(projection), ids);
    },
    async find(projection, query) {
      await pause();
      return rows.find(collection(projection), query);
    },
    async count(projection, where) {
      await pause();
      return rows.count(collection(projection), where);
    },
    // A read model that the program no longer has stands still, and tells nothing.
    checkpoints: async () => (await projector.checkpoints()).filter(({ projection }) => names.has(projection)),
    quarantine: () => rows.quarantine(),
    marks: generation => rows.marks(generation),
    head: () => log.knownHead(),
    async behind(position) {
      await pause();
      if (comparePositions(position, await log.knownHead()) >= 0) return 0;
      return (await log.readAll(position, COUNTED_BEHIND)).length;
    },
    ordinal: position => log.ordinal(position),
    async open(value) {
      await pause();
      return vault.open(value);
    },
    get now() {
      return clock.now();
    },
  };
}
