/** What tells one ledger from every other: its name, and the secret that its salts are made from. Both move with the keys. */
import { createHmac } from 'node:crypto';
import type { KeyStore } from '../vault/key-store.ts';
import type { HashName } from './hashing.ts';
import { SaltKey } from './record.ts';
import { HASH_OF_SUITE, type Suite } from './suite.ts';

export interface LedgerIdentity {
  readonly origin: string;
  /** Of its tree. */
  readonly hash: HashName;
  /** The key of the salts, 32 bytes. */
  readonly secret: Uint8Array;
  readonly salts: SaltKey;
}

const ORIGIN_DIGITS = 16;

/** Made on first use, the same for all who share the key store. `configuredOrigin` is derived from the secret where undefined. */
export async function ledgerIdentity(
  keyStore: KeyStore,
  configuredOrigin?: string,
  suite: Suite = 'ed25519',
): Promise<LedgerIdentity> {
  const hash = HASH_OF_SUITE[suite];
  const secret = await keyStore.secret('ledger-salts');
  const derived = () => createHmac('sha256', secret).update('gongguan.origin/v1').digest('hex').slice(0, ORIGIN_DIGITS);
  return { origin: configuredOrigin ?? `gongguan/${derived()}`, hash, secret, salts: new SaltKey(secret, hash) };
}
