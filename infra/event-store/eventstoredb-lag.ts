/** Tells a subscription that is catching up from one that does not come nearer to the head of the log. */
import { comparePositions, type Position } from '../../events/ids.ts';

export class Lag {
  readonly #patience: number;
  /** What the log held at a look and the subscription has not delivered yet. */
  #goal: Position | undefined;
  #nearest = 0n;
  /** Since the subscription was nearest. */
  #looks = 0;
  #told = false;

  /** `patience` is for how many looks a lag need not shrink. A process at work looks late, and listens late too. */
  constructor(patience: number) {
    this.#patience = patience;
  }

  /**
   * Notes where subscription and log are, and returns whether the lag is to be told, which it is once: what the log held
   * at an earlier look has not come, and in all of the patience the distance to the head was never less than before.
   */
  look(position: Position, head: Position): boolean {
    const distance = BigInt(head) - BigInt(position);
    if (this.#goal === undefined || comparePositions(position, this.#goal) >= 0) {
      this.forget();
      if (distance > 0n) this.#goal = head;
    } else if (distance >= this.#nearest) {
      this.#looks += 1;
      if (this.#told || this.#looks < this.#patience) return false;
      this.#told = true;
      return true;
    }
    this.#nearest = distance;
    this.#looks = 0;
    return false;
  }

  /** Nothing is known any more: the log could not be asked. */
  forget(): void {
    this.#goal = undefined;
    this.#told = false;
  }
}
