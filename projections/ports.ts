/** What the read side needs from outside. */
import type { Actor, RecordedEvent, TypesPage } from '../events/envelope.ts';
import type { Position } from '../events/ids.ts';
import type { Sealed } from '../events/personal.ts';
import type { Roots } from './event-sets.ts';
import type { ElementIndex, Index, Projection } from './projection.ts';

/** A log that finds events by their types. */
export interface TypedLog {
  /** Events of at least these types after a position, oldest first, as many as it gives at once. */
  readTypes(types: readonly string[], after: Position): Promise<TypesPage>;
  /** The last durable event; undefined while there is none. */
  newest(): Promise<RecordedEvent | undefined>;
}

/** The log as projectors read it. */
export interface EventLog {
  /**
   * Events after a position, oldest first, at most `limit`; never skips one that is durable. Throws
   * {@link NoSuchPosition} where a log can tell that nothing stands there.
   */
  readAll(after: Position, limit: number): Promise<readonly RecordedEvent[]>;
  /** The position of the last durable event, whoever recorded it before the call. */
  head(): Promise<Position>;
  /**
   * The same as far as this process has heard, without asking a server: with all that it has recorded itself, and with what
   * others have once it is delivered.
   */
  knownHead(): Promise<Position>;
  /**
   * Whether an event, the one with this id if it is told, stands at exactly this position; at {@link START} there is always
   * what is asked for. A log that lost events says no.
   */
  holds(position: Position, eventId?: string): Promise<boolean>;
  /** Tells the log from every other: a copy has the same, however long it is. Undefined for one that has no event yet to tell by. */
  identity(): Promise<string | undefined>;
  /** How many events stand up to a position, if the log numbers them without a gap. */
  ordinal(position: Position): number | undefined;
  /**
   * Calls back after each durable append, in log order, without gap or repeat; with no events after an interruption in
   * which the log may have lost some: what was taken before is to be checked. Returns the unsubscription.
   */
  onAppend(listener: (events: readonly RecordedEvent[]) => void): () => void;
}

/** The log was asked for what follows a position at which it has nothing: it was made up, or is of another log. */
export class NoSuchPosition extends RangeError {
  constructor(options?: ErrorOptions) {
    super('no event stands at the position to read from', options);
    this.name = 'NoSuchPosition';
  }
}

export type Scalar = string | number;
export interface Range {
  readonly $gt?: Scalar;
  readonly $gte?: Scalar;
  readonly $lt?: Scalar;
  readonly $lte?: Scalar;
}
/** The portable part of the MongoDB query language: equality, ranges, `$in`, and `$all` on an element-indexed field. */
export type Condition = Scalar | Range | { readonly $in: readonly Scalar[] } | { readonly $all: readonly string[] };

export interface Query {
  readonly where?: Readonly<Record<string, Condition>>;
  /** One direction for all fields; the id breaks ties in the same direction. */
  readonly order?: { readonly by: readonly string[]; readonly direction: 'asc' | 'desc' };
  readonly limit: number;
  /** From the last page. Throws {@link BadCursor} when it is none. */
  readonly cursor?: string;
}

export interface Page {
  /** Stored JSON texts, passed through. */
  readonly rows: readonly string[];
  readonly next?: string;
}

/** A cursor that no page of this query gave. */
export class BadCursor extends Error {
  constructor() {
    super('bad cursor');
    this.name = 'BadCursor';
  }
}

export interface CollectionSpec {
  readonly name: string;
  readonly indexes: readonly (Index | ElementIndex)[];
  readonly appendOnly?: true;
}

/** Where a projection generation stands. `handled + ignored + unknown + quarantined` is the number of events seen. */
export interface Checkpoint {
  readonly projection: string;
  readonly version: number;
  readonly generation: number;
  readonly state: 'building' | 'live' | 'retired';
  readonly position: Position;
  readonly handled: number;
  readonly ignored: number;
  readonly unknown: number;
  readonly quarantined: number;
  /** Which events these are; undefined for a generation that an earlier program began: it counted and did not add up. */
  readonly roots?: Roots | undefined;
  /** Instant of the last batch. */
  readonly updatedAt: string;
  /** The identity of the log that it is a place of; undefined at the start, and as earlier programs wrote it. */
  readonly log?: string | undefined;
  /** Id of the event at the position. */
  readonly eventId?: string | undefined;
  /** The term of the projector that wrote it; terms of a projection rise with each change of its owner. */
  readonly term: number;
}

/** How many events a generation has met. */
export function eventsSeen({ handled, ignored, unknown, quarantined }: Checkpoint): number {
  return handled + ignored + unknown + quarantined;
}

/** Another projector owns the projection by now: what this one wrote last does not count. */
export class StaleTerm extends Error {
  readonly projection: string;
  constructor(projection: string, term: number) {
    super(`term ${term} of ${projection} is over`);
    this.name = 'StaleTerm';
    this.projection = projection;
  }
}

/** An event that a projection could not take: set aside with its reason. */
export interface Quarantined {
  readonly projection: string;
  readonly generation: number;
  readonly position: Position;
  readonly eventId: string;
  readonly type: string;
  readonly reason: string;
}

/** A row as the store sees it: a JSON object. */
export type Row = Readonly<Record<string, unknown>>;

/** A row, or null to remove it, as the event at `position` left it. */
export interface RowWrite {
  readonly row: Row | null;
  readonly position: Position;
}

export interface CollectionWrites {
  readonly collection: CollectionSpec;
  /** By row id. A row that has taken a later event already stays as it is. */
  readonly rows: ReadonlyMap<string, RowWrite>;
}

/** A row as the next event finds it. */
export interface StoredRow {
  /** JSON; null for a row that was removed. */
  readonly text: string | null;
  /** Position of the last event it took; START where rows cannot be ahead of their checkpoint. */
  readonly position: Position;
}

export interface ReadStore {
  ensure(collection: CollectionSpec): Promise<void>;
  /** Removes a generation: its rows, its checkpoint and marks, and what it set aside. */
  drop(collection: CollectionSpec, checkpoint: Checkpoint): Promise<void>;
  getMany(collection: CollectionSpec, ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Rows for a projector to go on from; an id that never was is missing. */
  load(collection: CollectionSpec, ids: readonly string[]): Promise<ReadonlyMap<string, StoredRow>>;
  find(collection: CollectionSpec, query: Query): Promise<Page>;
  /** All rows in the order of their ids. */
  scan(collection: CollectionSpec): AsyncIterable<readonly [id: string, text: string]>;
  count(collection: CollectionSpec, where?: Query['where']): Promise<number>;
  /**
   * Writes quarantined events, then rows, then checkpoints, and keeps the marks: as one where the store has transactions; else in this
   * order, so that what was set aside is not lost in between, and rows that are ahead of their checkpoint say so when
   * they are loaded. Throws {@link StaleTerm} when a checkpoint is of an earlier term than the stored one, which then
   * stays.
   */
  commit(
    writes: readonly CollectionWrites[],
    checkpoints: readonly Checkpoint[],
    quarantined: readonly Quarantined[],
    marks?: readonly Checkpoint[],
  ): Promise<void>;
  checkpoints(): Promise<readonly Checkpoint[]>;
  quarantine(): Promise<readonly Quarantined[]>;
  /** Checkpoints of a generation that were kept on its way, the oldest first: from them is told where it went wrong. */
  marks(generation: GenerationOf): Promise<readonly Checkpoint[]>;
}

/** Names a generation of a projection. */
export type GenerationOf = Pick<Checkpoint, 'projection' | 'generation'>;

/** A projection is asked for by its name. */
export type NamedProjection = Pick<Projection, 'name'>;

/** A read model that is further behind than this is simply far behind. */
export const COUNTED_BEHIND = 1_000;

/** What a query sees: the live rows of any projection. */
export interface Reader {
  /** The stored JSON text of a row. */
  get(projection: NamedProjection, id: string): Promise<string | undefined>;
  getMany(projection: NamedProjection, ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  find(projection: NamedProjection, query: Query): Promise<Page>;
  count(projection: NamedProjection, where?: Query['where']): Promise<number>;
  checkpoints(): Promise<readonly Checkpoint[]>;
  quarantine(): Promise<readonly Quarantined[]>;
  /** Checkpoints of a generation that were kept on its way, the oldest first. */
  marks(generation: GenerationOf): Promise<readonly Checkpoint[]>;
  /** The last event that this process has heard of. */
  head(): Promise<Position>;
  /** Events after a position, counted up to {@link COUNTED_BEHIND}. */
  behind(position: Position): Promise<number>;
  /** How many events stand up to a position, if the log numbers them without a gap. */
  ordinal(position: Position): number | undefined;
  /** The personal value, or undefined once its subject has been erased. */
  open(value: Sealed): Promise<string | undefined>;
  readonly now: string;
}

/** Who asks; undefined for the public. */
export type Caller = Actor | undefined;
