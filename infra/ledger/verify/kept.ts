/** What a ledger has kept of a log, entries and tiles, beside those that are recomputed. */

export interface KeptLedger {
  /** How many events it has come to. */
  size(): Promise<number>;
  /** The first entries of the tile at an index, 32 bytes each; undefined where it has fewer. */
  entries(tile: number, width: number): Promise<Uint8Array | undefined>;
  /** A full tile of 256 hashes, as it is served. */
  tile(level: number, index: number): Promise<Uint8Array | undefined>;
  checkpoints(): Promise<readonly { readonly note: string; readonly timestamp?: Uint8Array }[]>;
}

export interface Place {
  readonly index: number;
  readonly position: string;
}

const WIDTH = 256;
const HEIGHT = 8;
const HASH = 32;

/** The hashes of one level, since its last full tile. */
interface Level {
  readonly hashes: Uint8Array;
  count: number;
}

/** A full tile that is still to be compared. */
interface FullTile {
  readonly level: number;
  readonly index: number;
  readonly hashes: Uint8Array;
}

export class KeptTiles {
  readonly #ledger: KeptLedger;
  readonly #kept: number;
  readonly #entries = new Uint8Array(WIDTH * HASH);
  #positions: string[] = [];
  #count = 0;
  readonly #levels: Level[] = [];
  #full: FullTile[] = [];
  #otherEntry: Place | undefined;
  #otherTile: Pick<FullTile, 'level' | 'index'> | undefined;

  /** `kept` entries at most are compared: the log may have grown since. */
  constructor(ledger: KeptLedger, kept: number) {
    this.#ledger = ledger;
    this.#kept = kept;
  }

  /** The first event whose entry is another than was kept. */
  get otherEntry(): Place | undefined {
    return this.#otherEntry;
  }

  /** The first tile whose hashes are others than were kept. */
  get otherTile(): Pick<FullTile, 'level' | 'index'> | undefined {
    return this.#otherTile;
  }

  /** The root of a complete subtree that has come to be. */
  addHash(height: number, hash: Uint8Array): void {
    if (height % HEIGHT !== 0) return;
    const at = height / HEIGHT;
    this.#levels[at] ??= { hashes: new Uint8Array(WIDTH * HASH), count: 0 };
    const level = this.#levels[at] as Level;
    level.hashes.set(hash, (level.count % WIDTH) * HASH);
    level.count += 1;
    if (level.count % WIDTH !== 0) return;
    this.#full.push({ level: at, index: level.count / WIDTH - 1, hashes: level.hashes.slice() });
  }

  /** The entry of the next event. True where a tile is full, and {@link settle} is due. */
  add(entry: Uint8Array, position: string): boolean {
    this.#entries.set(entry, (this.#count % WIDTH) * HASH);
    this.#positions.push(position);
    this.#count += 1;
    return this.#count % WIDTH === 0;
  }

  /** Compares what has been added since the last full tile. */
  async settle(): Promise<void> {
    if (this.#positions.length > 0) await this.#compareEntries();
    this.#positions = [];
    for (const tile of this.#full.splice(0)) await this.#compareTile(tile);
  }

  async #compareEntries(): Promise<void> {
    const tile = Math.floor((this.#count - 1) / WIDTH);
    const first = tile * WIDTH;
    const width = Math.min(this.#count, this.#kept) - first;
    if (this.#otherEntry || width <= 0) return;
    const stored = await this.#ledger.entries(tile, width);
    const differs = (at: number) => {
      const [from, to] = [at * HASH, (at + 1) * HASH];
      return !stored || Buffer.compare(stored.subarray(from, to), this.#entries.subarray(from, to)) !== 0;
    };
    for (let at = 0; at < width; at += 1) {
      if (!differs(at)) continue;
      this.#otherEntry = { index: first + at, position: this.#positions[at] as string };
      return;
    }
  }

  async #compareTile({ level, index, hashes }: FullTile): Promise<void> {
    if (this.#otherTile || (index + 1) * WIDTH ** (level + 1) > this.#kept) return;
    const stored = await this.#ledger.tile(level, index);
    if (!stored || Buffer.compare(stored, hashes) !== 0) this.#otherTile = { level, index };
  }
}
