/**
 * Decides the commands that wait for one stream, in turn, each on what those before it have made of the stream, and appends
 * what they decide together, at the revision that was read: the append is the check. Each is accepted or refused for
 * itself, and is told so once all before it is recorded.
 */
import type { RecordedEvent } from '../events/envelope.ts';
import type { StreamId } from '../events/ids.ts';
import type { Reservation } from './command.ts';
import { decided, givenAt, knownTo, reservationOf, type Sent } from './decision.ts';
import type { Accepted, CommandOutcome, CommandRequest, HandlerPorts } from './handle.ts';
import type { Loaded, States } from './loading.ts';
import {
  Contention,
  type Freshness,
  type NewEvent,
  StoreUnavailable,
  UnreadableEvent,
  WrongExpectedRevision,
} from './ports.ts';
import { NotRecordedYet, Prospect } from './prospect.ts';
import type { Done } from './recorded-commands.ts';
import type { RecordedTime } from './recorded-time.ts';
import { isRejection, type Rejection, refuseForm } from './rejection.ts';
import { staleness, staleUnlessRefused } from './seen.ts';
import { SourcesInProspect } from './sources.ts';
import { hasOwnTime, precedenceFault } from './stated-time.ts';

/** A command on its way to its stream. */
export interface QueuedCommand extends Sent {
  resolve(outcome: CommandOutcome): void;
  reject(error: unknown): void;
}

export interface DecidingPorts {
  readonly ports: Omit<HandlerPorts, 'time'>;
  readonly time: RecordedTime;
  readonly states: States;
  /** Carries out what a command asks for on another stream, ahead of itself. */
  reserve(reservation: Reservation, cause: CommandRequest): Promise<CommandOutcome>;
}

/** All that a decision needs, fetched. It can be made any number of times, at once. */
interface Ready {
  decide(on: Prospect): readonly NewEvent[] | Rejection;
  /** Why what has been decided cannot have taken place when it is said to have. */
  untimely(events: readonly NewEvent[], on: Prospect): Promise<Rejection | undefined>;
}

/** The command has been recorded before, or is about to be. */
interface Repeated {
  readonly repeated: Done | 'in-hand';
}

/** What nothing is decided about. */
type Foregone = Rejection | Repeated | { readonly failed: unknown };

interface Part {
  readonly waiting: QueuedCommand;
  prepared: Ready | Foregone;
  /** Whether its own time has been found to be in order. */
  timely: boolean;
}

/** What a part comes to: how many events it adds, or why none. */
interface Settled {
  readonly waiting: QueuedCommand;
  readonly verdict: Foregone | { readonly events: number };
}

const MAX_ATTEMPTS = 8;
/** Milliseconds before the third attempt; twice as long before each further one, three seconds in all. */
const FIRST_PAUSE_MS = 50;

/** Carries out the first of those who wait for a stream, as many as can be together, and tells how many. */
export function createDeciding({ ports, time, states, reserve }: DecidingPorts) {
  const { store, clock, pause = sleep } = ports;

  async function prepare(waiting: QueuedCommand, prospect: Prospect, freshness: Freshness): Promise<Ready | Foregone> {
    const { command, request, actor } = waiting;
    const given = givenAt(clock.now(), actor, request);
    const loaded = await prospect.load(command.fold, freshness);
    const before = await recordedBefore(request, prospect, loaded);
    if (before) return before;
    const stale = request.seen && (await staleness(request.seen, loaded, prospect));
    const outside = command.exact ? 'now' : freshness;
    const sources = new SourcesInProspect(ports, states, outside, { prospect, freshness });
    let known = await knownTo(waiting, loaded.state, given, sources);
    const reservation = reservationOf(waiting, loaded.state, given, known);
    if (reservation) {
      if (stale) return stale;
      const outcome = await reserve(reservation, request);
      if (outcome.rejected) return outcome;
      known = await knownTo(waiting, loaded.state, given, sources);
    }
    return {
      decide(on) {
        const decision = decided(waiting, on.now(command.fold).state, givenAt(time.take(), actor, request), known);
        return stale ? staleUnlessRefused(decision, stale) : decision;
      },
      untimely: (events, on) => precedenceFault(seenWith(on, freshness), on.stream, events, request, sources.seen),
    };
  }

  async function recordedBefore(
    { commandId, requestDigest }: CommandRequest,
    prospect: Prospect,
    loaded: Loaded,
  ): Promise<Foregone | undefined> {
    const own = prospect.decided.find(({ meta }) => meta.commandId === commandId);
    if (own) return own.meta.requestDigest === requestDigest ? { repeated: 'in-hand' } : reusedKey();
    const done = await states.findDone(prospect.stream, loaded, commandId);
    return done && (done.digest === requestDigest ? { repeated: done } : reusedKey());
  }

  const seenWith = (prospect: Prospect, freshness: Freshness): Pick<States, 'load'> => ({
    load: (fold, stream) =>
      stream === prospect.stream ? prospect.load(fold, freshness) : states.load(fold, stream, freshness),
  });

  /** Prepares those who wait, each on what those before it would decide, up to one that must wait for them to be recorded. */
  async function prepareAll(
    prospect: Prospect,
    together: readonly QueuedCommand[],
    freshness: Freshness,
  ): Promise<Part[]> {
    const parts: Part[] = [];
    for (const waiting of together) {
      try {
        const prepared = await prepare(waiting, prospect, freshness);
        const isLast = parts.length === together.length - 1;
        const provisional = !isLast && 'decide' in prepared && prepared.decide(prospect);
        if (provisional && !isRejection(provisional)) prospect.add(provisional);
        parts.push({ waiting, prepared, timely: false });
      } catch (failed) {
        if (failed instanceof NotRecordedYet && !prospect.isEmpty) break;
        if (concernsAll(failed)) throw failed;
        parts.push({ waiting, prepared: { failed }, timely: false });
      }
    }
    return parts;
  }

  /** Decides at once what has been prepared, as it will be recorded, up to one whose own time must be looked into first. */
  function decideAll(prospect: Prospect, parts: readonly Part[]) {
    const settled: Settled[] = [];
    const events: NewEvent[] = [];
    for (const part of parts) {
      const { waiting, prepared } = part;
      if (!('decide' in prepared)) {
        settled.push({ waiting, verdict: prepared });
        continue;
      }
      const decision = attemptTo(() => prepared.decide(prospect));
      if (!isEvents(decision)) {
        settled.push({ waiting, verdict: decision });
        continue;
      }
      if (!part.timely && hasOwnTime(decision, waiting.request.effectiveAt)) {
        return { settled, events, unchecked: { part, decision, ready: prepared, on: prospect } };
      }
      if (part !== parts.at(-1)) prospect.add(decision);
      events.push(...decision);
      settled.push({ waiting, verdict: { events: decision.length } });
    }
    return { settled, events };
  }

  async function finish(prospect: Prospect, parts: readonly Part[], freshness: Freshness): Promise<number> {
    for (;;) {
      const { settled, events, unchecked } = decideAll(prospect.isEmpty ? prospect : prospect.anew(), parts);
      // Nobody is refused for what the log may no longer say.
      const doubtful = freshness === 'lately' ? settled.findIndex(({ verdict }) => changesNothing(verdict)) : -1;
      if (doubtful >= 0) return doubtful === 0 ? 0 : finish(prospect, parts.slice(0, doubtful), freshness);
      if (unchecked) {
        const { part, decision, ready, on } = unchecked;
        part.timely = true;
        const untimely = await ready.untimely(decision, on);
        if (untimely) part.prepared = untimely;
        continue;
      }
      let recorded: readonly RecordedEvent[] = [];
      try {
        // Nothing is waited for between a decision and its append, so that recorded times follow positions.
        if (events.length > 0) recorded = await store.append(prospect.stream, prospect.base.revision, events);
      } catch (error) {
        if (concernsAll(error)) throw error;
        // One of them cannot be recorded, or all of them not together.
        if (parts.length > 1) return finish(prospect, parts.slice(0, 1), freshness);
        for (const { waiting } of settled) waiting.reject(error);
        return settled.length;
      }
      prospect.settle(recorded);
      answerEach(settled, prospect, recorded, states.recordedBy);
      return settled.length;
    }
  }

  async function attempt(stream: StreamId, together: readonly QueuedCommand[], freshness: Freshness): Promise<number> {
    const prospect = new Prospect(states, stream, together[0]?.command.begins);
    const parts = await prepareAll(prospect, together, freshness);
    return (await finish(prospect, parts, freshness)) || attempt(stream, together.slice(0, 1), 'now');
  }

  return async (stream: StreamId, together: readonly QueuedCommand[]): Promise<number> => {
    const freshness = store.isRemote ? 'lately' : 'now';
    for (let tries = 1; ; tries += 1) {
      try {
        return await attempt(stream, together, tries === 1 ? freshness : 'now');
      } catch (error) {
        if (!(error instanceof WrongExpectedRevision)) throw error;
        if (tries === MAX_ATTEMPTS) throw new Contention(stream, tries, error);
        if (tries > 1) await pause(FIRST_PAUSE_MS * 2 ** (tries - 2));
      }
    }
  };
}

const sleep = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms));

/** Of the stream or the store, so that no other command fares better. */
function concernsAll(error: unknown): boolean {
  if (error instanceof UnreadableEvent) return false;
  return error instanceof WrongExpectedRevision || error instanceof StoreUnavailable;
}

function attemptTo(decide: () => readonly NewEvent[] | Rejection): readonly NewEvent[] | Foregone {
  try {
    return decide();
  } catch (failed) {
    return { failed };
  }
}

function isEvents(decision: readonly NewEvent[] | Foregone): decision is readonly NewEvent[] {
  return Array.isArray(decision);
}

function changesNothing(verdict: Settled['verdict']): boolean {
  return isRejection(verdict) || ('events' in verdict && verdict.events === 0);
}

/** Tells each command what it has come to; one that was sent before, what it had recorded then. */
function answerEach(
  settled: readonly Settled[],
  prospect: Prospect,
  recorded: readonly RecordedEvent[],
  recordedBy: States['recordedBy'],
): void {
  let count = 0;
  const standing = (): Pick<Accepted, 'revision' | 'position'> =>
    count > 0 ? (recorded[count - 1] as RecordedEvent) : prospect.base;
  for (const { waiting, verdict } of settled) {
    if ('failed' in verdict) waiting.reject(verdict.failed);
    else if (isRejection(verdict)) waiting.resolve(verdict);
    else if ('repeated' in verdict) {
      const { commandId } = waiting.request;
      if (verdict.repeated === 'in-hand') waiting.resolve(repeated(prospect, ownOf(commandId, recorded)));
      else {
        recordedBy(prospect.stream, commandId, verdict.repeated.revision).then(
          events => waiting.resolve(repeated(prospect, events)),
          waiting.reject,
        );
      }
    } else {
      const own = recorded.slice(count, count + verdict.events);
      count += verdict.events;
      waiting.resolve(accepted(prospect, standing(), own));
    }
  }
}

function ownOf(commandId: string, recorded: readonly RecordedEvent[]): readonly RecordedEvent[] {
  return recorded.filter(({ meta }) => meta.commandId === commandId);
}

function repeated(prospect: Prospect, before: readonly RecordedEvent[]): Accepted {
  return { ...accepted(prospect, before.at(-1) as RecordedEvent, []), before };
}

function accepted(
  { stream: streamId }: Prospect,
  { revision, position }: Pick<Accepted, 'revision' | 'position'>,
  events: readonly RecordedEvent[],
): Accepted {
  return { streamId, revision, position, events };
}

function reusedKey(): Rejection {
  return refuseForm(
    'reused',
    'idempotency-key-reused',
    '同一幂等键已用于另一请求内容',
    'This idempotency key was used with another body',
  );
}
