/** The one file that knows which SQLite binding is used; the built-in `node:sqlite` has the same API. */
import { Worker } from 'node:worker_threads';
import { DatabaseSync } from '@photostructure/sqlite';
import { reasonOf } from './observability/outage.ts';
import { createPrivate } from './private-files.ts';

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
  if (!options.readOnly) createPrivate(path);
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

/**
 * All of the work in one transaction, durable when this returns where the connection is FULL; nothing of it when it
 * throws. The error that is thrown is the first one.
 */
export function transaction<T>(database: Database, work: () => T): T {
  // Left open by a rollback that failed too.
  if (database.isTransaction) database.exec('ROLLBACK');
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    rollBack(database);
    throw error;
  }
}

/** What a rollback says is a consequence of what led to it, which is what has to be told. */
export function rollBack(database: Database): void {
  try {
    if (database.isTransaction) database.exec('ROLLBACK');
  } catch {
    // The next transaction tries again before it begins.
  }
}

/**
 * Copies the write-ahead log back and empties it, so that the next start has nothing to recover, then closes. A disk that
 * does not take it loses nothing: the next start recovers.
 */
export function closeDatabase(database: Database, readOnly = false): void {
  try {
    if (!readOnly) database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch (error) {
    if (!reasonOf(error)) throw error;
  } finally {
    database.close();
  }
}

const CHECKPOINT_EVERY_MS = 250;
/** Pause before a thread that ended is started again. */
const RESTART_MS = 1_000;
/** With a checkpointing thread, a commit checkpoints itself only if the thread has fallen this far behind. */
export const CHECKPOINTED_ELSEWHERE = 100_000;

export interface Checkpointer {
  stop(): Promise<void>;
}

/**
 * Copies the write-ahead log of a file back on a thread of its own, so that no commit has to wait for it. A copy that
 * fails is told once and tried again: until it succeeds, the write-ahead log holds what was committed.
 */
export function startCheckpointer(
  path: string,
  synchronous: DatabaseOptions['synchronous'],
  alarm: (message: string, details: object) => void,
): Checkpointer {
  let stopping = false;
  let restarting: NodeJS.Timeout | undefined;
  let worker = start();

  function start(): Worker {
    const started = new Worker(new URL('./checkpointer.js', import.meta.url), {
      workerData: { path, synchronous, everyMs: CHECKPOINT_EVERY_MS },
      execArgv: [],
    });
    started.unref();
    started.on('message', ({ failed }: { readonly failed?: string }) => {
      if (failed === undefined) alarm('the write-ahead log is copied back again', { path });
      else alarm('the write-ahead log cannot be copied back, trying again', { path, error: failed });
    });
    started.on('error', error => alarm('the thread that copies back failed', { path, error: String(error) }));
    started.once('exit', () => {
      if (!stopping) restarting = setTimeout(() => (worker = start()), RESTART_MS).unref();
    });
    return started;
  }

  return {
    async stop() {
      stopping = true;
      clearTimeout(restarting);
      // Of a thread that has ended already no end would be heard.
      if (worker.threadId === ENDED) return;
      const ended = new Promise(resolve => worker.once('exit', resolve));
      worker.ref();
      worker.postMessage('stop');
      await ended;
    },
  };
}

/** The id of a thread that is no more. */
const ENDED = -1;

/** Another process already writes to the data directory. */
export class AlreadyRunning extends Error {
  constructor(directory: string) {
    super(`${directory} 正由另一进程写入，请先将其停止 (another process is writing to it; stop it first)`);
    this.name = 'AlreadyRunning';
  }
}

/** Holds a directory for one writing process, until closed or until the process ends however it ends. */
export function lockDirectory(directory: string): { close(): void } {
  createPrivate(`${directory}/writer.lock`);
  const database = new DatabaseSync(`${directory}/writer.lock`);
  try {
    database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw (error as { errcode?: number }).errcode === SQLITE_BUSY ? new AlreadyRunning(directory) : error;
  }
  return { close: () => database.close() };
}
