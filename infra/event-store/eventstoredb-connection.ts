/** Calls to an EventStoreDB cluster through its client: bounded in time, sent to the leader, outages told apart. */
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { type Appended, Appends } from './eventstoredb-appends.ts';
import { type Client, closeChannel, openClient } from './eventstoredb-client.ts';
import { Deadlines, type Wait } from './eventstoredb-deadlines.ts';
import type { Appending } from './eventstoredb-messages.ts';
import { callOutcomeOf, NoAnswer } from './eventstoredb-outcomes.ts';
import { openEndlessRead, read, type Stream } from './eventstoredb-reading.ts';

export interface ReadingOptions {
  /** How long the server may be silent, ms. */
  readonly deadlineMs?: number | undefined;
  /** Whether this answer is the last that matters. */
  last?(answer: ReadResp): boolean;
  /** Told at the end how long the longest silence was, as a share of the one that is too long. */
  wasSilent?(share: number): void;
}

export class Connection {
  readonly #url: () => string;
  readonly #deadlineMs: number;
  readonly #deadlines = new Deadlines();
  #client: Client;
  #appends: Appends;

  /** `url` as {@link openEventStoreDb} takes it; `deadlineMs` bounds the server's silence in every call. */
  constructor(url: () => string, deadlineMs: number) {
    this.#url = url;
    this.#deadlineMs = deadlineMs;
    this.#client = openClient(url());
    this.#appends = new Appends(this.#client);
  }

  /**
   * The answers to a read, up to the last event asked for: after that a server goes on searching for another one that
   * passes the filter, to the end of its log. Throws {@link StoreUnavailable} or {@link NoSuchPosition}.
   */
  read(
    request: ReadReq,
    { deadlineMs = this.#deadlineMs, last = () => false, wasSilent }: ReadingOptions = {},
  ): Promise<readonly ReadResp[]> {
    const count = Number(request.getOptions()?.getCount());
    let events = 0;
    const isLast = (answer: ReadResp): boolean => {
      if (!answer.hasEvent()) return false;
      events += 1;
      return events >= count || last(answer);
    };
    return this.#call(deadlineMs, async (client, wait) => {
      const answers = await read(client, request, isLast, wait, this.#deadlines);
      wasSilent?.(wait.longestSilence);
      return answers;
    });
  }

  /** Throws {@link AppendTooLarge}, or {@link StoreUnavailable}: then the events may have been appended or not. */
  append(append: Appending): Promise<Appended> {
    const appends = this.#appends;
    return this.#call(this.#deadlineMs, (_client, wait) => appends.append(append, wait));
  }

  /** A read without an end. Throws {@link StoreUnavailable}. */
  subscribe(request: ReadReq): Promise<Stream> {
    return this.#call(this.#deadlineMs, (client, wait) => {
      const opening = openEndlessRead(client, request);
      wait.cancel = () =>
        void opening.then(
          late => late.cancel(),
          () => undefined,
        );
      return opening;
    });
  }

  /**
   * Goes on over a new connection. The client makes one by itself after `unavailable` and `not leader`; after silence it
   * would wait for the old one, up to 20 s.
   */
  renew(): void {
    const silent = this.#client;
    this.#appends.retire();
    this.#client = openClient(this.#url());
    this.#appends = new Appends(this.#client);
    closeChannel(silent);
  }

  async close(): Promise<void> {
    await this.#client.dispose();
    closeChannel(this.#client);
  }

  #call<T>(deadlineMs: number, call: (client: Client, wait: Wait) => Promise<T>): Promise<T> {
    const client = this.#client;
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => {
        wait.end();
        const outcome = callOutcomeOf(error);
        if (outcome.needsAnother && client === this.#client) this.renew();
        reject(outcome.error);
      };
      const wait = this.#deadlines.watch(deadlineMs, () => fail(new NoAnswer(deadlineMs)));
      call(client, wait).then(answer => {
        wait.end();
        resolve(answer);
      }, fail);
    });
  }
}
