/** Who is calling: sign-in with a password, bearer tokens of ours or of the identity provider, and the grants held today. */
import { randomUUID } from 'node:crypto';
import type { Grant } from '../../events/account.ts';
import type { Actor, Role } from '../../events/envelope.ts';
import type { AccountId } from '../../events/ids.ts';
import type { ApiKey } from '../../events/rules/api-keys.ts';
import { type Grants, grantsOn, holdsRole } from '../../events/rules/grants.ts';
import type { Webhook } from '../../events/rules/webhooks.ts';
import { type Instant, shanghaiDate } from '../../events/time.ts';
import { isSupervisory } from '../../services/account/competence.ts';
import { type Clock, StoreUnavailable, type Vault } from '../../services/ports.ts';
import type { KeyStore } from '../vault/key-store.ts';
import { createApiKeys, type KeyQuotaLeft } from './api-keys.ts';
import { createAttempts, type SignInAttempt } from './attempts.ts';
import { createCredentials } from './credentials.ts';
import { createHoldersFactor, type OwnChange } from './holders-factor.ts';
import { createOidc, type OidcOptions } from './oidc.ts';
import { PASSWORD_FAULTS, passwordFault } from './password-rules.ts';
import type { Begun, ProviderSignIn } from './provider-sign-in.ts';
import type { CredentialRecords, Occasion } from './records.ts';
import { IdentityRefused } from './refused.ts';
import { createResetCodes } from './reset-codes.ts';
import { createSecondFactors, type Enrolment, type Proof } from './second-factor.ts';
import { createSessions } from './sessions.ts';
import { createSignInRecord, type FailuresSince } from './sign-in-record.ts';
import type { SignIn, SignInQuery, SignInStore, StoredSession } from './sign-in-store.ts';
import { createStreamTickets, type StreamQuery, type StreamTicket } from './stream-tickets.ts';
import { createThrottle } from './throttle.ts';
import { createTokens } from './tokens.ts';

export interface IdentityOptions {
  readonly keyStore: KeyStore;
  readonly signIns: SignInStore;
  readonly clock: Clock;
  /** Grants of an account as the log has them now. */
  readonly accountGrantsOf: (accountId: AccountId) => Promise<Grants>;
  readonly records: CredentialRecords;
  readonly vault: Pick<Vault, 'seal' | 'open'>;
  /** The name of the account's person, unless it was erased. */
  readonly nameOf: (accountId: AccountId) => Promise<string | undefined>;
  /** Roles in which nobody acts without a second factor. */
  readonly secondFactorFor: readonly Role[];
  readonly oidc?: OidcOptions;
  /** People sign in there by a browser too. */
  readonly providerSignIn?: ProviderSignIn;
}

export interface Choice {
  readonly role?: string | undefined;
  readonly orgId?: string | undefined;
  /** Where several roles are held and none is named: the first of them. {@link IdentityService.actAs} changes it. */
  readonly anyRole?: true | undefined;
}

export interface Login extends SignInAttempt, Choice, Proof {
  readonly password: string;
  readonly occasion?: Occasion;
}

export interface PasswordChange {
  readonly actor: Actor;
  readonly currentPassword: string;
  readonly password: string;
  readonly address: string;
  readonly occasion: Occasion;
}

export interface PasswordByCode extends Pick<Login, 'accountId' | 'password' | 'address'> {
  readonly code: string;
  readonly occasion: Occasion;
}

export interface Opened extends Actor, FailuresSince {
  readonly sessionId: string;
  readonly token: string;
  readonly expiresAt: Instant;
  readonly device: string;
  /** Good for nothing but setting up the second factor that the role needs. */
  readonly limited: boolean;
}

export interface AuthenticatedCaller {
  readonly actor: Actor;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly sessionId: string;
  /** He may do nothing but set up his second factor. */
  readonly limited: boolean;
  /** The key that a program has shown in his place: it reads, within its scopes. */
  readonly key?: ApiKey;
  /** Of the minute of that key. */
  readonly quotaLeft?: KeyQuotaLeft;
  /** The one stream that he may open, where he has shown a ticket for it. */
  readonly stream?: StreamQuery;
  /** Who he is to the identity provider, for those who come from there. */
  readonly provider?: { readonly issuer: string; readonly subject: string | undefined };
}

export interface IdentityService {
  /** Opens a session in one of the roles held today. Throws {@link IdentityRefused}. */
  login(login: Login): Promise<Opened>;
  /** Begins to sign in at the identity provider; undefined where people cannot. */
  readonly beginAtProvider?: ProviderSignIn['begin'];
  /**
   * Opens a session for whom the identity provider has let in, in the first of the roles that he holds today. The provider has
   * seen to his factors. Throws {@link IdentityRefused}.
   */
  loginByProvider(
    returned: URLSearchParams,
    begun: Begun,
    address: string,
  ): Promise<Pick<Opened, keyof Actor | 'token' | 'limited'>>;
  /**
   * The caller a bearer token proves; a value, not a promise, when the session was found to stand just now. `choice` says
   * in which role a caller of the identity provider acts, `address` where he calls from. Throws {@link IdentityRefused}.
   */
  callerOf(token: string, choice: Choice, address: string): AuthenticatedCaller | Promise<AuthenticatedCaller>;
  /** What lets whoever shows it open one stream as this caller, within a minute. */
  ticketFor(caller: AuthenticatedCaller, query: StreamQuery): Promise<StreamTicket>;
  /** The caller for whom a ticket was issued; `spend` uses it up. Throws {@link IdentityRefused}. */
  callerOfTicket(ticket: string, spend: boolean): Promise<AuthenticatedCaller>;
  /** Whether the actor holds his role today. */
  holds(actor: Actor): Promise<boolean>;
  /** Whether the caller's session, or his key, has neither ended nor expired. */
  stands(caller: AuthenticatedCaller): Promise<boolean>;
  /** Calls back whenever a session may have been ended in this process; returns how to stop that. */
  onEnd(listener: () => void): () => void;
  grantsOf(accountId: AccountId): Promise<readonly Grant[]>;
  /** What the person is called; undefined once the name was erased. */
  nameOf(accountId: AccountId): Promise<string | undefined>;
  /**
   * Opens a session in another of the roles that the caller holds today, in the place of the one he has; it ends when that
   * would have ended. Throws {@link IdentityRefused}.
   */
  actAs(
    caller: AuthenticatedCaller,
    choice: Choice,
    address: string,
  ): Promise<Pick<Opened, 'token' | 'expiresAt' | 'limited'>>;
  /**
   * Sets the caller's own password. `login-failed` when the current one is wrong, `reset-code-needed` when there is none:
   * the first password of an account is set with a code. Throws {@link IdentityRefused}.
   */
  changePassword(change: PasswordChange): Promise<void>;
  /** Makes the one-time code of a reset, once the reset is on the log. It is never shown again. */
  makeResetCode(accountId: AccountId, resetId: string): Promise<string>;
  /** Sets a password with a one-time code. Throws {@link IdentityRefused}: `reset-code-refused`, whatever the reason. */
  setPasswordByCode(reset: PasswordByCode): Promise<void>;
  /**
   * The first password of a founder, or of the demo's account; recorded. False when it had been set before and stays as it
   * is. Throws RangeError when it is refused.
   */
  setFirstPassword(accountId: AccountId, password: string, means: 'command-line' | 'demo'): Promise<boolean>;
  /** The secret of a new second factor; not in force before it is confirmed. Throws {@link IdentityRefused}. */
  enrolSecondFactor(change: OwnChange & { readonly currentPassword: string }): Promise<Enrolment>;
  /** Confirms it by its first code; ends the other sessions of the account. The recovery codes, shown once. */
  confirmSecondFactor(
    caller: AuthenticatedCaller,
    change: OwnChange & { readonly code: string },
  ): Promise<readonly string[]>;
  /** Since when the caller's account has one, if it has, and whether his role needs one. */
  secondFactorOf(actor: Actor): Promise<{ readonly since: Instant | undefined; readonly needed: boolean }>;
  /** Removes it with a code of it. Throws {@link IdentityRefused}. */
  removeOwnSecondFactor(change: OwnChange & Proof): Promise<void>;
  /** Removes it, and ends the sessions of the account, once two administrators have put that on the log. */
  removeSecondFactor(accountId: AccountId): Promise<void>;
  /** Whether the account belongs to the supervising body, which alone sees to it. */
  isSupervisory(accountId: AccountId): Promise<boolean>;
  sessionsOf(accountId: AccountId): Promise<readonly StoredSession[]>;
  endSession(sessionId: string): Promise<void>;
  endSessionsOf(accountId: AccountId): Promise<void>;
  /** What failed on the caller's account since the sign-in before this session. */
  failuresSince(caller: AuthenticatedCaller): Promise<FailuresSince>;
  signIns(query: SignInQuery): Promise<readonly SignIn[]>;
  /** Makes a key for a program, once it is on the log. It is never shown again. */
  makeApiKey(accountId: AccountId, keyId: string): Promise<string>;
  /** The keys of an account as the log has them, also those that open nothing any more. */
  apiKeysOf(accountId: AccountId): Promise<readonly ApiKey[]>;
  /** The webhooks of an account as the log has them, also those that have ended. */
  webhooksOf(accountId: AccountId): Promise<readonly Webhook[]>;
  /** Lets open streams look whether they may go on. */
  recheckStreams(): void;
  /** A code that lets one attempt at an account through. */
  issueUnlockCode(accountId: AccountId): Promise<{ readonly code: string; readonly expiresAt: Instant }>;
}

/**
 * Sign-in, sessions, passwords and second factors over these stores. Makes the installation’s secrets on first use.
 * Throws StoreUnavailable during an outage.
 */
export async function createIdentity(options: IdentityOptions): Promise<IdentityService> {
  const { keyStore, signIns, clock, accountGrantsOf, records, vault, nameOf, secondFactorFor } = options;
  const credentials = createCredentials(keyStore);
  const codes = createResetCodes(keyStore, await keyStore.secret('reset-code-key'));
  const tokens = createTokens(await keyStore.secret('token-key'), clock);
  const sessions = createSessions({ store: signIns, tokens, clock, epochOf: credentials.epochOf });
  const throttle = createThrottle(signIns, clock);
  const record = createSignInRecord(signIns, clock);
  const attempts = createAttempts({ credentials, tokens, throttle, record, accountGrantsOf });
  const { attempt, verified, confirmPassword, failed } = attempts;
  const factors = createSecondFactors(keyStore, vault, clock);
  const holder = createHoldersFactor({ ...attempts, factors, sessions, records, accountGrantsOf });
  const apiKeys = createApiKeys({
    keyStore,
    secret: await keyStore.secret('api-key-digests'),
    counters: signIns,
    clock,
    accountGrantsOf,
  });
  const tickets = createStreamTickets({
    secret: await keyStore.secret('stream-ticket-key'),
    marks: signIns,
    clock,
    keyInForce: apiKeys.inForce,
  });
  const oidc = options.oidc && createOidc(options.oidc, clock);

  const nowMs = () => Date.parse(clock.now());
  const today = () => shanghaiDate(clock.now());
  const grantsOf = async (accountId: AccountId) => grantsOn(await accountGrantsOf(accountId), today());

  const chosen = async (accountId: AccountId, choice: Choice) => choose(await grantsOf(accountId), choice);

  async function secondFactorOf({ accountId, role }: Actor) {
    const { secondFactorSince: since } = await accountGrantsOf(accountId);
    return { since, needed: secondFactorFor.includes(role) };
  }

  async function setPassword(accountId: AccountId, password: string): Promise<void> {
    await credentials.setPassword(accountId, password);
    sessions.forget();
  }

  /** Throws when the password is too easy to guess. */
  async function checkPassword(accountId: AccountId, password: string): Promise<void> {
    const fault = await passwordFault(password, { accountId, name: await nameOf(accountId) });
    if (fault) throw new IdentityRefused(fault);
  }

  function localCaller({ id, actor, expiresAt }: Awaited<ReturnType<typeof sessions.ofToken>>) {
    if (expiresAt <= nowMs()) throw new IdentityRefused('token-expired');
    const as = (stored: StoredSession | undefined): AuthenticatedCaller => {
      if (stored) return { actor, expiresAt, sessionId: id, limited: stored.limited };
      throw new IdentityRefused('token-expired');
    };
    const standing = sessions.current(id);
    return standing instanceof Promise ? standing.then(as) : as(standing);
  }

  async function keyCaller(token: string): Promise<AuthenticatedCaller> {
    const { key, actor, expiresAt, quotaLeft } = await apiKeys.use(token);
    return { actor, expiresAt, sessionId: `key-${key.id}`, limited: false, key, quotaLeft };
  }

  async function foreignCaller(token: string, choice: Choice, address: string, provider: NonNullable<typeof oidc>) {
    const vouched = await provider.verify(token).catch(refuseToken);
    const { accountId, expiresAt, issuer, subject, sessionId } = vouched;
    const actor = actorOf(accountId, await chosen(accountId, choice));
    const { role, orgId } = actor as StoredSession;
    const session = { id: sessionId, accountId, role, orgId, expiresAt: new Date(expiresAt).toISOString() };
    if (await sessions.keep(session, address)) await record.add('signed-in', accountId, address);
    if (!(await sessions.current(sessionId))) throw new IdentityRefused('token-expired');
    return { actor, expiresAt, sessionId, limited: false, provider: { issuer, subject } };
  }

  async function stands({ actor, expiresAt, sessionId, key }: AuthenticatedCaller): Promise<boolean> {
    if (key) return (await apiKeys.inForce(actor.accountId, key.id)) !== undefined;
    return expiresAt > nowMs() && (await sessions.current(sessionId)) !== undefined;
  }

  return {
    async login(login) {
      const { accountId, password, address, role, orgId, anyRole } = login;
      const { device, forgive, from } = await attempt(login);
      const epoch = await verified({ accountId, password, forgive, from });
      if (epoch === undefined) {
        await failed('wrong-password', login);
        throw new IdentityRefused('login-failed');
      }
      const grant = await chosen(accountId, { role, orgId, anyRole }).catch(async error => {
        await forgive();
        throw error;
      });
      const actor = actorOf(accountId, grant);
      const proof = await holder.check(accountId, login);
      if (proof.is !== 'wrong') await forgive();
      if (proof.is === 'missing' || proof.is === 'wrong') return holder.refuse(proof.is, login);
      // A good code is used up by one sign-in.
      if (proof.is === 'good' && !(await proof.spend())) return holder.refuse('wrong', login);
      const { since, needed } = await secondFactorOf(actor);
      const limited = proof.is === 'none' && (needed || since !== undefined);
      if (proof.is === 'good' && login.code !== undefined && login.occasion) {
        await records.confirmedBySecondFactor(accountId, login.occasion);
      }
      const opened = await sessions.open(actor, { epoch, address, limited });
      await record.add('signed-in', accountId, address);
      return {
        ...actor,
        ...opened,
        limited,
        ...(await record.failuresSince(accountId, opened)),
        device: await tokens.issueDevice(device ?? randomUUID(), accountId),
      };
    },

    ...(options.providerSignIn && { beginAtProvider: options.providerSignIn.begin }),

    async loginByProvider(returned, begun, address) {
      if (!options.providerSignIn) throw new IdentityRefused('provider-refused');
      const accountId = await options.providerSignIn.accountOf(returned, begun);
      const actor = actorOf(accountId, await chosen(accountId, { anyRole: true }));
      const opened = await sessions.open(actor, { epoch: undefined, address, limited: false });
      await record.add('signed-in', accountId, address);
      return { ...actor, ...opened, limited: false };
    },

    callerOf(token, choice, address) {
      if (apiKeys.isOne(token)) return keyCaller(token);
      if (oidc?.claimsToIssue(token)) return foreignCaller(token, choice, address, oidc);
      const session = sessions.ofToken(token);
      return session instanceof Promise ? session.catch(refuseToken).then(localCaller) : localCaller(session);
    },

    ticketFor: tickets.issue,
    async callerOfTicket(ticket, spend) {
      const caller = await tickets.callerOf(ticket, spend);
      if (!(await stands(caller))) throw new IdentityRefused('token-expired');
      return caller;
    },

    holds: async actor => holdsRole(await accountGrantsOf(actor.accountId), actor, today()),
    stands,
    onEnd: sessions.onEnd,
    grantsOf,
    nameOf,

    async actAs({ actor: { accountId }, sessionId }, choice, address) {
      const standing = await sessions.current(sessionId);
      if (!standing) throw new IdentityRefused('token-expired');
      const actor = actorOf(accountId, await chosen(accountId, choice));
      const { since, needed } = await secondFactorOf(actor);
      // Whoever has a factor has shown it, or his session is limited already; the provider has seen to it for those it let in.
      const isVouched = standing.epoch === undefined;
      const limited = since === undefined && !isVouched ? needed : standing.limited;
      const from = { epoch: standing.epoch, address, limited, continues: standing };
      const opened = await sessions.open(actor, from);
      await sessions.end(sessionId);
      return { ...opened, limited };
    },

    async changePassword({ actor, currentPassword, password, address, occasion }) {
      const { accountId } = actor;
      await confirmPassword(accountId, address, currentPassword);
      await checkPassword(accountId, password);
      const outcome = await records.changed(actor, occasion);
      if (outcome.rejected) throw new IdentityRefused('role-not-held');
      await setPassword(accountId, password);
    },

    makeResetCode: (accountId, resetId) => codes.make(accountId, resetId),

    async setPasswordByCode({ accountId, code, password, address, occasion }) {
      const found = await codes.find(accountId, code);
      // Counted only when it is wrong: nobody guesses one, and no attacker keeps out who has it.
      if (!found) {
        await attempt({ accountId, address });
        await failed('wrong-code', { accountId, address });
        throw new IdentityRefused('reset-code-refused');
      }
      await checkPassword(accountId, password);
      const established = oidc !== undefined || (await credentials.hasPassword(accountId));
      const outcome = await records.setByCode(accountId, found.resetId, established, occasion);
      if (outcome.rejected || !(await codes.take(accountId, found))) throw new IdentityRefused('reset-code-refused');
      await setPassword(accountId, password);
    },

    async setFirstPassword(accountId, password, means) {
      // The demo's passwords are known to everybody, and say so.
      const fault = means === 'demo' ? undefined : await passwordFault(password, { accountId, name: undefined });
      if (fault) throw new RangeError(PASSWORD_FAULTS[fault].join(' '));
      const outcome = await records.first(accountId, means);
      if (outcome.rejected) throw new RangeError(`${outcome.zh} (${outcome.en})`);
      // Recorded before: either it was set, or what should have set it was stopped in between.
      if (outcome.events.length === 0 && (await credentials.hasPassword(accountId))) return false;
      await setPassword(accountId, password);
      return true;
    },

    enrolSecondFactor: holder.enrol,
    secondFactorOf,
    confirmSecondFactor: holder.confirm,
    removeOwnSecondFactor: holder.removeOwn,
    removeSecondFactor: holder.remove,

    isSupervisory: async accountId => isSupervisory(await accountGrantsOf(accountId)),

    sessionsOf: sessions.of,
    endSession: sessions.end,
    endSessionsOf: sessions.endAllOf,

    async failuresSince({ actor, sessionId }) {
      const { openedAt = clock.now(), address = '' } = (await sessions.current(sessionId)) ?? {};
      return record.failuresSince(actor.accountId, { openedAt, address });
    },

    signIns: record.list,

    makeApiKey: apiKeys.make,
    apiKeysOf: async accountId => (await accountGrantsOf(accountId)).apiKeys ?? [],
    webhooksOf: async accountId => (await accountGrantsOf(accountId)).webhooks ?? [],
    recheckStreams: sessions.forget,

    issueUnlockCode: throttle.issueUnlockCode,
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
  if (!choice.anyRole && fitting.some(grant => grant.role !== first.role || grant.orgId !== first.orgId)) {
    throw new IdentityRefused('role-ambiguous', { grants: fitting });
  }
  return first;
}
