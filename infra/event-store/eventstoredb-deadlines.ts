/** How long a server may be silent: one look at all calls in hand instead of a timer for each. */

/** Between two looks; milliseconds. */
const LOOK_MS = 250;

/** A call that waits for an answer. */
export interface Wait {
  /** What ends the call itself when nobody waits any more. */
  cancel: (() => void) | undefined;
  /** The longest silence until now, as a share of the one that is too long. */
  readonly longestSilence: number;
  /** Something has come: silence is counted anew. */
  heard(): void;
  /** The call has ended. */
  end(): void;
}

interface Waiting extends Wait {
  longestSilence: number;
  /** Nothing was heard at one more look. */
  missed(): void;
}

/**
 * Time counts in which an answer could have been heard: a process that was at work all the while must not take the server
 * for silent. So looks are counted, of which there is one in each turn of the event loop at most.
 */
export class Deadlines {
  readonly #waiting = new Set<Waiting>();
  #timer: NodeJS.Timeout | undefined;

  /** Calls `silent` once when nothing was heard for `ms` milliseconds, and cancels the call. */
  watch(ms: number, silent: () => void): Wait {
    // The first look may come at once.
    const looks = Math.ceil(ms / LOOK_MS) + 1;
    let missed = 0;
    const waiting: Waiting = {
      cancel: undefined,
      longestSilence: 0,
      heard: () => {
        missed = 0;
      },
      end: () => {
        this.#waiting.delete(waiting);
      },
      missed: () => {
        missed += 1;
        waiting.longestSilence = Math.max(waiting.longestSilence, missed / looks);
        if (missed < looks) return;
        waiting.end();
        silent();
        waiting.cancel?.();
      },
    };
    this.#waiting.add(waiting);
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS);
    return waiting;
  }

  #look(): void {
    if (this.#waiting.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    for (const waiting of this.#waiting) waiting.missed();
  }
}
