import { describe, expect, it } from 'vitest';
import { type HolidayNotice, SHIPPED_NOTICES } from '../events/calendar.ts';
import { isOverAt } from '../events/rules/lateness.ts';
import { addWorkingDays as count, isWorkingDay as isWorked, yearsMissing } from '../events/rules/working-days.ts';
import { addDays, endOfDay, lastDayOfYears, shanghaiDate, shanghaiMinute, startOfDay } from '../events/time.ts';
import { holidayNoticeFault } from '../services/calendar/state.ts';
import fc from './support/properties.ts';

const isWorkingDay = (date: string) => isWorked(SHIPPED_NOTICES, date);
const dayAfter = (date: string, days: number) => {
  const counted = count(SHIPPED_NOTICES, date, days);
  return 'missing' in counted ? counted : counted.date;
};

const weekdayOf = (date: string) => new Date(`${date}T00:00:00.000Z`).getUTCDay();

describe('working days as the State Council notices set them', () => {
  it.each([
    ['2024-01-01', false, 'New Year'],
    ['2024-02-04', true, 'a Sunday worked before the Spring Festival'],
    ['2024-02-09', true, '除夕 2024, a Friday not in the notice'],
    ['2024-02-12', false, 'Spring Festival, a Monday'],
    ['2024-02-18', true, 'a Sunday worked after it'],
    ['2024-02-24', false, 'a plain Saturday'],
    ['2024-03-20', true, 'a plain Wednesday'],
    ['2024-05-11', true, 'a Saturday worked for the May holiday'],
    ['2024-09-14', true, 'a Saturday worked for the Mid-Autumn Festival'],
    ['2025-01-28', false, '除夕 2025'],
    ['2025-10-08', false, 'the eighth day of the double festival'],
    ['2026-01-04', true, 'a Sunday worked after New Year'],
    ['2026-02-23', false, 'the ninth day of the Spring Festival'],
    ['2026-02-24', true, 'the Tuesday after it'],
  ])('%s is a working day: %s (%s)', (date, expected) => {
    expect(isWorkingDay(date)).toBe(expected);
  });

  it.each(Object.entries(SHIPPED_NOTICES))(
    'the data of %s is sound: own year, own order, weekends worked only',
    (year, data) => {
      expect(holidayNoticeFault(data)).toBeUndefined();
      expect([String(data.year), data.version]).toEqual([year, 0]);
      for (const { first, last } of data.holidays) {
        expect(first <= last && first.startsWith(year) && last.startsWith(year), first).toBe(true);
      }
      for (const date of data.workedWeekends) expect([0, 6], date).toContain(weekdayOf(date));
    },
  );

  it('names the notices of the State Council that were issued for them', () => {
    expect(Object.values(SHIPPED_NOTICES).map(({ year, number, issuedOn }) => [year, number, issuedOn])).toEqual([
      [2024, '国办发明电〔2023〕7号', '2023-10-25'],
      [2025, '国办发明电〔2024〕12号', '2024-11-12'],
      [2026, '国办发明电〔2025〕7号', '2025-11-04'],
    ]);
  });

  it.each([
    ['2024', 251],
    ['2025', 248],
    ['2026', 248],
  ])('%s has %i working days', (year, expected) => {
    let count = 0;
    for (let date = `${year}-01-01`; date.startsWith(year); date = addDays(date, 1))
      count += Number(isWorkingDay(date));
    expect(count).toBe(expected);
  });
});

describe('counting working days', () => {
  it.each([
    ['2024-09-30', 1, '2024-10-08', 'over the National Day week'],
    ['2024-09-27', 2, '2024-09-30', 'the Sunday before it is worked'],
    ['2024-09-30', 5, '2024-10-12', 'the Saturday after it is worked'],
    ['2024-10-01', 1, '2024-10-08', 'from within it'],
    ['2024-03-20', 0, '2024-03-20', 'no day'],
    ['2024-12-31', 1, '2025-01-02', 'into the next year'],
  ])('%s and %i working days end on %s (%s)', (date, count, expected) => {
    expect(dayAfter(date, count)).toBe(expected);
  });

  it('a year that the calendar does not hold is refused, not guessed', () => {
    expect(isWorkingDay('2023-12-29')).toBeUndefined();
    expect(dayAfter('2026-12-30', 2)).toEqual({ missing: 2027 });
    expect(dayAfter('2026-12-30', 1)).toBe('2026-12-31');
  });

  it('ends on a working day with exactly as many of them after the start', () => {
    const start = fc.integer({ min: 0, max: 900 }).map(days => addDays('2024-01-01', days));
    fc.assert(
      fc.property(start, fc.integer({ min: 1, max: 30 }), (date, count) => {
        const end = dayAfter(date, count) as string;
        let passed = 0;
        for (let day = addDays(date, 1); day <= end; day = addDays(day, 1)) passed += Number(isWorkingDay(day));
        expect(isWorkingDay(end)).toBe(true);
        expect(passed).toBe(count);
      }),
      { seed: 2024, numRuns: 200 },
    );
  });
});

describe('what a count rests on', () => {
  const notice = (year: number, version: number, more: Partial<HolidayNotice>): HolidayNotice => ({
    year,
    version,
    number: `国办发明电〔${year - 1}〕1号`,
    title: '放假安排的通知',
    issuedOn: `${year - 1}-11-01`,
    holidays: [{ festival: '元旦', first: `${year}-01-01`, last: `${year}-01-01` }],
    workedWeekends: [],
    ...more,
  });

  it('names each notice, with its version, that a counted day was looked up in', () => {
    expect(count(SHIPPED_NOTICES, '2024-12-31', 1)).toEqual({
      date: '2025-01-02',
      countedBy: [{ year: 2025, number: '国办发明电〔2024〕12号', version: 0 }],
    });
    expect(count(SHIPPED_NOTICES, '2024-12-30', 2)).toMatchObject({ countedBy: [{ year: 2024 }, { year: 2025 }] });
    expect(count(SHIPPED_NOTICES, '2024-12-30', 1)).toMatchObject({ countedBy: [{ year: 2024 }] });
  });

  it('a registered notice counts in the place of the one that was shipped', () => {
    const calendar = { ...SHIPPED_NOTICES, '2024': notice(2024, 1, { holidays: [] }) };
    expect(count(calendar, '2024-09-30', 1)).toEqual({
      date: '2024-10-01',
      countedBy: [{ year: 2024, number: '国办发明电〔2023〕1号', version: 1 }],
    });
  });

  // As in 2018: 元旦 2019 was off from 30 December on, and Saturday 29 December worked, by the notice of 2019.
  it('the notice of the next year has the last word on the days of December that it names', () => {
    const next = notice(2027, 1, {
      holidays: [{ festival: '元旦', first: '2026-12-31', last: '2027-01-02' }],
      workedWeekends: ['2026-12-27'],
    });
    const calendar = { ...SHIPPED_NOTICES, '2027': next };
    expect(['2026-12-27', '2026-12-30', '2026-12-31'].map(date => isWorked(calendar, date))).toEqual([
      true,
      true,
      false,
    ]);
    expect(count(calendar, '2026-12-30', 1)).toEqual({
      date: '2027-01-04',
      countedBy: [{ year: 2027, number: next.number, version: 1 }],
    });
    expect(count(calendar, '2026-12-26', 2)).toMatchObject({ countedBy: [{ year: 2026 }, { year: 2027 }] });
  });

  it('the years that counts begun between two days need and nobody has given', () => {
    expect(yearsMissing(SHIPPED_NOTICES, '2026-03-01', '2026-12-20', 5)).toEqual([]);
    expect(yearsMissing(SHIPPED_NOTICES, '2026-03-01', '2026-12-28', 5)).toEqual([2027]);
    expect(yearsMissing(SHIPPED_NOTICES, '2027-03-01', '2028-01-05', 5)).toEqual([2027, 2028]);
  });
});

describe('civil time in Asia/Shanghai', () => {
  it('a day begins at 16:00Z of the day before and ends at 24:00', () => {
    expect(startOfDay('2024-06-30')).toBe('2024-06-29T16:00:00.000Z');
    expect(endOfDay('2024-06-30')).toBe('2024-06-30T16:00:00.000Z');
    expect(endOfDay('2024-06-30')).toBe(startOfDay('2024-07-01'));
  });

  it('a deadline passes at 24:00, not a millisecond earlier', () => {
    expect(isOverAt('2024-06-30', '2024-06-30T15:59:59.999Z')).toBe(false);
    expect(isOverAt('2024-06-30', '2024-06-30T16:00:00.000Z')).toBe(true);
  });

  it('the date and minute are those of Shanghai', () => {
    expect(shanghaiDate('2024-06-30T15:59:59.999Z')).toBe('2024-06-30');
    expect(shanghaiDate('2024-06-30T16:00:00.000Z')).toBe('2024-07-01');
    expect(shanghaiMinute('2024-12-31T16:05:59.000Z')).toBe('2025-01-01 00:05');
  });

  it('agrees with the time-zone database', () => {
    const format = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' });
    const from = Date.parse('2000-01-01T00:00:00Z');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_000_000_000 }), seconds => {
        const at = new Date(from + seconds * 1000);
        expect(shanghaiDate(at.toISOString())).toBe(format.format(at));
      }),
      { seed: 8, numRuns: 200 },
    );
  });

  it('days are counted over months and leap days, both ways', () => {
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
    expect(addDays('2024-12-31', 1)).toBe('2025-01-01');
    expect(addDays('2024-03-01', -1)).toBe('2024-02-29');
  });
});

describe('第二十五条 five years, counted as D-31 reads them', () => {
  it.each([
    ['2026-05-10', '2031-05-10'],
    ['2024-02-29', '2029-02-28'],
    ['2027-02-28', '2032-02-28'],
    ['2026-12-31', '2031-12-31'],
  ])('from %s the last day is %s', (from, lastDay) => {
    expect(lastDayOfYears(from, 5)).toBe(lastDay);
  });

  it('four years from a leap day end on the leap day', () => {
    expect(lastDayOfYears('2024-02-29', 4)).toBe('2028-02-29');
  });
});
