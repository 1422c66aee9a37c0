/** Proofs as a witness verifies them, against those that the ledger makes. */

import { describe, expect, it } from 'vitest';
import { verifyConsistency, verifyInclusion } from '../../infra/witness/proofs.ts';
import fc from '../support/properties.ts';
import { SignedLog, tree } from './log.ts';

const log = new SignedLog().grow(300);
const headAt = (size: number, of = log) => ({ size, root: of.root(size) });
const sizes = fc.integer({ min: 1, max: 300 });
const pairs = fc.tuple(sizes, sizes).map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const);

/** All but one bit of a hash stay. */
function flipped(hash: Uint8Array, bit: number): Buffer {
  const other = Buffer.from(hash);
  other[bit >> 3] = (other[bit >> 3] as number) ^ (1 << (bit & 7));
  return other;
}

const bits = fc.integer({ min: 0, max: 255 });

describe('RFC 9162, 2.1.3.2: inclusion', () => {
  const inclusions = fc.tuple(sizes, fc.nat()).map(([size, at]) => ({ size, index: at % size }));
  const verifies = (
    { index, size }: { index: number; size: number },
    { leaf = log.leaves[index] as Buffer, proof = log.inclusion(index, size) as readonly Uint8Array[] } = {},
  ) => verifyInclusion(tree, { leaf, index, proof }, headAt(size));

  it('given a proof that the ledger made, then it verifies', () => {
    fc.assert(fc.property(inclusions, place => verifies(place)));
  });

  it('given the proof or the leaf is another, or its place, then it does not', () => {
    fc.assert(
      fc.property(inclusions, fc.nat(), bits, ({ index, size }, at, bit) => {
        const leaf = log.leaves[index] as Buffer;
        const proof = log.inclusion(index, size);
        expect(verifies({ index, size }, { leaf: flipped(leaf, bit) })).toBe(false);
        expect(verifies({ index, size }, { proof: [...proof, leaf] })).toBe(false);
        expect(verifies({ index: size, size }, { leaf, proof })).toBe(false);
        if (proof.length === 0) return;
        const hit = at % proof.length;
        expect(verifies({ index, size }, { proof: proof.toSpliced(hit, 1) })).toBe(false);
        expect(verifies({ index, size }, { proof: proof.with(hit, flipped(proof[hit] as Buffer, bit)) })).toBe(false);
      }),
    );
  });

  it('given another index, then the same proof does not verify', () => {
    fc.assert(
      fc.property(inclusions, fc.nat(), ({ index, size }, at) => {
        const other = at % size;
        fc.pre(other !== index);
        const leaf = log.leaves[index] as Buffer;
        expect(verifyInclusion(tree, { leaf, index: other, proof: log.inclusion(index, size) }, headAt(size))).toBe(
          false,
        );
      }),
    );
  });
});

describe('RFC 9162, 2.1.4.2: consistency', () => {
  const verifies = (old: number, size: number, proof: readonly Uint8Array[] = log.consistency(old, size)) =>
    verifyConsistency(tree, headAt(old), headAt(size), proof);

  it('given a proof that the ledger made, then it verifies', () => {
    fc.assert(fc.property(pairs, ([old, size]) => verifies(old, size)));
  });

  it('given the proof is another, then it does not', () => {
    fc.assert(
      fc.property(pairs, fc.nat(), bits, ([old, size], at, bit) => {
        const proof = log.consistency(old, size);
        expect(verifies(old, size, [...proof, log.root(old)])).toBe(false);
        if (proof.length === 0) return;
        const hit = at % proof.length;
        expect(verifies(old, size, proof.toSpliced(hit, 1))).toBe(false);
        expect(verifies(old, size, proof.with(hit, flipped(proof[hit] as Buffer, bit)))).toBe(false);
      }),
    );
  });

  it('given any event of the older tree was rewritten, then no proof of the new tree verifies against it', () => {
    fc.assert(
      fc.property(pairs, fc.nat(), ([old, size], at) => {
        const rewritten = log.rewritten(at % old);
        const [older, newer] = [headAt(old), headAt(size, rewritten)];
        expect(verifyConsistency(tree, older, newer, rewritten.consistency(old, size))).toBe(false);
        expect(verifyConsistency(tree, older, newer, log.consistency(old, size))).toBe(false);
      }),
    );
  });

  it('given the empty tree, then each tree goes on from it without a proof, and from no other root', () => {
    expect(verifyConsistency(tree, headAt(0), headAt(7), [])).toBe(true);
    expect(verifyConsistency(tree, headAt(0), headAt(7), [log.root(3)])).toBe(false);
    expect(verifyConsistency(tree, { size: 0, root: log.root(3) }, headAt(7), [])).toBe(false);
    expect(verifyConsistency(tree, headAt(0), { size: 0, root: log.root(3) }, [])).toBe(false);
  });

  it('given the older tree is larger, then nothing verifies', () => {
    expect(verifies(5, 5, [])).toBe(true);
    expect(verifyConsistency(tree, headAt(7), headAt(5), log.consistency(5, 7))).toBe(false);
  });
});
