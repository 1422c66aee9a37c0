/**
 * Stream `calendar-{year}`: the notices of the State Council's general office that say which days of a year are off and
 * which weekend days are worked instead (调休). Working days are counted by the notice that counts for the year: the last
 * one registered, or the one that the product ships.
 */
import { z } from 'zod';
import { type EventsOf, eventType } from './event-type.ts';
import { streamId, yearSchema } from './ids.ts';
import { lineSchema, paragraphSchema } from './text.ts';
import { type CivilDate, dateSchema } from './time.ts';

/** The holiday notices of one calendar year. */
export const calendarStream = (year: number) => streamId(`calendar-${year}`);

/** Days off in one piece, both ends included. */
export const holidaySchema = z.strictObject({ festival: lineSchema, first: dateSchema, last: dateSchema });

export const holidayNoticeSchema = z.strictObject({
  year: yearSchema,
  /** As printed, e.g. 国办发明电〔2025〕7号. */
  number: z
    .string()
    .regex(
      /^\p{Script=Han}{1,10}〔\d{4}〕\d{1,4}号$/u,
      '应为文号，如 国办发明电〔2025〕7号 (the number of the document)',
    ),
  title: lineSchema,
  issuedOn: dateSchema,
  holidays: z.array(holidaySchema).min(1).max(20),
  /** Weekend days that are worked instead. */
  workedWeekends: z.array(dateSchema).max(30),
});

/** A notice as it counts: version 0 is shipped with the product, those registered are numbered from 1 on. */
export type HolidayNotice = z.infer<typeof holidayNoticeSchema> & { readonly version: number };

/** By which notice days were counted, in the event that fixes the day. */
export const noticeUsedSchema = z.strictObject({
  year: yearSchema,
  number: z.string(),
  version: z.int().min(0),
});
export type NoticeUsed = z.infer<typeof noticeUsedSchema>;

/** Rests on the authority's organising work, as no article speaks of working days. */
export const holidayNoticeRegistered = eventType(
  'holiday-notice.registered',
  { article: 'art-05', item: '（四）', phase: '监督管理', visibility: 'public', title: '登记放假安排通知' },
  holidayNoticeSchema.extend({
    version: z.int().min(1),
    /** Why it takes the place of the notice that counted before; absent for the first one of a year. */
    reason: paragraphSchema.optional(),
  }),
);

export const calendarEventTypes = [holidayNoticeRegistered] as const;
export type CalendarEvent = EventsOf<typeof calendarEventTypes>;

const off = (festival: string, first: CivilDate, last: CivilDate = first) => ({ festival, first, last });

/** Those published so far, by year, as the gazette prints them. They count until a registered notice takes their place. */
export const SHIPPED_NOTICES: Readonly<Record<string, HolidayNotice>> = {
  '2024': {
    year: 2024,
    version: 0,
    number: '国办发明电〔2023〕7号',
    title: '国务院办公厅关于2024年部分节假日安排的通知',
    issuedOn: '2023-10-25',
    holidays: [
      off('元旦', '2024-01-01'),
      off('春节', '2024-02-10', '2024-02-17'),
      off('清明节', '2024-04-04', '2024-04-06'),
      off('劳动节', '2024-05-01', '2024-05-05'),
      off('端午节', '2024-06-10'),
      off('中秋节', '2024-09-15', '2024-09-17'),
      off('国庆节', '2024-10-01', '2024-10-07'),
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
    year: 2025,
    version: 0,
    number: '国办发明电〔2024〕12号',
    title: '国务院办公厅关于2025年部分节假日安排的通知',
    issuedOn: '2024-11-12',
    holidays: [
      off('元旦', '2025-01-01'),
      off('春节', '2025-01-28', '2025-02-04'),
      off('清明节', '2025-04-04', '2025-04-06'),
      off('劳动节', '2025-05-01', '2025-05-05'),
      off('端午节', '2025-05-31', '2025-06-02'),
      off('国庆节、中秋节', '2025-10-01', '2025-10-08'),
    ],
    workedWeekends: ['2025-01-26', '2025-02-08', '2025-04-27', '2025-09-28', '2025-10-11'],
  },
  '2026': {
    year: 2026,
    version: 0,
    number: '国办发明电〔2025〕7号',
    title: '国务院办公厅关于2026年部分节假日安排的通知',
    issuedOn: '2025-11-04',
    holidays: [
      off('元旦', '2026-01-01', '2026-01-03'),
      off('春节', '2026-02-15', '2026-02-23'),
      off('清明节', '2026-04-04', '2026-04-06'),
      off('劳动节', '2026-05-01', '2026-05-05'),
      off('端午节', '2026-06-19', '2026-06-21'),
      off('中秋节', '2026-09-25', '2026-09-27'),
      off('国庆节', '2026-10-01', '2026-10-07'),
    ],
    workedWeekends: ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'],
  },
};
