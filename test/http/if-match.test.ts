/** Whoever has read a thing can make his command depend on it being so still, without learning how often it was written. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { rulebookStream } from '../../events/rulebook.ts';
import { readAbove } from '../../infra/http/seen.ts';
import { get, rowOf } from '../../projections/route.ts';
import { queryRoutes } from '../../projections/routes.ts';
import { commandRoutes } from '../../services/routes.ts';
import { openSite, queries, type Site, work } from './support.ts';

/** What stands in the read model, as the test has it. */
let shown = '{"title":"工作规则"}';
const showRule = get({
  path: '/rules/:id',
  name: 'ShowRule',
  title: '制度',
  summary: 'A rule, to the authority.',
  allow: ['MSR'],
  input: z.strictObject({ id: z.string() }),
  output: z.unknown(),
  paged: false,
  answer: async ({ id }) => rowOf(id === 'work-rules' ? shown : undefined),
});

let site: Site;
let msr: string;
let behind = false;
beforeAll(async () => {
  site = await openSite({ queries: [...queries, showRule], reached: async () => !behind });
  msr = await site.signIn('msr.chen');
  const rule = { ruleId: 'work-rules', title: '工作规则', textHash: 'a'.repeat(64), effectiveOn: '2024-02-01' };
  await site.call('POST', '/api/v1/rules', { token: msr, body: rule });
});
afterAll(() => site.close());
beforeEach(() => {
  shown = '{"title":"工作规则"}';
  behind = false;
});

const revision = async () => (await site.store.readStream(rulebookStream, -1)).length - 1;
const tagOf = async () =>
  (await site.call('GET', '/api/v1/rules/work-rules', { token: msr })).headers.get('etag') ?? '';
let issue = 0;
async function revise(tag: string, token = msr) {
  issue += 1;
  const body = { title: '工作规则', textHash: String(issue).padStart(64, 'b'), effectiveOn: '2024-02-01' };
  const headers = { 'If-Match': tag };
  const answer = await site.call('POST', '/api/v1/rules/work-rules/revision', { token, body, headers });
  return { status: answer.status, ...((await answer.json()) as { code?: string; detail?: string }) };
}

describe('the tag of what was read', () => {
  it('given it is read so still, then the command is recorded, whatever else its stream has taken in', async () => {
    const tag = await tagOf();
    await site.call('POST', '/api/v1/organising-work', { token: msr, body: work });
    expect((await revise(tag)).status).toBe(200);
  });

  it('given it reads otherwise, then 412, and nothing is said of revisions', async () => {
    const tag = await tagOf();
    shown = '{"title":"新规则"}';
    const before = await revision();
    expect(await revise(tag)).toMatchObject({ status: 412, code: 'stale-revision', detail: '内容已更新，请重新查看' });
    expect(await revision()).toBe(before);
  });

  it('a packed copy of it is the same thing', async () => {
    expect((await revise((await tagOf()).replace(/"$/, '-br"'))).status).toBe(200);
  });

  it('given one of many is right, then that is enough', async () => {
    expect((await revise(`"${'x'.repeat(22)}", "rulebook@0", ${await tagOf()}`)).status).toBe(200);
    expect((await revise(`"programme-2024@0", "rulebook@${await revision()}"`)).status).toBe(200);
    expect(await revise(`"programme-2024@0", "rulebook@0"`)).toMatchObject({ status: 412, code: 'stale-revision' });
  });

  it('given the read side is behind, then nothing is compared with what is old', async () => {
    const tag = await tagOf();
    behind = true;
    expect((await revise(tag)).status).toBe(503);
  });

  it('of two at once with the same tag, both read what they have seen: one after the other', async () => {
    const tag = await tagOf();
    const outcomes = await Promise.all([revise(tag), revise(tag)]);
    expect(outcomes.map(({ status }) => status)).toEqual([200, 200]);
  });
});

describe('*', () => {
  it('given the thing is there, then the command is recorded', async () => {
    expect((await revise('*')).status).toBe(200);
  });

  it('given there is nothing yet, then 412', async () => {
    const empty = await openSite();
    try {
      const token = await empty.signIn('msr.chen');
      const headers = { 'If-Match': '*' };
      const answer = await empty.call('POST', '/api/v1/organising-work', { token, body: work, headers });
      expect(await answer.json()).toMatchObject({ status: 412, code: 'nothing-there' });
    } finally {
      await empty.close();
    }
  });
});

describe('whoever may not act on a thing', () => {
  it('is told that, and not where it stands', async () => {
    const token = await site.signIn('unit.zhao');
    expect(await revise('"rulebook@0"', token)).toMatchObject({ status: 403, code: 'role-not-allowed' });
    const forbidden = { outcome: 'item', note: '说明' };
    const options = { token: msr, body: forbidden, headers: { 'If-Match': '"rulebook@0"' } };
    const answer = await site.call('POST', '/api/v1/judgements/2024', options);
    expect(await answer.json()).toMatchObject({ status: 403, code: 'same-as-past' });
  });
});

describe('what is read above a command', () => {
  it('of the product’s own: a project of what is done with it, in the parameters of the query', () => {
    const path = '/projects/:projectId/verification';
    expect(commandRoutes.map(route => route.path)).toContain(path);
    const above = readAbove(path, queryRoutes);
    expect(above.map(({ query }) => query.path)).toContain('/projects/:projectId');
  });

  it('every command on a thing has something that can be matched, but for what is about a meeting', () => {
    const without = commandRoutes.filter(({ path }) => path.includes(':') && readAbove(path, queryRoutes).length === 0);
    expect(without.map(({ command }) => command.name).sort()).toEqual(['CancelExchangeMeeting', 'RecordPresentation']);
  });
});
