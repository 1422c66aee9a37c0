/** Who is calling: login with a password, bearer tokens of ours or of the identity provider, and the grants held today. */
import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Grant } from '../../events/account.ts';
import type { Actor } from '../../events/envelope.ts';
import type { AccountId } from '../../events/ids.ts';
import { shanghaiDate } from '../../events/time.ts';
import { type Clock, StoreUnavailable } from '../../services/ports.ts';
import { grantsOn, holdsRole, type Standing } from '../../services/standing.ts';
import type { Keeper } from '../vault/keeper.ts';
import { createCredentials } from './credentials.ts';
import { createOidc, type OidcOptions } from './oidc.ts';
import { createTokens, type Session } from './tokens.ts';

export interface IdentityOptions {
  readonly keeper: Keeper;
  readonly clock: Clock;
  /** Grants of an account as the log has them now. */
  readonly standingOf: (accountId: AccountId) => Promise<Standing>;
  readonly oidc?: OidcOptions;
}

/** Why somebody is not let in. */
export type IdentityFault =
  | 'token-invalid'
  | 'token-expired'
  | 'login-failed'
  | 'no-role-held'
  | 'role-not-held'
  | 'role-ambiguous'
  | 'too-many-attempts';

export class IdentityRefused extends Error {
  readonly fault: IdentityFault;
  /** The grants to choose from, for `role-ambiguous`. */
  readonly grants: readonly Grant[];
  /** Seconds, for `too-many-attempts`. */
  readonly retryAfter: number;
  constructor(fault: IdentityFault, more: { grants?: readonly Grant[]; retryAfter?: number } = {}) {
    super(fault);
    this.name = 'IdentityRefused';
    this.fault = fault;
    this.grants = more.grants ?? [];
    this.retryAfter = more.retryAfter ?? 0;
  }
}

export interface Choice {
  readonly role?: string | undefined;
  readonly orgId?: string | undefined;
}

export interface Login extends Choice {
  readonly accountId: AccountId;
  readonly password: string;
  /** Network address of the caller. */
  readonly address: string;
}

export interface Opened extends Actor {
  readonly token: string;
  readonly expiresAt: string;
}

export interface Caller {
  readonly actor: Actor;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface Identity {
  /** Opens a session in one of the roles held today. Throws {@link IdentityRefused}. */
  login(login: Login): Promise<Opened>;
  /**
   * The caller a bearer token proves; a value, not a promise, when the token has been seen before. `choice` says in
   * which role a caller of the identity provider acts. Throws {@link IdentityRefused}.
   */
  callerOf(token: string, choice: Choice): Caller | Promise<Caller>;
  /** Whether the actor holds his role today. */
  holds(actor: Actor): Promise<boolean>;
  grantsOf(accountId: AccountId): Promise<readonly Grant[]>;
  setPassword(accountId: AccountId, password: string): Promise<void>;
  /** Whether the password is the account's; counts as an attempt. True for an account that has none. */
  confirms(accountId: AccountId, password: string, address: string): Promise<boolean>;
}

const CACHED_SESSIONS = 20_000;
/** How long another process may still accept a session after a password change. */
const CACHED_MS = 300_000;
const ATTEMPT_WINDOW_SECONDS = 900;
const ATTEMPTS_PER_ACCOUNT_AND_ADDRESS = 10;
const ATTEMPTS_PER_ADDRESS = 100;

export async function createIdentity(options: IdentityOptions): Promise<Identity> {
  const { keeper, clock, standingOf } = options;
  const credentials = createCredentials(keeper);
  const tokens = createTokens(await keeper.secret('token-key'), clock);
  const oidc = options.oidc && createOidc(options.oidc, clock);
  const sessions = new LRUCache<string, Session>({ max: CACHED_SESSIONS, ttl: CACHED_MS });
  const attempts = createAttempts();

  const nowMs = () => Date.parse(clock.now());
  const today = () => shanghaiDate(clock.now());
  const grantsOf = async (accountId: AccountId) => grantsOn(await standingOf(accountId), today());

  async function verifyLocal(token: string): Promise<Session> {
    const session = await tokens.verify(token).catch(refuseToken);
    if (session.epoch !== (await credentials.epochOf(session.actor.accountId)))
      throw new IdentityRefused('token-expired');
    sessions.set(token, session);
    return session;
  }

  async function verifyForeign(token: string, choice: Choice, provider: NonNullable<typeof oidc>): Promise<Caller> {
    const { accountId, expiresAt } = await provider.verify(token).catch(refuseToken);
    return { actor: actorOf(accountId, choose(await grantsOf(accountId), choice)), expiresAt };
  }

  return {
    async login({ accountId, password, address, ...choice }) {
      await attempts.count(accountId, address);
      if (!(await credentials.verify(accountId, password))) throw new IdentityRefused('login-failed');
      await attempts.forget(accountId, address);
      const actor = actorOf(accountId, choose(await grantsOf(accountId), choice));
      return { ...actor, ...(await tokens.issue(actor, await credentials.epochOf(accountId))) };
    },

    callerOf(token, choice) {
      const seen = sessions.get(token);
      if (seen) {
        if (seen.expiresAt > nowMs()) return seen;
        throw new IdentityRefused('token-expired');
      }
      return oidc?.claimsToIssue(token) ? verifyForeign(token, choice, oidc) : verifyLocal(token);
    },

    holds: async actor => holdsRole(await standingOf(actor.accountId), actor, today()),
    grantsOf,

    async setPassword(accountId, password) {
      await credentials.setPassword(accountId, password);
      sessions.clear();
    },

    async confirms(accountId, password, address) {
      if (!(await credentials.hasPassword(accountId))) return true;
      await attempts.count(accountId, address);
      return credentials.verify(accountId, password);
    },
  };
}

function refuseToken(error: unknown): never {
  if (error instanceof StoreUnavailable) throw error;
  const expired = error instanceof Error && 'code' in error && error.code === 'ERR_JWT_EXPIRED';
  throw new IdentityRefused(expired ? 'token-expired' : 'token-invalid');
}

function actorOf(accountId: AccountId, grant: Grant): Actor {
  return { accountId, orgId: grant.orgId, role: grant.role };
}

function choose(grants: readonly Grant[], choice: Choice): Grant {
  if (grants.length === 0) throw new IdentityRefused('no-role-held');
  const fitting = grants.filter(
    grant => (!choice.role || grant.role === choice.role) && (!choice.orgId || grant.orgId === choice.orgId),
  );
  const [first] = fitting;
  if (!first) throw new IdentityRefused('role-not-held');
  if (fitting.some(grant => grant.role !== first.role || grant.orgId !== first.orgId)) {
    throw new IdentityRefused('role-ambiguous', { grants: fitting });
  }
  return first;
}

/** Counts attempts by account and address, so that nobody can lock an account out from elsewhere, and by address. */
function createAttempts() {
  const options = { duration: ATTEMPT_WINDOW_SECONDS };
  const byPair = new RateLimiterMemory({ ...options, points: ATTEMPTS_PER_ACCOUNT_AND_ADDRESS });
  const byAddress = new RateLimiterMemory({ ...options, points: ATTEMPTS_PER_ADDRESS });
  const pair = (accountId: AccountId, address: string) => `${accountId} ${address}`;

  return {
    async count(accountId: AccountId, address: string): Promise<void> {
      try {
        await byAddress.consume(address);
        await byPair.consume(pair(accountId, address));
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        throw new IdentityRefused('too-many-attempts', { retryAfter: Math.ceil(error.msBeforeNext / 1000) });
      }
    },
    async forget(accountId: AccountId, address: string): Promise<void> {
      await byPair.delete(pair(accountId, address));
      // Only failures count against an address that many people share.
      await byAddress.reward(address);
    },
  };
}
