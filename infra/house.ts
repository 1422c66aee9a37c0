/** The embedded house: stores, write path and read side over one data directory, without the HTTP front. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { projections } from '../projections/index.ts';
import type { Named, Reader } from '../projections/ports.ts';
import type { AnyCommand } from '../services/command.ts';
import { createHandle, type Handle } from '../services/handle.ts';
import type { BlobStore, Clock, Vault } from '../services/ports.ts';
import { commandRoutes } from '../services/routes.ts';
import { createDirectoryBlobs } from './blobs/directory.ts';
import { SqliteEventStore } from './event-store/sqlite.ts';
import { SqliteReadStore } from './read-store/sqlite.ts';
import type { OnProgress, Projector } from './runner/projector.ts';
import { ProjectionRunner } from './runner/runner.ts';
import { ProjectorThread } from './runner/thread.ts';
import { closeDatabase, type Database, lockDirectory } from './sqlite.ts';
import { createSqliteVault, openVaultDatabase } from './vault/sqlite.ts';

export interface House {
  readonly directory: string;
  readonly clock: Clock;
  readonly events: SqliteEventStore;
  readonly rows: SqliteReadStore;
  readonly vault: Vault;
  /** Keys, credentials and secrets; never part of the log. */
  readonly vaultDatabase: Database;
  readonly blobs: BlobStore;
  readonly projector: Projector;
  readonly reader: Reader;
  readonly handle: Handle;
  /** Brings the read models to the head of the log and keeps them there. */
  follow(onProgress?: OnProgress): Promise<void>;
  close(): Promise<void>;
}

export interface HouseOptions {
  alarm(message: string, details: object): void;
  /** What time it is in the house; the system's unless told. */
  readonly clock?: Clock;
  /** Whether read models are made on this thread, for short tasks, or on one of their own, beside a service. */
  readonly projecting?: 'here' | 'thread';
}

const systemClock: Clock = { now: () => new Date().toISOString() };

/** Commands by name, as the demo and the entrustment scopes call them. */
export const commandsByName: ReadonlyMap<string, AnyCommand> = new Map(
  commandRoutes.map(({ command }) => [command.name, command]),
);

/**
 * Opens the directory for writing; read models stand still until {@link House.follow}. Throws AlreadyRunning when
 * another process has the directory.
 */
export function openHouse(directory: string, options: HouseOptions): House {
  mkdirSync(directory, { recursive: true });
  const lock = lockDirectory(directory);
  const clock = options.clock ?? systemClock;
  const events = new SqliteEventStore({ path: join(directory, 'events.db'), checkpointThread: true });
  const rows = new SqliteReadStore(join(directory, 'rows.db'));
  const vaultDatabase = openVaultDatabase(join(directory, 'vault.db'));
  const vault = createSqliteVault(vaultDatabase);
  const blobs = createDirectoryBlobs(join(directory, 'files'));
  const { alarm } = options;
  const projector =
    options.projecting === 'thread'
      ? new ProjectorThread({ directory, log: events, alarm })
      : new ProjectionRunner({ log: events, store: rows, projections, now: () => clock.now(), alarm });
  return {
    directory,
    clock,
    events,
    rows,
    vault,
    vaultDatabase,
    blobs,
    projector,
    reader: createReader(projector, rows, events, vault, clock),
    handle: createHandle({ store: events, vault, blobs, clock }),
    follow: onProgress => projector.start(onProgress),
    async close() {
      await projector.stop();
      await events.close();
      rows.close();
      closeDatabase(vaultDatabase);
      lock.close();
    },
  };
}

function createReader(
  projector: Projector,
  rows: SqliteReadStore,
  events: SqliteEventStore,
  vault: Vault,
  clock: Clock,
): Reader {
  const collection = (projection: Named) => projector.specOf(projection);
  return {
    get: async (projection, id) => (await rows.getMany(collection(projection), [id])).get(id),
    getMany: (projection, ids) => rows.getMany(collection(projection), ids),
    find: (projection, query) => rows.find(collection(projection), query),
    count: (projection, where) => rows.count(collection(projection), where),
    checkpoints: () => projector.checkpoints(),
    quarantine: () => rows.quarantine(),
    head: () => events.head(),
    open: value => vault.open(value),
    get now() {
      return clock.now();
    },
  };
}
