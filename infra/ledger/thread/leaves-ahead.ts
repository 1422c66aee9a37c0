/** Leaves made on two threads while a ledger has far to go. */
import { Worker } from 'node:worker_threads';
import type { Position } from '../../../events/ids.ts';
import type { LeafPage, LeavesAfter } from '../leaves.ts';
import type { FromLeavesThread, LedgerThreadData, ToLeavesThread } from './thread-messages.ts';

export interface LeavesAheadOptions {
  readonly data: LedgerThreadData;
  /** Makes leaves on this thread. */
  readonly own: LeavesAfter;
  /** The positions of this log are numbers without gaps: where a page will begin is known before it is read. */
  readonly log: { head(): Promise<Position> };
  alarm(message: string, details: object): void;
  /** Events ahead from which on the second thread is worth its start; 50,000 unless told. */
  readonly far?: number;
}

const ENTRY = new URL('./leaves-thread.js', import.meta.url);
const FAR = 50_000;
/** Of so many pages this thread makes the first, and the tree of all of them: about as much work as the others are. */
const GROUP = 3;
/** Groups that are asked for at a time, so that the second thread need not wait for this one. */
const GROUPS = 2;
/** What is read and hashed is soon garbage. */
const YOUNG_MB = 8;

interface Awaited {
  readonly page: Promise<LeafPage | undefined>;
  /** Without a page where the second thread has failed. */
  readonly settle: (page?: LeafPage) => void;
}

export class LeavesAhead {
  readonly #options: LeavesAheadOptions;
  /** By the number of the position before them. */
  readonly #awaited = new Map<number, Awaited>();
  #worker: Worker | undefined;
  #isReady = false;
  #hasFailed = false;

  constructor(options: LeavesAheadOptions) {
    this.#options = options;
  }

  readonly after: LeavesAfter = async (after, limit) => {
    const awaited = this.#awaited.get(Number(after));
    if (!awaited) await this.#askAhead(Number(after), limit);
    const page = await awaited?.page;
    this.#awaited.delete(Number(after));
    return page ?? this.#options.own(after, limit);
  };

  /** Ends the second thread. */
  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#isReady = false;
    await worker?.terminate();
  }

  async #askAhead(after: number, limit: number): Promise<void> {
    const { log, far = FAR } = this.#options;
    const head = Number(await log.head());
    for (const key of this.#awaited.keys()) if (key <= after) this.#awaited.delete(key);
    if (head - after < far && this.#awaited.size === 0) await this.close();
    if (head - after < far || this.#hasFailed) return;
    this.#worker ??= this.#start();
    if (!this.#isReady) return;
    for (let page = 1; page < GROUP * GROUPS; page += 1) {
      const begins = after + page * limit;
      if (page % GROUP !== 0 && begins + limit <= head && !this.#awaited.has(begins)) this.#ask(begins, limit);
    }
  }

  #ask(begins: number, limit: number): void {
    let settle: Awaited['settle'] = () => undefined;
    const page = new Promise<LeafPage | undefined>(resolve => {
      settle = resolve;
    });
    this.#awaited.set(begins, { page, settle });
    this.#worker?.postMessage({ after: String(begins) as Position, limit } satisfies ToLeavesThread);
  }

  #start(): Worker {
    const { data, alarm } = this.#options;
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MB };
    const worker = new Worker(ENTRY, { workerData: data, execArgv: [], resourceLimits });
    worker.on('message', (message: FromLeavesThread) => {
      if (message.kind === 'ready') this.#isReady = true;
      else this.#awaited.get(Number(message.after))?.settle(message.page);
    });
    worker.on('error', error => {
      alarm('the second thread of the ledger failed, going on without it', { error: String(error) });
      this.#hasFailed = true;
    });
    worker.once('exit', () => {
      for (const { settle } of this.#awaited.values()) settle();
      this.#isReady = false;
    });
    return worker;
  }
}
