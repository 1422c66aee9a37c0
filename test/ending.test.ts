/** Signals that end with others end for their reason, and leave nothing behind at those that live longer. */
import { getEventListeners } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endingWith, endingWithin } from '../infra/ending.ts';
import { postOutside } from '../infra/outbound.ts';
import { postWebhook } from '../infra/webhooks/post.ts';
import { parseNetworks } from '../infra/webhooks/target.ts';

/** What hangs on a signal: listeners, and the signals that `AbortSignal.any` made of it. */
function hangingOn(signal: AbortSignal): number {
  const dependants = Object.getOwnPropertySymbols(signal).find(symbol => symbol.description === 'kDependantSignals');
  const made = dependants && (signal as unknown as Record<symbol, { readonly size: number } | null>)[dependants];
  return getEventListeners(signal, 'abort').length + (made?.size ?? 0);
}

const REASON = new Error('the service stops');
const allowed = parseNetworks('127.0.0.0/8');

let server: Server;
let address: string;

beforeAll(async () => {
  server = createServer((req, res) => void (req.url === '/slow' || res.end('taken')));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
});

const WAYS = {
  'a webhook': (path: string, signal: AbortSignal) => postWebhook(`${address}${path}`, {}, '{}', { allowed, signal }),
  'a call of a witness': (path: string, signal: AbortSignal) =>
    postOutside(`${address}${path}`, { body: '{}', contentType: 'application/json', signal }),
} as const;

describe.each(Object.entries(WAYS))('%s', (_name, post) => {
  it('given it is answered, then nothing hangs on the signal of the one who sent it', async () => {
    const stopping = new AbortController();
    for (let sent = 0; sent < 3; sent += 1) await post('/', stopping.signal);
    expect(hangingOn(stopping.signal)).toBe(0);
  });

  it('given it is given up while it waits, then for the reason of the signal, and nothing hangs on it', async () => {
    const stopping = new AbortController();
    const sent = post('/slow', stopping.signal);
    setTimeout(() => stopping.abort(REASON), 50);
    const fault = await sent.then(
      () => undefined,
      (error: unknown) => error,
    );
    const causes = [fault, (fault as Error).cause];
    expect(causes).toContain(REASON);
    expect(hangingOn(stopping.signal)).toBe(0);
  });
});

describe('a bounded signal', () => {
  it('given the time is over, then its reason is that it is late', async () => {
    const { ended, forget } = endingWithin(1, undefined);
    await new Promise(resolve => ended.addEventListener('abort', resolve));
    expect((ended.reason as Error).name).toBe('TimeoutError');
    forget();
  });

  it('given it is over before its time, then it does not end', async () => {
    const { ended, forget } = endingWithin(5, undefined);
    forget();
    await new Promise(resolve => setTimeout(resolve, 20));
    expect(ended.aborted).toBe(false);
  });

  it('given a signal that has ended, then it has ended for the same reason', () => {
    expect(endingWith(undefined, AbortSignal.abort(REASON)).ended.reason).toBe(REASON);
  });

  it('given signals joined in the way that stays behind (planted), then it is seen', () => {
    const stopping = new AbortController();
    const made = AbortSignal.any([stopping.signal, new AbortController().signal]);
    expect(made.aborted).toBe(false);
    expect(hangingOn(stopping.signal)).toBe(1);
  });
});
