/** One generation of one projection on its way through the log. */
import { LRUCache } from 'lru-cache';
import { catalogue } from '../../events/catalogue.ts';
import type { RecordedEvent } from '../../events/envelope.ts';
import { comparePositions, type Position, START } from '../../events/ids.ts';
import type {
  Checkpoint,
  CollectionSpec,
  CollectionWrites,
  Quarantined,
  ReadStore,
  Row,
} from '../../projections/ports.ts';
import type { Handler, Projection } from '../../projections/projection.ts';

const CACHED_ROWS = 4_000;

type Fold = Omit<Handler<unknown>, 'types'>;

export class Lane {
  readonly projection: Projection;
  readonly spec: CollectionSpec;
  readonly #byType = new Map<string, Fold[]>();
  readonly #cache = new LRUCache<string, Row>({ max: CACHED_ROWS });
  #checkpoint: Checkpoint;

  constructor(projection: Projection, checkpoint: Checkpoint) {
    this.projection = projection;
    this.#checkpoint = checkpoint;
    this.spec = {
      name: `${projection.name}_v${checkpoint.version}_g${checkpoint.generation}`,
      indexes: projection.indexes,
      ...(projection.appendOnly && { appendOnly: true }),
    };
    for (const handler of projection.handlers) {
      for (const type of handler.types) this.#byType.set(type, [...(this.#byType.get(type) ?? []), handler]);
    }
  }

  get checkpoint(): Checkpoint {
    return this.#checkpoint;
  }

  get position(): Position {
    return this.#checkpoint.position;
  }

  /** The checkpoint as it will be with another state; takes effect with {@link Lane.settle}. */
  withState(state: Checkpoint['state']): Checkpoint {
    return { ...this.#checkpoint, state };
  }

  settle(checkpoint: Checkpoint): void {
    this.#checkpoint = checkpoint;
  }

  /** What a batch of events makes of the rows; nothing changes until {@link Batch.settle} after the commit. */
  async take(events: readonly RecordedEvent[], store: ReadStore, now: string): Promise<Batch | undefined> {
    const fresh = events.filter(event => comparePositions(event.position, this.position) > 0);
    const last = fresh.at(-1);
    if (!last) return undefined;
    const tally = { handled: 0, ignored: 0, unknown: 0, quarantined: 0 };
    const steps: { event: RecordedEvent; fold: Fold; keys: readonly string[] }[] = [];
    const quarantined: Quarantined[] = [];
    const setAside = (event: RecordedEvent, error: unknown) => {
      quarantined.push(this.#quarantined(event, error));
    };
    for (const event of fresh) {
      const folds = this.#foldsFor(event.type);
      if (folds.length === 0) {
        tally[catalogue.has(event.type) ? 'ignored' : 'unknown'] += 1;
        continue;
      }
      try {
        for (const fold of folds) steps.push({ event, fold, keys: fold.keys(event) });
        tally.handled += 1;
      } catch (error) {
        tally.quarantined += 1;
        setAside(event, error);
      }
    }
    const rows = await this.#load(
      steps.flatMap(step => step.keys),
      store,
    );
    const touched = new Map<string, Row | null>();
    const poisoned = new Set<Position>();
    for (const { event, fold, keys } of steps) {
      if (poisoned.has(event.position)) continue;
      try {
        const changes = keys.map(key => [key, fold.evolve(rows.get(key), event, key) as Row | undefined] as const);
        for (const [key, row] of changes) {
          if (row === undefined) rows.delete(key);
          else rows.set(key, row);
          touched.set(key, row ?? null);
        }
      } catch (error) {
        poisoned.add(event.position);
        tally.handled -= 1;
        tally.quarantined += 1;
        setAside(event, error);
      }
    }
    const before = this.#checkpoint;
    const checkpoint: Checkpoint = {
      ...before,
      position: last.position,
      handled: before.handled + tally.handled,
      ignored: before.ignored + tally.ignored,
      unknown: before.unknown + tally.unknown,
      quarantined: before.quarantined + tally.quarantined,
      updatedAt: now,
    };
    return {
      writes: { collection: this.spec, rows: touched },
      checkpoint,
      quarantined,
      settle: () => {
        this.#checkpoint = checkpoint;
        this.#remember(touched);
      },
    };
  }

  #foldsFor(type: string): readonly Fold[] {
    const folds = this.#byType.get(type) ?? [];
    return this.projection.every ? [...folds, this.projection.every] : folds;
  }

  async #load(keys: readonly string[], store: ReadStore): Promise<Map<string, Row>> {
    const rows = new Map<string, Row>();
    if (this.projection.appendOnly) return rows;
    const missing = new Set<string>();
    for (const key of keys) {
      const cached = this.#cache.get(key);
      if (cached) rows.set(key, cached);
      else missing.add(key);
    }
    if (missing.size > 0 && this.position !== START) {
      for (const [key, text] of await store.getMany(this.spec, [...missing])) rows.set(key, JSON.parse(text) as Row);
    }
    return rows;
  }

  #remember(touched: ReadonlyMap<string, Row | null>): void {
    if (this.projection.appendOnly) return;
    for (const [key, row] of touched) {
      if (row) this.#cache.set(key, row);
      else this.#cache.delete(key);
    }
  }

  #quarantined(event: RecordedEvent, error: unknown): Quarantined {
    return {
      projection: this.projection.name,
      generation: this.#checkpoint.generation,
      position: event.position,
      eventId: event.id,
      type: event.type,
      reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    };
  }
}

export interface Batch {
  readonly writes: CollectionWrites;
  readonly checkpoint: Checkpoint;
  readonly quarantined: readonly Quarantined[];
  /** Takes the new checkpoint and rows over into memory; call it once the store has them. */
  settle(): void;
}

export function firstCheckpoint(projection: Projection, generation: number, state: Checkpoint['state']): Checkpoint {
  return {
    projection: projection.name,
    version: projection.version,
    generation,
    state,
    position: START,
    handled: 0,
    ignored: 0,
    unknown: 0,
    quarantined: 0,
    updatedAt: '',
  };
}

/** Feeds events to several lanes and commits rows, quarantine and checkpoints as one. */
export async function feed(
  lanes: readonly Lane[],
  events: readonly RecordedEvent[],
  store: ReadStore,
  now: string,
): Promise<readonly Quarantined[]> {
  const batches: Batch[] = [];
  for (const lane of lanes) {
    const batch = await lane.take(events, store, now);
    if (batch) batches.push(batch);
  }
  if (batches.length === 0) return [];
  const quarantined = batches.flatMap(batch => batch.quarantined);
  await store.commit(
    batches.map(batch => batch.writes),
    batches.map(batch => batch.checkpoint),
    quarantined,
  );
  for (const batch of batches) batch.settle();
  return quarantined;
}
