/** Streams, exports, reports and waits are bounded by caller, and give their places back whatever becomes of them. */
import { EventEmitter } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type PlaceKind, Places, type Rooms } from '../../infra/http/places.ts';
import type { RequestContext } from '../../infra/http/request-context.ts';
import { METRICS_TOKEN, openSite, type Site, type SiteOptions } from './support.ts';

let site: Site | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

async function open(options: SiteOptions = {}): Promise<Site> {
  site = await openSite(options);
  return site;
}

const room = { all: 4, anonymous: 2, each: 2 };
const small: Rooms = { stream: room, export: room, report: room, wait: room, offer: room };

const anonymous = (ip: string) => ({ ip });
const account = (accountId: string) => ({ ip: '203.0.113.1', accountId });

/** A caller with a connection that can break. */
function occupant({ ip, accountId }: { readonly ip: string; readonly accountId?: string }) {
  const socket = Object.assign(new EventEmitter(), { destroyed: false });
  const res = Object.assign(new EventEmitter(), { destroyed: false, appendHeader: () => undefined });
  const caller = accountId === undefined ? undefined : { actor: { accountId }, expiresAt: 0 };
  return { req: { ip, socket }, res, caller } as unknown as RequestContext & { res: EventEmitter };
}

/** Takes a place until it is told to leave. */
function stay(places: Places, who: RequestContext) {
  let leave: () => void = () => undefined;
  const left = places.hold('stream', who, () => new Promise<void>(resolve => (leave = resolve)));
  const refused = left.then(
    () => undefined,
    error => error,
  );
  return { leave: () => leave(), refused };
}

describe('places', () => {
  it('given one network has all it may have, then it is refused with 429, and another is served', async () => {
    const places = new Places(small);
    const first = stay(places, occupant(anonymous('2001:db8::1')));
    stay(places, occupant(anonymous('2001:db8::2')));
    const third = await stay(places, occupant(anonymous('2001:db8::3'))).refused;
    expect(third).toMatchObject({ status: 429, code: 'too-many-streams' });
    expect(third.particulars.headers).toEqual({ 'Retry-After': '30' });
    first.leave();
    await first.refused;
    stay(places, occupant(anonymous('203.0.113.9')));
    expect(places.taken.stream).toBe(2);
  });

  it('given callers who have not signed in have all theirs, then there is room for those who have', async () => {
    const places = new Places(small);
    for (const ip of ['203.0.113.1', '203.0.113.2']) stay(places, occupant(anonymous(ip)));
    expect(await stay(places, occupant(anonymous('203.0.113.3'))).refused).toMatchObject({ status: 503 });
    for (const accountId of ['sup.li', 'msr.chen']) stay(places, occupant(account(accountId)));
    expect(places.taken.stream).toBe(4);
    expect(await stay(places, occupant(account('unit.zhao'))).refused).toMatchObject({
      status: 503,
      code: 'no-room-for-streams',
    });
  });

  it('given a task that fails, then its place is free', async () => {
    const places = new Places(small);
    const failing = places.hold('export', occupant(anonymous('203.0.113.1')), () => Promise.reject(new Error('broke')));
    await expect(failing).rejects.toThrow('broke');
    expect(places.taken.export).toBe(0);
  });

  it('given a connection that is gone before the task begins, then the task is told at once', async () => {
    const gone = occupant(anonymous('203.0.113.1'));
    Object.assign(gone.req.socket, { destroyed: true });
    await new Places(small).hold('stream', gone, async closed => expect(closed.aborted).toBe(true));
  });

  it('given a connection that breaks under an answer that waits behind another, then the task is told', async () => {
    const behind = occupant(anonymous('203.0.113.1'));
    await new Places(small).hold('stream', behind, async closed => {
      behind.req.socket.emit('close');
      expect(closed.aborted).toBe(true);
    });
  });

  it('given more time than a place is lent for, then the connection is broken off', async () => {
    const lent: Rooms = { ...small, export: { ...room, longestMs: 1 } };
    const slow = occupant(anonymous('203.0.113.1'));
    const broken = new Promise<void>(resolve => Object.assign(slow.req.socket, { destroy: resolve }));
    await new Places(lent).hold('export', slow, () => broken);
  });
});

/** Opens a connection, sends, and breaks it off after so many turns of the event loop. */
async function breakOff(port: number, text: string, turns: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  const closed = new Promise(resolve => socket.once('close', resolve));
  socket.on('error', () => undefined);
  socket.resume();
  socket.write(text);
  for (let waited = 0; waited < turns; waited += 1) await turn();
  socket.resetAndDestroy();
  await closed;
}

const asking = (path: string, headers = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`;

/** Places still taken after so many requests that their callers broke off, each at another moment. */
async function leftAfterResets(places: Places, requests: number): Promise<number> {
  const { url, signIn } = await open({ places });
  const port = Number(new URL(url).port);
  const token = await signIn('msr.chen');
  const stream = asking('/api/v1/events/stream');
  const signedIn = asking('/api/v1/events/stream', `Authorization: Bearer ${token}\r\n`);
  const exporting = asking('/api/v1/bulletins/export?count=100000', `Authorization: Bearer ${token}\r\n`);
  const kinds = [stream, signedIn, exporting, stream + stream];
  for (let sent = 0; sent < requests; sent += 1)
    await breakOff(port, kinds[sent % kinds.length] as string, (sent % 25) * 2);
  const left = () => Object.values(places.taken).reduce((sum, count) => sum + count, 0);
  // What is under way ends in its own time, however busy the machine is.
  for (let waited = 0; waited < 300 && left() > 0; waited += 1) await pause(10);
  return left();
}

/** Never tells a task that nobody listens any more. */
class Silent extends Places {
  override hold<T>(kind: PlaceKind, who: RequestContext, task: (closed: AbortSignal) => Promise<T>): Promise<T> {
    return super.hold(kind, who, () => task(new AbortController().signal));
  }
}

describe('requests that are broken off', () => {
  it('given 300 of them, each at another moment, then no place stays taken', async () => {
    expect(await leftAfterResets(new Places(), 300)).toBe(0);
  });

  it('given a task that is not told of it (planted), then places stay taken', async () => {
    expect(await leftAfterResets(new Silent(), 60)).toBeGreaterThan(0);
  });
});

describe('a flood of streams', () => {
  it('given strangers have opened all they can, then a supervisor still gets his, and the log says so in one line', async () => {
    const { call, signIn, logged } = await open({ places: new Places({ ...small, stream: { ...room, each: 4 } }) });
    // Kept, since fetch closes the connection of an answer that nobody holds any more, and its place would be free.
    const answers: Response[] = [];
    for (let opened = 0; opened < 50; opened += 1) answers.push(await call('GET', '/api/v1/events/stream'));
    const refused = await call('GET', '/api/v1/events/stream', { headers: { 'Accept-Language': 'zh' } });
    expect(refused.headers.get('retry-after')).toBe('30');
    expect(await refused.json()).toMatchObject({ code: 'no-room-for-streams', detail: '推送连接过多，请稍后再试' });
    const token = await signIn('sup.li');
    expect((await call('GET', '/api/v1/events/stream', { token })).status).toBe(200);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
    expect(answers.filter(({ status }) => status === 503)).toHaveLength(48);
    const lines = logged.filter(line => line.includes('no-room-for-streams'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('stack');
  });
});

describe('HEAD', () => {
  it('answers on every address that GET does, without a body and without taking a place', async () => {
    const places = new Places();
    const { call, endpoints, signIn } = await open({ places });
    const token = await signIn('sup.li');
    const asked = endpoints.filter(({ method }) => method === 'GET');
    expect(asked.length).toBeGreaterThan(20);
    for (const { kind, path } of asked) {
      const address = path.replaceAll(/:\w+/g, '2024');
      const answer = await call('HEAD', address, { token: path === '/metrics' ? METRICS_TOKEN : token });
      // Who has no cookie is led from a page to the sign-in; a bundle waits for the first checkpoint.
      const more = [...(kind === 'page' ? [303] : []), ...(path.includes('/bundles/') ? [503] : [])];
      const status = path.endsWith('/bulletins/export') ? [403, 422] : [200, 403, 404, 422, ...more];
      expect([path, status.includes(answer.status)]).toEqual([path, true]);
      expect(await answer.text()).toBe('');
    }
    expect(places.taken).toEqual({ stream: 0, export: 0, report: 0, wait: 0, offer: 0 });
  });

  it('tells of a stream and of an export what GET would', async () => {
    const { call, signIn } = await open();
    const stream = await call('HEAD', '/api/v1/events/stream');
    expect([stream.status, stream.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    const token = await signIn('msr.chen');
    const exported = await call('HEAD', '/api/v1/bulletins/export?count=3', { token });
    expect([exported.status, exported.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
    expect((await call('HEAD', '/api/v1/events/stream?after=x')).status).toBe(422);
  });
});
