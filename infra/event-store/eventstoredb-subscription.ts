/**
 * Follows the events of a namespace as they are appended, through every interruption, without gap or repeat. A server
 * keeps few events for a live subscriber and ends the subscription of one who does not take them at once; so what is
 * behind is read from the log in pages, and only near the head the server is listened to.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { RecordedEvent } from '../../events/envelope.ts';
import { comparePositions, type Position } from '../../events/ids.ts';
import { NoSuchPosition } from '../../projections/ports.ts';
import type { Connection } from './eventstoredb-connection.ts';
import { type Interruption, Interruptions, type Patience } from './eventstoredb-interruptions.ts';
import type { NamespaceLog } from './eventstoredb-log.ts';
import { followRequest, type Namespace, receivedEventOf } from './eventstoredb-messages.ts';
import { isInvalidPosition } from './eventstoredb-outcomes.ts';
import type { Stream } from './eventstoredb-reading.ts';
import type { Heard } from './stream-memory.ts';

/** Events handed on together at most, and read together. */
const BATCH = 1_000;
/** Events that a server keeps for a live subscriber. */
const NEAR = 32;
const TOO_SLOW = /Consumer too slow/;

export interface SubscriptionPorts extends Patience {
  /** Of its own: the client gives up a whole connection when a subscription on it is broken. */
  readonly connection: Connection;
  readonly log: Pick<NamespaceLog, 'readAll' | 'clearAfter'>;
  readonly namespace: Namespace;
  /** Events in log order; none after an interruption in which the log may have lost events. */
  deliver(events: readonly RecordedEvent[]): void;
  alarm(message: string, details: object): void;
}

export class Subscription implements Heard {
  readonly #ports: SubscriptionPorts;
  readonly #stopping = new AbortController();
  readonly #interruptions: Interruptions;
  readonly #following: Promise<void>;
  /** The last event delivered, or the head of the log when the subscription began. */
  #delivered: Position;
  /** Where the server was last asked to go on: at an event delivered, or further, where none of ours stands between. */
  #from: Position;
  /** The last such place that the server did not know. */
  #refused: Position | undefined;
  #stream: Stream | undefined;
  #confirmedAt = Number.POSITIVE_INFINITY;
  #pending: RecordedEvent[] = [];
  #caughtUp = false;
  #heard = 0;
  #heardAt = Number.NEGATIVE_INFINITY;
  /** Why the watch has broken it off. */
  #silence: string | undefined;
  /** The log may have lost events meanwhile: listeners are told so when it can be read. */
  #suspect = false;
  #contactsLost = 0;

  /** Begins after `head`, the last of our events. */
  constructor(ports: SubscriptionPorts, head: Position) {
    this.#ports = ports;
    this.#interruptions = new Interruptions(ports);
    this.#delivered = head;
    this.#from = head;
    this.#following = this.#follow();
  }

  get position(): Position {
    return comparePositions(this.#from, this.#delivered) > 0 ? this.#from : this.#delivered;
  }

  get heardAt(): number {
    return this.#heardAt;
  }

  /** Caught up, and nothing has come that is not delivered. */
  get isLive(): boolean {
    return this.#caughtUp && this.#pending.length === 0 && this.#stream?.readableLength === 0;
  }

  get isCaughtUp(): boolean {
    return this.#caughtUp;
  }

  /** Grows as long as the server speaks, or the log is read. */
  get heard(): number {
    return this.#heard;
  }

  /** How often it was interrupted, by cause. */
  get interruptions(): Readonly<Record<Interruption, number>> {
    return this.#interruptions.counts;
  }

  /** Grows whenever the log may have become another one: not by slowness, which a server tells that lives. */
  get contactsLost(): number {
    return this.#contactsLost;
  }

  /** Breaks off a subscription that has gone silent; a new one is opened. */
  restart(reason: string): void {
    this.#silence = reason;
    this.#ports.connection.renew();
    this.#stream?.cancel();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#stream?.cancel();
    await this.#following;
  }

  get #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #follow(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#catchUp();
        await this.#listen();
      } catch (error) {
        if (!this.#stopped) await this.#interrupted(error);
      }
    }
  }

  /** Reads on until so little is left that a live subscription can hold it. */
  async #catchUp(): Promise<void> {
    for (let left = NEAR; left >= NEAR && !this.#stopped; ) {
      const page = await this.#nextPage();
      left = page.length;
      this.#deliver(page);
    }
  }

  async #nextPage(): Promise<readonly RecordedEvent[]> {
    try {
      const page = await this.#ports.log.readAll(this.#delivered, BATCH);
      this.#heard += 1;
      if (this.#suspect && !this.#stopped) this.#ports.deliver([]);
      this.#suspect = false;
      return page;
    } catch (error) {
      this.#loseContact();
      throw error;
    }
  }

  async #listen(): Promise<never> {
    const { connection, namespace } = this.#ports;
    this.#silence = undefined;
    this.#from = await this.#place();
    const stream = await connection.subscribe(followRequest(this.#from, namespace));
    this.#stream = stream;
    if (this.#stopped) stream.cancel();
    try {
      for await (const answer of stream) this.#take(answer, stream.readableLength === 0);
    } finally {
      stream.cancel();
      this.#leave();
    }
    throw new Error('the server ended it');
  }

  /** A place that the server did not know is not asked for again: what was known of the log was void. */
  async #place(): Promise<Position> {
    const clear = await this.#ports.log.clearAfter(this.#delivered);
    return clear === this.#refused ? this.#delivered : clear;
  }

  /** A confirmation is no answer: what follows may be the end. */
  #take(answer: ReadResp, isLast: boolean): void {
    const event = receivedEventOf(answer, this.#ports.namespace);
    const last = this.#pending.at(-1)?.position ?? this.#delivered;
    if (event && comparePositions(event.position, last) > 0) this.#pending.push(event);
    if (answer.hasConfirmation()) this.#confirmedAt = performance.now();
    if (answer.hasFellBehind()) this.#caughtUp = false;
    if (answer.hasCaughtUp()) this.#caughtUp = true;
    if (event || answer.hasCheckpoint() || answer.hasCaughtUp()) {
      this.#heard += 1;
      this.#heardAt = performance.now();
      this.#interruptions.end();
    }
    if (isLast || this.#pending.length >= BATCH) this.#deliverPending();
  }

  /** What has come before the end counts. */
  #leave(): void {
    this.#deliverPending();
    // Before 23.10 servers do not say that nothing is left: on an idle one a subscription stands and is never answered.
    const hasStood = performance.now() - this.#confirmedAt >= this.#ports.silenceMs;
    if (hasStood && !this.#silence) this.#interruptions.end();
    this.#stream = undefined;
    this.#caughtUp = false;
    this.#confirmedAt = Number.POSITIVE_INFINITY;
  }

  #deliverPending(): void {
    const events = this.#pending;
    this.#pending = [];
    this.#deliver(events);
  }

  #deliver(events: readonly RecordedEvent[]): void {
    const last = events.at(-1);
    if (!last || this.#stopped) return;
    this.#delivered = last.position;
    this.#ports.deliver(events);
  }

  #loseContact(): void {
    this.#suspect = true;
    this.#contactsLost += 1;
  }

  async #interrupted(error: unknown): Promise<void> {
    const { alarm } = this.#ports;
    const cause = this.#silence ? 'silent' : causeOf(error);
    const reason = this.#silence ?? String(error);
    this.#silence = undefined;
    if (cause === 'invalid-position') this.#refused = this.#from;
    const isFirst = this.#interruptions.areOver;
    const position = this.position;
    if (this.#interruptions.note(cause))
      alarm('event subscription interrupted, subscribing again', { position, reason });
    // Whoever is dropped for slowness is dropped by a server that lives and has lost nothing.
    if (isFirst && cause === 'slow') return;
    if (isFirst || cause === 'silent') this.#loseContact();
    const pause = this.#interruptions.pauseMs();
    await delay(pause, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}

function causeOf(error: unknown): Interruption {
  if (error instanceof NoSuchPosition || isInvalidPosition(error)) return 'invalid-position';
  return error instanceof Error && TOO_SLOW.test(error.message) ? 'slow' : 'broken';
}
