/** Tells a subscription that is catching up from one that does not come nearer to the head of the log. */
import { comparePositions, type Position } from '../../events/ids.ts';

export class Lag {
  readonly #patienceMs: number;
  /** What the log held at a look and the subscription has not delivered yet. */
  #goal: Position | undefined;
  #nearest = 0n;
  #nearestAt = 0;
  #told = false;

  /** `patienceMs` is how long a lag need not shrink. */
  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  /**
   * Notes where subscription and log are, and returns whether the lag is to be told, which it is once: what the log held
   * at an earlier look has not come, and in all of the patience the distance to the head was never less than before.
   */
  look(position: Position, head: Position, now: number): boolean {
    const distance = BigInt(head) - BigInt(position);
    if (this.#goal === undefined || comparePositions(position, this.#goal) >= 0) {
      this.forget();
      if (distance > 0n) this.#goal = head;
    } else if (distance >= this.#nearest) {
      if (this.#told || now - this.#nearestAt < this.#patienceMs) return false;
      this.#told = true;
      return true;
    }
    this.#nearest = distance;
    this.#nearestAt = now;
    return false;
  }

  /** Nothing is known any more: the log could not be asked. */
  forget(): void {
    this.#goal = undefined;
    this.#told = false;
  }
}
