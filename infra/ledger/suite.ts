/** The suites that a log can have (README.md, section 8): how its keys sign, and the hash that goes with it. */
import type { LEDGER_SUITES } from '../../events/ledger.ts';
import type { HashName } from './hashing.ts';
import { type NoteKey, SIGNATURE_TYPES } from './note.ts';
import { isSm2Key } from './sm2.ts';

export type Suite = (typeof LEDGER_SUITES)[number];

export const HASH_OF_SUITE: Readonly<Record<Suite, HashName>> = { ed25519: 'sha256', sm: 'sm3' };

/** Of a log whose tree is made with this hash. */
export function suiteOfHash(hash: HashName): Suite {
  return hash === HASH_OF_SUITE.sm ? 'sm' : 'ed25519';
}

/** Of a log with this key; undefined for a key that signs no checkpoints. */
export function suiteOfKey({ type, publicKey }: NoteKey): Suite | undefined {
  if (type === SIGNATURE_TYPES.ed25519 && publicKey.length === 32) return 'ed25519';
  return type === SIGNATURE_TYPES.sm && isSm2Key(publicKey) ? 'sm' : undefined;
}
