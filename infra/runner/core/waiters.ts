/** Those who wait for the read side to reach a position. */
import { comparePositions, type Position, START } from '../../../events/ids.ts';

export class Waiters {
  #reached: Position | undefined;
  #waiting: { readonly position: Position; resolve(reached: boolean): void }[] = [];

  /** The slowest live read model stands here now. */
  moved(position: Position): void {
    this.#reached = position;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const waiter of waiting) {
      if (this.#has(waiter.position)) waiter.resolve(true);
      else this.#waiting.push(waiter);
    }
  }

  until(position: Position, ms: number): Promise<boolean> {
    if (this.#has(position)) return Promise.resolve(true);
    return new Promise(resolve => {
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter(other => other !== waiter);
        resolve(false);
      }, ms).unref();
      const waiter = {
        position,
        resolve(reached: boolean) {
          clearTimeout(timer);
          resolve(reached);
        },
      };
      this.#waiting.push(waiter);
    });
  }

  /** Nothing will move any more. */
  giveUp(): void {
    for (const waiter of this.#waiting.splice(0)) waiter.resolve(false);
  }

  #has(position: Position): boolean {
    return this.#reached !== undefined && comparePositions(this.#reached, position) >= 0;
  }
}

/** The position of the slowest. */
export function slowest(positions: readonly Position[]): Position {
  return positions.reduce((a, b) => (comparePositions(a, b) <= 0 ? a : b), positions[0] ?? START);
}
