/** The thread of the ledger: its own connections to log and ledger, so that no command waits for a hash. */
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { SqliteLog } from '../../event-store/sqlite-log.ts';
import { TreeHash } from '../hashing.ts';
import { LedgerReader } from '../reader.ts';
import { SaltKey } from '../record.ts';
import { SqliteLedgerStore } from '../sqlite-store.ts';
import type { FromLedgerThread, LedgerThreadData, ToLedgerThread } from './thread-messages.ts';

const port = parentPort as MessagePort;
const { directory, hash, secret } = workerData as LedgerThreadData;
/** A third of the share of another thread, so that it cannot be starved for long. */
const NICE = 5;
const post = (message: FromLedgerThread) => port.postMessage(message);

// On Linux the niceness is the thread's own: where processors are short, those who append come first.
if (process.platform === 'linux') setPriority(NICE);

const log = new SqliteLog(join(directory, 'events.db'));
// The tree can be made again; what cannot is written by whoever signs, over a connection of his own.
const store = new SqliteLedgerStore(join(directory, 'ledger.db'), { synchronous: 'NORMAL' });
const reader = new LedgerReader({
  log,
  store,
  tree: new TreeHash(hash),
  salts: new SaltKey(secret, hash),
  alarm: (message, details) => post({ kind: 'alarm', message, details, state: reader.state() }),
});
reader.onGrown(grown => post({ kind: 'grown', grown }));
reader.start();

async function closeFiles(): Promise<void> {
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
  await closeFiles().catch(() => undefined);
  process.exit(1);
});

port.on('message', async (message: ToLedgerThread) => {
  if (message.kind === 'appended') {
    reader.appended(message.interrupted);
    return;
  }
  await reader.stop();
  await closeFiles();
  port.close();
});
