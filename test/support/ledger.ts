/** A ledger in memory with a key of its own: for tests of what is proved, exported and verified, without stores. */
import { generateKeyPairSync } from 'node:crypto';
import type { RecordedEvent } from '../../events/envelope.ts';
import type { Position } from '../../events/ids.ts';
import { logCheckpointText } from '../../infra/ledger/checkpoint.ts';
import { HASH_BYTES, TreeHash } from '../../infra/ledger/hashing.ts';
import type { Ledger, SignedCheckpoint } from '../../infra/ledger/ledger.ts';
import { consistencyParts, hashOfPart, inclusionParts, type Part, treePart } from '../../infra/ledger/merkle.ts';
import { ed25519FromPem, keyIdOf, type NoteKey, noteText, SIGNATURE_TYPES } from '../../infra/ledger/note.ts';
import { type CommittedEvent, entryOf, recordOf, SaltKey, type Salts } from '../../infra/ledger/record.ts';
import { TILE_HEIGHT, TILE_WIDTH, type TilePlace } from '../../infra/ledger/tile.ts';
import { NOW } from './given.ts';

const SALT_SECRET = Buffer.alloc(HASH_BYTES, 7);

export type LedgerEvent = CommittedEvent & Pick<RecordedEvent, 'position'>;

export interface Signing {
  /** {@link NOW} unless told. */
  readonly signedAt?: string;
  readonly milestone?: string;
  readonly timestamp?: Uint8Array;
  /** Added to the note: the cosignatures of witnesses. */
  readonly cosignatures?: string;
}

/** An Ed25519 key as PEM, made anew. */
export function newLedgerKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
}

export class MemoryLedger implements Ledger {
  readonly origin: string;
  readonly hash = 'sha256';
  readonly #tree = new TreeHash('sha256');
  readonly #key: ReturnType<typeof ed25519FromPem>;
  readonly #salts = new SaltKey(SALT_SECRET);
  readonly #positions: Position[] = [];
  readonly #entries: Buffer[] = [];
  /** The hashes of complete subtrees by their height; the leaves first. */
  readonly #levels: Buffer[][] = [[]];
  #checkpoints: SignedCheckpoint[] = [];

  /** Throws TypeError for a key that is no Ed25519 key as PEM. */
  constructor(
    events: readonly LedgerEvent[] = [],
    { origin = 'gongguan/0123456789abcdef', pem = newLedgerKey() } = {},
  ) {
    this.origin = origin;
    this.#key = ed25519FromPem(pem);
    this.append(...events);
  }

  /** By which its checkpoints are checked. */
  get key(): NoteKey {
    return { name: this.origin, type: SIGNATURE_TYPES.ed25519, publicKey: this.#key.publicKey };
  }

  get size(): number {
    return this.#entries.length;
  }

  append(...events: readonly LedgerEvent[]): void {
    for (const event of events) {
      this.#positions.push(event.position);
      this.#push(entryOf(recordOf(event, this.saltsOf(event.id))));
    }
  }

  #push(entry: Buffer): void {
    this.#entries.push(entry);
    let hash = this.#tree.leaf(entry);
    for (let height = 0; ; height += 1) {
      this.#levels[height] ??= [];
      const level = this.#levels[height] as Buffer[];
      level.push(hash);
      if (level.length % 2 === 1) return;
      hash = this.#tree.node(level.at(-2) as Buffer, hash);
    }
  }

  /** Signs a checkpoint over the first events, all unless told. */
  async sign(
    { cosignatures = '', signedAt = NOW, ...rest }: Signing = {},
    size = this.size,
  ): Promise<SignedCheckpoint> {
    const root = await this.root(size);
    const text = logCheckpointText({ origin: this.origin, size, root });
    const signature = { name: this.origin, keyId: keyIdOf(this.key), signature: this.#key.sign(text) };
    const note = `${noteText({ text, signatures: [signature] })}${cosignatures}`;
    const checkpoint = { size, root, note, signedAt, position: this.#positions[size - 1] as Position, ...rest };
    const others = this.#checkpoints.filter(each => each.size !== size);
    this.#checkpoints = [...others, checkpoint].sort((one, other) => one.size - other.size);
    return checkpoint;
  }

  checkpoint = async () => this.#checkpoints.at(-1);
  covering = async (size: number) => this.#checkpoints.find(each => each.size >= size);
  checkpoints = async () =>
    this.#checkpoints.filter(({ milestone }, at, all) => milestone !== undefined || at === all.length - 1);

  async tile({ level, index }: TilePlace, width: number): Promise<Uint8Array | undefined> {
    return first(this.#levels[level * TILE_HEIGHT] ?? [], index * TILE_WIDTH, width);
  }

  async entries(tileIndex: number, width: number): Promise<Uint8Array | undefined> {
    return first(this.#entries, tileIndex * TILE_WIDTH, width);
  }

  async inclusion(index: number, size: number): Promise<readonly Uint8Array[]> {
    return inclusionParts(index, this.#within(size)).map(part => this.#hashOf(part));
  }

  async consistency(old: number, size: number): Promise<readonly Uint8Array[]> {
    return consistencyParts(old, this.#within(size)).map(part => this.#hashOf(part));
  }

  async root(size: number): Promise<Uint8Array> {
    return this.#within(size) === 0 ? this.#tree.empty : this.#hashOf(treePart(size));
  }

  async indexOf(position: Position): Promise<number | undefined> {
    const index = this.#positions.indexOf(position);
    return index < 0 ? undefined : index;
  }

  async positionOf(index: number): Promise<Position | undefined> {
    return this.#positions[index];
  }

  saltsOf(eventId: string): Salts {
    return this.#salts.saltsOf(eventId);
  }

  #within(size: number): number {
    if (size > this.size) throw new RangeError(`no tree of ${size} in one of ${this.size}`);
    return size;
  }

  #hashOf(part: Part): Buffer {
    return hashOfPart(
      this.#tree,
      part.map(({ height, index }) => this.#levels[height]?.[index] as Buffer),
    );
  }
}

function first(hashes: readonly Buffer[], from: number, width: number): Uint8Array | undefined {
  return from + width > hashes.length ? undefined : Buffer.concat(hashes.slice(from, from + width));
}
