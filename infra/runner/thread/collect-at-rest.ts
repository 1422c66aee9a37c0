/**
 * Memory given back when a thread has come to rest. V8 collects a main thread that idles by itself; a worker that has
 * nothing to do keeps whatever its last work left behind, which after a catch-up is more than all that it needs.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface CollectAtRestOptions {
  readonly collect: () => void;
  /** Events that leave behind what is worth a collection. */
  readonly worthwhile: number;
  /** Milliseconds without an event: the thread is at rest. */
  readonly restMs: number;
}

/**
 * To be called whenever work has been done, with how many events the thread has come by. A collection holds the thread up,
 * so it waits until nobody would notice.
 */
export function collectingAtRest({ collect, worthwhile, restMs }: CollectAtRestOptions): (come: number) => void {
  let [come, collected] = [0, 0];
  let resting: NodeJS.Timeout | undefined;
  const rest = () => {
    resting = undefined;
    collected = come;
    collect();
  };
  return now => {
    come = now;
    if (come - collected < worthwhile) return;
    if (resting) resting.refresh();
    else resting = setTimeout(rest, restMs).unref();
  };
}

/** A whole collection of this thread's heap, its reserves included. */
export function collectWhole(): void {
  // The only way to one that needs no flag of the process, which whoever starts it would have to know.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as NodeJS.GCFunction;
  collect();
  // Node 20 takes this for a small one; later versions give their reserves back by it alone.
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
