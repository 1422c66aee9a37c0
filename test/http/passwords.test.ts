/** Resets over the API: nobody acts as somebody else without a trace, and no administrator knows a password. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accountRegistered, accountStream } from '../../events/account.ts';
import { type AccountId, accountIdSchema, START } from '../../events/ids.ts';
import * as account from '../../services/account/http.ts';
import { givePassword } from '../support/passwords.ts';
import { openSite, PASSWORD, type Site } from './support.ts';

const NEW = 'a password of his own';
let site: Site;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  site = await openSite({ commands: account.routes });
  for (const [id, role, orgId] of [
    ['msr.wang', 'MSR', 'msr'],
    ['msr.zhao', 'MSR', 'msr'],
    ['sup.he', 'SUP', 'sup'],
    ['sup.guo', 'SUP', 'sup'],
    ['expert.sun', 'EXPERT', 'expert-02'],
    ['expert.wu', 'EXPERT', 'expert-03'],
  ] as const) {
    const accountId = accountIdSchema.parse(id);
    const name = { subject: `account-${id}`, sealed: 'x'.repeat(40) };
    const grant = { role, orgId, orgName: '某单位', from: '2024-01-01' };
    await site.record(accountStream(accountId), accountRegistered.of({ accountId, name, grant }));
    await givePassword(site.keyStore, accountId, PASSWORD);
  }
  for (const id of ['msr.chen', 'msr.wang', 'msr.zhao', 'sup.li', 'sup.he', 'sup.guo'])
    tokens[id] = await site.signIn(id);
});

afterAll(() => site.close());

const pass = (minutes: number) => {
  site.clock.at = new Date(Date.parse(site.clock.at) + minutes * 60_000).toISOString();
};

/** So that what one test got wrong does not slow the next one down. */
beforeEach(() => pass(40));

const post = (by: string | undefined, path: string, body: object = {}, headers: Record<string, string> = {}) =>
  site.call('POST', `/api/v1${path}`, { body, headers, ...(by && { token: tokens[by] as string }) });
const order = (by: string, of: string, headers = {}) =>
  post(by, `/accounts/${of}/credential-reset`, { reason: '遗忘密码' }, headers);
const confirm = (by: string, of: string, headers = {}) =>
  post(by, `/accounts/${of}/credential-reset/confirmation`, {}, headers);
const use = (accountId: string, code: string, password = NEW) =>
  post(undefined, '/password-resets', { accountId, code, password });
const login = (accountId: string, password = NEW) => post(undefined, '/sessions', { accountId, password });

async function refusal(answer: Response) {
  return [answer.status, ((await answer.json()) as { code: string }).code];
}

const answerOf = async (answer: Promise<Response>) => (await (await answer).json()) as { code?: string };

async function codeFor(accountId: string, first = 'msr.chen', second = 'msr.wang'): Promise<string> {
  await order(first, accountId);
  const { code } = await answerOf(confirm(second, accountId));
  if (code === undefined) throw new Error('no code was given');
  return code;
}

const typesOf = async (accountId: string) =>
  (await site.store.readStream(accountStream(accountId as AccountId), -1)).map(({ type }) => type);

describe('one officer', () => {
  it('given a supervisor, then nothing that he sends lets him in as that supervisor, and nothing is recorded', async () => {
    const before = await site.store.head();
    for (const by of ['msr.chen', 'msr.wang']) {
      expect(await refusal(await order(by, 'sup.li'))).toEqual([403, 'not-competent']);
      expect(await refusal(await confirm(by, 'sup.li'))).toEqual([403, 'not-competent']);
    }
    expect(await site.store.head()).toBe(before);
    expect((await login('sup.li')).status).toBe(401);
  });

  it.each(['msr.zhao', 'expert.qian'])(
    'given %s, then he is given no code, and cannot confirm his own order',
    async of => {
      const ordered = await order('msr.chen', of);
      expect(ordered.status).toBe(200);
      expect(Object.keys((await ordered.json()) as object).sort()).toEqual([
        ...['id', 'message', 'outcome', 'position', 'recorded', 'revision'],
      ]);
      expect(await refusal(await confirm('msr.chen', of))).toEqual([403, 'same-person']);
      expect(await typesOf(of)).toContain('account.credential-reset-ordered');
      expect((await login(of)).status).toBe(401);
    },
  );

  it('given an account that is not there, then 404', async () => {
    expect(await refusal(await order('msr.chen', 'nobody.here'))).toEqual([404, 'not-found']);
  });
});

describe('a code', () => {
  it('then it sets the password once, ends older sessions, and is nowhere on the log', async () => {
    const code = await codeFor('msr.zhao');
    expect(code).toMatch(/^([2-9A-Z]{4}-){3}[2-9A-Z]{4}$/);
    expect((await use('msr.zhao', code.toLowerCase().replaceAll('-', ' '))).status).toBe(204);
    expect((await login('msr.zhao')).status).toBe(201);
    expect((await post('msr.zhao', '/accounts/unit.zhao/disablement', { reason: '试' })).status).toBe(401);
    expect(await refusal(await use('msr.zhao', code, 'another password'))).toEqual([403, 'reset-code-refused']);
    expect(await typesOf('msr.zhao')).toEqual(
      expect.arrayContaining([
        'account.credential-reset-confirmed',
        'account.reset-code-issued',
        'account.password-set',
      ]),
    );
    const log = await site.store.readAll(START, 1_000);
    const bytes = log.map(({ dataText, metaText }) => dataText + metaText).join('\n');
    for (const secret of [code, code.replaceAll('-', ''), NEW]) expect(bytes).not.toContain(secret);
    expect(site.logged.join('\n')).not.toContain(code);
  });

  it('given two at once who use it, then one of them sets the password', async () => {
    const code = await codeFor('expert.qian');
    const answers = await Promise.all([use('expert.qian', code), use('expert.qian', code, 'the password of another')]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 403]);
    const opened = await Promise.all([login('expert.qian'), login('expert.qian', 'the password of another')]);
    expect(opened.map(({ status }) => status).toSorted()).toEqual([201, 401]);
  });

  it('given half an hour gone by, then it is refused', async () => {
    const code = await codeFor('expert.sun');
    pass(30);
    expect(await refusal(await use('expert.sun', code))).toEqual([403, 'reset-code-refused']);
  });

  it('given a later one, then an earlier one is refused', async () => {
    const earlier = await codeFor('expert.wu');
    const later = await codeFor('expert.wu');
    expect((await use('expert.wu', earlier)).status).toBe(403);
    expect((await use('expert.wu', later)).status).toBe(204);
  });

  it('given a wrong one, an account without a code and one that is not there, then the refusals are the same', async () => {
    await codeFor('msr.zhao');
    const refusals = await Promise.all(
      ['msr.zhao', 'unit.zhao', 'nobody.here'].map(async id => {
        const answer = await use(id, 'AAAA-BBBB-CCCC-DDDD');
        const { traceId: _trace, ...problem } = (await answer.json()) as Record<string, unknown>;
        return [answer.status, problem];
      }),
    );
    expect(refusals[0]).toMatchObject([403, { code: 'reset-code-refused' }]);
    expect(refusals[1]).toEqual(refusals[0]);
    expect(refusals[2]).toEqual(refusals[0]);
  });

  it('given many wrong ones, then 429; the right one is taken all the same, so that nobody keeps the holder out', async () => {
    const code = await codeFor('sup.he', 'sup.li', 'sup.guo');
    for (let attempt = 0; attempt < 10; attempt += 1) await use('sup.he', 'AAAA-BBBB-CCCC-DDDD');
    expect(await refusal(await use('sup.he', 'AAAA-BBBB-CCCC-DDDD'))).toEqual([429, 'too-many-attempts']);
    expect((await use('sup.he', code)).status).toBe(204);
  });

  it('given the same request again, then it is recorded once, and the code is not shown again', async () => {
    const key = { 'Idempotency-Key': 'reset-1' };
    const first = await answerOf(order('msr.chen', 'unit.zhao', key));
    const again = await answerOf(order('msr.chen', 'unit.zhao', key));
    expect(first.code).toBeDefined();
    expect(again.code).toBeUndefined();
    expect((await use('unit.zhao', first.code ?? '')).status).toBe(204);
  });

  it('given nine characters for a password, then 422, and the code is good still', async () => {
    const { code = '' } = await answerOf(order('msr.chen', 'unit.zhao'));
    expect((await use('unit.zhao', code, '123456789')).status).toBe(422);
    expect((await use('unit.zhao', code)).status).toBe(204);
  });
});
