/**
 * The vault in a SQLite file of its own: one AES-256 key a person. Erasing a person destroys the key, so every value
 * sealed with it is lost for good, in the log, in rows and in copies alike.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Sealed } from '../../events/personal.ts';
import { StoreUnavailable, type Vault } from '../../services/ports.ts';
import { type Database, openDatabase } from '../sqlite.ts';
import { secretOf } from './secrets.ts';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CACHED_KEYS = 10_000;

/** Opens the file that holds keys and secrets. What is deleted from it is overwritten. */
export function openVaultDatabase(path: string): Database {
  const database = openDatabase(path, { synchronous: 'FULL' });
  database.exec('PRAGMA secure_delete = ON');
  return database;
}

/** A sealed value that its subject's key does not open: it was changed, or sealed by another vault. */
export class SealBroken extends Error {
  constructor(subject: string) {
    super(`a value sealed for ${subject} does not open with its key`);
    this.name = 'SealBroken';
  }
}

/**
 * A value sealed after an erasure belongs to a new key: somebody who takes part again gives his name anew, and what
 * was erased before stays closed.
 */
export function createSqliteVault(database: Database): Vault {
  database.exec(`
    CREATE TABLE IF NOT EXISTS keys (subject TEXT PRIMARY KEY, key BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS erased (subject TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  `);
  const pepper = secretOf(database, 'subject-pepper');
  const selectKey = database.prepare('SELECT key FROM keys WHERE subject = ?');
  const insertKey = database.prepare('INSERT INTO keys (subject, key) VALUES (?, ?)');
  const deleteKey = database.prepare('DELETE FROM keys WHERE subject = ?');
  const markErased = database.prepare('INSERT INTO erased (subject) VALUES (?) ON CONFLICT DO NOTHING');
  const selectErased = database.prepare('SELECT 1 FROM erased WHERE subject = ?');
  const cached = new LRUCache<string, Uint8Array>({ max: CACHED_KEYS });

  function keyOf(subject: string): Uint8Array | undefined {
    const present = cached.get(subject);
    if (present) return present;
    const row = selectKey.get(subject) as { key: Uint8Array } | undefined;
    if (row) cached.set(subject, row.key);
    return row?.key;
  }

  /** Keys not on disk yet; those of one event-loop turn share a sync. */
  let fresh = new Map<string, Uint8Array>();
  let saving: Promise<void> | undefined;

  /** A key that is on disk: a value must not outlive the only key that opens it. */
  async function newKey(subject: string): Promise<Uint8Array> {
    const key = fresh.get(subject) ?? randomBytes(KEY_BYTES);
    fresh.set(subject, key);
    saving ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        try {
          saveFresh();
          resolve();
        } catch (error) {
          reject(new StoreUnavailable('the vault could not keep a key', { cause: error }));
        }
      });
    });
    await saving;
    return key;
  }

  function saveFresh(): void {
    const keys = fresh;
    fresh = new Map();
    saving = undefined;
    database.exec('BEGIN IMMEDIATE');
    try {
      for (const [subject, key] of keys) insertKey.run(subject, key);
      database.exec('COMMIT');
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
    for (const [subject, key] of keys) cached.set(subject, key);
  }

  const wasErased = (subject: string) => selectErased.get(subject) !== undefined;

  return {
    subjectOf(orgId, name) {
      return `person-${createHmac('sha256', pepper).update(`${orgId}\n${name}`).digest('hex').slice(0, 20)}`;
    },

    async seal(subject, value) {
      return { subject, sealed: encrypt(keyOf(subject) ?? (await newKey(subject)), subject, value) };
    },

    async open({ subject, sealed }: Sealed) {
      const key = keyOf(subject);
      const value = key && decrypt(key, subject, sealed);
      if (value !== undefined || wasErased(subject)) return value;
      throw new SealBroken(subject);
    },

    async erase(subject) {
      cached.delete(subject);
      database.exec('BEGIN IMMEDIATE');
      deleteKey.run(subject);
      markErased.run(subject);
      database.exec('COMMIT');
      // The write-ahead log still holds the page with the key.
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    },
  };
}

function encrypt(key: Uint8Array, subject: string, value: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(subject));
  const text = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, text, cipher.getAuthTag()]).toString('base64url');
}

/** Undefined when the value was not sealed with this key for this subject. */
function decrypt(key: Uint8Array, subject: string, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(subject))
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}
