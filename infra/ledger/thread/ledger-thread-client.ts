/** The ledger kept on a thread of its own. When the thread dies it is started again; the ledger tells it where it was. */
import { Worker } from 'node:worker_threads';
import type { EventLog } from '../../../projections/ports.ts';
import type { Grown, LedgerKeeper, LedgerReaderState } from '../reader.ts';
import type { FromLedgerThread, LedgerThreadData, ToLedgerThread } from './thread-messages.ts';

export interface LedgerThreadOptions extends LedgerThreadData {
  readonly log: Pick<EventLog, 'onAppend'>;
  alarm(message: string, details: object): void;
}

const ENTRY = new URL('./ledger-thread.js', import.meta.url);
const RESTART_MS = 1_000;
/** Milliseconds between two messages: a message for each append would cost the main thread more than the append. */
const TELL_EVERY_MS = 20;
/** What is read and hashed is soon garbage. */
const YOUNG_MB = 8;

export class LedgerThread implements LedgerKeeper {
  readonly #options: LedgerThreadOptions;
  readonly #listeners = new Set<(grown: Grown) => void>();
  #worker: Worker | undefined;
  #state: LedgerReaderState = 'following';
  #telling: NodeJS.Timeout | undefined;
  #interrupted = false;
  #restarting: NodeJS.Timeout | undefined;
  #stopping = false;
  #unsubscribe: (() => void) | undefined;

  constructor(options: LedgerThreadOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#worker) return;
    const { log, alarm, directory, hash, secret } = this.#options;
    this.#unsubscribe ??= log.onAppend(events => this.#appended(events.length === 0));
    const data: LedgerThreadData = { directory, hash, secret };
    const worker = new Worker(ENTRY, {
      workerData: data,
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    this.#worker = worker;
    worker.on('message', (message: FromLedgerThread) => this.#onMessage(message));
    worker.on('error', error => alarm('the thread of the ledger failed', { error: String(error) }));
    worker.once('exit', () => this.#ended(worker));
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#unsubscribe?.();
    clearTimeout(this.#telling);
    clearTimeout(this.#restarting);
    const worker = this.#worker;
    if (!worker) return;
    const ended = new Promise(resolve => worker.once('exit', resolve));
    worker.postMessage({ kind: 'stop' } satisfies ToLedgerThread);
    await ended;
  }

  state(): LedgerReaderState {
    return this.#state;
  }

  onGrown(listener: (grown: Grown) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #appended(interrupted: boolean): void {
    this.#interrupted ||= interrupted;
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      this.#worker?.postMessage({ kind: 'appended', interrupted: this.#interrupted } satisfies ToLedgerThread);
      this.#interrupted = false;
    }, TELL_EVERY_MS);
  }

  #onMessage(message: FromLedgerThread): void {
    if (message.kind === 'grown') {
      for (const listener of this.#listeners) listener(message.grown);
      return;
    }
    this.#state = message.state;
    this.#options.alarm(message.message, message.details);
  }

  #ended(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    if (this.#stopping) return;
    this.#options.alarm('the thread of the ledger ended, starting it again', {});
    this.#restarting = setTimeout(() => this.start(), RESTART_MS);
  }
}
