/**
 * The commands of one stream take turns: what comes while others are being carried out is carried out together with all
 * that came meanwhile. In one process a conflict would only cost a second decision.
 */
import type { StreamId } from '../events/ids.ts';
import { StoreUnavailable } from './ports.ts';

/** Somebody who waits for his turn. */
export interface Queued {
  reject(error: unknown): void;
}

/** Carried out together at most. */
const TOGETHER = 64;

/**
 * `carryOut` settles the first of those who wait, at least one, and tells how many. Who waits behind one that found its
 * store gone fails with it: waiting for the store in turn, the last would wait for hours.
 */
export function streamQueue<W extends Queued>(
  carryOut: (key: StreamId, waiting: readonly W[]) => Promise<number>,
): (key: StreamId, waiting: W) => void {
  const queues = new Map<StreamId, W[]>();

  async function work(key: StreamId, queue: W[]): Promise<void> {
    while (queue.length > 0) {
      const together = queue.slice(0, TOGETHER);
      try {
        queue.splice(0, await carryOut(key, together));
      } catch (error) {
        const failed = queue.splice(0, error instanceof StoreUnavailable ? queue.length : together.length);
        for (const waiting of failed) waiting.reject(error);
      }
    }
    queues.delete(key);
  }

  return (key, waiting) => {
    const queue = queues.get(key);
    if (queue) {
      queue.push(waiting);
      return;
    }
    const own = [waiting];
    queues.set(key, own);
    void work(key, own);
  };
}
