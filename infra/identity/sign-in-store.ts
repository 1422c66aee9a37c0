/**
 * What signing in leaves behind: sessions, counters of attempts, and the record of who signed in or failed to. Operational
 * data of a bounded age and size, shared by all processes of an installation; no fact of the programme, so not on the log.
 */
import type { Grant } from '../../events/account.ts';
import type { AccountId } from '../../events/ids.ts';
import type { Instant } from '../../events/time.ts';

export interface StoredSession {
  /** The `jti` of a token of ours, or a digest that stands for a session of the identity provider. */
  readonly id: string;
  readonly accountId: AccountId;
  readonly role: Grant['role'];
  readonly orgId: string;
  readonly openedAt: Instant;
  readonly expiresAt: Instant;
  /** Network address it was opened from. */
  readonly address: string;
  /** How often the password had been set; undefined where there was none. It ends when another is set. */
  readonly epoch: number | undefined;
  /** Good for nothing but setting up the second factor that its role needs. */
  readonly limited: boolean;
}

/** A counter with an end. All numbers but the count are milliseconds since 1970. */
export interface AttemptCounter {
  readonly count: number;
  /** When its present count began. */
  readonly since: number;
  /** Nothing more is let through before. */
  readonly until: number;
  /** From when on it may be forgotten. */
  readonly expires: number;
}

export const SIGN_IN_OUTCOMES = [
  'signed-in',
  'wrong-password',
  'wrong-code',
  'second-factor-missing',
  'wrong-second-factor',
  'no-role',
  'too-many-attempts',
] as const;
export type SignInOutcome = (typeof SIGN_IN_OUTCOMES)[number];

/** One attempt, or several of one account, address and outcome within the same hour and between the same sign-ins. */
export interface SignIn {
  readonly id: string;
  /** Empty for names that are no account: they may be mistyped passwords, and anybody can make up many. */
  readonly accountId: AccountId | '';
  readonly address: string;
  readonly outcome: SignInOutcome;
  readonly firstAt: Instant;
  /** The last time. */
  readonly at: Instant;
  readonly count: number;
}

export interface SignInQuery {
  readonly accountId?: AccountId;
  readonly address?: string;
  readonly outcome?: SignInOutcome;
  /** Later than this. */
  readonly since?: Instant;
  /** Earlier in the order, newest first, than the one with this time and id. */
  readonly before?: readonly [at: Instant, id: string];
  readonly limit: number;
}

export interface Bounds {
  readonly now: Instant;
  /** The record from before is forgotten. */
  readonly keptSince: Instant;
  /** How many entries of the record are kept, of sign-ins and of failures each. */
  readonly entries: number;
  /** How many counters are kept: those that would end last. */
  readonly marks: number;
}

/** Every method throws StoreUnavailable during an outage. */
export interface SignInStore {
  /** Keeps a session unless there is one of that id, also one that was ended; whether it was kept. */
  openSession(session: StoredSession): Promise<boolean>;
  /** One that has not been ended, expired or not. */
  session(id: string): Promise<StoredSession | undefined>;
  /** Those of an account that have neither been ended nor expired, newest first. */
  sessionsOf(accountId: AccountId, now: Instant): Promise<readonly StoredSession[]>;
  /** A limited session becomes a whole one. */
  completeSession(id: string): Promise<void>;
  /** Remembered until the session would have expired. */
  endSession(id: string): Promise<void>;
  endSessionsOf(accountId: AccountId): Promise<void>;
  mark(key: string): Promise<AttemptCounter | undefined>;
  /** Sets, or with undefined removes, a counter if it still is as it was seen; whether it was. */
  replaceMark(key: string, seen: AttemptCounter | undefined, next: AttemptCounter | undefined): Promise<boolean>;
  /** Adds to the entry of this id, or makes it. */
  record(entry: Omit<SignIn, 'firstAt' | 'count'>): Promise<void>;
  /** Newest first. */
  signIns(query: SignInQuery): Promise<readonly SignIn[]>;
  /** Forgets what has ended, is too old or is too much. */
  prune(bounds: Bounds): Promise<void>;
  close(): Promise<void>;
}
