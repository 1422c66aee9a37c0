/**
 * The stores on servers. The client of each is loaded where the configuration names its server: a start on files neither
 * waits for their megabytes of code nor keeps them in memory.
 */
import type { BullJobs } from '../jobs/bullmq.ts';
import type { MongoOptions } from '../mongodb.ts';
import type { Alarm } from '../observability/alarm.ts';
import type { Address } from './engine-address.ts';
import type { OnMongo } from './on-mongodb.ts';

/** Throws StoreUnavailable when the server is not there. */
export async function onMongoAt(url: string, options: MongoOptions): Promise<OnMongo> {
  const { openOnMongo } = await import('./on-mongodb.ts');
  return openOnMongo(url, options);
}

/** Throws StoreUnavailable when the server is not there. */
export async function eventStoreDbAt(address: Address | string, namespace: string, alarm: Alarm) {
  const { openEventStoreDb } = await import('../event-store/eventstoredb.ts');
  return openEventStoreDb(address, { namespace, alarm });
}

/** Throws WrongEvictionPolicy, or StoreUnavailable when Redis does not answer. */
export async function bullJobsAt(address: Address, namespace: string, alarm: Alarm): Promise<BullJobs> {
  const { openBullJobs } = await import('../jobs/bullmq.ts');
  return openBullJobs({ address, namespace, alarm });
}
