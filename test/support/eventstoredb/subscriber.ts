/**
 * One who follows the log of the in-process server, served as real servers do: caught up in pages, then from the few
 * events that are kept for him; what he does not take at once he must catch up with again.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import * as grpc from '@grpc/grpc-js';
import type { Log, LogRecord } from './log.ts';
import * as answers from './messages.ts';
import type { ReadCall } from './reads.ts';
import type { Fault } from './refusals.ts';

const SEARCH_REPORT_MS = 50;
/** Events read together for one who catches up. */
const PAGE = 32;
/** Records looked through until he is told how far. */
const CHECKPOINT_INTERVAL = 500;

export interface Habits {
  /** Milliseconds that a new subscription searches, and says how far it is, before it delivers. */
  readonly catchUpMs: number;
  /** Events that are kept for a live subscriber. */
  readonly keptEvents: number;
  /**
   * What becomes of one who did not take them: a server from 24.2 on goes back to catching up, one before ends the
   * subscription. The former confirms a subscription before it looks whether a record begins where it is to begin.
   */
  readonly goesBackToCatchingUp: boolean;
  /** Servers before 23.10 do not say that nothing is left. */
  readonly saysCaughtUp: boolean;
  /** Whether a record begins where a subscription is to begin. */
  knows(asked: answers.ReadAsked): boolean;
}

interface Parts {
  readonly call: ReadCall;
  readonly asked: answers.ReadAsked;
  readonly log: Log;
  readonly habits: Habits;
  tooSlow(): void;
}

export class Subscriber {
  /** The call stays open, and nothing comes any more. */
  silent = false;
  readonly #parts: Parts;
  #kept: LogRecord[] = [];
  /** Some were not kept: what was kept after them is not what comes next. */
  #hasMissed = false;
  #keeps = false;
  #isLive = false;
  #hasLeft = false;
  /** The last event or checkpoint sent. */
  #sent: number;
  #searched = 0;
  #wake: () => void = () => undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { from } = parts.asked;
    this.#sent = from === 'start' ? -1 : from === 'end' ? (parts.log.records.at(-1)?.position ?? -1) : from;
    parts.call.on('cancelled', () => this.#leaveNow());
    parts.call.on('close', () => this.#leaveNow());
  }

  async serve(): Promise<void> {
    const { asked, habits } = this.#parts;
    this.#keeps = habits.goesBackToCatchingUp;
    await this.#write(answers.confirmation(randomUUID()));
    if (!habits.knows(asked)) {
      this.leave({ code: grpc.status.INVALID_ARGUMENT, details: 'Trying to read from an invalid position.' });
      return;
    }
    await this.#search();
    // From 24.2 on whoever begins at the end is not told how far that is.
    if (this.#keeps && !this.#isBehind()) await this.#goLive();
    while (!this.#hasLeft) {
      await this.#catchUp();
      await this.#goLive();
    }
  }

  /** Ends the call, with an error or without. */
  leave(fault: Fault | undefined): void {
    const { call } = this.#parts;
    if (this.#hasLeft) return;
    this.#leaveNow();
    if (fault) call.emit('error', fault);
    else call.end();
  }

  /** A record that was just appended. */
  keep(record: LogRecord): void {
    const { asked, habits } = this.#parts;
    if (!this.#keeps || this.#hasMissed) return;
    this.#searched += 1;
    if (answers.isAskedFor(record, asked) || this.#searched % CHECKPOINT_INTERVAL === 0) this.#kept.push(record);
    if (this.#kept.length > habits.keptEvents) this.overwhelm();
    this.#wake();
  }

  overwhelm(): void {
    const { habits, tooSlow } = this.#parts;
    if (!this.#keeps || this.#hasLeft || this.#hasMissed) return;
    this.#hasMissed = true;
    this.#kept = [];
    if (!habits.goesBackToCatchingUp) {
      tooSlow();
      const when = this.#isLive ? 'live' : 'transitioning to live';
      const details = `Operation timed out: Consumer too slow to handle event while ${when}. No events were dropped. resubscription required`;
      this.leave({ code: grpc.status.ABORTED, details });
    }
    this.#wake();
  }

  /** Sends those of the records once more that have been sent. */
  repeat(records: readonly LogRecord[]): void {
    for (const record of records) if (record.position <= this.#sent) void this.#send(record);
  }

  #leaveNow(): void {
    this.#hasLeft = true;
    this.#wake();
  }

  #isBehind(): boolean {
    return (this.#parts.log.records.at(-1)?.position ?? -1) > this.#sent;
  }

  async #search(): Promise<void> {
    const { log, habits } = this.#parts;
    const until = performance.now() + habits.catchUpMs;
    while (performance.now() < until && !this.#hasLeft) {
      await pause(SEARCH_REPORT_MS);
      await this.#write(answers.checkpoint(log.records[0]?.position ?? 0));
    }
  }

  /** To the end of the log, however fast it grows. From 24.2 on it ends with how far that is. */
  async #catchUp(): Promise<void> {
    const { habits } = this.#parts;
    while (this.#isBehind() && !this.#hasLeft) {
      await turn();
      for (const record of this.#nextPage()) await this.#send(record);
    }
    // What was not kept has been read.
    this.#keeps = true;
    this.#hasMissed = false;
    this.#kept = [];
    if (habits.goesBackToCatchingUp) await this.#write(answers.checkpoint(this.#sent));
  }

  /** Of others' records, those at which a checkpoint is due. */
  #nextPage(): readonly LogRecord[] {
    const { log, asked } = this.#parts;
    const page: LogRecord[] = [];
    for (let at = log.indexFrom(this.#sent + 1), looked = 1; page.length < PAGE; at += 1, looked += 1) {
      const record = log.records[at];
      if (!record) break;
      if (answers.isAskedFor(record, asked) || looked % CHECKPOINT_INTERVAL === 0) page.push(record);
      else if (at === log.records.length - 1 && page.length === 0) this.#sent = record.position;
    }
    return page;
  }

  async #goLive(): Promise<void> {
    // What comes now is kept already.
    await turn();
    if (this.#parts.habits.saysCaughtUp) await this.#write(answers.caughtUp());
    this.#isLive = true;
    while (!this.#hasLeft && !this.#hasMissed) {
      const record = this.#kept.shift();
      if (record && record.position > this.#sent) await this.#send(record);
      else if (!record) await new Promise<void>(resolve => (this.#wake = resolve));
    }
    this.#isLive = false;
    if (this.#hasLeft) return;
    this.#parts.tooSlow();
    await this.#write(answers.fellBehind());
    await this.#write(answers.checkpoint(this.#sent));
  }

  async #send(record: LogRecord): Promise<void> {
    const { asked } = this.#parts;
    this.#sent = Math.max(this.#sent, record.position);
    await this.#write(
      answers.isAskedFor(record, asked) ? answers.eventAnswer(record) : answers.checkpoint(record.position),
    );
  }

  /** Resolves when the connection has taken it. */
  async #write(answer: ReadResp): Promise<void> {
    const { call } = this.#parts;
    if (this.silent || this.#hasLeft) return;
    await new Promise<void>(resolve => void call.write(answer, () => resolve()));
  }
}
