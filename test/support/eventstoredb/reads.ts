/** How the in-process server answers reads. */
import { setTimeout as pause } from 'node:timers/promises';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import * as grpc from '@grpc/grpc-js';
import type { Log, LogRecord } from './log.ts';
import * as answers from './messages.ts';
import type { Fault } from './refusals.ts';

export type ReadCall = grpc.ServerWritableStream<ReadReq, ReadResp>;

export class Reads {
  /** Milliseconds a record that a filtered read goes on searching behind the last one that was asked of it. */
  searchMs = 0;
  /** Milliseconds that the server takes for each event of an answer. */
  eventMs = 0;
  /** Whether it sends nothing before it has them all. */
  inWholePages = false;
  /** Milliseconds that a read from the end of all waits before it is answered. */
  endMs = 0;
  /** Reads from the end of all that have come. */
  ofTheEnd = 0;
  /** Reads from the end of all that waited for their answer at once, at most. */
  ofTheEndAtOnce = 0;
  /** Events that have been sent. */
  sent = 0;
  /** Reads that the client broke off before their end. */
  brokenOff = 0;
  readonly #log: Log;
  #stalled = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  read(call: ReadCall, asked: answers.ReadAsked): void {
    call.on('cancelled', () => {
      if (!call.writableEnded) this.brokenOff += 1;
    });
    void this.#answer(call, asked);
  }

  async #answer(call: ReadCall, asked: answers.ReadAsked): Promise<void> {
    const records = this.#select(asked);
    if (asked.stream === undefined && asked.from === 'end') await this.#stall();
    if (asked.stream !== undefined && this.#log.stream(asked.stream).length === 0) {
      call.write(answers.streamNotFound(asked.stream));
    }
    if (this.inWholePages && this.eventMs > 0) await pause(this.eventMs * records.length);
    for (const record of records) {
      if (!this.inWholePages && this.eventMs > 0) await pause(this.eventMs);
      if (call.cancelled) return;
      this.sent += 1;
      call.write(answers.eventAnswer(record));
    }
    if (this.searchMs > 0) await pause(this.searchMs * this.#searchedInVain(asked, records));
    call.end();
  }

  async #stall(): Promise<void> {
    this.ofTheEnd += 1;
    this.#stalled += 1;
    this.ofTheEndAtOnce = Math.max(this.ofTheEndAtOnce, this.#stalled);
    if (this.endMs > 0) await pause(this.endMs);
    this.#stalled -= 1;
  }

  /** A real server ends a filtered read at the next match after those that were asked for, or at the end of its log. */
  #searchedInVain(asked: answers.ReadAsked, found: readonly LogRecord[]): number {
    const last = found.at(-1);
    const goesOn =
      (asked.prefixes ?? asked.types) && this.#select({ ...asked, count: asked.count + 1 }).length === found.length;
    if (!goesOn) return 0;
    const all = this.#log.records.length;
    const at = last ? this.#log.indexFrom(last.position) : this.#firstIndex(asked, all);
    return asked.backwards ? at : all - 1 - at;
  }

  #select(asked: answers.ReadAsked): readonly LogRecord[] {
    const { stream, backwards, count } = asked;
    const source = stream === undefined ? this.#log.records : this.#log.stream(stream);
    const found: LogRecord[] = [];
    const step = backwards ? -1 : 1;
    for (let at = this.#firstIndex(asked, source.length); found.length < count; at += step) {
      const record = source[at];
      if (!record) break;
      if (answers.isAskedFor(record, asked)) found.push(record);
    }
    return found;
  }

  /** From a position, a backward read of all begins before it; that of a stream begins at its revision. */
  #firstIndex({ stream, from, backwards }: answers.ReadAsked, length: number): number {
    if (from === 'start') return backwards ? -1 : 0;
    if (from === 'end') return backwards ? length - 1 : length;
    if (stream !== undefined) return from;
    return backwards ? this.#log.indexFrom(from) - 1 : this.#log.indexFrom(from);
  }
}

/** Whether a record begins where it is to be read from. Past its end a log can be read, and there is nothing. */
export function knowsPosition(log: Log, { stream, from }: answers.ReadAsked): boolean {
  return stream !== undefined || typeof from !== 'number' || log.begins(from) || log.endsBefore(from);
}

/** What is answered where no record begins: `detail` is what this server calls it. */
export function invalidPosition({ prefixes, types }: answers.ReadAsked, detail: string): Fault {
  const kind = (prefixes ?? types) ? 'FilteredReadAllResult' : 'ReadAllResult';
  return { code: grpc.status.UNKNOWN, details: `Unexpected ${kind}: ${detail}` };
}
