/** Working days in mainland China as dated data, from the State Council's yearly notices; a year it does not hold is refused. */
import { addDays, type CivilDate } from './time.ts';

interface CalendarYear {
  /** The notice that fixes the year. */
  readonly source: string;
  /** First and last day of each holiday, inclusive. */
  readonly holidays: readonly (readonly [CivilDate, CivilDate])[];
  /** Weekend days worked instead (调休). */
  readonly workedWeekends: readonly CivilDate[];
}

export const WORKING_CALENDAR: Readonly<Record<string, CalendarYear>> = {
  '2024': {
    source: '国办发明电〔2023〕7号',
    holidays: [
      ['2024-01-01', '2024-01-01'],
      ['2024-02-10', '2024-02-17'],
      ['2024-04-04', '2024-04-06'],
      ['2024-05-01', '2024-05-05'],
      ['2024-06-10', '2024-06-10'],
      ['2024-09-15', '2024-09-17'],
      ['2024-10-01', '2024-10-07'],
    ],
    workedWeekends: [
      '2024-02-04',
      '2024-02-18',
      '2024-04-07',
      '2024-04-28',
      '2024-05-11',
      '2024-09-14',
      '2024-09-29',
      '2024-10-12',
    ],
  },
  '2025': {
    source: '国办发明电〔2024〕12号',
    holidays: [
      ['2025-01-01', '2025-01-01'],
      ['2025-01-28', '2025-02-04'],
      ['2025-04-04', '2025-04-06'],
      ['2025-05-01', '2025-05-05'],
      ['2025-05-31', '2025-06-02'],
      ['2025-10-01', '2025-10-08'],
    ],
    workedWeekends: ['2025-01-26', '2025-02-08', '2025-04-27', '2025-09-28', '2025-10-11'],
  },
  '2026': {
    source: '国办发明电〔2025〕7号',
    holidays: [
      ['2026-01-01', '2026-01-03'],
      ['2026-02-15', '2026-02-23'],
      ['2026-04-04', '2026-04-06'],
      ['2026-05-01', '2026-05-05'],
      ['2026-06-19', '2026-06-21'],
      ['2026-09-25', '2026-09-27'],
      ['2026-10-01', '2026-10-07'],
    ],
    workedWeekends: ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'],
  },
};

/** The calendar does not hold the year asked for: counting would be a guess. */
export class CalendarYearMissing extends Error {
  readonly year: string;
  constructor(year: string) {
    super(`the working-day calendar holds no year ${year}`);
    this.name = 'CalendarYearMissing';
    this.year = year;
  }
}

/** Whether a civil date is a working day. Throws {@link CalendarYearMissing}. */
export function isWorkingDay(date: CivilDate): boolean {
  const year = WORKING_CALENDAR[date.slice(0, 4)];
  if (!year) throw new CalendarYearMissing(date.slice(0, 4));
  if (year.workedWeekends.includes(date)) return true;
  if (year.holidays.some(([first, last]) => first <= date && date <= last)) return false;
  const weekday = new Date(`${date}T00:00:00.000Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6;
}

/** The date `count` working days after `date`; the start day is not counted. Throws {@link CalendarYearMissing}. */
export function addWorkingDays(date: CivilDate, count: number): CivilDate {
  let day = date;
  for (let left = count; left > 0; ) {
    day = addDays(day, 1);
    if (isWorkingDay(day)) left -= 1;
  }
  return day;
}
