/** When the in-process server makes appends durable: as fast as it can, or as real ones were measured to. */

/** How long commits take. In milliseconds, but for the counts. */
export interface CommitPace {
  /** Until an append that comes alone is durable. */
  readonly aloneMs: number;
  /** The same of one that comes while so many are under way, `crowd` with itself, or more; between the two in proportion. */
  readonly crowdedMs: number;
  readonly crowd: number;
  /** Appends that can become durable in a second. */
  readonly perSecond: number;
}

/**
 * EventStoreDB 23.10.8, one node on two cores: the bare client appended 208-286, 1,570-1,960, 3,300-3,600 and 3,600-3,700 a
 * second at 1, 32, 64 and 256 writers with a stream each (design of the house, section 8; issue 13).
 */
export const OF_23_10_8: CommitPace = { aloneMs: 4, crowdedMs: 18, crowd: 32, perSecond: 3_650 };

/** Milliseconds that never go back, and a call after some of them. */
export interface CommitClock {
  now(): number;
  after(ms: number, call: () => void): void;
}

const SYSTEM_CLOCK: CommitClock = {
  now: () => performance.now(),
  after: (ms, call) => void setTimeout(call, ms).unref(),
};

interface Waiting {
  readonly due: number;
  commit(): void;
}

/** Appends become durable in the order in which they came; those that are due together, together. */
export class Commits {
  readonly #pace: CommitPace;
  readonly #clock: CommitClock;
  #waiting: Waiting[] = [];
  #lastDue = Number.NEGATIVE_INFINITY;

  constructor(pace: CommitPace, clock = SYSTEM_CLOCK) {
    this.#pace = pace;
    this.#clock = clock;
  }

  /** Calls `commit` when the append would be durable. */
  add(commit: () => void): void {
    const { aloneMs, crowdedMs, crowd, perSecond } = this.#pace;
    const crowded = Math.min(1, this.#waiting.length / (crowd - 1));
    const ready = this.#clock.now() + aloneMs + (crowdedMs - aloneMs) * crowded;
    this.#lastDue = Math.max(ready, this.#lastDue + 1_000 / perSecond);
    this.#waiting.push({ due: this.#lastDue, commit });
    if (this.#waiting.length === 1) this.#wait();
  }

  #wait(): void {
    const [first] = this.#waiting;
    if (first) this.#clock.after(first.due - this.#clock.now(), () => this.#commit());
  }

  #commit(): void {
    const now = this.#clock.now();
    const left = this.#waiting.findIndex(({ due }) => due > now);
    const due = this.#waiting.splice(0, left < 0 ? this.#waiting.length : left);
    this.#wait();
    for (const { commit } of due) commit();
  }
}
