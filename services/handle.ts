/** The only write path: load, fold, decide, append at the expected revision; idempotent by command id. */
import type { Actor, RecordedEvent } from '../events/envelope.ts';
import type { AccountId, Position, StreamId } from '../events/ids.ts';
import { type Instant, shanghaiDate } from '../events/time.ts';
import { authorise } from './authorise.ts';
import type { AnyCommand, Fold, Given, Reading, Sources } from './command.ts';
import { derivedId } from './identifiers.ts';
import { createStates, type States } from './loading.ts';
import {
  type BlobStore,
  type Clock,
  type EventStore,
  type NewEvent,
  type Vault,
  WrongExpectedRevision,
} from './ports.ts';
import { reachFault } from './reach.ts';
import { createRecordedTime, type RecordedTime } from './recorded-time.ts';
import { record } from './recording.ts';
import { isRejection, type Rejection, refuseForm } from './rejection.ts';
import { authorityFault, hasOwnTime, precedenceFault, timingFault, witnessed } from './stated-time.ts';
import { turns } from './turns.ts';

/** A command as it arrives: from whom, under which key, having seen what. */
export interface CommandRequest {
  readonly actor: Actor;
  readonly commandId: string;
  /** Digest of the body; the same command id with another digest is refused. */
  readonly requestDigest: string;
  readonly correlationId: string;
  readonly causationId?: string;
  /** The revision the caller has seen (If-Match). */
  readonly expectedRevision?: number;
  readonly effectiveAt?: Instant;
  readonly reason?: string;
}

export interface Accepted {
  readonly rejected?: false;
  readonly streamId: StreamId;
  readonly revision: number;
  readonly position: Position;
  /** Events recorded now; empty when the command had been recorded before or changes nothing. */
  readonly events: readonly RecordedEvent[];
}

export type Outcome = Accepted | Rejection;

export interface HandlerPorts {
  readonly store: EventStore;
  readonly vault: Vault;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  /** When events are recorded; the clock's time, held where it would go back, unless told. */
  readonly time?: RecordedTime;
}

export type Handle = (command: AnyCommand, input: unknown, request: CommandRequest) => Promise<Outcome>;

/** Who sends what no person asked for by name. */
export const SYSTEM: Actor = { accountId: 'system' as AccountId, orgId: 'system', role: 'SYS' };

const MAX_ATTEMPTS = 8;

/** The write path over a set of ports. */
export function createHandle(ports: HandlerPorts): Handle {
  const { store, vault, clock } = ports;
  const time = ports.time ?? createRecordedTime({ clock });
  const states = createStates(store, time.learn);
  const sources = sourcesOf(ports, states);
  const inTurn = turns();

  async function attempt(command: AnyCommand, input: unknown, given: Given, request: CommandRequest): Promise<Outcome> {
    const stream = command.stream(input, given);
    const loaded = await states.load(command.fold, stream);
    const before = await states.findDone(stream, loaded, request.commandId);
    if (before) {
      if (before.digest !== request.requestDigest) return reusedKey();
      return { streamId: stream, revision: before.revision, position: before.position, events: [] };
    }
    if (request.expectedRevision !== undefined && request.expectedRevision !== loaded.revision) {
      return staleRevision(request.expectedRevision, loaded.revision);
    }
    const seen = new Set<StreamId>();
    const read = () => resolveAll(command.reads?.(input, loaded.state, given) ?? {}, witnessed(sources, seen));
    let known = await read();
    const first = command.first?.(loaded.state, input, given, known);
    if (first) {
      const outcome = await carryOut(first.command, first.input, onBehalfOf(request));
      if (outcome.rejected) return outcome;
      known = await read();
    }
    const decideNow = () =>
      decided(command, input, loaded.state, givenAt(time.take(), given.actor, request), known, request);
    let events = decideNow();
    if (!isRejection(events) && hasOwnTime(events, request.effectiveAt)) {
      const untimely = await precedenceFault(states, stream, events, request.effectiveAt, seen);
      if (untimely) return untimely;
      events = decideNow();
    }
    if (isRejection(events)) return events;
    if (events.length === 0) {
      return { streamId: stream, revision: loaded.revision, position: loaded.position, events: [] };
    }
    // Nothing is waited for between a decision and its append, so that recorded times follow positions.
    const appended = await store.append(stream, loaded.revision, events);
    const after = states.advance(command.fold, stream, loaded, appended);
    return { streamId: stream, revision: after.revision, position: after.position, events: appended };
  }

  const carryOut: Handle = async (command, input, request) => {
    const parsed = command.input.safeParse(input);
    if (!parsed.success) return invalidInput(parsed.error.issues);
    const now = clock.now();
    const untimely = timingFault(command, request, now);
    if (untimely) return untimely;
    const actor = await authorise(command, request.actor, shanghaiDate(now), sources);
    if (isRejection(actor)) return actor;
    const notThen = await authorityFault(states, command, request);
    if (notThen) return notThen;
    const stream = command.stream(parsed.data, givenAt(now, actor, request));
    return inTurn(stream, async () => {
      const given = givenAt(clock.now(), actor, request);
      for (let tries = 1; ; tries += 1) {
        try {
          return await attempt(command, parsed.data, given, request);
        } catch (error) {
          if (!(error instanceof WrongExpectedRevision) || tries === MAX_ATTEMPTS) throw error;
        }
      }
    });
  };
  // The log keeps the digest keyed: a name in the request could be guessed from a plain one, also after its erasure.
  return (command, input, request) =>
    carryOut(command, input, { ...request, requestDigest: vault.keyed(request.requestDigest) });
}

/** What a command decides, ready to be appended. */
function decided(
  command: AnyCommand,
  input: unknown,
  state: unknown,
  given: Given,
  known: never,
  request: CommandRequest,
): readonly NewEvent[] | Rejection {
  const decision = command.decide(state, input, given, known);
  if (isRejection(decision)) return decision;
  if (decision.length === 0) return [];
  const outOfReach = reachFault(command.reach, input as Readonly<Record<string, unknown>>, given.today);
  if (outOfReach) return outOfReach;
  const about = command.about(state, input, given);
  const circumstance = { given, request, about, planVersion: command.planVersion?.(known) };
  return decision.map((draft, index) => record(draft, index, circumstance));
}

function givenAt(now: Instant, actor: Actor, request: CommandRequest): Given {
  return {
    actor,
    commandId: request.commandId,
    now,
    today: shanghaiDate(now),
    effectiveAt: request.effectiveAt ?? now,
    ...(request.reason !== undefined && { reason: request.reason }),
    // Most commands make no new thing: the id is derived when it is asked for.
    get newId() {
      return derivedId(request.commandId);
    },
  };
}

/** The request of a preliminary command: repeated with its cause, it is the same command again. */
function onBehalfOf(cause: CommandRequest): CommandRequest {
  return {
    actor: SYSTEM,
    commandId: `${cause.commandId}/first`,
    requestDigest: cause.requestDigest,
    correlationId: cause.correlationId,
    causationId: cause.commandId,
  };
}

function sourcesOf({ store, vault, blobs }: HandlerPorts, states: States): Sources {
  return {
    stream: async (fold, stream) => (await states.load(fold as Fold<never>, stream)).state,
    log: async (fold, types, upTo) =>
      states.loadLog(fold as Fold<never>, types, upTo === 'head' ? await store.head() : upTo),
    head: () => store.head(),
    seal: (subject, value) => vault.seal(subject, value),
    subjectOf: (orgId, name) => vault.subjectOf(orgId, name),
    keyed: text => vault.keyed(text),
    open: value => vault.open(value),
    blob: (orgId, sha256) => blobs.statUploadedBy(orgId, sha256),
  };
}

async function resolveAll(readings: Record<string, Reading<unknown>>, sources: Sources): Promise<never> {
  const known: Record<string, unknown> = {};
  for (const [name, reading] of Object.entries(readings)) known[name] = await reading.resolve(sources);
  return known as never;
}

function reusedKey(): Rejection {
  return refuseForm(
    'reused',
    'idempotency-key-reused',
    '同一幂等键已用于另一请求内容',
    'This idempotency key was used with another body',
  );
}

function staleRevision(seen: number, actual: number): Rejection {
  return refuseForm(
    'stale',
    'stale-revision',
    `内容已更新：您看到的是第 ${seen} 版，当前为第 ${actual} 版`,
    `You saw revision ${seen}, the current one is ${actual}`,
  );
}

function invalidInput(
  issues: readonly { readonly path: readonly PropertyKey[]; readonly code?: string; readonly message: string }[],
): Rejection {
  return refuseForm(
    'invalid',
    'invalid-input',
    '请求内容不符合要求',
    'The request content is not valid',
    issues.map(issue => ({
      pointer: issue.path.map(part => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
      code: issue.code ?? 'invalid',
      detail: issue.message,
    })),
  );
}
