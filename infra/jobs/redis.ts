/** Connections to the Redis of the jobs, and what that Redis must be. */
import { Redis } from 'ioredis';
import type { Address } from '../compose/engine-address.ts';
import type { RefusalKind } from '../compose/engine-refused.ts';
import { type Alarm, oncePerEpisode } from '../observability/alarm.ts';
import { REQUIRED_POLICY, WrongEvictionPolicy } from './eviction-policy.ts';

/**
 * Throws {@link WrongEvictionPolicy}. Asks CONFIG, which names the policy everywhere it is allowed, and INFO where a
 * hosted Redis forbids CONFIG; a policy that neither tells is not trusted.
 */
export async function requireNoEviction(redis: Redis): Promise<void> {
  const policy = (await configuredPolicy(redis)) ?? (await reportedPolicy(redis)) ?? 'unknown';
  if (policy !== REQUIRED_POLICY) throw new WrongEvictionPolicy(policy);
}

async function configuredPolicy(redis: Redis): Promise<string | undefined> {
  try {
    const answer = (await redis.config('GET', 'maxmemory-policy')) as readonly string[];
    return answer[1];
  } catch (error) {
    // An error that Redis answered with, as opposed to no answer at all.
    if ((error as Error).name === 'ReplyError') return undefined;
    throw error;
  }
}

async function reportedPolicy(redis: Redis): Promise<string | undefined> {
  return /^maxmemory_policy:(\S+)/m.exec(await redis.info('memory'))?.[1];
}

/** Whether Redis does not let this system in, or do what it must, by the code that its answer begins with. */
export function redisRefusalOf(error: unknown): RefusalKind | undefined {
  const { name, message } = error as Error;
  if (name !== 'ReplyError') return undefined;
  if (/^NOPERM/.test(message)) return 'right';
  // Servers before 6.0 have no code for it.
  return /^(WRONGPASS|NOAUTH|ERR invalid password)/.test(message) ? 'sign-in' : undefined;
}

/** Milliseconds until a lost connection is tried again: soon, then every second. */
const reconnectAfter = (times: number) => Math.min(50 * 2 ** times, 1_000);

/** After a failover the old primary still answers, as a replica: the name of the primary leads elsewhere by now. */
const reconnectFromReplica = (error: Error) => error.message.startsWith('READONLY');

/** For callers who wait for an answer: a command fails within `answerMs`, whatever the network does. */
export function connectToAnswer({ url }: Address, answerMs: number, name: string): Redis {
  const redis = new Redis(url(), {
    connectionName: name,
    connectTimeout: answerMs,
    commandTimeout: answerMs,
    // A half-open connection is given up for a new one, not only its commands.
    socketTimeout: answerMs,
    maxRetriesPerRequest: 1,
    retryStrategy: reconnectAfter,
    reconnectOnError: reconnectFromReplica,
  });
  return signingInBy(redis, url);
}

/** For the worker, which outwaits any outage. BullMQ copies it for its blocking reads of up to 10 s. */
export function connectToWait({ url }: Address, name: string): Redis {
  const redis = new Redis(url(), {
    connectionName: name,
    connectTimeout: 5_000,
    socketTimeout: 15_000,
    maxRetriesPerRequest: null,
    retryStrategy: reconnectAfter,
    reconnectOnError: reconnectFromReplica,
  });
  return signingInBy(redis, url);
}

/** Each attempt to connect takes user and password from the address as it stands then; so does each copy that BullMQ makes. */
function signingInBy(redis: Redis, url: Address['url']): Redis {
  const part = (name: 'username' | 'password') => ({
    enumerable: true,
    get: () => decodeURIComponent(new URL(url())[name]) || null,
  });
  Object.defineProperties(redis.options, { username: part('username'), password: part('password') });
  const duplicate = redis.duplicate.bind(redis);
  redis.duplicate = override => signingInBy(duplicate(override), url);
  return redis;
}

/**
 * Tells of errors on a connection; the clients report one with each attempt to come back. Its message alone: an error of
 * the client holds the command that failed, and so the password where that is the sign-in.
 */
export function sparingly(alarm: Alarm): (error: Error) => void {
  const sparing = oncePerEpisode(alarm);
  return error => sparing('trouble in the jobs on Redis', { error: String(error) });
}
