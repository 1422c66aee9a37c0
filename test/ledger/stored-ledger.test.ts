import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Position } from '../../events/ids.ts';
import { GrowingTree, LedgerDamaged } from '../../infra/ledger/growing-tree.ts';
import { TreeHash } from '../../infra/ledger/hashing.ts';
import { SaltKey } from '../../infra/ledger/record.ts';
import { SqliteLedgerStore } from '../../infra/ledger/sqlite-store.ts';
import { StoredLedger } from '../../infra/ledger/stored-ledger.ts';
import { leafAt } from '../contracts/ledger.ts';
import { temporaryDirectory } from '../support/log.ts';
import { path, subproof, treeHash } from './rfc6962.ts';

const hash = new TreeHash('sha256');
const SIZE = 66_100;
const entries = Array.from({ length: SIZE }, (_, index) => leafAt(index).entry);
const hex = (hashes: readonly Uint8Array[]) => hashes.map(bytes => Buffer.from(bytes).toString('hex'));
const bytesOf = (index: number, count: number) => Buffer.concat(entries.slice(index, index + count));

let directory: ReturnType<typeof temporaryDirectory>;
let store: SqliteLedgerStore;
const ledgerOf = (kept = store) =>
  new StoredLedger({
    store: kept,
    origin: 'gongguan/test',
    tree: hash,
    salts: new SaltKey(Buffer.alloc(32, 1)),
  });

async function growTo(size: number, kept = store): Promise<void> {
  const tree = new GrowingTree(hash, await kept.frontier());
  const from = tree.size;
  for (let index = from; index < size; index += 1) tree.add(leafAt(index));
  await kept.grow(from, tree.takePage('a log'));
}

beforeAll(async () => {
  directory = temporaryDirectory();
  store = new SqliteLedgerStore(join(directory.path, 'ledger.db'));
  for (const size of [1_000, 65_000, SIZE]) await growTo(size);
});
afterAll(async () => {
  await store.close();
  directory[Symbol.dispose]();
});

describe('the ledger over what is kept: RFC 6962', () => {
  it.each([1, 2, 3, 255, 256, 257, 300, 1_000, 65_535, 65_536, 65_537, SIZE])(
    'given the first %i entries, then their root is that of the specification',
    async size => {
      expect(Buffer.from(await ledgerOf().root(size))).toEqual(treeHash(entries.slice(0, size)));
    },
  );

  it.each([
    [0, 1],
    [0, SIZE],
    [SIZE - 1, SIZE],
    [255, 256],
    [256, 257],
    [299, 1_000],
    [65_535, 65_536],
    [65_536, 65_537],
    [12_345, 65_999],
  ])('given entry %i in a tree of %i, then its proof is that of the specification', async (index, size) => {
    expect(hex(await ledgerOf().inclusion(index, size))).toEqual(hex(path(index, entries.slice(0, size))));
  });

  it.each([
    [1, 2],
    [255, 256],
    [256, SIZE],
    [257, 300],
    [1_000, 65_537],
    [65_536, SIZE],
    [SIZE - 1, SIZE],
  ])('given the trees of %i and %i, then their consistency proof is that of the specification', async (old, size) => {
    expect(hex(await ledgerOf().consistency(old, size))).toEqual(hex(subproof(old, entries.slice(0, size), true)));
  });

  it('given sizes that the ledger has not, then nothing is proved', async () => {
    const ledger = ledgerOf();
    await expect(ledger.root(SIZE + 1)).rejects.toThrow(RangeError);
    await expect(ledger.inclusion(0, SIZE + 1)).rejects.toThrow(RangeError);
    await expect(ledger.inclusion(5, 5)).rejects.toThrow(RangeError);
    await expect(ledger.inclusion(-1, 5)).rejects.toThrow(RangeError);
    await expect(ledger.consistency(6, 5)).rejects.toThrow(RangeError);
    await expect(ledger.consistency(5, SIZE + 1)).rejects.toThrow(RangeError);
    expect(await ledger.root(0)).toEqual(hash.empty);
  });

  it('given 10,000 and more entries, then no inclusion proof has 2 kB', async () => {
    for (const index of [0, 1, 40_000, SIZE - 1])
      expect((await ledgerOf().inclusion(index, SIZE)).length * 32).toBeLessThan(2_000);
  });
});

describe('the ledger over what is kept: tlog-tiles', () => {
  it.each([
    [0, 0, 256],
    [0, 7, 256],
    [0, 7, 3],
    [0, 258, 52],
    [0, 258, 10],
  ])('given tile %i/%i of width %i, then it has the leaves of its entries', async (level, index, width) => {
    const leaves = entries.slice(index * 256, index * 256 + width).map(entry => Buffer.from(hash.leaf(entry)));
    expect(Buffer.from((await ledgerOf().tile({ level, index }, width)) ?? [])).toEqual(Buffer.concat(leaves));
    expect(Buffer.from((await ledgerOf().entries(index, width)) ?? [])).toEqual(bytesOf(index * 256, width));
  });

  it('given tiles above the leaves, then they have the roots of the tiles below', async () => {
    const ledger = ledgerOf();
    const rootOf = (index: number) => treeHash(entries.slice(index * 256, (index + 1) * 256));
    const first = Buffer.from((await ledger.tile({ level: 1, index: 0 }, 256)) ?? []);
    expect(first.subarray(0, 32)).toEqual(rootOf(0));
    expect(first.subarray(255 * 32)).toEqual(rootOf(255));
    const second = Buffer.from((await ledger.tile({ level: 1, index: 1 }, 2)) ?? []);
    expect(second).toEqual(Buffer.concat([rootOf(256), rootOf(257)]));
    expect(Buffer.from((await ledger.tile({ level: 2, index: 0 }, 1)) ?? [])).toEqual(
      treeHash(entries.slice(0, 65_536)),
    );
  });

  it.each([
    [0, 258, 53],
    [0, 259, 1],
    [0, 0, 0],
    [0, 0, 257],
    [0, -1, 1],
    [0, 0.5, 1],
    [1, 1, 3],
    [2, 0, 2],
    [63, 0, 1],
  ])('given tile %i/%i of width %i, which the tree has not, then there is none', async (level, index, width) => {
    expect(await ledgerOf().tile({ level, index }, width)).toBeUndefined();
  });
});

describe('the ledger over what is kept: positions and checkpoints', () => {
  it('given a position, then it tells which event of the log it is, and the other way round', async () => {
    const ledger = ledgerOf();
    for (const index of [0, 1, 255, 256, 40_000, 66_047, 66_048, SIZE - 1]) {
      expect(await ledger.indexOf(leafAt(index).position)).toBe(index);
      expect(await ledger.positionOf(index)).toBe(leafAt(index).position);
    }
    expect(await ledger.indexOf(leafAt(SIZE).position)).toBeUndefined();
    expect(await ledger.indexOf(String(BigInt(leafAt(3).position) + 1n) as Position)).toBeUndefined();
    expect(await ledger.indexOf('7' as Position)).toBeUndefined();
    expect(await ledger.positionOf(SIZE)).toBeUndefined();
  });

  it('given a ledger that grows behind an open one, then what is asked for beyond is found, and the rest is as it was', async () => {
    using own = temporaryDirectory();
    const kept = new SqliteLedgerStore(join(own.path, 'ledger.db'));
    await growTo(200, kept);
    const ledger = ledgerOf(kept);
    const before = await ledger.inclusion(3, 200);
    for (const size of [256, 300, 1_000]) {
      await growTo(size, kept);
      expect(await ledger.inclusion(3, 200)).toEqual(before);
      expect(hex(await ledger.inclusion(size - 1, size))).toEqual(hex(path(size - 1, entries.slice(0, size))));
      expect(await ledger.indexOf(leafAt(size - 1).position)).toBe(size - 1);
      expect(await ledger.size()).toBe(size);
    }
    await kept.close();
  });

  it('given checkpoints, then each names the position of its last event, once the tree has come to it', async () => {
    using own = temporaryDirectory();
    const kept = new SqliteLedgerStore(join(own.path, 'ledger.db'));
    const ledger = ledgerOf(kept);
    const checkpoint = { root: Buffer.alloc(32), note: 'a note\n', signedAt: '2026-11-29T00:00:00.000Z' };
    await kept.keep({ ...checkpoint, size: 300, milestone: 'work-plan.published' });
    expect(await ledger.checkpoint()).toBeUndefined();
    expect(await ledger.checkpoints()).toEqual([]);
    await growTo(400, kept);
    expect(await ledger.checkpoint()).toMatchObject({ size: 300, position: leafAt(299).position });
    expect(await ledger.covering(300)).toMatchObject({ size: 300, position: leafAt(299).position });
    expect(await ledger.checkpoints()).toHaveLength(1);
    await kept.close();
  });

  it('given a tree that was changed where it is kept, then it is not gone on with', async () => {
    const frontier = await store.frontier();
    if (!frontier) expect.unreachable();
    const open = frontier.open.map(tile => Uint8Array.from(tile));
    (open[0] as Uint8Array)[40] = ((open[0] as Uint8Array)[40] as number) ^ 1;
    expect(() => new GrowingTree(hash, { ...frontier, open })).toThrow(LedgerDamaged);
    expect(() => new GrowingTree(hash, { ...frontier, size: frontier.size - 1 })).toThrow();
    expect(new GrowingTree(hash, frontier).size).toBe(SIZE);
  });
});
