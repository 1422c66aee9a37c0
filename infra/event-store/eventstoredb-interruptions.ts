/** What interruptions of a subscription come to: how long to wait before the next attempt, and whom to tell. */

/** Why a subscription ended: `slow` is ordinary under load, `broken` when a node stops or a line is cut. */
export type Interruption = 'slow' | 'broken' | 'invalid-position' | 'silent';

export interface Patience {
  /** The first pause before subscribing again, ms; it doubles up to {@link Patience.maxPauseMs}. */
  readonly pauseMs: number;
  readonly maxPauseMs: number;
  /** An interruption that lasts longer is told to the operator, ms. */
  readonly silenceMs: number;
}

export class Interruptions {
  readonly #patience: Patience;
  readonly #counts: Record<Interruption, number> = { slow: 0, broken: 0, 'invalid-position': 0, silent: 0 };
  /** Attempts since the server last answered. */
  #failures = 0;
  #since = 0;
  #told = false;

  constructor(patience: Patience) {
    this.#patience = patience;
  }

  /** Since the beginning. Attempts that fail until the server answers are one interruption. */
  get counts(): Readonly<Record<Interruption, number>> {
    return { ...this.#counts };
  }

  /** Whether the server has answered since the last interruption. */
  get areOver(): boolean {
    return this.#failures === 0;
  }

  /** The server has answered. */
  end(): void {
    this.#failures = 0;
    this.#told = false;
  }

  /**
   * Notes that a subscription has ended, and returns whether to tell an operator: once, when the server was silent or
   * has not answered for long. Short interruptions are ordinary.
   */
  note(cause: Interruption): boolean {
    const now = performance.now();
    if (this.#failures === 0) this.#since = now;
    if (this.#failures === 0 || cause === 'silent') this.#counts[cause] += 1;
    this.#failures += 1;
    if (this.#told || (cause !== 'silent' && now - this.#since < this.#patience.silenceMs)) return false;
    this.#told = true;
    return true;
  }

  /** Before the next attempt, ms. With jitter, so that the processes of an installation do not come back all at once. */
  pauseMs(): number {
    const { pauseMs, maxPauseMs } = this.#patience;
    return Math.min(maxPauseMs, pauseMs * 2 ** (this.#failures - 1)) * (0.5 + Math.random() / 2);
  }
}
