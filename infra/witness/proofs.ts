/** Proofs of a Merkle log, as one verifies them who has two roots and nothing of the log (RFC 9162, sections 2.1.3.2 and 2.1.4.2). */
import type { TreeHead } from '../ledger/checkpoint.ts';
import type { TreeHash } from '../ledger/hashing.ts';

const isOdd = (number: number) => number % 2 === 1;
/** Sizes go beyond 32 bits, where the operators of bits end. */
const half = (number: number) => Math.floor(number / 2);
const isEqual = (one: Uint8Array, other: Uint8Array) => Buffer.compare(one, other) === 0;

/** A node on the way up: its number on its level, and that of the last node there. */
class Way {
  #node: number;
  #last: number;

  constructor(node: number, last: number) {
    this.#node = node;
    this.#last = last;
  }

  get isAtRoot(): boolean {
    return this.#last === 0;
  }

  /** Whether its sibling stands to the left; a node without one goes up until it has. */
  get isRight(): boolean {
    return isOdd(this.#node) || this.#node === this.#last;
  }

  get #isLone(): boolean {
    return !isOdd(this.#node) && this.#node !== 0;
  }

  up(): void {
    this.#node = half(this.#node);
    this.#last = half(this.#last);
  }

  /** Up from a node that was joined to its left. */
  upToItsSibling(): void {
    while (this.#isLone) this.up();
  }

  /** Up to the largest complete subtree that ends with the node. */
  upToItsSubtree(): void {
    while (isOdd(this.#node)) this.up();
  }
}

/** Whether a leaf (hashed as one) stands at an index of the tree. */
export function verifyInclusion(
  tree: TreeHash,
  { leaf, index, proof }: { readonly leaf: Uint8Array; readonly index: number; readonly proof: readonly Uint8Array[] },
  { size, root }: TreeHead,
): boolean {
  if (index < 0 || index >= size) return false;
  const way = new Way(index, size - 1);
  let hash = leaf;
  for (const sibling of proof) {
    if (way.isAtRoot) return false;
    if (way.isRight) {
      hash = tree.node(sibling, hash);
      way.upToItsSibling();
    } else hash = tree.node(hash, sibling);
    way.up();
  }
  return way.isAtRoot && isEqual(hash, root);
}

/** Whether the newer tree begins with the older one. The empty tree stands at the beginning of each, and needs no proof. */
export function verifyConsistency(
  tree: TreeHash,
  older: TreeHead,
  newer: TreeHead,
  proof: readonly Uint8Array[],
): boolean {
  if (older.size > newer.size) return false;
  if (older.size === newer.size) return proof.length === 0 && isEqual(older.root, newer.root);
  if (older.size === 0) return proof.length === 0 && isEqual(older.root, tree.empty);
  if (proof.length === 0) return false;
  const isWhole = Number.isInteger(Math.log2(older.size));
  const [first = older.root, ...rest] = isWhole ? [older.root, ...proof] : proof;
  const way = new Way(older.size - 1, newer.size - 1);
  way.upToItsSubtree();
  let [before, after] = [first, first];
  for (const hash of rest) {
    if (way.isAtRoot) return false;
    if (way.isRight) {
      before = tree.node(hash, before);
      after = tree.node(hash, after);
      way.upToItsSibling();
    } else after = tree.node(after, hash);
    way.up();
  }
  return way.isAtRoot && isEqual(before, older.root) && isEqual(after, newer.root);
}
