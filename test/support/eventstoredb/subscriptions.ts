/** How the in-process server serves those who follow its log. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Log, LogRecord } from './log.ts';
import * as answers from './messages.ts';
import type { ReadCall } from './reads.ts';
import { refusalOf } from './refusals.ts';

const SEARCH_REPORT_MS = 50;

interface Subscriber {
  readonly call: ReadCall;
  readonly asked: answers.ReadAsked;
  /** The call stays open, and nothing comes any more. */
  silent: boolean;
}

export class Subscriptions {
  /** Milliseconds that a new subscription searches, and says how far it is, before it delivers. */
  catchUpMs = 0;
  readonly #log: Log;
  readonly #subscribers = new Set<Subscriber>();
  readonly #unfollow: () => void;

  constructor(log: Log) {
    this.#log = log;
    this.#unfollow = log.onAppend(records => this.#publish(records));
  }

  get size(): number {
    return this.#subscribers.size;
  }

  subscribe(call: ReadCall, asked: answers.ReadAsked): void {
    const subscriber: Subscriber = { call, asked, silent: false };
    call.on('close', () => this.#subscribers.delete(subscriber));
    call.on('cancelled', () => this.#subscribers.delete(subscriber));
    call.write(answers.confirmation(randomUUID()));
    // A subscription begins after its position.
    const deliver = () => {
      const first = typeof asked.from === 'number' ? this.#log.indexFrom(asked.from + 1) : 0;
      this.#send(subscriber, this.#log.records.slice(first));
      this.#subscribers.add(subscriber);
    };
    if (this.catchUpMs === 0) deliver();
    else this.#searching(call).then(deliver, () => undefined);
  }

  /** Those that are open now stay open and deliver nothing any more. */
  silence(): void {
    for (const subscriber of this.#subscribers) subscriber.silent = true;
  }

  end(): void {
    for (const { call } of this.#subscribers) call.end();
  }

  break(): void {
    for (const { call } of this.#subscribers) call.emit('error', refusalOf('unavailable'));
  }

  /** Sends the last records of the log once more to everyone who follows it. */
  redeliver(count: number): void {
    this.#publish(this.#log.records.slice(-count));
  }

  /** Forgets subscribers whose connections were cut. */
  clear(): void {
    this.#subscribers.clear();
  }

  close(): void {
    this.#unfollow();
  }

  async #searching(call: Subscriber['call']): Promise<void> {
    const until = performance.now() + this.catchUpMs;
    while (performance.now() < until) {
      await pause(SEARCH_REPORT_MS);
      if (call.cancelled) throw new Error('left');
      call.write(answers.checkpoint(this.#log.records[0]?.position ?? 0));
    }
  }

  #publish(records: readonly LogRecord[]): void {
    for (const subscriber of this.#subscribers) this.#send(subscriber, records);
  }

  #send({ call, asked, silent }: Subscriber, records: readonly LogRecord[]): void {
    if (silent) return;
    for (const record of records) {
      call.write(answers.isAskedFor(record, asked) ? answers.eventAnswer(record) : answers.checkpoint(record.position));
    }
  }
}
