import { describe, expect, it } from 'vitest';
import { type HolidayNotice, holidayNoticeRegistered, SHIPPED_NOTICES } from '../../events/calendar.ts';
import { registerHolidayNotice } from '../../services/calendar/commands.ts';
import { decide, factsOf, refusalOf } from '../support/given.ts';

const NOW = '2026-11-10T02:00:00.000Z';

const notice = {
  year: 2027,
  number: '国办发明电〔2026〕7号',
  title: '国务院办公厅关于2027年部分节假日安排的通知',
  issuedOn: '2026-11-05',
  holidays: [
    { festival: '元旦', first: '2027-01-01', last: '2027-01-03' },
    { festival: '春节', first: '2027-02-05', last: '2027-02-12' },
  ],
  workedWeekends: ['2027-02-13'],
};
const registered = (change: object = {}) => holidayNoticeRegistered.of({ ...notice, version: 1, ...change });
const register = (change: object = {}, past = [] as ReturnType<typeof registered>[]) =>
  decide(registerHolidayNotice, { past, input: { ...notice, ...change }, now: NOW });

describe('registering a holiday notice', () => {
  it('given a year without one, when it is registered, then it is version 1', () => {
    expect(factsOf(register())).toEqual([{ type: 'holiday-notice.registered', data: { ...notice, version: 1 } }]);
  });

  it('given it is registered, when the same days come again, then nothing is recorded', () => {
    expect(factsOf(register({}, [registered()]))).toEqual([]);
    expect(factsOf(register({ reason: '再次登记' }, [registered()]))).toEqual([]);
  });

  it('given it is registered, when a corrected one comes, then it needs a reason and is the next version', () => {
    const corrected = { workedWeekends: ['2027-02-13', '2027-02-20'] };
    expect(refusalOf(register(corrected, [registered()]))).toMatchObject({
      code: 'replacing-needs-reason',
      faults: [{ pointer: '/reason' }],
    });
    const reason = '漏登一个调休日';
    expect(factsOf(register({ ...corrected, reason }, [registered()]))).toEqual([
      { type: 'holiday-notice.registered', data: { ...notice, ...corrected, version: 2, reason } },
    ]);
  });

  it('given the product ships one for the year, then the same one changes nothing and another needs a reason', () => {
    const { version: _shipped, ...shipped } = SHIPPED_NOTICES['2026'] as HolidayNotice;
    expect(factsOf(register(shipped))).toEqual([]);
    const changed = { ...shipped, number: '国办发明电〔2026〕1号' };
    expect(refusalOf(register(changed)).code).toBe('replacing-needs-reason');
    expect(factsOf(register({ ...changed, reason: '国务院延长春节假期' }))).toMatchObject([{ data: { version: 1 } }]);
  });

  it.each([
    [
      'a holiday that ends before it begins',
      { holidays: [{ festival: '元旦', first: '2027-01-03', last: '2027-01-01' }] },
      '/holidays/0',
      'ends-before-it-begins',
    ],
    [
      'a holiday of another year',
      { holidays: [{ festival: '元旦', first: '2026-01-01', last: '2026-01-03' }] },
      '/holidays/0',
      'outside-the-year',
    ],
    [
      'a holiday that runs into the next year',
      { holidays: [{ festival: '元旦', first: '2027-12-30', last: '2028-01-01' }] },
      '/holidays/0',
      'outside-the-year',
    ],
    [
      'a holiday of a month',
      { holidays: [{ festival: '春节', first: '2027-02-05', last: '2027-03-05' }] },
      '/holidays/0',
      'too-long',
    ],
    [
      'two holidays on one day',
      { holidays: [...notice.holidays, { festival: '元旦', first: '2027-01-03', last: '2027-01-04' }] },
      '/holidays/2',
      'overlaps',
    ],
    ['a worked Wednesday', { workedWeekends: ['2027-02-17'] }, '/workedWeekends/0', 'not-a-weekend-day'],
    ['a worked day within a holiday', { workedWeekends: ['2027-02-06'] }, '/workedWeekends/0', 'within-a-holiday'],
    ['a worked day given twice', { workedWeekends: ['2027-02-13', '2027-02-13'] }, '/workedWeekends/1', 'twice'],
    ['a worked day of 2099', { workedWeekends: ['2099-02-14'] }, '/workedWeekends/0', 'outside-the-year'],
  ])('when it holds %s, then it is refused with the place', (_case, change, pointer, code) => {
    const refusal = refusalOf(register(change));
    expect(refusal).toMatchObject({ kind: 'invalid', code: 'holiday-notice-inconsistent' });
    expect(refusal.faults).toContainEqual(expect.objectContaining({ pointer, code }));
  });

  it('元旦 may begin in December, and a weekend day of December be worked for it', () => {
    const early = {
      holidays: [{ festival: '元旦', first: '2026-12-31', last: '2027-01-02' }],
      workedWeekends: ['2026-12-27'],
    };
    expect(factsOf(register(early))).toHaveLength(1);
  });

  it('when it has not been issued yet, then it is refused', () => {
    expect(refusalOf(register({ issuedOn: '2026-11-11' }))).toMatchObject({
      code: 'date-in-future',
      faults: [{ pointer: '/issuedOn' }],
    });
  });

  it.each(['', '国办发明电2026-7', '7号', 'x'.repeat(50)])('%j is no number of a document', number => {
    expect(registerHolidayNotice.input.safeParse({ ...notice, number }).success).toBe(false);
  });
});
