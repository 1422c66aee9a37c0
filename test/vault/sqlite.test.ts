import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sealedSchema } from '../../events/personal.ts';
import type { Database } from '../../infra/sqlite.ts';
import { createSqliteVault, openVaultDatabase, SealBroken } from '../../infra/vault/sqlite.ts';

let folder: string;
let database: Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gongguan-vault-'));
  database = openVaultDatabase(join(folder, 'vault.db'));
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

const keyOf = (subject: string) =>
  Buffer.from((database.prepare('SELECT key FROM keys WHERE subject = ?').get(subject) as { key: Uint8Array }).key);

const onDisk = () => Buffer.concat(['vault.db', 'vault.db-wal'].map(name => readFileSync(join(folder, name))));

describe('personal values', () => {
  it('given a sealed name, then it opens, fits the wire shape and is not readable in it', async () => {
    const vault = createSqliteVault(database);
    const value = await vault.seal('person-0001', '张三');
    expect(sealedSchema.parse(value)).toEqual(value);
    expect(Buffer.from(value.sealed, 'base64url').toString()).not.toContain('张三');
    expect(await vault.open(value)).toBe('张三');
  });

  it('given the same value twice, then the sealed texts differ', async () => {
    const vault = createSqliteVault(database);
    const [first, second] = [await vault.seal('person-0001', '张三'), await vault.seal('person-0001', '张三')];
    expect(first.sealed).not.toBe(second.sealed);
  });

  it('given a closed vault, when it is opened again, then values open and subjects are the same', async () => {
    const before = createSqliteVault(database);
    const subject = before.subjectOf('msr', '张三');
    const value = await before.seal(subject, '张三');
    database.close();
    database = openVaultDatabase(join(folder, 'vault.db'));
    const after = createSqliteVault(database);
    expect(after.subjectOf('msr', '张三')).toBe(subject);
    expect(await after.open(value)).toBe('张三');
  });

  it('given two organisations, then people of one name are two subjects, and no subject tells the name', () => {
    const vault = createSqliteVault(database);
    const subject = vault.subjectOf('msr', '张三');
    expect(subject).toMatch(/^person-[0-9a-f]{20}$/);
    expect(vault.subjectOf('sup', '张三')).not.toBe(subject);
  });

  it('given a sealed value, when it is changed or handed to another subject, then it is called broken', async () => {
    const vault = createSqliteVault(database);
    const value = await vault.seal('person-0001', '张三');
    await vault.seal('person-0002', '李四');
    const changed = `${value.sealed.startsWith('A') ? 'B' : 'A'}${value.sealed.slice(1)}`;
    await expect(vault.open({ ...value, sealed: changed })).rejects.toThrow(SealBroken);
    await expect(vault.open({ ...value, subject: 'person-0002' })).rejects.toThrow(SealBroken);
    await expect(vault.open({ ...value, sealed: 'short' })).rejects.toThrow(SealBroken);
  });
});

describe('erasing a person', () => {
  it('given an erased subject, then his values stay closed, before and after a restart', async () => {
    const vault = createSqliteVault(database);
    const value = await vault.seal('person-0001', '张三');
    await vault.erase('person-0001');
    expect(await vault.open(value)).toBeUndefined();
    expect(await createSqliteVault(database).open(value)).toBeUndefined();
  });

  it('given an erased subject, when a value is sealed anew, then it opens and the old one does not', async () => {
    const vault = createSqliteVault(database);
    const old = await vault.seal('person-0001', '张三');
    await vault.erase('person-0001');
    const anew = await vault.seal('person-0001', '张三');
    expect(await vault.open(anew)).toBe('张三');
    expect(await vault.open(old)).toBeUndefined();
  });

  it('given an erased subject, then his key is in no file of the vault', async () => {
    const vault = createSqliteVault(database);
    await vault.seal('person-0001', '张三');
    const key = keyOf('person-0001');
    expect(onDisk().includes(key)).toBe(true);
    await vault.erase('person-0001');
    expect(onDisk().includes(key)).toBe(false);
  });

  it('given two people, when one is erased, then the other’s values open', async () => {
    const vault = createSqliteVault(database);
    const kept = await vault.seal('person-0002', '李四');
    await vault.seal('person-0001', '张三');
    await vault.erase('person-0001');
    expect(await vault.open(kept)).toBe('李四');
  });
});
