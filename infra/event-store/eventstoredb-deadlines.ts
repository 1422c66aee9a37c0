/** How long a server may be silent: one look at all calls in hand instead of a timer for each. */

/** Between two looks; milliseconds. */
const LOOK_MS = 250;

/** A call that waits for an answer. */
export interface Wait {
  /** What ends the call itself when nobody waits any more. */
  cancel: (() => void) | undefined;
  /** Something has come: silence is counted anew. */
  heard(): void;
  /** The call has ended. */
  end(): void;
}

interface Waiting extends Wait {
  /** Looks that it may still be silent for. */
  left: number;
  giveUp(): void;
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
    const waiting: Waiting = {
      left: looks,
      cancel: undefined,
      heard: () => {
        waiting.left = looks;
      },
      end: () => {
        this.#waiting.delete(waiting);
      },
      giveUp: () => {
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
    for (const waiting of this.#waiting) {
      waiting.left -= 1;
      if (waiting.left <= 0) waiting.giveUp();
    }
  }
}
