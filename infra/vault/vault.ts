/**
 * The vault: one AES-256 key a person. Erasing a person destroys the key, so every value sealed with it is lost for
 * good, in the log, in rows and in copies alike.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import type { Sealed } from '../../events/personal.ts';
import type { Vault } from '../../services/ports.ts';
import { recentlyUsed } from '../../services/recently-used.ts';
import { type KeyStore, SECRET_BYTES } from './key-store.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CACHED_KEYS = 10_000;

/** A sealed value that its subject's key does not open: it was changed, or sealed by another vault. */
export class SealBroken extends Error {
  constructor(subject: string) {
    super(`a value sealed for ${subject} does not open with its key`);
    this.name = 'SealBroken';
  }
}

/** A vault that remembers keys, and is to be told when another process has destroyed one. */
export interface RememberingVault extends Vault {
  /** Asks the key store for the key of a subject before it is used again. */
  forget(subject: string): void;
}

export interface VaultOptions {
  /** How long a key is remembered without asking the key store, who others may share; for good unless told. Milliseconds. */
  readonly rememberedMs?: number;
}

/**
 * A value sealed after an erasure belongs to a new key: somebody who takes part again gives his name anew, and what
 * was erased before stays closed.
 */
export async function createVault(keyStore: KeyStore, { rememberedMs }: VaultOptions = {}): Promise<RememberingVault> {
  const pepper = await keyStore.secret('subject-pepper');
  const keys = recentlyUsed<string, Uint8Array>(CACHED_KEYS, rememberedMs);

  const mac = (text: string) => createHmac('sha256', pepper).update(text).digest('hex');

  /** How often something was forgotten: a key that was asked for before may be the one that is gone. */
  let forgotten = 0;

  async function keyOf(subject: string): Promise<Uint8Array | undefined> {
    const before = forgotten;
    const key = await keyStore.key(subject);
    if (key && forgotten === before) keys.set(subject, key);
    return key;
  }

  /** The key of a subject, a new one where there is none: kept durably, for a value must not outlive the only key that opens it. */
  async function keptKey(subject: string): Promise<Uint8Array> {
    const before = forgotten;
    const key = await keyStore.keepKey(subject, randomBytes(SECRET_BYTES));
    if (forgotten === before) keys.set(subject, key);
    return key;
  }

  function forget(subject: string): void {
    forgotten += 1;
    keys.delete(subject);
  }

  return {
    subjectOf(orgId, name) {
      return `person-${mac(`${orgId}\n${name}`).slice(0, 20)}`;
    },

    keyed(text) {
      // No organisation's id is empty, so that this is never a subject.
      return mac(`\n${text}`).slice(0, 16);
    },

    async seal(subject, value) {
      const key = keys.get(subject) ?? (await keptKey(subject));
      return { subject, sealed: encrypt(key, subject, value) };
    },

    async open({ subject, sealed }: Sealed) {
      const remembered = keys.get(subject);
      const atOnce = remembered && decrypt(remembered, subject, sealed);
      if (atOnce !== undefined) return atOnce;
      // The one that is remembered may be gone, and the person have come back with another.
      const key = await keyOf(subject);
      const value = key && decrypt(key, subject, sealed);
      if (value !== undefined || (await keyStore.wasDestroyed(subject))) return value;
      throw new SealBroken(subject);
    },

    async erase(subject) {
      await keyStore.destroyKey(subject);
      // Last: somebody may have read the key meanwhile.
      forget(subject);
    },

    forget,
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
