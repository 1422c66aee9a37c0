/** A stream as it will be when what has been decided on it is appended: several commands are decided before one append. */
import type { Meta, RecordedEvent } from '../events/envelope.ts';
import type { Position, StreamId } from '../events/ids.ts';
import type { Fold } from './command.ts';
import type { Loaded, States, StreamReads } from './loading.ts';
import { type Freshness, type NewEvent, WrongExpectedRevision } from './ports.ts';

/** What is decided and not recorded has no place in the log yet: whoever needs it waits until it has. */
export class NotRecordedYet extends Error {}

/** The state of the stream under one fold, and how many of the decided events it has taken. */
interface View {
  readonly fold: Fold<unknown>;
  readonly base: Loaded;
  state: unknown;
  taken: number;
}

export class Prospect {
  readonly stream: StreamId;
  readonly #states: States;
  readonly #views = new Map<string, View>();
  readonly #decided: RecordedEvent[] = [];
  readonly #reads: StreamReads = new Map();
  readonly #begins: boolean;
  #base: Pick<Loaded, 'revision' | 'position'> | undefined;

  /** `begins` is whether the stream is taken for empty where nothing is known of it. */
  constructor(states: States, stream: StreamId, begins = false) {
    this.stream = stream;
    this.#states = states;
    this.#begins = begins;
  }

  /** Whether anything has been decided. */
  get isEmpty(): boolean {
    return this.#decided.length === 0;
  }

  /** Throws {@link NotRecordedYet} when anything has been decided, of these types if some are named. */
  mustBeRecorded(types?: readonly string[]): void {
    if (this.#decided.some(({ type }) => !types || types.includes(type))) throw new NotRecordedYet();
  }

  /** Where the log has the stream. Throws before the first {@link load}. */
  get base(): Pick<Loaded, 'revision' | 'position'> {
    if (!this.#base) throw new Error(`${this.stream} has not been loaded`);
    return this.#base;
  }

  /** What has been decided, in order, under revisions that it will have. */
  get decided(): readonly RecordedEvent[] {
    return this.#decided;
  }

  /** The state after all that has been decided. Throws {@link WrongExpectedRevision} when the log has moved on meanwhile. */
  async load<S>(fold: Fold<S>, freshness: Freshness): Promise<Loaded<S>> {
    if (!this.#views.has(fold.name)) {
      const base = await this.#loaded(fold, freshness);
      this.#base ??= base;
      if (base.revision !== this.#base.revision) throw new WrongExpectedRevision(this.stream, this.#base.revision);
      this.#views.set(fold.name, { fold: fold as Fold<unknown>, base, state: base.state, taken: 0 });
    }
    return this.now(fold);
  }

  #loaded<S>(fold: Fold<S>, freshness: Freshness): Promise<Loaded<S>> {
    if (this.#begins && freshness === 'lately') return this.#states.loadOrBegin(fold, this.stream, this.#reads);
    return this.#states.load(fold, this.stream, freshness, this.#reads);
  }

  /** The same of a fold that has been loaded. */
  now<S>(fold: Fold<S>): Loaded<S> {
    const view = this.#views.get(fold.name) as View;
    for (; view.taken < this.#decided.length; view.taken += 1) {
      view.state = fold.evolve(view.state as S, this.#decided[view.taken] as RecordedEvent) ?? view.state;
    }
    const { position, done } = view.base;
    return { state: view.state as S, revision: this.base.revision + this.#decided.length, position, done };
  }

  /** The same stream and folds, with nothing decided. */
  anew(): Prospect {
    const prospect = new Prospect(this.#states, this.stream, this.#begins);
    prospect.#base = this.#base;
    for (const [name, view] of this.#views) prospect.#views.set(name, { ...view, state: view.base.state, taken: 0 });
    return prospect;
  }

  add(events: readonly NewEvent[]): void {
    for (const event of events) {
      this.#decided.push(new PendingEvent(event, this.stream, this.base.revision + this.#decided.length + 1));
    }
  }

  /** Remembers the states that the events have led to, which are recorded by now. */
  settle(recorded: readonly RecordedEvent[]): void {
    for (const { fold, base } of this.#views.values()) this.#states.advance(fold, this.stream, base, recorded);
  }
}

/** An event that has been decided and not recorded. */
class PendingEvent implements RecordedEvent {
  readonly streamId: StreamId;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: unknown;
  readonly meta: Meta;

  constructor({ id, type, schemaVersion, data, meta }: NewEvent, streamId: StreamId, revision: number) {
    this.streamId = streamId;
    this.revision = revision;
    this.id = id;
    this.type = type;
    this.schemaVersion = schemaVersion;
    this.data = data;
    this.meta = meta;
  }

  get position(): Position {
    throw new NotRecordedYet();
  }

  get dataText(): string {
    return JSON.stringify(this.data);
  }

  get metaText(): string {
    return JSON.stringify(this.meta);
  }
}
