/**
 * Memory given back when a thread has come to rest. V8 collects little while nothing is allocated: a thread that has nothing
 * to do keeps whatever its last work left behind, which after a start or a catch-up is more than all that it needs.
 */
import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface Rest {
  collect(): void;
  /** Milliseconds that the thread has worked since it began. */
  worked(): number;
}

const LOOK_MS = 5_000;
/** Of the time between two looks; probes and timers take less. */
const WORKING_AT_REST = 0.02;
/** Work that leaves behind what is worth a collection, in milliseconds. */
const WORTHWHILE_MS = 500;

/**
 * Collects the garbage of this thread once after each spell of work. A collection holds the thread up, so it waits until nobody
 * would notice. Keeps no process alive.
 */
export function collectAtRest({ collect, worked }: Rest = { collect: collectWhole, worked: workedHere }): void {
  let [seen, collected] = [worked(), 0];
  setInterval(() => {
    const [before, now] = [seen, worked()];
    seen = now;
    if (now - before > LOOK_MS * WORKING_AT_REST || now - collected < WORTHWHILE_MS) return;
    collect();
    // What a collection itself takes is no work.
    seen = collected = worked();
  }, LOOK_MS).unref();
}

/** Milliseconds that the event loop of this thread did not wait. */
export function workedHere(): number {
  return performance.eventLoopUtilization().active;
}

/** A collection of this thread's heap that holds it up for a twentieth of a second. */
export function collectOnce(): void {
  collector()();
}

/** A whole collection of this thread's heap, its reserves included; three times as long. */
export function collectWhole(): void {
  const collect = collector();
  collect();
  // Node 20 takes this for a small one; later versions give their reserves back by it alone.
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

function collector(): NodeJS.GCFunction {
  // The only way to one that needs no flag of the process, which whoever starts it would have to know.
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as NodeJS.GCFunction;
}
