/** One-time codes with which a holder sets his password. They are shown once; what is kept is a keyed digest. */
import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';
import type { AccountId } from '../../events/ids.ts';
import type { KeyStore, ResetCode } from '../vault/key-store.ts';

/** Without symbols that are taken for one another when they are read out. */
const SYMBOLS = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';
/** Four by four symbols: 80 bits, far beyond guessing within minutes. */
const GROUPS = 4;
const GROUP_LENGTH = 4;

export interface ResetCodes {
  /** A new code for the account; an earlier one no longer counts. */
  make(accountId: AccountId, resetId: string): Promise<string>;
  /** What is kept of the account's code, when this is it. */
  find(accountId: AccountId, code: string): Promise<ResetCode | undefined>;
  /** Uses a code up; false when somebody else was first. */
  take(accountId: AccountId, code: ResetCode): Promise<boolean>;
}

/** One-time codes of resets; only their digests under `key` are kept. */
export function createResetCodes(
  keyStore: Pick<KeyStore, 'resetCode' | 'keepResetCode' | 'takeResetCode'>,
  key: Uint8Array,
): ResetCodes {
  const digestOf = (accountId: AccountId, code: string) =>
    createHmac('sha256', key).update(`${accountId}\n${code}`).digest('hex');

  return {
    async make(accountId, resetId) {
      const code = newCode();
      await keyStore.keepResetCode(accountId, { resetId, digest: digestOf(accountId, plain(code)) });
      return code;
    },
    async find(accountId, code) {
      const kept = await keyStore.resetCode(accountId);
      const digest = digestOf(accountId, plain(code));
      return kept && timingSafeEqual(Buffer.from(kept.digest), Buffer.from(digest)) ? kept : undefined;
    },
    take: (accountId, { digest }) => keyStore.takeResetCode(accountId, digest),
  };
}

function newCode(): string {
  const symbol = () => SYMBOLS[randomInt(SYMBOLS.length)];
  const group = () => Array.from({ length: GROUP_LENGTH }, symbol).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}

/** As it was meant, however it was typed. */
function plain(code: string): string {
  return code.normalize('NFKC').toUpperCase().replaceAll(/[\s-]/g, '');
}
