/** Webhooks and drafts move with the log: nothing is sent anew that had arrived, nothing that had not is missing. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { RecordedEvent } from '../events/envelope.ts';
import { type Position, START } from '../events/ids.ts';
import { registerFirstAccount } from '../infra/compose/bootstrap.ts';
import { readConfig } from '../infra/config.ts';
import { demoIdentityOf } from '../infra/demo/identity.ts';
import { SqliteDrafts } from '../infra/drafts/sqlite-drafts.ts';
import { startProcess } from '../infra/main.ts';
import { migrate } from '../infra/migrate.ts';
import { copyDrafts } from '../infra/migration/drafts.ts';
import { MigrationRefused } from '../infra/migration/refused.ts';
import { copyWebhooks, positionsReached, rewriteWebhooks, WebhookPlaces } from '../infra/migration/webhooks.ts';
import { SqliteWebhooks } from '../infra/webhooks/sqlite-store.ts';
import type { DeliveryEntry, WebhookStore } from '../infra/webhooks/store.ts';
import { webhookState } from './contracts/webhooks.ts';
import { InProcessServer } from './support/eventstoredb/server.ts';
import { temporaryDirectory } from './support/log.ts';
import { testDatabase } from './support/mongodb.ts';
import { describeWith } from './support/servers.ts';

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory[Symbol.dispose]());

function opened<T extends { close(): Promise<void> }>(store: T): T {
  onTestFinished(() => store.close());
  return store;
}
const webhooksIn = (name: string) => opened(new SqliteWebhooks(join(directory.path, name)));

const EVENT = '018e5996-3500-7ee7-b7dc-baa72ed3189f';
const entry = (number: number, cursor?: string): DeliveryEntry => ({
  webhookId: 'w1',
  number,
  messageId: `m${number}`,
  type: 'unit.registered',
  attempt: 1,
  at: '2024-03-20T02:00:00.000Z',
  outcome: 'delivered',
  ...(cursor !== undefined && { cursor }),
});
const parked = (after: string) => ({ eventId: 'e', subject: 's', after, attempts: 1, dueAt: 5, since: 1 });

/** In the copy each event has ten times the position that it had. */
async function placesIn(source: WebhookStore): Promise<WebhookPlaces> {
  const places = new WebhookPlaces(await positionsReached(source));
  for (let at = 1; at <= 9; at += 1) {
    places.take({ position: `${at}` as Position } as RecordedEvent, `${at}0` as Position);
  }
  return places;
}

async function filled(source: SqliteWebhooks): Promise<void> {
  const taken = { owner: 'a process', ownedUntil: 9e15 };
  await source.create(webhookState({ id: 'w1', cursor: '7', parked: [parked('4'), parked('0')], ...taken }));
  await source.create(webhookState({ id: 'w2', cursor: EVENT, parked: [parked(EVENT)] }));
  await source.log(entry(1));
  await source.log(entry(2, '6'));
}

const MOVED = {
  w1: { cursor: '70', parked: [parked('40'), parked('0')], owner: '', ownedUntil: 0 },
  w2: { cursor: EVENT, parked: [parked(EVENT)] },
};

describe('where webhooks stand', () => {
  it('given they are copied, then places of the log are those of its copy, ids of events stay; and so again', async () => {
    const [source, target] = [webhooksIn('one'), webhooksIn('other')];
    await filled(source);
    for (let run = 0; run < 2; run += 1) {
      expect(await copyWebhooks(source, target, await placesIn(source))).toBe(2);
      expect(await target.get('w1')).toMatchObject(MOVED.w1);
      expect(await target.get('w2')).toMatchObject(MOVED.w2);
      expect(await target.entriesOf('w1', 99, 99)).toEqual([entry(2, '60'), entry(1)]);
    }
    expect((await source.get('w1'))?.cursor).toBe('7');
  });

  it('given they stay where they are, then they are rewritten for the log once', async () => {
    const store = webhooksIn('one');
    await filled(store);
    for (let run = 0; run < 2; run += 1) {
      expect(await rewriteWebhooks(store, 'the copy', await placesIn(store))).toBe(2);
      expect(await store.get('w1')).toMatchObject(MOVED.w1);
      expect(await store.entriesOf('w1', 99, 99)).toEqual([entry(2, '60'), entry(1)]);
    }
  });

  it('given a webhook of a place at which the log has nothing, or a target with others, then refused', async () => {
    const [source, target] = [webhooksIn('one'), webhooksIn('other')];
    await source.create(webhookState({ id: 'w1', cursor: '77' }));
    const places = await placesIn(source);
    await expect(copyWebhooks(source, target, places)).rejects.toBeInstanceOf(MigrationRefused);
    await expect(rewriteWebhooks(source, 'the copy', places)).rejects.toBeInstanceOf(MigrationRefused);
    expect((await source.get('w1'))?.cursor).toBe('77');
    const strange = webhooksIn('strange');
    await strange.create(webhookState({ id: 'w9' }));
    await expect(copyWebhooks(webhooksIn('empty'), strange, places)).rejects.toThrow('of another installation');
  });
});

describe('forms that were begun', () => {
  it('given they are copied, then all are there, and what is over stays over; and so again', async () => {
    const [source, target] = ['one', 'other'].map(name => opened(new SqliteDrafts(join(directory.path, name))));
    const draft = (id: string) => ({
      id,
      owner: 'chen',
      form: 'f1',
      savedAt: '2024-03-20T04:00:00.000Z',
      content: { subject: 'person-chen' as never, sealed: `sealed-${id}` },
    });
    for (const id of ['a', 'b']) await source?.keep(draft(id), 30);
    await source?.discard('b', { over: 'f2', at: '2024-03-20T05:00:00.000Z' });
    for (let run = 0; run < 2; run += 1) {
      expect(await copyDrafts(source as SqliteDrafts, target as SqliteDrafts)).toBe(1);
      expect(await target?.draftsOf('chen')).toEqual(await source?.draftsOf('chen'));
    }
    expect(await target?.keep({ ...draft('c'), form: 'f2' }, 30)).toBe('over');
  });
});

const PASSWORD = 'webhooks of the house';

/** A receiver that takes all, or nothing. */
async function openReceiver() {
  const taken: {
    readonly id: string;
    readonly detail: string;
    readonly headers: Record<string, string>;
    readonly body: string;
  }[] = [];
  let status = 204;
  const server = createServer(async (req, res) => {
    let body = '';
    for await (const piece of req) body += piece;
    const { type, challenge, data } = JSON.parse(body);
    if (type === 'webhook.challenge') return void res.end(challenge);
    const headers = req.headers as Record<string, string>;
    if (status === 204) taken.push({ id: headers['webhook-id'] as string, detail: data.detail, headers, body });
    res.writeHead(status).end();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    taken,
    address,
    answer(next: number) {
      status = next;
    },
  };
}

/** Delivered before the move, not taken before it, and new after it: each arrives once, signed with the secret of before. */
async function moveWithWebhook(servers: Readonly<Record<string, string>>): Promise<void> {
  const receiver = await openReceiver();
  const base = {
    GONGGUAN_DATA: directory.path,
    PORT: '0',
    LOG_LEVEL: 'silent',
    GONGGUAN_SECOND_FACTOR: 'optional',
    GONGGUAN_WEBHOOK_NETWORKS: '127.0.0.0/8',
  };
  const before = await startProcess(readConfig(base), { scheduling: false, projecting: 'here' });
  const accountId = 'msr.chen' as never;
  const founder = { accountId, name: '陈明', supervisor: false, identity: demoIdentityOf(accountId) };
  await registerFirstAccount(before.system, before.identity, founder, PASSWORD);

  async function asker({ identity, url }: typeof before) {
    const { token } = await identity.login({ accountId, password: PASSWORD, address: '127.0.0.1' });
    return async <T>(method: string, path: string, body?: object): Promise<T> => {
      const answer = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      });
      expect(answer.status, `${path} ${await answer.clone().text()}`).toBeLessThan(300);
      return answer.json() as Promise<T>;
    };
  }
  const details = () => receiver.taken.map(({ detail }) => detail);
  const ask = await asker(before);
  const registration = { system: '数据交换平台', url: receiver.address, types: ['organising-work.recorded'] };
  const { webhookSecret } = await ask<{ webhookSecret: string }>('POST', '/accounts/msr.chen/webhooks', registration);
  const { items } = await ask<{ items: { webhookId: string }[] }>('GET', '/webhooks');
  const webhook = `/webhooks/${items[0]?.webhookId}`;
  await ask('POST', `${webhook}/challenge`, {});
  await ask('POST', '/organising-work', { kind: '宣传', detail: '到了的' });
  await vi.waitFor(() => expect(details()).toEqual(['到了的']), 20_000);
  receiver.answer(500);
  await ask('POST', '/organising-work', { kind: '宣传', detail: '没有收下的' });
  type Standing = { items: { waiting: number }[] };
  const waiting = async () => (await ask<Standing>('GET', '/webhooks')).items[0]?.waiting;
  await vi.waitFor(async () => expect(await waiting()).toBe(1), 20_000);
  await before.close();

  const config = readConfig({ ...base, ...servers });
  expect(await migrate(config, { alarm: () => undefined })).toMatchObject({ webhooks: 1 });
  receiver.answer(204);
  const after = await startProcess(config, { projecting: 'here', scheduling: false });
  onTestFinished(() => after.close());
  const askThere = await asker(after);
  await askThere('POST', '/organising-work', { kind: '宣传', detail: '迁移之后的' });
  await vi.waitFor(() => expect(details()).toHaveLength(3), 30_000);
  expect(details()).toEqual(['到了的', '没有收下的', '迁移之后的']);
  for (const { body, headers } of receiver.taken) expect(new Webhook(webhookSecret).verify(body, headers)).toBeTruthy();
  // The delivery log leads to places of the log that is there now.
  const { items: log } = await askThere<{ items: { cursor?: string }[] }>('GET', `${webhook}/deliveries?limit=200`);
  const positions = (await after.system.events.readAll(START, 1_000)).map(({ position }) => position as string);
  const cursors = log.flatMap(({ cursor }) => cursor ?? []);
  expect(cursors.length).toBeGreaterThanOrEqual(4);
  for (const cursor of cursors) expect(positions).toContain(cursor);
}

describe('an installation with a webhook', () => {
  it('given its log is moved, then the webhook goes on where it stood, with its secret', async () => {
    const server = await InProcessServer.start();
    onTestFinished(() => server.close());
    await moveWithWebhook({ EVENTSTOREDB_URL: server.url });
  }, 90_000);
});

describeWith('MONGODB_URL', url => {
  it('given it moves into MongoDB too, then so it does there', async () => {
    const server = await InProcessServer.start();
    onTestFinished(() => server.close());
    const database = testDatabase(url);
    onTestFinished(() => database.close());
    await moveWithWebhook({ EVENTSTOREDB_URL: server.url, MONGODB_URL: database.url });
  }, 90_000);
});
