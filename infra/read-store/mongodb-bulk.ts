/** Bulk writes that may be repeated, because the filter of each operation says whether it still counts. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type AnyBulkWriteOperation, type Collection, type Document, MongoBulkWriteError } from 'mongodb';
import { DUPLICATE_KEY, inTime, isPassing, mongoErrorMeaning, mongoUnavailable, WRITE_MS } from '../mongodb.ts';

export type Operation<T extends Document> = AnyBulkWriteOperation<T>;

export interface BulkWrite<T extends Document> {
  readonly collection: Collection<T>;
  readonly operations: readonly Operation<T>[];
}

/** An operation that did not take effect, or is not known to have. */
interface Refusal {
  readonly index: number;
  readonly duplicate: boolean;
}

const BATCH_OPERATIONS = 500;
const AT_ONCE = 4;
const PATIENCE_MS = 2_000;
const PAUSE_MS = 40;

/** Parts of a size that a slow server answers in time. */
export function* inBatches<T extends Document>({ collection, operations }: BulkWrite<T>): Iterable<BulkWrite<T>> {
  for (let at = 0; at < operations.length; at += BATCH_OPERATIONS) {
    yield { collection, operations: operations.slice(at, at + BATCH_OPERATIONS) };
  }
}

/** Writes batches a few at a time; after one that failed no further one is begun. */
export async function writeBatches<T extends Document>(batches: Iterable<BulkWrite<T>>): Promise<void> {
  // Of a generator, because leaving its loop ends it for the other writers too.
  const queue = (function* () {
    yield* batches;
  })();
  const writer = async () => {
    for (const batch of queue) await writeUnordered(batch);
  };
  const done = await Promise.allSettled(Array.from({ length: AT_ONCE }, writer));
  const failed = done.find(({ status }) => status === 'rejected');
  if (failed) throw (failed as PromiseRejectedResult).reason;
}

/**
 * A duplicate key says that another writer made the document in between, or that the stored one no longer passes the
 * filter. The second try tells: a duplicate then is the latter, and what is stored stays. Returns the operations that it
 * outlived.
 */
export async function writeUnordered<T extends Document>({
  collection,
  operations,
}: BulkWrite<T>): Promise<Operation<T>[]> {
  const pause = pauses();
  const lost = new Set<Operation<T>>();
  const outlived: Operation<T>[] = [];
  for (let pending = operations; pending.length > 0; ) {
    const refusals = await send(collection, pending);
    const again: Operation<T>[] = [];
    for (const { index, duplicate } of refusals) {
      const operation = pending[index] as Operation<T>;
      const isLast = duplicate && ('insertOne' in operation || lost.has(operation));
      (isLast ? outlived : again).push(operation);
      if (duplicate) lost.add(operation);
    }
    if (refusals.some(({ duplicate }) => !duplicate)) await pause();
    pending = again;
  }
  return outlived;
}

/** Waits longer each time. Throws StoreUnavailable once patience is at an end. */
function pauses(): () => Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  let ms = PAUSE_MS;
  return async () => {
    if (performance.now() + ms > until) throw mongoUnavailable();
    await sleep(ms);
    ms *= 2;
  };
}

async function send<T extends Document>(
  collection: Collection<T>,
  operations: readonly Operation<T>[],
): Promise<readonly Refusal[]> {
  try {
    await inTime(collection.bulkWrite(operations, { ordered: false, timeoutMS: WRITE_MS }));
    return [];
  } catch (error) {
    if (error instanceof MongoBulkWriteError) return refusalsIn(error, operations.length);
    throw mongoErrorMeaning(error);
  }
}

/** Throws when the server was not reached, or finds fault with an operation. */
function refusalsIn(error: MongoBulkWriteError, sent: number): readonly Refusal[] {
  const refused = error.result.getWriteErrors();
  if (refused.some(({ code }) => code !== DUPLICATE_KEY && !isPassing(code))) throw error;
  const isReplicated = error.result.getWriteConcernError() === undefined;
  if (wasAllSent(error) && isReplicated) {
    return refused.map(({ index, code }) => ({ index, duplicate: code === DUPLICATE_KEY }));
  }
  if (typeof error.code !== 'number' || !isPassing(error.code)) throw mongoErrorMeaning(error);
  return Array.from({ length: sent }, (_, index) => ({ index, duplicate: false }));
}

/**
 * The driver cuts a call that is larger than a message, and ends it at a part that fails as a whole, with what the parts
 * before it were refused. Only an error of write errors alone comes after the last part.
 */
function wasAllSent({ writeErrors }: MongoBulkWriteError): boolean {
  return [writeErrors].flat().length > 0;
}
