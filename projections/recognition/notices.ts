/** Public notices (公示) with what was objected in them; who objected stays with those who decide (D-17). */
import { z } from 'zod';
import { noticeUsedSchema } from '../../events/calendar.ts';
import { evidenceSchema } from '../../events/envelope.ts';
import { projectIdSchema, yearSchema } from '../../events/ids.ts';
import { sealedSchema } from '../../events/personal.ts';
import {
  noticedResultSchema,
  objectionDismissed,
  objectionRaised,
  objectionUpheld,
  publicNoticeClosed,
  publicNoticeOpened,
} from '../../events/recognition.ts';
import { dateSchema, instantSchema } from '../../events/time.ts';
import type { Caller, Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { nameOf, parsed } from '../query.ts';

export const publicNoticeRowSchema = z.strictObject({
  year: yearSchema,
  notice: z.int(),
  list: z.array(noticedResultSchema),
  workingDays: z.int(),
  from: dateSchema,
  lastDay: dateSchema,
  /** The holiday notices that the days were counted by. */
  countedBy: z.array(noticeUsedSchema),
  url: z.string(),
  closedAt: instantSchema.optional(),
});
type NoticeRow = z.infer<typeof publicNoticeRowSchema>;

const noticeId = ({ year, notice }: { readonly year: number; readonly notice: number }) => `${year}-${notice}`;

export const publicNotices = projection<NoticeRow>({
  name: 'public-notices',
  version: 2,
  question: '公示 (Which results were under public notice, until when?)',
  indexes: [{ fields: ['year', 'notice'] }],
  handlers: [
    on(
      [publicNoticeOpened],
      ({ data }) => noticeId(data),
      (_row, { data }) => data,
    ),
    on(
      [publicNoticeClosed],
      ({ data }) => noticeId(data),
      (row, { meta }) => row && { ...row, closedAt: meta.effectiveAt },
    ),
  ],
});

const objectionRowSchema = z.strictObject({
  year: yearSchema,
  objectionId: z.string(),
  projectId: projectIdSchema,
  notice: z.int(),
  objector: z.strictObject({ name: sealedSchema, phone: sealedSchema }),
  grounds: z.string(),
  evidence: z.array(evidenceSchema),
  raisedAt: instantSchema,
  outcome: z.enum(['open', 'upheld', 'dismissed']),
  reason: z.string().optional(),
});
type ObjectionRow = z.infer<typeof objectionRowSchema>;

export const objections = projection<ObjectionRow>({
  name: 'objections',
  version: 1,
  question: '异议登记 (What was objected, and what was decided?)',
  indexes: [{ fields: ['year', 'objectionId'] }],
  handlers: [
    on(
      [objectionRaised],
      ({ data }) => data.objectionId,
      (_row, { data, meta }) => ({ ...data, raisedAt: meta.effectiveAt, outcome: 'open' }),
    ),
    on(
      [objectionUpheld, objectionDismissed],
      ({ data }) => data.objectionId,
      (row, { type, data }) =>
        row && { ...row, outcome: type === 'objection.upheld' ? 'upheld' : 'dismissed', reason: data.reason },
    ),
  ],
});

export const objectionSchema = objectionRowSchema.omit({ objector: true }).extend({
  /** For the authority that decides. */
  objector: z.strictObject({ name: z.string(), phone: z.string() }).optional(),
});

export function noticesOf(
  reader: Reader,
  year: number,
  page: { readonly limit: number; readonly cursor?: string },
): Promise<Page> {
  return reader.find(publicNotices, { where: { year }, order: { by: ['notice'], direction: 'asc' }, ...page });
}

export async function objectionsOf(
  reader: Reader,
  caller: Caller,
  year: number,
  page: { readonly limit: number; readonly cursor?: string },
): Promise<{ readonly page: Page; readonly items: readonly z.infer<typeof objectionSchema>[] }> {
  const found = await reader.find(objections, {
    where: { year },
    order: { by: ['objectionId'], direction: 'asc' },
    ...page,
  });
  const items = parsed(objections, found).map(async ({ objector, ...row }) => {
    if (caller?.role !== 'MSR') return row;
    const [name, phone] = await Promise.all([nameOf(reader, objector.name), nameOf(reader, objector.phone)]);
    return { ...row, objector: { name, phone } };
  });
  return { page: found, items: await Promise.all(items) };
}
