/** Counting working days in mainland China by the holiday notices that count: a year without one is not guessed. */
import type { HolidayNotice, NoticeUsed } from '../calendar.ts';
import { addDays, type CivilDate } from '../time.ts';

/** The notice that counts for each year, by year; what is absent is not known. */
export type Calendar = Readonly<Record<string, HolidayNotice>>;

/** The day that a count ends on, and the notices it rests on, in the order of their years. */
export interface CountedDay {
  readonly date: CivilDate;
  readonly countedBy: readonly NoticeUsed[];
}

/** The count comes into a year that no notice is known for. */
export interface YearMissing {
  readonly missing: number;
}

/** The days that a notice may speak of: its year, and the December before, from which 元旦 borrows days. */
export function daysOfNotice(year: number): { readonly first: CivilDate; readonly last: CivilDate } {
  return { first: `${year - 1}-12-01`, last: `${year}-12-31` };
}

/** Whether a day is worked, and by which notice; undefined in a year that no notice is known for. */
function dayIn(calendar: Calendar, date: CivilDate): { worked: boolean; notice: HolidayNotice } | undefined {
  const year = Number(date.slice(0, 4));
  const own = calendar[String(year)];
  if (!own) return undefined;
  // The notice of the next year has the last word on the days of December that it names.
  for (const notice of [calendar[String(year + 1)], own]) {
    const named = notice && wordOf(notice, date);
    if (notice && named !== undefined) return { worked: named, notice };
  }
  const weekday = new Date(`${date}T00:00:00.000Z`).getUTCDay();
  return { worked: weekday !== 0 && weekday !== 6, notice: own };
}

/** What a notice says of a day: worked, off, or nothing. */
function wordOf({ holidays, workedWeekends }: HolidayNotice, date: CivilDate): boolean | undefined {
  if (workedWeekends.includes(date)) return true;
  return holidays.some(({ first, last }) => first <= date && date <= last) ? false : undefined;
}

/** Whether a civil date is a working day; undefined in a year that no notice is known for. */
export function isWorkingDay(calendar: Calendar, date: CivilDate): boolean | undefined {
  return dayIn(calendar, date)?.worked;
}

/** The date `count` working days after `from`; the day it starts on is not counted. */
export function addWorkingDays(calendar: Calendar, from: CivilDate, count: number): CountedDay | YearMissing {
  const used = new Map<number, HolidayNotice>();
  let date = from;
  for (let left = count; left > 0; ) {
    date = addDays(date, 1);
    const day = dayIn(calendar, date);
    if (!day) return { missing: Number(date.slice(0, 4)) };
    used.set(day.notice.year, day.notice);
    if (day.worked) left -= 1;
  }
  const inOrder = [...used.values()].sort((a, b) => a.year - b.year);
  return { date, countedBy: inOrder.map(({ year, number, version }) => ({ year, number, version })) };
}

/** Years that counts of so many working days, each begun on a day from `first` to `last`, need and the calendar lacks. */
export function yearsMissing(calendar: Calendar, first: CivilDate, last: CivilDate, count: number): readonly number[] {
  const missing = new Set<number>();
  for (let year = Number(first.slice(0, 4)); year <= Number(last.slice(0, 4)); year += 1) {
    if (!calendar[String(year)]) missing.add(year);
  }
  const end = addWorkingDays(calendar, last, count);
  if ('missing' in end) missing.add(end.missing);
  return [...missing].sort((a, b) => a - b);
}
