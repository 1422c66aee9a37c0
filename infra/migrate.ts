/**
 * Moves an installation from the files of its data directory to EventStoreDB, and to MongoDB if that is configured. The
 * log, the keys and the files are copied and compared; webhooks go on where they stood, and forms that were begun go along;
 * read models are made anew from the log; jobs are derived anew.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { EventLog } from '../projections/ports.ts';
import { type EventStore, WrongExpectedRevision } from '../services/ports.ts';
import { createDirectoryBlobs } from './blobs/directory.ts';
import { createGridFsBlobs } from './blobs/gridfs.ts';
import { thenEnd } from './compose/closing.ts';
import type { EnginesConfig } from './compose/engines.ts';
import { MongoDrafts } from './drafts/mongodb-drafts.ts';
import { SqliteDrafts } from './drafts/sqlite-drafts.ts';
import { openEventStoreDb } from './event-store/eventstoredb.ts';
import { SqliteLog } from './event-store/sqlite-log.ts';
import { MongoLedgerStore } from './ledger/mongodb-store.ts';
import { SqliteLedgerStore } from './ledger/sqlite-store.ts';
import { copyCheckpoints } from './migration/checkpoints.ts';
import { copyDrafts } from './migration/drafts.ts';
import { copyFiles, type FileCount } from './migration/files.ts';
import { copyLog, type LogDigest, type OnCopied, type OnPlace, proveEqual } from './migration/log.ts';
import { noteMove } from './migration/moved.ts';
import { type Pin, Pins, positionsHeld } from './migration/pins.ts';
import { MigrationRefused } from './migration/refused.ts';
import { copyVault, type VaultCount } from './migration/vault.ts';
import { copyWebhooks, positionsReached, rewriteWebhooks, WebhookPlaces } from './migration/webhooks.ts';
import { type Mongo, openMongo } from './mongodb.ts';
import type { Alarm } from './observability/alarm.ts';
import { Pace } from './pace.ts';
import { MongoReadStore } from './read-store/mongodb.ts';
import { openSqliteRows, ROWS_FILE } from './read-store/sqlite-files.ts';
import { dropGenerations } from './runner/core/generation.ts';
import { lockDirectory } from './sqlite.ts';
import { MongoKeyStore } from './vault/mongodb-key-store.ts';
import { SqliteKeyStore } from './vault/sqlite-key-store.ts';
import { MongoWebhooks } from './webhooks/mongodb-store.ts';
import { SqliteWebhooks } from './webhooks/sqlite-store.ts';

export interface LogMove {
  /** Equal: the move would have been refused otherwise. */
  readonly source: LogDigest;
  readonly target: LogDigest;
  /** Positions that events hold, with the places of the same events in the target. */
  readonly pins: readonly Pin[];
}

export interface Move extends LogMove {
  /** Undefined where they stay in the data directory. */
  readonly vault: VaultCount | undefined;
  readonly files: FileCount | undefined;
  /** How many there are; those that stay in the data directory go on by the new log. */
  readonly webhooks: number;
  /** How many were moved; undefined where they stay in the data directory. */
  readonly drafts: number | undefined;
}

export interface MigrateOptions {
  readonly alarm: Alarm;
  /** Aborted when the move is to stop. */
  readonly signal?: AbortSignal;
  /** Told how many events of the log the target holds. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/**
 * Moves what the data directory holds to the servers of the configuration, and notes there where it went. Interrupted at
 * any moment, the next call goes on; an outage of a server that was there is waited for. Events go one after another, since
 * their order is the log; nothing else is. Throws {@link MigrationRefused}, AlreadyRunning while the service writes to the directory, and StoreUnavailable.
 */
export async function migrate(config: EnginesConfig, options: MigrateOptions): Promise<Move> {
  const { dataDirectory, engines } = config;
  const { eventStoreDb } = engines;
  if (!eventStoreDb) throw new MigrationRefused('请配置 EVENTSTOREDB_URL', 'EVENTSTOREDB_URL is needed');
  if (!existsSync(join(dataDirectory, 'events.db'))) {
    throw new MigrationRefused(`${dataDirectory} 中没有日志`, 'the data directory holds no log');
  }
  const pace = new Pace(options);
  const lock = lockDirectory(dataDirectory);
  const moving = async () => {
    const places = await placesOfWebhooks(dataDirectory);
    const { identity, ...log } = await moveLogFile(eventStoreDb, config, options, pace, places);
    const mongo = engines.mongodb ? await openMongo(engines.mongodb, config) : undefined;
    const movingRest = async () => {
      const rest = mongo
        ? await moveSecretsAndFiles(dataDirectory, mongo, pace)
        : { vault: undefined, files: undefined };
      const drafts = mongo ? await pace.run(() => moveDrafts(dataDirectory, mongo)) : undefined;
      await pace.run(() => forgetRows(mongo, dataDirectory));
      await pace.run(() => moveLedger(join(dataDirectory, 'ledger.db'), mongo));
      if (identity !== undefined) await pace.run(() => keepKeysFor(identity, mongo, join(dataDirectory, 'vault.db')));
      // From here on no service goes on with the files, whose places would not be theirs any more.
      const webhooks = await pace.run(() => moveWebhooks(dataDirectory, identity, mongo, places));
      const at = new Date().toISOString();
      await noteMove(dataDirectory, { at, to: eventStoreDb, namespace: config.namespace, ...log.target });
      return { ...log, ...rest, webhooks, drafts };
    };
    return thenEnd(movingRest, () => mongo?.close());
  };
  return thenEnd(moving, () => lock.close());
}

async function moveLogFile(
  url: string,
  { dataDirectory, namespace }: EnginesConfig,
  { alarm, onProgress }: MigrateOptions,
  pace: Pace,
  places: WebhookPlaces,
): Promise<LogMove & { readonly identity: string | undefined }> {
  const target = await openEventStoreDb(url, { namespace, alarm });
  const moving = async () => {
    const source = new SqliteLog(join(dataDirectory, 'events.db'));
    const total = source.ordinal(await source.head());
    const moved = await thenEnd(
      () => moveLog(source, patient(target, pace), done => onProgress?.({ done, total }), places.take),
      () => source.close(),
    );
    return { ...moved, identity: await pace.run(() => target.identity()) };
  };
  return thenEnd(moving, () => target.close());
}

/**
 * A store whose outages are waited for. An append that was not acknowledged may have been made after all: then what stands
 * there is what it gives.
 */
export function patient(store: EventStore, pace: Pace): EventStore {
  return {
    readStream: (...call) => pace.run(() => store.readStream(...call)),
    readAll: (...call) => pace.run(() => store.readAll(...call)),
    readTypes: (...call) => pace.run(() => store.readTypes(...call)),
    head: () => pace.run(() => store.head()),
    newest: () => pace.run(() => store.newest()),
    append: (stream, expected, events) =>
      pace.run(async () => {
        try {
          return await store.append(stream, expected, events);
        } catch (error) {
          if (!(error instanceof WrongExpectedRevision)) throw error;
          const there = await store.readStream(stream, expected);
          if (there.length === 0) throw error;
          return there;
        }
      }),
  };
}

async function moveSecretsAndFiles(
  directory: string,
  mongo: Mongo,
  pace: Pace,
): Promise<Pick<Move, 'vault' | 'files'>> {
  const [vault, files] = [join(directory, 'vault.db'), join(directory, 'files')];
  return {
    vault: existsSync(vault) ? await pace.run(() => moveVault(vault, mongo)) : undefined,
    files: existsSync(files)
      ? await copyFiles(createDirectoryBlobs(files), createGridFsBlobs(mongo.db), pace)
      : undefined,
  };
}

/** Copies a log, proves that both are equal, and that every position an event holds still proves what it proved. */
export async function moveLog(
  source: Pick<EventLog, 'readAll'>,
  target: EventStore,
  onCopied?: OnCopied,
  onPlace: OnPlace = () => undefined,
): Promise<LogMove> {
  await copyLog(source, target, onCopied);
  const pins = new Pins(await positionsHeld(source));
  const digests = await proveEqual(source, target, (event, place) => {
    pins.take(event, place);
    onPlace(event, place);
  });
  await pins.verify(target);
  return { ...digests, pins: pins.all };
}

async function moveVault(path: string, mongo: Mongo): Promise<VaultCount> {
  const source = new SqliteKeyStore(path);
  return thenEnd(
    () => copyVault(source, new MongoKeyStore(mongo.db)),
    () => source.close(),
  );
}

/** Those that webhooks of the data directory have come to. */
async function placesOfWebhooks(directory: string): Promise<WebhookPlaces> {
  const path = join(directory, 'webhooks.db');
  if (!existsSync(path)) return new WebhookPlaces([]);
  const source = new SqliteWebhooks(path);
  return thenEnd(
    async () => new WebhookPlaces(await positionsReached(source)),
    () => source.close(),
  );
}

/** They are copied, or stay and go on by the places of the moved log; how many there are. */
async function moveWebhooks(
  directory: string,
  log: string | undefined,
  mongo: Mongo | undefined,
  places: WebhookPlaces,
): Promise<number> {
  const path = join(directory, 'webhooks.db');
  // That a webhook was registered is an event: without any there is none.
  if (!existsSync(path) || log === undefined) return 0;
  const source = new SqliteWebhooks(path);
  return thenEnd(
    () => (mongo ? copyWebhooks(source, new MongoWebhooks(mongo.db), places) : rewriteWebhooks(source, log, places)),
    () => source.close(),
  );
}

async function moveDrafts(directory: string, mongo: Mongo): Promise<number> {
  const path = join(directory, 'drafts.db');
  if (!existsSync(path)) return 0;
  const source = new SqliteDrafts(path);
  return thenEnd(
    () => copyDrafts(source, new MongoDrafts(mongo.db)),
    () => source.close(),
  );
}

/** The checkpoints are copied, or stay; the tree is made again from the moved log, whose positions are others. */
async function moveLedger(path: string, mongo: Mongo | undefined): Promise<void> {
  if (!existsSync(path)) return;
  const source = new SqliteLedgerStore(path);
  await thenEnd(
    () => (mongo ? copyCheckpoints(source, new MongoLedgerStore(mongo.db)) : source.forgetTree()),
    () => source.close(),
  );
}

/** The keys are the moved log's from now on, wherever they are kept. */
async function keepKeysFor(log: string, mongo: Mongo | undefined, path: string): Promise<void> {
  const keyStore = mongo ? new MongoKeyStore(mongo.db) : new SqliteKeyStore(path);
  await thenEnd(
    () => keyStore.belongTo(log),
    () => keyStore.close(),
  );
}

/** Rows that stand at positions of the old log: a projector would take them for a log that has lost events. */
async function forgetRows(mongo: Mongo | undefined, directory: string): Promise<void> {
  if (mongo) return dropGenerations(new MongoReadStore(mongo));
  if (!existsSync(join(directory, ROWS_FILE))) return;
  const rows = openSqliteRows(directory);
  await thenEnd(
    () => dropGenerations(rows),
    () => rows.close(),
  );
}
