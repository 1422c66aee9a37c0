/** 推送: one webhook, to its holder: how it stands, what became of each message, and what he does about it. */
import { z } from 'zod';
import { webhookIdSchema } from '../../../events/webhook.ts';
import { codeWord } from '../../../events/words.ts';
import type { Endpoint } from '../../http/endpoint.ts';
import { parseInput, queryOf } from '../../http/input.ts';
import { notThere, Problem, problemOf } from '../../http/problem.ts';
import { callerOf, type RequestContext } from '../../http/request-context.ts';
import type { ShownDelivery, ShownWebhook, WebhookPorts } from '../../http/webhook-questions.ts';
import { replaySchema, type ToldResult, type WebhookActs, webhookActs } from '../../http/webhooks.ts';
import { tellNext, toldAround } from '../act/told.ts';
import { addressOfPage, goTo, sendPage } from '../answer.ts';
import { askingOf, type PagePorts } from '../endpoint.ts';
import { readForm } from '../form.ts';
import { OWN_PAGE, type OwnPagePorts, unfilled } from '../own-page.ts';
import { ownWebhooks, webhookAddress } from './programs.tsx';
import { ReplayCheck, SecretCheck, SecretShown, type WebhookShown, WebhookView } from './webhook-views.tsx';

type WebhookPagePorts = OwnPagePorts & PagePorts & Pick<WebhookPorts, 'webhooks'>;

export function webhookPages(ports: WebhookPagePorts): readonly Endpoint[] {
  const acts = webhookActs(ports);
  const own = { ...OWN_PAGE, access: 'signed-in' } as const;
  const path = '/me/webhooks/:webhookId';
  return [
    {
      ...own,
      method: 'GET',
      path,
      name: 'ShowOwnWebhook',
      title: '推送',
      handle: context => sendWebhook(context, ports, 200),
    },
    {
      ...own,
      method: 'POST',
      path: `${path}/challenge`,
      name: 'ChallengeOwnWebhook',
      title: '验证地址',
      handle: context => sendMessageOf(context, ports, acts.challenge, '验证消息'),
    },
    {
      ...own,
      method: 'POST',
      path: `${path}/test`,
      name: 'TestOwnWebhook',
      title: '发送测试消息',
      handle: context => sendMessageOf(context, ports, acts.test, '测试消息'),
    },
    {
      ...own,
      method: 'GET',
      path: `${path}/secret`,
      name: 'CheckRotation',
      title: '核对：更换签名密钥',
      async handle(context) {
        await doing(context, ports, async webhook => {
          sendPage(context, 200, { title: '核对：更换签名密钥' }, <SecretCheck webhook={webhook} />);
        });
      },
    },
    {
      ...own,
      method: 'POST',
      path: `${path}/secret`,
      name: 'RotateOwnSecret',
      title: '更换签名密钥',
      handle: context => rotateSecret(context, ports, acts),
    },
    {
      ...own,
      method: 'GET',
      path: `${path}/replay`,
      name: 'CheckReplay',
      title: '核对：重新推送',
      async handle(context) {
        await doing(context, ports, async webhook => {
          const after = placeIn(queryOf(context.req.url, ['after']));
          sendPage(context, 200, { title: '核对：重新推送' }, <ReplayCheck webhook={webhook} after={after} />);
        });
      },
    },
    {
      ...own,
      method: 'POST',
      path: `${path}/replay`,
      name: 'ReplayOwnWebhook',
      title: '重新推送',
      handle: context => replay(context, ports, acts),
    },
  ];
}

async function sendMessageOf(
  context: RequestContext,
  ports: WebhookPagePorts,
  send: WebhookActs['test'],
  what: string,
): Promise<void> {
  await readForm(context);
  await doing(context, ports, async ({ webhookId }) => {
    const result = await send(callerOf(context).actor.accountId, webhookId);
    tellNext(context, { message: sentenceOf(what, result), sentences: [] }, ports.isSecure);
    goTo(context, webhookAddress(webhookId));
  });
}

function sentenceOf(what: string, { outcome, status, reason }: ToldResult): string {
  const answer = status === undefined ? '' : `，对方应答 HTTP ${status}`;
  const why = reason === undefined || reason === `HTTP ${status}` ? '' : `：${reason}`;
  return `${what}${codeWord('outcome', outcome, 'TestWebhook')}${answer}${why}。`;
}

async function rotateSecret(context: RequestContext, ports: WebhookPagePorts, acts: WebhookActs): Promise<void> {
  await readForm(context);
  await doing(context, ports, async ({ webhookId }) => {
    const webhookSecret = await acts.rotate(callerOf(context).actor.accountId, webhookId);
    const shown = <SecretShown webhookId={webhookId} webhookSecret={webhookSecret} />;
    sendPage(context, 200, { title: '签名密钥已更换' }, shown);
  });
}

async function replay(context: RequestContext, ports: WebhookPagePorts, acts: WebhookActs): Promise<void> {
  const given = await readForm(context);
  await doing(context, ports, async ({ webhookId }) => {
    const after = placeIn(given);
    await acts.replay(callerOf(context).actor.accountId, webhookId, after);
    const from = after === '0' ? '从头' : `从位置 ${after} 之后`;
    tellNext(context, { message: `已记下，${from}重新推送。`, sentences: [] }, ports.isSecure);
    goTo(context, webhookAddress(webhookId));
  });
}

/** Throws a problem where none was filled in. */
function placeIn(given: Readonly<Record<string, string>>): string {
  const place = replaySchema.shape.after.safeParse(given.after?.trim());
  if (!place.success) throw unfilled('请填写重新推送的起点', 'The place to send again from is needed');
  return place.data;
}

/** Does something with the webhook of the address; what refuses it stands above it, on its page. */
async function doing(
  context: RequestContext,
  ports: WebhookPagePorts,
  act: (webhook: ShownWebhook) => Promise<void>,
): Promise<void> {
  const webhook = await shownIn(context, ports);
  const idle = IDLE[webhook.standing];
  if (idle) return sendWebhook(context, ports, idle.status, idle);
  try {
    await act(webhook);
  } catch (error) {
    const problem = problemOf(error);
    if (problem.status === 401 || (problem.status >= 500 && problem.status !== 503)) throw error;
    await sendWebhook(context, ports, problem.status, problem);
  }
}

const idleFault = (code: string, zh: string, en: string) =>
  new Problem(409, code, zh, en, { rule: { houseRule: 'integration' } });

/** Where nothing can be sent, whatever is asked. */
const IDLE: Readonly<Partial<Record<ShownWebhook['standing'], Problem>>> = {
  ended: idleFault(
    'webhook-ended',
    '该推送已停止，不能再办理，可以重新登记',
    'The webhook has ended; register another',
  ),
  suspended: idleFault(
    'webhook-suspended',
    '您现在没有登记该推送时的角色，恢复以前不能办理',
    'You do not have the role now in which the webhook was registered',
  ),
};

const pathSchema = z.strictObject({ webhookId: webhookIdSchema });

/** The webhook that the address names. Throws 404 where the reader has none of that id. */
async function shownIn(context: RequestContext, ports: WebhookPagePorts): Promise<ShownWebhook> {
  const { webhookId } = parseInput(pathSchema, context.req.params, context.req);
  const found = (await ownWebhooks(askingFor(context, ports))).find(webhook => webhook.webhookId === webhookId);
  if (!found) throw notThere();
  return found;
}

function askingFor(context: RequestContext, ports: WebhookPagePorts) {
  const reader = { actor: callerOf(context).actor, now: ports.reader.now, here: addressOfPage(context) };
  return askingOf(context, reader, ports);
}

const PAGE = 50;
const pageSchema = z.strictObject({ cursor: z.coerce.number().int().min(1).optional() });

async function sendWebhook(
  context: RequestContext,
  ports: WebhookPagePorts,
  status: number,
  fault?: Problem,
): Promise<void> {
  const { req } = context;
  const webhook = await shownIn(context, ports);
  const { webhookId } = webhook;
  const asked = fault ? {} : parseInput(pageSchema, queryOf(req.url, ['cursor']), req);
  const asking = askingFor(context, ports);
  const { items } = await asking.ask<{ items: readonly ShownDelivery[] }>('ListDeliveries', {
    webhookId,
    ...(asked.cursor !== undefined && { before: asked.cursor }),
    limit: PAGE + 1,
  });
  const { accountId } = callerOf(context).actor;
  const [beginning = []] = await asking.offersOnEach([{ accountId }], ['RegisterWebhook']);
  const [ending = []] = await asking.offersOnEach([{ accountId, webhookId }], ['EndWebhook']);
  const shown: WebhookShown = {
    webhook,
    deliveries: items.slice(0, PAGE),
    next: items.length > PAGE ? String(items[PAGE - 1]?.number) : undefined,
    here: new URL(webhookAddress(webhookId) + (fault ? '' : asking.reader.here.search), asking.reader.here),
    registering: beginning[0],
    ending: ending[0],
    fault,
  };
  const title = `推送：${webhook.system}`;
  sendPage(context, status, { title, ...toldAround(context, ports.isSecure) }, <WebhookView {...shown} />);
}
