/** Files and directories that only their owner may read: keys, events, rows, jobs, uploads, copies of them. */
import { chmodSync, closeSync, mkdirSync, openSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const PRIVATE_FILE = 0o600;
export const PRIVATE_FOLDER = 0o700;
/** A umask under which all that is made is so. */
export const OWNER_ALONE = 0o077;

/** Makes an empty file unless there is one; SQLite gives what it lays beside a database the same mode. */
export function createPrivate(path: string): void {
  if (path === ':memory:') return;
  try {
    // Never one that is there: closing it would give up the locks that this process has on it.
    closeSync(openSync(path, 'wx', PRIVATE_FILE));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Makes a directory, and takes from all others what they may do with it and with what is in it; tells where it cannot. */
export function makePrivate(directory: string, alarm: (message: string, details: object) => void): void {
  mkdirSync(directory, { recursive: true, mode: PRIVATE_FOLDER });
  try {
    mend(directory);
  } catch (error) {
    alarm('files of the data directory stay open to others', { directory, error: String(error) });
  }
}

function mend(path: string): void {
  const { mode } = statSync(path);
  if (mode & OWNER_ALONE) chmodSync(path, mode & 0o700);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) mend(inner);
    else if (entry.isFile() && statSync(inner).mode & OWNER_ALONE) chmodSync(inner, PRIVATE_FILE);
  }
}
