/** What makes a holiday notice one that days can be counted by. */
import type { HolidayNotice } from '../../events/calendar.ts';
import { daysOfNotice } from '../../events/rules/working-days.ts';
import { addDays, type CivilDate } from '../../events/time.ts';
import { type InputFault, type Rejection, refuseForm } from '../rejection.ts';

type Content = Omit<HolidayNotice, 'version'>;

/** Why a notice cannot be right, with a pointer to each value that is not; undefined if it can. */
export function holidayNoticeFault(notice: Content): Rejection | undefined {
  const faults = [...holidayFaults(notice), ...workedFaults(notice)];
  if (faults.length === 0) return undefined;
  return refuseForm(
    'invalid',
    'holiday-notice-inconsistent',
    '放假安排不合理，请对照通知原文核对',
    'The days cannot be those of the notice; compare them with its text',
    faults,
  );
}

/** No holiday so far has been longer than nine days; a month would be a slip. */
const LONGEST_HOLIDAY_DAYS = 15;

function holidayFaults({ year, holidays }: Content): InputFault[] {
  return holidays.flatMap(({ first, last }, index) => {
    const pointer = `/holidays/${index}`;
    const faults: InputFault[] = [];
    if (last < first) faults.push({ pointer, code: 'ends-before-it-begins', detail: `${first} 晚于 ${last}` });
    if (isOutside(year, first) || isOutside(year, last)) faults.push(outside(pointer, year));
    if (last > addDays(first, LONGEST_HOLIDAY_DAYS - 1)) {
      faults.push({ pointer, code: 'too-long', detail: `假期超过 ${LONGEST_HOLIDAY_DAYS} 天` });
    }
    const earlier = holidays.slice(0, index).some(other => other.first <= last && first <= other.last);
    if (earlier) faults.push({ pointer, code: 'overlaps', detail: `与前列假期重叠：${first} 至 ${last}` });
    return faults;
  });
}

function workedFaults({ year, holidays, workedWeekends }: Content): InputFault[] {
  return workedWeekends.flatMap((date, index) => {
    const pointer = `/workedWeekends/${index}`;
    const faults: InputFault[] = [];
    if (isOutside(year, date)) faults.push(outside(pointer, year));
    if (!isWeekend(date)) faults.push({ pointer, code: 'not-a-weekend-day', detail: `${date} 不是周六、周日` });
    if (holidays.some(({ first, last }) => first <= date && date <= last)) {
      faults.push({ pointer, code: 'within-a-holiday', detail: `${date} 同时列为放假` });
    }
    if (workedWeekends.indexOf(date) !== index) faults.push({ pointer, code: 'twice', detail: `${date} 重复` });
    return faults;
  });
}

function isOutside(year: number, date: CivilDate): boolean {
  const { first, last } = daysOfNotice(year);
  return date < first || date > last;
}

function outside(pointer: string, year: number): InputFault {
  const { first, last } = daysOfNotice(year);
  return { pointer, code: 'outside-the-year', detail: `${year} 年的通知只能安排 ${first} 至 ${last} 的日期` };
}

function isWeekend(date: CivilDate): boolean {
  const weekday = new Date(`${date}T00:00:00.000Z`).getUTCDay();
  return weekday === 0 || weekday === 6;
}
