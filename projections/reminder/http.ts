/** Queries on reminders: an organisation reads its own, those who oversee read all. */
import { z } from 'zod';
import { RECOMMENDING_ROLES } from '../../events/envelope.ts';
import { reminderStageSchema } from '../../events/reminder.ts';
import { OVERSIGHT, oversees, pageAsked, paging, yearParameter } from '../query.ts';
import { get, pageOf } from '../route.ts';
import { reminderRowSchema, remindersSent } from './reminders.ts';

export const routes = [
  get({
    path: '/reminders',
    name: 'ListReminders',
    title: '期限提醒',
    summary:
      'Reminders of duties that will soon be due or are overdue, the latest first; its own unless the caller oversees.',
    allow: ['UNIT', ...RECOMMENDING_ROLES, ...OVERSIGHT],
    input: z.strictObject({
      owedBy: z.string().min(2).max(64).optional().meta({ description: 'Credit code, body id, or msr' }),
      year: yearParameter.optional(),
      stage: reminderStageSchema.optional(),
      ...paging,
    }),
    output: reminderRowSchema,
    paged: true,
    async answer({ owedBy, year, stage, ...asked }, caller, reader) {
      const own = caller?.orgId;
      const seesAll = oversees(caller);
      if (!seesAll && (own === undefined || (owedBy ?? own) !== own)) return { kind: 'none' };
      const orgId = seesAll ? owedBy : own;
      return pageOf(await remindersSent(reader, { orgId, year, stage }, pageAsked(asked)));
    },
  }),
] as const;
