/**
 * Webhooks (制度 数据接口): a holder has the events that he may see sent to a system of his. Registering one is his own act;
 * it ends by him, by those who administer his account, or by the system itself when nobody takes what is sent.
 */
import { z } from 'zod';
import { catalogue } from '../../events/catalogue.ts';
import type { Webhook } from '../../events/rules/webhooks.ts';
import { webhookEnded, webhookIdSchema, webhookRegistered } from '../../events/webhook.ts';
import { command } from '../command.ts';
import { notFound, type Rejection, refuseByHouse } from '../rejection.ts';
import { again } from '../repeat.ts';
import { HOLDERS, isOwn, othersFault } from './api-keys.ts';
import { onAccount } from './commands.ts';
import { administered } from './credentials.ts';
import type { AccountState } from './state.ts';

/** How many webhooks of an account may be registered at once. */
const MOST_WEBHOOKS = 5;

function tooMany(): Rejection {
  return refuseByHouse(
    'integration',
    'too-many-webhooks',
    `每个账户同时登记的推送不超过${MOST_WEBHOOKS}个，请先停止不用的`,
    `an account has no more than ${MOST_WEBHOOKS} webhooks; end those that are not used`,
  );
}

const { accountId, system, url, types } = webhookRegistered.schema.shape;

export const registerWebhook = command({
  ...onAccount,
  allow: HOLDERS,
  name: 'RegisterWebhook',
  title: '登记推送',
  records: [webhookRegistered],
  summary:
    'Has the events that the holder may see in his present role sent to an address of his, by Standard Webhooks. The answer has the secret that messages are signed with, once. Nothing is sent before the address has answered a challenge.',
  input: z.strictObject({
    accountId,
    system,
    url,
    types: types
      .refine(
        names => names === undefined || names.every(name => catalogue.has(name)),
        '没有这种事件 (no such event type)',
      )
      .meta({ description: 'Kinds of events, of all that the holder may see; all unless named' }),
  }),
  gate(state, given, _known, on) {
    if (!isOwn(state, on.accountId, given)) return notFound();
    return webhooksOf(state).filter(({ ended }) => !ended).length >= MOST_WEBHOOKS ? tooMany() : state;
  },
  decide: (_own, input, given) => [webhookRegistered.of({ ...input, webhookId: given.newId })],
});

export const endWebhook = command({
  ...administered,
  allow: HOLDERS,
  name: 'EndWebhook',
  title: '停止推送',
  records: [webhookEnded],
  summary: 'Ends a webhook at once: by its holder, or by those who administer his account.',
  input: webhookEnded.schema.pick({ accountId: true, webhookId: true, reason: true }),
  gate(state, given, around, { accountId, webhookId }) {
    const fault = isOwn(state, accountId, given) ? undefined : othersFault(state, { accountId }, given, around);
    return fault ?? webhookIn(state, webhookId);
  },
  done: ({ ended }) => ended !== undefined,
  decide: (webhook, input) => end(webhook, { ...input, cause: 'withdrawn' }),
});

export const endFailingWebhook = command({
  ...onAccount,
  allow: ['SYS'],
  hidden: true,
  name: 'EndFailingWebhook',
  title: '停止无人接收的推送',
  records: [webhookEnded],
  summary: 'Ends a webhook whose receiver wants no more, or has taken nothing for three days.',
  input: webhookEnded.schema.extend({ webhookId: webhookIdSchema, cause: z.enum(['gone', 'failing']) }),
  gate: (state, _given, _known, { webhookId }) => webhookIn(state, webhookId),
  decide: end,
});

function webhookIn(state: AccountState, webhookId: string): Webhook | Rejection {
  return webhooksOf(state).find(({ id }) => id === webhookId) ?? notFound();
}

function end(webhook: Webhook, data: z.infer<typeof webhookEnded.schema>) {
  if (webhook.ended) return again({ reason: webhook.ended.reason }, { reason: data.reason });
  return [webhookEnded.of(data, { reason: data.reason })];
}

const webhooksOf = ({ webhooks = [] }: AccountState): readonly Webhook[] => webhooks;
