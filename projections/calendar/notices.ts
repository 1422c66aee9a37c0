/** Which holiday notice counts for which year, and which were registered before it. */
import { z } from 'zod';
import { holidayNoticeRegistered, holidayNoticeSchema, SHIPPED_NOTICES } from '../../events/calendar.ts';
import { yearSchema } from '../../events/ids.ts';
import { instantSchema } from '../../events/time.ts';
import type { Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { all, load } from '../query.ts';
import type { TableColumn } from '../table.ts';

const versionSchema = holidayNoticeSchema.extend({
  /** 0 is shipped with the product; those registered are numbered from 1 on. */
  version: z.int().min(0),
  reason: z.string().optional(),
  registeredAt: instantSchema.optional(),
});

export const holidayNoticeRowSchema = z.strictObject({
  year: yearSchema,
  /** Oldest first; the last one counts. */
  versions: z.array(versionSchema),
});
type HolidayNoticeRow = z.infer<typeof holidayNoticeRowSchema>;

export const holidayNotices = projection<HolidayNoticeRow>({
  name: 'holiday-notices',
  version: 1,
  question: '各年放假安排通知 (Which holiday notice counts for which year?)',
  indexes: [{ fields: ['year'] }],
  handlers: [
    on(
      [holidayNoticeRegistered],
      ({ data }) => String(data.year),
      (row, { data, meta }) => ({
        year: data.year,
        versions: [...(row?.versions ?? []), { ...data, registeredAt: meta.recordedAt }],
      }),
    ),
  ],
});

export const holidayNoticeSchemaOfYear = z.strictObject({
  year: yearSchema,
  /** The notice that working days are counted by. */
  counts: versionSchema,
  /** Those that counted before it, oldest first. */
  before: z.array(versionSchema),
});
type NoticesOfYear = z.infer<typeof holidayNoticeSchemaOfYear>;

/** Columns of the list, as spreadsheets show it. */
export const HOLIDAY_NOTICE_TABLE: readonly TableColumn<NoticesOfYear>[] = [
  ['年度', row => row.year],
  ['文号', row => row.counts.number],
  ['通知', row => row.counts.title],
  ['印发', row => row.counts.issuedOn],
  ['放假', row => row.counts.holidays.map(({ festival, first, last }) => `${festival} ${first} 至 ${last}`).join('；')],
  ['周末上班', row => row.counts.workedWeekends.join('、')],
];

/** Every year that days can be counted in, newest first. */
export async function noticesByYear(reader: Reader): Promise<readonly NoticesOfYear[]> {
  const rows = await all(reader, holidayNotices, {});
  const years = new Set([...rows.map(({ year }) => year), ...Object.keys(SHIPPED_NOTICES).map(Number)]);
  return [...years]
    .toSorted((a, b) => b - a)
    .flatMap(
      year =>
        ofYear(
          year,
          rows.find(row => row.year === year),
        ) ?? [],
    );
}

export async function noticesOfYear(reader: Reader, year: number): Promise<NoticesOfYear | undefined> {
  return ofYear(year, await load(reader, holidayNotices, String(year)));
}

function ofYear(year: number, row: HolidayNoticeRow | undefined): NoticesOfYear | undefined {
  const versions = [SHIPPED_NOTICES[String(year)] ?? [], row?.versions ?? []].flat();
  const counts = versions.at(-1);
  return counts && { year, counts, before: versions.slice(0, -1) };
}
