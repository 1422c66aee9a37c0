/** What a disk that fails means to callers: nothing was acknowledged, why, and when to come again. */
import { type OutageReason, StoreUnavailable } from '../../services/ports.ts';

/** Primary result codes of SQLite (https://www.sqlite.org/rescode.html); the extended ones have more bits. */
const SQLITE: Readonly<Record<number, OutageReason>> = {
  5: 'busy',
  6: 'busy',
  8: 'read-only',
  10: 'failing',
  11: 'damaged',
  13: 'full',
  14: 'failing',
  26: 'damaged',
};
const PRIMARY = 0xff;

/** Error codes of the system. */
const SYSTEM: Readonly<Record<string, OutageReason>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EFBIG: 'full',
  EROFS: 'read-only',
  EACCES: 'read-only',
  EPERM: 'read-only',
  EIO: 'failing',
  EMFILE: 'busy',
  ENFILE: 'busy',
};

/** Seconds: somebody has to make room, or to look at the disk. */
const RETRY_AFTER = 10;
const RETRY_AFTER_BUSY = 2;

/** Why the disk could not do it; undefined for an error that is not the disk's. */
export function reasonOf(error: unknown): OutageReason | undefined {
  if (!(error instanceof Error)) return undefined;
  const { errcode, code } = error as { readonly errcode?: unknown; readonly code?: unknown };
  if (typeof errcode === 'number') return SQLITE[errcode & PRIMARY];
  return typeof code === 'string' ? SYSTEM[code] : undefined;
}

/** The outage that an error of the disk is; any other error as it is. */
export function outageOf(error: unknown, what: string): unknown {
  const reason = reasonOf(error);
  if (!reason) return error;
  const retryAfter = reason === 'busy' ? RETRY_AFTER_BUSY : RETRY_AFTER;
  return new StoreUnavailable(`${what}: ${(error as Error).message}`, { cause: error, reason, retryAfter });
}

/** The same, where whatever went wrong is an outage to the caller. */
export function unavailable(error: unknown, what: string): StoreUnavailable {
  const outage = outageOf(error, what);
  return outage instanceof StoreUnavailable ? outage : new StoreUnavailable(what, { cause: error });
}

/** The same store, whose broken promises are outages where the disk broke them. */
export function tellingOutages<T extends object>(store: T, what: string): T {
  const methods = new WeakMap<object, unknown>();
  return new Proxy(store, {
    get(_target, name) {
      const value: unknown = Reflect.get(store, name, store);
      if (typeof value !== 'function') return value;
      const known = methods.get(value);
      if (known) return known;
      const method = (...args: unknown[]) => {
        const answer: unknown = Reflect.apply(value, store, args);
        if (!(answer instanceof Promise)) return answer;
        return answer.catch(error => {
          throw outageOf(error, what);
        });
      };
      methods.set(value, method);
      return method;
    },
  });
}
