/** What every store of the ledger promises. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Position } from '../../events/ids.ts';
import { GrowingTree } from '../../infra/ledger/growing-tree.ts';
import { TreeHash } from '../../infra/ledger/hashing.ts';
import { type KeptCheckpoint, LedgerMoved, type LedgerStore } from '../../infra/ledger/store.ts';
import { sha256 } from '../ledger/rfc6962.ts';
import { temporaryDirectory } from '../support/log.ts';

const hash = new TreeHash('sha256');
const leaves: ReturnType<typeof newLeaf>[] = [];

/** Events of a log whose positions are not dense, and longer than a number is exact; each is made once. */
export function leafAt(index: number) {
  leaves[index] ??= newLeaf(index);
  return leaves[index];
}

const newLeaf = (index: number) => ({
  entry: sha256(`entry ${index}`),
  position: String(9_007_199_254_740_993n + 128n * BigInt(index)) as Position,
  eventId: `event-${index}`,
});

const checkpointOf = (size: number, more: Partial<KeptCheckpoint> = {}): KeptCheckpoint => ({
  size,
  root: sha256(`root ${size}`),
  note: `gongguan/test\n${size}\n\n— gongguan/test AAAA\n`,
  signedAt: '2026-11-29T00:00:00.000Z',
  ...more,
});

/** `open` opens the store that lives at a directory; the same directory again is the same store. */
export function ledgerContract(name: string, open: (directory: string) => Promise<LedgerStore>): void {
  describe(`store of the ledger: ${name}`, () => {
    let directory: ReturnType<typeof temporaryDirectory>;
    let store: LedgerStore;
    beforeEach(async () => {
      directory = temporaryDirectory();
      store = await open(directory.path);
    });
    afterEach(async () => {
      await store.close();
      directory[Symbol.dispose]();
    });

    /** Adds events up to a size, in one page. */
    async function growTo(size: number, { log }: { readonly log?: string } = { log: 'a log' }): Promise<GrowingTree> {
      const tree = new GrowingTree(hash, await store.frontier());
      const from = tree.size;
      for (let index = from; index < size; index += 1) tree.add(leafAt(index));
      await store.grow(from, tree.takePage(log));
      return tree;
    }

    describe('the tree', () => {
      it('given a new store, then it has come nowhere and has nothing', async () => {
        expect(await store.frontier()).toBeUndefined();
        expect(await store.tile({ level: 0, index: 0 })).toBeUndefined();
        expect(await store.leaves(0)).toBeUndefined();
        expect(await store.leavesAt('1' as Position)).toBeUndefined();
      });

      it.each([1, 255, 256, 257, 600, 65_536, 65_793])(
        'given a page of %i events, when the store is opened again, then it says how far it has come',
        async size => {
          const tree = await growTo(size);
          await store.close();
          store = await open(directory.path);
          const frontier = await store.frontier();
          const { position, eventId } = leafAt(size - 1);
          expect(frontier).toMatchObject({ log: 'a log', size, position, eventId });
          expect(Buffer.from(frontier?.root ?? [])).toEqual(tree.root());
          expect(frontier?.open.map(({ length }) => length / 32)).toEqual(
            [size, Math.floor(size / 256), Math.floor(size / 65_536)].filter(Boolean).map(hashes => hashes % 256),
          );
          expect(frontier?.leaves.positions).toEqual(
            Array.from({ length: size % 256 }, (_, at) => leafAt(size - (size % 256) + at).position),
          );
          expect(new GrowingTree(hash, frontier).size).toBe(size);
        },
      );

      it('given pages of any size, then the tiles are those of one page', async () => {
        for (const size of [1, 2, 100, 256, 300, 1_000, 1_024, 1_025]) await growTo(size);
        const whole = new GrowingTree(hash);
        for (let index = 0; index < 1_025; index += 1) whole.add(leafAt(index));
        const { tiles, frontier } = whole.takePage('a log');
        expect(tiles).toHaveLength(4);
        for (const tile of tiles) {
          expect(Buffer.from((await store.tile(tile)) ?? [])).toEqual(tile.hashes);
          const leaves = await store.leaves(tile.index);
          expect(Buffer.from(leaves?.entries ?? [])).toEqual(tile.leaves?.entries);
          expect(leaves?.positions).toEqual(tile.leaves?.positions);
        }
        expect((await store.frontier())?.root).toEqual(Uint8Array.from(frontier.root));
        expect(await store.tile({ level: 0, index: 4 })).toBeUndefined();
        expect(await store.tile({ level: 1, index: 0 })).toBeUndefined();
      });

      it('given a page for another size than the ledger has, then nothing of it is kept', async () => {
        await growTo(300);
        const late = new GrowingTree(hash);
        for (let index = 0; index < 600; index += 1) late.add(leafAt(index));
        const page = late.takePage('a log');
        await expect(store.grow(0, page)).rejects.toBeInstanceOf(LedgerMoved);
        await expect(store.grow(299, page)).rejects.toBeInstanceOf(LedgerMoved);
        expect(await store.frontier()).toMatchObject({ size: 300 });
      });

      it('given two that begin the ledger at once, then one of them is told that it has moved', async () => {
        const other = await open(directory.path);
        const tree = new GrowingTree(hash);
        tree.add(leafAt(0));
        const page = tree.takePage('a log');
        const done = await Promise.allSettled([store.grow(0, page), other.grow(0, page)]);
        expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        expect(await other.frontier()).toMatchObject({ size: 1 });
        await other.close();
      });

      it('given a position, then the tile that its event is in is found, and none before the first', async () => {
        await growTo(1_000);
        for (const index of [0, 1, 255, 256, 511, 512, 767]) {
          const found = await store.leavesAt(leafAt(index).position);
          expect(found?.index).toBe(Math.floor(index / 256));
          expect(found?.positions.indexOf(leafAt(index).position)).toBe(index % 256);
        }
        const between = String(BigInt(leafAt(300).position) + 1n) as Position;
        expect((await store.leavesAt(between))?.index).toBe(1);
        expect(await store.leavesAt('5' as Position)).toBeUndefined();
      });

      it('given a log that did not tell its identity, then none is told', async () => {
        await growTo(1, {});
        expect((await store.frontier())?.log).toBeUndefined();
      });
    });

    describe('checkpoints', () => {
      it('given a checkpoint, then it is kept as it is, and no other of its size', async () => {
        expect(await store.newest()).toBeUndefined();
        const kept = checkpointOf(7, { milestone: 'work-plan.published', timestamp: Uint8Array.of(1, 2, 3) });
        expect(await store.keep(kept)).toBe(true);
        expect(await store.keep(checkpointOf(7, { note: 'another\n' }))).toBe(false);
        await store.close();
        store = await open(directory.path);
        const found = await store.newest();
        expect(found).toEqual({ ...kept, root: found?.root, timestamp: found?.timestamp });
        expect(Buffer.from(found?.root ?? [])).toEqual(kept.root);
        expect([...(found?.timestamp ?? [])]).toEqual([1, 2, 3]);
      });

      it('given several, then the newest, the covering, the larger, and those of milestones are told apart', async () => {
        for (const size of [30, 10, 20]) await store.keep(checkpointOf(size));
        await store.keep(checkpointOf(15, { milestone: 'work-plan.published' }));
        expect((await store.newest())?.size).toBe(30);
        expect((await store.covering(11))?.size).toBe(15);
        expect((await store.covering(15))?.size).toBe(15);
        expect(await store.covering(31)).toBeUndefined();
        expect((await store.checkpointsAbove(15)).map(({ size }) => size)).toEqual([20, 30]);
        expect((await store.checkpoints()).map(({ size }) => size)).toEqual([15, 30]);
        await store.keep(checkpointOf(40, { milestone: 'scoring.opened' }));
        expect((await store.checkpoints()).map(({ size }) => size)).toEqual([15, 40]);
      });

      it('given cosignatures, then they are lines of its note, each once, whoever adds them', async () => {
        const { note } = checkpointOf(7);
        await store.keep(checkpointOf(7));
        await store.keep(checkpointOf(9));
        const [one, other] = ['— one AAAB\n', '— other AAAC\n'];
        await Promise.all([store.cosign(7, [one]), store.cosign(7, [other, one])]);
        await store.cosign(7, [other]);
        expect((await store.covering(1))?.note).toBe(`${note}${one}${other}`);
        expect((await store.newest())?.note).toBe(checkpointOf(9).note);
      });

      it('given a time stamp, then it is the checkpoint’s, in the place of an earlier one', async () => {
        await store.keep(checkpointOf(7));
        await store.stamp(7, Uint8Array.of(1));
        await store.stamp(7, Uint8Array.of(2));
        expect([...((await store.newest())?.timestamp ?? [])]).toEqual([2]);
      });
    });

    describe('witnesses', () => {
      const at = '2026-11-29T00:00:00.000Z';
      const cosigning = { witness: 'a.example.cn+00', state: 'cosigning', size: 7, cosignedAt: at } as const;

      it('given how each stands, then the last of each is kept, and with another ledger none', async () => {
        expect(await store.standings()).toEqual([]);
        const away = {
          witness: 'b.example.cn+00',
          state: 'away',
          size: 0,
          since: at,
          askedAt: at,
          reason: 'no',
        } as const;
        const asked = { ...cosigning, since: at, askedAt: at };
        await store.stand(away);
        await store.stand({ ...asked, state: 'refusing', reason: '422' });
        await store.stand(asked);
        await store.close();
        store = await open(directory.path);
        expect(await store.standings()).toEqual([asked, away]);
        await growTo(1);
        await store.setAside();
        expect(await store.standings()).toEqual([]);
      });
    });

    describe('another log', () => {
      it('given a ledger that is set aside, then another begins with nothing of it', async () => {
        await growTo(300);
        await store.keep(checkpointOf(300));
        await store.setAside();
        expect(await store.frontier()).toBeUndefined();
        expect(await store.tile({ level: 0, index: 0 })).toBeUndefined();
        expect(await store.leavesAt(leafAt(10).position)).toBeUndefined();
        expect(await store.newest()).toBeUndefined();
        await growTo(2, { log: 'another log' });
        expect(await store.keep(checkpointOf(300))).toBe(true);
        await store.close();
        store = await open(directory.path);
        expect(await store.frontier()).toMatchObject({ log: 'another log', size: 2 });
      });

      it('given a tree that is forgotten, then it is made again, and the checkpoints have stayed', async () => {
        await growTo(600);
        await store.keep(checkpointOf(600));
        await store.forgetTree();
        expect(await store.frontier()).toBeUndefined();
        expect(await store.tile({ level: 0, index: 0 })).toBeUndefined();
        expect((await store.newest())?.size).toBe(600);
        await growTo(300, { log: 'moved' });
        expect(await store.frontier()).toMatchObject({ log: 'moved', size: 300 });
      });
    });
  });
}
