import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rulebookStream } from '../../events/rulebook.ts';
import { openSite, type Site, work } from './support.ts';

let site: Site;
let msr: string;

beforeAll(async () => {
  site = await openSite();
  msr = await site.signIn('msr.chen');
});

afterAll(() => site.close());

const PATH = '/api/v1/organising-work';
const send = (body: unknown, headers: Record<string, string> = {}, path = PATH) =>
  site.call('POST', path, { token: msr, body, headers });
const problem = async (answer: Response) => {
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  return (await answer.json()) as Record<string, unknown>;
};
const rule = { ruleId: 'work-rules', title: '工作规则', textHash: 'a'.repeat(64), effectiveOn: '2024-02-01' };

describe('a command over HTTP', () => {
  it('when it starts a thing, then 201 with id, revision, position and ETag; when it continues it, then 200', async () => {
    const first = await send(work);
    const events = await site.store.readStream(rulebookStream, -1);
    expect(first.status).toBe(201);
    expect(await first.json()).toEqual({
      id: 'rulebook',
      revision: 0,
      position: events[0]?.position,
      outcome: 'recorded',
      message: '已记录',
      recorded: [{ type: 'organising-work.recorded', sentence: '记录了组织工作（宣传）：制作年度手册' }],
    });
    expect(first.headers.get('etag')).toBe('"rulebook@0"');
    expect(first.headers.get('location')).toBe('/api/v1/trail');
    const second = await send(work);
    expect(second.status).toBe(200);
    expect(second.headers.get('etag')).toBe('"rulebook@1"');
    expect(second.headers.get('location')).toBeNull();
  });

  it('then answers are data: not sniffed, not stored, not framed, and do not name the server', async () => {
    const { headers } = await send(work);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('given a path parameter, then it is a field of the input', async () => {
    await send(rule, {}, '/api/v1/rules');
    const { ruleId: _inPath, ...revision } = { ...rule, textHash: 'b'.repeat(64) };
    expect((await send(revision, {}, '/api/v1/rules/work-rules/revision')).status).toBe(200);
    const events = await site.store.readStream(rulebookStream, -1);
    expect(events.at(-1)).toMatchObject({ type: 'programme-rule.revised', data: { ruleId: 'work-rules', version: 2 } });
  });

  it('given a body that repeats a path parameter, then 422', async () => {
    const answer = await send(rule, {}, '/api/v1/rules/work-rules/revision');
    expect(answer.status).toBe(422);
    expect(await problem(answer)).toMatchObject({ code: 'field-in-path', errors: [{ pointer: '/ruleId' }] });
  });

  it('given a path parameter that is no number where one is needed, then 422', async () => {
    const answer = await send({ outcome: 'article', note: '说明' }, {}, '/api/v1/judgements/last');
    expect(await problem(answer)).toMatchObject({ status: 422, errors: [{ pointer: '/year' }] });
  });
});

describe('what came of a command', () => {
  it('given it says what stands, then the answer says that it is so already and that nothing was recorded', async () => {
    const place = '/api/v1/rules/so-already/revision';
    const { ruleId: _inPath, ...content } = { ...rule, textHash: 'c'.repeat(64) };
    await send({ ...rule, ruleId: 'so-already' }, {}, '/api/v1/rules');
    expect(await (await send(content, {}, place)).json()).toMatchObject({
      outcome: 'recorded',
      recorded: [{ type: 'programme-rule.revised', sentence: '修订了《工作规则》（第2版）' }],
    });
    const again = { outcome: 'unchanged', message: '所请事项已经如此，未作新的记录', recorded: [] };
    expect(await (await send(content, {}, place)).json()).toMatchObject(again);
    const english = await send(content, { 'Accept-Language': 'en' }, place);
    expect(await english.json()).toMatchObject({ message: 'It is so already: nothing was recorded' });
  });
});

describe('Idempotency-Key', () => {
  it('given a key, when the command is sent again, then it is recorded once and answered the same', async () => {
    const first = await send(work, { 'Idempotency-Key': 'once' });
    const before = await site.store.head();
    const again = await send(work, { 'Idempotency-Key': 'once' });
    expect(await again.json()).toEqual(await first.json());
    expect(await site.store.head()).toBe(before);
  });

  it('given a key, when it is sent with another body, then 422', async () => {
    await send(work, { 'Idempotency-Key': 'twice' });
    const answer = await send({ ...work, kind: '其他' }, { 'Idempotency-Key': 'twice' });
    expect(answer.status).toBe(422);
    expect(await problem(answer)).toMatchObject({ code: 'idempotency-key-reused' });
  });

  it('given no key, then the same command sent twice is two commands', async () => {
    const first = (await (await send(work)).json()) as { revision: number };
    expect(((await (await send(work)).json()) as { revision: number }).revision).toBe(first.revision + 1);
  });

  it.each(['with space', 'x'.repeat(101)])('given the key %j, then 400', async key => {
    expect((await send(work, { 'Idempotency-Key': key })).status).toBe(400);
  });
});

describe('If-Match', () => {
  const revision = async () => (await site.store.readStream(rulebookStream, -1)).length - 1;

  it('given the revision last seen, then it is recorded', async () => {
    expect((await send(work, { 'If-Match': `"rulebook@${await revision()}"` })).status).toBe(200);
  });

  it('given an older revision, then 412 says which one is current', async () => {
    const answer = await send(work, { 'If-Match': '"rulebook@0"' });
    expect(answer.status).toBe(412);
    expect(await problem(answer)).toMatchObject({ code: 'stale-revision' });
  });

  it('given the tag of another thing, then 412 even at the same revision', async () => {
    const answer = await send(work, { 'If-Match': `"programme-2024@${await revision()}"` });
    expect(await problem(answer)).toMatchObject({ status: 412, code: 'other-stream' });
  });

  it.each(['rulebook@0', '"rulebook"', 'W/"rulebook@0"', '*, "rulebook@0"', '"rulebook@-1"'])(
    'given %s, then 400',
    async tag => {
      expect((await send(work, { 'If-Match': tag })).status).toBe(400);
    },
  );
});

describe('acts entered later', () => {
  it('given X-Effective-At and an encoded reason, then both are on the event', async () => {
    const headers = {
      'X-Effective-At': '2024-03-01T02:00:00.000Z',
      'X-Backdating-Reason': encodeURIComponent('纸质材料补录'),
    };
    expect((await send(work, headers)).status).toBe(200);
    const { meta } = (await site.store.readStream(rulebookStream, -1)).at(-1) ?? {};
    expect(meta).toMatchObject({ effectiveAt: '2024-03-01T02:00:00.000Z', reason: '纸质材料补录', backdated: true });
  });

  it('given an earlier day without a reason, then 422', async () => {
    const answer = await send(work, { 'X-Effective-At': '2024-03-01T02:00:00.000Z' });
    expect(await problem(answer)).toMatchObject({ status: 422, code: 'backdating-needs-reason' });
  });

  it.each([{ 'X-Effective-At': 'yesterday' }, { 'X-Backdating-Reason': '%E4%BD' }, { 'X-Backdating-Reason': '%20' }])(
    'given %j, then 400',
    async headers => {
      expect((await send(work, headers as Record<string, string>)).status).toBe(400);
    },
  );
});

describe('X-Correlation-Id', () => {
  it('given one, then it is on the answer, the event and the log', async () => {
    const answer = await send(work, { 'X-Correlation-Id': 'case-42' });
    expect(answer.headers.get('x-correlation-id')).toBe('case-42');
    expect((await site.store.readStream(rulebookStream, -1)).at(-1)?.meta.correlationId).toBe('case-42');
    expect(site.logged.some(line => JSON.parse(line).correlationId === 'case-42')).toBe(true);
  });

  it.each([[{}], [{ 'X-Correlation-Id': 'no spaces or "quotes"' }]])('given %j, then a new one', async headers => {
    const answer = await send(work, headers as Record<string, string>);
    expect(answer.headers.get('x-correlation-id')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab]/);
  });
});

describe('refusals as problem details (RFC 9457)', () => {
  const judged = (outcome: string, headers = {}) => send({ outcome, note: '说明' }, headers, '/api/v1/judgements/2024');

  it('given a refusal under an article printed twice, then the rule carries its printed label', async () => {
    const answer = await judged('article', { 'X-Correlation-Id': 'trace-1' });
    expect(answer.status).toBe(409);
    expect(await problem(answer)).toEqual({
      type: 'urn:gongguan:problem:not-completed',
      title: '当前状态不允许',
      status: 409,
      detail: '项目尚未完成',
      code: 'not-completed',
      traceId: 'trace-1',
      rule: { doc: '津政办规〔2023〕12号', article: 'art-17a', label: '第十七条（第一个第十七条）' },
    });
  });

  it('given a refusal under an item, then the item is named and the kind decides the status', async () => {
    expect(await problem(await judged('item'))).toMatchObject({
      status: 403,
      rule: { article: 'art-08', label: '第八条', item: '（三）' },
    });
  });

  it('given a refusal under the work plan, then year, version and item are named', async () => {
    expect(await problem(await judged('plan'))).toMatchObject({
      status: 409,
      rule: { workPlan: 2024, version: 2, item: 'deadline' },
    });
  });

  it.each([
    ['en', 'Not possible in the present state', 'The project is not completed'],
    ['en-GB,en;q=0.9,zh;q=0.5', 'Not possible in the present state', 'The project is not completed'],
    ['zh-CN,zh;q=0.9,en;q=0.8', '当前状态不允许', '项目尚未完成'],
    ['fr', '当前状态不允许', '项目尚未完成'],
  ])('given Accept-Language %s, then title and detail follow', async (language, title, detail) => {
    expect(await problem(await judged('article', { 'Accept-Language': language }))).toMatchObject({ title, detail });
  });

  it.each([
    ['zh', '类别：请填写文字'],
    ['en', 'Kind: Must be text'],
  ])('given input that is not valid, then faults point at the field and speak %s', async (language, words) => {
    const answer = await send({ kind: 1 }, { 'Accept-Language': language });
    const { errors } = (await problem(answer)) as { errors: { pointer: string; detail: string }[] };
    expect(errors.map(error => error.pointer)).toEqual(['/kind', '/detail']);
    expect(errors[0]?.detail).toBe(words);
  });

  it('given a fault of ours, then 500 tells a trace id and nothing else, and the log tells the rest', async () => {
    const answer = await judged('outage', { 'X-Correlation-Id': 'trace-500' });
    const text = await answer.text();
    expect(answer.status).toBe(500);
    expect(JSON.parse(text)).toMatchObject({ code: 'internal-error', traceId: 'trace-500' });
    expect(text).not.toContain('secret detail');
    expect(site.logged.some(line => line.includes('trace-500') && line.includes('secret detail'))).toBe(true);
  });
});

describe('who may send a command', () => {
  it('given nobody signed in, then 401 with a challenge', async () => {
    const answer = await site.call('POST', PATH, { body: work });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it.each([
    ['nothing of what it needs', {}, {}, '/api/v1/rules/work-rules/revision'],
    ['a field twice', { ruleId: 'work-rules' }, {}, '/api/v1/rules/work-rules/revision'],
    ['the tag of another thing', work, { 'If-Match': '"programme-2024@0"' }, PATH],
    ['another time', work, { 'X-Effective-At': '2099-01-01T00:00:00.000Z' }, PATH],
  ])(
    'given a role that may not and %s, then 403 before all that is wrong with it',
    async (_what, body, headers, path) => {
      const token = await site.signIn('unit.zhao');
      const answer = await site.call('POST', path, { token, body, headers });
      expect(await problem(answer)).toMatchObject({ status: 403, code: 'role-not-allowed' });
      expect((await site.call('POST', path, { token: msr, body, headers })).status).not.toBe(403);
    },
  );

  it('given a role that may not know of a command, then 404 before all that is wrong with it', async () => {
    const token = await site.signIn('unit.zhao');
    expect((await site.call('POST', '/api/v1/judgements/2024', { token, body: { what: 1 } })).status).toBe(404);
  });

  it('given a role that may not, then 403; given a command it may not know of, then 404', async () => {
    const token = await site.signIn('unit.zhao');
    expect((await site.call('POST', PATH, { token, body: work })).status).toBe(403);
    const body = { outcome: 'article', note: '说明' };
    expect((await site.call('POST', '/api/v1/judgements/2024', { token, body })).status).toBe(404);
  });
});

describe('the log', () => {
  it('then no line holds what people sent', () => {
    const all = site.logged.join('');
    for (const secret of ['制作年度手册', msr, '张三', 'msr.chen']) expect(all).not.toContain(secret);
    expect(all).toContain('/api/v1/judgements/:year');
  });
});
