/** Passwords of local accounts: Argon2id hashes in the vault file. */
import { hash, verify } from '@node-rs/argon2';
import type { AccountId } from '../../events/ids.ts';
import type { Database } from '../sqlite.ts';

/** The least that OWASP advises for Argon2id: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const MIN_PASSWORD_LENGTH = 10;

export interface Credentials {
  setPassword(accountId: AccountId, password: string): Promise<void>;
  /** Takes as long for an account that is not there. */
  verify(accountId: AccountId, password: string): Promise<boolean>;
  hasPassword(accountId: AccountId): boolean;
  /** How often the password was set; a session opened under an earlier one has ended. */
  epochOf(accountId: AccountId): number;
}

export function createCredentials(database: Database): Credentials {
  database.exec(`CREATE TABLE IF NOT EXISTS credentials (
    account TEXT PRIMARY KEY, hash TEXT NOT NULL, epoch INTEGER NOT NULL) STRICT, WITHOUT ROWID`);
  const select = database.prepare('SELECT hash, epoch FROM credentials WHERE account = ?');
  const upsert = database.prepare(`INSERT INTO credentials (account, hash, epoch) VALUES (?, ?, 1)
    ON CONFLICT (account) DO UPDATE SET hash = excluded.hash, epoch = epoch + 1`);
  const decoy = hash('no account has this password', COST);

  const rowOf = (accountId: AccountId) => select.get(accountId) as { hash: string; epoch: number } | undefined;

  return {
    async setPassword(accountId, password) {
      upsert.run(accountId, await hash(normal(password), COST));
    },
    async verify(accountId, password) {
      const row = rowOf(accountId);
      const matches = await verify(row?.hash ?? (await decoy), normal(password));
      return matches && row !== undefined;
    },
    hasPassword: accountId => rowOf(accountId) !== undefined,
    epochOf: accountId => rowOf(accountId)?.epoch ?? 0,
  };
}

/** One form for every way a keyboard may compose a character. */
function normal(password: string): string {
  return password.normalize('NFKC');
}
