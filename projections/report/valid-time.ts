/**
 * Valid time: when an act took place, whatever the day on which it was entered. The cut by position or recorded time says
 * what is known; valid time says which of that had happened.
 */
import { z } from 'zod';
import type { RecordedEvent } from '../../events/envelope.ts';
import { toldDay } from '../../events/rules/stated-time.ts';
import {
  type CivilDate,
  dateSchema,
  endOfDay,
  type Instant,
  instantSchema,
  shanghaiDate,
  shanghaiMinute,
} from '../../events/time.ts';

export const validAtSchema = z.union([instantSchema, dateSchema]);
type ValidAt = z.infer<typeof validAtSchema>;

/** A day is known to the hour by nobody: what took place then had done so when it ended. */
function happenedAt(event: RecordedEvent): Instant {
  const told = toldDay(event);
  return told === undefined ? event.meta.effectiveAt : lastMomentOf(told);
}

/** The day or the minute at which an act took place, for people. */
export function happeningOf(event: RecordedEvent): string {
  return toldDay(event) ?? shanghaiMinute(event.meta.effectiveAt);
}

function lastMomentOf(validAt: ValidAt): Instant {
  if (!dateSchema.safeParse(validAt).success) return validAt;
  return new Date(Date.parse(endOfDay(validAt)) - 1).toISOString();
}

/** What a report looks at: all that is known, or what of it had happened by a valid time. */
export interface View {
  /** The day of the valid time, if one is asked for. */
  readonly day?: CivilDate;
  readonly hadHappened: (event: RecordedEvent) => boolean;
  /** The day that an act counts for: that of its entry, or of its happening where valid time is asked for. */
  readonly dayOf: (event: RecordedEvent) => CivilDate;
}

export function viewAt(validAt: ValidAt | undefined): View {
  if (validAt === undefined) return { hadHappened: () => true, dayOf: ({ meta }) => shanghaiDate(meta.recordedAt) };
  const last = lastMomentOf(validAt);
  return {
    day: shanghaiDate(last),
    hadHappened: event => happenedAt(event) <= last,
    dayOf: event => shanghaiDate(happenedAt(event)),
  };
}

/** Events as they happened; those of one moment as they were recorded. */
export function inOrderOfHappening<E extends RecordedEvent>(events: readonly E[]): readonly E[] {
  return events
    .map(event => ({ event, at: happenedAt(event) }))
    .sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0))
    .map(({ event }) => event);
}

/** What valid time means to a question. */
export type ValidTime =
  /** The past is told again as it happened: what took place in time counts in its place, whenever it was entered. */
  | 'as-happened'
  /** Acts are judged by what was on record at their entry; those that had taken place are told. */
  | 'as-recorded'
  /** Nothing: the reason why. */
  | { readonly none: string };

const MEANINGS = {
  'as-happened':
    '有效时间：只计该时刻（含）或该日终了前发生的行为，补录的计入其发生之时，并按发生的次序判断 (valid time: acts that had taken place by then, judged in the order of their happening)',
  'as-recorded':
    '有效时间：只列该时刻（含）或该日终了前发生的行为，是否有问题仍按录入时的记录判断 (valid time: acts that had taken place by then, judged by what was on record at their entry)',
} as const;

export function validTimeMeaning(validTime: ValidTime): string {
  return typeof validTime === 'string' ? MEANINGS[validTime] : `不接受有效时间参数：${validTime.none}`;
}

/** The parameter of a report; one for which it means nothing refuses it and says why. */
export function validAtParameter(validTime: ValidTime) {
  const description = validTimeMeaning(validTime);
  const schema = typeof validTime === 'string' ? validAtSchema : z.never({ error: description });
  return schema.optional().meta({ description });
}
