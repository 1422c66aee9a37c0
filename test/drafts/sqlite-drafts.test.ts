import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SqliteDrafts } from '../../infra/drafts/sqlite-drafts.ts';
import { SqliteKeyStore } from '../../infra/vault/sqlite-key-store.ts';
import { StoreUnavailable } from '../../services/ports.ts';
import { draftContract } from '../contracts/drafts.ts';
import { temporaryDirectory } from '../support/log.ts';

draftContract('SQLite', async directory => {
  const keyStore = new SqliteKeyStore(join(directory, 'vault.db'));
  const draftStore = new SqliteDrafts(join(directory, 'drafts.db'));
  return {
    keyStore,
    draftStore,
    async close() {
      await draftStore.close();
      await keyStore.close();
    },
  };
});

describe('the embedded store of drafts', () => {
  const draft = (sealed: string) => ({
    id: 'one',
    owner: 'chen',
    form: 'form',
    savedAt: '2024-03-20T04:00:00.000Z',
    content: { subject: 'person-chen' as never, sealed },
  });

  it('given its files, then nobody but their owner can read them', async () => {
    using directory = temporaryDirectory();
    const store = new SqliteDrafts(join(directory.path, 'drafts.db'));
    const files = readdirSync(directory.path);
    expect(files).toContain('drafts.db-wal');
    for (const file of files) expect(statSync(join(directory.path, file)).mode & 0o077, file).toBe(0);
    await store.close();
  });

  it('given that one is thrown away, then not even its ciphertext is left in the files', async () => {
    using directory = temporaryDirectory();
    const store = new SqliteDrafts(join(directory.path, 'drafts.db'));
    await store.keep(draft('c2VhbGVkLXRleHQtb2YtdGhlLWRyYWZ0'), 1);
    await store.discard('one');
    await store.close();
    const bytes = readdirSync(directory.path).map(file => readFileSync(join(directory.path, file), 'latin1'));
    expect(bytes.join('')).not.toContain('c2VhbGVkLXRleHQtb2YtdGhlLWRyYWZ0');
  });

  it('given a file that is closed, then that is an outage', async () => {
    using directory = temporaryDirectory();
    const store = new SqliteDrafts(join(directory.path, 'drafts.db'));
    await store.close();
    await expect(store.draft('one')).rejects.toBeInstanceOf(StoreUnavailable);
  });
});
