/**
 * Argon2 within bounds. A hash takes tens of milliseconds and 19 MiB on a thread of the pool that all file work shares:
 * so many at a time, so many who wait, and who comes then is told to come again.
 */
import { availableParallelism } from 'node:os';

/** Leaves a core to everything else. */
const AT_ONCE = Math.max(1, Math.min(3, availableParallelism() - 1));
/** Some seconds' work: who waited longer would not want it any more. */
const WAITING = 50;

/** Too many passwords are being checked. */
export class TooBusy extends Error {
  constructor() {
    super('too many passwords are being checked');
    this.name = 'TooBusy';
  }
}

export type Bounded = <T>(task: () => Promise<T>) => Promise<T>;

/** Runs tasks, so many at once, first come first served. Throws {@link TooBusy} when too many wait. */
export function bounded(atOnce: number = AT_ONCE, waiting: number = WAITING): Bounded {
  let running = 0;
  const queue: (() => void)[] = [];
  const leave = () => {
    const next = queue.shift();
    if (next) next();
    else running -= 1;
  };
  return async task => {
    if (running < atOnce) running += 1;
    else if (queue.length < waiting) await new Promise<void>(resolve => queue.push(resolve));
    else throw new TooBusy();
    try {
      return await task();
    } finally {
      leave();
    }
  };
}
