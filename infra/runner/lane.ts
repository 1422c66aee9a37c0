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
/** Events that a projection may ignore before its checkpoint is stored; so many are passed again after a restart. */
const SAVE_EVERY = 1_000;

type Fold = Omit<Handler<unknown>, 'types'>;

/** What one event asks of the rows. */
interface Step {
  readonly event: RecordedEvent;
  readonly changes: readonly { readonly fold: Fold; readonly keys: ReadonlySet<string> }[];
}

export class Lane {
  readonly projection: Projection;
  readonly spec: CollectionSpec;
  readonly #byType = new Map<string, Fold[]>();
  readonly #cache = new LRUCache<string, Row>({ max: CACHED_ROWS });
  #checkpoint: Checkpoint;
  /** Events passed since the checkpoint was last stored; none of them changed a row. */
  #unsaved = 0;

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
    const fresh = inOrder(events, this.position);
    const last = fresh.at(-1);
    if (!last) return undefined;
    const tally = { handled: 0, ignored: 0, unknown: 0, quarantined: 0 };
    const steps: Step[] = [];
    const quarantined: Quarantined[] = [];
    const setAside = (event: RecordedEvent, error: unknown) => {
      tally.quarantined += 1;
      quarantined.push(this.#quarantined(event, error));
    };
    for (const event of fresh) {
      const folds = this.#foldsFor(event.type);
      if (folds.length === 0) {
        tally[catalogue.has(event.type) ? 'ignored' : 'unknown'] += 1;
        continue;
      }
      try {
        steps.push({ event, changes: folds.map(fold => ({ fold, keys: new Set(fold.keys(event)) })) });
      } catch (error) {
        setAside(event, error);
      }
    }
    const rows = await this.#load(steps, store);
    const touched = new Map<string, Row | null>();
    for (const step of steps) {
      try {
        const after = outcomeOf(step, rows);
        tally.handled += 1;
        for (const [key, row] of after) {
          rows.set(key, row);
          touched.set(key, row ?? null);
        }
      } catch (error) {
        setAside(step.event, error);
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
    const unsaved = this.#unsaved + fresh.length;
    const due = touched.size > 0 || quarantined.length > 0 || unsaved >= SAVE_EVERY;
    return {
      writes: { collection: this.spec, rows: touched },
      checkpoint,
      due,
      quarantined,
      settle: () => {
        this.#checkpoint = checkpoint;
        this.#unsaved = due ? 0 : unsaved;
        this.#remember(touched);
      },
    };
  }

  #foldsFor(type: string): readonly Fold[] {
    const folds = this.#byType.get(type) ?? [];
    return this.projection.every ? [...folds, this.projection.every] : folds;
  }

  async #load(steps: readonly Step[], store: ReadStore): Promise<Map<string, Row | undefined>> {
    const rows = new Map<string, Row | undefined>();
    if (this.projection.appendOnly) return rows;
    const missing = new Set<string>();
    for (const key of steps.flatMap(({ changes }) => changes.flatMap(({ keys }) => [...keys]))) {
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

/** The events after a position, each once: a log delivers at least once. */
function inOrder(events: readonly RecordedEvent[], after: Position): readonly RecordedEvent[] {
  let last = after;
  return events.filter(({ position }) => {
    const isNew = comparePositions(position, last) > 0;
    if (isNew) last = position;
    return isNew;
  });
}

/** The rows after an event, all or, when a fold throws, none of them. */
function outcomeOf({ event, changes }: Step, rows: ReadonlyMap<string, Row | undefined>): Map<string, Row | undefined> {
  const after = new Map<string, Row | undefined>();
  for (const { fold, keys } of changes) {
    for (const key of keys) {
      const before = after.has(key) ? after.get(key) : rows.get(key);
      after.set(key, fold.evolve(before, event, key) as Row | undefined);
    }
  }
  return after;
}

export interface Batch {
  readonly writes: CollectionWrites;
  readonly checkpoint: Checkpoint;
  /** Whether the checkpoint must be stored now; one that passed nothing but ignored events can wait. */
  readonly due: boolean;
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
  const due = batches.filter(batch => batch.due);
  if (due.length > 0) {
    await store.commit(
      due.map(batch => batch.writes),
      due.map(batch => batch.checkpoint),
      quarantined,
    );
  }
  for (const batch of batches) batch.settle();
  return quarantined;
}
