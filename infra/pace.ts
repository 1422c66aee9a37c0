/**
 * Much work for a server that may be slow, busy or away: as much at a time as it answers well (one more after each round of
 * timely answers, half as much after a refusal or a late one), repeated until it is done. Whatever is repeated must be
 * harmless: a command under its id, an append of the same events, a read.
 */
import { setMaxListeners } from 'node:events';
import { type OutageReason, StoreUnavailable, UnreadableEvent, WrongExpectedRevision } from '../services/ports.ts';
import type { Alarm } from './observability/alarm.ts';

/** The work was told to stop; what is done stays, and the next run goes on from there. */
export class Stopped extends Error {
  constructor() {
    super('已按要求停止，再次执行即从中断处继续 (stopped as told; run it again to go on from there)');
    this.name = 'Stopped';
  }
}

/** The server has answered nothing well for longer than one waits. */
export class OutOfPatience extends Error {
  constructor(ms: number, cause: unknown) {
    const minutes = Math.round(ms / 60_000);
    super(
      `存储已${minutes}分钟不能服务，不再等待；恢复后再次执行即从中断处继续 (no store has served for ${minutes} min; run it again when it does)`,
      { cause },
    );
    this.name = 'OutOfPatience';
  }
}

export interface PaceOptions {
  /** At once, at most and at first; 1 unless told. */
  readonly most?: number;
  /** Milliseconds after which an answer is late; 1,500 unless told. */
  readonly lateMs?: number;
  /** Milliseconds without one good answer after which the work is given up; 10 minutes unless told. */
  readonly patienceMs?: number;
  /** Milliseconds before the first repetition, doubling up to 5,000; 200 unless told. */
  readonly pauseMs?: number;
  /** Aborted when the work is to stop. */
  readonly signal?: AbortSignal | undefined;
  /** Told of an outage that is waited for. */
  readonly alarm?: Alarm;
}

const DEFAULTS = { most: 1, lateMs: 1_500, patienceMs: 600_000, pauseMs: 200 };
const MAX_PAUSE_MS = 5_000;

/** What passes by itself: a server that is away, which gives no reason, and one that is busy. A disk is seen to by people. */
const PASSING: ReadonlySet<OutageReason | undefined> = new Set<OutageReason | undefined>([undefined, 'busy']);

function isPassing(error: unknown): boolean {
  if (error instanceof WrongExpectedRevision) return true;
  return error instanceof StoreUnavailable && !(error instanceof UnreadableEvent) && PASSING.has(error.reason);
}

export class Pace {
  readonly #options: PaceOptions & typeof DEFAULTS;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #atOnce: number;
  /** Work that was begun before counts for nothing: it was still of the old measure. */
  #cutAt = Number.NEGATIVE_INFINITY;
  /** Since when nothing was answered well. */
  #failingSince: number | undefined;

  constructor(options: PaceOptions = {}) {
    this.#options = { ...DEFAULTS, ...options };
    this.#atOnce = this.#options.most;
    // Whatever pauses listens.
    if (options.signal) setMaxListeners(0, options.signal);
  }

  /** How much goes on at a time now. */
  get atOnce(): number {
    return Math.floor(this.#atOnce);
  }

  /**
   * Does a task in its turn, again and again until it is answered. Throws {@link Stopped}, {@link OutOfPatience}, and what
   * no waiting would mend as it is.
   */
  async run<T>(task: () => Promise<T>): Promise<T> {
    for (let failures = 0; ; failures += 1) {
      const outcome = await this.#once(task);
      if ('result' in outcome) return outcome.result;
      await this.#wait(failures, outcome.error);
    }
  }

  async #once<T>(task: () => Promise<T>): Promise<{ readonly result: T } | { readonly error: unknown }> {
    await this.#enter();
    const begun = performance.now();
    try {
      if (this.#options.signal?.aborted) throw new Stopped();
      const result = await task();
      this.#answered(begun);
      return { result };
    } catch (error) {
      if (!isPassing(error)) throw error;
      this.#slowDown(begun);
      this.#failingSince ??= performance.now();
      return { error };
    } finally {
      this.#leave();
    }
  }

  /** Whoever waits is counted in by the one who lets him in. */
  async #enter(): Promise<void> {
    if (this.#running < this.atOnce) this.#running += 1;
    else await new Promise<void>(resolve => this.#waiting.push(resolve));
  }

  #leave(): void {
    this.#running -= 1;
    while (this.#running < this.atOnce) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#running += 1;
      next();
    }
  }

  #answered(begun: number): void {
    this.#failingSince = undefined;
    if (performance.now() - begun > this.#options.lateMs) this.#slowDown(begun);
    else this.#atOnce = Math.min(this.#options.most, this.#atOnce + 1 / this.#atOnce);
  }

  #slowDown(begun: number): void {
    if (begun < this.#cutAt) return;
    this.#cutAt = performance.now();
    this.#atOnce = Math.max(1, this.#atOnce / 2);
  }

  async #wait(failures: number, error: unknown): Promise<void> {
    const { patienceMs, pauseMs, signal, alarm } = this.#options;
    if (performance.now() - (this.#failingSince ?? performance.now()) > patienceMs) {
      throw new OutOfPatience(patienceMs, error);
    }
    if (error instanceof StoreUnavailable)
      alarm?.('存储此刻不能服务，等待后继续 (a store cannot serve now: waiting for it)', { error: error.message });
    const pause = Math.min(MAX_PAUSE_MS, pauseMs * 2 ** failures) * (0.5 + Math.random() / 2);
    await pauseOf(pause, signal);
  }
}

/** Ends early when the work is to stop. */
function pauseOf(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise(resolve => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
  });
}
