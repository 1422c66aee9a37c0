/** How the in-process server serves those who follow its log. */
import type { Log, LogRecord } from './log.ts';
import type { ReadAsked } from './messages.ts';
import { knowsPosition, type ReadCall } from './reads.ts';
import { refusalOf } from './refusals.ts';
import { type Habits, Subscriber } from './subscriber.ts';

export class Subscriptions implements Habits {
  catchUpMs = 0;
  keptEvents = 32;
  goesBackToCatchingUp = true;
  saysCaughtUp = true;
  /** Positions that subscriptions do not know, though reads do: those of a node that was asked just before. */
  readonly disowned = new Set<number>();
  readonly #log: Log;
  readonly #subscribers = new Set<Subscriber>();
  readonly #unfollow: () => void;
  #drops = 0;

  constructor(log: Log) {
    this.#log = log;
    this.#unfollow = log.onAppend(records => this.#publish(records));
  }

  get size(): number {
    return this.#subscribers.size;
  }

  /** How often a subscriber did not take at once what was kept for him. */
  get drops(): number {
    return this.#drops;
  }

  /** From 24.2 on a subscription is accepted, and confirmed, before it is looked where it is to begin. */
  accepts(asked: ReadAsked): boolean {
    return this.goesBackToCatchingUp || this.knows(asked);
  }

  /** Whether a record begins where a subscription is to begin. */
  knows(asked: ReadAsked): boolean {
    return knowsPosition(this.#log, asked) && !this.disowned.has(Number(asked.from));
  }

  subscribe(call: ReadCall, asked: ReadAsked): void {
    const tooSlow = () => {
      this.#drops += 1;
    };
    const subscriber = new Subscriber({ call, asked, log: this.#log, habits: this, tooSlow });
    call.on('close', () => this.#subscribers.delete(subscriber));
    call.on('cancelled', () => this.#subscribers.delete(subscriber));
    this.#subscribers.add(subscriber);
    void subscriber.serve();
  }

  /** Those that are open now stay open and deliver nothing any more. */
  silence(): void {
    for (const subscriber of this.#subscribers) subscriber.silent = true;
  }

  end(): void {
    for (const subscriber of this.#subscribers) subscriber.leave(undefined);
  }

  break(): void {
    for (const subscriber of this.#subscribers) subscriber.leave(refusalOf('unavailable'));
  }

  /** As when more had come at once than is kept. */
  overwhelm(): void {
    for (const subscriber of this.#subscribers) subscriber.overwhelm();
  }

  /** Sends the last records of the log once more to everyone who follows it. */
  redeliver(count: number): void {
    for (const subscriber of this.#subscribers) subscriber.repeat(this.#log.records.slice(-count));
  }

  /** Forgets subscribers whose connections were cut. */
  clear(): void {
    this.#subscribers.clear();
  }

  close(): void {
    this.#unfollow();
  }

  #publish(records: readonly LogRecord[]): void {
    for (const subscriber of this.#subscribers) for (const record of records) subscriber.keep(record);
  }
}
