/** Which methods there are, for whom, and what becomes of what is no request at all. */
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BadConfiguration, readConfig } from '../../infra/config.ts';
import { openSite, PASSWORD, type Site } from './support.ts';

const [FRIEND, KIN, STRANGER] = ['https://data.example.cn', 'https://kin.example.cn', 'https://stranger.example'];

let site: Site;
let closed: Site;
beforeAll(async () => {
  const crossOrigin = { origins: [FRIEND, KIN], credentialed: [KIN] };
  [site, closed] = await Promise.all([openSite({ crossOrigin }), openSite()]);
});
afterAll(() => Promise.all([site.close(), closed.close()]));

const NOTICES = '/api/v1/bulletins';
const cors = (answer: Response) => [...answer.headers.keys()].filter(name => name.startsWith('access-control-'));

describe('OPTIONS', () => {
  it('tells the methods of an address to whoever asks', async () => {
    const answer = await site.call('OPTIONS', NOTICES);
    expect([answer.status, answer.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
    expect((await site.call('OPTIONS', '/api/v1/judgements/2024')).headers.get('allow')).toBe('POST, OPTIONS');
  });

  it('given an address that is none, then 404', async () => {
    expect((await site.call('OPTIONS', '/api/v1/nothing')).status).toBe(404);
  });
});

describe('pages of other origins', () => {
  const asking = (origin: string) => ({ headers: { Origin: origin } });
  const preflight = (origin: string) => ({
    headers: { Origin: origin, 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'if-match' },
  });

  it('given one that is listed, then it may read the answer and its head', async () => {
    const answer = await site.call('GET', NOTICES, asking(FRIEND));
    expect(answer.headers.get('access-control-allow-origin')).toBe(FRIEND);
    expect(answer.headers.get('access-control-expose-headers')).toContain('ETag');
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    expect(answer.headers.get('vary')).toContain('Origin');
  });

  it('a refusal can be read too', async () => {
    const answer = await site.call('GET', '/api/v1/me', asking(FRIEND));
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([401, FRIEND]);
  });

  it('before it sends, it is told what it may', async () => {
    const answer = await site.call('OPTIONS', '/api/v1/judgements/2024', preflight(FRIEND));
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-methods')).toBe('POST, OPTIONS');
    expect(answer.headers.get('access-control-allow-headers')).toContain('If-Match');
    expect(Number(answer.headers.get('access-control-max-age'))).toBeGreaterThan(0);
  });

  it('credentials are for those alone who are listed for them', async () => {
    const answer = await site.call('GET', NOTICES, asking(KIN));
    expect(answer.headers.get('access-control-allow-credentials')).toBe('true');
  });

  it('given one that is not listed, or none at all, then nothing of it', async () => {
    expect(cors(await site.call('GET', NOTICES, asking(STRANGER)))).toEqual([]);
    expect(cors(await site.call('OPTIONS', NOTICES, preflight(STRANGER)))).toEqual([]);
    expect(cors(await closed.call('GET', NOTICES, asking(FRIEND)))).toEqual([]);
  });

  it('pages and documents beside the API are for nobody else', async () => {
    expect(cors(await site.call('GET', '/docs', asking(FRIEND)))).toEqual([]);
  });

  it('given all may read, then any origin, and never with credentials', async () => {
    const open = await openSite({ crossOrigin: { origins: '*', credentialed: [] } });
    try {
      const answer = await open.call('GET', NOTICES, asking(STRANGER));
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    } finally {
      await open.close();
    }
  });

  it('is read from the configuration, none unless told', () => {
    expect(readConfig({}).crossOrigin).toEqual({ origins: [], credentialed: [] });
    const read = readConfig({ CORS_ORIGINS: `${FRIEND}, ${KIN}`, CORS_CREDENTIALS: KIN });
    expect(read.crossOrigin).toEqual({ origins: [FRIEND, KIN], credentialed: [KIN] });
    expect(readConfig({ CORS_ORIGINS: '*' }).crossOrigin.origins).toBe('*');
  });

  it.each([
    { CORS_ORIGINS: 'data.example.cn' },
    { CORS_ORIGINS: `${FRIEND}/` },
    { CORS_ORIGINS: 'null' },
    { CORS_ORIGINS: FRIEND, CORS_CREDENTIALS: KIN },
    { CORS_ORIGINS: '*', CORS_CREDENTIALS: KIN },
    { CORS_ORIGINS: '*', CORS_CREDENTIALS: '*' },
  ])('given %j, then it does not start', environment => {
    expect(() => readConfig(environment)).toThrow(BadConfiguration);
  });
});

describe('what is no request', () => {
  /** Sends bytes and tells all that comes back. */
  async function told(bytes: string): Promise<{ head: string; body: Record<string, unknown> }> {
    const socket = connect(Number(new URL(site.url).port), '127.0.0.1');
    socket.write(bytes);
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
    return { head, body: JSON.parse(body || '{}') as Record<string, unknown> };
  }

  it.each([
    ['another protocol', 'EHLO somebody\r\n\r\n', 400, 'malformed-http'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
      'malformed-http',
    ],
    ['a head without end', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'headers-too-large'],
    ['no host', 'GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'host-missing'],
    [
      'a wish',
      'GET /livez HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nConnection: close\r\n\r\n',
      417,
      'expectation-not-met',
    ],
  ])('given %s, then it is told so in a problem', async (_what, bytes, status, code) => {
    const { head, body } = await told(bytes);
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toMatch(/content-type: application\/problem\+json/i);
    expect(body).toMatchObject({ status, code, title: expect.stringMatching(/\p{Script=Han}/u) });
    expect(body.traceId).toBe(/x-correlation-id: (.*)/i.exec(head)?.[1]);
  });

  it('given an answer on its way, then nothing is mixed into it', async () => {
    const token = await site.signIn('msr.chen');
    const first = `GET /api/v1/bulletins/export?count=200000 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\n\r\n`;
    const socket = connect(Number(new URL(site.url).port), '127.0.0.1');
    socket.write(first);
    let all = '';
    await new Promise<void>(resolve => {
      socket.on('data', chunk => {
        if (all === '') socket.write('no request\r\n\r\n');
        all += chunk;
      });
      socket.on('close', () => resolve()).on('error', () => resolve());
    });
    expect(all).toContain('HTTP/1.1 200 OK');
    expect(all).not.toContain('HTTP/1.1 400');
  });
});

describe('what is bounded says so', () => {
  it('of what is held at a time: how much one may have, and what is left', async () => {
    const answer = await site.call('GET', '/api/v1/events/stream');
    expect(answer.headers.get('ratelimit-policy')).toBe('"streams";q=60;qu="concurrent-requests"');
    expect(answer.headers.get('ratelimit')).toBe('"streams";r=59');
    await answer.body?.cancel();
  });

  it('of signing in: that nothing is left, and for how long', async () => {
    let answer: Response;
    const body = { accountId: 'nobody.here', password: `not ${PASSWORD}` };
    do answer = await site.call('POST', '/api/v1/sessions', { body });
    while (answer.status === 401);
    expect(answer.status).toBe(429);
    expect(answer.headers.get('ratelimit')).toBe(`"sign-in";r=0;t=${answer.headers.get('retry-after')}`);
  });
});
