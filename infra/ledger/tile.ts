/** Tiles (C2SP tlog-tiles, height 8): 256 hashes of one level of the tree, and the hashes between them and the next level. */
import { HASH_BYTES, type TreeHash } from './hashing.ts';
import type { Subtree } from './merkle.ts';

export const TILE_HEIGHT = 8;
/** Hashes of a full tile. */
export const TILE_WIDTH = 2 ** TILE_HEIGHT;
/** Hashes of a full tile with those above them, up to its root. */
const ALL_HASHES = 2 * TILE_WIDTH - 1;

/** Where a tile stands: its level counts tiles, not hashes. */
export interface TilePlace {
  readonly level: number;
  readonly index: number;
}

/** The name of a tile within its level, as it stands in an address: `x001/x234/067`. */
export function tileName(index: number): string {
  const groups: string[] = [];
  for (let rest = index; groups.length === 0 || rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(String(rest % 1000).padStart(3, '0'));
  }
  return groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
}

/** The index that a name stands for; undefined for one that {@link tileName} does not give. */
export function tileIndex(name: string): number | undefined {
  if (!/^(x\d{3}\/)*\d{3}$/.test(name)) return undefined;
  const index = Number(name.replaceAll(/[x/]/g, ''));
  return Number.isSafeInteger(index) && tileName(index) === name ? index : undefined;
}

/** How many hashes the tile at a place has in a tree of a size. */
export function widthAt({ level, index }: TilePlace, size: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** level);
  return Math.max(0, Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH));
}

/** Where the hash of a complete subtree lies: in which tile, and there as {@link Tile.node} is asked for it. */
export function nodePlace(subtree: Subtree): TilePlace & { readonly height: number; readonly at: number } {
  const level = Math.floor(subtree.height / TILE_HEIGHT);
  const height = subtree.height % TILE_HEIGHT;
  const across = TILE_WIDTH / 2 ** height;
  const index = Math.floor(subtree.index / across);
  return { level, index, height, at: subtree.index % across };
}

/** The hashes of one tile; those of complete subtrees within it are made once, when their last leaf comes. */
export class Tile {
  readonly #tree: TreeHash;
  readonly #hashes: Buffer;
  #width: number;

  constructor(tree: TreeHash) {
    this.#tree = tree;
    this.#hashes = Buffer.alloc(ALL_HASHES * HASH_BYTES);
    this.#width = 0;
  }

  /** From what {@link stored} gave. Throws RangeError for bytes that are no tile. */
  static of(tree: TreeHash, stored: Uint8Array): Tile {
    const tile = new Tile(tree);
    if (stored.length === tile.#hashes.length) {
      tile.#hashes.set(stored);
      tile.#width = TILE_WIDTH;
      return tile;
    }
    if (stored.length % HASH_BYTES !== 0 || stored.length >= TILE_WIDTH * HASH_BYTES) {
      throw new RangeError(`a tile does not have ${stored.length} bytes`);
    }
    for (let at = 0; at < stored.length; at += HASH_BYTES) tile.push(stored.subarray(at, at + HASH_BYTES));
    return tile;
  }

  /** Hashes of the lowest of its levels. */
  get width(): number {
    return this.#width;
  }

  get isFull(): boolean {
    return this.#width === TILE_WIDTH;
  }

  /** The next hash. Throws RangeError when there is no room. */
  push(hash: Uint8Array): void {
    if (this.isFull) throw new RangeError('a full tile takes no more');
    let [height, at] = [0, this.#width];
    this.#hashes.set(hash, offsetOf(height, at));
    this.#width += 1;
    while (at % 2 === 1) {
      const parent = this.#tree.node(this.node(height, at - 1), this.node(height, at));
      at = (at - 1) / 2;
      height += 1;
      this.#hashes.set(parent, offsetOf(height, at));
    }
  }

  /** The hash of a complete subtree within the tile: 2 to the power of `height` of its hashes, the `at`-th of that kind. */
  node(height: number, at: number): Buffer {
    if ((at + 1) * 2 ** height > this.#width) throw new RangeError(`no subtree ${height}/${at} in ${this.#width}`);
    const offset = offsetOf(height, at);
    return this.#hashes.subarray(offset, offset + HASH_BYTES);
  }

  /** Of a full tile: the hash that stands for it in the level above. */
  get root(): Buffer {
    return this.node(TILE_HEIGHT, 0);
  }

  /** As it is served: its lowest level, or the first hashes of it. */
  served(width = this.#width): Buffer {
    return Buffer.from(this.#hashes.subarray(0, width * HASH_BYTES));
  }

  /** As it is kept: a full one with all its hashes, so that a proof need not make them again. */
  stored(): Buffer {
    return this.isFull ? Buffer.from(this.#hashes) : this.served();
  }
}

/** Level lies after level, the lowest first. */
function offsetOf(height: number, at: number): number {
  return (2 * TILE_WIDTH - 2 * (TILE_WIDTH >> height) + at) * HASH_BYTES;
}
