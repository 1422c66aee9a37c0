/**
 * A worker thread that copies the write-ahead log back into the database, so that no commit has to wait for it.
 * Plain JavaScript: a worker thread starts without the TypeScript loader of its parent. Tells when copying begins to fail
 * and when it succeeds again.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { DatabaseSync } from '@photostructure/sqlite';

/** @type {{ path: string, synchronous: 'FULL' | 'NORMAL', everyMs: number }} */
const { path, synchronous, everyMs } = workerData;

/** @type {InstanceType<typeof DatabaseSync> | undefined} */
let database;
let failing = false;

function copyBack() {
  try {
    if (!database) {
      database = new DatabaseSync(path);
      database.exec(`PRAGMA busy_timeout = 0; PRAGMA synchronous = ${synchronous}`);
    }
    database.exec('PRAGMA wal_checkpoint(PASSIVE)');
    if (failing) parentPort?.postMessage({});
    failing = false;
  } catch (error) {
    if (!failing) parentPort?.postMessage({ failed: String(error) });
    failing = true;
    close();
  }
}

/** A connection that has met an error is not used again. */
function close() {
  try {
    database?.close();
  } catch {
    // What could not be closed ends with the thread.
  }
  database = undefined;
}

copyBack();
const timer = setInterval(copyBack, everyMs);

parentPort?.once('message', () => {
  clearInterval(timer);
  close();
  parentPort?.close();
});
