import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SqliteKeeper } from '../../infra/vault/sqlite-keeper.ts';
import { keeperContract } from '../contracts/vault.ts';
import { temporaryDirectory } from '../support/log.ts';

keeperContract('SQLite', async directory => new SqliteKeeper(join(directory, 'vault.db')));

describe('the embedded keeper', () => {
  it('given a destroyed key, then it is in no file of the vault', async () => {
    using directory = temporaryDirectory();
    const onDisk = () =>
      Buffer.concat(['vault.db', 'vault.db-wal'].map(name => readFileSync(join(directory.path, name))));
    const keeper = new SqliteKeeper(join(directory.path, 'vault.db'));
    const key = await keeper.keepKey('person-0001', Buffer.from('a key that is nowhere else on it'));
    expect(onDisk().includes(Buffer.from(key))).toBe(true);
    await keeper.destroyKey('person-0001');
    expect(onDisk().includes(Buffer.from(key))).toBe(false);
    await keeper.close();
  });
});
