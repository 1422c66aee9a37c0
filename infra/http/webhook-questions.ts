/** What a holder is told of his webhooks: how each stands, and what became of each message. */
import { z } from 'zod';
import { roleSchema } from '../../events/envelope.ts';
import type { AccountId } from '../../events/ids.ts';
import type { Webhook } from '../../events/rules/webhooks.ts';
import { instantSchema } from '../../events/time.ts';
import { WEBHOOK_END_CAUSES, webhookIdSchema } from '../../events/webhook.ts';
import type { Clock } from '../../services/ports.ts';
import type { IdentityService } from '../identity/identity.ts';
import { WEBHOOK_STANDINGS, webhookStanding } from '../webhooks/standing.ts';
import { DELIVERY_OUTCOMES, type DeliveryEntry } from '../webhooks/store.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';
import { notThere } from './problem.ts';
import { question } from './question.ts';
import { callerOf } from './request-context.ts';

export interface WebhookPorts {
  readonly webhooks: Webhooks;
  readonly identity: Pick<IdentityService, 'webhooksOf'>;
}

const shownSchema = z.object({
  webhookId: webhookIdSchema,
  system: z.string(),
  url: z.string(),
  types: z.array(z.string()).optional(),
  role: roleSchema.meta({ description: 'In which it was registered: what is sent is what its holder sees in it' }),
  registeredAt: instantSchema,
  standing: z.enum(WEBHOOK_STANDINGS),
  verifiedAt: instantSchema.optional().meta({ description: 'When the address answered the challenge' }),
  cursor: z.string().optional().meta({ description: 'Up to here everything was delivered or waits to be sent again' }),
  waiting: z.int().optional().meta({ description: 'Events that were not taken, or wait behind one of their subject' }),
  since: instantSchema.optional().meta({ description: 'When the first of them was sent in vain' }),
  nextAt: instantSchema
    .optional()
    .meta({ description: 'When one of them is sent again, or the receiver’s pause is over' }),
  ended: z
    .object({ cause: z.enum(WEBHOOK_END_CAUSES), reason: z.string(), at: instantSchema })
    .optional()
    .meta({ description: 'Why nothing is sent any more' }),
});

const entrySchema = z.object({
  number: z.int(),
  messageId: z.string().meta({ description: '`webhook-id`; the same whenever the event is sent again' }),
  cursor: z.string().optional().meta({ description: 'Place of the event, for `after` of a replay; absent for tests' }),
  type: z.string(),
  attempt: z.int(),
  at: instantSchema,
  outcome: z.enum(DELIVERY_OUTCOMES),
  status: z.int().optional(),
  reason: z.string().optional(),
});

/** As ListOwnWebhooks and ListDeliveries answer. */
export type ShownWebhook = z.infer<typeof shownSchema>;
export type ShownDelivery = z.infer<typeof entrySchema>;

const MAX_LIMIT = 200;
const deliveriesSchema = z.strictObject({
  webhookId: webhookIdSchema,
  before: z.coerce.number().int().min(1).optional().meta({ description: 'Entries with smaller numbers' }),
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(50),
});

/** Each about one’s own webhooks; those of others are not there. */
export function webhookQuestions({ webhooks, identity, clock }: WebhookPorts & { readonly clock: Clock }) {
  async function shownOf(accountId: AccountId, webhook: Webhook): Promise<ShownWebhook> {
    const { id: webhookId, system, url, types, role, registeredAt, ended } = webhook;
    const [state, receives] = [await webhooks.stateOf(webhookId), await webhooks.receives(accountId, webhookId)];
    return {
      webhookId,
      system,
      url,
      ...(types && { types: [...types] }),
      role,
      registeredAt,
      ...webhookStanding({ ended, receives, state }, Date.parse(clock.now())),
      ...(state?.verifiedAt !== undefined && { verifiedAt: state.verifiedAt }),
      ...(state && { cursor: state.cursor, waiting: state.parked.length }),
      ...(ended && { ended }),
    };
  }

  const listed = question({
    path: '/webhooks',
    name: 'ListOwnWebhooks',
    title: '本人的推送',
    summary: 'The webhooks that the caller has registered, newest first, and how each stands.',
    access: 'signed-in',
    scope: 'webhooks',
    input: z.strictObject({}),
    output: z.object({ items: z.array(shownSchema) }),
    async answer(_input, context) {
      const { accountId } = callerOf(context).actor;
      const found = await identity.webhooksOf(accountId);
      return { items: await Promise.all(found.toReversed().map(webhook => shownOf(accountId, webhook))) };
    },
  });

  const deliveries = question({
    path: '/webhooks/:webhookId/deliveries',
    name: 'ListDeliveries',
    title: '推送记录',
    summary: 'What became of each attempt, newest first; the latest ten thousand are kept.',
    access: 'signed-in',
    scope: 'webhooks',
    input: deliveriesSchema,
    output: z.object({ items: z.array(entrySchema) }),
    async answer({ webhookId, before = Number.MAX_SAFE_INTEGER, limit }, context) {
      await webhookOf(callerOf(context).actor.accountId, webhookId, identity);
      return { items: (await webhooks.entriesOf(webhookId, before, limit)).map(shownEntry) };
    },
  });

  return [listed, deliveries];
}

/** An account’s webhook. Throws 404 where it has none of that id. */
export async function webhookOf(
  accountId: AccountId,
  webhookId: string,
  identity: WebhookPorts['identity'],
): Promise<Webhook> {
  const found = (await identity.webhooksOf(accountId)).find(({ id }) => id === webhookId);
  if (!found) throw notThere();
  return found;
}

function shownEntry({ webhookId: _, ...entry }: DeliveryEntry): ShownDelivery {
  return entry;
}
