/** RFC 6962, section 2.1, word for word, for those who test against it. */
import { hash } from 'node:crypto';

export const sha256 = (...parts: (string | Uint8Array)[]) =>
  hash('sha256', Buffer.concat(parts.map(part => Buffer.from(part))), 'buffer');

/** The Merkle tree hash of entries. */
export function treeHash(entries: readonly Uint8Array[]): Buffer {
  if (entries.length === 0) return sha256('');
  if (entries.length === 1) return sha256(Buffer.of(0), entries[0] as Uint8Array);
  let k = 1;
  while (k * 2 < entries.length) k *= 2;
  return sha256(Buffer.of(1), treeHash(entries.slice(0, k)), treeHash(entries.slice(k)));
}

/** Section 2.1.1: the proof that the entry at `m` is in the tree. */
export function path(m: number, entries: readonly Uint8Array[]): readonly Buffer[] {
  if (entries.length === 1) return [];
  let k = 1;
  while (k * 2 < entries.length) k *= 2;
  return m < k
    ? [...path(m, entries.slice(0, k)), treeHash(entries.slice(k))]
    : [...path(m - k, entries.slice(k)), treeHash(entries.slice(0, k))];
}

/** Section 2.1.2: the proof that the tree begins with that of its first `m` entries, where `whole` is true. */
export function subproof(m: number, entries: readonly Uint8Array[], whole: boolean): readonly Buffer[] {
  if (m === entries.length) return whole ? [] : [treeHash(entries)];
  let k = 1;
  while (k * 2 < entries.length) k *= 2;
  return m <= k
    ? [...subproof(m, entries.slice(0, k), whole), treeHash(entries.slice(k))]
    : [...subproof(m - k, entries.slice(k), false), treeHash(entries.slice(0, k))];
}

/** RFC 9162, section 2.1.3.2: the root that a proof leads to from an entry. */
export function rootThrough(entry: Uint8Array, index: number, size: number, proof: readonly Uint8Array[]): Buffer {
  let [fn, sn, root] = [index, size - 1, sha256(Buffer.of(0), entry)];
  for (const sibling of proof) {
    if (sn === 0) throw new Error('the proof is too long');
    const isRight = fn % 2 === 1 || fn === sn;
    root = isRight ? sha256(Buffer.of(1), sibling, root) : sha256(Buffer.of(1), root, sibling);
    while (isRight && fn % 2 === 0 && fn > 0) [fn, sn] = [fn >> 1, sn >> 1];
    [fn, sn] = [fn >> 1, sn >> 1];
  }
  if (sn !== 0) throw new Error('the proof is too short');
  return root;
}

/** Whether a proof is the one that section 2.1.2 gives for these entries. */
export function consistent(
  from: number,
  size: number,
  proof: readonly Uint8Array[],
  entries: readonly Uint8Array[],
): boolean {
  const expected = from === size ? [] : subproof(from, entries.slice(0, size), true);
  return expected.length === proof.length && expected.every((hash, at) => hash.equals(proof[at] as Uint8Array));
}
