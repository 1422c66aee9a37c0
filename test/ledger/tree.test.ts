import { describe, expect, it } from 'vitest';
import { TreeHash } from '../../infra/ledger/hashing.ts';
import {
  consistencyParts,
  hashOfPart,
  inclusionParts,
  type Part,
  type Subtree,
  treePart,
} from '../../infra/ledger/merkle.ts';
import { TILE_WIDTH, Tile, tileIndex, tileName, widthAt } from '../../infra/ledger/tile.ts';
import fc from '../support/properties.ts';
import { path, sha256, subproof, treeHash } from './rfc6962.ts';

const entriesOf = (size: number) => Array.from({ length: size }, (_, at) => sha256(`entry ${at}`));
const tree = new TreeHash('sha256');
const hex = (hashes: readonly Uint8Array[]) => hashes.map(hash => Buffer.from(hash).toString('hex'));

/** The hashes of parts, by the definition of the hash of a subtree. */
function hashesOf(parts: readonly Part[], entries: readonly Uint8Array[]): readonly Buffer[] {
  const of = ({ height, index }: Subtree) => treeHash(entries.slice(index * 2 ** height, (index + 1) * 2 ** height));
  return parts.map(part => hashOfPart(tree, part.map(of)));
}

const sizes = fc.integer({ min: 1, max: 70 });

describe('RFC 6962: proofs are made of complete subtrees', () => {
  it('given entries, when the whole tree is put together, then it is the tree of the specification', () => {
    fc.assert(
      fc.property(sizes, size => {
        const entries = entriesOf(size);
        expect(hashesOf([treePart(size)], entries)[0]).toEqual(treeHash(entries));
      }),
    );
  });

  it('given an entry, when its inclusion is proved, then the proof is that of the specification', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (size, at) => {
        const [entries, index] = [entriesOf(size), at % size];
        expect(hex(hashesOf(inclusionParts(index, size), entries))).toEqual(hex(path(index, entries)));
      }),
    );
  });

  it('given an older tree, when consistency is proved, then the proof is that of the specification', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (size, at) => {
        const [entries, old] = [entriesOf(size), 1 + (at % size)];
        expect(hex(hashesOf(consistencyParts(old, size), entries))).toEqual(hex(subproof(old, entries, true)));
      }),
    );
  });

  it('given the empty tree, then every tree is consistent with it, and nothing is proved to be in it', () => {
    expect(consistencyParts(0, 7)).toEqual([]);
    expect(() => inclusionParts(0, 0)).toThrow(RangeError);
    expect(() => inclusionParts(7, 7)).toThrow(RangeError);
    expect(() => consistencyParts(8, 7)).toThrow(RangeError);
    expect(tree.empty).toEqual(sha256(''));
  });
});

describe('tlog-tiles: a tile of height 8', () => {
  const leaves = entriesOf(TILE_WIDTH).map(entry => Buffer.from(tree.leaf(entry)));
  const tileOf = (width: number) => {
    const tile = new Tile(tree);
    for (const leaf of leaves.slice(0, width)) tile.push(leaf);
    return tile;
  };

  it('given 256 leaves, then its root is the tree over them, and it takes no more', () => {
    const tile = tileOf(TILE_WIDTH);
    expect(tile.root).toEqual(treeHash(entriesOf(TILE_WIDTH)));
    expect(() => tile.push(tile.root)).toThrow(RangeError);
  });

  it('given some leaves, when it is kept and read again, then it is the same tile', () => {
    for (const width of [0, 1, 2, 3, 100, 255, 256]) {
      const tile = tileOf(width);
      const again = Tile.of(tree, tile.stored());
      expect(again.width).toBe(width);
      expect(again.served()).toEqual(Buffer.concat(leaves.slice(0, width)));
      for (let height = 0; 2 ** height <= width; height += 1)
        expect(again.node(height, 0)).toEqual(tile.node(height, 0));
    }
  });

  it('given bytes that are no tile, then they are refused', () => {
    expect(() => Tile.of(tree, Buffer.alloc(33))).toThrow(RangeError);
    expect(() => Tile.of(tree, Buffer.alloc(256 * 32))).toThrow(RangeError);
    expect(() => tileOf(3).node(1, 1)).toThrow(RangeError);
  });

  it('given the tree of 70,000 of the specification, then its tiles have the widths named there', () => {
    expect(widthAt({ level: 0, index: 272 }, 70_000)).toBe(256);
    expect(widthAt({ level: 0, index: 273 }, 70_000)).toBe(112);
    expect(widthAt({ level: 0, index: 274 }, 70_000)).toBe(0);
    expect(widthAt({ level: 1, index: 0 }, 70_000)).toBe(256);
    expect(widthAt({ level: 1, index: 1 }, 70_000)).toBe(17);
    expect(widthAt({ level: 2, index: 0 }, 70_000)).toBe(1);
    expect(widthAt({ level: 1, index: 0 }, 256)).toBe(1);
  });

  it('given an index, then its name is that of the specification, and no other name is taken', () => {
    expect(tileName(1_234_067)).toBe('x001/x234/067');
    expect(tileName(0)).toBe('000');
    expect(tileIndex('x001/x234/067')).toBe(1_234_067);
    for (const name of ['0', '0067', 'x000/067', '001/067', 'x001/x067', '', '../067'])
      expect(tileIndex(name)).toBeUndefined();
  });
});
