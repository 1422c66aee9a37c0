/**
 * Proofs of a Merkle log (RFC 6962, section 2.1): which complete subtrees a proof is made of, and how they are put together.
 * Where their hashes come from is another's matter.
 */
import type { TreeHash } from './hashing.ts';

/** A complete subtree: 2 to the power of `height` entries, the `index`-th of that kind. */
export interface Subtree {
  readonly height: number;
  readonly index: number;
}

/** Entries from `start` on, before `end`. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** One hash of a proof: the tree over a range, as the complete subtrees it consists of, left to right. */
export type Part = readonly Subtree[];

/** The largest power of two below `size`, which is at least 2. */
function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

/** A range that begins where a subtree of its size may begin, as every range of a proof does. */
function partOf({ start, end }: Range): Part {
  const subtrees: Subtree[] = [];
  for (let from = start; from < end; ) {
    let height = 0;
    while (2 ** (height + 1) <= end - from) height += 1;
    subtrees.push({ height, index: from / 2 ** height });
    from += 2 ** height;
  }
  return subtrees;
}

/** The whole tree of a size, which is not 0. */
export function treePart(size: number): Part {
  return partOf({ start: 0, end: size });
}

/** The proof that the entry at an index is in the tree of a size, from the sibling of the leaf up. Throws RangeError when it is not. */
export function inclusionParts(index: number, size: number): readonly Part[] {
  if (!(Number.isSafeInteger(index) && index >= 0 && index < size)) {
    throw new RangeError(`no entry ${index} in a tree of ${size}`);
  }
  const parts: Part[] = [];
  let range: Range = { start: 0, end: size };
  while (range.end - range.start > 1) {
    const { start, end } = range;
    const middle = start + splitOf(end - start);
    const [left, right] = [
      { start, end: middle },
      { start: middle, end },
    ];
    const isLeft = index < middle;
    parts.unshift(partOf(isLeft ? right : left));
    range = isLeft ? left : right;
  }
  return parts;
}

/** The proof that the tree of `size` begins with that of `old`; empty where `old` is 0 or `size`. Throws RangeError when `old` is larger. */
export function consistencyParts(old: number, size: number): readonly Part[] {
  if (!(Number.isSafeInteger(old) && old >= 0 && old <= size))
    throw new RangeError(`no tree of ${old} in one of ${size}`);
  if (old === 0 || old === size) return [];
  const parts: Part[] = [];
  let range: Range = { start: 0, end: size };
  // As long as the old tree is not a whole subtree here, its root is to be made from its parts.
  while (old !== range.end) {
    const { start, end } = range;
    const middle = start + splitOf(end - start);
    const [left, right] = [
      { start, end: middle },
      { start: middle, end },
    ];
    const isLeft = old <= middle;
    parts.unshift(partOf(isLeft ? right : left));
    range = isLeft ? left : right;
  }
  return range.start === 0 ? parts : [partOf(range), ...parts];
}

/** The hash of a part, from those of its subtrees. */
export function hashOfPart(tree: TreeHash, hashes: readonly Uint8Array[]): Buffer {
  const [last, ...rest] = hashes.toReversed();
  if (!last) return tree.empty;
  return Buffer.from(rest.reduce((right, left) => tree.node(left, right), last));
}
