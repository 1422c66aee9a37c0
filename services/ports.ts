/** What the write side needs from outside. */
import type { Fault, Meta, RecordedEvent, TypesPage } from '../events/envelope.ts';
import type { Position, StreamId } from '../events/ids.ts';
import type { Sealed } from '../events/personal.ts';
import type { Instant } from '../events/time.ts';

/** An event ready to be appended. The store serialises it once; those bytes are what is kept and hashed. */
export interface NewEvent {
  /** UUIDv7-like; the same command yields the same ids. */
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: unknown;
  readonly meta: Meta;
}

/** The revision before the first event of a stream. */
export const NO_STREAM = -1;

/**
 * `now`: with all that was recorded before the call, by whomever. `lately`: with all that this process has recorded, and
 * what others had recorded about a second ago.
 */
export type Freshness = 'now' | 'lately';

/** Whether it is told how fresh something is to be, and not up to where. */
export const isFreshness = (of: Position | Freshness): of is Freshness => of === 'now' || of === 'lately';

/** The end of the log, as far as it is known without waiting. */
export interface LogTail {
  /** All events after the position that was asked for, in log order, up to the last before which none is missing. */
  readonly events: readonly RecordedEvent[];
  /** What this process has recorded after those, in log order; what others have recorded between them is not known yet. */
  readonly own: readonly RecordedEvent[];
}

export interface EventStore {
  /**
   * Appends atomically to one stream and resolves once the events are durable. `expected` is the revision of the last
   * event the caller has seen, or {@link NO_STREAM}. Throws {@link AppendTooLarge} before anything is written,
   * {@link WrongExpectedRevision} or {@link StoreUnavailable}.
   */
  append(stream: StreamId, expected: number, events: readonly NewEvent[]): Promise<readonly RecordedEvent[]>;
  /** Events of a stream after a revision, oldest first; empty for a stream that is not there. */
  readStream(stream: StreamId, after: number): Promise<readonly RecordedEvent[]>;
  /**
   * The same where it is known without waiting; undefined where it must be read. See {@link Freshness} for what is meant by
   * `now` and `lately`.
   */
  recall?(stream: StreamId, after: number, freshness: Freshness): readonly RecordedEvent[] | undefined;
  /** The log after a position where it is known without waiting; undefined where it must be read. */
  recallLog?(after: Position, freshness: Freshness): LogTail | undefined;
  /** Reading asks a server, so that what is known lately may not be what there is now. */
  readonly isRemote?: true;
  /** Events after a position, oldest first, at most `limit`. */
  readAll(after: Position, limit: number): Promise<readonly RecordedEvent[]>;
  /**
   * Events of at least these types after a position, oldest first, as many as the engine gives at once.
   */
  readTypes(types: readonly string[], after: Position): Promise<TypesPage>;
  /** The position of the last durable event. */
  head(): Promise<Position>;
  /** The last durable event; undefined while there is none. */
  newest(): Promise<RecordedEvent | undefined>;
}

/** Another writer was first: load again and decide again. */
export class WrongExpectedRevision extends Error {
  constructor(stream: StreamId, expected: number) {
    super(`stream ${stream} is not at revision ${expected}`);
    this.name = 'WrongExpectedRevision';
  }
}

/** What one act would record is more than a log takes at once: nothing was recorded, and repeating it will not help. */
export class AppendTooLarge extends Error {
  /** Bytes, both. */
  readonly size: number;
  readonly limit: number;
  constructor(size: number, limit: number, options?: ErrorOptions) {
    super(`an append of ${size} bytes is above the limit of ${limit}`, options);
    this.name = 'AppendTooLarge';
    this.size = size;
    this.limit = limit;
  }
}

/**
 * Why a disk cannot serve: no room, no writing, errors of the device, a file that is damaged, somebody else holds it, or
 * it is not the file any more that was opened, or what stands in it does not belong to the log; `refused` is a server that
 * does not let this system in, or do what it must.
 */
export type OutageReason = 'full' | 'read-only' | 'failing' | 'damaged' | 'busy' | 'replaced' | 'mismatch' | 'refused';

/** A backend cannot serve now; nothing was acknowledged. Answered with 503 and Retry-After. */
export class StoreUnavailable extends Error {
  /** Seconds. */
  readonly retryAfter: number;
  /** Undefined where the network or a server is at fault. */
  readonly reason: OutageReason | undefined;
  constructor(message: string, options?: ErrorOptions & { retryAfter?: number; reason?: OutageReason }) {
    super(message, options);
    this.name = 'StoreUnavailable';
    this.retryAfter = options?.retryAfter ?? 2;
    this.reason = options?.reason;
  }
}

/**
 * The stream was never found as it had just been read: others write it faster, or a write to it hangs between being there
 * and not. Repeated later the same command is decided anew, or found recorded.
 */
export class Contention extends StoreUnavailable {
  constructor(stream: StreamId, attempts: number, cause: unknown) {
    super(`${stream} was not at the revision read, ${attempts} times`, { retryAfter: 2, cause });
    this.name = 'Contention';
  }
}

/**
 * A stored event that a decision rests on cannot be read: no decision is taken rather than a wrong one. Ended by people, or
 * by a program that knows the event.
 */
export class UnreadableEvent extends StoreUnavailable {
  readonly position: Position;
  constructor({ position, streamId, type }: RecordedEvent, { reason }: Fault) {
    super(`the event at ${position} (${streamId}, ${type}) cannot be read: ${reason}`, { retryAfter: 60 });
    this.name = 'UnreadableEvent';
    this.position = position;
  }
}

/** Events of which every one can be read. Throws {@link UnreadableEvent}. */
export function readable<E extends RecordedEvent>(events: readonly E[]): readonly E[] {
  for (const event of events) if (event.fault) throw new UnreadableEvent(event, event.fault);
  return events;
}

/** The clock is further behind the log than is tolerated: what is recorded now would be put wrongly in time. */
export class ClockBehind extends Error {
  readonly clock: Instant;
  /** The latest time on the log. */
  readonly latest: Instant;
  constructor(clock: Instant, latest: Instant) {
    super(`the clock says ${clock}, before ${latest}, the latest time on the log`);
    this.name = 'ClockBehind';
    this.clock = clock;
    this.latest = latest;
  }
}

/** Keys of persons. A value is sealed with its subject's key; destroying the key erases every value of the subject. */
export interface Vault {
  /** The subject of a person known by name within an organisation: the same text, the same subject. */
  subjectOf(orgId: string, name: string): string;
  seal(subject: string, value: string): Promise<Sealed>;
  /** A digest (16 hex digits) that nobody can make without the secret of the vault. */
  keyed(text: string): string;
  /** Undefined when the subject's key has been destroyed. */
  open(value: Sealed): Promise<string | undefined>;
  erase(subject: string): Promise<void>;
}

export interface StoredBlob {
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  readonly mediaType: string;
  /** What the organisation that is asked for called it; of an upload that no event names yet. */
  readonly name?: string;
}

/** Files by content: the same bytes are kept once, and belong to every organisation that has uploaded them. */
export interface BlobStore {
  /**
   * Streams the content in, checks size and type, and resolves once the file is durable, and durably the organisation's, under
   * the name that it is given, if any.
   * Throws {@link BlobRefused}.
   */
  put(content: AsyncIterable<Uint8Array>, orgId: string, name?: string): Promise<StoredBlob>;
  /** Whoever has uploaded it: only for those who have been found to be allowed to open it. */
  stat(sha256: string): Promise<StoredBlob | undefined>;
  /** A file that the organisation has uploaded. Those of others are not there: to know a hash is not to have the file. */
  statUploadedBy(orgId: string, sha256: string): Promise<StoredBlob | undefined>;
  open(sha256: string): Promise<AsyncIterable<Uint8Array> | undefined>;
}

/** The content is too large, empty, of a type that is not accepted, or text in another encoding than UTF-8. */
export class BlobRefused extends Error {
  readonly code: 'too-large' | 'empty' | 'unsupported-type' | 'text-encoding';
  constructor(code: BlobRefused['code'], message: string) {
    super(message);
    this.name = 'BlobRefused';
    this.code = code;
  }
}

export interface Clock {
  now(): Instant;
}
