/** A log of some entries by the ledger's own functions: its tiles as files, its roots and proofs. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TreeHash } from '../../../infra/ledger/hashing.ts';
import type { Ledger } from '../../../infra/ledger/ledger.ts';
import {
  consistencyParts,
  hashOfPart,
  inclusionParts,
  type Part,
  type Subtree,
  treePart,
} from '../../../infra/ledger/merkle.ts';
import { TILE_HEIGHT, TILE_WIDTH, Tile, tileName } from '../../../infra/ledger/tile.ts';

/** What the ledger answers, at once. */
type Answers<Method extends 'root' | 'inclusion' | 'consistency'> = {
  readonly [M in Method]: (...asked: Parameters<Ledger[M]>) => Awaited<ReturnType<Ledger[M]>>;
};

export class SmallLog implements Answers<'root' | 'inclusion' | 'consistency'> {
  readonly #tree: TreeHash;
  readonly #entries: readonly Uint8Array[];
  /** By level, then by index. */
  readonly #tiles: Tile[][] = [];

  constructor(tree: TreeHash, entries: readonly Uint8Array[]) {
    this.#tree = tree;
    this.#entries = entries;
    for (const entry of entries) this.#push(0, tree.leaf(entry));
  }

  #push(level: number, hash: Uint8Array): void {
    this.#tiles[level] ??= [];
    const tiles = this.#tiles[level];
    if (tiles.at(-1)?.isFull !== false) tiles.push(new Tile(this.#tree));
    const tile = tiles.at(-1) as Tile;
    tile.push(hash);
    if (tile.isFull) this.#push(level + 1, tile.root);
  }

  #hash({ height, index }: Subtree): Buffer {
    const within = height % TILE_HEIGHT;
    const perTile = TILE_WIDTH >> within;
    const tile = this.#tiles[Math.floor(height / TILE_HEIGHT)]?.[Math.floor(index / perTile)] as Tile;
    return tile.node(within, index % perTile);
  }

  #hashes(parts: readonly Part[]): readonly Buffer[] {
    return parts.map(part =>
      hashOfPart(
        this.#tree,
        part.map(subtree => this.#hash(subtree)),
      ),
    );
  }

  root(size: number): Buffer {
    return size === 0 ? this.#tree.empty : (this.#hashes([treePart(size)])[0] as Buffer);
  }

  inclusion(index: number, size: number): readonly Buffer[] {
    return this.#hashes(inclusionParts(index, size));
  }

  consistency(old: number, size: number): readonly Buffer[] {
    return this.#hashes(consistencyParts(old, size));
  }

  /** The tiles of every size up to that of the log, as files named as tlog-tiles does: those that are not full in each width. */
  writeTiles(directory: string): void {
    this.#tiles.forEach((tiles, level) => {
      for (const [index, tile] of tiles.entries()) {
        const entries = this.#entries.slice(index * TILE_WIDTH, (index + 1) * TILE_WIDTH);
        for (let width = 1; width <= tile.width; width += 1) {
          const name = width === TILE_WIDTH ? tileName(index) : `${tileName(index)}.p/${width}`;
          write(join(directory, 'tile', String(level), name), tile.served(width));
          if (level === 0) write(join(directory, 'tile', 'entries', name), bundle(entries.slice(0, width)));
        }
      }
    });
  }
}

function write(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

/** Entries with their lengths, as tlog-tiles serves them. */
function bundle(entries: readonly Uint8Array[]): Buffer {
  return Buffer.concat(entries.flatMap(entry => [Buffer.of(entry.length >> 8, entry.length & 0xff), entry]));
}
