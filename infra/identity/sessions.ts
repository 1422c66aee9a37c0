/** Sessions as all processes of an installation see them: opened, found out to stand, and ended. */
import { randomUUID } from 'node:crypto';
import type { Actor } from '../../events/envelope.ts';
import type { AccountId } from '../../events/ids.ts';
import type { Instant } from '../../events/time.ts';
import type { Clock } from '../../services/ports.ts';
import { recentlyUsed } from '../../services/recently-used.ts';
import { plainAddress } from '../http/address.ts';
import type { SignInStore, StoredSession } from './sign-in-store.ts';
import type { Session, Tokens } from './tokens.ts';

const CACHED_SESSIONS = 20_000;
/** How long a session is taken to stand without asking: so long another process may still accept one that was ended. */
export const SEEN_MS = 2_000;

/** What is known of a session, and since when. */
interface Seen {
  /** Undefined once it was ended. */
  readonly stored: StoredSession | undefined;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface Sessions {
  /** Opens one of a role, under a password epoch; undefined where the identity provider has vouched. */
  open(
    actor: Actor,
    from: Pick<StoredSession, 'address' | 'limited' | 'epoch'> & {
      /** The session in whose place it comes: it counts as opened when that was, and ends when that would have. */
      readonly continues?: Pick<StoredSession, 'openedAt' | 'expiresAt'>;
    },
  ): Promise<{
    readonly sessionId: string;
    readonly token: string;
    readonly openedAt: Instant;
    readonly address: string;
    readonly expiresAt: Instant;
  }>;
  /** The session of a token of ours; throws for a token that is none. Says nothing about its having been ended. */
  ofToken(token: string): Session | Promise<Session>;
  /** Keeps a session of the identity provider when it is first seen; whether it was. */
  keep(session: Omit<StoredSession, 'openedAt' | 'address' | 'epoch' | 'limited'>, address: string): Promise<boolean>;
  /** The session if it stands, as of {@link SEEN_MS} ago or later; a value, not a promise, when it was seen since. */
  current(id: string): StoredSession | undefined | Promise<StoredSession | undefined>;
  of(accountId: AccountId): Promise<readonly StoredSession[]>;
  complete(id: string): Promise<void>;
  end(id: string): Promise<void>;
  endAllOf(accountId: AccountId): Promise<void>;
  /** What this process knows is to be asked for anew; streams look whether they may go on. */
  forget(): void;
  /** Calls back whenever a session may have been ended in this process; returns how to stop that. */
  onEnd(listener: () => void): () => void;
}

export interface SessionPorts {
  readonly store: SignInStore;
  readonly tokens: Tokens;
  readonly clock: Clock;
  /** How often an account's password was set. */
  readonly epochOf: (accountId: AccountId) => Promise<number>;
}

/** Sessions that stand in the store until they end or expire; one opened under an earlier password has ended. */
export function createSessions({ store, tokens, clock, epochOf }: SessionPorts): Sessions {
  const proven = recentlyUsed<string, Session>(CACHED_SESSIONS);
  const seen = recentlyUsed<string, Seen>(CACHED_SESSIONS);
  const asked = new Map<string, Promise<StoredSession | undefined>>();
  const listeners = new Set<() => void>();
  /** What was asked before something was ended is not remembered after it. */
  let generation = 0;

  const nowMs = () => Date.parse(clock.now());

  /** A session opened under one password ends when another is set. */
  async function ask(id: string): Promise<StoredSession | undefined> {
    const [at, asOf] = [nowMs(), generation];
    const stored = await store.session(id);
    const epoch = stored?.epoch === undefined ? undefined : await epochOf(stored.accountId);
    const standing = epoch === stored?.epoch ? stored : undefined;
    if (asOf === generation) seen.set(id, { stored: standing, at });
    return standing;
  }

  function forget(): void {
    generation += 1;
    seen.clear();
    asked.clear();
    for (const listener of listeners) listener();
  }

  return {
    async open(actor, { epoch, address, limited, continues }) {
      const sessionId = randomUUID();
      const { token, expiresAt } = await tokens.issue(sessionId, actor, continues?.expiresAt);
      const { accountId, role, orgId } = actor as StoredSession;
      const openedAt = continues?.openedAt ?? clock.now();
      const from = { openedAt, expiresAt, address: plainAddress(address), epoch, limited };
      await store.openSession({ id: sessionId, accountId, role, orgId, ...from });
      return { sessionId, token, openedAt, expiresAt, address: from.address };
    },

    ofToken(token) {
      const known = proven.get(token);
      if (known) return known;
      return tokens.verify(token).then(session => {
        proven.set(token, session);
        return session;
      });
    },

    async keep(session, address) {
      if (seen.has(session.id)) return false;
      return store.openSession({
        ...session,
        openedAt: clock.now(),
        address: plainAddress(address),
        epoch: undefined,
        limited: false,
      });
    },

    current(id) {
      const known = seen.get(id);
      const age = known ? nowMs() - known.at : SEEN_MS;
      // A clock that was set back makes nothing younger.
      if (known && age >= 0 && age < SEEN_MS) return known.stored;
      const asking = asked.get(id) ?? ask(id).finally(() => asked.delete(id));
      asked.set(id, asking);
      return asking;
    },

    of: accountId => store.sessionsOf(accountId, clock.now()),
    async complete(id) {
      await store.completeSession(id);
      forget();
    },
    async end(id) {
      await store.endSession(id);
      forget();
    },
    async endAllOf(accountId) {
      await store.endSessionsOf(accountId);
      forget();
    },
    forget,
    onEnd(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
