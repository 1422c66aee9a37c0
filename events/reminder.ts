/**
 * Stream `reminder-{id}`: an organisation was told, once, that a duty will soon be due or is overdue. The id is made of what
 * the reminder is about, so that the log itself knows which reminders there have been.
 */
import { z } from 'zod';
import { type About, RECOMMENDING_ROLES, type Role, roleSchema } from './envelope.ts';
import { type EventsOf, eventType } from './event-type.ts';
import { projectIdSchema, streamId, yearSchema } from './ids.ts';
import { ARTICLE_IDS } from './statute.ts';
import { lineSchema } from './text.ts';
import { dateSchema } from './time.ts';

export const REMINDER_STAGES = ['due-soon', 'overdue'] as const;
export const reminderStageSchema = z.enum(REMINDER_STAGES);
export type ReminderStage = z.infer<typeof reminderStageSchema>;

export const reminderSchema = z.strictObject({
  year: yearSchema,
  /** Number in the deadline register, e.g. DL-7. */
  deadline: z.string().regex(/^DL-\d+$/),
  /** Item of the work plan that dates the duty. */
  item: z.string().regex(/^[a-z][A-Za-z]*$/),
  /** What is to be done. */
  title: lineSchema,
  /** The article the duty stands in. */
  duty: z.enum(ARTICLE_IDS),
  /** The plan in force when the reminder fell due. */
  planVersion: z.int().min(1),
  stage: reminderStageSchema,
  /** Last day, 24:00 Asia/Shanghai. */
  dueOn: dateSchema,
  owedBy: z.strictObject({ orgId: z.string().regex(/^[A-Za-z0-9-]{1,64}$/), role: roleSchema }),
  /** Absent for what is owed once a year. */
  projectId: projectIdSchema.optional(),
  projectTitle: lineSchema.optional(),
});
export type Reminder = z.infer<typeof reminderSchema>;

/** What makes two reminders the same: organisation, duty, project, day and stage. */
export function reminderIdOf({ year, item, owedBy, projectId, dueOn, stage }: Reminder): string {
  return [year, item, owedBy.orgId, projectId ?? 'all', dueOn, stage].join('.');
}

/** One reminder; it is sent once, for its id names item, debtor and day. */
export const reminderStream = (reminderId: string) => streamId(`reminder-${reminderId}`);

/** What the envelope says a reminder is about: the year, and the project, unit or body that owes the act. */
export function aboutReminder({ year, owedBy: { orgId, role }, projectId }: Reminder): About {
  const isBody = (RECOMMENDING_ROLES as readonly Role[]).includes(role);
  return {
    year,
    ...(projectId !== undefined && { projectId }),
    ...(role === 'UNIT' && { uscc: orgId }),
    ...(isBody && { bodyId: orgId }),
  };
}

/** Rests on the authority's organising work; the article of the duty is data, for a reminder is no act under that article. */
export const reminderSent = eventType(
  'reminder.sent',
  { article: 'art-05', item: '（四）', phase: '监督管理', visibility: 'parties', title: '发送期限提醒' },
  reminderSchema,
);

export const reminderEventTypes = [reminderSent] as const;
export type ReminderEvent = EventsOf<typeof reminderEventTypes>;
