/** Keys for programs over HTTP: shown once, kept as a digest, read within scopes and quotas, until revoked or past. */
import { hash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accountStream } from '../../events/account.ts';
import { accountIdSchema, START } from '../../events/ids.ts';
import { rulebookStream } from '../../events/rulebook.ts';
import { createGrantsReader } from '../../infra/identity/account-grants.ts';
import { createApiKeys } from '../../infra/identity/api-keys.ts';
import { routes } from '../../services/account/http.ts';
import { commands, disabled, openSite, type Site, work, workDraft } from './support.ts';

let site: Site;
beforeEach(async () => {
  site = await openSite({ commands: [...commands, ...routes] });
});
afterEach(() => site.close());

interface Issued {
  readonly apiKey?: string;
}

async function issue(account = 'msr.chen', more: object = {}, headers: Record<string, string> = {}) {
  const token = await site.signIn(account);
  const body = { system: '数据交换平台', scopes: ['events'], lastDay: '2024-12-31', ...more };
  const answer = await site.call('POST', `/api/v1/accounts/${account}/api-keys`, { token, body, headers });
  expect(answer.status).toBe(200);
  const { apiKey } = (await answer.json()) as Issued;
  return { apiKey: apiKey as string, token };
}

const read = (path: string, token: string) => site.call('GET', `/api/v1${path}`, { token });
const statusOf = async (path: string, token: string) => (await read(path, token)).status;
const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code;

async function ownKeys(token: string) {
  const { items } = (await (await read('/api-keys', token)).json()) as { items: Record<string, unknown>[] };
  return items;
}

async function revoke(token: string, account = 'msr.chen') {
  const [key] = await ownKeys(token);
  const path = `/api/v1/accounts/${account}/api-keys/${key?.keyId}/revocation`;
  expect((await site.call('POST', path, { token, body: { reason: '停用' } })).status).toBe(200);
}

describe('a key is shown once and kept as a digest', () => {
  it('given it is issued, then it tells its id, the log and the vault do not hold it, and a repetition has none', async () => {
    const { apiKey, token } = await issue('msr.chen', {}, { 'Idempotency-Key': 'one' });
    const [, keyId = '', secret = ''] = /^ggk_([0-9a-z]+)_([A-Za-z0-9_-]{43})$/.exec(apiKey) ?? [];
    expect(await ownKeys(token)).toMatchObject([{ keyId, system: '数据交换平台', role: 'MSR', inForce: true }]);
    const told = JSON.stringify([await ownKeys(token), await site.store.readAll(START, 1_000)]);
    expect(told).toContain(keyId);
    const kept: string[] = [];
    for await (const thing of site.keyStore.contents()) kept.push(JSON.stringify(thing));
    for (const hidden of [secret, hash('sha256', apiKey, 'hex'), hash('sha256', secret, 'hex')]) {
      expect(told).not.toContain(hidden);
      expect(kept.join()).not.toContain(hidden);
    }
    expect(kept.join()).toContain(keyId);
    expect(site.logged.join()).not.toContain(secret);
    const again = await issue('msr.chen', {}, { 'Idempotency-Key': 'one' });
    expect(again.apiKey).toBeUndefined();
    expect(await ownKeys(token)).toHaveLength(1);
  });

  it('given another text of the form, then it is no key', async () => {
    const { apiKey } = await issue();
    const changed = `${apiKey.slice(0, -1)}${apiKey.endsWith('A') ? 'B' : 'A'}`;
    expect(await codeOf(await read('/events', changed))).toBe('token-invalid');
  });
});

describe('a key reads, within its scopes', () => {
  it('given `events`, then the feed is that of its role', async () => {
    await site.record(rulebookStream, workDraft('x'));
    const { apiKey, token } = await issue();
    const textOf = async (using?: string) =>
      (await site.call('GET', '/api/v1/events?limit=1000', using === undefined ? {} : { token: using })).text();
    expect(await textOf(apiKey)).toBe(await textOf(token));
    expect(await textOf(apiKey)).not.toBe(await textOf());
  });

  it('given it lacks the scope, or the endpoint is for people, then 403, whatever the role may', async () => {
    const { apiKey, token } = await issue();
    const other = await issue('msr.chen', { scopes: ['data'] });
    expect(await codeOf(await read('/bulletins/2024', apiKey))).toBe('key-scope');
    expect(await statusOf('/bulletins/2024', other.apiKey)).toBe(200);
    expect(await codeOf(await read('/events', other.apiKey))).toBe('key-scope');
    for (const path of ['/sessions', '/me']) {
      expect([path, await statusOf(path, other.apiKey)]).toEqual([path, 403]);
      expect([path, await statusOf(path, token)]).toEqual([path, 200]);
    }
  });

  it('given any command, then 403 and nothing is recorded', async () => {
    const { apiKey } = await issue('msr.chen', { scopes: ['events', 'data', 'webhooks'] });
    const head = await site.store.head();
    for (const { method, path, kind } of site.endpoints.filter(({ kind }) => kind === 'command')) {
      const answer = await site.call(method, path.replaceAll(/:\w+/g, 'msr.chen'), { token: apiKey, body: work });
      expect([kind, path, answer.status]).toEqual([kind, path, 403]);
    }
    expect(await site.store.head()).toBe(head);
  });

  it('given it comes as the cookie of a page, then its bearer is nobody there', async () => {
    const { apiKey, token } = await issue();
    const asked = (cookie: string) =>
      fetch(`${site.url}/me`, { redirect: 'manual', headers: { accept: 'text/html', cookie: `gongguan=${cookie}` } });
    const [withSession, withKey] = [await asked(token), await asked(apiKey)];
    expect(withKey.status).not.toBe(200);
    expect(await withKey.text()).not.toContain('我的会话');
    expect(withSession.status).toBe(200);
  });
});

describe('a key ends', () => {
  it('given it is revoked, then at once, with its stream', async () => {
    const { apiKey, token } = await issue();
    const stream = await read('/events/stream', apiKey);
    const whole = stream.text();
    expect(await statusOf('/events', apiKey)).toBe(200);
    await revoke(token);
    expect(await statusOf('/events', apiKey)).toBe(401);
    expect(await whole).toContain('account.api-key-issued');
    expect(await ownKeys(token)).toMatchObject([{ inForce: false }]);
  });

  it('given its last day is over, then it opens nothing', async () => {
    const { apiKey } = await issue('unit.zhao', { lastDay: '2024-03-21' });
    site.clock.at = '2024-03-21T15:59:59.000Z';
    expect(await statusOf('/events', apiKey)).toBe(200);
    site.clock.at = '2024-03-21T16:00:00.000Z';
    expect(await codeOf(await read('/events', apiKey))).toBe('token-expired');
  });

  it('given the account is disabled, then it opens nothing', async () => {
    const { apiKey } = await issue('unit.zhao');
    await site.record(accountStream(accountIdSchema.parse('unit.zhao')), disabled('unit.zhao'));
    expect(await statusOf('/events', apiKey)).toBe(401);
  });
});

describe('a key has a quota by the minute', () => {
  it('given it is used up, then 429 with the seconds to the next minute, in which it reads again', async () => {
    const { apiKey } = await issue('unit.zhao', { requestsPerMinute: 3 });
    site.clock.at = '2024-03-20T02:00:15.000Z';
    for (let left = 2; left >= 0; left -= 1) {
      const { status, headers } = await read('/events', apiKey);
      expect([status, headers.get('ratelimit-policy')?.split(', ')[0]]).toEqual([200, '"key";q=3;w=60']);
      expect(headers.get('ratelimit')?.split(', ')).toEqual([
        `"key";r=${left};t=45`,
        expect.stringMatching(/^"waits";r=/),
      ]);
    }
    const refused = await read('/events', apiKey);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '45']);
    expect(refused.headers.get('ratelimit-policy')).toBe('"key";q=3;w=60');
    expect(refused.headers.get('ratelimit')).toBe('"key";r=0;t=45');
    expect(await codeOf(refused)).toBe('key-quota-used-up');
    site.clock.at = '2024-03-20T02:01:00.000Z';
    expect(await statusOf('/events', apiKey)).toBe(200);
  });

  it('given several processes at once, then together they let no more through than one', async () => {
    const { apiKey } = await issue('unit.zhao', { requestsPerMinute: 50 });
    const secret = await site.keyStore.secret('api-key-digests');
    const processes = Array.from({ length: 3 }, () =>
      createApiKeys({
        keyStore: site.keyStore,
        secret,
        counters: site.signIns,
        clock: site.clock,
        accountGrantsOf: createGrantsReader(site.store),
      }),
    );
    const uses = Array.from({ length: 120 }, (_, n) =>
      (processes[n % 3] as (typeof processes)[number]).use(apiKey).then(
        () => true,
        () => false,
      ),
    );
    const letThrough = (await Promise.all(uses)).filter(Boolean).length;
    expect(letThrough).toBeLessThanOrEqual(50);
    expect(letThrough).toBeGreaterThanOrEqual(45);
  });
});

it('every endpoint that keys open is a GET, and reads for one of the scopes', () => {
  const opened = site.endpoints.filter(({ scope }) => scope !== undefined);
  expect(opened.length).toBeGreaterThan(4);
  expect(opened.filter(({ kind }) => kind === 'command')).toEqual([]);
});
