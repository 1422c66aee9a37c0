import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SqliteSignIns } from '../../infra/identity/sqlite-sign-ins.ts';
import { SqliteKeyStore } from '../../infra/vault/sqlite-key-store.ts';
import { signInContract } from '../contracts/sign-ins.ts';
import { temporaryDirectory } from '../support/log.ts';

signInContract('SQLite', async directory => {
  const keyStore = new SqliteKeyStore(join(directory, 'vault.db'));
  const signIns = new SqliteSignIns(join(directory, 'sign-ins.db'));
  return {
    keyStore,
    signIns,
    async close() {
      await signIns.close();
      await keyStore.close();
    },
  };
});

describe('the embedded store of sign-ins', () => {
  it('given its files, then nobody but their owner can read them', async () => {
    using directory = temporaryDirectory();
    const signIns = new SqliteSignIns(join(directory.path, 'sign-ins.db'));
    const files = readdirSync(directory.path);
    expect(files).toContain('sign-ins.db-wal');
    for (const file of files) expect(statSync(join(directory.path, file)).mode & 0o077, file).toBe(0);
    await signIns.close();
  });

  it('given a file that cannot be used now, then it is an outage', async () => {
    using directory = temporaryDirectory();
    const signIns = new SqliteSignIns(join(directory.path, 'sign-ins.db'));
    await signIns.close();
    await expect(signIns.session('one')).rejects.toMatchObject({ name: 'StoreUnavailable', retryAfter: 2 });
  });
});
