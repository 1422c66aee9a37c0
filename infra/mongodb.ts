/** The MongoDB server that read models, keys, files and leases share, and what its errors mean. */
import {
  type Db,
  MongoClient,
  type MongoClientOptions,
  MongoError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerClosedError,
  MongoServerError,
  MongoStalePrimaryError,
  MongoSystemError,
  MongoTopologyClosedError,
} from 'mongodb';
import { StoreUnavailable } from '../services/ports.ts';
import { closeInTurn } from './compose/closing.ts';
import { EngineRefused, type RefusalKind } from './compose/engine-refused.ts';
import { whenStuck } from './mongodb-stuck.ts';
import type { Alarm } from './observability/alarm.ts';

export interface Mongo {
  /** The database that the URL names, else the namespace. */
  readonly db: Db;
  /** The same database over a line of its own, for what must not wait behind other work; connected by its first use. */
  readonly aside: Db;
  /** Connections of the pool that stand. */
  connections(): number;
  /** Goes on over new connections, as another user or with another password; what is under way is finished over the old. */
  renew(url: string): void;
  close(): Promise<void>;
}

export interface MongoOptions {
  readonly namespace: string;
  /** Is told of a driver that stood still. */
  readonly alarm?: Alarm;
}

/** Milliseconds. Together they let every outage be answered within about five seconds. */
const TIMEOUTS = {
  serverSelectionTimeoutMS: 2_000,
  connectTimeoutMS: 2_000,
  waitQueueTimeoutMS: 2_000,
  // A server that has fallen silent: no error would ever come from its sockets.
  socketTimeoutMS: 4_000,
  // The check that finds dead connections and clears them away, and that finds the server when it is back.
  heartbeatFrequencyMS: 2_000,
};

/** The driver opens two at once: where an answer takes half a second, a burst of reads would wait for them in vain. */
const CONNECTING_AT_ONCE = 16;
/** A beat and a read of the leases. */
const CONNECTIONS_ASIDE = 3;

/** Clients of a server that is not asked yet. Throws when the URL is none, RangeError when it names a database of the server's own. */
export function clientsOf(url: string, { namespace }: MongoOptions) {
  const database = databaseOf(url) ?? namespace;
  if (OF_THE_SERVER.has(database)) {
    throw new RangeError(`MONGODB_URL：${database} 是服务器自用的数据库 (is the server’s own database)`);
  }
  const options: MongoClientOptions = {
    ...TIMEOUTS,
    // `journal` for a single node, whose majority is itself: without it an acknowledged write may be in memory only.
    writeConcern: { w: 'majority', journal: true, wtimeoutMS: 3_000 },
    // What the primary has, be it acknowledged or not: rows are functions of the log, so one that a failover takes back
    // is made again, and no topology refuses this level.
    readConcern: { level: 'local' },
    readPreference: 'primary',
    // Not every topology and gateway has the driver's retries; ours are under guards, and everybody else gets a 503.
    retryWrites: false,
    retryReads: false,
  };
  return {
    database,
    client: new MongoClient(url, { ...options, maxConnecting: CONNECTING_AT_ONCE }),
    aside: new MongoClient(url, { ...options, maxPoolSize: CONNECTIONS_ASIDE }),
  };
}

/** Throws {@link StoreUnavailable} when the server is not there, and as {@link clientsOf} does. */
export async function openMongo(url: string, options: MongoOptions): Promise<Mongo> {
  const former = new Set<Lines>();
  const renew = (at: string) => {
    const old = lines;
    lines = linesTo(at, options, () => connectAnew(at));
    former.add(old);
    old.unwatch();
    const end = () => old.close().finally(() => former.delete(old));
    setTimeout(() => void end().catch(() => undefined), ANSWER_MS).unref();
  };
  const connectAnew = (at: string) => {
    options.alarm?.('the driver of MongoDB waits for ever, connecting anew', {});
    renew(at);
  };
  let lines = linesTo(url, options, () => connectAnew(url));
  try {
    await lines.client.connect();
  } catch (error) {
    await lines.close();
    throw mongoErrorMeaning(error);
  }
  return {
    db: alwaysPresent(() => lines.db),
    aside: alwaysPresent(() => lines.aside),
    connections: () => [...former, lines].reduce((sum, { connections }) => sum + connections(), 0),
    renew,
    close: () => closeInTurn([...former, lines].map(({ close }) => close)),
  };
}

/** The clients of one address, with their databases. */
interface Lines {
  readonly client: MongoClient;
  readonly db: Db;
  readonly aside: Db;
  connections(): number;
  unwatch(): void;
  close(): Promise<void>;
}

/** Not connected yet. `stuck` is called when they will never go on. */
function linesTo(url: string, options: MongoOptions, stuck: () => void): Lines {
  const { client, aside, database } = clientsOf(url, options);
  let connections = 0;
  client.on('connectionCreated', () => (connections += 1));
  client.on('connectionClosed', () => (connections -= 1));
  const unwatch = whenStuck([client, aside], stuck);
  return {
    client,
    db: client.db(database),
    aside: aside.db(database),
    connections: () => connections,
    unwatch,
    async close() {
      unwatch();
      await aside.close();
      await client.close();
    },
  };
}

/** Stands for a database whose connections may be renewed, with collections that go on over the new ones. */
function alwaysPresent(present: () => Db): Db {
  const collection = (...named: Parameters<Db['collection']>) => {
    let of = present();
    let found = of.collection(...named);
    return leadingTo(() => {
      if (of !== present()) {
        of = present();
        found = of.collection(...named);
      }
      return found;
    });
  };
  return leadingTo(present, { collection });
}

/** The object that is asked for at the moment, but for members of its own. */
function leadingTo<T extends object>(present: () => T, own: object = {}): T {
  return new Proxy(own as T, {
    get(_own, name) {
      if (Object.hasOwn(own, name)) return Reflect.get(own, name);
      const target = present();
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Often meant to say where the user is known, which is `authSource`. */
const OF_THE_SERVER: ReadonlySet<string> = new Set(['admin', 'config', 'local']);

/** The driver itself does not tell a database that was named `test` from one that was not named. */
function databaseOf(url: string): string | undefined {
  const name = /^mongodb(?:\+srv)?:\/\/[^/?]+\/([^?]+)/.exec(url)?.[1];
  return name && decodeURIComponent(name);
}

/**
 * Milliseconds for one large write. The driver never ends a write by itself that a server which stands still has half
 * taken: it waits to be rid of the rest, and hears neither the socket's timeout nor its end.
 */
export const WRITE_MS = 10_000;
/** Milliseconds. By all of its own limits the driver has answered long before. */
const ANSWER_MS = 15_000;

/** What the server answers within `ms`; an outage as {@link StoreUnavailable}, a fault of the program as it is. */
export async function answered<T>(answer: Promise<T>, ms = ANSWER_MS): Promise<T> {
  try {
    return await inTime(answer, ms);
  } catch (error) {
    throw mongoErrorMeaning(error);
  }
}

/** The answer, or the driver's own error; {@link StoreUnavailable} when neither comes within `ms`. */
export async function inTime<T>(answer: Promise<T>, ms = ANSWER_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(mongoUnavailable(new Error(`no answer within ${ms} ms`))), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What to throw for an error of the driver. */
export function mongoErrorMeaning(error: unknown): unknown {
  if (error instanceof MongoServerError) {
    const refusal = REFUSALS.get(error.code);
    if (refusal) return new EngineRefused('MongoDB', refusal, error);
  }
  return isOutage(error) ? mongoUnavailable(error) : error;
}

/** MongoDB cannot serve; the cause is kept for the log, not shown to callers. */
export function mongoUnavailable(cause?: unknown): StoreUnavailable {
  return new StoreUnavailable('MongoDB cannot serve now', { cause });
}

export const DUPLICATE_KEY = 11_000;

/** Another document has the key already. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}

const REFUSALS: ReadonlyMap<unknown, RefusalKind> = new Map([
  [13, 'right'], // Unauthorized
  [18, 'sign-in'], // AuthenticationFailed
]);

const NAMESPACE_NOT_FOUND = 26;

/** There is no such collection. */
export function isMissing(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === NAMESPACE_NOT_FOUND;
}

/** Answers that would be the same tomorrow. Any other code, known or not, may be an outage that shows itself so. */
const FAULTS: ReadonlySet<number> = new Set([
  2, // BadValue
  9, // FailedToParse
  13, // Unauthorized
  14, // TypeMismatch
  20, // IllegalOperation
  NAMESPACE_NOT_FOUND,
  27, // IndexNotFound
  40, // ConflictingUpdateOperators
  48, // NamespaceExists
  52, // DollarPrefixedFieldName
  53, // InvalidIdField
  54, // NotSingleValueField
  56, // EmptyFieldName
  57, // DottedFieldName
  59, // CommandNotFound
  66, // ImmutableField
  67, // CannotCreateIndex
  72, // InvalidOptions
  73, // InvalidNamespace
  85, // IndexOptionsConflict
  86, // IndexKeySpecsConflict
  115, // CommandNotSupported
  121, // DocumentValidationFailure
  10_334, // BSONObjectTooLarge
  DUPLICATE_KEY,
]);

/** Whether a server's answer says that nothing is wrong with the question, so that it may be put again. */
export function isPassing(code: unknown): boolean {
  return typeof code !== 'number' || !FAULTS.has(code);
}

const SILENT = [MongoNetworkError, MongoOperationTimeoutError, MongoSystemError];
/** API errors that only say what the connection has come to. */
const LOST = [MongoNotConnectedError, MongoServerClosedError, MongoStalePrimaryError, MongoTopologyClosedError];

function isOutage(error: unknown): boolean {
  if (error instanceof MongoServerError) return isPassing(error.code);
  if (SILENT.some(kind => error instanceof kind)) return true;
  if (LOST.some(kind => error instanceof kind)) return true;
  return isNameLookup(error) || isFullPool(error);
}

/** The records behind a `mongodb+srv` URL could not be had. */
function isNameLookup(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && String(error.syscall).startsWith('query');
}

/** No connection became free in time; the driver does not export the class. */
function isFullPool(error: unknown): boolean {
  return error instanceof MongoError && error.name === 'MongoWaitQueueTimeoutError';
}
