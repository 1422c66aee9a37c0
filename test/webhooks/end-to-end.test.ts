/** Webhooks over HTTP, from registration to the last delivery, with a running process and a receiver that checks signatures. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AccountId, START } from '../../events/ids.ts';
import { registerFirstAccount } from '../../infra/compose/bootstrap.ts';
import { readConfig } from '../../infra/config.ts';
import { demoIdentityOf } from '../../infra/demo/identity.ts';
import { type RunningProcess, startProcess } from '../../infra/main.ts';
import { temporaryDirectory } from '../support/log.ts';

const PASSWORD = 'webhooks of the house';

interface Received {
  readonly id: string;
  readonly signature: string;
  readonly timestamp: string;
  readonly body: string;
}

const directory = temporaryDirectory();
let application: RunningProcess;
let receiver: Server;
let address: string;
const received: Received[] = [];
/** What the receiver answers to events. */
let status = 204;
let token: string;

async function call(method: string, path: string, body?: object) {
  const answer = await fetch(`${application.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, json: (await answer.json()) as Record<string, never> };
}

const work = (detail: string) => call('POST', '/organising-work', { kind: '宣传', detail });
const events = () => received.filter(({ body }) => !body.includes('"webhook.'));
const details = () => events().flatMap(({ body }) => JSON.parse(body).data.detail ?? []);

beforeAll(async () => {
  receiver = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', chunk => chunks.push(chunk));
    req.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const said = (name: string) => String(req.headers[name]);
      received.push({
        id: said('webhook-id'),
        signature: said('webhook-signature'),
        timestamp: said('webhook-timestamp'),
        body,
      });
      const { type, challenge } = JSON.parse(body);
      if (type === 'webhook.challenge') res.end(JSON.stringify({ challenge }));
      else res.writeHead(status).end();
    });
  });
  await new Promise<void>(resolve => receiver.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/gongguan`;
  const config = readConfig({
    GONGGUAN_DATA: directory.path,
    PORT: '0',
    LOG_LEVEL: 'silent',
    GONGGUAN_SECOND_FACTOR: 'optional',
    GONGGUAN_WEBHOOK_NETWORKS: '127.0.0.0/8',
  });
  application = await startProcess(config, { scheduling: false, projecting: 'here' });
  const { system, identity } = application;
  const accountId = 'msr.chen' as AccountId;
  const founder = { accountId, name: '陈明', identity: demoIdentityOf(accountId), supervisor: false };
  await registerFirstAccount(system, identity, founder, PASSWORD);
  token = (await identity.login({ accountId, password: PASSWORD, address: '127.0.0.1' })).token;
}, 60_000);
afterAll(async () => {
  await application.close();
  await new Promise(resolve => receiver.close(resolve));
  directory[Symbol.dispose]();
});

const verified = (secret: string, { id, signature, timestamp, body }: Received) =>
  new Webhook(secret).verify(body, {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signature,
  });

describe('a webhook', () => {
  let id: string;
  let secret: string;

  it('given it is registered, then nothing is sent before its address has answered the challenge', async () => {
    await work('第一件');
    const registered = await call('POST', '/accounts/msr.chen/webhooks', {
      system: '数据交换平台',
      url: address,
      types: ['organising-work.recorded'],
    });
    secret = registered.json.webhookSecret as unknown as string;
    expect(secret).toMatch(/^whsec_/);
    const { items } = (await call('GET', '/webhooks')).json as unknown as { items: { webhookId: string }[] };
    id = items[0]?.webhookId as string;
    expect(received).toEqual([]);
    expect((await call('POST', `/webhooks/${id}/challenge`)).json).toEqual({ outcome: 'delivered', status: 200 });
    await vi.waitFor(() => expect(details()).toEqual(['第一件']), 10_000);
  });

  it('given what is sent, then it is signed by Standard Webhooks, and bears the id of the event', async () => {
    const [first] = events() as [Received];
    expect(verified(secret, first)).toMatchObject({
      id: first.id,
      type: 'cn.gov.tj.gongguan.organising-work.recorded',
    });
    expect(() => verified(secret, { ...first, body: first.body.replace('第一件', '第二件') })).toThrow();
    const log = await application.system.events.readAll(START, 1_000);
    expect(log.map(event => event.id)).toContain(first.id);
  });

  it('given another event, then it follows; given a test, then it is no event', async () => {
    await work('第二件');
    await vi.waitFor(() => expect(details()).toEqual(['第一件', '第二件']), 10_000);
    expect((await call('POST', `/webhooks/${id}/test`)).json).toEqual({ outcome: 'delivered', status: 204 });
    expect(received.at(-1)?.body).toContain('webhook.test');
  });

  it('given its secret is changed, then both sign, the new one before the old', async () => {
    const { webhookSecret } = (await call('POST', `/webhooks/${id}/secret`)).json as unknown as {
      webhookSecret: string;
    };
    await work('第三件');
    await vi.waitFor(() => expect(details()).toHaveLength(3), 10_000);
    const last = events().at(-1) as Received;
    expect(last.signature.split(' ')).toHaveLength(2);
    for (const each of [secret, webhookSecret]) expect(verified(each, last)).toBeTruthy();
    for (const each of [secret, webhookSecret]) {
      const kept = JSON.stringify(await application.system.webhookStore.all());
      expect(kept).not.toContain(each.slice('whsec_'.length));
    }
  });

  it('given it is replayed from the beginning, then all comes again under the same ids', async () => {
    const before = events().map(event => event.id);
    expect((await call('POST', `/webhooks/${id}/replay`, { after: '0' })).status).toBe(200);
    await vi.waitFor(() => expect(events()).toHaveLength(2 * before.length), 10_000);
    expect(
      events()
        .slice(before.length)
        .map(event => event.id),
    ).toEqual(before);
    expect((await call('POST', `/webhooks/${id}/replay`, { after: '999999999' })).status).toBe(400);
  });

  it('given its log of deliveries, then each attempt stands there, newest first', async () => {
    const { items } = (await call('GET', `/webhooks/${id}/deliveries?limit=200`)).json as unknown as {
      items: { number: number; type: string; outcome: string; status: number }[];
    };
    expect(items.at(-1)).toMatchObject({ number: 1, type: 'webhook.challenge', outcome: 'delivered', status: 200 });
    expect(items.map(({ number }) => number)).toEqual(items.map((_, index) => items.length - index));
  });

  it('given the receiver is gone (410), then it ends, the log and its holder are told, and nothing more is sent', async () => {
    status = 410;
    await work('第四件');
    const shown = async () => {
      const { items } = (await call('GET', '/webhooks')).json as unknown as { items: { ended?: object }[] };
      return items[0]?.ended;
    };
    await vi.waitFor(async () => expect(await shown()).toMatchObject({ cause: 'gone', reason: 'HTTP 410' }), 10_000);
    const count = received.length;
    await work('第五件');
    await new Promise(resolve => setTimeout(resolve, 2_500));
    expect(received).toHaveLength(count);
    expect((await call('POST', `/webhooks/${id}/test`)).status).toBe(404);
  });
});
