/** The thread of the ledger: its own connections to log and ledger, so that no command waits for a hash. */
import { join } from 'node:path';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { collectAtRest } from '../../collect-at-rest.ts';
import { SqliteLog } from '../../event-store/sqlite-log.ts';
import { TreeHash } from '../hashing.ts';
import { leavesFrom } from '../leaves.ts';
import { LedgerReader } from '../reader.ts';
import { SaltKey } from '../record.ts';
import { SqliteLedgerStore } from '../sqlite-store.ts';
import { LeavesAhead } from './leaves-ahead.ts';
import { yieldToWriters } from './niceness.ts';
import type { FromLedgerThread, LedgerThreadData, ToLedgerThread } from './thread-messages.ts';

const port = parentPort as MessagePort;
const data = workerData as LedgerThreadData;
const { directory, hash, secret } = data;
const post = (message: FromLedgerThread) => port.postMessage(message);

yieldToWriters();
collectAtRest();
const log = new SqliteLog(join(directory, 'events.db'));
// The tree can be made again; what cannot is written by whoever signs, over a connection of his own.
const store = new SqliteLedgerStore(join(directory, 'ledger.db'), { synchronous: 'NORMAL' });
const alarm = (message: string, details: object) => post({ kind: 'alarm', message, details, state: reader.state() });
const salts = new SaltKey(secret, hash);
const leaves = new LeavesAhead({ data, own: leavesFrom({ log, salts, hash }), log, alarm });
const reader = new LedgerReader({ log, store, tree: new TreeHash(hash), salts, leavesAfter: leaves.after, alarm });
reader.onGrown(grown => post({ kind: 'grown', grown }));
reader.start();

async function close(): Promise<void> {
  await leaves.close();
  await store.close();
  log.close();
}

/** What nobody has caught ends the thread; it is started again, and goes on from what is kept. */
process.once('uncaughtException', async error => {
  post({
    kind: 'alarm',
    message: 'the thread of the ledger failed',
    details: { error: String(error) },
    state: reader.state(),
  });
  await close().catch(() => undefined);
  process.exit(1);
});

port.on('message', async (message: ToLedgerThread) => {
  if (message.kind === 'appended') {
    reader.appended(message.interrupted);
    return;
  }
  await reader.stop();
  await close();
  port.close();
});
