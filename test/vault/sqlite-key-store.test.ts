import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../infra/sqlite.ts';
import { SqliteKeyStore } from '../../infra/vault/sqlite-key-store.ts';
import { keeperContract } from '../contracts/vault.ts';
import { temporaryDirectory } from '../support/log.ts';

keeperContract('SQLite', async directory => new SqliteKeyStore(join(directory, 'vault.db')));

describe('the embedded key store', () => {
  it('given a destroyed key, then it is in no file of the vault', async () => {
    using directory = temporaryDirectory();
    const onDisk = () =>
      Buffer.concat(['vault.db', 'vault.db-wal'].map(name => readFileSync(join(directory.path, name))));
    const keyStore = new SqliteKeyStore(join(directory.path, 'vault.db'));
    const key = await keyStore.keepKey('person-0001', Buffer.from('a key that is nowhere else on it'));
    expect(onDisk().includes(Buffer.from(key))).toBe(true);
    await keyStore.destroyKey('person-0001');
    expect(onDisk().includes(Buffer.from(key))).toBe(false);
    await keyStore.close();
  });

  it('given a store that is only looked at, when a secret is asked for that nobody has made, then it says what to do', async () => {
    using directory = temporaryDirectory();
    const path = join(directory.path, 'vault.db');
    await new SqliteKeyStore(path).close();
    const looking = new SqliteKeyStore(path, { readOnly: true });
    await expect(looking.secret('one')).rejects.toThrow(/请先启动一次服务/);
    await looking.close();
  });

  it('given a reader that holds on to the page with the key, then its destruction is not acknowledged before he goes', async () => {
    using directory = temporaryDirectory();
    const path = join(directory.path, 'vault.db');
    const keyStore = new SqliteKeyStore(path);
    const key = Buffer.from(await keyStore.keepKey('person-0001', randomBytes(32)));
    const reader = openDatabase(path, { synchronous: 'FULL', readOnly: true });
    reader.exec('BEGIN');
    expect(reader.prepare('SELECT count(*) AS n FROM keys').get()).toEqual({ n: 1 });
    await expect(keyStore.destroyKey('person-0001')).rejects.toMatchObject({ reason: 'busy' });
    expect(isIn(path, key)).toBe(true);
    reader.exec('COMMIT');
    reader.close();
    await keyStore.destroyKey('person-0001');
    expect(isIn(path, key)).toBe(false);
    expect(await keyStore.wasDestroyed('person-0001')).toBe(true);
    await keyStore.close();
  });

  it('given keys of many that came in no order, when some are destroyed, then no byte of them is left between rows', async () => {
    using directory = temporaryDirectory();
    const path = join(directory.path, 'vault.db');
    const keyStore = new SqliteKeyStore(path);
    const keys = new Map<string, Buffer>();
    for (let at = 0; at < 400; at += 1) {
      const subject = `person-${randomBytes(10).toString('hex')}`;
      keys.set(subject, Buffer.from(await keyStore.keepKey(subject, randomBytes(32))));
    }
    const some = [...keys].filter((_, at) => at % 40 === 0);
    for (const [subject] of some) await keyStore.destroyKey(subject);
    for (const [, key] of some) expect(isIn(path, key)).toBe(false);
    expect(await keyStore.key([...keys.keys()].at(-1) as string)).toEqual(
      new Uint8Array([...keys.values()].at(-1) as Buffer),
    );
    await keyStore.close();
  });
});

/** Read by the test while the vault is open, as a thief would. */
function isIn(path: string, bytes: Buffer): boolean {
  return [path, `${path}-wal`, `${path}-shm`].some(name => execFileSync('cat', [name]).includes(bytes));
}
