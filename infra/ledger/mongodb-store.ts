/**
 * The ledger that several processes share. A page is several writes, of which the last makes it count: tiles before it are
 * not told yet, and the same bytes whoever writes them.
 */
import { Binary, type Collection, type Db } from 'mongodb';
import { type Position, sortablePosition } from '../../events/ids.ts';
import { answered, isDuplicate } from '../mongodb.ts';
import { writeUnordered } from '../read-store/mongodb-bulk.ts';
import {
  type Frontier,
  type FullTile,
  type KeptCheckpoint,
  type Leaves,
  LedgerMoved,
  type LedgerPage,
  type LedgerStore,
  packPositions,
  unpackPositions,
  type WitnessStanding,
} from './store.ts';
import type { TilePlace } from './tile.ts';

interface StoredLedger {
  /** The ledger with the highest number counts; those before it were set aside. */
  readonly _id: number;
  readonly size: number;
  readonly log?: string;
  readonly position?: Position;
  readonly eventId?: string;
  readonly root?: Binary;
  readonly open?: readonly Binary[];
  readonly entries?: Binary;
  readonly positions?: Binary;
}

interface StoredTile {
  readonly _id: string;
  readonly ledger: number;
  readonly hashes: Binary;
  /** Of level 0 only, as all that follows. */
  readonly first?: string;
  readonly index?: number;
  readonly entries?: Binary;
  readonly positions?: Binary;
}

interface StoredCheckpoint {
  readonly _id: string;
  readonly ledger: number;
  readonly size: number;
  readonly root: Binary;
  readonly note: string;
  readonly signedAt: string;
  readonly milestone?: string;
  readonly timestamp?: Binary;
  readonly lines?: readonly string[];
}

interface StoredStanding extends WitnessStanding {
  readonly _id: string;
  readonly ledger: number;
}

export class MongoLedgerStore implements LedgerStore {
  readonly #ledgers: Collection<StoredLedger>;
  readonly #tiles: Collection<StoredTile>;
  readonly #checkpoints: Collection<StoredCheckpoint>;
  readonly #witnesses: Collection<StoredStanding>;
  #indexed: Promise<unknown> | undefined;

  constructor(database: Db) {
    this.#ledgers = database.collection('ledgers');
    this.#tiles = database.collection('ledger_tiles');
    this.#checkpoints = database.collection('ledger_checkpoints');
    this.#witnesses = database.collection('ledger_witnesses');
  }

  async frontier(): Promise<Frontier | undefined> {
    const ledger = await this.#current();
    if (!ledger || ledger.size === 0) return undefined;
    const { size, log, position, eventId, root, open, entries, positions } = ledger as Required<StoredLedger>;
    const leaves = { entries: bytesOf(entries), positions: unpackPositions(bytesOf(positions)) };
    return {
      log,
      size,
      position,
      eventId,
      root: bytesOf(root),
      open: open.map(bytesOf),
      leaves,
    };
  }

  async grow(from: number, { tiles, frontier }: LedgerPage): Promise<void> {
    const current = await this.#current();
    if ((current?.size ?? 0) !== from) throw new LedgerMoved(from);
    const ledger = current?._id ?? 1;
    await this.#write(ledger, tiles);
    const { leaves, log, root, open, ...rest } = frontier;
    const reached = {
      ...rest,
      ...(log !== undefined && { log }),
      root: new Binary(root),
      open: open.map(tile => new Binary(tile)),
      entries: new Binary(leaves.entries),
      positions: new Binary(packPositions(leaves.positions)),
    };
    const written = current
      ? (await answered(this.#ledgers.updateOne({ _id: ledger, size: from }, { $set: reached }))).matchedCount > 0
      : await inserted(this.#ledgers, { _id: ledger, ...reached });
    if (!written) throw new LedgerMoved(from);
  }

  async #write(ledger: number, tiles: readonly FullTile[]): Promise<void> {
    if (tiles.length === 0) return;
    this.#indexed ??= answered(this.#tiles.createIndex({ ledger: 1, first: 1 }));
    await this.#indexed.catch(error => {
      this.#indexed = undefined;
      throw error;
    });
    const operations = tiles.map(({ level, index, hashes, leaves }) => ({
      replaceOne: {
        filter: { _id: idOf(ledger, { level, index }) },
        replacement: {
          ledger,
          hashes: new Binary(hashes),
          ...(leaves && {
            first: sortablePosition(leaves.positions[0] as Position),
            index,
            entries: new Binary(leaves.entries),
            positions: new Binary(packPositions(leaves.positions)),
          }),
        },
        upsert: true,
      },
    }));
    await writeUnordered({ collection: this.#tiles, operations });
  }

  async tile(place: TilePlace): Promise<Uint8Array | undefined> {
    const projection = { hashes: 1 };
    const found = await answered(this.#tiles.findOne({ _id: idOf(await this.#number(), place) }, { projection }));
    return found ? bytesOf(found.hashes) : undefined;
  }

  async leaves(index: number): Promise<Leaves | undefined> {
    const _id = idOf(await this.#number(), { level: 0, index });
    return leavesOf(await answered(this.#tiles.findOne({ _id }, { projection: { entries: 1, positions: 1 } })));
  }

  async leavesAt(position: Position): Promise<(Leaves & { readonly index: number }) | undefined> {
    const before = { ledger: await this.#number(), first: { $lte: sortablePosition(position) } };
    const found = await answered(
      this.#tiles
        .find(before, { projection: { hashes: 0 } })
        .sort({ first: -1 })
        .limit(1)
        .next(),
    );
    const leaves = leavesOf(found);
    return leaves && { ...leaves, index: found?.index as number };
  }

  async keep({ size, root, note, signedAt, milestone, timestamp }: KeptCheckpoint): Promise<boolean> {
    const ledger = await this.#number();
    return inserted(this.#checkpoints, {
      _id: `${ledger}/${size}`,
      ledger,
      size,
      root: new Binary(root),
      note,
      signedAt,
      ...(milestone !== undefined && { milestone }),
      ...(timestamp && { timestamp: new Binary(timestamp) }),
    });
  }

  async cosign(size: number, lines: readonly string[]): Promise<void> {
    const _id = `${await this.#number()}/${size}`;
    await answered(this.#checkpoints.updateOne({ _id }, { $addToSet: { lines: { $each: [...lines] } } }));
  }

  async stamp(size: number, timestamp: Uint8Array): Promise<void> {
    const _id = `${await this.#number()}/${size}`;
    await answered(this.#checkpoints.updateOne({ _id }, { $set: { timestamp: new Binary(timestamp) } }));
  }

  async standings(): Promise<readonly WitnessStanding[]> {
    const ofLedger = { ledger: await this.#number() };
    const without = { projection: { _id: 0, ledger: 0 } };
    return answered(this.#witnesses.find<WitnessStanding>(ofLedger, without).sort({ witness: 1 }).toArray());
  }

  async stand(standing: WitnessStanding): Promise<void> {
    const ledger = await this.#number();
    const _id = `${ledger}/${standing.witness}`;
    await answered(this.#witnesses.replaceOne({ _id }, { ledger, ...standing }, { upsert: true }));
  }

  async newest(): Promise<KeptCheckpoint | undefined> {
    const all = this.#checkpoints.find({ ledger: await this.#number() });
    return checkpointOf(await answered(all.sort({ size: -1 }).limit(1).next()));
  }

  async covering(size: number): Promise<KeptCheckpoint | undefined> {
    const all = this.#checkpoints.find({ ledger: await this.#number(), size: { $gte: size } });
    return checkpointOf(await answered(all.sort({ size: 1 }).limit(1).next()));
  }

  async checkpoints(): Promise<readonly KeptCheckpoint[]> {
    const ofMilestones = { ledger: await this.#number(), milestone: { $exists: true } };
    const found = await answered(this.#checkpoints.find(ofMilestones).sort({ size: 1 }).toArray());
    const kept = found.flatMap(stored => checkpointOf(stored) ?? []);
    const newest = await this.newest();
    return newest && newest.size !== kept.at(-1)?.size ? [...kept, newest] : kept;
  }

  async checkpointsAbove(size: number): Promise<readonly KeptCheckpoint[]> {
    const all = this.#checkpoints.find({ ledger: await this.#number(), size: { $gt: size } });
    return (await answered(all.sort({ size: 1 }).toArray())).flatMap(stored => checkpointOf(stored) ?? []);
  }

  async setAside(): Promise<void> {
    await inserted(this.#ledgers, { _id: (await this.#number()) + 1, size: 0 });
  }

  /** Tiles beyond the size are not told, and are written anew before they are. */
  async forgetTree(): Promise<void> {
    const ledger = await this.#number();
    await answered(this.#ledgers.updateOne({ _id: ledger }, { $set: { size: 0 } }));
    await answered(this.#tiles.deleteMany({ ledger }));
  }

  async close(): Promise<void> {
    // The lines belong to whoever opened them.
  }

  async #current(): Promise<StoredLedger | undefined> {
    return (await answered(this.#ledgers.find().sort({ _id: -1 }).limit(1).next())) ?? undefined;
  }

  async #number(): Promise<number> {
    const newest = this.#ledgers.find({}, { projection: { _id: 1 } }).sort({ _id: -1 });
    return (await answered(newest.limit(1).next()))?._id ?? 1;
  }
}

function idOf(ledger: number, { level, index }: TilePlace): string {
  return `${ledger}/${level}/${index}`;
}

/** False where there is one with this id. */
async function inserted<T extends { _id: unknown }>(collection: Collection<T>, document: T): Promise<boolean> {
  try {
    await answered(collection.insertOne(document as never));
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}

function bytesOf(kept: Binary): Uint8Array {
  return Uint8Array.from(kept.buffer);
}

function leavesOf(stored: Pick<StoredTile, 'entries' | 'positions'> | null): Leaves | undefined {
  if (!stored?.entries || !stored.positions) return undefined;
  return { entries: bytesOf(stored.entries), positions: unpackPositions(bytesOf(stored.positions)) };
}

function checkpointOf(stored: StoredCheckpoint | null): KeptCheckpoint | undefined {
  if (!stored) return undefined;
  const { size, root, note, signedAt, milestone, timestamp, lines = [] } = stored;
  return {
    size,
    root: bytesOf(root),
    note: note + lines.toSorted().join(''),
    signedAt,
    ...(milestone !== undefined && { milestone }),
    ...(timestamp && { timestamp: bytesOf(timestamp) }),
  };
}
