/** Read models that another process makes, seen through the store both have open: for a look beside a running service. */
import { setTimeout as pause } from 'node:timers/promises';
import { comparePositions, type Position } from '../../../events/ids.ts';
import type { Checkpoint, CollectionSpec, EventLog, NamedProjection, ReadStore } from '../../../projections/ports.ts';
import type { Projection } from '../../../projections/projection.ts';
import { StoreUnavailable } from '../../../services/ports.ts';
import { collectionOf, liveByName } from '../core/generation.ts';

const WATCH_MS = 50;

export interface OnlookerOptions {
  readonly store: Pick<ReadStore, 'checkpoints'>;
  readonly log: Pick<EventLog, 'head'>;
  readonly projections: readonly Projection[];
}

export class Onlooker {
  readonly #options: OnlookerOptions;
  #live: ReadonlyMap<string, Checkpoint> = new Map();

  constructor(options: OnlookerOptions) {
    this.#options = options;
  }

  /** Waits until every read model is where the log was at the call. Throws StoreUnavailable after `ms` milliseconds. */
  async start(ms: number): Promise<void> {
    const goal = await this.#options.log.head();
    const until = performance.now() + ms;
    for (;;) {
      await this.#look();
      const behind = this.#options.projections.find(({ name }) => !this.#has(name, goal));
      if (!behind) return;
      if (performance.now() > until) throw new StoreUnavailable(`read model ${behind.name} is behind the log`);
      await pause(WATCH_MS);
    }
  }

  specOf({ name }: NamedProjection): CollectionSpec {
    const projection = this.#options.projections.find(candidate => candidate.name === name);
    const live = this.#live.get(name);
    if (projection && live) return collectionOf(projection, live);
    throw new StoreUnavailable(`read model ${name} is being built`);
  }

  checkpoints(): Promise<readonly Checkpoint[]> {
    return this.#options.store.checkpoints();
  }

  async #look(): Promise<void> {
    const checkpoints = await this.#options.store.checkpoints();
    this.#live = liveByName(checkpoints, this.#options.projections);
  }

  #has(name: string, position: Position): boolean {
    const at = this.#live.get(name)?.position;
    return at !== undefined && comparePositions(at, position) >= 0;
  }
}
