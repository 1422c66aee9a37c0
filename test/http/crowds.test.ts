/** Whoever sends much at once waits for his turn, and holds nobody else up. */
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TooBusy, withConcurrency } from '../../infra/bounded.ts';
import { boundConnections, endConnections } from '../../infra/http/connections.ts';
import { problemOf } from '../../infra/http/problem.ts';
import { get, jsonOf } from '../../projections/route.ts';
import { openSite, type Site, type SiteOptions } from './support.ts';

let site: Site | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

async function open(options: SiteOptions): Promise<Site> {
  site = await openSite(options);
  return site;
}

/** A public query that knows how many of it are being answered at a time. */
function counted() {
  const seen = { now: 0, most: 0, answered: 0 };
  const query = get({
    path: '/counted',
    name: 'ShowCounted',
    title: '计数',
    summary: 'Takes a turn of the event loop.',
    allow: 'public',
    input: z.strictObject({}),
    output: z.unknown(),
    paged: false,
    async answer() {
      seen.now += 1;
      seen.most = Math.max(seen.most, seen.now);
      await turn();
      seen.now -= 1;
      seen.answered += 1;
      return jsonOf({});
    },
  });
  return { query, seen };
}

const ASKING = 'GET /api/v1/counted HTTP/1.1\r\nHost: x\r\n\r\n';

/** A connection on which so many requests are sent at once. */
function sending({ url }: Site, requests: number): Socket {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.resume();
  socket.write(ASKING.repeat(requests));
  return socket;
}

describe('requests that are sent at once on one connection', () => {
  it('then they are answered one after another', async () => {
    const { query, seen } = counted();
    const socket = sending(await open({ queries: [query] }), 30);
    await expect.poll(() => seen.answered).toBe(30);
    expect(seen.most).toBe(1);
    socket.destroy();
  });

  it('given the connection breaks, then those that waited are not taken up, and none stays in progress', async () => {
    const { query, seen } = counted();
    const from = await open({ queries: [query] });
    for (let broken = 0; broken < 20; broken += 1) {
      const socket = sending(from, 30);
      while (seen.answered < broken) await turn();
      socket.resetAndDestroy();
    }
    const inProgress = 'http_requests_in_progress{route="/api/v1/counted"} 0';
    await expect.poll(() => from.metrics()).toContain(inProgress);
    expect(seen.answered).toBeLessThan(20 * 30);
  });
});

describe('a turn of the event loop that brings many requests', () => {
  it('then each asks for its time before it is taken up, but not whether the process lives', async () => {
    let asked = 0;
    const pause = () => {
      asked += 1;
      return undefined;
    };
    const { call } = await open({ pause });
    for (const path of ['/livez', '/readyz']) expect((await call('GET', path)).status).toBe(200);
    expect(asked).toBe(0);
    for (const path of ['/api/v1/bulletins', '/api/v1/nowhere', '/docs', '/api/v1/events']) await call('GET', path);
    expect(asked).toBe(4);
  });

  it('given no time left, then a request waits while liveness is told', async () => {
    let go: () => void = () => undefined;
    const { call } = await open({ pause: () => new Promise<void>(resolve => (go = resolve)) });
    let answered = false;
    const asking = call('GET', '/api/v1/bulletins').then(({ status }) => {
      answered = true;
      return status;
    });
    expect((await call('GET', '/livez')).status).toBe(200);
    expect(answered).toBe(false);
    await expect
      .poll(() => {
        go();
        return answered;
      })
      .toBe(true);
    expect(await asking).toBe(200);
  });
});

describe('connections', () => {
  it('given one network has all it may have, then a further one is closed at once; one that leaves makes room', async () => {
    const from = await open({ connections: { all: 10, each: 2 } });
    const port = Number(new URL(from.url).port);
    const ended = (socket: Socket) =>
      new Promise(resolve => socket.on('error', () => undefined).once('close', resolve));
    const connected = async () => {
      const socket = connect(port, '127.0.0.1');
      await new Promise(resolve => socket.once('connect', resolve));
      return socket;
    };
    const held = [await connected(), await connected()];
    await ended((await connected()).resume());
    held[0]?.destroy();
    await expect.poll(async () => (await from.call('GET', '/livez').catch(() => undefined))?.status).toBe(200);
    held[1]?.destroy();
  });

  it('have bounds of time and number', () => {
    const server = createServer();
    boundConnections(server, { all: 7, each: 7 });
    expect(server.maxConnections).toBe(7);
    expect(server.headersTimeout).toBeLessThanOrEqual(10_000);
    expect(server.requestTimeout).toBeLessThanOrEqual(120_000);
    expect(server.timeout).toBeGreaterThan(0);
  });

  it('are kept longer than by reverse proxies before the server, and hold up no server that ends', async () => {
    const answering: (() => void)[] = [];
    const server = createServer((_request, response) => answering.push(() => response.end()));
    boundConnections(server, { all: 7, each: 7 });
    expect(server.keepAliveTimeout).toBeGreaterThan(60_000);
    server.keepAliveTimeout = 3_600_000;
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => socket.write(ASKING));
    const answered = new Promise(resolve => socket.once('data', resolve));
    await expect.poll(() => answering).toHaveLength(1);
    const ended = endConnections(server);
    // Longer than it takes to look once.
    await pause(200);
    answering[0]?.();
    await Promise.all([answered, ended]);
  });
});

describe('what takes a processor for long', () => {
  it('is done so many at once while so many wait, in order; who comes then is told to come again', async () => {
    const run = withConcurrency({ atOnce: 2, waiting: 3 });
    const ends: (() => void)[] = [];
    const done: number[] = [];
    const task = (n: number) =>
      run(() => new Promise<void>(resolve => ends.push(resolve))).then(() => {
        done.push(n);
      });
    const tasks = [0, 1, 2, 3, 4].map(task);
    await expect(task(5)).rejects.toThrow(TooBusy);
    for (let ended = 0; ended < 5; ended += 1) {
      await turn();
      expect(ends.length).toBe(Math.min(5, ended + 2));
      ends[ended]?.();
    }
    await Promise.all(tasks);
    expect(done).toEqual([0, 1, 2, 3, 4]);
  });

  it('given one fails, then the next has its place', async () => {
    const run = withConcurrency({ atOnce: 1, waiting: 1 });
    const failing = run(() => Promise.reject(new Error('broke')));
    const next = run(async () => 'next');
    await expect(failing).rejects.toThrow('broke');
    expect(await next).toBe('next');
  });

  it('given too many, then 503 and when to come again', () => {
    const { status, code, particulars } = problemOf(new TooBusy());
    expect([status, code, particulars.headers?.['Retry-After']]).toEqual([503, 'too-busy', '3']);
  });
});
