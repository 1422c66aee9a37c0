/** The typed client, over HTTP with the whole application behind it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiProblem, eventOfWebhook, type Followed, GongguanClient, StreamEnded } from '../../infra/client/index.ts';
import { openSite, SITE_PASSWORD, type Site } from '../http/authorisation-site.ts';
import { control } from '../support/controls.ts';
import { temporaryDirectory } from '../support/log.ts';

/** Recorded times never go back on a log. */
const NOW = '2024-01-15T02:00:00.000Z';

let site: Site;
const client = (credential?: string) => new GongguanClient({ address: site.url, credential });
const detail = { kind: '宣传', detail: '走访企业' };

beforeAll(async () => {
  site = await openSite({ now: NOW });
  for (const year of [2024, 2025, 2026])
    await site.append(`programme-${year}`, [control('programme.opened', { year })]);
  await site.signIn('msr.client', { role: 'MSR', orgId: 'msr' });
});
afterAll(() => site.close());

const signedIn = async () => {
  const one = client();
  await one.signIn({ accountId: 'msr.client', password: SITE_PASSWORD });
  return one;
};
const problemIn = async (asked: Promise<unknown>): Promise<ApiProblem> => {
  const refused = await asked.then(() => undefined).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ApiProblem);
  return refused as ApiProblem;
};

describe('signing in, sending and asking', () => {
  it('given a password, then what is sent and asked is in its name; given a wrong one, then a problem with its code', async () => {
    const one = await signedIn();
    const answer = await one.send('/organising-work', detail);
    expect(answer.outcome).toBe('recorded');
    expect(answer.recorded.map(({ type }) => type)).toEqual(['organising-work.recorded']);
    const problem = await problemIn(client().signIn({ accountId: 'msr.client', password: 'another 2024 password' }));
    expect([problem.status, problem.code]).toEqual([401, 'login-failed']);
    const nobody = await problemIn(client().send('/organising-work', detail));
    expect([nobody.status, nobody.isPassing]).toEqual([401, false]);
  });

  it('given the same key, then it is recorded once; without one each sending is an act of its own', async () => {
    const one = await signedIn();
    const first = await one.send('/organising-work', detail, { idempotencyKey: 'once' });
    const again = await one.send('/organising-work', detail, { idempotencyKey: 'once' });
    expect(again.position).toBe(first.position);
    expect((await one.send('/organising-work', detail)).position).not.toBe(first.position);
  });

  it('given a stale ETag, then it is refused and nothing is recorded; given that of the last answer, then it is recorded', async () => {
    const one = await signedIn();
    const { etag = '' } = await one.send('/organising-work', detail);
    const second = await one.send('/organising-work', detail, { ifMatch: etag });
    expect(second.etag).not.toBe(etag);
    expect((await problemIn(one.send('/organising-work', detail, { ifMatch: etag }))).status).toBe(412);
  });

  it('given parameters of the address, then they are put in; given what it does not take, then the fields are named', async () => {
    const programme = await client().ask('/programmes/{year}', { year: 2025 });
    expect(programme.year).toBe(2025);
    const { body, etag } = await client().read('/programmes/{year}', { year: 2025 });
    expect([body.year, etag]).toEqual([2025, expect.stringMatching(/^(W\/)?"/)]);
    const one = await signedIn();
    const problem = await problemIn(one.send('/organising-work', { ...detail, kind: '' }));
    expect([problem.code, problem.details.errors?.[0]?.pointer]).toEqual(['invalid-input', '/kind']);
    await expect(client().open('/programmes/{year}')).rejects.toThrow(RangeError);
  });

  it('given a list of several pages, then each row comes once, in order', async () => {
    const years: number[] = [];
    for await (const row of client().list('/programmes', { limit: 1 })) years.push(row.year);
    expect(years).toEqual([2026, 2025, 2024]);
  });

  it('given what is asked of the ledger and of the catalogue, then it is answered with its type', async () => {
    const { items } = await client().ask('/catalogue/events', { noun: 'programme' });
    expect(items.map(({ type }) => type)).toContain('programme.opened');
    expect((await client().ask('/catalogue/events/{type}', { type: 'programme.opened' })).type).toBe(
      'programme.opened',
    );
    expect((await client().ask('/ledger/keys', {})).origin).toMatch(/^gongguan\//);
  });

  it('given its own write, then it is read', async () => {
    const one = await signedIn();
    const { position = '' } = await one.send('/organising-work', { ...detail, detail: '随后即读' });
    const found = await one.ask('/trail', { limit: 1 }, { notBefore: position });
    expect(JSON.stringify(found.items)).toContain('随后即读');
  });

  it('then addresses, inputs and answers are checked where they are written', async () => {
    const typed = client();
    const wrong = () => [
      // @ts-expect-error there is no such command
      typed.send('/organising-works', detail),
      // @ts-expect-error a member is missing
      typed.send('/organising-work', { kind: '宣传' }),
      // @ts-expect-error a parameter of the address is missing
      typed.ask('/programmes/{year}', {}),
      // @ts-expect-error one programme is no list
      typed.list('/programmes/{year}', { year: 2024 }),
      // @ts-expect-error a paper is no JSON
      typed.ask('/certificates/{certificateNo}/document', { certificateNo: '2024-00001' }),
      // @ts-expect-error what is asked of the ledger has a type too: a checkpoint has a size, and no such member
      typed.ask('/ledger/checkpoints', {}).then(({ items }) => items[0]?.sise),
      // @ts-expect-error and an input
      typed.ask('/webhooks/{webhookId}/deliveries', {}),
      // @ts-expect-error a programme has a year, and no such member
      typed.ask('/programmes/{year}', { year: 2024 }).then(programme => programme.yaer),
    ];
    expect(wrong).toBeTypeOf('function');
  });
});

describe('what is answered for the moment', () => {
  /** Answers one after another; the last one for ever. */
  async function answering(...statuses: readonly number[]) {
    const keys: (string | undefined)[] = [];
    const server = createServer((req, res) => {
      const status = statuses[Math.min(keys.length, statuses.length - 1)] as number;
      keys.push(req.headers['idempotency-key'] as string | undefined);
      if (status === 0) req.socket.destroy();
      else res.writeHead(status, { 'content-type': 'application/json', 'retry-after': '0' }).end('{"recorded":[]}');
    }).listen(0);
    await once(server, 'listening');
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { keys, one: new GongguanClient({ address, repeats: 2 }), close: () => server.close() };
  }

  it('given 503, 429 or no answer, then it is sent again under the same key', async () => {
    const { keys, one, close } = await answering(503, 0, 200);
    await one.send('/organising-work', detail);
    expect([keys.length, new Set(keys).size]).toEqual([3, 1]);
    close();
  });

  it('given it stays so, or is refused for good, then that is told', async () => {
    const busy = await answering(429);
    expect((await problemIn(busy.one.send('/organising-work', detail))).status).toBe(429);
    expect(busy.keys).toHaveLength(3);
    busy.close();
    const refusing = await answering(409);
    expect((await problemIn(refusing.one.send('/organising-work', detail))).status).toBe(409);
    expect(refusing.keys).toHaveLength(1);
    refusing.close();
  });
});

describe('the events', () => {
  const types = ['programme.opened'];
  const opened = (data: unknown) => (data as { year: number }).year;

  it('pulled page by page, then each comes once, and from where one has come to nothing comes', async () => {
    const years: number[] = [];
    let reached: string | undefined;
    for await (const { events, after } of client().pull({ types, limit: 2 })) {
      years.push(...events.map(({ data }) => opened(data)));
      reached = after;
    }
    expect(years).toEqual([2024, 2025, 2026]);
    for await (const { events } of client().pull({ types, after: reached })) expect(events).toEqual([]);
  });

  it('followed, then what there is comes, that there is no more, and then what happens', async () => {
    const ending = new AbortController();
    const seen: (number | string)[] = [];
    const follow = client().follow({ types, signal: ending.signal });
    const note = (followed: Followed) =>
      seen.push(followed.kind === 'event' ? opened(followed.event.data) : 'caught-up');
    for await (const followed of follow) {
      note(followed);
      if (followed.kind === 'caught-up')
        await site.append('programme-2027', [control('programme.opened', { year: 2027 })]);
      if (seen.at(-1) === 2027) break;
    }
    ending.abort();
    expect(seen).toEqual([2024, 2025, 2026, 'caught-up', 2027]);
  });

  it('given a stream that is cut off, then it goes on behind the last event', async () => {
    const asked: (string | null)[] = [];
    const server = createServer((req, res) => {
      asked.push(new URL(req.url as string, 'http://here').searchParams.get('after'));
      const id = asked.length;
      res.writeHead(200, { 'content-type': 'text/event-stream' }).write(`id: ${id}\ndata: {"id":"${id}"}\n\n`);
      // Broken off, or ended by somebody in between.
      setTimeout(() => (id % 2 === 1 ? req.socket.destroy() : res.end()), 50);
    }).listen(0);
    await once(server, 'listening');
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const seen: string[] = [];
    for await (const followed of new GongguanClient({ address }).follow()) {
      if (followed.kind === 'event') seen.push(followed.event.id);
      if (seen.length === 3) break;
    }
    expect([seen, asked]).toEqual([
      ['1', '2', '3'],
      [null, '1', '2'],
    ]);
    server.close();
  });

  it('given a session that ends, then the stream ends with the reason', async () => {
    const one = client();
    const { token, sessionId } = await one.signIn({ accountId: 'msr.client', password: SITE_PASSWORD });
    const events = async () => {
      for await (const { kind } of one.follow({ types })) {
        if (kind !== 'caught-up') continue;
        const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
        await fetch(`${site.url}/api/v1/sessions/${sessionId}/end`, { method: 'POST', headers, body: '{}' });
      }
    };
    await expect(events()).rejects.toThrow(StreamEnded);
  });

  it('by webhook, then the event is read where the secret has signed it, and nothing else', () => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const body = JSON.stringify({ specversion: '1.0', id: 'one' });
    const at = new Date();
    const headers = {
      'webhook-id': 'one',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(secret).sign('one', at, body),
    };
    expect(eventOfWebhook(secret, headers, body).id).toBe('one');
    expect(() => eventOfWebhook(secret, headers, body.replace('one', 'two'))).toThrow();
  });
});

describe('the entry of the package', () => {
  it('given a program that has the package installed, then it asks through `gongguan/client`', async () => {
    using directory = temporaryDirectory();
    mkdirSync(join(directory.path, 'node_modules'));
    symlinkSync(process.cwd(), join(directory.path, 'node_modules/gongguan'));
    const program = `import { GongguanClient } from 'gongguan/client';
      const client = new GongguanClient({ address: '${site.url}' });
      for await (const { year } of client.list('/programmes', {})) console.log(year);`;
    writeFileSync(join(directory.path, 'program.ts'), program);
    writeFileSync(join(directory.path, 'package.json'), '{"type":"module"}');
    const tsx = import.meta.resolve('tsx');
    const child = spawn(process.execPath, ['--import', tsx, 'program.ts'], { cwd: directory.path });
    const [said, complained] = await Promise.all([text(child.stdout), text(child.stderr)]);
    expect([complained, said.split('\n')]).toEqual(['', ['2027', '2026', '2025', '2024', '']]);
  });
});
