/** The served process is killed between any two steps of a delivery, again and again: nothing is missing at the receiver. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AccountId } from '../../events/ids.ts';
import { registerFirstAccount } from '../../infra/compose/bootstrap.ts';
import { readConfig } from '../../infra/config.ts';
import { Chance } from '../../infra/demo/chance.ts';
import { demoIdentityOf } from '../../infra/demo/identity.ts';
import { startProcess } from '../../infra/main.ts';
import { serve } from '../support/command-line.ts';
import { temporaryDirectory } from '../support/log.ts';
import { type TestDatabase, testDatabase } from '../support/mongodb.ts';
import { describeWith } from '../support/servers.ts';

const PASSWORD = 'webhooks of the house';
const BOUNDS = {
  GONGGUAN_SECOND_FACTOR: 'optional',
  GONGGUAN_WEBHOOK_NETWORKS: '127.0.0.0/8',
  LOG_LEVEL: 'silent',
};
/** Once before an answer and once after one. */
const KILLS = 2;
const SEED = 41;

interface Message {
  readonly id: string;
  readonly type: string;
  readonly challenge?: string;
}

async function callWith<T>(token: string, url: string, method: string, path: string, body?: object): Promise<T> {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  expect(answer.status, path).toBe(200);
  return answer.json() as Promise<T>;
}

/** What webhooks have come to is kept where the read models are. */
function killedWhileSending(database?: TestDatabase): void {
  const directory = temporaryDirectory();
  const environment = { ...BOUNDS, ...(database && { MONGODB_URL: database.url }) };
  /** Every message that was taken, in order. */
  const taken: { readonly id: string; readonly body: string }[] = [];
  /** Called with each message before it is answered; whether it is answered. */
  let onMessage: (answer: () => void) => void = answer => answer();
  let receiver: Server;
  let token: string;

  beforeAll(async () => {
    receiver = createServer(async (req, res) => {
      let body = '';
      for await (const piece of req) body += piece;
      const { type, challenge } = JSON.parse(body) as Message;
      if (type === 'webhook.challenge') return void res.end(JSON.stringify({ challenge }));
      taken.push({ id: String(req.headers['webhook-id']), body });
      onMessage(() => res.writeHead(204).end());
    });
    await new Promise<void>(resolve => receiver.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    const config = readConfig({ GONGGUAN_DATA: directory.path, PORT: '0', ...environment });
    const { system, identity, url, close } = await startProcess(config, {
      scheduling: false,
      projecting: 'here',
    });
    const accountId = 'msr.chen' as AccountId;
    const founder = { accountId, name: '陈明', identity: demoIdentityOf(accountId), supervisor: false };
    await registerFirstAccount(system, identity, founder, PASSWORD);
    token = (await identity.login({ accountId, password: PASSWORD, address: '127.0.0.1' })).token;
    const types = ['organising-work.recorded'];
    await call(url, 'POST', '/accounts/msr.chen/webhooks', { system: '数据交换平台', url: address, types });
    const { items } = await call<{ items: { webhookId: string }[] }>(url, 'GET', '/webhooks');
    await call(url, 'POST', `/webhooks/${items[0]?.webhookId}/challenge`, {});
    await close();
  }, 60_000);
  afterAll(async () => {
    receiver.closeAllConnections();
    await new Promise(resolve => receiver.close(resolve));
    directory[Symbol.dispose]();
    await database?.close();
  });

  const call = <T>(url: string, method: string, path: string, body?: object) =>
    callWith<T>(token, url, method, path, body);

  it('given it is killed while it sends, before an answer or just after one, then all arrives, in order, twice only by id', async () => {
    const chance = new Chance(SEED);
    const acknowledged: string[] = [];
    const work = async (url: string, detail: string) => {
      await call(url, 'POST', '/organising-work', { kind: '宣传', detail });
      acknowledged.push(detail);
    };

    for (let kill = 0; kill < KILLS; kill += 1) {
      await using service = await serve({ data: directory.path, environment });
      const [nth, isBefore, delay] = [chance.between(1, 6), kill === 0, chance.between(0, 15)];
      let messages = 0;
      const killed = new Promise<unknown>(resolve => {
        onMessage = answer => {
          messages += 1;
          if (messages < nth) return answer();
          if (!isBefore) answer();
          setTimeout(() => resolve(service.stop('SIGKILL')), isBefore ? 0 : delay);
        };
      });
      const works = Array.from({ length: 10 }, (_, index) => work(service.url, `第${kill}次之${index}`));
      await Promise.allSettled([...works, killed]);
    }

    onMessage = answer => answer();
    await using service = await serve({ data: directory.path, environment });
    await work(service.url, '最后');
    const events = await call<(Message & { readonly data: { readonly detail: string } })[]>(
      service.url,
      'GET',
      '/events?limit=1000&types=organising-work.recorded',
    );
    expect(events.map(({ data }) => data.detail)).toEqual(expect.arrayContaining(acknowledged));
    const ids = events.map(({ id }) => id);
    const arrived = () => [...new Set(taken.map(({ id }) => id))];
    await vi.waitFor(() => expect(arrived().length).toBe(ids.length), { timeout: 30_000, interval: 100 });
    expect(arrived()).toEqual(ids);
    // Whatever came again is the same message; of each process that was killed one at most was not known to have arrived.
    for (const { id, body } of taken) expect(body).toBe(taken.find(other => other.id === id)?.body);
    expect(taken.length - ids.length).toBeLessThanOrEqual(KILLS);
    expect(taken.length).toBeGreaterThan(ids.length);
  }, 240_000);
}

describe('on SQLite', () => killedWhileSending());

describeWith('MONGODB_URL', url => {
  describe('on MongoDB', () => killedWhileSending(testDatabase(url)));
});
