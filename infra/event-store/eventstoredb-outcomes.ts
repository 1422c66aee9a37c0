/** What an answer of EventStoreDB that is none means: an outage, a fault of ours, or a place where nothing stands. */
import {
  convertToCommandError,
  DeadlineExceededError,
  MaxAppendSizeExceededError,
  NotLeaderError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { Status } from '@eventstore/db-client/generated/status_pb.js';
import { NoSuchPosition } from '../../projections/ports.ts';
import { AppendTooLarge, StoreUnavailable } from '../../services/ports.ts';
import { EngineRefused, type RefusalKind } from '../compose/engine-refused.ts';

const INVALID_ARGUMENT = 3;
const DEADLINE_EXCEEDED = 4;
const NOT_FOUND = 5;
const RESOURCE_EXHAUSTED = 8;
const FAILED_PRECONDITION = 9;
const ABORTED = 10;
const UNIMPLEMENTED = 12;
/** Status codes of gRPC that no waiting would mend: the request itself is at fault. */
const AT_FAULT: ReadonlySet<unknown> = new Set([INVALID_ARGUMENT, FAILED_PRECONDITION, UNIMPLEMENTED]);
/** What concerns every call of this user. */
const REFUSALS: ReadonlyMap<unknown, RefusalKind> = new Map([
  [7, 'right'], // PERMISSION_DENIED
  [16, 'sign-in'], // UNAUTHENTICATED
]);
/** What servers say of a position where no record begins; those before 24.2 also when they cannot read at all. */
const INVALID_POSITION = /ReadAllResult: (Error|InvalidPosition)/;
/** Servers before 24.10.3 end a write so that was under way when another leader was elected. */
const ENDED_WITHOUT_ANSWER = /No message received/;

/** What Node 26 answers to a TLS connection to an IP address, which its gRPC library asks for by name. */
const NAMELESS = /Setting the TLS ServerName to an IP address/;
const NAME_THE_NODES =
  ' Give the nodes names: in EVENTSTOREDB_URL, and as what they advertise to clients where they form a cluster.';

/** A server did not answer in time. */
export class NoAnswer extends Error {
  constructor(ms: number) {
    super(`no answer within ${ms} ms`);
    this.name = 'NoAnswer';
  }
}

/** A node says that it cannot serve, and not which one can. */
export class NotReady extends Error {}

/** A call that others shared has ended under way: whether this one was carried out is not known. */
export class EndedUnderWay extends Error {}

export interface CallOutcome {
  readonly error: unknown;
  /** A connection of its own, to a node found anew, may help: the server is silent, or not the one to ask. */
  readonly needsAnother: boolean;
}

/** What a failed call means for the caller: what does not come from an outage is passed on as it is. */
export function callOutcomeOf(raw: unknown): CallOutcome {
  const error = raw instanceof Error ? convertToCommandError(raw) : raw;
  if (isInvalidPosition(error)) return { error: new NoSuchPosition({ cause: error }), needsAnother: false };
  const refusal = refusalKindOf(error);
  if (refusal) return { error: new EngineRefused('EventStoreDB', refusal, error), needsAnother: false };
  if (isAtFault(error)) return { error, needsAnother: false };
  const needsAnother = error instanceof NoAnswer || error instanceof DeadlineExceededError || error instanceof NotReady;
  // A new leader has been found already; the next call goes to it.
  const retryAfter = error instanceof NotLeaderError ? 1 : 2;
  const reason = error instanceof Error ? error.message : String(error);
  const message = `EventStoreDB cannot serve now: ${reason}${NAMELESS.test(reason) ? NAME_THE_NODES : ''}`;
  return { error: new StoreUnavailable(message, { cause: error, retryAfter }), needsAnother };
}

/** An outage in which the server said nothing, rather than that it cannot serve. */
export function isSilence(error: unknown): boolean {
  return error instanceof StoreUnavailable && error.cause instanceof NoAnswer;
}

/** A read or a subscription from where no record begins. */
export function isInvalidPosition(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const isArgument = 'code' in error && error.code === INVALID_ARGUMENT && /position/i.test(error.message);
  return isArgument || INVALID_POSITION.test(error.message);
}

/** Another revision than the expected one, by the server's own check. */
export function isWrongRevision(raw: unknown): boolean {
  return raw instanceof Error && convertToCommandError(raw) instanceof WrongExpectedVersionError;
}

/** How a server, or a proxy before it, refuses a message for its size; the same code says that it has too much to do. */
const TOO_LARGE = /larger than|exceeds the maximum/;

/** The bound in bytes that an append of this size was above; undefined for every other error. */
export function exceededBound(raw: unknown, size: number): number | undefined {
  if (!(raw instanceof Error)) return undefined;
  const error = convertToCommandError(raw);
  if (error instanceof MaxAppendSizeExceededError) return error.maxAppendSize ?? size - 1;
  const isMessage = 'code' in raw && raw.code === RESOURCE_EXHAUSTED && TOO_LARGE.test(raw.message);
  // The bound of a message is not told.
  return isMessage ? size - 1 : undefined;
}

function refusalKindOf(error: unknown): RefusalKind | undefined {
  return error instanceof Error && 'code' in error ? REFUSALS.get(error.code) : undefined;
}

/** Kinds that are told as they are. */
const OURS = [StoreUnavailable, AppendTooLarge, TypeError, RangeError];

function isAtFault(error: unknown): boolean {
  if (OURS.some(kind => error instanceof kind)) return true;
  return (
    error instanceof Error && 'code' in error && AT_FAULT.has(error.code) && !ENDED_WITHOUT_ANSWER.test(error.message)
  );
}

/** The error of each append that was under way in a shared call when it ended. */
export function endedUnderWay(raw: Error): Error {
  const error = convertToCommandError(raw);
  const isOfAll = error instanceof NotLeaderError || refusalKindOf(error) !== undefined;
  return isOfAll ? error : new EndedUnderWay(`the server ended the call: ${error.message}`, { cause: error });
}

/** The refusal of one append among those that share a call, as the error that a call of its own would end with. */
export function appendRefusalOf(status: Status): Error {
  const details = status.getDetails();
  const name = details?.getTypeName();
  const message = status.getMessage();
  if (name === 'event_store.client.WrongExpectedVersion') {
    return new WrongExpectedVersionError(undefined, { streamName: '', current: 'no_stream', expected: 'any' });
  }
  if (details && name === 'event_store.client.MaximumAppendSizeExceeded') {
    const exceeded = details.unpack(shared.MaximumAppendSizeExceeded.deserializeBinary, name);
    if (exceeded) return MaxAppendSizeExceededError.fromMaxAppendSize(exceeded.getMaxappendsize());
  }
  // Not ready, too busy, no leader known: said without a code.
  const code = Number(status.getCode());
  if (code === 0) return new NotReady(message);
  return new Refused(AS_OF_A_CALL.get(code) ?? code, message);
}

/** Where a shared call says it otherwise: a timeout of the server's write is no silence, a deleted stream is a fault. */
const AS_OF_A_CALL: ReadonlyMap<number, number> = new Map([
  [DEADLINE_EXCEEDED, ABORTED],
  [NOT_FOUND, FAILED_PRECONDITION],
]);

class Refused extends Error {
  readonly code: number;
  readonly details: string;
  constructor(code: number, details: string) {
    super(details);
    this.code = code;
    this.details = details;
  }
}
