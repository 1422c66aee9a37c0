/** The record of sign-ins and failures, for the supervisor and for the holder of the account. */
import { createHash } from 'node:crypto';
import type { AccountId } from '../../events/ids.ts';
import type { Instant } from '../../events/time.ts';
import type { Clock } from '../../services/ports.ts';
import { recentlyUsed } from '../../services/recently-used.ts';
import { plainAddress } from '../http/address.ts';
import type { SignIn, SignInOutcome, SignInQuery, SignInStore } from './sign-in-store.ts';

const DAY_MS = 24 * 3_600_000;
/** Not less than six months (网络安全法 第二十一条（三）). */
const KEPT_MS = 184 * DAY_MS;
/** Of sign-ins and of failures each; some 25 MB. Without a bound an attacker with many addresses could fill the disk. */
const ENTRIES = 100_000;
const MARKS = 200_000;
/** A process sweeps after so many entries of its own. */
const SWEPT_AFTER = 500;
/** How long an address counts as one that the holder signs in from. */
const KNOWN_MS = 90 * DAY_MS;
const FAILURES_SHOWN = 20;

export interface FailuresSince {
  /** The sign-in before the present one. */
  readonly previous: Pick<SignIn, 'at' | 'address'> | undefined;
  /** What failed since, newest first; the latest twenty. */
  readonly failures: readonly Pick<SignIn, 'address' | 'outcome' | 'firstAt' | 'at' | 'count'>[];
}

export interface SignInRecord {
  add(outcome: SignInOutcome, accountId: AccountId | '', address: string): Promise<void>;
  /** A refusal that costs the caller nothing: once a minute of an account and address is enough. */
  addRarely(outcome: SignInOutcome, accountId: AccountId | '', address: string): Promise<void>;
  isKnown(accountId: AccountId, address: string): Promise<boolean>;
  /** What the holder of a session that was opened at a time should know. */
  failuresSince(
    accountId: AccountId,
    session: { readonly openedAt: Instant; readonly address: string },
  ): Promise<FailuresSince>;
  list(query: SignInQuery): Promise<readonly SignIn[]>;
}

/** Sign-ins and failures, bounded in age and number: swept once in {@link SWEPT_AFTER} entries of this process. */
export function createSignInRecord(store: SignInStore, clock: Clock): SignInRecord {
  const recently = recentlyUsed<string, true>(10_000, 60_000);
  let added = SWEPT_AFTER;

  const ago = (ms: number) => new Date(Date.parse(clock.now()) - ms).toISOString();

  async function sweep(): Promise<void> {
    added += 1;
    if (added < SWEPT_AFTER) return;
    added = 0;
    await store.prune({ now: clock.now(), keptSince: ago(KEPT_MS), entries: ENTRIES, marks: MARKS });
  }

  async function lastSignIn(accountId: AccountId, before?: Instant): Promise<SignIn | undefined> {
    const earlier = before === undefined ? {} : { before: [before, ''] as const };
    return (await store.signIns({ accountId, outcome: 'signed-in', ...earlier, limit: 1 }))[0];
  }

  const record: SignInRecord = {
    async add(outcome, accountId, from) {
      await sweep();
      const [at, address] = [clock.now(), plainAddress(from)];
      const last = accountId && (await lastSignIn(accountId));
      // A sign-in is an entry of its own; failures are counted by the hour, and anew after each sign-in.
      const group = outcome === 'signed-in' ? at : at.slice(0, 13);
      const parts = [accountId, address, outcome, group, last ? last.id : ''];
      const id = createHash('sha256').update(parts.join('\n')).digest('base64url').slice(0, 22);
      await store.record({ id, accountId, address, outcome, at });
    },

    async addRarely(outcome, accountId, address) {
      const key = `${outcome} ${accountId} ${address}`;
      if (recently.has(key)) return;
      recently.set(key, true);
      await record.add(outcome, accountId, address);
    },

    async isKnown(accountId, from) {
      const address = plainAddress(from);
      const query = { accountId, address, outcome: 'signed-in', since: ago(KNOWN_MS), limit: 1 } as const;
      return (await store.signIns(query)).length > 0;
    },

    async failuresSince(accountId, { openedAt, address: own }) {
      const previous = await lastSignIn(accountId, openedAt);
      const since = previous ? { since: previous.at } : {};
      const entries = await store.signIns({ accountId, ...since, limit: FAILURES_SHOWN });
      return {
        previous: previous && { at: previous.at, address: previous.address },
        failures: entries
          .filter(({ outcome }) => outcome !== 'signed-in')
          // Whoever is asked for his code gives it next.
          .filter(({ outcome, address }) => outcome !== 'second-factor-missing' || address !== own)
          .map(({ address, outcome, firstAt, at, count }) => ({ address, outcome, firstAt, at, count })),
      };
    },

    list: query => store.signIns(query),
  };
  return record;
}
