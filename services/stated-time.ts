/**
 * A time that is stated for an act explains and never repairs (D-47). It is taken only of acts that take place outside and
 * are entered later, with a reason, and never from before what the act rests on: the acts of its own stream, the things it
 * reads of, the actor's role and mandate, the regulation.
 */
import type { RecordedEvent } from '../events/envelope.ts';
import type { StreamId } from '../events/ids.ts';
import {
  NO_TIMES,
  type OrderFault,
  orderFault,
  type StreamTimes,
  tellsDay,
  timesAfter,
} from '../events/rules/stated-time.ts';
import { type Instant, shanghaiDate, shanghaiMinute } from '../events/time.ts';
import { authorise } from './authorise.ts';
import type { AnyCommand, Fold, Sources } from './command.ts';
import type { CommandRequest } from './handle.ts';
import type { States } from './loading.ts';
import type { NewEvent } from './ports.ts';
import { isRejection, type Rejection, refuseForm } from './rejection.ts';

/** An act of an earlier day is entered late; within the day, writing it down takes a moment. */
export function isBackdated(effectiveAt: Instant, now: Instant): boolean {
  return shanghaiDate(effectiveAt) < shanghaiDate(now);
}

/** Why no time can be stated for this command, or not this one. */
export function timingFault(command: AnyCommand, request: CommandRequest, now: Instant): Rejection | undefined {
  if (request.effectiveAt === undefined) return undefined;
  if (!command.enteredLater) {
    return refuseForm(
      'invalid',
      'takes-effect-when-done',
      `“${command.title}”自在本系统办理之时起生效，不得补录为更早的时间`,
      `${command.name} takes effect by being done here: no other time can be stated for it`,
    );
  }
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

const streamTimes: Fold<StreamTimes> = { name: 'stream-times', initial: NO_TIMES, evolve: timesAfter };

/** Why the actor could not have done it when it is stated: his roles and his mandate are taken as they stood then. */
export async function authorityFault(
  states: Pick<States, 'loadAsOf'>,
  command: AnyCommand,
  { actor, effectiveAt }: CommandRequest,
): Promise<Rejection | undefined> {
  if (effectiveAt === undefined) return undefined;
  const day = shanghaiDate(effectiveAt);
  const sources: Pick<Sources, 'stream'> = {
    stream: (fold, stream) => states.loadAsOf(fold as Fold<never>, stream, effectiveAt),
  };
  const then = await authorise(command, actor, day, sources);
  if (!isRejection(then)) return undefined;
  return { ...then, zh: `${then.zh}（所述发生日期 ${day}）`, en: `${then.en} (on the stated day, ${day})` };
}

/** Whether events have a time besides that of their recording, stated or told, which must not come before what they rest on. */
export function hasOwnTime(decided: readonly NewEvent[], stated: Instant | undefined): boolean {
  return decided.length > 0 && (stated !== undefined || decided.some(({ type }) => tellsDay(type)));
}

/** Why what has been decided cannot have taken place when it is said to have. */
export async function precedenceFault(
  states: Pick<States, 'load'>,
  stream: StreamId,
  decided: readonly NewEvent[],
  { effectiveAt: stated }: Pick<CommandRequest, 'effectiveAt'>,
  seen: Iterable<StreamId>,
): Promise<Rejection | undefined> {
  const { state: times } = await states.load(streamTimes, stream);
  for (const event of decided) {
    const fault = orderFault(event, times);
    // What is done here has the time of its recording, which is no one's to state.
    if (fault && (fault.on === 'told-day' || stated !== undefined)) return beforeItsBasis(fault);
  }
  return stated === undefined ? undefined : existenceFault(states, stated, seen);
}

function beforeItsBasis({ before, at }: OrderFault): Rejection {
  if (before === 'regulation') {
    return refuseForm(
      'invalid',
      'before-the-regulation',
      `发生时间早于办法印发之日 ${shanghaiDate(at)}`,
      `The act is stated for a time before the regulation was issued on ${shanghaiDate(at)}`,
    );
  }
  return refuseForm(
    'invalid',
    'before-what-it-rests-on',
    `发生时间早于其所依据的事项（${before}，${shanghaiMinute(at)}）`,
    `The act is stated for a time before ${before} of ${shanghaiMinute(at)} (Asia/Shanghai), on which it rests`,
  );
}

/** Each thing that a decision reads of began with the first act on it. */
const beginning: Fold<Instant | undefined> = {
  name: 'stream-beginning',
  initial: undefined,
  evolve: (first, { meta }: RecordedEvent) =>
    first === undefined || meta.effectiveAt < first ? meta.effectiveAt : first,
};

async function existenceFault(
  states: Pick<States, 'load'>,
  stated: Instant,
  seen: Iterable<StreamId>,
): Promise<Rejection | undefined> {
  for (const stream of seen) {
    const { state: began } = await states.load(beginning, stream);
    if (began === undefined || began <= stated) continue;
    return refuseForm(
      'invalid',
      'before-it-existed',
      `发生时间早于所涉事项（${stream}）的登记时间 ${shanghaiMinute(began)}`,
      `The act is stated for a time before ${stream} existed: ${shanghaiMinute(began)} (Asia/Shanghai)`,
    );
  }
  return undefined;
}
