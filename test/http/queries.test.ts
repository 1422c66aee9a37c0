import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountStream } from '../../events/account.ts';
import { accountIdSchema } from '../../events/ids.ts';
import { BadCursor } from '../../projections/ports.ts';
import { get, type QueryRoute } from '../../projections/route.ts';
import { StoreUnavailable } from '../../services/ports.ts';
import { disabled, openSite, queries, type Site } from './support.ts';

let site: Site;
let msr: string;

beforeAll(async () => {
  site = await openSite();
  msr = await site.signIn('msr.chen');
});

afterAll(() => site.close());

const ask = (path: string, headers: Record<string, string> = {}) =>
  site.call('GET', `/api/v1${path}`, { token: msr, headers });
const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code;

describe('a query over HTTP', () => {
  it('given a page, then the stored rows pass through and Link names the next page with the same filter', async () => {
    const answer = await site.call('GET', '/api/v1/bulletins?limit=1');
    expect(await answer.text()).toBe('{"items":[{"n":1}],"next":"a b"}');
    expect(answer.headers.get('link')).toBe('</api/v1/bulletins?limit=1&cursor=a+b>; rel="next"');
  });

  it('given the public, then an answer may be stored shortly; given a caller, never', async () => {
    expect((await site.call('GET', '/api/v1/bulletins')).headers.get('cache-control')).toBe('public, max-age=15');
    expect((await ask('/bulletins')).headers.get('cache-control')).toBe('no-store');
  });

  it('given a path parameter as text, then the schema makes it a number; given no row, then 404', async () => {
    expect(await (await ask('/bulletins/2024')).json()).toEqual({ year: 2024 });
    expect((await ask('/bulletins/2025')).status).toBe(404);
  });

  it('given a fixed segment where another route has a parameter, then the fixed one is taken', async () => {
    expect((await ask('/bulletins/export?count=1')).headers.get('content-type')).toBe('text/csv; charset=utf-8');
  });

  it.each([
    ['/bulletins?colour=red', 'unknown-parameter'],
    ['/bulletins?__proto__=1', 'unknown-parameter'],
    ['/bulletins?limit=1&limit=2', 'parameter-repeated'],
    ['/bulletins?limit=none', 'invalid-input'],
    ['/bulletins/2024?year=2025', 'unknown-parameter'],
    ['/bulletins/late', 'invalid-input'],
  ])('given %s, then 422 %s', async (path, code) => {
    const answer = await ask(path);
    expect(answer.status).toBe(422);
    expect(await codeOf(answer)).toBe(code);
  });
});

describe('what is wrong with a parameter', () => {
  it.each([
    ['/bulletins/late', 'zh', '年度：请填写数字'],
    ['/bulletins/late', 'en', 'Year: Must be a number'],
    ['/bulletins?limit=0', 'zh', '每页行数：不得小于 1'],
    ['/bulletins?limit=1.5', 'zh', '每页行数：请填写整数'],
    ['/bulletins?colour=red', 'en', 'Unknown parameter'],
  ])('given %s, then it is said in %s as people say it: %s', async (path, language, detail) => {
    const { errors } = (await (await ask(path, { 'Accept-Language': language })).json()) as { errors: object[] };
    expect(errors).toMatchObject([{ detail }]);
  });
});

describe('a stream', () => {
  it('given an export, then it comes as a download under its own name', async () => {
    const answer = await ask('/bulletins/export?count=3');
    expect(answer.headers.get('content-disposition')).toBe(
      "attachment; filename*=UTF-8''%E5%85%AC%E5%91%8A%202024.csv",
    );
    expect(await answer.text()).toBe('line 0\nline 1\nline 2\n');
  });

  it('given a source that fails before its first piece, then 500; later, then the answer breaks off', async () => {
    expect((await ask('/bulletins/export?count=3&failAt=0')).status).toBe(500);
    await expect(ask('/bulletins/export?count=3&failAt=2').then(answer => answer.text())).rejects.toThrow();
  });

  it('given nothing to stream, then an empty download', async () => {
    expect(await (await ask('/bulletins/export?count=0')).text()).toBe('');
  });
});

describe('X-Consistency-Position', () => {
  it('given a position the read side has reached, then the answer; given one it has not, then 503 to try again', async () => {
    expect((await ask('/bulletins', { 'X-Consistency-Position': '1' })).status).toBe(200);
    const behind = await ask('/bulletins', { 'X-Consistency-Position': await site.store.head() });
    expect([behind.status, behind.headers.get('retry-after'), await codeOf(behind)]).toEqual([
      503,
      '1',
      'read-model-behind',
    ]);
  });

  it('given something else, or a position that the log has not come to, then 400', async () => {
    expect((await ask('/bulletins', { 'X-Consistency-Position': 'newest' })).status).toBe(400);
    const beyond = await ask('/bulletins', { 'X-Consistency-Position': '999' });
    expect([beyond.status, await codeOf(beyond)]).toEqual([400, 'no-such-position']);
  });
});

describe('who may ask', () => {
  it('given nobody signed in, then 401; given another role, then 403; given a bad token even on a public list, then 401', async () => {
    expect((await site.call('GET', '/api/v1/bulletins/2024')).status).toBe(401);
    const unit = await site.signIn('unit.zhao');
    expect((await site.call('GET', '/api/v1/bulletins/2024', { token: unit })).status).toBe(403);
    expect((await site.call('GET', '/api/v1/bulletins', { token: 'forged' })).status).toBe(401);
  });

  it('given an account disabled after it signed in, then it is out at once', async () => {
    const token = await site.signIn('sup.li');
    const path = '/api/v1/me/organisation';
    expect((await site.call('GET', path, { token })).status).toBe(200);
    await site.record(accountStream(accountIdSchema.parse('sup.li')), disabled('sup.li'));
    const answer = await site.call('GET', path, { token });
    expect([answer.status, await codeOf(answer)]).toEqual([403, 'role-not-held']);
  });
});

describe('addresses that are none', () => {
  it('given an unknown path, then 404 as a problem; given another method, then 405 names those that are', async () => {
    expect((await ask('/nowhere')).status).toBe(404);
    const answer = await site.call('DELETE', '/api/v1/bulletins');
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
    expect(answer.headers.get('content-type')).toContain('problem+json');
  });

  it.each(['/bulletins/', '/bulletins/2024/', '//bulletins'])(
    'given %s, then 404: it is no other way to an address',
    async path => {
      expect((await ask(path)).status).toBe(404);
    },
  );

  it('given a path that is not encoded properly, then 400', async () => {
    const answer = await ask('/bulletins/%ff');
    expect([answer.status, await codeOf(answer)]).toEqual([400, 'malformed-path']);
  });
});

describe('faults behind a query', () => {
  const failing = (name: string, error: Error) => {
    const { table: _columns, ...template } = queries[0] as QueryRoute;
    return get({
      ...template,
      path: `/${name}`,
      name,
      input: template.input as never,
      answer: () => Promise.reject(error),
    });
  };

  it('given a cursor that no page gave, then 400; given a store that is away, then 503 with its delay', async () => {
    const other = await openSite({
      queries: [
        failing('cursor', new BadCursor()),
        failing('outage', new StoreUnavailable('disk full', { retryAfter: 7 })),
      ],
    });
    try {
      expect((await other.call('GET', '/api/v1/cursor')).status).toBe(400);
      const answer = await other.call('GET', '/api/v1/outage');
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '7']);
    } finally {
      await other.close();
    }
  });
});
