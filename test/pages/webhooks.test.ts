/** 推送 by page: how a webhook stands, what became of each message, and what its holder does about it; nobody else's. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openSite, SITE_PASSWORD, type Site } from '../http/authorisation-site.ts';

let site: Site;
let receiver: Server;
let url: string;
/** What the receiver answers to events and tests; whether it answers challenges as it is asked to. */
let answer: { status: number; headers?: Record<string, string> } = { status: 204 };
let answersChallenges = false;
const received: { signature: string; id: string; body: string; timestamp: string }[] = [];
let now = '2024-12-28T02:00:00.000Z';
const tokens: Record<'holder' | 'other', string> = { holder: '', other: '' };

beforeAll(async () => {
  receiver = createServer(async (req, res) => {
    const body = (await req.toArray()).map(String).join('');
    const said = (name: string) => String(req.headers[name]);
    const [id, signature, timestamp] = [said('webhook-id'), said('webhook-signature'), said('webhook-timestamp')];
    received.push({ id, signature, timestamp, body });
    const { type, challenge } = JSON.parse(body);
    if (type === 'webhook.challenge') res.end(answersChallenges ? JSON.stringify({ challenge }) : 'hello');
    else res.writeHead(answer.status, answer.headers).end();
  });
  await new Promise<void>(resolve => receiver.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/gongguan`;
  site = await openSite({ now: () => now, environment: { GONGGUAN_WEBHOOK_NETWORKS: '127.0.0.0/8' } });
  const unit = { role: 'UNIT', orgId: '91350100M000100Y43' } as const;
  tokens.holder = await site.signIn('msr.chen', { role: 'MSR', orgId: 'msr' }, unit);
  tokens.other = await site.signIn('msr.wang', { role: 'MSR', orgId: 'msr' });
}, 60_000);
afterAll(async () => {
  await site.close();
  await new Promise(resolve => receiver.close(resolve));
});

interface Asked {
  readonly fields?: Record<string, string>;
  readonly as?: keyof typeof tokens;
  readonly headers?: Record<string, string>;
}

/** A browser that goes where it is led, with what it is told there. */
async function ask(method: 'GET' | 'POST', path: string, { fields, as = 'holder', headers }: Asked = {}) {
  const cookie = `gongguan=${tokens[as]}`;
  const first = await fetch(`${site.url}${path}`, {
    method,
    redirect: 'manual',
    headers: { cookie, ...headers },
    ...(method === 'POST' && { body: new URLSearchParams(fields) }),
  });
  if (first.status !== 303) return { status: first.status, html: await first.text() };
  const told = first.headers.getSetCookie().map(set => set.split(';')[0]);
  const led = await fetch(`${site.url}${first.headers.get('location')}`, {
    headers: { cookie: [cookie, ...told].join('; ') },
  });
  return { status: first.status, html: await led.text() };
}

async function call<Answer>(path: string, body?: object, as: keyof typeof tokens = 'holder'): Promise<Answer> {
  const answered = await fetch(`${site.url}/api/v1${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${tokens[as]}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return (await answered.json()) as Answer;
}

const work = (detail: string) => call('/organising-work', { kind: '宣传', detail });
const details = () =>
  received.flatMap(({ body }) => (JSON.parse(body) as { data?: { detail?: string } }).data?.detail ?? []);
/** Of its page the verdict, and the rows of its log, without markup. */
const bare = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
const verdictOf = (html: string) => bare(/<h1>.*?<dl/s.exec(html)?.[0] ?? '');
const rowsOf = (html: string) =>
  [...(/<tbody>.*<\/tbody>/s.exec(html)?.[0] ?? '').matchAll(/<tr>.*?<\/tr>/gs)].map(([row]) => bare(row));

async function register(more: object = {}, as: keyof typeof tokens = 'holder') {
  const { webhookSecret } = await call<{ webhookSecret: string }>(
    `/accounts/${as === 'holder' ? 'msr.chen' : 'msr.wang'}/webhooks`,
    { system: '数据交换平台', url, ...more },
    as,
  );
  const { items } = await call<{ items: { webhookId: string; system: string }[] }>('/webhooks', undefined, as);
  return { id: items[0]?.webhookId as string, secret: webhookSecret };
}

/** In the role that is left. */
async function signIn(accountId: string): Promise<string> {
  const body = new URLSearchParams({ accountId, password: SITE_PASSWORD });
  const { headers } = await fetch(`${site.url}/sign-in`, { method: 'POST', redirect: 'manual', body });
  return /gongguan=([^;]+)/.exec(headers.getSetCookie().join())?.[1] ?? '';
}

describe('the page of a webhook', () => {
  let id: string;
  let secret: string;
  const page = () => `/me/webhooks/${id}`;
  const open = async () => (await ask('GET', page())).html;

  it('given it was registered, then the account leads to it, and it says what it waits for', async () => {
    ({ id, secret } = await register({ types: ['organising-work.recorded'] }));
    const account = await ask('GET', '/me');
    expect(account.html).toContain(`<a href="${page()}">数据交换平台</a>`);
    expect(bare(account.html)).toContain('等待验证');
    const html = await open();
    expect(verdictOf(html)).toContain('等待验证：地址照样回答验证消息以后，才开始推送事件。');
    expect(html).toContain('记录其他组织工作');
    expect(html).toContain('尚未推送。');
    expect(html).not.toContain(secret);
  });

  it('given an address that does not answer the challenge, then that is said and stands in the log; given one that does, then it works', async () => {
    const wrong = await ask('POST', `${page()}/challenge`);
    expect([wrong.status, wrong.html.includes('验证消息未送达，对方应答 HTTP 200：没有照样回答验证消息')]).toEqual([
      303,
      true,
    ]);
    expect(verdictOf(wrong.html)).toContain('等待验证');
    expect(rowsOf(wrong.html)[0]).toMatch(/未送达，HTTP 200：没有照样回答.* 验证消息/);
    answersChallenges = true;
    const right = await ask('POST', `${page()}/challenge`);
    expect(right.html).toContain('验证消息已送达，对方应答 HTTP 200。');
    expect(verdictOf(right.html)).toContain('正常：可以看到的事件发生后即推送。');
    expect(right.html).not.toContain(`action="${page()}/challenge"`);
  });

  it('given an event, then the log says what became of it in words, with its place', async () => {
    await work('第一件');
    await vi.waitFor(() => expect(details()).toEqual(['第一件']), 10_000);
    await vi.waitFor(async () => expect(rowsOf(await open())[0]).toContain('记录其他组织工作'), 10_000);
    const [row] = rowsOf(await open());
    expect(row).toMatch(/2024-12-28 10:00 已送达，HTTP 204 记录其他组织工作 1 \d+ 其后重新推送 [\w-]{36}/);
  });

  it('given a test, then what the address answered is told; it refuses, then that', async () => {
    expect((await ask('POST', `${page()}/test`)).html).toContain('测试消息已送达，对方应答 HTTP 204。');
    answer = { status: 500 };
    const refused = await ask('POST', `${page()}/test`);
    expect(refused.html).toContain('测试消息未送达，对方应答 HTTP 500。');
    expect(rowsOf(refused.html)[0]).toMatch(/未送达，HTTP 500 测试消息 1 /);
    expect(verdictOf(refused.html), 'a test is no event').toContain('正常');
  });

  it('given an event that is not taken, then since when, when it is sent again, and how many wait', async () => {
    answer = { status: 503 };
    await work('第二件');
    await vi.waitFor(async () => expect(verdictOf(await open())).toContain('等待重发'), 10_000);
    await work('第三件');
    const waits = /等待重发：自 2024-12-28 10:00 起有事件未被接收，下次推送 2024-12-28 10:0\d，2 个事件在等待。/;
    await vi.waitFor(async () => expect(verdictOf(await open())).toMatch(waits), 10_000);
  });

  it('given the receiver asks to be left alone, then until when', async () => {
    now = '2024-12-28T02:10:00.000Z';
    answer = { status: 503, headers: { 'Retry-After': '3600' } };
    await vi.waitFor(async () => expect(verdictOf(await open())).toContain('接收方要求暂停'), 10_000);
    expect(verdictOf(await open())).toContain('2024-12-28 11:10 以前不推送，2 个事件在等待。');
    expect(bare((await ask('GET', '/me')).html)).toContain('接收方要求暂停');
  });

  it('given a place, then it is checked before all after it is sent again, under the same ids', async () => {
    answer = { status: 204 };
    const before = received.filter(({ body }) => body.includes('第一件')).map(event => event.id);
    const check = await ask('GET', `${page()}/replay?after=0`);
    expect(bare(check.html)).toContain('核对：重新推送');
    expect(bare(check.html)).toContain('正在等待的 2 个事件不再单独重发');
    const replayed = await ask('POST', `${page()}/replay`, { fields: { after: '0' } });
    expect([replayed.status, replayed.html.includes('已记下，从头重新推送。')]).toEqual([303, true]);
    await vi.waitFor(() => expect(details().slice(-3)).toEqual(['第一件', '第二件', '第三件']), 10_000);
    expect(received.filter(({ body }) => body.includes('第一件')).map(event => event.id)).toEqual([
      ...before,
      ...before,
    ]);
  });

  it.each([
    ['999999999', 400, '台账中没有这一位置'],
    ['somewhere', 400, '台账中没有这一位置'],
    ['', 422, '请填写重新推送的起点'],
    ['1'.repeat(101), 422, '请填写重新推送的起点'],
  ])('given the place %s, which is none, then %d and why, and it stands as it did', async (after, status, why) => {
    const refused = await ask('POST', `${page()}/replay`, { fields: { after } });
    expect([refused.status, /role="alert"><p>([^<]*)/.exec(refused.html)?.[1]]).toEqual([status, why]);
    expect(verdictOf(refused.html)).toContain('正常');
  });

  it('given a new secret, then it is asked for twice and shown once, and both sign', async () => {
    const check = await ask('GET', `${page()}/secret`);
    expect(check.html).not.toContain('whsec_');
    const { html } = await ask('POST', `${page()}/secret`);
    const fresh = /whsec_[\w+/=]+/.exec(html)?.[0] as string;
    expect(fresh).not.toBe(secret);
    for (const path of [page(), '/me', `${page()}/secret`])
      expect((await ask('GET', path)).html).not.toContain('whsec_');
    await ask('POST', `${page()}/test`);
    const { id: message, signature, timestamp, body } = received.at(-1) as (typeof received)[number];
    vi.setSystemTime(now);
    const headers = { 'webhook-id': message, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
    for (const each of [secret, fresh]) expect(new Webhook(each).verify(body, headers)).toBeTruthy();
    vi.useRealTimers();
  });

  it('given a form of another site, then nothing is sent', async () => {
    const before = received.length;
    const foreign = { headers: { 'sec-fetch-site': 'cross-site' } };
    for (const act of ['challenge', 'test', 'secret', 'replay'])
      expect([act, (await ask('POST', `${page()}/${act}`, foreign)).status]).toEqual([act, 403]);
    expect(received).toHaveLength(before);
  });

  it('given somebody else, then there is no such webhook, whatever he asks', async () => {
    const before = [received.length, await open()];
    const asked = { as: 'other', fields: { after: '0' } } as const;
    for (const path of [page(), `${page()}/secret`, `${page()}/replay?after=0`])
      expect([path, (await ask('GET', path, asked)).status]).toEqual([path, 404]);
    for (const act of ['challenge', 'test', 'secret', 'replay']) {
      const { status, html } = await ask('POST', `${page()}/${act}`, asked);
      expect([act, status, html.includes('数据交换平台')]).toEqual([act, 404, false]);
    }
    expect([received.length, await open()]).toEqual(before);
    expect((await ask('GET', '/me', asked)).html).not.toContain(id);
  });

  it('given a long log, then page by page, each entry once', async () => {
    for (let test = 0; test < 51; test += 1) await call(`/webhooks/${id}/test`, {});
    const first = await open();
    const next = /rel="next" href="([^"]*)"/.exec(first)?.[1] as string;
    const second = (await ask('GET', next)).html;
    const whole = [...rowsOf(first), ...rowsOf(second)];
    const { items } = await call<{ items: { messageId: string }[] }>(`/webhooks/${id}/deliveries?limit=200`);
    expect([rowsOf(first).length, whole.length]).toEqual([50, items.length]);
    expect(items.every(({ messageId }, index) => whole[index]?.includes(messageId))).toBe(true);
    expect(second).not.toContain('rel="next"');
  });

  it('given the receiver is gone, then it has ended, why, and how to go on; nothing more is done with it', async () => {
    answer = { status: 410 };
    await work('第四件');
    await vi.waitFor(async () => expect(verdictOf(await open())).toContain('已停止'), 10_000);
    const html = await open();
    expect(verdictOf(html)).toMatch(/接收方不再接收：HTTP 410。不再推送，要恢复的须重新登记。/);
    const again = new URL(
      /href="(\/act\/RegisterWebhook[^"]*)"/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? '',
      site.url,
    );
    expect(Object.fromEntries(again.searchParams)).toMatchObject({
      ...{ accountId: 'msr.chen', system: '数据交换平台', url, 'types/0': 'organising-work.recorded' },
    });
    const before = received.length;
    for (const act of ['challenge', 'test', 'secret', 'replay']) {
      const refused = await ask('POST', `${page()}/${act}`, { fields: { after: '0' } });
      expect([act, refused.status, refused.html.includes('该推送已停止，不能再办理')]).toEqual([act, 409, true]);
      expect(refused.html).toContain('依据：');
      expect(refused.html).not.toContain(`action="${page()}/`);
    }
    expect(received).toHaveLength(before);
    answer = { status: 204 };
  });

  it('given its holder ends another, then his account says so', async () => {
    const other = await register();
    const ended = await ask('POST', '/act/EndWebhook', {
      fields: {
        accountId: 'msr.chen',
        webhookId: other.id,
        reason: '不用了。',
        _do: 'send',
        _key: 'end-1',
        to: '/me',
      },
    });
    expect(ended.status).toBe(303);
    expect(bare(ended.html)).toMatch(/已停止：不用了。/);
    expect(ended.html).toContain('role="status"');
  });

  it('given its holder has lost the role it was registered in, then nothing is sent, and why', async () => {
    const held = await register();
    const lost = { role: 'MSR', orgId: 'msr', lastDay: '2024-12-27', reason: '调离。' };
    await call('/accounts/msr.chen/revocation', lost, 'other');
    tokens.holder = await signIn('msr.chen');
    const path = `/me/webhooks/${held.id}`;
    expect(verdictOf((await ask('GET', path)).html)).toContain('暂停推送：您现在没有登记时的角色');
    const refused = await ask('POST', `${path}/test`);
    expect([refused.status, refused.html.includes('您现在没有登记该推送时的角色')]).toEqual([409, true]);
  });
});
