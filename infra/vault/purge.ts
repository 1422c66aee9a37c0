/** Proof that bytes are gone from the files of a database. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { StoreUnavailable } from '../../services/ports.ts';
import type { Database } from '../sqlite.ts';

const TRY_EVERY_MS = 50;
/** How long readers may hold the write-ahead log up. */
const PATIENCE_MS = 3_000;
/** Seconds. */
const RETRY_AFTER = 10;

/**
 * Copies the write-ahead log back and empties it: it still holds pages as they were. Throws {@link StoreUnavailable} while
 * a reader needs them; the thread is not held up meanwhile.
 */
export async function emptyWriteAheadLog(database: Database, patienceMs = PATIENCE_MS): Promise<void> {
  const until = performance.now() + patienceMs;
  while (!isEmptied(database)) {
    if (performance.now() >= until) {
      throw new StoreUnavailable('a reader holds on to pages of the vault that are to be overwritten', {
        reason: 'busy',
        retryAfter: RETRY_AFTER,
      });
    }
    await pause(TRY_EVERY_MS);
  }
}

function isEmptied(database: Database): boolean {
  database.exec('PRAGMA busy_timeout = 0');
  try {
    const { busy } = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { readonly busy: number };
    return busy === 0;
  } finally {
    database.exec('PRAGMA busy_timeout = 5000');
  }
}

const FINDER = fileURLToPath(new URL('./find-bytes.js', import.meta.url));

/**
 * Whether bytes stand anywhere in a database or its write-ahead log. Asked of another process: one that closes a file
 * gives up every lock that it has on it, those of its databases too.
 */
export async function isOnDisk(path: string, bytes: Uint8Array): Promise<boolean> {
  const child = spawn(process.execPath, [FINDER, path, `${path}-wal`], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.on('error', () => undefined);
  child.stdin.end(Buffer.from(bytes).toString('hex'));
  const [said] = await Promise.all([text(child.stdout), once(child, 'close')]);
  if (said !== 'found' && said !== 'none') throw new StoreUnavailable('the files of the vault could not be searched');
  return said === 'found';
}
