/** A consistent copy of a data directory, also of one that is being written to. */
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { INCOMING } from '../blobs/directory.ts';
import type { Config } from '../config.ts';
import { MOVED_FILE } from '../migration/moved.ts';
import { openDatabase } from '../sqlite.ts';

/**
 * The log is copied first: the keys and files that its events speak of were there before them, so the later copies
 * hold them. Rows can be derived again and are left out. The target is there whole or not at all. Throws RangeError when
 * there is nothing to copy or the target is not empty.
 */
export function backup({ dataDirectory: from, engines }: Pick<Config, 'dataDirectory' | 'engines'>, to: string): void {
  const servers = Object.keys(engines);
  if (servers.length > 0) {
    throw new RangeError(`请用各服务器自带的工具备份 (back up ${servers.join(', ')} with the tools of these servers)`);
  }
  if (!existsSync(join(from, 'events.db'))) throw new RangeError(`${from} 中没有日志 (holds no log)`);
  if (existsSync(to) && readdirSync(to).length > 0) throw new RangeError(`${to} 不是空目录 (is not empty)`);
  const parent = dirname(resolve(to));
  mkdirSync(parent, { recursive: true });
  const unfinished = mkdtempSync(join(parent, `.${basename(resolve(to))}-`));
  try {
    copyTo(unfinished, from);
    renameSync(unfinished, to);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  }
}

function copyTo(to: string, from: string): void {
  for (const name of ['events.db', 'vault.db', 'sign-ins.db']) {
    if (!existsSync(join(from, name))) continue;
    const database = openDatabase(join(from, name), { synchronous: 'FULL', readOnly: true });
    try {
      database.prepare('VACUUM INTO ?').run(join(to, name));
    } finally {
      database.close();
    }
  }
  const files = join(from, 'files');
  // What is still coming in is no event's yet, and may be gone before it is copied.
  const isSettled = (path: string) => basename(path) !== INCOMING;
  if (existsSync(files)) cpSync(files, join(to, 'files'), { recursive: true, filter: isSettled });
  for (const name of ['demo.json', MOVED_FILE])
    if (existsSync(join(from, name))) copyFileSync(join(from, name), join(to, name));
}
