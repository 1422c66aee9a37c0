/**
 * How often may be tried. Guessing gets slower and slower for an account, wherever it comes from; but whoever has signed
 * in before, from where he is or with the device he has, has a budget of his own that nobody else can use up, and a
 * one-time code lets anybody in who has it. So nobody can lock a holder out.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { AccountId } from '../../events/ids.ts';
import type { Instant } from '../../events/time.ts';
import { type Clock, StoreUnavailable } from '../../services/ports.ts';
import { networkOfAddress } from '../http/address.ts';
import type { AttemptCounter, SignInStore } from './sign-in-store.ts';

/** When the next attempt may be made after so many, counted within a time; milliseconds. */
interface Budget {
  /** Whether the count begins anew. */
  isOver(mark: AttemptCounter, now: number): boolean;
  delay(count: number): number;
  /** How long a counter that nobody touches is remembered. */
  readonly remembered: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const WINDOW = 15 * MINUTE;
const DAY = 24 * 60 * MINUTE;

/** So many attempts in a quarter of an hour. */
function windowOf(attempts: number): Budget {
  return {
    isOver: ({ since }, now) => now >= since + WINDOW,
    delay: count => (count < attempts ? 0 : WINDOW),
    remembered: WINDOW,
  };
}

const FREE_FAILURES = 10;
const LONGEST_DELAY = 15 * MINUTE;

/** After ten failures one second, then twice as long each time, up to a quarter of an hour; forgotten after a quiet day. */
const growing: Budget = {
  isOver: ({ expires }, now) => now >= expires,
  delay: count => (count < FREE_FAILURES ? 0 : Math.min(SECOND * 2 ** (count - FREE_FAILURES), LONGEST_DELAY)),
  remembered: DAY,
};

const BY_ADDRESS = windowOf(100);
const BY_ACCOUNT_AND_ADDRESS = windowOf(10);

export interface ThrottledAttempt {
  readonly accountId: AccountId;
  readonly address: string;
  /** The id of a device that has signed in to this account before, if the caller has shown one. */
  readonly device?: string | undefined;
  /** Whether the account has been signed in to from this address before. */
  readonly knownAddress: boolean;
  readonly unlockCode?: string | undefined;
}

/** An attempt that has been counted, or may not be made. */
export interface CountedAttempt {
  /** Zero, or the milliseconds after which to come again. */
  readonly wait: number;
  /** Takes it back: it did not fail. */
  forgive(): Promise<void>;
}

export interface Throttle {
  /** Counts an attempt before it is made, so that many at once are many. */
  count(attempt: ThrottledAttempt): Promise<CountedAttempt>;
  /** A code that lets one attempt through. */
  issueUnlockCode(accountId: AccountId): Promise<{ readonly code: string; readonly expiresAt: Instant }>;
}

/** Counted nowhere, so that there is nothing to take back. */
const LET_THROUGH: CountedAttempt = { wait: 0, forgive: async () => undefined };

const CODE_BYTES = 15;
/** Others may change a counter in between; so often it is tried again. */
const RACES = 20;

/**
 * Counts attempts in the shared store, so that many processes have one budget. Throws StoreUnavailable when too many
 * race for one counter.
 */
export function createThrottle(store: SignInStore, clock: Clock): Throttle {
  const nowMs = () => Date.parse(clock.now());

  async function waitOf(key: string, budget: Budget): Promise<number> {
    const [mark, now] = [await store.mark(key), nowMs()];
    return mark && !budget.isOver(mark, now) ? Math.max(0, mark.until - now) : 0;
  }

  /** Milliseconds to wait; counted only when there are none. */
  async function consume(key: string, budget: Budget): Promise<number> {
    for (let race = 0; race < RACES; race += 1) {
      const now = nowMs();
      const seen = await store.mark(key);
      const running = seen && !budget.isOver(seen, now) ? seen : undefined;
      if (running && running.until > now) return running.until - now;
      const [count, since] = [(running?.count ?? 0) + 1, running?.since ?? now];
      const until = endOf(budget, count, since, now);
      const next = {
        count,
        since,
        until,
        expires: Math.max(until, since + budget.remembered, now + budget.remembered),
      };
      if (await store.replaceMark(key, seen, next)) return 0;
    }
    throw new StoreUnavailable('too many attempts at once', { retryAfter: 1 });
  }

  async function giveBack(key: string): Promise<void> {
    for (let race = 0; race < RACES; race += 1) {
      const seen = await store.mark(key);
      if (!seen) return;
      const next = seen.count > 1 ? { ...seen, count: seen.count - 1, until: nowMs() } : undefined;
      if (await store.replaceMark(key, seen, next)) return;
    }
  }

  async function unlocks(accountId: AccountId, code: string | undefined): Promise<boolean> {
    if (code === undefined) return false;
    const key = unlockKey(accountId, code);
    const seen = await store.mark(key);
    return seen !== undefined && seen.expires > nowMs() && (await store.replaceMark(key, seen, undefined));
  }

  return {
    async count(attempt) {
      if (await unlocks(attempt.accountId, attempt.unlockCode)) return LET_THROUGH;
      const budgets = budgetsOf(attempt);
      // Asked first: an attempt that one counter refuses is not counted by the others.
      for (const ask of [waitOf, consume]) {
        const waits: number[] = [];
        for (const [key, budget] of budgets) waits.push(await ask(key, budget));
        const wait = Math.max(...waits);
        if (wait > 0) return { ...LET_THROUGH, wait };
      }
      return {
        wait: 0,
        async forgive() {
          for (const [key] of budgets) await giveBack(key);
        },
      };
    },
    async issueUnlockCode(accountId) {
      const code = randomBytes(CODE_BYTES).toString('base64url');
      const now = nowMs();
      const mark = { count: 1, since: now, until: now, expires: now + DAY };
      await store.replaceMark(unlockKey(accountId, code), undefined, mark);
      return { code, expiresAt: new Date(mark.expires).toISOString() };
    },
  };
}

/** A window ends for all of its attempts at once; a growing delay begins with the last one. */
function endOf(budget: Budget, count: number, since: number, now: number): number {
  const delay = budget.delay(count);
  return budget === growing ? now + delay : delay === 0 ? now : since + delay;
}

/** The counters of an attempt. */
function budgetsOf({
  accountId,
  address,
  device,
  knownAddress,
}: ThrottledAttempt): readonly (readonly [string, Budget])[] {
  const network = networkOfAddress(address);
  const narrow = device !== undefined ? `device ${device}` : `pair ${accountId} ${network}`;
  const own = [[narrow, BY_ACCOUNT_AND_ADDRESS]] as const;
  if (device !== undefined || knownAddress) return own;
  return [...own, [`address ${network}`, BY_ADDRESS], [`account ${accountId}`, growing]];
}

function unlockKey(accountId: AccountId, code: string): string {
  return `unlock ${createHash('sha256').update(`${accountId}\n${code}`).digest('base64url')}`;
}
