/** A consistent copy of a data directory, also of one that is being written to. */
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config.ts';
import { openDatabase } from './sqlite.ts';

/**
 * The log is copied first: the keys and files that its events speak of were there before them, so the later copies
 * hold them. Rows can be derived again and are left out. Throws RangeError when there is nothing to copy or the target is
 * not empty.
 */
export function backup({ dataDirectory: from, engines }: Pick<Config, 'dataDirectory' | 'engines'>, to: string): void {
  const servers = Object.keys(engines);
  if (servers.length > 0) {
    throw new RangeError(`请用各服务器自带的工具备份 (back up ${servers.join(', ')} with the tools of these servers)`);
  }
  if (!existsSync(join(from, 'events.db'))) throw new RangeError(`${from} holds no log`);
  if (existsSync(to) && readdirSync(to).length > 0) throw new RangeError(`${to} is not empty`);
  mkdirSync(to, { recursive: true });
  for (const name of ['events.db', 'vault.db', 'sign-ins.db']) {
    if (!existsSync(join(from, name))) continue;
    const database = openDatabase(join(from, name), { synchronous: 'FULL', readOnly: true });
    database.prepare('VACUUM INTO ?').run(join(to, name));
    database.close();
  }
  if (existsSync(join(from, 'files'))) cpSync(join(from, 'files'), join(to, 'files'), { recursive: true });
  if (existsSync(join(from, 'demo.json'))) cpSync(join(from, 'demo.json'), join(to, 'demo.json'));
}
