/** The hashes of the ledger (README.md, sections 1 and 2). A hash is 32 bytes. */
import { hash } from 'node:crypto';

export const HASH_BYTES = 32;

/** SHA-256, or SM3 (GB/T 32905) for installations under 国密 rules; both give 32 bytes. */
export type HashName = 'sha256' | 'sm3';

/** The digest of some bytes, or of a text as UTF-8. */
export function digest(name: HashName, content: string | Uint8Array): Buffer {
  // As a text of bytes: Node makes such a digest in a third of the time of a buffer's.
  return Buffer.from(hash(name, content, 'binary'), 'binary');
}

const LEAF = 0x00;
const NODE = 0x01;

/** RFC 6962, section 2.1, over one kind of hash. Its buffers are used again: not to be called from within itself. */
export class TreeHash {
  readonly name: HashName;
  readonly #leaf = Buffer.alloc(1 + HASH_BYTES, LEAF);
  readonly #node = Buffer.alloc(1 + 2 * HASH_BYTES, NODE);

  constructor(name: HashName) {
    this.name = name;
  }

  /** Of an entry of 32 bytes. */
  leaf(entry: Uint8Array): Buffer {
    this.#leaf.set(entry, 1);
    return digest(this.name, this.#leaf);
  }

  node(left: Uint8Array, right: Uint8Array): Buffer {
    this.#node.set(left, 1);
    this.#node.set(right, 1 + HASH_BYTES);
    return digest(this.name, this.#node);
  }

  /** The root of a log without entries. */
  get empty(): Buffer {
    return digest(this.name, '');
  }
}
