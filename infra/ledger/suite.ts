/** The suites that a log can have (README.md, section 8): how its keys sign, and the hash that goes with it. */
import type { LEDGER_SUITES } from '../../events/ledger.ts';
import type { HashName } from './hashing.ts';

export type Suite = (typeof LEDGER_SUITES)[number];

export const HASH_OF_SUITE: Readonly<Record<Suite, HashName>> = { ed25519: 'sha256', sm: 'sm3' };

/** Of a log whose tree is made with this hash. */
export function suiteOfHash(hash: HashName): Suite {
  return hash === HASH_OF_SUITE.sm ? 'sm' : 'ed25519';
}
