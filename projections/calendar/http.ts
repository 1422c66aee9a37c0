/** The calendar that working days are counted by: public, so that anyone can count again. */
import { z } from 'zod';
import { yearParameter } from '../query.ts';
import { get, jsonOf } from '../route.ts';
import { HOLIDAY_NOTICE_TABLE, holidayNoticeSchemaOfYear, noticesByYear, noticesOfYear } from './notices.ts';

export const routes = [
  get({
    path: '/holiday-notices',
    name: 'ListHolidayNotices',
    title: '放假安排通知',
    summary: 'Which holiday notice counts for each year that working days can be counted in, newest first.',
    allow: 'public',
    input: z.strictObject({}),
    output: z.strictObject({ items: z.array(holidayNoticeSchemaOfYear) }),
    paged: false,
    table: HOLIDAY_NOTICE_TABLE,
    answer: async (_input, _caller, reader) => jsonOf({ items: await noticesByYear(reader) }),
  }),
  get({
    path: '/holiday-notices/:year',
    name: 'GetHolidayNotice',
    title: '放假安排通知（某年）',
    summary: 'The holiday notice that counts for a year, and those that counted before it.',
    allow: 'public',
    input: z.strictObject({ year: yearParameter }),
    output: holidayNoticeSchemaOfYear,
    paged: false,
    async answer({ year }, _caller, reader) {
      const notices = await noticesOfYear(reader, year);
      return notices ? jsonOf(notices) : { kind: 'none' };
    },
  }),
] as const;
