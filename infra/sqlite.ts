/** The one file that knows which SQLite binding is used; the built-in `node:sqlite` has the same API. */
import { Worker } from 'node:worker_threads';
import { DatabaseSync } from '@photostructure/sqlite';

export type Database = InstanceType<typeof DatabaseSync>;
export type Statement = ReturnType<Database['prepare']>;

/** Page cache of one connection; what falls out of it is mostly still in the system's. */
const CACHE_KIB = 8_192;

export interface DatabaseOptions {
  /** FULL: a commit is on disk when it returns. NORMAL: for data that can be derived again. */
  readonly synchronous: 'FULL' | 'NORMAL';
  /** Pages of WAL after which a commit copies them back; 0 leaves that to another thread. */
  readonly autoCheckpointPages?: number;
  readonly readOnly?: boolean;
  /** Page cache of the connection. */
  readonly cacheKib?: number;
}

/** Opens a database file in WAL mode. */
export function openDatabase(path: string, options: DatabaseOptions): Database {
  const database = new DatabaseSync(path, { readOnly: options.readOnly ?? false });
  database.exec('PRAGMA busy_timeout = 5000');
  if (options.readOnly) return database;
  database.exec(`
    PRAGMA page_size = 4096;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = ${options.synchronous};
    PRAGMA wal_autocheckpoint = ${options.autoCheckpointPages ?? 10_000};
    PRAGMA cache_size = -${options.cacheKib ?? CACHE_KIB};
    PRAGMA temp_store = MEMORY;
    PRAGMA foreign_keys = ON;
  `);
  return database;
}

const SQLITE_BUSY = 5;

/** Copies the write-ahead log back and empties it, so that the next start has nothing to recover, then closes. */
export function closeDatabase(database: Database): void {
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}

const CHECKPOINT_EVERY_MS = 250;
/** With a checkpointing thread, a commit checkpoints itself only if the thread has fallen this far behind. */
export const CHECKPOINTED_ELSEWHERE = 100_000;

/** Copies the write-ahead log of a file back on a thread of its own, so that no commit has to wait for it. */
export function startCheckpointer(
  path: string,
  synchronous: DatabaseOptions['synchronous'],
): { stop(): Promise<void> } {
  const worker = new Worker(new URL('./checkpointer.js', import.meta.url), {
    workerData: { path, synchronous, everyMs: CHECKPOINT_EVERY_MS },
    execArgv: [],
  });
  worker.unref();
  return {
    stop: () =>
      new Promise(resolve => {
        worker.once('exit', () => resolve());
        worker.ref();
        worker.postMessage('stop');
      }),
  };
}

/** Another process already writes to the data directory. */
export class AlreadyRunning extends Error {
  constructor(directory: string) {
    super(`another process is writing to ${directory}; stop it first`);
    this.name = 'AlreadyRunning';
  }
}

/** Holds a directory for one writing process, until closed or until the process ends however it ends. */
export function lockDirectory(directory: string): { close(): void } {
  const database = new DatabaseSync(`${directory}/writer.lock`);
  try {
    database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw (error as { errcode?: number }).errcode === SQLITE_BUSY ? new AlreadyRunning(directory) : error;
  }
  return { close: () => database.close() };
}
