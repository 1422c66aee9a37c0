/** Projectors over one MongoDB, each as a process of its own would be: own client, own state, and its own bad luck. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { MongoReadStore } from '../../../infra/read-store/mongodb.ts';
import type { LeaseStore } from '../../../infra/runner/cluster/leases.ts';
import { MongoLeases } from '../../../infra/runner/cluster/leases-mongodb.ts';
import type { RebuildRequestStore } from '../../../infra/runner/cluster/rebuild-requests.ts';
import { MongoRebuildRequests } from '../../../infra/runner/cluster/rebuild-requests-mongodb.ts';
import { SharedProjector } from '../../../infra/runner/cluster/shared-projector.ts';
import type { EventLog, ReadStore } from '../../../projections/ports.ts';
import type { Projection } from '../../../projections/projection.ts';
import type { TestDatabase } from '../../support/mongodb.ts';

export const TIMES = { ttlMs: 2_000, beatMs: 200 };

export class Killed extends Error {}

/** What happens to a process from outside. */
export class Fate {
  #dead = false;
  /** Until when its leases cannot be reached; milliseconds of this process's clock. */
  #mutedUntil = 0;
  /** Milliseconds for which the next commit stands still with half of it done. */
  #frozenFor = 0;
  /** Milliseconds that every commit takes longer. */
  slowBy = 0;

  /** Ends it without a word: nothing it does afterwards reaches anyone. */
  kill(): void {
    this.#dead = true;
  }

  /** Its beat stops, and a commit that is under way goes on after that time as if nothing had happened. */
  freeze(ms: number): void {
    this.#mutedUntil = performance.now() + ms;
    this.#frozenFor = ms;
  }

  live(): void {
    if (this.#dead) throw new Killed('planted: killed');
  }

  beat(): void {
    this.live();
    if (performance.now() < this.#mutedUntil) throw new Error('planted: cut off');
  }

  /** Milliseconds for which the commit at hand stands still. */
  freezing(): number {
    const ms = this.#frozenFor;
    this.#frozenFor = 0;
    return ms;
  }
}

/** Stands still in the middle of a commit when its process is frozen. */
class SlowReadStore extends MongoReadStore {
  readonly #fate: Fate;
  constructor(mongo: ConstructorParameters<typeof MongoReadStore>[0], fate: Fate) {
    super(mongo);
    this.#fate = fate;
  }
  override async commit(...[writes, checkpoints, quarantined, marks]: Parameters<ReadStore['commit']>): Promise<void> {
    await pause(this.#fate.slowBy);
    const ms = this.#fate.freezing();
    if (ms === 0) {
      await super.commit(writes, checkpoints, quarantined, marks);
      return;
    }
    const half = Math.floor(writes.length / 2);
    await super.commit(writes.slice(0, half), [], quarantined);
    await pause(ms);
    await super.commit(writes.slice(half), checkpoints, [], marks);
  }
}

/** Every call of `target` goes past `before` first. */
function guarded<T extends object>(target: T, before: (method: string) => void | Promise<void>): T {
  return new Proxy(target, {
    get(inner, name) {
      const member: unknown = Reflect.get(inner, name, inner);
      if (typeof member !== 'function') return member;
      if (name === 'scan') return member.bind(inner);
      return async (...args: unknown[]) => {
        await before(String(name));
        return Reflect.apply(member, inner, args);
      };
    },
  });
}

export interface Process {
  readonly projector: SharedProjector;
  readonly store: ReadStore;
  readonly fate: Fate;
  readonly alarms: { readonly message: string; readonly details: object }[];
}

export interface ProcessOptions {
  readonly log: EventLog;
  readonly projections: readonly Projection[];
  readonly projects?: boolean;
}

export async function openProcess(database: TestDatabase, options: ProcessOptions): Promise<Process> {
  const mongo = await database.connect();
  const fate = new Fate();
  const alarms: Process['alarms'] = [];
  const store: ReadStore = guarded<ReadStore>(new SlowReadStore(mongo, fate), () => fate.live());
  const projector = new SharedProjector({
    log: options.log,
    store,
    leases: guarded<LeaseStore>(new MongoLeases(mongo.aside), () => fate.beat()),
    requests: guarded<RebuildRequestStore>(new MongoRebuildRequests(mongo.db), () => fate.live()),
    projections: options.projections,
    now: () => '2024-03-20T02:00:00.000Z',
    alarm: (message, details) => alarms.push({ message, details }),
    projects: options.projects ?? true,
    owner: randomUUID(),
    ...TIMES,
  });
  return { projector, store, fate, alarms };
}
