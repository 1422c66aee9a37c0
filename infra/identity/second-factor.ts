/**
 * The second factor: one-time codes of an authenticator (TOTP, RFC 6238), and recovery codes for its loss. Whether it
 * was given is kept with the secrets; that it was set up, confirmed and removed is on the log.
 */
import { createHash } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import type { AccountId } from '../../events/ids.ts';
import type { Clock, Vault } from '../../services/ports.ts';
import type { KeyStore } from '../vault/key-store.ts';

const ISSUER = '攻关台账';
const PERIOD_SECONDS = 30;
/** Steps that a clock may be early or late. */
const DRIFT = 1;
/** RFC 4226, 4: at least 128 bits, better 160. */
const SECRET_BYTES = 20;
const RECOVERY_CODES = 10;
/** 80 bits: beyond guessing, so that a plain digest of one tells nothing. */
const RECOVERY_BYTES = 10;

/** What the holder gives beside his password. */
export interface Proof {
  readonly code?: string | undefined;
  readonly recoveryCode?: string | undefined;
}

/** What there is to a proof: `none` of no factor, `missing` or `wrong`; else it is good, and is used up by `spend`. */
export type Checked =
  | { readonly is: 'none' | 'missing' | 'wrong' }
  | { readonly is: 'good' /** False when somebody else was quicker with it. */; spend(): Promise<boolean> };

export interface Enrolment {
  /** Base 32, as authenticators take it. */
  readonly secret: string;
  /** `otpauth://…`, for a QR code. */
  readonly uri: string;
}

export interface SecondFactors {
  /** A new secret, in the place of one not confirmed; undefined for an account that has a factor. */
  start(accountId: AccountId): Promise<Enrolment | undefined>;
  /**
   * Confirms a started factor by its first code, and gives recovery codes, shown once; undefined for a wrong code. In
   * force only once it was recorded, which `record` does.
   */
  confirm(accountId: AccountId, code: string, record: () => Promise<boolean>): Promise<readonly string[] | undefined>;
  check(accountId: AccountId, proof: Proof): Promise<Checked>;
  remove(accountId: AccountId): Promise<void>;
}

/** TOTP secrets, sealed with the key of their person, and recovery codes; each step and each code is good once. */
export function createSecondFactors(
  keyStore: Pick<
    KeyStore,
    | 'secondFactor'
    | 'startSecondFactor'
    | 'confirmSecondFactor'
    | 'spendStep'
    | 'spendRecoveryCode'
    | 'removeSecondFactor'
  >,
  vault: Pick<Vault, 'seal' | 'open'>,
  clock: Clock,
): SecondFactors {
  /** The step a code is of, or undefined when it is no code of now. */
  async function stepOf(accountId: AccountId, secret: string, code: string): Promise<number | undefined> {
    const timestamp = Date.parse(clock.now());
    const delta = totpOf(accountId, secret).validate({ token: code, timestamp, window: DRIFT });
    return delta === null ? undefined : Math.floor(timestamp / 1_000 / PERIOD_SECONDS) + delta;
  }

  return {
    async start(accountId) {
      const secret = new Secret({ size: SECRET_BYTES }).base32;
      const sealed = await vault.seal(`account-${accountId}`, secret);
      if (!(await keyStore.startSecondFactor(accountId, sealed))) return undefined;
      return { secret, uri: totpOf(accountId, secret).toString() };
    },

    async confirm(accountId, code, record) {
      const factor = await keyStore.secondFactor(accountId);
      const secret = factor && !factor.confirmed && (await vault.open(factor.sealed));
      const step = secret ? await stepOf(accountId, secret, code) : undefined;
      if (step === undefined || !(await record())) return undefined;
      const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
      return (await keyStore.confirmSecondFactor(accountId, step, codes.map(digestOf))) ? codes : undefined;
    },

    async check(accountId, { code, recoveryCode }) {
      const factor = await keyStore.secondFactor(accountId);
      if (!factor?.confirmed) return { is: 'none' };
      if (recoveryCode !== undefined) {
        const digest = digestOf(recoveryCode);
        if (!factor.recovery.includes(digest)) return { is: 'wrong' };
        return { is: 'good', spend: () => keyStore.spendRecoveryCode(accountId, digest) };
      }
      if (code === undefined) return { is: 'missing' };
      const secret = await vault.open(factor.sealed);
      const step = secret === undefined ? undefined : await stepOf(accountId, secret, code);
      if (step === undefined || step <= factor.lastStep) return { is: 'wrong' };
      return { is: 'good', spend: () => keyStore.spendStep(accountId, step) };
    },

    remove: accountId => keyStore.removeSecondFactor(accountId),
  };
}

function totpOf(accountId: AccountId, secret: string): TOTP {
  return new TOTP({ issuer: ISSUER, label: accountId, secret: Secret.fromBase32(secret), period: PERIOD_SECONDS });
}

/** Sixteen symbols in four groups. */
function newRecoveryCode(): string {
  return new Secret({ size: RECOVERY_BYTES }).base32.replaceAll(/.{4}(?=.)/g, '$&-');
}

/** However it was typed. */
function digestOf(recoveryCode: string): string {
  const plain = recoveryCode.normalize('NFKC').toUpperCase().replaceAll(/[\s-]/g, '');
  return createHash('sha256').update(plain).digest('base64url');
}
