/** What a holder or his system does with a webhook: see how it stands, answer for it, test it, send again, change its secret. */
import { z } from 'zod';
import type { AccountId } from '../../events/ids.ts';
import type { Webhook } from '../../events/rules/webhooks.ts';
import { instantSchema } from '../../events/time.ts';
import { WEBHOOK_END_CAUSES, webhookIdSchema } from '../../events/webhook.ts';
import type { IdentityService } from '../identity/identity.ts';
import { reasonNotTaken } from '../webhooks/dispatcher.ts';
import type { SendingResult } from '../webhooks/sending.ts';
import { DELIVERY_OUTCOMES, type DeliveryEntry, type WebhookState } from '../webhooks/store.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';
import { readJson } from './body.ts';
import { BASE, type Endpoint } from './endpoint.ts';
import { parseInput, queryOf } from './input.ts';
import { notThere } from './problem.ts';
import { callerOf, type RequestContext, sendJson } from './request-context.ts';

export interface WebhookEndpointPorts {
  readonly webhooks: Webhooks;
  readonly identity: Pick<IdentityService, 'webhooksOf'>;
}

const pathSchema = z.strictObject({ webhookId: webhookIdSchema });

const shownSchema = z.object({
  webhookId: webhookIdSchema,
  system: z.string(),
  url: z.string(),
  types: z.array(z.string()).optional(),
  registeredAt: instantSchema,
  verifiedAt: instantSchema.optional().meta({ description: 'When the address answered the challenge' }),
  cursor: z.string().optional().meta({ description: 'Up to here everything was delivered or waits to be sent again' }),
  waiting: z.int().optional().meta({ description: 'Events that were not taken, or wait behind one of their subject' }),
  nextAt: instantSchema.optional().meta({ description: 'When the first of them is due' }),
  ended: z
    .object({ cause: z.enum(WEBHOOK_END_CAUSES), reason: z.string(), at: instantSchema })
    .optional()
    .meta({ description: 'Why nothing is sent any more' }),
});

const resultSchema = z.object({
  outcome: z.enum(['delivered', 'failed', 'refused']),
  status: z.int().optional().meta({ description: 'What the address answered' }),
  reason: z.string().optional(),
});

const secretSchema = z.object({
  webhookSecret: z
    .string()
    .meta({ description: '`whsec_…` of Standard Webhooks, shown once. The one before signs for a day more' }),
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

const MAX_LIMIT = 200;
const entriesSchema = pathSchema.extend({
  before: z.coerce.number().int().min(1).optional().meta({ description: 'Entries with smaller numbers' }),
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(50),
});

const replaySchema = z.strictObject({
  after: z
    .string()
    .min(1)
    .max(100)
    .meta({ description: 'A place of the feed: `0` for all, or as the delivery log tells it' }),
});

const own = { kind: 'builtin', access: 'signed-in', scope: 'webhooks' } as const;
const json = (schema: z.ZodType, description: string) => ({
  responses: { 200: { description, content: { 'application/json': { schema } } } },
});

/** Each about one’s own webhooks; those of others are not there. */
export function webhookEndpoints(ports: WebhookEndpointPorts): readonly Endpoint[] {
  const { webhooks } = ports;
  return [
    {
      ...own,
      method: 'GET',
      path: `${BASE}/webhooks`,
      name: 'ListOwnWebhooks',
      title: '本人的推送',
      summary: 'The webhooks that the caller has registered, newest first, and how each stands.',
      operation: json(z.object({ items: z.array(shownSchema) }), '推送 (Webhooks)'),
      handle: context => list(context, ports),
    },
    {
      ...own,
      method: 'GET',
      path: `${BASE}/webhooks/:webhookId/deliveries`,
      name: 'ListDeliveries',
      title: '推送记录',
      summary: 'What became of each attempt, newest first; the latest ten thousand are kept.',
      operation: {
        requestParams: { path: pathSchema, query: entriesSchema.omit({ webhookId: true }) },
        ...json(z.object({ items: z.array(entrySchema) }), '推送记录 (Deliveries)'),
      },
      async handle(context) {
        const { req } = context;
        const values = { ...queryOf(req.url, ['before', 'limit']), ...req.params };
        const { webhookId, before = Number.MAX_SAFE_INTEGER, limit } = parseInput(entriesSchema, values, req);
        await webhookOf(context, webhookId, ports);
        const items = (await webhooks.entriesOf(webhookId, before, limit)).map(shownEntry);
        sendJson(context, 200, JSON.stringify({ items }));
      },
    },
    {
      ...own,
      method: 'POST',
      path: `${BASE}/webhooks/:webhookId/challenge`,
      name: 'ChallengeWebhook',
      title: '验证推送地址',
      summary:
        'Sends `{"type":"webhook.challenge","challenge":…}` to the address, signed; it answers 200 with `{"challenge":…}`. From then on events are sent.',
      operation: { requestParams: { path: pathSchema }, ...json(resultSchema, '结果 (Outcome)') },
      handle: context => sendNow(context, ports, webhooks.challenge),
    },
    {
      ...own,
      method: 'POST',
      path: `${BASE}/webhooks/:webhookId/test`,
      name: 'TestWebhook',
      title: '测试推送',
      summary: 'Sends `{"type":"webhook.test",…}` to the address, signed, and tells what it answered.',
      operation: { requestParams: { path: pathSchema }, ...json(resultSchema, '结果 (Outcome)') },
      handle: context => sendNow(context, ports, webhooks.test),
    },
    {
      ...own,
      method: 'POST',
      path: `${BASE}/webhooks/:webhookId/secret`,
      name: 'RotateWebhookSecret',
      title: '更换推送密钥',
      summary: 'A new secret, shown once; messages are signed with the one before too, for a day.',
      operation: { requestParams: { path: pathSchema }, ...json(secretSchema, '新的密钥 (The new secret)') },
      async handle(context) {
        const { accountId, webhookId } = await asked(context, ports);
        const webhookSecret = await webhooks.rotate(accountId, webhookId);
        if (webhookSecret === undefined) throw notThere();
        sendJson(context, 200, JSON.stringify({ webhookSecret }));
      },
    },
    {
      ...own,
      method: 'POST',
      path: `${BASE}/webhooks/:webhookId/replay`,
      name: 'ReplayWebhook',
      title: '重新推送',
      summary:
        'Sends all events after a place of the feed, again where they were sent; what waits is sent in its place there.',
      operation: {
        requestParams: { path: pathSchema },
        requestBody: { required: true, content: { 'application/json': { schema: replaySchema } } },
        ...json(z.object({ cursor: z.string() }), '从此处起 (From here on)'),
      },
      async handle(context) {
        const { accountId, webhookId } = await asked(context, ports);
        const { after } = parseInput(replaySchema, await readJson(context.req), context.req);
        if (!(await webhooks.replay(accountId, webhookId, after))) throw notThere();
        sendJson(context, 200, JSON.stringify({ cursor: after }));
      },
    },
  ];
}

async function list(context: RequestContext, { webhooks, identity }: WebhookEndpointPorts): Promise<void> {
  const found = await identity.webhooksOf(callerOf(context).actor.accountId);
  const items = await Promise.all(
    found.toReversed().map(async webhook => shownOf(webhook, await webhooks.stateOf(webhook.id))),
  );
  sendJson(context, 200, JSON.stringify({ items }));
}

function shownOf(webhook: Webhook, state: WebhookState | undefined): z.infer<typeof shownSchema> {
  const { id: webhookId, system, url, types, registeredAt, ended } = webhook;
  const due = state?.parked.filter(({ attempts }) => attempts > 0).map(({ dueAt }) => dueAt) ?? [];
  return {
    webhookId,
    system,
    url,
    ...(types && { types: [...types] }),
    registeredAt,
    ...(state?.verifiedAt !== undefined && { verifiedAt: state.verifiedAt }),
    ...(state && { cursor: state.cursor, waiting: state.parked.length }),
    ...(due.length > 0 && { nextAt: new Date(Math.min(...due)).toISOString() }),
    ...(ended && { ended }),
  };
}

function shownEntry({ webhookId: _, ...entry }: DeliveryEntry): z.infer<typeof entrySchema> {
  return entry;
}

async function webhookOf(context: RequestContext, webhookId: string, { identity }: WebhookEndpointPorts) {
  const found = await identity.webhooksOf(callerOf(context).actor.accountId);
  const webhook = found.find(({ id }) => id === webhookId);
  if (!webhook) throw notThere();
  return webhook;
}

/** The caller’s webhook that the path names, while it has not ended. */
async function asked(context: RequestContext, ports: WebhookEndpointPorts) {
  const { accountId } = callerOf(context).actor as { accountId: AccountId };
  const { webhookId } = parseInput(pathSchema, context.req.params, context.req);
  if ((await webhookOf(context, webhookId, ports)).ended) throw notThere();
  return { accountId, webhookId };
}

async function sendNow(
  context: RequestContext,
  ports: WebhookEndpointPorts,
  send: (accountId: AccountId, id: string) => Promise<SendingResult | undefined>,
): Promise<void> {
  const { accountId, webhookId } = await asked(context, ports);
  const result = await send(accountId, webhookId);
  if (!result) throw notThere();
  const { outcome, answer } = result;
  const told: z.infer<typeof resultSchema> = {
    outcome: outcome === 'gone' ? 'failed' : outcome,
    ...(answer && { status: answer.status }),
    ...(outcome !== 'delivered' && { reason: reasonNotTaken(result) }),
  };
  sendJson(context, 200, JSON.stringify(told));
}
