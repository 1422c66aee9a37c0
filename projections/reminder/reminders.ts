/** R-O11: which organisation was reminded of which duty, and when. */
import { z } from 'zod';
import { type ReminderStage, reminderIdOf, reminderSchema, reminderSent } from '../../events/reminder.ts';
import { instantSchema } from '../../events/time.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { given } from '../query.ts';

export const reminderRowSchema = reminderSchema.extend({
  reminderId: z.string(),
  sentAt: instantSchema,
});
export type ReminderRow = z.infer<typeof reminderRowSchema>;

export const reminders = projection<ReminderRow>({
  name: 'reminders',
  version: 1,
  question: '向哪些单位发送过哪些期限提醒 (Which organisation was reminded of which duty, and when?)',
  indexes: [
    { fields: ['owedBy.orgId', 'sentAt'] },
    { fields: ['owedBy.orgId', 'year', 'stage', 'sentAt'] },
    { fields: ['year', 'stage', 'sentAt'] },
    { fields: ['sentAt'] },
  ],
  handlers: [
    on(
      [reminderSent],
      ({ data }) => reminderIdOf(data),
      (_row, { data, meta }, reminderId) => ({ ...data, reminderId, sentAt: meta.recordedAt }),
    ),
  ],
});

/** The latest first; of one organisation, year or stage if it is named. */
export function remindersSent(
  reader: Reader,
  of: {
    readonly orgId?: string | undefined;
    readonly year?: number | undefined;
    readonly stage?: ReminderStage | undefined;
  },
  page: { readonly limit: number; readonly cursor?: string },
): Promise<Page> {
  const where = given({ 'owedBy.orgId': of.orgId, year: of.year, stage: of.stage });
  return reader.find(reminders, { where, order: { by: ['sentAt'], direction: 'desc' }, ...page });
}
