/**
 * Long work in slices. With stores that answer on this thread nothing ever lets go of it by itself: an `await` on an
 * answer that is already there only goes to the end of the line of microtasks. So whoever works page by page pauses
 * between pages, and requests of others are answered in between. What shares one instance takes turns, first come first
 * served.
 */

/** Work may go on between two pieces; to be awaited. */
export type Pause = () => Promise<void> | undefined;

export interface TimeSliceOptions {
  /** Milliseconds of work in one turn of the event loop, give or take a piece. */
  readonly budgetMs: number;
  /** Milliseconds; from wherever. */
  readonly now?: () => number;
  /** Calls back in a later turn of the event loop. */
  readonly later?: (callback: () => void) => void;
}

export class TimeSlices {
  readonly #budgetMs: number;
  readonly #now: () => number;
  readonly #later: (callback: () => void) => void;
  readonly #waiting: (() => void)[] = [];
  /** Undefined while nobody has worked in this turn. */
  #startedAt: number | undefined;

  constructor({ budgetMs, now = () => performance.now(), later = setImmediate }: TimeSliceOptions) {
    this.#budgetMs = budgetMs;
    this.#now = now;
    this.#later = later;
  }

  /** Nothing to wait for while this turn has time left; else the caller's own turn. */
  readonly pause: Pause = () => {
    if (this.#startedAt === undefined) this.#begin();
    else if (this.#now() - this.#startedAt >= this.#budgetMs)
      return new Promise(resolve => this.#waiting.push(resolve));
    return undefined;
  };

  #begin(): void {
    this.#startedAt = this.#now();
    this.#later(() => this.#end());
  }

  #end(): void {
    this.#startedAt = undefined;
    if (this.#waiting.length === 0) return;
    this.#begin();
    this.#resume();
  }

  /** The next of those who wait goes on, and after it the one behind, while this turn has time: one in each at least. */
  #resume(): void {
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0) afterMicrotasks(() => this.#resumeInTime());
  }

  #resumeInTime(): void {
    if (this.#startedAt !== undefined && this.#now() - this.#startedAt < this.#budgetMs) this.#resume();
  }
}

/** When all has been done that goes on by itself, but still in this turn of the event loop. */
function afterMicrotasks(callback: () => void): void {
  queueMicrotask(() => process.nextTick(callback));
}

/** Milliseconds; some hundred answers from rows. */
const REQUESTS_MS = 6;

/** What answers requests on this thread: whatever one turn of the event loop brings, it takes up no more of it at once. */
export const requests = new TimeSlices({ budgetMs: REQUESTS_MS });
