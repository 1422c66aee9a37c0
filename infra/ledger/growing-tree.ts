/** The tree of a ledger as it grows: the tiles that are not full yet, one of each level. */
import { comparePositions, type Position } from '../../events/ids.ts';
import { HASH_BYTES, type TreeHash } from './hashing.ts';
import { hashOfPart, treePart } from './merkle.ts';
import type { Frontier, FullTile, LedgerPage } from './store.ts';
import { nodePlace, TILE_WIDTH, Tile } from './tile.ts';

/** An event as it stands in the tree. */
export interface Leaf {
  /** 32 bytes. */
  readonly entry: Uint8Array;
  readonly position: Position;
  readonly eventId: string;
}

/** What is kept of a ledger does not fit together: it was changed, or the disk has failed. */
export class LedgerDamaged extends Error {
  constructor(reason: string) {
    super(`the ledger is damaged: ${reason}`);
    this.name = 'LedgerDamaged';
  }
}

export class GrowingTree {
  readonly #tree: TreeHash;
  readonly #open: Tile[] = [];
  #entries: Uint8Array[] = [];
  #positions: Position[] = [];
  #filled: FullTile[] = [];
  #size = 0;
  #last: Pick<Leaf, 'position' | 'eventId'> | undefined;

  /** From where it was; empty unless told. Throws {@link LedgerDamaged} when that is not the tree of its root. */
  constructor(tree: TreeHash, frontier?: Frontier) {
    this.#tree = tree;
    if (!frontier) return;
    this.#size = frontier.size;
    this.#last = frontier;
    this.#open = frontier.open.map(hashes => Tile.of(tree, hashes));
    const { entries, positions } = frontier.leaves;
    this.#positions = [...positions];
    this.#entries = positions.map((_, at) => entries.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
    if (!this.root().equals(frontier.root)) throw new LedgerDamaged(`another root than that of ${this.#size} entries`);
  }

  get size(): number {
    return this.#size;
  }

  /** Throws RangeError for one that does not come after the last. */
  add({ entry, position, eventId }: Leaf): void {
    if (this.#last && comparePositions(position, this.#last.position) <= 0)
      throw new RangeError(`an event at ${position} after one at ${this.#last.position}`);
    this.#entries.push(entry);
    this.#positions.push(position);
    this.#size += 1;
    this.#last = { position, eventId };
    this.#push(0, this.#tree.leaf(entry));
  }

  #push(level: number, hash: Uint8Array): void {
    const tile = this.#open[level] ?? new Tile(this.#tree);
    this.#open[level] = tile;
    tile.push(hash);
    if (!tile.isFull) return;
    const index = this.#size / TILE_WIDTH ** (level + 1) - 1;
    const leaves = level === 0 && { leaves: this.#takeLeaves() };
    this.#filled.push({ level, index, hashes: tile.stored(), ...leaves });
    this.#open[level] = new Tile(this.#tree);
    this.#push(level + 1, tile.root);
  }

  #takeLeaves(): NonNullable<FullTile['leaves']> {
    const leaves = { entries: Buffer.concat(this.#entries), positions: this.#positions };
    this.#entries = [];
    this.#positions = [];
    return leaves;
  }

  /** Over all entries, 32 bytes. */
  root(): Buffer {
    const hashes = treePart(this.#size).map(subtree => {
      const { level, height, at } = nodePlace(subtree);
      return (this.#open[level] as Tile).node(height, at);
    });
    return hashOfPart(this.#tree, hashes);
  }

  /** What was added since the last call. Throws RangeError while there is nothing in the tree. */
  takePage(log: string | undefined): LedgerPage {
    if (!this.#last) throw new RangeError('a ledger without entries');
    const tiles = this.#filled;
    this.#filled = [];
    const { position, eventId } = this.#last;
    return {
      tiles,
      frontier: {
        log,
        size: this.#size,
        position,
        eventId,
        root: this.root(),
        open: this.#open.map(tile => tile.served()),
        leaves: { entries: Buffer.concat(this.#entries), positions: [...this.#positions] },
      },
    };
  }
}
