/** The only write path: load, fold, decide, append at the expected revision; idempotent by command id. */
import { LRUCache } from 'lru-cache';
import { accountStream } from '../events/account.ts';
import { entrustmentStream } from '../events/entrustment.ts';
import type { Actor, Meta, RecordedEvent } from '../events/envelope.ts';
import type { Draft } from '../events/fact.ts';
import {
  type AccountId,
  comparePositions,
  type EntrustmentId,
  type Position,
  START,
  type StreamId,
} from '../events/ids.ts';
import { type Instant, shanghaiDate } from '../events/time.ts';
import { covers, mandate } from './clerical.ts';
import type { AnyCommand, Fold, Given, Reading, Sources } from './command.ts';
import { derivedId, eventId } from './identifiers.ts';
import type { BlobStore, Clock, EventStore, NewEvent, Vault } from './ports.ts';
import { NO_STREAM, WrongExpectedRevision } from './ports.ts';
import { isRejection, notFound, type Rejection, refuse, refuseForm } from './rejection.ts';
import { holdsRole, standing } from './standing.ts';

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
}

export type Handle = (command: AnyCommand, input: unknown, request: CommandRequest) => Promise<Outcome>;

interface Done {
  readonly digest: string;
  readonly revision: number;
  readonly position: Position;
}

interface Loaded<S = unknown> {
  readonly state: S;
  readonly revision: number;
  readonly position: Position;
  /** Commands already recorded in the stream; shared by successive states of one stream. */
  readonly done: Map<string, Done>;
}

/** Who sends what no person asked for by name. */
const SYSTEM: Actor = { accountId: 'system' as AccountId, orgId: 'system', role: 'SYS' };

const MAX_ATTEMPTS = 8;
const CACHED_STATES = 5_000;
const LOG_PAGE = 1_000;

/** The write path over a set of ports. */
export function createHandle(ports: HandlerPorts): Handle {
  const { store, clock } = ports;
  const states = new LRUCache<string, Loaded>({ max: CACHED_STATES });
  const logStates = new LRUCache<string, { state: unknown; position: Position }>({ max: 100 });
  const inTurn = turns();

  async function load<S>(fold: Fold<S>, stream: StreamId): Promise<Loaded<S>> {
    const key = `${fold.name} ${stream}`;
    const cached = states.get(key) as Loaded<S> | undefined;
    const from = cached ?? { state: fold.initial, revision: NO_STREAM, position: START, done: new Map<string, Done>() };
    const events = await store.readStream(stream, from.revision);
    if (events.length === 0) return from;
    return remember(key, advance(fold, from, events));
  }

  function remember<S>(key: string, loaded: Loaded<S>): Loaded<S> {
    const present = states.get(key);
    if (!present || present.revision < loaded.revision) states.set(key, loaded);
    return loaded;
  }

  async function loadLog<S>(fold: Fold<S>, types: readonly string[], upTo: Position): Promise<S> {
    const cached = logStates.get(fold.name) as { state: S; position: Position } | undefined;
    const usable = cached && comparePositions(cached.position, upTo) <= 0;
    let { state, position } = usable ? cached : { state: fold.initial, position: START };
    while (comparePositions(position, upTo) < 0) {
      const page = await store.readAll(position, LOG_PAGE);
      for (const event of page) {
        if (comparePositions(event.position, upTo) > 0) break;
        if (types.includes(event.type)) state = fold.evolve(state, event);
      }
      const last = page.at(-1);
      if (!last) break;
      position = comparePositions(last.position, upTo) > 0 ? upTo : last.position;
    }
    logStates.set(fold.name, { state, position });
    return state;
  }

  const sources: Sources = {
    stream: async (fold, stream) => (await load(fold as Fold<never>, stream)).state,
    log: async (fold, types, upTo) => loadLog(fold as Fold<never>, types, upTo === 'head' ? await store.head() : upTo),
    head: () => store.head(),
    seal: (subject, value) => ports.vault.seal(subject, value),
    subjectOf: (orgId, name) => ports.vault.subjectOf(orgId, name),
    blob: sha256 => ports.blobs.stat(sha256),
  };

  /** The actor as the log names him, or why he may not send this command. */
  async function authorise(command: AnyCommand, actor: Actor, today: string): Promise<Actor | Rejection> {
    if (actor.role === 'SYS') return command.allow.includes('SYS') ? actor : forbidden(command);
    const held = await sources.stream(standing, accountStream(actor.accountId as AccountId));
    if (!holdsRole(held, actor, today)) {
      return refuseForm(
        'forbidden',
        'role-not-held',
        '账户当前不具有该角色',
        'The account does not hold this role today',
      );
    }
    if (command.allow.includes(actor.role)) return actor;
    if (actor.role !== 'TPO') return forbidden(command);
    const entrusted = await sources.stream(mandate, entrustmentStream(actor.orgId as EntrustmentId));
    if (command.clerical && covers(entrusted, command.name, today)) {
      return { ...actor, actedAs: 'MSR', entrustmentId: actor.orgId };
    }
    return refuse(
      ['art-05', '（二）'],
      'outside-entrustment',
      '第三方机构只能在委托事项和期限内办理事务性工作',
      'The third party may only do clerical work within the scope and term of its entrustment',
      'forbidden',
    );
  }

  async function attempt(command: AnyCommand, input: unknown, given: Given, request: CommandRequest): Promise<Outcome> {
    const stream = command.stream(input, given);
    const key = `${command.fold.name} ${stream}`;
    const loaded = await load(command.fold, stream);
    const before = loaded.done.get(request.commandId);
    if (before) {
      if (before.digest !== request.requestDigest) return reusedKey();
      return { streamId: stream, revision: before.revision, position: before.position, events: [] };
    }
    if (request.expectedRevision !== undefined && request.expectedRevision !== loaded.revision) {
      return staleRevision(request.expectedRevision, loaded.revision);
    }
    const first = command.first?.(input, loaded.state, given);
    if (first) {
      const outcome = await handle(first.command, first.input, onBehalfOf(request));
      if (outcome.rejected) return outcome;
    }
    const known = await resolveAll(command.reads?.(input, loaded.state, given) ?? {}, sources);
    const decision = command.decide(loaded.state, input, given, known);
    if (isRejection(decision)) return decision;
    if (decision.length === 0) {
      return { streamId: stream, revision: loaded.revision, position: loaded.position, events: [] };
    }
    const about = command.about(loaded.state, input, given);
    const planVersion = command.planVersion?.(known);
    const drafts = decision.map((draft, index) => record(draft, index, given, request, about, planVersion));
    const events = await store.append(stream, loaded.revision, drafts);
    const after = remember(key, advance(command.fold, loaded, events));
    return { streamId: stream, revision: after.revision, position: after.position, events };
  }

  const handle: Handle = async (command, input, request) => {
    const parsed = command.input.safeParse(input);
    if (!parsed.success) return invalidInput(parsed.error.issues);
    const now = clock.now();
    const timing = checkTiming(request, now);
    if (timing) return timing;
    const actor = await authorise(command, request.actor, shanghaiDate(now));
    if (isRejection(actor)) return actor;
    const given: Given = {
      actor,
      commandId: request.commandId,
      now,
      today: shanghaiDate(now),
      effectiveAt: request.effectiveAt ?? now,
      ...(request.reason !== undefined && { reason: request.reason }),
      newId: derivedId(request.commandId),
    };
    return inTurn(command.stream(parsed.data, given), async () => {
      for (let tries = 1; ; tries += 1) {
        try {
          return await attempt(command, parsed.data, given, request);
        } catch (error) {
          if (!(error instanceof WrongExpectedRevision) || tries === MAX_ATTEMPTS) throw error;
        }
      }
    });
  };
  return handle;
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

function advance<S>(fold: Fold<S>, from: Loaded<S>, events: readonly RecordedEvent[]): Loaded<S> {
  let { state, revision, position } = from;
  for (const event of events) {
    state = fold.evolve(state, event);
    ({ revision, position } = event);
    from.done.set(event.meta.commandId, { digest: event.meta.requestDigest, revision, position });
  }
  return { state, revision, position, done: from.done };
}

async function resolveAll(readings: Record<string, Reading<unknown>>, sources: Sources): Promise<never> {
  const known: Record<string, unknown> = {};
  for (const [name, reading] of Object.entries(readings)) known[name] = await reading.resolve(sources);
  return known as never;
}

function record(
  draft: Draft,
  index: number,
  given: Given,
  request: CommandRequest,
  about: Meta['about'],
  planVersion: number | undefined,
): NewEvent {
  const { kind } = draft;
  kind.schema.parse(draft.data);
  const effectiveAt = draft.effectiveAt ?? given.effectiveAt;
  const reason = draft.reason ?? given.reason;
  const meta: Meta = {
    commandId: request.commandId,
    requestDigest: request.requestDigest,
    correlationId: request.correlationId,
    ...(request.causationId !== undefined && { causationId: request.causationId }),
    actor: given.actor,
    basis: draft.basis ? [kind.basis, ...draft.basis] : [kind.basis],
    about: draft.about ? { ...about, ...draft.about } : about,
    ...(planVersion !== undefined && { planVersion }),
    phase: kind.phase,
    effectiveAt,
    recordedAt: given.now,
    ...(isBackdated(effectiveAt, given.now) && { backdated: true as const }),
    ...(reason !== undefined && { reason }),
    ...(draft.evidence?.length && { evidence: [...draft.evidence] }),
    ...(draft.deviations?.length && { deviations: [...draft.deviations] }),
    visibility: kind.visibility,
  };
  return {
    id: eventId(given.commandId, index, given.now),
    type: kind.type,
    schemaVersion: kind.version,
    data: draft.data,
    meta,
  };
}

/** An act of an earlier day is entered late; within the day, writing it down takes a moment. */
function isBackdated(effectiveAt: Instant, now: Instant): boolean {
  return shanghaiDate(effectiveAt) < shanghaiDate(now);
}

function checkTiming(request: CommandRequest, now: Instant): Rejection | undefined {
  if (request.effectiveAt === undefined) return undefined;
  if (request.effectiveAt > now) {
    return refuseForm(
      'invalid',
      'effective-in-future',
      '发生时间不得晚于录入时间',
      'effectiveAt must not be later than now',
    );
  }
  if (isBackdated(request.effectiveAt, now) && !request.reason) {
    return refuseForm('invalid', 'backdating-needs-reason', '补录须说明理由', 'An act entered later needs a reason');
  }
  return undefined;
}

function forbidden(command: AnyCommand): Rejection {
  if (command.hidden) return notFound();
  return refuseForm(
    'forbidden',
    'role-not-allowed',
    `该角色无权办理“${command.title}”`,
    `This role may not send ${command.name}`,
  );
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

/** Runs the commands of one stream one after another: in one process a conflict would only cost a second decision. */
function turns(): <T>(key: string, task: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (key, task) => {
    const before = last.get(key);
    const run = before ? before.then(task, task) : task();
    last.set(key, run);
    const leave = () => {
      if (last.get(key) === run) last.delete(key);
    };
    run.then(leave, leave);
    return run;
  };
}
