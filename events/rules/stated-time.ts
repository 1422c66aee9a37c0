/**
 * Which acts take place outside and are entered later, and which ones take effect by being done here (D-47). What is stated
 * of an act is never earlier than what the act rests on: both sides ask here, the write path before it records and the
 * reports of what stands on the log.
 */
import type { EventTypeName } from '../catalogue.ts';
import type { RecordedEvent } from '../envelope.ts';
import { ISSUED_ON } from '../statute.ts';
import { type CivilDate, type Instant, shanghaiDate, startOfDay } from '../time.ts';

interface Stating {
  /** Kinds of its own stream that it rests on: it is not stated before the latest of them. */
  readonly restsOn: readonly EventTypeName[];
  /** The field in which the event tells its own day. */
  readonly day?: string;
  /** The day is that of a document of others, which may be older than anything here. */
  readonly ofDocument?: true;
  /** Its time in the envelope is that of its recording; only the day it tells is earlier. */
  readonly doneHere?: true;
}

const LISTED = ['project.listed'] as const;

/** What is absent takes effect by being done here, at the time of its recording. */
const STATINGS: Readonly<Partial<Record<EventTypeName, Stating>>> = {
  'organising-work.recorded': { restsOn: [] },
  'third-party.capability-verified': { restsOn: [] },
  'unit.registration-verified': { restsOn: ['unit.registered'], day: 'verifiedOn', ofDocument: true },
  'unit.professional-organisation-recognised': {
    restsOn: ['unit.registered'],
    day: 'recognisedOn',
    ofDocument: true,
  },
  'coordination-action.recorded': { restsOn: [], day: 'heldOn' },
  'training.delivered': { restsOn: ['training.scheduled'], day: 'deliveredOn' },
  'training.attended': { restsOn: ['training.delivered'] },
  'training.absence-recorded': { restsOn: ['training.delivered'] },
  'progress.monitored': { restsOn: ['implementation-plan.submitted', 'progress.monitored'], day: 'monitoredOn' },
  'project.completed': { restsOn: ['implementation-plan.submitted'], day: 'completedOn', doneHere: true },
  'visit.recorded': { restsOn: LISTED, day: 'visitedOn' },
  'guidance.issued': { restsOn: LISTED },
  'problem.raised': { restsOn: LISTED, day: 'raisedOn' },
  'problem.resolved': { restsOn: LISTED, day: 'resolvedOn' },
  'promotion-activity.recorded': { restsOn: [], day: 'heldOn' },
  'local-promotion.recorded': { restsOn: [], day: 'heldOn' },
  'result.presented': { restsOn: ['exchange-meeting.convened'] },
  'incentive.granted': { restsOn: [], day: 'grantedOn' },
  'fraud-evidence.recorded': { restsOn: ['fraud-case.opened'] },
  'unit-statement.recorded': { restsOn: ['fraud-case.opened', 'unit.notified'] },
  'misconduct-disposition.recorded': { restsOn: ['misconduct.referred'], day: 'decidedOn', ofDocument: true },
};

const statingOf = (type: string): Stating | undefined => STATINGS[type as EventTypeName];

/** Whether an act of this kind may be stated to have taken place before it is recorded. */
export function mayBeStated(type: string): boolean {
  const stating = statingOf(type);
  return stating !== undefined && !stating.doneHere;
}

/** Whether an event of this kind tells its own day. */
export function tellsDay(type: string): boolean {
  return statingOf(type)?.day !== undefined;
}

/** A fact as far as its time goes. */
type Told = Pick<RecordedEvent, 'type' | 'data'>;
type Timed = Told & { readonly meta: Pick<RecordedEvent['meta'], 'effectiveAt'> };

function fieldOf({ type, data }: Told): CivilDate | undefined {
  const field = statingOf(type)?.day;
  const told = field === undefined ? undefined : (data as Readonly<Record<string, unknown>>)[field];
  return typeof told === 'string' ? told : undefined;
}

/** The day of which an event tells that it took place then, before that of its envelope. */
export function toldDay(fact: Timed): CivilDate | undefined {
  const told = fieldOf(fact);
  return told !== undefined && told < shanghaiDate(fact.meta.effectiveAt) ? told : undefined;
}

/** The earliest moment at which an act can have taken place, for what rests on it. */
function beganAt(event: Timed): Instant {
  const told = toldDay(event);
  return told === undefined ? event.meta.effectiveAt : startOfDay(told);
}

/** When the acts of a stream took place: the latest of each kind. */
export type StreamTimes = ReadonlyMap<string, Instant>;

export const NO_TIMES: StreamTimes = new Map();

/** The times of a stream once an event is known: of each kind the latest beginning counts. */
export function timesAfter(times: StreamTimes, event: Timed): StreamTimes {
  const [before, at] = [times.get(event.type), beganAt(event)];
  return before !== undefined && before >= at ? times : new Map(times).set(event.type, at);
}

/** The latest of the acts of its stream that an act rests on; those done here rest on all that came before. */
function basisOf(type: string, times: StreamTimes): readonly [type: string, at: Instant] | undefined {
  const restsOn: readonly string[] | undefined = statingOf(type)?.restsOn;
  let latest: readonly [string, Instant] | undefined;
  for (const [kind, at] of times) {
    const counts = restsOn === undefined || restsOn.includes(kind);
    if (counts && (latest === undefined || at > latest[1])) latest = [kind, at];
  }
  return latest;
}

/** What an act is stated to come before, though it rests on it. */
export interface OrderFault {
  readonly on: 'stated-time' | 'told-day';
  /** Kind of the act it rests on; the regulation itself where it is none. */
  readonly before: string | 'regulation';
  readonly at: Instant;
}

const ISSUED_AT = startOfDay(ISSUED_ON);

/**
 * Why an act cannot have taken place when it is stated, or on the day it tells: not before the regulation, nor before the
 * acts of its stream that it rests on.
 */
export function orderFault(event: Timed, times: StreamTimes): OrderFault | undefined {
  const basis = basisOf(event.type, times);
  const { effectiveAt } = event.meta;
  if (basis && effectiveAt < basis[1]) return { on: 'stated-time', before: basis[0], at: basis[1] };
  const told = statingOf(event.type)?.ofDocument ? undefined : toldDay(event);
  if (mayBeStated(event.type) && effectiveAt < ISSUED_AT)
    return { on: 'stated-time', before: 'regulation', at: ISSUED_AT };
  if (told === undefined) return undefined;
  if (told < ISSUED_ON) return { on: 'told-day', before: 'regulation', at: ISSUED_AT };
  if (basis && told < shanghaiDate(basis[1])) return { on: 'told-day', before: basis[0], at: basis[1] };
  return undefined;
}
