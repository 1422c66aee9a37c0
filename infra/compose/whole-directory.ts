/** A directory that is there whole or not at all, whenever the process that makes it ends, and however. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { makePrivate, PRIVATE_FOLDER } from '../private-files.ts';
import { lockDirectory } from '../sqlite.ts';

/** Held while the directory is being made. */
const LOCK = 'writer.lock';

/**
 * Has a task fill a directory beside the target, and gives it the target's name once all of it is on disk. What an earlier
 * call left that was cut off is removed. Throws RangeError when the target is there and not empty, AlreadyRunning while
 * another process makes it, and what the task throws.
 */
export async function makeWhole(target: string, fill: (unfinished: string) => void | Promise<void>): Promise<void> {
  const to = resolve(target);
  if (existsSync(to) && readdirSync(to).length > 0) throw new RangeError(`${target} 不是空目录 (is not empty)`);
  const unfinished = join(dirname(to), `.${basename(to)}.unfinished`);
  mkdirSync(unfinished, { recursive: true, mode: PRIVATE_FOLDER });
  const lock = lockDirectory(unfinished);
  try {
    for (const left of readdirSync(unfinished)) {
      if (left !== LOCK) rmSync(join(unfinished, left), { recursive: true });
    }
    await fill(unfinished);
    makePrivate(unfinished, message => {
      throw new Error(message);
    });
    lock.close();
    rmSync(join(unfinished, LOCK));
    syncAll(unfinished);
    renameSync(unfinished, to);
    sync(dirname(to));
  } catch (error) {
    lock.close();
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  }
}

/** Files before the folders that name them. */
function syncAll(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) syncAll(inner);
    else sync(inner);
  }
  sync(path);
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
