/** Working days as decisions count them: by the holiday notices registered so far, and those the product ships. */
import {
  type CalendarEvent,
  calendarStream,
  type HolidayNotice,
  type NoticeUsed,
  SHIPPED_NOTICES,
} from '../events/calendar.ts';
import type { PlanInForce } from '../events/rules/plan.ts';
import { addWorkingDays, type Calendar } from '../events/rules/working-days.ts';
import type { CivilDate } from '../events/time.ts';
import { type Dependency, type Fold, stateOf } from './command.ts';
import { type Rejection, refuseByPlan } from './rejection.ts';

/** The last notice registered for a year. */
export const registeredNotice: Fold<HolidayNotice | undefined, CalendarEvent> = {
  name: 'registered-holiday-notice',
  initial: undefined,
  evolve(_state, { data: { reason: _why, ...notice } }) {
    return notice;
  },
};

/** The notice that counts for a year, given the last one registered for it. */
export function countingNotice(year: number, registered: HolidayNotice | undefined): HolidayNotice | undefined {
  return registered ?? SHIPPED_NOTICES[String(year)];
}

/** What counts in the years from one to another, and the notice of the next, which may name days of the last December. */
export function calendarOf(first: number, last: number): Dependency<Calendar> {
  const years = Array.from({ length: last + 2 - first }, (_each, index) => first + index);
  return {
    async resolve(sources) {
      const found = await Promise.all(
        years.map(async year => {
          const registered = await stateOf(registeredNotice, calendarStream(year)).resolve(sources);
          const notice = countingNotice(year, registered);
          return notice ? [[String(year), notice] as const] : [];
        }),
      );
      return Object.fromEntries(found.flat());
    },
  };
}

/** All that a count begun on a day can come into: no plan asks for as many days as a year has. */
export function calendarFrom(today: CivilDate): Dependency<Calendar> {
  const year = Number(today.slice(0, 4));
  return calendarOf(year, year + 1);
}

/** Working days that an item of the plan in force asks for. */
interface Term {
  readonly plan: PlanInForce;
  readonly item: string;
  readonly count: number;
}

export interface Due {
  readonly date: CivilDate;
  /** As the event that fixes the day records it. */
  readonly countedBy: NoticeUsed[];
}

/** The last day of a term; where the count comes into a year without a notice it is refused, not guessed. */
export function dueAfter(calendar: Calendar, from: CivilDate, { plan, item, count }: Term): Due | Rejection {
  const counted = addWorkingDays(calendar, from, count);
  if (!('missing' in counted)) return { date: counted.date, countedBy: [...counted.countedBy] };
  const { missing } = counted;
  return refuseByPlan(
    plan,
    item,
    'calendar-year-missing',
    `尚未登记 ${missing} 年放假安排通知，无法自 ${from} 起计算 ${count} 个工作日，请先登记该年通知`,
    `No holiday notice is registered for ${missing}: ${count} working days from ${from} cannot be counted; register it first`,
  );
}
