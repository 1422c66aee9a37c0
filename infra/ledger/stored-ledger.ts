/** The ledger as it is asked: proofs, tiles and checkpoints from what is kept. */
import { LRUCache } from 'lru-cache';
import { comparePositions, type Position } from '../../events/ids.ts';
import { LedgerDamaged } from './growing-tree.ts';
import { HASH_BYTES, type HashName, type TreeHash } from './hashing.ts';
import type { Ledger, SignedCheckpoint } from './ledger.ts';
import { consistencyParts, hashOfPart, inclusionParts, type Part, treePart } from './merkle.ts';
import type { SaltKey, Salts } from './record.ts';
import type { Frontier, KeptCheckpoint, Leaves, LedgerStore } from './store.ts';
import { nodePlace, TILE_WIDTH, Tile, type TilePlace, widthAt } from './tile.ts';

/** Full tiles in memory, 16 KiB each: those that most proofs lead through are few. */
const REMEMBERED_TILES = 256;

export interface StoredLedgerOptions {
  readonly store: LedgerStore;
  readonly origin: string;
  readonly tree: TreeHash;
  readonly salts: SaltKey;
}

export class StoredLedger implements Ledger {
  readonly origin: string;
  readonly #store: LedgerStore;
  readonly #tree: TreeHash;
  readonly #salts: SaltKey;
  readonly #full = new LRUCache<string, Tile>({ max: REMEMBERED_TILES });
  /** As far as was asked for; it is read again when more is. */
  #known: Known | undefined;

  constructor({ store, origin, tree, salts }: StoredLedgerOptions) {
    this.origin = origin;
    this.#store = store;
    this.#tree = tree;
    this.#salts = salts;
  }

  get hash(): HashName {
    return this.#tree.name;
  }

  /** How many events the ledger has come to. */
  async size(): Promise<number> {
    return (await this.#look())?.frontier.size ?? 0;
  }

  async checkpoint(): Promise<SignedCheckpoint | undefined> {
    const newest = await this.#store.newest();
    return newest && this.#positioned(newest);
  }

  async covering(size: number): Promise<SignedCheckpoint | undefined> {
    const kept = await this.#store.covering(size);
    return kept && this.#positioned(kept);
  }

  async checkpoints(): Promise<readonly SignedCheckpoint[]> {
    const kept = await this.#store.checkpoints();
    const positioned = await Promise.all(kept.map(checkpoint => this.#positioned(checkpoint)));
    return positioned.flatMap(checkpoint => checkpoint ?? []);
  }

  /** Undefined while the tree is made again and has not come to it. */
  async #positioned(checkpoint: KeptCheckpoint): Promise<SignedCheckpoint | undefined> {
    const position = await this.positionOf(checkpoint.size - 1);
    return position === undefined ? undefined : { ...checkpoint, position };
  }

  async tile(place: TilePlace, width: number): Promise<Uint8Array | undefined> {
    const known = await this.#withTile(place, width);
    return known && (await this.#tileAt(place, known)).served(width);
  }

  async entries(tileIndex: number, width: number): Promise<Uint8Array | undefined> {
    const known = await this.#withTile({ level: 0, index: tileIndex }, width);
    return known && (await this.#leavesOf(tileIndex, known)).entries.subarray(0, width * HASH_BYTES);
  }

  async inclusion(index: number, size: number): Promise<readonly Uint8Array[]> {
    return this.#hashesOf(inclusionParts(index, size), await this.#mustReach(size));
  }

  async consistency(old: number, size: number): Promise<readonly Uint8Array[]> {
    return this.#hashesOf(consistencyParts(old, size), await this.#mustReach(size));
  }

  async root(size: number): Promise<Uint8Array> {
    if (size === 0) return this.#tree.empty;
    const [root] = await this.#hashesOf([treePart(size)], await this.#mustReach(size));
    return root as Uint8Array;
  }

  async indexOf(position: Position): Promise<number | undefined> {
    const isBeyond = (known: Known | undefined) =>
      !known || comparePositions(position, known.frontier.position) > 0 ? undefined : known;
    const known = isBeyond(this.#known) ?? isBeyond(await this.#look());
    if (!known) return undefined;
    const { frontier } = known;
    const [first] = frontier.leaves.positions;
    const isOpen = first !== undefined && comparePositions(position, first) >= 0;
    const tile = isOpen ? openLeaves(frontier) : await this.#store.leavesAt(position);
    const at = tile?.positions.indexOf(position) ?? -1;
    return tile && at >= 0 ? tile.index * TILE_WIDTH + at : undefined;
  }

  /** The position of the event at an index; undefined where the ledger has not come to it. */
  async positionOf(index: number): Promise<Position | undefined> {
    const known = await this.#reaching(index + 1);
    if (!known || index < 0) return undefined;
    return (await this.#leavesOf(Math.floor(index / TILE_WIDTH), known)).positions[index % TILE_WIDTH];
  }

  saltsOf(eventId: string): Salts {
    return this.#salts.saltsOf(eventId);
  }

  async #look(): Promise<Known | undefined> {
    const frontier = await this.#store.frontier();
    // One that was set aside, or is made again, says nothing of what follows.
    if (!frontier || frontier.size < (this.#known?.frontier.size ?? 0)) this.#full.clear();
    this.#known = frontier && { frontier, open: frontier.open.map(hashes => Tile.of(this.#tree, hashes)) };
    return this.#known;
  }

  /** What is known, where it has so many entries; looks again where it has not. */
  async #reaching(size: number): Promise<Known | undefined> {
    const reaches = (known: Known | undefined) => (known && known.frontier.size >= size ? known : undefined);
    return reaches(this.#known) ?? reaches(await this.#look());
  }

  async #mustReach(size: number): Promise<Known> {
    const known = await this.#reaching(size);
    if (!known) throw new RangeError(`the ledger has no tree of ${size} entries`);
    return known;
  }

  /** Undefined where no tile there is so wide. */
  async #withTile({ level, index }: TilePlace, width: number): Promise<Known | undefined> {
    const isPlace = [level, index, width].every(Number.isSafeInteger) && level >= 0 && index >= 0;
    if (!isPlace || width < 1 || width > TILE_WIDTH) return undefined;
    return this.#reaching((index * TILE_WIDTH + width) * TILE_WIDTH ** level);
  }

  async #hashesOf(parts: readonly Part[], known: Known): Promise<readonly Uint8Array[]> {
    const places = new Map(parts.flat().map(subtree => [nameOf(nodePlace(subtree)), nodePlace(subtree)]));
    const tiles = new Map<string, Tile>();
    // Together: where the store is far away, they would wait for one another.
    await Promise.all([...places].map(async ([name, place]) => tiles.set(name, await this.#tileAt(place, known))));
    return parts.map(part => {
      const hashes = part.map(subtree => {
        const place = nodePlace(subtree);
        return (tiles.get(nameOf(place)) as Tile).node(place.height, place.at);
      });
      return hashOfPart(this.#tree, hashes);
    });
  }

  async #tileAt(place: TilePlace, { frontier, open }: Known): Promise<Tile> {
    if (widthAt(place, frontier.size) < TILE_WIDTH) return open[place.level] ?? new Tile(this.#tree);
    const name = nameOf(place);
    const remembered = this.#full.get(name);
    if (remembered) return remembered;
    const hashes = await this.#store.tile(place);
    if (!hashes) throw new LedgerDamaged(`the tile ${name} is missing`);
    const tile = Tile.of(this.#tree, hashes);
    this.#full.set(name, tile);
    return tile;
  }

  async #leavesOf(index: number, { frontier }: Known): Promise<Leaves> {
    if (widthAt({ level: 0, index }, frontier.size) < TILE_WIDTH) return frontier.leaves;
    const leaves = await this.#store.leaves(index);
    if (!leaves) throw new LedgerDamaged(`the entries of tile ${index} are missing`);
    return leaves;
  }
}

/** How far the ledger had come when it was last looked at, with its tiles that were not full then. */
interface Known {
  readonly frontier: Frontier;
  readonly open: readonly Tile[];
}

function openLeaves({ size, leaves }: Frontier): Leaves & { readonly index: number } {
  return { ...leaves, index: Math.floor(size / TILE_WIDTH) };
}

function nameOf({ level, index }: TilePlace): string {
  return `${level}/${index}`;
}
