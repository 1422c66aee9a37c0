/**
 * Faults and refusals for lack of room, as the log tells them: whoever makes a server refuse or fail again and again must
 * not fill its disk with it.
 */
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { StoreUnavailable } from '../../services/ports.ts';
import { TooBusy } from '../bounded.ts';
import { Problem, problemOf } from './problem.ts';

/** Of the same kind, one line in so many milliseconds. */
const ONCE_IN_MS = 10_000;
/** Kinds that are told apart. */
const KINDS = 500;
/** Of what an error says, enough to know it again. */
const KNOWN_BY = 120;

export type FaultLog = (error: unknown, correlationId: string) => void;

/** `now` in milliseconds, from wherever. */
export function createFaultLog(logger: Logger, now: () => number = () => performance.now()): FaultLog {
  const told = new LRUCache<string, { readonly at: number; unsaid: number }>({ max: KINDS });
  return (error, correlationId) => {
    const kind = kindOf(error);
    const last = told.get(kind);
    if (last && now() - last.at < ONCE_IN_MS) {
      last.unsaid += 1;
      return;
    }
    told.set(kind, { at: now(), unsaid: 0 });
    const line = { correlationId, ...(last && last.unsaid > 0 && { unsaid: last.unsaid }) };
    if (isExpected(error)) logger.warn({ ...line, code: kind, ...causeOf(error) }, 'request refused');
    else logger.error({ err: error, ...line }, 'request failed');
  };
}

/** Numbers and ids, which differ from one fault to the next of its kind. */
const PARTICULAR = /[0-9a-f]{8,}|\d+/g;

/** Refusals are known by their code, faults by what they say. */
function kindOf(error: unknown): string {
  if (error instanceof Problem || error instanceof TooBusy) return problemOf(error).code;
  const says = error instanceof StoreUnavailable ? `store-unavailable: ${error.message}` : String(error);
  return says.slice(0, KNOWN_BY).replaceAll(PARTICULAR, '#');
}

function causeOf({ cause }: Error): { readonly cause?: string } {
  return cause === undefined ? {} : { cause: String(cause) };
}

/** A refusal is no fault of ours: where it was thrown says nothing. */
function isExpected(error: unknown): error is Problem | StoreUnavailable | TooBusy {
  return error instanceof Problem || error instanceof StoreUnavailable || error instanceof TooBusy;
}
