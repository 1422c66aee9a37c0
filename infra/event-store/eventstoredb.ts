/**
 * The event store on EventStoreDB 22.10 to 24.10 and KurrentDB 25 and 26. A stream is named `<namespace>.<stream id>`;
 * what else the server holds is neither read nor touched. A position is the commit position of an event.
 */
import type { RecordedEvent, TypesPage } from '../../events/envelope.ts';
import { comparePositions, type Position, type StreamId } from '../../events/ids.ts';
import type { EventLog } from '../../projections/ports.ts';
import { refuseTooLarge, withTexts } from '../../services/append-size.ts';
import {
  type EventStore,
  type Freshness,
  type LogTail,
  type NewEvent,
  StoreUnavailable,
  WrongExpectedRevision,
} from '../../services/ports.ts';
import type { Address } from '../compose/engine-address.ts';
import { DeliveredTail } from './delivered-tail.ts';
import { Connection } from './eventstoredb-connection.ts';
import type { Interruption } from './eventstoredb-interruptions.ts';
import { NamespaceLog } from './eventstoredb-log.ts';
import { Namespace, type ProposedEvent } from './eventstoredb-messages.ts';
import { Subscription } from './eventstoredb-subscription.ts';
import { RETRY_IN_DOUBT, Watch } from './eventstoredb-watch.ts';
import { StoredEvent } from './stored-event.ts';
import { type Heard, StreamMemory } from './stream-memory.ts';

export interface EventStoreDbOptions {
  /** Letters, digits, `-` and `_`. */
  readonly namespace: string;
  /** Delivery is silent, lags, or was interrupted for longer than `silenceMs`; or the log has lost events. */
  alarm(message: string, details: object): void;
  /** Bounds every call; 5 s. */
  readonly deadlineMs?: number;
  /** Bounds the first search for our events among those of others; 60 s. */
  readonly searchMs?: number;
  /** Between two comparisons of the log's head with what was delivered; 5 s. */
  readonly checkMs?: number;
  /** A subscription that is behind and silent for so long is opened again; one that is interrupted for so long is told; 10 s. */
  readonly silenceMs?: number;
  /** Before a loss of events is believed, for as long as nothing is appended; 10 s. */
  readonly doubtMs?: number;
  /** The first pause before subscribing again; 200 ms, doubling up to 5 s. */
  readonly pauseMs?: number;
}

const DEFAULTS = {
  deadlineMs: 5_000,
  searchMs: 60_000,
  checkMs: 5_000,
  silenceMs: 10_000,
  doubtMs: 10_000,
  pauseMs: 200,
};
const MAX_PAUSE_MS = 5_000;
/** Seconds; only an operator ends it. */
const RETRY_AFTER_LOSS = 60;
/** Of the end of the log: what decisions that look at all of it have not folded yet. */
const TAIL_EVENTS = 2_048;

/**
 * Opens the log of a namespace. The address is a connection string (`esdb://`, `esdb+discover://`, `kurrentdb://`), which
 * names the nodes, TLS (`tls`, `tlsCAFile`, `userCertFile`) and the credentials, who must be allowed to read `$all`.
 * Throws {@link StoreUnavailable} when no server answers, EngineRefused when one does not let this system in.
 */
export async function openEventStoreDb(address: string | Address, options: EventStoreDbOptions): Promise<EventStoreDb> {
  const { namespace: name, ...settings } = { ...DEFAULTS, ...options };
  const namespace = new Namespace(name);
  const url = typeof address === 'string' ? () => address : address.url;
  const connection = new Connection(url, settings.deadlineMs);
  try {
    const log = new NamespaceLog(connection, namespace, settings.searchMs);
    const head = await log.head();
    const following = new Connection(url, settings.deadlineMs);
    return new EventStoreDb({ ...settings, connection, following, namespace, log }, head);
  } catch (error) {
    await connection.close();
    throw error;
  }
}

type Parts = typeof DEFAULTS &
  Pick<EventStoreDbOptions, 'alarm'> & {
    readonly connection: Connection;
    readonly following: Connection;
    readonly namespace: Namespace;
    readonly log: NamespaceLog;
  };

/**
 * Made by {@link openEventStoreDb}. When the log has lost an event that it had acknowledged or delivered, delivery
 * stops, listeners are called once with no events, and appends are refused until the process is started anew: a
 * decision on a log that lost facts may contradict them. Reads go on, so that {@link holds} can tell the reader.
 */
class EventStoreDb implements EventStore, EventLog {
  readonly #parts: Parts;
  readonly #listeners = new Set<(events: readonly RecordedEvent[]) => void>();
  readonly #subscription: Subscription;
  readonly #watch: Watch;
  readonly #memory: StreamMemory;
  readonly #tail: DeliveredTail;
  readonly isRemote = true;
  readonly #running = new Set<Promise<unknown>>();
  #lost = false;
  #closing: Promise<void> | undefined;

  constructor(parts: Parts, head: Position) {
    this.#parts = parts;
    const deliver = (events: readonly RecordedEvent[]) => this.#deliver(events);
    const ports = { ...parts, connection: parts.following, maxPauseMs: MAX_PAUSE_MS, deliver };
    this.#subscription = new Subscription(ports, head);
    this.#tail = new DeliveredTail(head, TAIL_EVENTS);
    this.#memory = new StreamMemory({ heard: this.#subscription, now: () => performance.now() });
    const lost = (promised: Position) => this.#lose(promised);
    const renew = () => parts.connection.renew();
    this.#watch = new Watch({ ...parts, subscription: this.#subscription, renew, lost }, head);
  }

  append(stream: StreamId, expected: number, events: readonly NewEvent[]): Promise<readonly RecordedEvent[]> {
    return this.#run(async () => {
      if (this.#lost) throw lostEvents();
      if (this.#watch.doubts)
        throw new StoreUnavailable('the log may have lost events', { retryAfter: RETRY_IN_DOUBT });
      if (events.length === 0) return [];
      if (this.#watch.isUnsure) await this.#watch.assure();
      const proposed = events.map(withTexts);
      refuseTooLarge(proposed);
      const askedAt = performance.now();
      const appended = await this.#memory.during(stream, expected, () => this.#append(stream, expected, proposed));
      const last = appended.at(-1) as RecordedEvent;
      this.#memory.appended(appended, askedAt);
      this.#parts.log.learn(last.position);
      this.#watch.promise(last);
      return appended;
    });
  }

  readStream(stream: StreamId, after: number): Promise<readonly RecordedEvent[]> {
    return this.#run(() => this.#memory.during(stream, after, () => this.#parts.log.readStream(stream, after)));
  }

  recall(stream: StreamId, after: number, freshness: Freshness): readonly RecordedEvent[] | undefined {
    return freshness === 'lately' && !this.#closing && !this.#lost ? this.#memory.recall(stream, after) : undefined;
  }

  recallLog(after: Position, freshness: Freshness): LogTail | undefined {
    if (freshness === 'now' || this.#closing || this.#lost) return undefined;
    const [events, undelivered] = [this.#tail.after(after), this.#memory.undelivered];
    if (!events || !undelivered) return undefined;
    return { events, own: undelivered.filter(({ position }) => comparePositions(position, after) > 0) };
  }

  readAll(after: Position, limit: number): Promise<readonly RecordedEvent[]> {
    return this.#run(() => this.#parts.log.readAll(after, limit));
  }

  readTypes(types: readonly string[], after: Position): Promise<TypesPage> {
    return this.#run(() => this.#parts.log.readTypes(types, after));
  }

  head(): Promise<Position> {
    return this.#run(() => this.#parts.log.head());
  }

  knownHead(): Promise<Position> {
    return this.#run(() => this.#parts.log.heard());
  }

  newest(): Promise<RecordedEvent | undefined> {
    return this.#run(() => this.#parts.log.newest());
  }

  holds(position: Position, eventId?: string): Promise<boolean> {
    return this.#run(() => this.#parts.log.holds(position, eventId));
  }

  identity(): Promise<string | undefined> {
    return this.#run(() => this.#parts.log.identity());
  }

  /** Positions are places in a file that holds the events of others too. */
  ordinal(): undefined {
    return undefined;
  }

  /** Goes on over new connections, with what the address says now. */
  renew(): void {
    this.#parts.connection.renew();
    this.#subscription.restart('its credentials were changed');
  }

  onAppend(listener: (events: readonly RecordedEvent[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** How fresh a memory is that is kept up by what {@link onAppend} delivers. */
  get freshness(): Heard & { readonly isLive: boolean } {
    return this.#subscription;
  }

  /** How often delivery was interrupted since the log was opened, by cause. */
  interruptions(): Readonly<Record<Interruption, number>> {
    return this.#subscription.interruptions;
  }

  /** Lets running calls finish, then leaves. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#watch.stop();
    await Promise.allSettled(this.#running);
    await this.#subscription.stop();
    await Promise.all([this.#parts.connection.close(), this.#parts.following.close()]);
  }

  async #run<T>(call: () => Promise<T>): Promise<T> {
    if (this.#closing) throw new StoreUnavailable('the event store is closed');
    const running = call();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  async #append(
    stream: StreamId,
    expected: number,
    events: readonly ProposedEvent[],
  ): Promise<readonly RecordedEvent[]> {
    const { connection, log, namespace } = this.#parts;
    const appended = await connection.append({ streamName: namespace.streamName(stream), expected, events });
    if (appended === 'wrong-revision') throw new WrongExpectedRevision(stream, expected);
    const { position } = appended;
    const [only, ...more] = events;
    if (only && position && more.length === 0) return [recordedOf(only, stream, expected + 1, position)];
    // The answer names one position, or none for events that had been appended before.
    const recorded = await log.readStream(stream, expected, events.length);
    if (recorded.length < events.length) throw new StoreUnavailable('appended events cannot be read yet');
    return recorded;
  }

  /** A listener that fails must not keep events from the others. */
  #deliver(events: readonly RecordedEvent[]): void {
    const last = events.at(-1);
    this.#tail.delivered(events);
    if (last) this.#memory.delivered(events);
    else this.#memory.forgetAll();
    if (last) {
      this.#parts.log.learn(last.position);
      this.#watch.promise(last);
    }
    for (const listener of this.#listeners) {
      try {
        listener(events);
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error));
      }
    }
  }

  #lose(promised: Position): void {
    this.#lost = true;
    this.#parts.alarm('the log has lost acknowledged events: delivery and appends have stopped', { promised });
    void this.#subscription.stop().then(() => this.#deliver([]));
  }
}

function recordedOf(event: ProposedEvent, stream: StreamId, revision: number, position: Position): RecordedEvent {
  const { id, type, schemaVersion, data, meta, dataText, metaText } = event;
  const stored = new StoredEvent(position, stream, revision, id, type, schemaVersion, dataText, metaText);
  return stored.withValues(data, meta);
}

/** Ended by people alone. */
function lostEvents(): StoreUnavailable {
  return new StoreUnavailable('the log has lost events', { retryAfter: RETRY_AFTER_LOSS, reason: 'damaged' });
}
