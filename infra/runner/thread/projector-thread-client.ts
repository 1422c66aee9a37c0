/** Projecting on a second thread. When the thread dies it is started again; rows and checkpoints tell it where it was. */
import { Worker } from 'node:worker_threads';
import type { Position } from '../../../events/ids.ts';
import type { Checkpoint, CollectionSpec, EventLog, NamedProjection } from '../../../projections/ports.ts';
import { StoreUnavailable } from '../../../services/ports.ts';
import type { OnProgress, Projector, ProjectorState, RebuildReport } from '../core/projector.ts';
import { Waiters } from '../core/waiters.ts';
import type { FromThread, Method, ThreadData, ToThread } from './thread-messages.ts';

export interface ProjectorThreadOptions {
  readonly directory: string;
  readonly log: EventLog;
  /** The collector of traces, if there is one. */
  readonly traces?: string | undefined;
  alarm(message: string, details: object): void;
  /** The module that the thread runs. */
  readonly entry?: URL;
}

interface Call {
  resolve(value: unknown): void;
  reject(error: Error): void;
  readonly onProgress: OnProgress | undefined;
}

const ENTRY = new URL('./projector-thread.js', import.meta.url);
const RESTART_MS = 1_000;
/** Rows that a projector makes are soon garbage: room for less of it costs little time and a tenth of the memory. */
const YOUNG_MB = 12;

export class ProjectorThread implements Projector {
  readonly #options: ProjectorThreadOptions;
  readonly #calls = new Map<number, Call>();
  readonly #waiters = new Waiters();
  #worker: Worker | undefined;
  #specs: ReadonlyMap<string, CollectionSpec> = new Map();
  #state: ProjectorState = 'starting';
  #lastCall = 0;
  #stopping = false;
  #telling = false;
  #unsubscribe: (() => void) | undefined;

  constructor(options: ProjectorThreadOptions) {
    this.#options = options;
  }

  async start(onProgress?: OnProgress): Promise<void> {
    this.#unsubscribe ??= this.#options.log.onAppend(() => this.#grown());
    const data: ThreadData = { directory: this.#options.directory, traces: this.#options.traces };
    const worker = new Worker(this.#options.entry ?? ENTRY, {
      workerData: data,
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    this.#worker = worker;
    worker.on('message', (message: FromThread) => this.#onMessage(message));
    worker.on('error', error => this.#options.alarm('the projector thread failed', { error: String(error) }));
    worker.once('exit', () => this.#ended(worker));
    this.#specs = (await this.#call('start', undefined, onProgress)) as ReadonlyMap<string, CollectionSpec>;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#unsubscribe?.();
    const worker = this.#worker;
    if (worker) {
      const ended = new Promise(resolve => worker.once('exit', resolve));
      // One that ended by itself meanwhile has nothing more to stop.
      await this.#call('stop').catch(error => {
        if (this.#worker) throw error;
      });
      await ended;
    }
    this.#waiters.giveUp();
  }

  state(): ProjectorState {
    return this.#state;
  }

  async reached(position: Position, ms: number): Promise<boolean> {
    return this.#state !== 'halted' && this.#waiters.until(position, ms);
  }

  specOf({ name }: NamedProjection): CollectionSpec {
    const spec = this.#specs.get(name);
    if (!spec) throw new StoreUnavailable(`read model ${name} is being built`, { retryAfter: 5 });
    return spec;
  }

  checkpoints(): Promise<readonly Checkpoint[]> {
    return this.#call('checkpoints') as Promise<readonly Checkpoint[]>;
  }

  rebuild(name: string, onProgress?: OnProgress): Promise<RebuildReport> {
    return this.#call('rebuild', name, onProgress) as Promise<RebuildReport>;
  }

  rebuildAll(names: readonly string[], onProgress?: OnProgress): Promise<readonly RebuildReport[]> {
    return this.#call('rebuildAll', names, onProgress) as Promise<readonly RebuildReport[]>;
  }

  async rollback(name: string): Promise<void> {
    await this.#call('rollback', name);
  }

  #call(method: Method, argument?: unknown, onProgress?: OnProgress): Promise<unknown> {
    const worker = this.#worker;
    if (!worker) return Promise.reject(new StoreUnavailable('the projector thread is not running'));
    this.#lastCall += 1;
    const id = this.#lastCall;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject, onProgress });
      worker.postMessage({ kind: 'call', id, method, argument } satisfies ToThread);
    });
  }

  /** One message a turn is enough: the thread reads all there is. */
  #grown(): void {
    if (this.#telling) return;
    this.#telling = true;
    setImmediate(() => {
      this.#telling = false;
      this.#worker?.postMessage({ kind: 'grown' } satisfies ToThread);
    });
  }

  #onMessage(message: FromThread): void {
    switch (message.kind) {
      case 'moved':
        this.#waiters.moved(message.position);
        break;
      case 'live':
        this.#specs = message.specs;
        break;
      case 'state':
        this.#state = message.state;
        if (message.state === 'halted') this.#waiters.giveUp();
        break;
      case 'alarm':
        this.#options.alarm(message.message, message.details);
        break;
      case 'progress':
        this.#calls.get(message.id)?.onProgress?.(message.progress);
        break;
      case 'result':
        this.#calls.get(message.id)?.resolve(message.value);
        this.#calls.delete(message.id);
        break;
      case 'failed':
        this.#calls.get(message.id)?.reject(errorOf(message));
        this.#calls.delete(message.id);
        break;
    }
  }

  #ended(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#state = 'starting';
    for (const call of this.#calls.values()) call.reject(new StoreUnavailable('the projector thread ended'));
    this.#calls.clear();
    if (this.#stopping) return;
    this.#options.alarm('the projector thread ended, starting it again', {});
    setTimeout(() => {
      if (!this.#stopping) this.#startAgain();
    }, RESTART_MS);
  }

  /** A thread that runs but could not take up its work is ended, so that it is started once more. */
  #startAgain(): void {
    this.start().catch(error => {
      this.#options.alarm('the projector thread did not start', { error: String(error) });
      this.#worker?.terminate().catch(() => undefined);
    });
  }
}

/** Names that callers tell apart keep their meaning across threads. */
function errorOf({ name, message }: Extract<FromThread, { kind: 'failed' }>): Error {
  if (name === 'RangeError') return new RangeError(message);
  return new StoreUnavailable(message);
}
