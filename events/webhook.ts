/**
 * Webhooks, on the stream of the account that registered them: where events are sent, and why one ended. How far each has
 * come is kept beside the log.
 */
import { z } from 'zod';
import { eventType } from './event-type.ts';
import { accountIdSchema } from './ids.ts';
import { lineSchema, paragraphSchema } from './text.ts';

export const webhookIdSchema = z.string().regex(/^[0-9a-z]{4,32}$/);

/** Kinds of events by their wire names. */
const eventTypesSchema = z
  .array(z.string().regex(/^[a-z0-9.-]{3,80}$/))
  .min(1)
  .max(100);

export const webhookRegistered = eventType(
  'account.webhook-registered',
  { houseRule: 'integration', phase: '监督管理', visibility: 'internal', title: '登记推送' },
  z.strictObject({
    accountId: accountIdSchema,
    webhookId: webhookIdSchema,
    /** The system that receives. */
    system: lineSchema,
    url: z.url({ protocol: /^https?$/ }).max(500),
    /** What is sent of all that the holder may see; all unless named. */
    types: eventTypesSchema.optional(),
  }),
);

/** Ended by its holder or his administrators, by the receiver who wants no more, or after days in which nothing was taken. */
export const WEBHOOK_END_CAUSES = ['withdrawn', 'gone', 'failing'] as const;

export const webhookEnded = eventType(
  'account.webhook-ended',
  { houseRule: 'integration', phase: '监督管理', visibility: 'internal', title: '停止推送' },
  z.strictObject({
    accountId: accountIdSchema,
    webhookId: webhookIdSchema,
    cause: z.enum(WEBHOOK_END_CAUSES),
    reason: paragraphSchema,
  }),
);

export const webhookEventTypes = [webhookRegistered, webhookEnded] as const;
