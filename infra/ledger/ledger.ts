/** What the ledger tells those who serve, prove, export and witness it. */
import type { Position } from '../../events/ids.ts';
import type { HashName } from './hashing.ts';
import type { Salts } from './record.ts';
import type { TilePlace } from './tile.ts';

/** A checkpoint as it was signed, with what others have added to it since. */
export interface SignedCheckpoint {
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
  /** The signed note, with the log's signatures and the cosignatures of witnesses. */
  readonly note: string;
  /** When it was signed, RFC 3339 in UTC. */
  readonly signedAt: string;
  /** The position of its last event. */
  readonly position: Position;
  /** The act that it was made for: the type of the last milestone within it that no earlier checkpoint covers. */
  readonly milestone?: string;
  /** RFC 3161 response over the text of the note, DER. */
  readonly timestamp?: Uint8Array;
}

export interface Ledger {
  /** Names the log in its checkpoints; also the name of its keys. */
  readonly origin: string;
  readonly hash: HashName;
  /** The newest checkpoint; undefined before the first. */
  checkpoint(): Promise<SignedCheckpoint | undefined>;
  /** The smallest checkpoint of at least so many events; undefined where none is. */
  covering(size: number): Promise<SignedCheckpoint | undefined>;
  /** All checkpoints of milestones and the newest, the smallest first. */
  checkpoints(): Promise<readonly SignedCheckpoint[]>;
  /** The first hashes of a tile; undefined where the tree has fewer. */
  tile(place: TilePlace, width: number): Promise<Uint8Array | undefined>;
  /** The first entries of the tile of level 0 at an index, 32 bytes each; undefined where the tree has fewer. */
  entries(tileIndex: number, width: number): Promise<Uint8Array | undefined>;
  /** The proof that the entry at an index is in the tree of a size (RFC 6962, section 2.1.1). Throws RangeError where it is not, or the tree is smaller. */
  inclusion(index: number, size: number): Promise<readonly Uint8Array[]>;
  /** The proof that the tree of `size` begins with that of `old` (RFC 6962, section 2.1.2). Throws RangeError. */
  consistency(old: number, size: number): Promise<readonly Uint8Array[]>;
  /** The root over the first entries. Throws RangeError where there are fewer. */
  root(size: number): Promise<Uint8Array>;
  /** The index of the event at a position; undefined where the ledger has none, or has not come to it. */
  indexOf(position: Position): Promise<number | undefined>;
  /** The position of the event at an index; undefined where the ledger has not come to it. */
  positionOf(index: number): Promise<Position | undefined>;
  /** To be given to those alone who are given the texts. */
  saltsOf(eventId: string): Salts;
}
