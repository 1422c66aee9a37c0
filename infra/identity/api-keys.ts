/**
 * Keys of programs as they come with requests: what is kept of one is a keyed digest; what it opens, until when and how
 * often, is asked of the log each time.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { Actor } from '../../events/envelope.ts';
import type { AccountId } from '../../events/ids.ts';
import { type ApiKey, keyOpensOn } from '../../events/rules/api-keys.ts';
import type { Grants } from '../../events/rules/grants.ts';
import { endOfDay, shanghaiDate } from '../../events/time.ts';
import { type Clock, StoreUnavailable } from '../../services/ports.ts';
import type { KeyStore } from '../vault/key-store.ts';
import { IdentityRefused } from './refused.ts';
import type { SignInStore } from './sign-in-store.ts';

/** By which a key is known for one of ours, wherever it turns up: `ggk_<id>_<secret>`. */
const PREFIX = 'ggk_';
/** 256 bits: a digest of it tells nothing. */
const KEY_BYTES = 32;
const MINUTE = 60_000;
/** Of a minute's quota, what a process reserves at a time: it asks the shared store so often at most. */
const RESERVATIONS = 20;
/** Other processes may reserve in between; so often it is tried again. */
const RACES = 20;

export interface ProvenKey {
  readonly key: ApiKey;
  readonly actor: Actor;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly quotaLeft: KeyQuotaLeft;
}

/** What is left of the quota of the minute, for so many seconds; other processes may use it too. */
export interface KeyQuotaLeft {
  readonly requests: number;
  readonly seconds: number;
}

export interface ApiKeys {
  /** Whether a bearer token is meant for a key. */
  isOne(token: string): boolean;
  /** Makes the key of an id that is on the log. It is never shown again. */
  make(accountId: AccountId, keyId: string): Promise<string>;
  /** Counts one request of a key and says what it opens. Throws {@link IdentityRefused}. */
  use(token: string): Promise<ProvenKey>;
  /** A key of the account that is still in force. */
  inForce(accountId: AccountId, keyId: string): Promise<ApiKey | undefined>;
}

export interface ApiKeyPorts {
  readonly keyStore: Pick<KeyStore, 'apiKey' | 'keepApiKey'>;
  /** Under which digests are made. */
  readonly secret: Uint8Array;
  /** Holds the counters that all processes of an installation share. */
  readonly counters: Pick<SignInStore, 'mark' | 'replaceMark'>;
  readonly clock: Clock;
  readonly accountGrantsOf: (accountId: AccountId) => Promise<Grants>;
}

/** Keys of the log's accounts, with quotas by the minute that hold over all processes. */
export function createApiKeys({ keyStore, secret, counters, clock, accountGrantsOf }: ApiKeyPorts): ApiKeys {
  const digestOf = (token: string) => createHmac('sha256', secret).update(token).digest('hex');
  const quota = createQuota(counters, () => Date.parse(clock.now()));

  async function inForce(accountId: AccountId, keyId: string): Promise<ApiKey | undefined> {
    const { apiKeys = [], disabled } = await accountGrantsOf(accountId);
    const key = apiKeys.find(({ id }) => id === keyId);
    return key && !disabled && keyOpensOn(key, shanghaiDate(clock.now())) ? key : undefined;
  }

  return {
    isOne: token => token.startsWith(PREFIX),

    async make(accountId, keyId) {
      const token = `${PREFIX}${keyId}_${randomBytes(KEY_BYTES).toString('base64url')}`;
      await keyStore.keepApiKey(digestOf(token), { accountId, keyId });
      return token;
    },

    async use(token) {
      const kept = await keyStore.apiKey(digestOf(token));
      if (!kept) throw new IdentityRefused('token-invalid');
      const key = await inForce(kept.accountId, kept.keyId);
      if (!key) throw new IdentityRefused('token-expired');
      const quotaLeft = await quota.take(key);
      if (quotaLeft.requests < 0) {
        throw new IdentityRefused('key-quota-used-up', {
          retryAfter: quotaLeft.seconds,
          requestsPerMinute: key.requestsPerMinute,
        });
      }
      const actor = { accountId: kept.accountId, orgId: key.orgId, role: key.role };
      return { key, actor, expiresAt: Date.parse(endOfDay(key.lastDay)), quotaLeft };
    },

    inForce,
  };
}

/** What this process may still let through of a key in a minute. */
interface Reserved {
  /** Milliseconds since 1970. */
  readonly minute: number;
  left: number;
  /** Of the minute, what no process had reserved then. */
  readonly unreserved: number;
}

/** Requests are reserved by the handful in the shared store, so that processes together keep to one quota. */
function createQuota(counters: ApiKeyPorts['counters'], nowMs: () => number) {
  const reserved = new Map<string, Reserved>();
  const pending = new Map<string, Promise<number>>();

  /** What of the minute this process gets; nothing when all are gone. */
  async function reserve({ id, requestsPerMinute }: ApiKey, minute: number): Promise<Omit<Reserved, 'minute'>> {
    const name = `api-key ${id}`;
    const wanted = Math.max(1, Math.floor(requestsPerMinute / RESERVATIONS));
    for (let race = 0; race < RACES; race += 1) {
      const seen = await counters.mark(name);
      const used = seen && seen.since === minute ? seen.count : 0;
      const granted = Math.min(wanted, requestsPerMinute - used);
      if (granted <= 0) return { left: 0, unreserved: 0 };
      const end = minute + MINUTE;
      const next = { count: used + granted, since: minute, until: end, expires: end };
      if (await counters.replaceMark(name, seen, next)) {
        return { left: granted, unreserved: requestsPerMinute - next.count };
      }
    }
    throw new StoreUnavailable('too many requests of one key at once', { retryAfter: 1 });
  }

  async function reserveMore(key: ApiKey, minute: number): Promise<number> {
    const granted = await reserve(key, minute);
    for (const [id, { minute: of }] of reserved) if (of !== minute) reserved.delete(id);
    if (granted.left > 0) reserved.set(key.id, { minute, ...granted });
    return granted.left;
  }

  /** Those who find nothing left wait for one reservation together. */
  function more(key: ApiKey, minute: number): Promise<number> {
    const asked = pending.get(key.id) ?? reserveMore(key, minute).finally(() => pending.delete(key.id));
    pending.set(key.id, asked);
    return asked;
  }

  return {
    /** Takes one; what is left is below zero where there was none. */
    async take(key: ApiKey): Promise<KeyQuotaLeft> {
      for (;;) {
        const now = nowMs();
        const minute = now - (now % MINUTE);
        const seconds = Math.ceil((minute + MINUTE - now) / 1_000);
        const mine = reserved.get(key.id);
        if (mine?.minute === minute && mine.left > 0) {
          mine.left -= 1;
          return { requests: mine.left + mine.unreserved, seconds };
        }
        if ((await more(key, minute)) === 0) return { requests: -1, seconds };
      }
    },
  };
}
