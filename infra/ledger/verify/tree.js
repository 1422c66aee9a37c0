// @ts-check
/** The Merkle tree (RFC 6962, section 2.1; proofs are checked as RFC 9162, sections 2.1.3.2 and 2.1.4.2 say). */
import { sameBytes } from './bytes.js';

/** @typedef {import('./suites.js').Suite['digest']} Digest */

/** Used again and again: a digest is made before the next one is begun. */
const leaf = new Uint8Array(1 + 32).fill(0x00, 0, 1);
const node = new Uint8Array(1 + 2 * 32).fill(0x01, 0, 1);

/**
 * @param {Digest} digest
 * @param {Uint8Array} entry Of 32 bytes, like all hashes here.
 */
function leafOf(digest, entry) {
  leaf.set(entry, 1);
  return digest(leaf);
}

/**
 * @param {Digest} digest
 * @param {Uint8Array} left
 * @param {Uint8Array} right
 */
function nodeOf(digest, left, right) {
  node.set(left, 1);
  node.set(right, 33);
  return digest(node);
}

/** A tree that grows entry by entry: the roots of its complete subtrees, the largest first. */
export class Tree {
  #digest;
  #onHash;
  /** @type {{ height: number, root: Uint8Array }[]} */
  #subtrees = [];
  #size = 0;

  /**
   * @param {Digest} digest
   * @param {(height: number, hash: Uint8Array) => void} [onHash] Is told each complete subtree: of 2 to the power of height entries.
   */
  constructor(digest, onHash = () => undefined) {
    this.#digest = digest;
    this.#onHash = onHash;
  }

  get size() {
    return this.#size;
  }

  /** @param {Uint8Array} entry */
  add(entry) {
    let subtree = { height: 0, root: leafOf(this.#digest, entry) };
    this.#onHash(0, subtree.root);
    for (let last = this.#subtrees.at(-1); last?.height === subtree.height; last = this.#subtrees.at(-1)) {
      this.#subtrees.pop();
      subtree = { height: subtree.height + 1, root: nodeOf(this.#digest, last.root, subtree.root) };
      this.#onHash(subtree.height, subtree.root);
    }
    this.#subtrees.push(subtree);
    this.#size += 1;
  }

  /** @returns {Uint8Array} */
  root() {
    const [last, ...rest] = this.#subtrees.map(({ root }) => root).reverse();
    if (!last) return this.#digest(new Uint8Array());
    return rest.reduce((right, left) => nodeOf(this.#digest, left, right), last);
  }
}

/** @param {number} value */
const isOdd = value => value % 2 === 1;
/** @param {number} value */
const half = value => Math.floor(value / 2);

/**
 * Whether a proof leads from an entry to the root of a tree.
 * @param {Digest} digest
 * @param {{ index: number, entry: Uint8Array, size: number, root: Uint8Array, proof: readonly Uint8Array[] }} claim
 */
export function isIncluded(digest, { index, entry, size, root, proof }) {
  if (index >= size) return false;
  let [fn, sn] = [index, size - 1];
  let hash = leafOf(digest, entry);
  for (const sibling of proof) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      hash = nodeOf(digest, sibling, hash);
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      hash = nodeOf(digest, hash, sibling);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && sameBytes(hash, root);
}

/**
 * Whether a proof shows that a tree begins with an earlier one.
 * @param {Digest} digest
 * @param {{ size: number, root: Uint8Array }} earlier
 * @param {{ size: number, root: Uint8Array }} later
 * @param {readonly Uint8Array[]} proof
 */
export function isConsistent(digest, earlier, later, proof) {
  if (earlier.size > later.size) return false;
  if (earlier.size === later.size) return proof.length === 0 && sameBytes(earlier.root, later.root);
  if (earlier.size === 0) return proof.length === 0 && sameBytes(earlier.root, digest(new Uint8Array()));
  const isPowerOfTwo = Number.isInteger(Math.log2(earlier.size));
  const [first, ...rest] = isPowerOfTwo ? [earlier.root, ...proof] : proof;
  if (!first) return false;
  let [fn, sn] = [earlier.size - 1, later.size - 1];
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)];
  let [fr, sr] = [first, first];
  for (const hash of rest) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      fr = nodeOf(digest, hash, fr);
      sr = nodeOf(digest, hash, sr);
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      sr = nodeOf(digest, sr, hash);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && sameBytes(fr, earlier.root) && sameBytes(sr, later.root);
}
