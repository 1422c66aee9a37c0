/** Passwords of local accounts, as Argon2id hashes. */
import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import type { AccountId } from '../../events/ids.ts';
import { withConcurrency } from '../bounded.ts';
import type { KeyStore } from '../vault/key-store.ts';

/** The least that OWASP advises for Argon2id: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/**
 * A hash takes tens of milliseconds and 19 MiB on a thread of the pool that all work on files shares: a core is left to
 * everything else, and nobody waits for longer than some seconds.
 */
const HASHING = { atOnce: Math.max(1, Math.min(3, availableParallelism() - 1)), waiting: 50 };

export const MIN_PASSWORD_LENGTH = 10;

export interface Credentials {
  setPassword(accountId: AccountId, password: string): Promise<void>;
  /**
   * The epoch of the password, if it is the account's. Takes as long for an account that is not there. Strangers wait apart
   * from those who are known, and do not stand in their way. Throws TooBusy, as {@link setPassword} does.
   */
  verify(accountId: AccountId, password: string, from?: 'known' | 'stranger'): Promise<number | undefined>;
  hasPassword(accountId: AccountId): Promise<boolean>;
  /** How often the password was set; a session opened under an earlier one has ended. */
  epochOf(accountId: AccountId): Promise<number>;
}

/**
 * Passwords as Argon2id hashes in the key store; so many are hashed at a time, strangers apart from those who are
 * known.
 */
export function createCredentials(keyStore: Pick<KeyStore, 'credential' | 'setCredential'>): Credentials {
  const hashing = { known: withConcurrency(HASHING), stranger: withConcurrency(HASHING) };
  const decoy = hash('no account has this password', COST);

  return {
    async setPassword(accountId, password) {
      await keyStore.setCredential(accountId, await hashing.known(() => hash(normal(password), COST)));
    },
    async verify(accountId, password, from = 'known') {
      const credential = await keyStore.credential(accountId);
      const known = credential?.hash ?? (await decoy);
      const matches = await hashing[from](() => verify(known, normal(password)));
      return matches ? credential?.epoch : undefined;
    },
    hasPassword: async accountId => (await keyStore.credential(accountId)) !== undefined,
    epochOf: async accountId => (await keyStore.credential(accountId))?.epoch ?? 0,
  };
}

/** One form for every way a keyboard may compose a character. */
function normal(password: string): string {
  return password.normalize('NFKC');
}
