import { describe, expect, it } from 'vitest';
import { SqliteReadStore } from '../../infra/read-store/sqlite.ts';
import { readStoreContract, written } from '../contracts/read-store.ts';
import { temporaryDirectory } from '../support/log.ts';

readStoreContract('SQLite', async () => new SqliteReadStore(':memory:'), { guardsRows: false });

describe('the SQLite read store', () => {
  const spec = { name: 'a_v1_g1', indexes: [{ fields: ['n'] }, { each: 'tags', orderedBy: 'n' }] };

  it('is read by a second connection that sees each commit whole', async () => {
    using directory = temporaryDirectory();
    const path = `${directory.path}/read.db`;
    const writer = new SqliteReadStore(path);
    await writer.ensure(spec);
    const reader = new SqliteReadStore(path);
    await writer.commit([{ collection: spec, rows: written({ r: { id: 'r', n: 1, tags: ['x'] } }) }], [], []);
    expect((await reader.find(spec, { where: { tags: 'x' }, limit: 5 })).rows).toHaveLength(1);
    expect(await reader.checkpoints()).toEqual([]);
    reader.close();
    writer.close();
  });

  it('keeps rows, elements and checkpoints when it is reopened', async () => {
    using directory = temporaryDirectory();
    const path = `${directory.path}/read.db`;
    const before = new SqliteReadStore(path);
    await before.commit([{ collection: spec, rows: written({ r: { id: 'r', n: 1, tags: ['x'] } }) }], [], []);
    before.close();
    const after = new SqliteReadStore(path);
    await after.commit([{ collection: spec, rows: written({ r: { id: 'r', n: 2, tags: ['y'] } }) }], [], []);
    expect(await after.count(spec, { tags: 'x' })).toBe(0);
    expect(await after.count(spec, { tags: 'y' })).toBe(1);
    after.close();
  });

  it('given values that were met before it was opened, then rows are found by them, old and new', async () => {
    using directory = temporaryDirectory();
    const path = `${directory.path}/read.db`;
    const before = new SqliteReadStore(path);
    await before.commit([{ collection: spec, rows: written({ r: { id: 'r', n: 1, tags: ['x', 'y'] } }) }], [], []);
    before.close();
    const after = new SqliteReadStore(path);
    await after.commit(
      [{ collection: spec, rows: written({ s: { id: 's', n: 2, tags: ['new', 'x', 'y'] } }) }],
      [],
      [],
    );
    const counted = Promise.all(['x', 'y', 'new'].map(tag => after.count(spec, { tags: tag })));
    expect(await counted).toEqual([2, 2, 1]);
    after.close();
  });

  it('refuses a range whose bounds differ in type, which no language orders alike', async () => {
    const store = new SqliteReadStore(':memory:');
    await expect(store.count(spec, { n: { $gt: 1, $lt: 'a' } })).rejects.toThrow(TypeError);
    await expect(store.count(spec, { n: { $all: ['a'] } })).rejects.toThrow(TypeError);
    await expect(store.count(spec, { tags: { $in: ['a'] } })).rejects.toThrow(TypeError);
    store.close();
  });
});
