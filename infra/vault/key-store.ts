/** Where what must stay secret is kept: keys of persons, secrets of the installation, password hashes. Never the log. */
import { hash } from 'node:crypto';
import type { AccountId } from '../../events/ids.ts';
import type { Sealed } from '../../events/personal.ts';

export interface Credential {
  /** Argon2id, in its encoded form. */
  readonly hash: string;
  /** How often the password was set. */
  readonly epoch: number;
}

/** The code of a password reset, which is given out once and lives for minutes: nothing for a key store to hand on. */
export interface ResetCode {
  readonly resetId: string;
  /** Of the code, keyed by a secret of the installation; hex. */
  readonly digest: string;
}

/** A second factor: the secret of an authenticator, and what of it has been used up. */
export interface SecondFactor {
  /** Sealed with the key of the account's person. */
  readonly sealed: Sealed;
  /** Whether the holder has given a code of it. */
  readonly confirmed: boolean;
  /** The last step a code was taken of; no code of it or an earlier one is taken again. */
  readonly lastStep: number;
  /** Digests of recovery codes that have not been used. */
  readonly recovery: readonly string[];
}

/** Whose a key for programs is; which one, the log says. */
export interface KeptApiKey {
  readonly accountId: AccountId;
  readonly keyId: string;
}

/** What is remembered of keys that were destroyed, so that they can be known again wherever a copy of them turns up. */
export interface DestroyedKeys {
  /** Whose they were. */
  readonly id: string;
  /** {@link digestOfKey} of each, in their own order; `''` for one of which an earlier program remembered nothing else. */
  readonly digests: readonly string[];
}

/** One of the things that are kept. */
export type Kept =
  | ({ readonly kind: 'destroyed' } & DestroyedKeys)
  | { readonly kind: 'secret' | 'key'; readonly id: string; readonly value: Uint8Array }
  | { readonly kind: 'credential'; readonly id: AccountId; readonly credential: Credential }
  | { readonly kind: 'second-factor'; readonly id: AccountId; readonly factor: SecondFactor }
  /** Its id is the digest. */
  | { readonly kind: 'api-key'; readonly id: string; readonly apiKey: KeptApiKey };

/** Every method throws StoreUnavailable during an outage. */
export interface KeyStore {
  /** The 32-byte secret of a name, made on first use; the same for all who share the store. */
  secret(name: string): Promise<Uint8Array>;
  /** The key of a person, unless there is none or it was destroyed. */
  key(subject: string): Promise<Uint8Array | undefined>;
  /** Keeps a key durably and returns it; when another was first, returns that one instead. */
  keepKey(subject: string, key: Uint8Array): Promise<Uint8Array>;
  /** Destroys the key of a person and remembers that there was one, and by its digest which. */
  destroyKey(subject: string): Promise<void>;
  /** Remembers keys that were destroyed elsewhere. One that is kept stays: it may be another. */
  noteDestroyed(keys: DestroyedKeys): Promise<void>;
  wasDestroyed(subject: string): Promise<boolean>;
  credential(accountId: AccountId): Promise<Credential | undefined>;
  /** Replaces the password hash; the epoch rises by one. */
  setCredential(accountId: AccountId, hash: string): Promise<void>;
  resetCode(accountId: AccountId): Promise<ResetCode | undefined>;
  /** Takes the place of an earlier code of the account. */
  keepResetCode(accountId: AccountId, code: ResetCode): Promise<void>;
  /** Removes the code of this digest; true for the one who removed it. */
  takeResetCode(accountId: AccountId, digest: string): Promise<boolean>;
  /** All that lasts, for a key store that takes its place: the subjects of destroyed keys first. */
  contents(): AsyncIterable<Kept>;
  /** Keeps a secret of another key store; when there is one of that name, returns it instead. */
  keepSecret(name: string, value: Uint8Array): Promise<Uint8Array>;
  /** Puts a credential of another key store in place, with its epoch. */
  putCredential(accountId: AccountId, credential: Credential): Promise<void>;
  /** The identity of the log that the keys are of; undefined as long as nobody has said. */
  log(): Promise<string | undefined>;
  /** Says which log the keys are of. */
  belongTo(log: string): Promise<void>;
  secondFactor(accountId: AccountId): Promise<SecondFactor | undefined>;
  /** Keeps a factor that is not confirmed, in the place of another such; false beside one that is. */
  startSecondFactor(accountId: AccountId, sealed: Sealed): Promise<boolean>;
  /** Confirms a started factor by a code of a step; false when somebody else was first. */
  confirmSecondFactor(accountId: AccountId, step: number, recovery: readonly string[]): Promise<boolean>;
  /** Uses a step up, and all before it; false when it was. */
  spendStep(accountId: AccountId, step: number): Promise<boolean>;
  /** Uses a recovery code up; false when it was. */
  spendRecoveryCode(accountId: AccountId, digest: string): Promise<boolean>;
  removeSecondFactor(accountId: AccountId): Promise<void>;
  /** Puts a second factor of another key store in place. */
  putSecondFactor(accountId: AccountId, factor: SecondFactor): Promise<void>;
  /** Keeps whose the key of a digest is; the digest is keyed by a secret of the installation, hexadecimal. */
  keepApiKey(digest: string, key: KeptApiKey): Promise<void>;
  apiKey(digest: string): Promise<KeptApiKey | undefined>;
  close(): Promise<void>;
}

export const SECRET_BYTES = 32;

/** SHA-256 of a key, hexadecimal: tells nothing of the key, whose 256 bits nobody guesses. */
export function digestOfKey(key: Uint8Array): string {
  return hash('sha256', key, 'hex');
}
