/**
 * The key store that several processes share. A destroyed key is gone from the collections at once, and from the server's
 * journal, its oplog and its backups when these are rotated: their lifetime is the operator's to bound.
 */
import { randomBytes } from 'node:crypto';
import type { Binary, Collection, Db } from 'mongodb';
import type { AccountId } from '../../events/ids.ts';
import type { Sealed } from '../../events/personal.ts';
import { answered, isDuplicate } from '../mongodb.ts';
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

interface KeptBytes {
  readonly _id: string;
  readonly value: Binary;
}

interface StoredDestroyed {
  readonly _id: string;
  readonly digests?: readonly string[];
}

interface StoredCredential extends Credential {
  readonly _id: string;
}

interface StoredResetCode extends ResetCode {
  readonly _id: string;
}

interface StoredFactor extends SecondFactor {
  readonly _id: string;
}

interface StoredApiKey extends KeptApiKey {
  readonly _id: string;
}

export class MongoKeyStore implements KeyStore {
  readonly #secrets: Collection<KeptBytes>;
  readonly #keys: Collection<KeptBytes>;
  readonly #destroyed: Collection<StoredDestroyed>;
  readonly #credentials: Collection<StoredCredential>;
  readonly #log: Collection<{ readonly _id: string; readonly log: string }>;
  readonly #resetCodes: Collection<StoredResetCode>;
  readonly #factors: Collection<StoredFactor>;
  readonly #apiKeys: Collection<StoredApiKey>;

  constructor(database: Db) {
    this.#apiKeys = database.collection('vault_api_keys');
    this.#factors = database.collection('vault_second_factors');
    this.#secrets = database.collection('vault_secrets');
    this.#keys = database.collection('vault_keys');
    this.#destroyed = database.collection('vault_destroyed');
    this.#credentials = database.collection('vault_credentials');
    this.#log = database.collection('vault_log');
    this.#resetCodes = database.collection('vault_reset_codes');
  }

  secret(name: string): Promise<Uint8Array> {
    return this.keepSecret(name, randomBytes(SECRET_BYTES));
  }

  keepSecret(name: string, value: Uint8Array): Promise<Uint8Array> {
    return keepFirst(this.#secrets, name, value);
  }

  async key(subject: string): Promise<Uint8Array | undefined> {
    return bytesOf(await answered(this.#keys.findOne({ _id: subject })));
  }

  async keepKey(subject: string, key: Uint8Array): Promise<Uint8Array> {
    return (await this.key(subject)) ?? keepFirst(this.#keys, subject, key);
  }

  /** Remembered first: a key that is gone without a trace would make its values look forged. */
  async destroyKey(subject: string): Promise<void> {
    const kept = await answered(this.#keys.findOne({ _id: subject }));
    const key = bytesOf(kept);
    await this.noteDestroyed({ id: subject, digests: key ? [digestOfKey(key)] : [] });
    // That key alone: another process may have destroyed it since, and the person come back with another.
    if (kept) await answered(this.#keys.deleteOne(kept));
  }

  async noteDestroyed({ id, digests }: DestroyedKeys): Promise<void> {
    const note = () =>
      answered(
        this.#destroyed.updateOne({ _id: id }, { $addToSet: { digests: { $each: [...digests] } } }, { upsert: true }),
      );
    await note().catch((error: unknown) => {
      if (!isDuplicate(error)) throw error;
      return note();
    });
  }

  async wasDestroyed(subject: string): Promise<boolean> {
    return (await answered(this.#destroyed.findOne({ _id: subject }))) !== null;
  }

  async credential(accountId: AccountId): Promise<Credential | undefined> {
    return (await answered(this.#credentials.findOne({ _id: accountId }))) ?? undefined;
  }

  async setCredential(accountId: AccountId, hash: string): Promise<void> {
    const set = () =>
      answered(
        this.#credentials.updateOne({ _id: accountId }, { $set: { hash }, $inc: { epoch: 1 } }, { upsert: true }),
      );
    await set().catch((error: unknown) => {
      if (!isDuplicate(error)) throw error;
      return set();
    });
  }

  async putCredential(accountId: AccountId, { hash, epoch }: Credential): Promise<void> {
    await answered(this.#credentials.replaceOne({ _id: accountId }, { hash, epoch }, { upsert: true }));
  }

  async resetCode(accountId: AccountId): Promise<ResetCode | undefined> {
    return (await answered(this.#resetCodes.findOne({ _id: accountId }))) ?? undefined;
  }

  async keepResetCode(accountId: AccountId, { resetId, digest }: ResetCode): Promise<void> {
    const keep = () => answered(this.#resetCodes.replaceOne({ _id: accountId }, { resetId, digest }, { upsert: true }));
    await keep().catch((error: unknown) => {
      if (!isDuplicate(error)) throw error;
      return keep();
    });
  }

  async takeResetCode(accountId: AccountId, digest: string): Promise<boolean> {
    return (await answered(this.#resetCodes.deleteOne({ _id: accountId, digest }))).deletedCount === 1;
  }

  async secondFactor(accountId: AccountId): Promise<SecondFactor | undefined> {
    const found = await answered(this.#factors.findOne({ _id: accountId }));
    return found ? factorOf(found) : undefined;
  }

  async startSecondFactor(accountId: AccountId, sealed: Sealed): Promise<boolean> {
    const started = { sealed, confirmed: false, lastStep: 0, recovery: [] };
    const open = { _id: accountId, confirmed: false };
    if ((await answered(this.#factors.replaceOne(open, started))).matchedCount === 1) return true;
    try {
      await answered(this.#factors.insertOne({ _id: accountId, ...started }));
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }

  async confirmSecondFactor(accountId: AccountId, step: number, recovery: readonly string[]): Promise<boolean> {
    const change = { $set: { confirmed: true, lastStep: step, recovery } };
    const { modifiedCount } = await answered(this.#factors.updateOne({ _id: accountId, confirmed: false }, change));
    return modifiedCount === 1;
  }

  async spendStep(accountId: AccountId, step: number): Promise<boolean> {
    const unspent = { _id: accountId, lastStep: { $lt: step } };
    return (await answered(this.#factors.updateOne(unspent, { $set: { lastStep: step } }))).modifiedCount === 1;
  }

  async spendRecoveryCode(accountId: AccountId, digest: string): Promise<boolean> {
    const unspent = { _id: accountId, recovery: digest };
    return (await answered(this.#factors.updateOne(unspent, { $pull: { recovery: digest } }))).modifiedCount === 1;
  }

  async removeSecondFactor(accountId: AccountId): Promise<void> {
    await answered(this.#factors.deleteOne({ _id: accountId }));
  }

  async putSecondFactor(accountId: AccountId, factor: SecondFactor): Promise<void> {
    await answered(this.#factors.replaceOne({ _id: accountId }, factor, { upsert: true }));
  }

  async keepApiKey(digest: string, { accountId, keyId }: KeptApiKey): Promise<void> {
    await answered(this.#apiKeys.replaceOne({ _id: digest }, { accountId, keyId }, { upsert: true }));
  }

  async apiKey(digest: string): Promise<KeptApiKey | undefined> {
    const found = await answered(this.#apiKeys.findOne({ _id: digest }));
    return found ? { accountId: found.accountId, keyId: found.keyId } : undefined;
  }

  async *contents(): AsyncIterable<Kept> {
    for (const { _id, digests = [''] } of await answered(this.#destroyed.find().toArray())) {
      yield { kind: 'destroyed', id: _id, digests: digests.toSorted() };
    }
    for (const kept of await answered(this.#secrets.find().toArray())) yield { kind: 'secret', ...withId(kept) };
    for (const kept of await answered(this.#keys.find().toArray())) yield { kind: 'key', ...withId(kept) };
    for (const { _id, hash, epoch } of await answered(this.#credentials.find().toArray())) {
      yield { kind: 'credential', id: _id as AccountId, credential: { hash, epoch } };
    }
    for (const stored of await answered(this.#factors.find().toArray())) {
      yield { kind: 'second-factor', id: stored._id as AccountId, factor: factorOf(stored) };
    }
    for (const { _id, accountId, keyId } of await answered(this.#apiKeys.find().toArray())) {
      yield { kind: 'api-key', id: _id, apiKey: { accountId, keyId } };
    }
  }

  async log(): Promise<string | undefined> {
    return (await answered(this.#log.findOne({ _id: OF_LOG })))?.log;
  }

  async belongTo(log: string): Promise<void> {
    await answered(this.#log.updateOne({ _id: OF_LOG }, { $set: { log } }, { upsert: true })).catch(ignoreDuplicate);
  }

  async close(): Promise<void> {}
}

const OF_LOG = 'log';

/** What was kept first under an id, whoever kept it. */
async function keepFirst(collection: Collection<KeptBytes>, id: string, value: Uint8Array): Promise<Uint8Array> {
  await answered(collection.insertOne({ _id: id, value: value as never })).catch(ignoreDuplicate);
  const kept = bytesOf(await answered(collection.findOne({ _id: id })));
  // Destroyed in between by somebody else: then ours is the first again.
  return kept ?? keepFirst(collection, id, value);
}

function factorOf({ sealed: { subject, sealed }, confirmed, lastStep, recovery }: StoredFactor): SecondFactor {
  return { sealed: { subject, sealed }, confirmed, lastStep, recovery: [...recovery] };
}

function ignoreDuplicate(error: unknown): void {
  if (!isDuplicate(error)) throw error;
}

function bytesOf(kept: KeptBytes | null): Uint8Array | undefined {
  return kept ? Uint8Array.from(kept.value.buffer) : undefined;
}

function withId({ _id, value }: KeptBytes): { readonly id: string; readonly value: Uint8Array } {
  return { id: _id, value: Uint8Array.from(value.buffer) };
}
