/** Where the ledger is kept: full tiles, which never change; how far it has come; and its checkpoints. */
import type { Position } from '../../events/ids.ts';
import type { Instant } from '../../events/time.ts';
import type { SignedCheckpoint } from './ledger.ts';
import type { TilePlace } from './tile.ts';

/** The events of the tile of level 0. */
export interface Leaves {
  /** 32 bytes each. */
  readonly entries: Uint8Array;
  readonly positions: readonly Position[];
}

/** How far a ledger has come, with all that it goes on from. */
export interface Frontier {
  /** The identity of the log that it is of; undefined where the log did not tell it. */
  readonly log: string | undefined;
  /** Entries, at least one. */
  readonly size: number;
  /** Of the last event, as its id. */
  readonly position: Position;
  readonly eventId: string;
  /** Over all entries, 32 bytes. */
  readonly root: Uint8Array;
  /** The last tile of each level as it is served, the lowest level first; without bytes where the last one is full. */
  readonly open: readonly Uint8Array[];
  /** Of the last tile of level 0 while it is not full. */
  readonly leaves: Leaves;
}

export interface FullTile extends TilePlace {
  /** With the hashes above its lowest level, as `Tile.stored` gives them. */
  readonly hashes: Uint8Array;
  /** Of level 0. */
  readonly leaves?: Leaves;
}

/** What some events add. */
export interface LedgerPage {
  /** The tiles that they have filled. */
  readonly tiles: readonly FullTile[];
  readonly frontier: Frontier;
}

/** A checkpoint as it is kept: the position of its last event is another in every log, and found by its size. */
export type KeptCheckpoint = Omit<SignedCheckpoint, 'position'>;

/** How a witness stands to the ledger, as far as we know. */
export interface WitnessStanding {
  /** His name and the id of his key. */
  readonly witness: string;
  /**
   * `refusing`: what he has seen of the log is not what we hold. `unacquainted`: he was not told of the log or its key.
   * `away`: he did not answer.
   */
  readonly state: 'unasked' | 'cosigning' | 'refusing' | 'unacquainted' | 'away';
  /** The largest checkpoint that he cosigned; 0 before the first. */
  readonly size: number;
  readonly cosignedAt?: Instant;
  /** Since when he is in this state. */
  readonly since: Instant;
  readonly askedAt: Instant;
  /** What he said, or why he did not. */
  readonly reason?: string;
}

/** Every method throws StoreUnavailable during an outage. */
export interface LedgerStore {
  /** Undefined before the first event. */
  frontier(): Promise<Frontier | undefined>;
  /**
   * Adds a page to a ledger of `from` entries: all of it or nothing. Whoever adds to the same ledger, from the same log, adds
   * the same bytes. Throws {@link LedgerMoved} when it has another size.
   */
  grow(from: number, page: LedgerPage): Promise<void>;
  /** The hashes of a full tile; undefined while it is not full. */
  tile(place: TilePlace): Promise<Uint8Array | undefined>;
  /** Of a full tile of level 0. */
  leaves(index: number): Promise<Leaves | undefined>;
  /** The last full tile of level 0 that begins at a position or before it. */
  leavesAt(position: Position): Promise<(Leaves & { readonly index: number }) | undefined>;
  /** Keeps a checkpoint durably; false where there is one of its size, which stays as it is. */
  keep(checkpoint: KeptCheckpoint): Promise<boolean>;
  /** Adds lines of signatures, each with its LF, to the note of a checkpoint; those that it has already are left out. */
  cosign(size: number, lines: readonly string[]): Promise<void>;
  /** Adds an RFC 3161 response to a checkpoint, in the place of an earlier one. */
  stamp(size: number, timestamp: Uint8Array): Promise<void>;
  /** Of all witnesses that were ever asked about this ledger. */
  standings(): Promise<readonly WitnessStanding[]>;
  /** Keeps how a witness stands, in the place of what was kept before. */
  stand(standing: WitnessStanding): Promise<void>;
  /** The largest of all; undefined where there is none. */
  newest(): Promise<KeptCheckpoint | undefined>;
  /** The smallest of at least this size. */
  covering(size: number): Promise<KeptCheckpoint | undefined>;
  /** Those of milestones, and the newest; the smallest first. */
  checkpoints(): Promise<readonly KeptCheckpoint[]>;
  /** All that are larger, the smallest first. */
  checkpointsAbove(size: number): Promise<readonly KeptCheckpoint[]>;
  /** Keeps the ledger and its checkpoints as they are, and begins another in their place. */
  setAside(): Promise<void>;
  /** Lets the tree be made again, of another copy of the log; the checkpoints stay, and count. */
  forgetTree(): Promise<void>;
  close(): Promise<void>;
}

/** Another was first: the ledger has not the size that was added to. */
export class LedgerMoved extends Error {
  constructor(from: number) {
    super(`the ledger does not have ${from} entries`);
    this.name = 'LedgerMoved';
  }
}

const POSITION_BYTES = 8;

/** Positions in 8 bytes each, big-endian. */
export function packPositions(positions: readonly Position[]): Uint8Array {
  const bytes = Buffer.alloc(positions.length * POSITION_BYTES);
  positions.forEach((position, at) => {
    bytes.writeBigUInt64BE(BigInt(position), at * POSITION_BYTES);
  });
  return bytes;
}

/** From what {@link packPositions} gave. */
export function unpackPositions(bytes: Uint8Array): readonly Position[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from(
    { length: bytes.length / POSITION_BYTES },
    (_, at) => String(view.getBigUint64(at * POSITION_BYTES)) as Position,
  );
}
