/** Follows the events of a namespace as they are appended, through every interruption, without gap or repeat. */
import { setTimeout as delay } from 'node:timers/promises';
import type { RecordedEvent } from '../../events/envelope.ts';
import { comparePositions, type Position } from '../../events/ids.ts';
import type { Connection, Stream } from './eventstoredb-connection.ts';
import { eventOf, followRequest, type Namespace } from './eventstoredb-messages.ts';

/** Events handed on together at most. */
const BATCH = 1_000;

export interface SubscriptionPorts {
  /** Of its own: the client gives up a whole connection when a subscription on it is broken. */
  readonly connection: Connection;
  readonly namespace: Namespace;
  /** The first pause before subscribing again, ms; it doubles up to {@link SubscriptionPorts.maxPauseMs}. */
  readonly pauseMs: number;
  readonly maxPauseMs: number;
  /** Events in log order; none after an interruption. */
  deliver(events: readonly RecordedEvent[]): void;
  alarm(message: string, details: object): void;
}

export class Subscription {
  readonly #ports: SubscriptionPorts;
  readonly #stopping = new AbortController();
  readonly #following: Promise<void>;
  #position: Position;
  #stream: Stream | undefined;
  /** Answers of the server, those too that only say how far it has searched. */
  #heard = 0;
  /** Attempts since the server last answered. */
  #failures = 0;
  #reason: string | undefined;

  /** Begins after `position`. */
  constructor(ports: SubscriptionPorts, position: Position) {
    this.#ports = ports;
    this.#position = position;
    this.#following = this.#follow();
  }

  /** The last event delivered, or where the subscription began. */
  get position(): Position {
    return this.#position;
  }

  /** Grows as long as the server speaks. */
  get heard(): number {
    return this.#heard;
  }

  /** Breaks off a subscription that has gone silent; a new one is opened, after `from` if the log ends before. */
  restart(reason: string, from = this.#position): void {
    this.#reason = reason;
    this.#position = from;
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
    for (let interrupted = false; !this.#stopped; interrupted = true) {
      await this.#subscribe(interrupted).catch(error => this.#dropped(error));
      if (!this.#stopped) await this.#pause();
    }
  }

  async #subscribe(interrupted: boolean): Promise<never> {
    const { connection, namespace, deliver } = this.#ports;
    const stream = await connection.subscribe(followRequest(this.#position, namespace));
    this.#stream = stream;
    if (this.#stopped) stream.cancel();
    let batch: RecordedEvent[] = [];
    try {
      for await (const answer of stream) {
        this.#failures = 0;
        this.#heard += 1;
        if (answer.hasConfirmation() && interrupted) deliver([]);
        const event = eventOf(answer, namespace);
        if (event && comparePositions(event.position, this.#position) > 0) {
          batch.push(event);
          this.#position = event.position;
        }
        if (batch.length > 0 && (stream.readableLength === 0 || batch.length >= BATCH)) {
          deliver(batch);
          batch = [];
        }
      }
    } finally {
      stream.cancel();
    }
    throw new Error('the server ended it');
  }

  #dropped(error: unknown): void {
    const reason = this.#reason ?? String(error);
    this.#reason = undefined;
    if (this.#stopped || this.#failures > 0) return;
    this.#ports.alarm('event subscription interrupted, subscribing again', { position: this.#position, reason });
  }

  /** With jitter, so that the processes of an installation do not come back all at once. */
  async #pause(): Promise<void> {
    const { pauseMs, maxPauseMs } = this.#ports;
    const longest = Math.min(maxPauseMs, pauseMs * 2 ** this.#failures);
    this.#failures += 1;
    const pause = longest * (0.5 + Math.random() / 2);
    await delay(pause, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}
