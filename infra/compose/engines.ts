/** The stores of an installation: servers where the configuration names them, SQLite files where it does not. */
import { join } from 'node:path';
import type { EventLog, ReadStore } from '../../projections/ports.ts';
import type { EventStore } from '../../services/ports.ts';
import { createDirectoryBlobs } from '../blobs/directory.ts';
import type { MovableBlobs } from '../blobs/movable.ts';
import { type Config, type Engines, isShared } from '../config.ts';
import type { DraftStore } from '../drafts/draft-store.ts';
import { SqliteDrafts } from '../drafts/sqlite-drafts.ts';
import { SqliteEventStore } from '../event-store/sqlite.ts';
import type { SignInStore } from '../identity/sign-in-store.ts';
import { SqliteSignIns } from '../identity/sqlite-sign-ins.ts';
import type { BullJobs } from '../jobs/bullmq.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { SqliteJobs } from '../jobs/sqlite.ts';
import { SqliteLedgerStore } from '../ledger/sqlite-store.ts';
import type { LedgerStore } from '../ledger/store.ts';
import type { MongoOptions } from '../mongodb.ts';
import type { Alarm } from '../observability/alarm.ts';
import { tellingOutages } from '../observability/outage.ts';
import { makePrivate } from '../private-files.ts';
import { placeReporting } from '../read-store/reporting-place.ts';
import { openSqliteRows } from '../read-store/sqlite-files.ts';
import { CHECKPOINTED_ELSEWHERE, lockDirectory } from '../sqlite.ts';
import type { KeyStore } from '../vault/key-store.ts';
import { SqliteKeyStore } from '../vault/sqlite-key-store.ts';
import { SqliteWebhooks } from '../webhooks/sqlite-store.ts';
import type { WebhookStore } from '../webhooks/store.ts';
import { closeInTurn } from './closing.ts';
import { WatchedAddress } from './engine-address.ts';
import type { OnMongo } from './on-mongodb.ts';
import { bullJobsAt, eventStoreDbAt, onMongoAt } from './servers.ts';

export type EnginesConfig = Pick<Config, 'dataDirectory' | 'engines' | 'namespace'> &
  Partial<Pick<Config, 'clockToleranceMs' | 'engineFiles' | 'ledgerOrigin' | 'ledgerSuite' | 'reportingFile'>>;

export interface OpenEngines {
  readonly events: EventStore & EventLog;
  readonly rows: ReadStore;
  readonly keyStore: KeyStore;
  readonly ledgerStore: LedgerStore;
  readonly signIns: SignInStore;
  readonly draftStore: DraftStore;
  /** Where webhooks stand. */
  readonly webhookStore: WebhookStore;
  readonly blobs: MovableBlobs;
  /** Closed by whoever takes jobs, before the stores that these need. */
  readonly jobs: Jobs;
  /** What several processes share the making of rows by; undefined when rows are in a file of this one. */
  readonly sharing: Pick<OnMongo, 'leases' | 'rebuildRequests'> | undefined;
  /** Whether log and rows are both SQLite files, which a second thread can open too. */
  readonly embedded: boolean;
  /** How many connections stand, by the server they lead to. The client of EventStoreDB does not tell. */
  connections(): Readonly<Record<string, number>>;
  /** How often the delivery of events was interrupted, by cause; of a server's log only. */
  interruptions(): Readonly<Record<string, number>>;
  /** In the reverse order of opening. */
  close(): Promise<void>;
}

/** Throws AlreadyRunning when another process has the files, and StoreUnavailable when a server is not there. */
export async function openEngines(config: EnginesConfig, alarm: Alarm): Promise<OpenEngines> {
  const { dataDirectory, engines, namespace } = config;
  const closing: (() => void | Promise<void>)[] = [];
  const closeAll = () => closeInTurn(closing.splice(0).reverse());
  const opened = <T extends { close(): void | Promise<void> }>(store: T): T => {
    closing.push(() => store.close());
    return store;
  };
  const file = (name: string) => join(dataDirectory, name);
  const addressOf = (engine: keyof Engines, url: string) => {
    const name = ADDRESS_NAMES[engine];
    return opened(new WatchedAddress({ url, file: config.engineFiles?.[engine], name, alarm }));
  };

  try {
    if (!isShared(config)) {
      makePrivate(dataDirectory, alarm);
      opened(lockDirectory(dataDirectory));
      if (!engines.mongodb) placeReporting(dataDirectory, config.reportingFile);
    }
    const onMongo = engines.mongodb
      ? await renewedOnMongo(addressOf('mongodb', engines.mongodb), { namespace, alarm })
      : undefined;
    if (onMongo) opened(onMongo.mongo);
    const events = opened(
      engines.eventStoreDb
        ? await renewedEventStoreDb(addressOf('eventStoreDb', engines.eventStoreDb), namespace, alarm)
        : new SqliteEventStore({ path: file('events.db'), checkpointThread: true, alarm }),
    );
    const stores = onMongo
      ? { ...onMongo, blobs: tellingOutages(onMongo.blobs, 'the file cannot be taken in') }
      : {
          rows: tellingOutages(opened(openSqliteRows(dataDirectory)), 'the file of the rows cannot be used'),
          keyStore: tellingOutages(opened(new SqliteKeyStore(file('vault.db'))), 'the file of the keys cannot be used'),
          ledgerStore: tellingOutages(
            opened(new SqliteLedgerStore(file('ledger.db'), { autoCheckpointPages: CHECKPOINTED_ELSEWHERE })),
            'the file of the ledger cannot be used',
          ),
          signIns: opened(new SqliteSignIns(file('sign-ins.db'))),
          draftStore: opened(new SqliteDrafts(file('drafts.db'))),
          webhookStore: opened(new SqliteWebhooks(file('webhooks.db'))),
          blobs: tellingOutages(createDirectoryBlobs(file('files')), 'the directory of the files cannot be used'),
        };
    const redis = engines.redis ? addressOf('redis', engines.redis) : undefined;
    const jobs = redis ? await bullJobsAt(redis, namespace, alarm) : fileOfJobs(config, alarm);
    return {
      ...stores,
      events: tellingOutages(events, 'the log cannot be read'),
      jobs,
      sharing: onMongo,
      embedded: !engines.eventStoreDb && !onMongo,
      connections: () => ({
        ...(onMongo && { mongodb: onMongo.mongo.connections() }),
        ...('connections' in jobs && { redis: jobs.connections }),
      }),
      interruptions: () => ('interruptions' in events ? events.interruptions() : {}),
      close: closeAll,
    };
  } catch (error) {
    await closeAll().catch(() => undefined);
    throw error;
  }
}

const ADDRESS_NAMES: Readonly<Record<keyof Engines, string>> = {
  eventStoreDb: 'EVENTSTOREDB_URL_FILE',
  mongodb: 'MONGODB_URL_FILE',
  redis: 'REDIS_URL_FILE',
};

async function renewedOnMongo(address: WatchedAddress, options: MongoOptions): Promise<OnMongo> {
  const stores = await onMongoAt(address.url(), options);
  address.onChange(() => stores.mongo.renew(address.url()));
  return stores;
}

async function renewedEventStoreDb(address: WatchedAddress, namespace: string, alarm: Alarm) {
  const events = await eventStoreDbAt(address, namespace, alarm);
  address.onChange(() => events.renew());
  return events;
}

/** `beside` a process that has the same file: its jobs are left to it. */
export async function openJobsBeside(config: EnginesConfig, alarm: Alarm): Promise<BullJobs | SqliteJobs> {
  const {
    engines: { redis },
    namespace,
  } = config;
  if (redis === undefined) return fileOfJobs(config, alarm, { beside: true });
  return bullJobsAt({ url: () => redis }, namespace, alarm);
}

function fileOfJobs(
  { dataDirectory }: EnginesConfig,
  alarm: Alarm,
  options: { readonly beside?: boolean } = {},
): SqliteJobs {
  return new SqliteJobs({ path: join(dataDirectory, 'jobs.db'), alarm, ...options });
}
