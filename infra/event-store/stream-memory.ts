/**
 * Where streams end, as far as is known without asking the server: by what this process has read and appended, and by what
 * the subscription delivers of others. Good for a decision as long as the subscription is heard; what it rests on wrongly
 * is refused by the append, or read before anybody is refused.
 */
import { LRUCache } from 'lru-cache';
import type { RecordedEvent } from '../../events/envelope.ts';
import { comparePositions, type Position, type StreamId } from '../../events/ids.ts';

/** What the memory must know of the subscription that keeps it up. */
export interface Heard {
  readonly position: Position;
  /** By the memory's own clock. */
  readonly heardAt: number;
  /** Since the last interruption the server has said that nothing is left. */
  readonly isCaughtUp: boolean;
  /** Grows whenever the log may have become another one. */
  readonly contactsLost: number;
}

export interface StreamMemoryOptions {
  readonly heard: Heard;
  /** Milliseconds on a clock that never goes back. */
  now(): number;
}

interface Known {
  readonly revision: number;
  /** The last events of the stream, up to that revision. */
  readonly tail: readonly RecordedEvent[];
}

/** An append of our own, by its last event, and when it was asked for and acknowledged. */
interface Owed {
  readonly position: Position;
  readonly events: readonly RecordedEvent[];
  readonly askedAt: number;
  readonly at: number;
}

const STREAMS = 50_000;
/** Of all streams together. */
const EVENTS = 20_000;
/** Of one stream. */
const TAIL = 64;
/** Own appends that are waited for one by one; of more, when the subscription is away, only the last and the oldest count. */
const OWED = 5_000;
/**
 * Milliseconds for which the subscription may have been silent or behind what we have appended ourselves, or owe us what we
 * have appended.
 */
export const FRESH_MS = 1_000;

export class StreamMemory {
  readonly #options: StreamMemoryOptions;
  readonly #known = new LRUCache<StreamId, Known>({
    // A bound of the number alone would take all its room at once.
    maxSize: EVENTS + STREAMS,
    sizeCalculation: ({ tail }) => tail.length + 1,
  });
  /** Streams that the server is being asked about, with the last revision delivered meanwhile. */
  readonly #asking = new Map<StreamId, { calls: number; delivered: number }>();
  /** Own appends that have not been delivered, oldest first. */
  #owed: Owed[] = [];
  /** The log as it was then has been delivered, be the subscription behind or not. */
  #deliveredAsOf = Number.NEGATIVE_INFINITY;
  /** How often contact had been lost by then. */
  #contactsLost = 0;

  constructor(options: StreamMemoryOptions) {
    this.#options = options;
  }

  /** Events of a stream after a revision; undefined where they are not known, or the memory may be out of date. */
  recall(stream: StreamId, after: number): readonly RecordedEvent[] | undefined {
    const known = this.#isFresh() ? this.#known.get(stream) : undefined;
    if (!known) return undefined;
    if (known.revision <= after) return [];
    const [first] = known.tail;
    return first && first.revision <= after + 1 ? known.tail.filter(({ revision }) => revision > after) : undefined;
  }

  /**
   * Asks the server about a stream, or appends to it, and remembers what it answers, unless more has been delivered
   * meanwhile. What a call that failed has done is not known.
   */
  async during<T extends readonly RecordedEvent[]>(
    stream: StreamId,
    after: number,
    call: () => Promise<T>,
  ): Promise<T> {
    const asking = this.#asking.get(stream) ?? { calls: 0, delivered: after };
    this.#asking.set(stream, asking);
    asking.calls += 1;
    try {
      const events = await call();
      const revision = events.at(-1)?.revision ?? after;
      if (revision >= asking.delivered) this.#learn(stream, revision, events);
      return events;
    } catch (error) {
      this.#known.delete(stream);
      throw error;
    } finally {
      asking.calls -= 1;
      if (asking.calls === 0) this.#asking.delete(stream);
    }
  }

  /** The log owes us what we have appended until it is delivered; `askedAt` is when the append was begun. */
  appended(events: readonly RecordedEvent[], askedAt: number): void {
    const position = events.at(-1)?.position;
    if (position === undefined) return;
    if (comparePositions(position, this.#options.heard.position) <= 0) {
      this.#noteDelivered(askedAt);
      return;
    }
    this.#owed.push({ position, events, askedAt, at: this.#options.now() });
    if (this.#owed.length > OWED) this.#owed = [sumOf(this.#owed)];
  }

  /** What we have appended and the subscription has not delivered, in log order; undefined where that is not known. */
  get undelivered(): readonly RecordedEvent[] | undefined {
    if (!this.#isFresh()) return undefined;
    return this.#owed
      .flatMap(({ events }) => events)
      .filter(({ position }) => comparePositions(position, this.#options.heard.position) > 0)
      .sort((a, b) => comparePositions(a.position, b.position));
  }

  /** The subscription has delivered events. */
  delivered(events: readonly RecordedEvent[]): void {
    for (const event of events) {
      const { revision, streamId } = event;
      const asking = this.#asking.get(streamId);
      if (asking) asking.delivered = Math.max(asking.delivered, revision);
      if (this.#known.has(streamId)) this.#learn(streamId, revision, [event]);
    }
    const last = events.at(-1);
    if (last) this.#settle(last.position);
  }

  /** The log may no longer be what it was. */
  forgetAll(): void {
    this.#known.clear();
    this.#owed = [];
    this.#deliveredAsOf = Number.NEGATIVE_INFINITY;
  }

  /** Whatever stood on the log when an append that is delivered was asked for has been delivered before it. */
  #settle(delivered: Position): void {
    const owed: Owed[] = [];
    for (const one of this.#owed) {
      if (comparePositions(one.position, delivered) > 0) owed.push(one);
      else this.#noteDelivered(one.askedAt);
    }
    this.#owed = owed;
  }

  #noteDelivered(askedAt: number): void {
    this.#deliveredAsOf = Math.max(this.#deliveredInContact(), askedAt);
    this.#contactsLost = this.#options.heard.contactsLost;
  }

  /** What was delivered before contact was lost may have been another log's. */
  #deliveredInContact(): number {
    return this.#options.heard.contactsLost === this.#contactsLost ? this.#deliveredAsOf : Number.NEGATIVE_INFINITY;
  }

  #learn(stream: StreamId, revision: number, events: readonly RecordedEvent[]): void {
    const known = this.#known.get(stream);
    if (known && known.revision >= revision) return;
    const fresh = known ? events.filter(event => event.revision > known.revision) : events;
    const goesOn = known && fresh[0]?.revision === known.revision + 1;
    const tail = (goesOn ? [...known.tail, ...fresh] : fresh).slice(-TAIL);
    this.#known.set(stream, { revision, tail });
  }

  #isFresh(): boolean {
    const { heard, now } = this.#options;
    const since = now() - FRESH_MS;
    const [oldest] = this.#owed;
    const heardAt = heard.isCaughtUp ? heard.heardAt : Number.NEGATIVE_INFINITY;
    return Math.max(heardAt, this.#deliveredInContact()) > since && (!oldest || oldest.at > since);
  }
}

/** Not fresh for as long as the oldest was not, and not before the last is delivered. */
function sumOf(owed: readonly Owed[]): Owed {
  const last = owed.reduce((a, b) => (comparePositions(a.position, b.position) > 0 ? a : b));
  const at = Math.min(...owed.map(one => one.at)) - FRESH_MS;
  return { position: last.position, events: [], askedAt: at, at };
}
