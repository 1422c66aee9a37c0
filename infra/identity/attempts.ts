/** Attempts at an account: counted, taken back, put on record when they fail. */
import type { AccountId } from '../../events/ids.ts';
import type { Grants } from '../../events/rules/grants.ts';
import type { Credentials } from './credentials.ts';
import { IdentityRefused } from './refused.ts';
import type { SignInRecord } from './sign-in-record.ts';
import type { SignInOutcome } from './sign-in-store.ts';
import type { Throttle } from './throttle.ts';
import type { Tokens } from './tokens.ts';

/** Who tries, from where, and what he shows to be told apart from strangers. */
export interface SignInAttempt {
  readonly accountId: AccountId;
  /** Network address of the caller. */
  readonly address: string;
  /** What an earlier sign-in gave this device to be known by. */
  readonly device?: string | undefined;
  /** Lets one attempt through, however many have failed. */
  readonly unlockCode?: string | undefined;
}

interface Verification {
  readonly accountId: AccountId;
  readonly password: string;
  readonly from: 'known' | 'stranger';
  forgive(): Promise<void>;
}

export interface AttemptPorts {
  readonly credentials: Credentials;
  readonly tokens: Tokens;
  readonly throttle: Throttle;
  readonly record: SignInRecord;
  readonly accountGrantsOf: (accountId: AccountId) => Promise<Grants>;
}

export type Attempts = ReturnType<typeof createAttempts>;

/** Attempts at passwords: counted before they are judged, put on record when they fail. All throw IdentityRefused. */
export function createAttempts({ credentials, tokens, throttle, record, accountGrantsOf }: AttemptPorts) {
  /** The epoch of the password, if it is the account's; an attempt that could not be judged does not count. */
  async function verified({ accountId, password, forgive, from }: Verification): Promise<number | undefined> {
    try {
      return await credentials.verify(accountId, password, from);
    } catch (error) {
      await forgive();
      throw error;
    }
  }

  /** Whether the password is the account's; counts as an attempt. */
  async function confirmPassword(accountId: AccountId, address: string, password: string): Promise<void> {
    if (!(await credentials.hasPassword(accountId))) throw new IdentityRefused('reset-code-needed');
    const { forgive, from } = await attempt({ accountId, address });
    if ((await verified({ accountId, password, forgive, from })) === undefined) {
      await failed('wrong-password', { accountId, address });
      throw new IdentityRefused('login-failed');
    }
    await forgive();
  }

  /** The account as the record may name it. */
  async function shown(accountId: AccountId): Promise<AccountId | ''> {
    const exists = (await accountGrantsOf(accountId)).registered || (await credentials.hasPassword(accountId));
    return exists ? accountId : '';
  }

  async function failed(
    outcome: SignInOutcome,
    { accountId, address }: Pick<SignInAttempt, 'accountId' | 'address'>,
  ): Promise<void> {
    const name = await shown(accountId);
    await (outcome === 'too-many-attempts' ? record.addRarely : record.add)(outcome, name, address);
  }

  /** Counts an attempt; the device that made it, if it is known, how to take it back, and whether it comes from where the holder signs in. */
  async function attempt({ accountId, address, device: shownDevice, unlockCode }: SignInAttempt) {
    const device = shownDevice === undefined ? undefined : await tokens.deviceOf(shownDevice, accountId);
    const knownAddress = await record.isKnown(accountId, address);
    const { wait, forgive } = await throttle.count({ accountId, address, device, knownAddress, unlockCode });
    if (wait === 0)
      return { device, forgive, from: device !== undefined || knownAddress ? 'known' : 'stranger' } as const;
    await failed('too-many-attempts', { accountId, address });
    throw new IdentityRefused('too-many-attempts', { retryAfter: Math.ceil(wait / 1_000) });
  }

  return { attempt, verified, confirmPassword, failed };
}
