/** Where read models stand, as the store that processes share tells it, asked again and again. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Checkpoint, ReadStore } from '../../../projections/ports.ts';
import type { Projection } from '../../../projections/projection.ts';
import { liveByName } from '../core/generation.ts';

export interface CheckpointPollerOptions {
  readonly store: ReadStore;
  readonly projections: readonly Projection[];
  /** Milliseconds between two questions. */
  readonly refreshMs: number;
  alarm(message: string, details: object): void;
  /** After each answer. */
  seen?(): void;
}

export class CheckpointPoller {
  readonly #options: CheckpointPollerOptions;
  #checkpoints: readonly Checkpoint[] = [];
  #live: ReadonlyMap<string, Checkpoint> = new Map();
  /** When the question was put whose answer is known; before the first one it was long ago. */
  #askedAt = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | undefined;
  #polling: Promise<void> | undefined;
  #silent = false;
  readonly #stopping = new AbortController();

  constructor(options: CheckpointPollerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#polling ??= this.#poll();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#polling;
  }

  /** Milliseconds for which this view may have been wrong. */
  get age(): number {
    return performance.now() - this.#askedAt;
  }

  /** The live generation of the version this program knows. */
  live(name: string): Checkpoint | undefined {
    return this.#live.get(name);
  }

  /** The highest term that was written for a projection. */
  term(name: string): number {
    return Math.max(0, ...this.#checkpoints.filter(({ projection }) => projection === name).map(({ term }) => term));
  }

  /** Asks now; those who ask at the same time share an answer. */
  refresh(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<void> {
    const asked = performance.now();
    const checkpoints = await this.#options.store.checkpoints();
    this.#checkpoints = checkpoints;
    this.#live = liveByName(checkpoints, this.#options.projections);
    this.#askedAt = asked;
    this.#options.seen?.();
  }

  async #poll(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.refresh().then(
        () => {
          this.#silent = false;
        },
        error => this.#unheard(error),
      );
      await pause(this.#options.refreshMs, undefined, { signal }).catch(() => undefined);
    }
  }

  #unheard(error: unknown): void {
    if (!this.#silent) this.#options.alarm('read models cannot be seen now', { error: String(error) });
    this.#silent = true;
  }
}
