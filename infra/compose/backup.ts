/** A consistent copy of a data directory, also of one that is being written to. */
import { copyFileSync, cpSync, existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { INCOMING } from '../blobs/directory.ts';
import type { Config } from '../config.ts';
import { MOVED_FILE } from '../migration/moved.ts';
import { openDatabase } from '../sqlite.ts';
import { makeWhole } from './whole-directory.ts';

export type DataPlace = Pick<Config, 'dataDirectory' | 'engines'>;

/**
 * What is kept of an installation, in the order in which it is copied. How far webhooks have come first, and the ledger:
 * what they say of the log is of a log that is no longer than the copy. Then the log, and forms that were begun: the keys
 * and files that these speak of were there before them, so the later copies hold them. Rows and jobs can be derived again
 * and are left out.
 */
export const KEPT_DATABASES = [
  'webhooks.db',
  'ledger.db',
  'events.db',
  'drafts.db',
  'vault.db',
  'sign-ins.db',
] as const;

/** The target is there whole or not at all. Throws RangeError when there is nothing to copy or the target is not empty. */
export async function backup(place: DataPlace, to: string): Promise<void> {
  refuseServers(place, '备份', 'back up');
  const { dataDirectory: from } = place;
  if (!existsSync(join(from, 'events.db'))) throw new RangeError(`${from} 中没有日志 (holds no log)`);
  await makeWhole(to, unfinished => {
    for (const name of KEPT_DATABASES) copyDatabase(join(from, name), join(unfinished, name));
    copyUploads(from, unfinished);
  });
}

/** What servers keep is copied and put back by their own tools. Throws RangeError. */
export function refuseServers({ engines }: DataPlace, zh: string, en: string): void {
  const servers = Object.keys(engines);
  if (servers.length === 0) return;
  throw new RangeError(`请用各服务器自带的工具${zh} (${en} ${servers.join(', ')} with the tools of these servers)`);
}

function copyDatabase(from: string, to: string): void {
  if (!existsSync(from)) return;
  const database = openDatabase(from, { synchronous: 'FULL', readOnly: true });
  try {
    database.prepare('VACUUM INTO ?').run(to);
  } finally {
    database.close();
  }
}

/** Uploads, and the notes of the directory. What is still coming in is no event's yet, and may be gone before it is copied. */
export function copyUploads(from: string, to: string): void {
  const files = join(from, 'files');
  const isSettled = (path: string) => basename(path) !== INCOMING;
  if (existsSync(files)) cpSync(files, join(to, 'files'), { recursive: true, filter: isSettled });
  for (const name of ['demo.json', MOVED_FILE])
    if (existsSync(join(from, name))) copyFileSync(join(from, name), join(to, name));
}
