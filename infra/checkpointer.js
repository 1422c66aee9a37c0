/**
 * A worker thread that copies the write-ahead log back into the database, so that no commit has to wait for it.
 * Plain JavaScript: a worker thread starts without the TypeScript loader of its parent.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { DatabaseSync } from '@photostructure/sqlite';

/** @type {{ path: string, synchronous: 'FULL' | 'NORMAL', everyMs: number }} */
const { path, synchronous, everyMs } = workerData;
const database = new DatabaseSync(path);
database.exec(`PRAGMA busy_timeout = 0; PRAGMA synchronous = ${synchronous}`);
const timer = setInterval(() => database.exec('PRAGMA wal_checkpoint(PASSIVE)'), everyMs);

parentPort?.once('message', () => {
  clearInterval(timer);
  database.close();
  parentPort?.close();
});
