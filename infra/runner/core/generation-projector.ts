/** One generation of one projection on its way through the log. */
import type { LRUCache } from 'lru-cache';
import { catalogue } from '../../../events/catalogue.ts';
import type { RecordedEvent } from '../../../events/envelope.ts';
import { comparePositions, type Position } from '../../../events/ids.ts';
import { type Roots, Tally, together } from '../../../projections/event-sets.ts';
import {
  type Checkpoint,
  type CollectionSpec,
  eventsSeen,
  type Quarantined,
  type ReadStore,
  type Row,
  type RowWrite,
} from '../../../projections/ports.ts';
import type { Projection } from '../../../projections/projection.ts';
import {
  handlersByType,
  type RowChanges,
  type RowHandler,
  rowChangesOf,
  rowsAfter,
  type VersionedRow,
} from '../../../projections/row-changes.ts';
import { recentlyUsed } from '../../../services/recently-used.ts';
import type { GenerationBatch, PageContext } from './batch.ts';
import { collectionOf } from './generation.ts';
import type { EventPage } from './page.ts';

/** A generation that is being built meets all its rows; one that follows the log meets those of the day again. */
const CACHED_ROWS = { building: 4_000, live: 1_000, retired: 1_000 } as const;
/** Events that a projection may ignore before its checkpoint is stored; so many are passed again after a restart. */
const SAVE_EVERY = 1_000;
/** Events between two checkpoints that are kept: between them is looked for what was skipped. */
const MARK_EVERY = 5_000;

/** How long a projector may write for a projection: until another takes it over, with a higher term. */
export interface HeldLease {
  readonly term: number;
  over: boolean;
}

function cacheIn(state: Checkpoint['state']): LRUCache<string, VersionedRow<Row>> {
  return recentlyUsed(CACHED_ROWS[state]);
}

export class GenerationProjector {
  readonly projection: Projection;
  readonly spec: CollectionSpec;
  readonly #foldsOf: (type: string) => readonly RowHandler<Row>[];
  #cache: LRUCache<string, VersionedRow<Row>>;
  readonly #lease: HeldLease;
  #checkpoint: Checkpoint;
  /** Events passed since the checkpoint was last stored; none of them changed a row. */
  #unsaved = 0;

  constructor(
    projection: Projection,
    checkpoint: Checkpoint,
    lease: HeldLease = { term: checkpoint.term, over: false },
  ) {
    this.projection = projection;
    this.#lease = lease;
    this.#checkpoint = { ...checkpoint, term: lease.term };
    this.#cache = cacheIn(checkpoint.state);
    this.spec = collectionOf(projection, checkpoint);
    this.#foldsOf = handlersByType(projection as Projection<Row>);
  }

  get checkpoint(): Checkpoint {
    return this.#checkpoint;
  }

  get position(): Position {
    return this.#checkpoint.position;
  }

  /** Whether the projection is another projector's by now. */
  get abandoned(): boolean {
    return this.#lease.over;
  }

  /** Whether the store does not know yet how far this generation is. */
  get unsaved(): boolean {
    return this.#unsaved > 0;
  }

  /** The checkpoint as it will be with another state; takes effect with {@link GenerationProjector.settle}. */
  withState(state: Checkpoint['state']): Checkpoint {
    return { ...this.#checkpoint, state };
  }

  /** The store has this checkpoint. */
  settle(checkpoint: Checkpoint): void {
    if (checkpoint.state !== this.#checkpoint.state) this.#cache = cacheIn(checkpoint.state);
    this.#checkpoint = checkpoint;
    this.#unsaved = 0;
  }

  /**
   * What a page of events makes of the rows; nothing changes until {@link GenerationBatch.settle} after the commit. Undefined when
   * none of the events is new.
   */
  take(page: EventPage, taking: PageContext): GenerationBatch | undefined | Promise<GenerationBatch> {
    const fresh = page.after((taking.after?.checkpoint ?? this.#checkpoint).position);
    if (!fresh) return undefined;
    const { events, others } = fresh.select(type => this.#foldsOf(type).length > 0);
    const sets: Sets = { handled: new Tally(), ignored: new Tally(), unknown: new Tally(), quarantined: new Tally() };
    for (const [type, passed] of others) sets[catalogue.has(type) ? 'ignored' : 'unknown'].join(passed);
    if (events.length > 0) return this.#takeUp(fresh, events, taking, sets);
    return this.#batch(fresh, taking, { sets, touched: NO_ROWS, quarantined: [] });
  }

  async #takeUp(
    page: EventPage,
    events: readonly RecordedEvent[],
    taking: PageContext,
    sets: Sets,
  ): Promise<GenerationBatch> {
    const { store, after } = taking;
    const quarantined: Quarantined[] = [];
    const setAside = (event: RecordedEvent, as: Quarantined) => {
      quarantined.push(as);
      sets.quarantined.add(page.elementOf(event));
    };
    const handled = (event: RecordedEvent) => sets.handled.add(page.elementOf(event));
    const steps = this.#plan(events, setAside);
    const rows = await this.#load(steps, store, after);
    const before = await this.#setAsideBefore(steps, rows, store);
    const touched = this.#fold(steps, { rows, before, setAside, handled });
    return this.#batch(page, taking, { sets, touched, quarantined });
  }

  #batch(
    page: EventPage,
    { now, log, save, after }: PageContext,
    { sets, touched, quarantined }: Made,
  ): GenerationBatch {
    const before = after?.checkpoint ?? this.#checkpoint;
    const { position, id: eventId } = page.last as RecordedEvent;
    const checkpoint: Checkpoint = {
      ...before,
      log,
      position,
      eventId,
      handled: before.handled + sets.handled.events,
      ignored: before.ignored + sets.ignored.events,
      unknown: before.unknown + sets.unknown.events,
      quarantined: before.quarantined + sets.quarantined.events,
      roots: before.roots && rootsAfter(before.roots, sets),
      updatedAt: now,
    };
    const unsaved = (after?.unsaved ?? this.#unsaved) + page.events.length;
    const marked = checkpoint.roots !== undefined && markOf(checkpoint) > markOf(before);
    const due = save || touched.size > 0 || quarantined.length > 0 || unsaved >= SAVE_EVERY || marked;
    return {
      writes: { collection: this.spec, rows: touched },
      checkpoint,
      due,
      unsaved: due ? 0 : unsaved,
      quarantined,
      marks: marked ? [checkpoint] : [],
      settle: () => {
        this.#checkpoint = checkpoint;
        this.#unsaved = due ? 0 : unsaved;
        this.#remember(touched);
      },
    };
  }

  #plan(events: readonly RecordedEvent[], setAside: Folding['setAside']): readonly RowChanges<Row>[] {
    const steps: RowChanges<Row>[] = [];
    for (const event of events) {
      if (event.fault && event.fault.of !== 'kind') {
        setAside(event, this.#quarantined(event, event.fault.reason));
        continue;
      }
      try {
        steps.push(rowChangesOf(event, this.#foldsOf(event.type)));
      } catch (error) {
        setAside(event, this.#quarantined(event, error));
      }
    }
    return steps;
  }

  #fold(
    steps: readonly RowChanges<Row>[],
    { rows, before, setAside, handled }: Folding,
  ): ReadonlyMap<string, RowWrite> {
    const touched = new Map<string, RowWrite>();
    for (const step of steps) {
      const { position } = step.event;
      const again = before.get(position);
      if (again) {
        setAside(step.event, again);
        continue;
      }
      try {
        const after = rowsAfter(step, rows);
        handled(step.event);
        for (const [key, row] of after) {
          rows.set(key, { row, position });
          touched.set(key, { row: row ?? null, position });
        }
      } catch (error) {
        setAside(step.event, this.#quarantined(step.event, error));
      }
    }
    return touched;
  }

  /**
   * Events that were set aside before rows got ahead of their checkpoint: the row that refused one may have moved on
   * since, and would not refuse it again.
   */
  async #setAsideBefore(
    steps: readonly RowChanges<Row>[],
    rows: ReadonlyMap<string, VersionedRow<Row>>,
    store: ReadStore,
  ): Promise<ReadonlyMap<Position, Quarantined>> {
    const first = steps[0]?.event.position;
    const ahead = first && [...rows.values()].some(({ position }) => comparePositions(position, first) >= 0);
    if (!ahead) return new Map();
    const { name } = this.projection;
    const { generation } = this.#checkpoint;
    const own = (await store.quarantine()).filter(
      event => event.projection === name && event.generation === generation,
    );
    return new Map(own.map(event => [event.position, event]));
  }

  async #load(
    steps: readonly RowChanges<Row>[],
    store: ReadStore,
    after: Pick<GenerationBatch, 'writes'> | undefined,
  ): Promise<Map<string, VersionedRow<Row>>> {
    const rows = new Map<string, VersionedRow<Row>>();
    if (this.projection.appendOnly) return rows;
    const missing = new Set<string>();
    for (const key of steps.flatMap(({ changes }) => changes.flatMap(({ rowIds }) => [...rowIds]))) {
      const written = after?.writes.rows.get(key);
      const known = written ? { ...written, row: written.row ?? undefined } : this.#cache.get(key);
      if (known) rows.set(key, known);
      else missing.add(key);
    }
    if (missing.size > 0) {
      for (const [key, { text, position }] of await store.load(this.spec, [...missing])) {
        rows.set(key, { row: text === null ? undefined : (JSON.parse(text) as Row), position });
      }
    }
    return rows;
  }

  #remember(touched: ReadonlyMap<string, RowWrite>): void {
    if (this.projection.appendOnly) return;
    for (const [key, { row, position }] of touched) {
      if (row) this.#cache.set(key, { row, position });
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

/** What becomes of the events of a page. */
type Sets = Readonly<Record<keyof Roots, Tally>>;

function rootsAfter(before: Roots, sets: Sets): Roots {
  return {
    handled: together(before.handled, sets.handled.root),
    ignored: together(before.ignored, sets.ignored.root),
    unknown: together(before.unknown, sets.unknown.root),
    quarantined: together(before.quarantined, sets.quarantined.root),
  };
}

/** Rises with each checkpoint that is kept. */
function markOf(checkpoint: Checkpoint): number {
  return Math.floor(eventsSeen(checkpoint) / MARK_EVERY);
}

const NO_ROWS: ReadonlyMap<string, RowWrite> = new Map();

/** What a page has come to. */
interface Made {
  readonly sets: Sets;
  readonly touched: ReadonlyMap<string, RowWrite>;
  readonly quarantined: readonly Quarantined[];
}

/** What a fold reads, and whom it tells what becomes of each event. */
interface Folding {
  readonly rows: Map<string, VersionedRow<Row>>;
  /** Set aside before, by position. */
  readonly before: ReadonlyMap<Position, Quarantined>;
  setAside(event: RecordedEvent, as: Quarantined): void;
  handled(event: RecordedEvent): void;
}
