/** A log with a key of its own, as its witness sees it: it signs what it likes. */
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { logCheckpointText } from '../../infra/ledger/checkpoint.ts';
import { TreeHash } from '../../infra/ledger/hashing.ts';
import {
  consistencyParts,
  hashOfPart,
  inclusionParts,
  type Part,
  type Subtree,
  treePart,
} from '../../infra/ledger/merkle.ts';
import {
  ed25519FromPem,
  keyIdOf,
  type NoteKey,
  noteText,
  SIGNATURE_TYPES,
  type Signature,
} from '../../infra/ledger/note.ts';
import { sm2OfSecret } from '../../infra/ledger/sm2.ts';
import { requestText } from '../../infra/witness/request.ts';

export const tree = new TreeHash('sha256');

export interface LogKey {
  readonly key: NoteKey;
  signatureOf(text: string): Signature;
}

export function newLogKey(name: string): LogKey {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });
  const { publicKey, sign } = ed25519FromPem(String(pem));
  const key = { name, type: SIGNATURE_TYPES.ed25519, publicKey };
  return { key, signatureOf: text => ({ name, keyId: keyIdOf(key), signature: sign(text) }) };
}

/** A key of the suite `sm`, by which the tree is of SM3 too. */
export function newSmLogKey(name: string): LogKey {
  const { publicKey, sign } = sm2OfSecret(randomBytes(32));
  const key = { name, type: SIGNATURE_TYPES.sm, publicKey };
  return { key, signatureOf: text => ({ name, keyId: keyIdOf(key), signature: sign(Buffer.from(text)) }) };
}

export class SignedLog {
  readonly origin: string;
  readonly keys: LogKey[];
  readonly #tree: TreeHash;
  readonly leaves: Buffer[] = [];

  constructor(origin = 'log.example.cn', keys = [newLogKey(origin)]) {
    this.origin = origin;
    this.keys = keys;
    this.#tree = keys[0]?.key.type === SIGNATURE_TYPES.sm ? new TreeHash('sm3') : tree;
  }

  get size(): number {
    return this.leaves.length;
  }

  grow(events: number, what = 'event'): this {
    for (let at = 0; at < events; at += 1) this.leaves.push(this.#leafOf(`${what} ${this.size}`));
    return this;
  }

  /** The same log with the same keys, in which one event is another. */
  rewritten(index: number): SignedLog {
    const other = new SignedLog(this.origin, this.keys);
    other.leaves.push(...this.leaves);
    other.leaves[index] = this.#leafOf('rewritten');
    return other;
  }

  /** The same log with the same keys, without what came after. */
  cut(size: number): SignedLog {
    const other = new SignedLog(this.origin, this.keys);
    other.leaves.push(...this.leaves.slice(0, size));
    return other;
  }

  root(size = this.size): Buffer {
    return size === 0 ? this.#tree.empty : this.#hash(treePart(size));
  }

  inclusion(index: number, size = this.size): Buffer[] {
    return inclusionParts(index, size).map(part => this.#hash(part));
  }

  consistency(old: number, size = this.size): Buffer[] {
    return consistencyParts(old, size).map(part => this.#hash(part));
  }

  /** The signed checkpoint of a size. */
  note(size = this.size, root: Uint8Array = this.root(size), keys = this.keys): string {
    const text = logCheckpointText({ origin: this.origin, size, root });
    return noteText({ text, signatures: keys.map(key => key.signatureOf(text)) });
  }

  /** What it asks of a witness who knows it at a size. */
  request(old: number, size = this.size): Buffer {
    return Buffer.from(requestText({ old, proof: this.consistency(old, size), note: this.note(size) }));
  }

  #hash(part: Part): Buffer {
    return hashOfPart(
      this.#tree,
      part.map(subtree => this.#complete(subtree)),
    );
  }

  #complete({ height, index }: Subtree): Buffer {
    if (height === 0) return this.leaves[index] as Buffer;
    const [left, right] = [0, 1].map(side => this.#complete({ height: height - 1, index: index * 2 + side }));
    return Buffer.from(this.#tree.node(left as Buffer, right as Buffer));
  }

  #leafOf(what: string): Buffer {
    return Buffer.from(this.#tree.leaf(createHash('sha256').update(what).digest()));
  }
}
