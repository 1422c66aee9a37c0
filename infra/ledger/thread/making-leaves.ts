/** A second thread that makes leaves while a ledger has far to go; it ends with the thread that started it. */
import { join } from 'node:path';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { SqliteLog } from '../../event-store/sqlite-log.ts';
import { leavesFrom } from '../leaves.ts';
import { SaltKey } from '../record.ts';
import { yieldToWriters } from './niceness.ts';
import type { FromLeavesThread, LedgerThreadData, ToLeavesThread } from './thread-messages.ts';

const port = parentPort as MessagePort;
const { directory, hash, secret } = workerData as LedgerThreadData;
yieldToWriters();
const log = new SqliteLog(join(directory, 'events.db'));
const leavesAfter = leavesFrom({ log, salts: new SaltKey(secret, hash), hash });
const post = (message: FromLeavesThread, moved: ArrayBuffer[] = []) => port.postMessage(message, moved);

let before = Promise.resolve();
port.on('message', ({ after, limit }: ToLeavesThread) => {
  // One after another: those that are wanted first are made first.
  before = before.then(async () => {
    const page = await leavesAfter(after, limit);
    post({ kind: 'page', after, page }, [page.entries.buffer as ArrayBuffer]);
  });
});
post({ kind: 'ready' });
