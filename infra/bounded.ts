/** Work that takes a processor, or much memory, for long: so many at a time, and so many who wait for it. */

/** So many wait already that whoever comes now had better come again. */
export class TooBusy extends Error {
  constructor() {
    super('too many wait for the same');
    this.name = 'TooBusy';
  }
}

export type Bounded = <T>(task: () => Promise<T>) => Promise<T>;

/** Runs tasks, so many at once, first come first served. Throws {@link TooBusy} when too many wait. */
export function withConcurrency({ atOnce, waiting }: { readonly atOnce: number; readonly waiting: number }): Bounded {
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
