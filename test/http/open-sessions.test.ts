import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rulebookStream } from '../../events/rulebook.ts';
import { openSite, PASSWORD, type Site, workDraft } from './support.ts';

let site: Site;

beforeEach(async () => {
  site = await openSite();
});
afterEach(() => site.close());

interface Opened {
  readonly token: string;
  readonly sessionId: string;
  readonly device: string;
}

async function enter(accountId: string): Promise<Opened> {
  const answer = await site.call('POST', '/api/v1/sessions', { body: { accountId, password: PASSWORD } });
  expect(answer.status).toBe(201);
  return (await answer.json()) as Opened;
}

const status = async (method: string, path: string, token: string, body?: object) =>
  (await site.call(method, `/api/v1${path}`, { token, ...(body && { body }) })).status;

async function itemsOf(path: string, token: string): Promise<Record<string, unknown>[]> {
  const answer = await site.call('GET', `/api/v1${path}`, { token });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { items: Record<string, unknown>[] }).items;
}

/** An open stream that has caught up; `whole` is its text, once it has ended. */
async function openStream(token: string): Promise<{ readonly whole: Promise<string>; ended: boolean }> {
  const answer = await site.call('GET', '/api/v1/events/stream', { token });
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (!text.includes('caught-up')) text += decoder.decode((await reader.read()).value, { stream: true });
  const rest = async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
    stream.ended = true;
    return text;
  };
  const stream = { whole: rest(), ended: false };
  return stream;
}

describe('sessions', () => {
  it('given two, then both are listed, and which of them asks', async () => {
    const [first, second] = [await enter('unit.zhao'), await enter('unit.zhao')];
    const listed = await itemsOf('/sessions', second.token);
    expect(listed).toContainEqual(
      expect.objectContaining({ sessionId: first.sessionId, role: 'UNIT', address: '127.0.0.1', current: false }),
    );
    expect(listed).toContainEqual(expect.objectContaining({ sessionId: second.sessionId, current: true }));
  });

  it('given log-out, then the token is good for nothing at the server, and the other session goes on', async () => {
    const [first, second] = [await enter('unit.zhao'), await enter('unit.zhao')];
    expect(await status('POST', '/sessions/current/end', first.token)).toBe(204);
    expect(await status('GET', '/me', first.token)).toBe(401);
    expect(await status('POST', '/organising-work', first.token, { kind: '宣传', detail: '手册' })).toBe(401);
    expect(await status('GET', '/me', second.token)).toBe(200);
  });

  it('given one of them by its id, or all, then these have ended; another’s is not there to be ended', async () => {
    const [first, second, others] = [await enter('unit.zhao'), await enter('unit.zhao'), await enter('msr.chen')];
    expect(await status('POST', `/sessions/${others.sessionId}/end`, first.token)).toBe(404);
    expect(await status('POST', `/sessions/${second.sessionId}/end`, first.token)).toBe(204);
    expect(await status('GET', '/me', second.token)).toBe(401);
    expect(await status('POST', '/sessions/end', first.token)).toBe(204);
    expect(await status('GET', '/me', first.token)).toBe(401);
    expect(await status('GET', '/me', others.token)).toBe(200);
  });
});

describe('open streams', () => {
  it('given log-out, then the session’s stream ends without another event; others’ go on', async () => {
    const [own, other] = [await enter('sup.li'), await enter('sup.li')];
    const [ending, going] = [await openStream(own.token), await openStream(other.token)];
    await status('POST', '/sessions/current/end', own.token);
    await site.record(rulebookStream, workDraft('after it'));
    expect(await ending.whole).not.toContain('after it');
    expect(going.ended).toBe(false);
    await status('POST', '/sessions/end', other.token);
    expect(await going.whole).toContain('after it');
  });

  it('given another password, then it ends', async () => {
    const own = await enter('sup.li');
    const ending = await openStream(own.token);
    const change = { password: 'another good one', currentPassword: PASSWORD };
    expect(await status('POST', '/accounts/sup.li/password', own.token, change)).toBe(204);
    await ending.whole;
  });

  it('given the session was ended by another process, then it ends when it is looked at next', async () => {
    const own = await enter('sup.li');
    const ending = await openStream(own.token);
    await site.signIns.endSession(own.sessionId);
    site.clock.at = '2024-03-20T02:00:02.000Z';
    await ending.whole;
  });
});

describe('the record of sign-ins', () => {
  const fail = (accountId: string) =>
    site.call('POST', '/api/v1/sessions', { body: { accountId, password: 'a wrong guess' } });

  it('given failures, then the supervisor can ask for them, by account and address, page by page; others cannot', async () => {
    await fail('unit.zhao');
    site.clock.at = '2024-03-20T02:00:01.000Z';
    await fail('msr.chen');
    const { token } = await enter('sup.li');
    expect(await itemsOf('/sign-ins?outcome=wrong-password', token)).toMatchObject([
      { accountId: 'msr.chen', address: '127.0.0.1', outcome: 'wrong-password', count: 1 },
      { accountId: 'unit.zhao' },
    ]);
    expect(await itemsOf('/sign-ins?accountId=unit.zhao', token)).toHaveLength(1);
    expect(await itemsOf('/sign-ins?address=10.0.0.1', token)).toEqual([]);
    const first = await site.call('GET', '/api/v1/sign-ins?limit=1&outcome=wrong-password', { token });
    const next = /<\/api\/v1([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] as string;
    expect(await itemsOf(next, token)).toMatchObject([{ accountId: 'unit.zhao' }]);
    expect(await status('GET', '/sign-ins?cursor=x', token)).toBe(400);
    for (const account of ['msr.chen', 'unit.zhao']) {
      expect(await status('GET', '/sign-ins', (await enter(account)).token)).toBe(403);
    }
  });

  it('given failures on one’s own account, then one is told at sign-in, by /me and in one’s own list', async () => {
    await fail('unit.zhao');
    await fail('msr.chen');
    site.clock.at = '2024-03-20T02:00:01.000Z';
    const opened = await enter('unit.zhao');
    const failures = [{ address: '127.0.0.1', outcome: 'wrong-password', count: 1 }];
    expect(opened).toMatchObject({ failures });
    const me = await site.call('GET', '/api/v1/me', { token: opened.token });
    expect(await me.json()).toMatchObject({ failures });
    const own = await itemsOf('/me/sign-ins', opened.token);
    expect(own.map(({ accountId, outcome }) => [accountId, outcome])).toEqual([
      ['unit.zhao', 'signed-in'],
      ['unit.zhao', 'wrong-password'],
    ]);
  });

  it('given the store is away, then signing in is 503 with Retry-After', async () => {
    await site.signIns.close();
    const answer = await site.call('POST', '/api/v1/sessions', { body: { accountId: 'sup.li', password: PASSWORD } });
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
