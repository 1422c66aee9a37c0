/** What a holder or his system does with a webhook: answer for it, test it, send again, change its secret. */
import { z } from 'zod';
import type { AccountId } from '../../events/ids.ts';
import { webhookIdSchema } from '../../events/webhook.ts';
import { reasonNotTaken } from '../webhooks/dispatcher.ts';
import type { SendingResult } from '../webhooks/sending.ts';
import { readJson } from './body.ts';
import { BASE, type Endpoint } from './endpoint.ts';
import { parseInput } from './input.ts';
import { notThere } from './problem.ts';
import { callerOf, type RequestContext, sendJson } from './request-context.ts';
import { type WebhookPorts, webhookOf } from './webhook-questions.ts';

const pathSchema = z.strictObject({ webhookId: webhookIdSchema });

const resultSchema = z.object({
  outcome: z.enum(['delivered', 'failed', 'refused']),
  status: z.int().optional().meta({ description: 'What the address answered' }),
  reason: z.string().optional(),
});

/** What came of a message that is no event. */
export type ToldResult = z.infer<typeof resultSchema>;

const secretSchema = z.object({
  webhookSecret: z
    .string()
    .meta({ description: '`whsec_…` of Standard Webhooks, shown once. The one before signs for a day more' }),
});

/** Where a replay begins. */
export const replaySchema = z.strictObject({
  after: z
    .string()
    .min(1)
    .max(100)
    .meta({ description: 'A place of the feed: `0` for all, or as the delivery log tells it' }),
});

/** What a holder does with a webhook of his; each throws 404 where it is not his, has ended, or may not send now. */
export interface WebhookActs {
  challenge(accountId: AccountId, webhookId: string): Promise<ToldResult>;
  test(accountId: AccountId, webhookId: string): Promise<ToldResult>;
  /** The new secret, which is shown once. */
  rotate(accountId: AccountId, webhookId: string): Promise<string>;
  /** Goes on after a place of its feed. Throws NoSuchPosition. */
  replay(accountId: AccountId, webhookId: string, after: string): Promise<void>;
}

export function webhookActs({ webhooks, identity }: WebhookPorts): WebhookActs {
  async function mustBeOwn(accountId: AccountId, webhookId: string): Promise<void> {
    if ((await webhookOf(accountId, webhookId, identity)).ended) throw notThere();
  }
  const sending = (send: (accountId: AccountId, id: string) => Promise<SendingResult | undefined>) => {
    return async (accountId: AccountId, webhookId: string) => {
      await mustBeOwn(accountId, webhookId);
      const result = await send(accountId, webhookId);
      if (!result) throw notThere();
      return told(result);
    };
  };
  return {
    challenge: sending(webhooks.challenge),
    test: sending(webhooks.test),
    async rotate(accountId, webhookId) {
      await mustBeOwn(accountId, webhookId);
      const secret = await webhooks.rotate(accountId, webhookId);
      if (secret === undefined) throw notThere();
      return secret;
    },
    async replay(accountId, webhookId, after) {
      await mustBeOwn(accountId, webhookId);
      if (!(await webhooks.replay(accountId, webhookId, after))) throw notThere();
    },
  };
}

function told(result: SendingResult): ToldResult {
  const { outcome, answer } = result;
  return {
    outcome: outcome === 'gone' ? 'failed' : outcome,
    ...(answer && { status: answer.status }),
    ...(outcome !== 'delivered' && { reason: reasonNotTaken(result) }),
  };
}

const own = { kind: 'builtin', access: 'signed-in', scope: 'webhooks' } as const;
const json = (schema: z.ZodType, description: string) => ({
  responses: { 200: { description, content: { 'application/json': { schema } } } },
});

/** Each about one’s own webhooks; those of others are not there. */
export function webhookEndpoints(ports: WebhookPorts): readonly Endpoint[] {
  const acts = webhookActs(ports);
  return [
    {
      ...own,
      method: 'POST',
      path: `${BASE}/webhooks/:webhookId/challenge`,
      name: 'ChallengeWebhook',
      title: '验证推送地址',
      summary:
        'Sends `{"type":"webhook.challenge","challenge":…}` to the address, signed; it answers 200 with `{"challenge":…}`. From then on events are sent.',
      operation: { requestParams: { path: pathSchema }, ...json(resultSchema, '结果 (Outcome)') },
      async handle(context) {
        sendJson(context, 200, JSON.stringify(await acts.challenge(...named(context))));
      },
    },
    {
      ...own,
      method: 'POST',
      path: `${BASE}/webhooks/:webhookId/test`,
      name: 'TestWebhook',
      title: '测试推送',
      summary: 'Sends `{"type":"webhook.test",…}` to the address, signed, and tells what it answered.',
      operation: { requestParams: { path: pathSchema }, ...json(resultSchema, '结果 (Outcome)') },
      async handle(context) {
        sendJson(context, 200, JSON.stringify(await acts.test(...named(context))));
      },
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
        sendJson(context, 200, JSON.stringify({ webhookSecret: await acts.rotate(...named(context)) }));
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
        const [accountId, webhookId] = named(context);
        await webhookOf(accountId, webhookId, ports.identity);
        const { after } = parseInput(replaySchema, await readJson(context.req), context.req);
        await acts.replay(accountId, webhookId, after);
        sendJson(context, 200, JSON.stringify({ cursor: after }));
      },
    },
  ];
}

/** Whose webhook, and which. */
function named(context: RequestContext): [accountId: AccountId, webhookId: string] {
  return [callerOf(context).actor.accountId, parseInput(pathSchema, context.req.params, context.req).webhookId];
}
