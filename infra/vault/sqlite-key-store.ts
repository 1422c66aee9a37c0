/** The embedded key store: a SQLite file of its own, in which what is deleted is overwritten. */
import { randomBytes } from 'node:crypto';
import type { AccountId } from '../../events/ids.ts';
import type { Sealed } from '../../events/personal.ts';
import { StoreUnavailable } from '../../services/ports.ts';
import { unavailable } from '../observability/outage.ts';
import { OwnFile } from '../own-file.ts';
import { closeDatabase, type Database, openDatabase, transaction } from '../sqlite.ts';
import {
  type Credential,
  type DestroyedKeys,
  digestOfKey,
  type Kept,
  type KeptApiKey,
  type KeyStore,
  type ResetCode,
  SECRET_BYTES,
  type SecondFactor,
} from './key-store.ts';
import { emptyWriteAheadLog, isOnDisk } from './purge.ts';

const SCHEMA = `
  PRAGMA secure_delete = ON;
  CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS keys (subject TEXT PRIMARY KEY, key BLOB NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS erased (subject TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS unproven (subject TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS credentials (account TEXT PRIMARY KEY, hash TEXT NOT NULL, epoch INTEGER NOT NULL)
    STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS log (one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS reset_codes (account TEXT PRIMARY KEY, reset TEXT NOT NULL, digest TEXT NOT NULL)
    STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS second_factors (account TEXT PRIMARY KEY, sealed TEXT NOT NULL,
    confirmed INTEGER NOT NULL, last_step INTEGER NOT NULL, recovery TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

/** Beside a file of an earlier program that is only read, in memory. */
const destroyedKeys = (where: 'TEMP' | '') => `
  BEGIN;
  CREATE ${where} TABLE destroyed_keys (subject TEXT, digest TEXT, PRIMARY KEY (subject, digest)) STRICT, WITHOUT ROWID;
  INSERT INTO destroyed_keys SELECT subject, '' FROM erased;
  COMMIT;
`;

const apiKeys = (where: 'TEMP' | '') => `
  CREATE ${where} TABLE api_keys (digest TEXT PRIMARY KEY, account TEXT NOT NULL, key_id TEXT NOT NULL) STRICT, WITHOUT ROWID
`;

const FACTOR = 'sealed, confirmed, last_step AS lastStep, recovery';

interface FactorRow {
  readonly sealed: string;
  readonly confirmed: number;
  readonly lastStep: number;
  readonly recovery: string;
}

type KeptBytes = Pick<Extract<Kept, { readonly kind: 'key' | 'secret' }>, 'id' | 'value'>;

export class SqliteKeyStore implements KeyStore {
  readonly #path: string;
  readonly #file: OwnFile;
  readonly #database: Database;
  readonly #readOnly: boolean;
  readonly #statements: ReturnType<typeof prepareAll>;
  /** Keys not on disk yet; those of one event-loop turn share a sync. */
  #fresh = new Map<string, Uint8Array>();
  #saving: Promise<void> | undefined;

  constructor(path: string, { readOnly = false }: { readonly readOnly?: boolean } = {}) {
    this.#path = path;
    this.#database = openDatabase(path, { synchronous: 'FULL', readOnly });
    this.#readOnly = readOnly;
    if (!readOnly) this.#database.exec(SCHEMA);
    if (!hasTable(this.#database, 'destroyed_keys')) this.#database.exec(destroyedKeys(readOnly ? 'TEMP' : ''));
    if (!hasTable(this.#database, 'api_keys')) this.#database.exec(apiKeys(readOnly ? 'TEMP' : ''));
    this.#file = new OwnFile(path);
    this.#statements = prepareAll(this.#database);
  }

  secret(name: string): Promise<Uint8Array> {
    return this.keepSecret(name, randomBytes(SECRET_BYTES));
  }

  async keepSecret(name: string, value: Uint8Array): Promise<Uint8Array> {
    if (!this.#readOnly) this.#statements.insertSecret.run(name, value);
    const kept = this.#statements.selectSecret.get(name) as { value: Uint8Array } | undefined;
    if (kept) return kept.value;
    throw new RangeError(
      `密钥库中还没有 ${name}，请先启动一次服务 (the keys have no ${name} yet: start the service once)`,
    );
  }

  async key(subject: string): Promise<Uint8Array | undefined> {
    return this.#stored(subject);
  }

  async keepKey(subject: string, key: Uint8Array): Promise<Uint8Array> {
    const stored = this.#stored(subject);
    if (stored) return stored;
    const kept = this.#fresh.get(subject) ?? key;
    this.#fresh.set(subject, kept);
    this.#saving ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        try {
          this.#saveFresh();
          resolve();
        } catch (error) {
          reject(unavailable(error, 'the vault could not keep a key'));
        }
      });
    });
    await this.#saving;
    return kept;
  }

  /**
   * Resolves when no byte of the key is on disk: neither in the write-ahead log, which still holds the page with it, nor
   * in the room that rows leave when they move between pages.
   */
  async destroyKey(subject: string): Promise<void> {
    await this.#saving;
    const key = this.#stored(subject);
    transaction(this.#database, () => {
      if (key) this.#statements.insertUnproven.run(subject);
      this.#statements.deleteKey.run(subject);
      this.#note({ id: subject, digests: key ? [digestOfKey(key)] : [] });
    });
    this.#file.check();
    if (this.#statements.selectUnproven.get(subject)) await this.#prove(subject, key);
  }

  async noteDestroyed(keys: DestroyedKeys): Promise<void> {
    transaction(this.#database, () => this.#note(keys));
  }

  #note({ id, digests }: DestroyedKeys): void {
    this.#statements.insertErased.run(id);
    for (const digest of digests) this.#statements.insertDestroyed.run(id, digest);
  }

  /** What a process before this one did not come to prove has no key any more to search for: all is written anew. */
  async #prove(subject: string, key: Uint8Array | undefined): Promise<void> {
    await emptyWriteAheadLog(this.#database);
    if (!key || (await isOnDisk(this.#path, key))) {
      this.#database.exec('VACUUM');
      await emptyWriteAheadLog(this.#database);
      if (key && (await isOnDisk(this.#path, key))) throw new StoreUnavailable('a destroyed key is still on disk');
    }
    this.#statements.deleteUnproven.run(subject);
  }

  async wasDestroyed(subject: string): Promise<boolean> {
    return this.#statements.selectErased.get(subject) !== undefined;
  }

  async credential(accountId: AccountId): Promise<Credential | undefined> {
    return this.#statements.selectCredential.get(accountId) as Credential | undefined;
  }

  async setCredential(accountId: AccountId, hash: string): Promise<void> {
    this.#statements.upsertCredential.run(accountId, hash);
  }

  async putCredential(accountId: AccountId, { hash, epoch }: Credential): Promise<void> {
    this.#statements.putCredential.run(accountId, hash, epoch);
  }

  async resetCode(accountId: AccountId): Promise<ResetCode | undefined> {
    return this.#statements.selectResetCode.get(accountId) as ResetCode | undefined;
  }

  async keepResetCode(accountId: AccountId, { resetId, digest }: ResetCode): Promise<void> {
    this.#statements.putResetCode.run(accountId, resetId, digest);
  }

  async takeResetCode(accountId: AccountId, digest: string): Promise<boolean> {
    return this.#statements.deleteResetCode.run(accountId, digest).changes === 1;
  }

  async secondFactor(accountId: AccountId): Promise<SecondFactor | undefined> {
    const row = this.#statements.selectFactor.get(accountId) as FactorRow | undefined;
    return row && factorOf(row);
  }

  async startSecondFactor(accountId: AccountId, sealed: Sealed): Promise<boolean> {
    return this.#statements.startFactor.run(accountId, JSON.stringify(sealed)).changes === 1;
  }

  async confirmSecondFactor(accountId: AccountId, step: number, recovery: readonly string[]): Promise<boolean> {
    return this.#statements.confirmFactor.run(step, JSON.stringify(recovery), accountId).changes === 1;
  }

  async spendStep(accountId: AccountId, step: number): Promise<boolean> {
    return this.#statements.spendStep.run(step, accountId, step).changes === 1;
  }

  /** Changed only if it still is as it was read: another process may have used a code in between. */
  async spendRecoveryCode(accountId: AccountId, digest: string): Promise<boolean> {
    for (;;) {
      const row = this.#statements.selectFactor.get(accountId) as FactorRow | undefined;
      const codes = row ? (JSON.parse(row.recovery) as string[]) : [];
      if (!row || !codes.includes(digest)) return false;
      const rest = JSON.stringify(codes.filter(code => code !== digest));
      if (this.#statements.spendRecovery.run(rest, accountId, row.recovery).changes === 1) return true;
    }
  }

  async removeSecondFactor(accountId: AccountId): Promise<void> {
    this.#statements.deleteFactor.run(accountId);
  }

  async putSecondFactor(accountId: AccountId, factor: SecondFactor): Promise<void> {
    const { sealed, confirmed, lastStep, recovery } = factor;
    const values = [JSON.stringify(sealed), confirmed ? 1 : 0, lastStep, JSON.stringify(recovery)];
    this.#statements.putFactor.run(accountId, ...values);
  }

  async keepApiKey(digest: string, { accountId, keyId }: KeptApiKey): Promise<void> {
    this.#statements.putApiKey.run(digest, accountId, keyId);
  }

  async apiKey(digest: string): Promise<KeptApiKey | undefined> {
    return this.#statements.selectApiKey.get(digest) as KeptApiKey | undefined;
  }

  async *contents(): AsyncIterable<Kept> {
    for (const { id, digests } of this.#statements.allErased.all()) {
      yield { kind: 'destroyed', id: id as string, digests: JSON.parse(digests as string) };
    }
    for (const row of this.#statements.allSecrets.all()) yield { kind: 'secret', ...(row as unknown as KeptBytes) };
    for (const row of this.#statements.allKeys.all()) yield { kind: 'key', ...(row as unknown as KeptBytes) };
    for (const { id, hash, epoch } of this.#statements.allCredentials.all()) {
      yield { kind: 'credential', id: id as AccountId, credential: { hash: hash as string, epoch: epoch as number } };
    }
    for (const { id, ...row } of this.#statements.allFactors.all()) {
      yield { kind: 'second-factor', id: id as AccountId, factor: factorOf(row as unknown as FactorRow) };
    }
    for (const { id, ...apiKey } of this.#statements.allApiKeys.all()) {
      yield { kind: 'api-key', id: id as string, apiKey: apiKey as unknown as KeptApiKey };
    }
  }

  async log(): Promise<string | undefined> {
    return this.#statements.selectLog.get()?.id as string | undefined;
  }

  async belongTo(log: string): Promise<void> {
    this.#statements.putLog.run(log);
  }

  async close(): Promise<void> {
    closeDatabase(this.#database, this.#readOnly);
  }

  #stored(subject: string): Uint8Array | undefined {
    return (this.#statements.selectKey.get(subject) as { key: Uint8Array } | undefined)?.key;
  }

  #saveFresh(): void {
    const keys = this.#fresh;
    this.#fresh = new Map();
    this.#saving = undefined;
    transaction(this.#database, () => {
      for (const [subject, key] of keys) this.#statements.insertKey.run(subject, key);
    });
    this.#file.check();
  }
}

function hasTable(database: Database, name: string): boolean {
  return database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(name) !== undefined;
}

function factorOf({ sealed, confirmed, lastStep, recovery }: FactorRow): SecondFactor {
  return { sealed: JSON.parse(sealed), confirmed: confirmed === 1, lastStep, recovery: JSON.parse(recovery) };
}

function prepareAll(database: Database) {
  return {
    insertSecret: database.prepare('INSERT INTO secrets (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING'),
    selectSecret: database.prepare('SELECT value FROM secrets WHERE name = ?'),
    selectKey: database.prepare('SELECT key FROM keys WHERE subject = ?'),
    insertKey: database.prepare('INSERT INTO keys (subject, key) VALUES (?, ?)'),
    deleteKey: database.prepare('DELETE FROM keys WHERE subject = ?'),
    insertErased: database.prepare('INSERT INTO erased (subject) VALUES (?) ON CONFLICT DO NOTHING'),
    insertDestroyed: database.prepare(
      'INSERT INTO destroyed_keys (subject, digest) VALUES (?, ?) ON CONFLICT DO NOTHING',
    ),
    insertUnproven: database.prepare('INSERT INTO unproven (subject) VALUES (?) ON CONFLICT DO NOTHING'),
    selectUnproven: database.prepare('SELECT 1 FROM unproven WHERE subject = ?'),
    deleteUnproven: database.prepare('DELETE FROM unproven WHERE subject = ?'),
    selectErased: database.prepare('SELECT 1 FROM erased WHERE subject = ?'),
    selectCredential: database.prepare('SELECT hash, epoch FROM credentials WHERE account = ?'),
    upsertCredential: database.prepare(`INSERT INTO credentials (account, hash, epoch) VALUES (?, ?, 1)
      ON CONFLICT (account) DO UPDATE SET hash = excluded.hash, epoch = epoch + 1`),
    putCredential: database.prepare('INSERT OR REPLACE INTO credentials (account, hash, epoch) VALUES (?, ?, ?)'),
    selectLog: database.prepare('SELECT id FROM log'),
    putLog: database.prepare('INSERT OR REPLACE INTO log (one, id) VALUES (1, ?)'),
    selectResetCode: database.prepare('SELECT reset AS resetId, digest FROM reset_codes WHERE account = ?'),
    putResetCode: database.prepare('INSERT OR REPLACE INTO reset_codes (account, reset, digest) VALUES (?, ?, ?)'),
    deleteResetCode: database.prepare('DELETE FROM reset_codes WHERE account = ? AND digest = ?'),
    selectFactor: database.prepare(`SELECT ${FACTOR} FROM second_factors WHERE account = ?`),
    startFactor: database.prepare(`INSERT INTO second_factors (account, sealed, confirmed, last_step, recovery)
      VALUES (?, ?, 0, 0, '[]') ON CONFLICT (account) DO UPDATE SET sealed = excluded.sealed WHERE confirmed = 0`),
    confirmFactor: database.prepare(`UPDATE second_factors SET confirmed = 1, last_step = ?, recovery = ?
      WHERE account = ? AND confirmed = 0`),
    spendStep: database.prepare('UPDATE second_factors SET last_step = ? WHERE account = ? AND last_step < ?'),
    spendRecovery: database.prepare('UPDATE second_factors SET recovery = ? WHERE account = ? AND recovery = ?'),
    deleteFactor: database.prepare('DELETE FROM second_factors WHERE account = ?'),
    putFactor: database.prepare('INSERT OR REPLACE INTO second_factors VALUES (?, ?, ?, ?, ?)'),
    putApiKey: database.prepare('INSERT OR REPLACE INTO api_keys (digest, account, key_id) VALUES (?, ?, ?)'),
    selectApiKey: database.prepare('SELECT account AS accountId, key_id AS keyId FROM api_keys WHERE digest = ?'),
    allApiKeys: database.prepare('SELECT digest AS id, account AS accountId, key_id AS keyId FROM api_keys'),
    allFactors: database.prepare(`SELECT account AS id, ${FACTOR} FROM second_factors`),
    allErased: database.prepare(`SELECT subject AS id, (SELECT json_group_array(digest ORDER BY digest)
      FROM destroyed_keys WHERE destroyed_keys.subject = erased.subject) AS digests FROM erased`),
    allSecrets: database.prepare('SELECT name AS id, value FROM secrets'),
    allKeys: database.prepare('SELECT subject AS id, key AS value FROM keys'),
    allCredentials: database.prepare('SELECT account AS id, hash, epoch FROM credentials'),
  };
}
