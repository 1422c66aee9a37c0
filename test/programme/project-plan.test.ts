import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../events/canonical.ts';
import type { Position } from '../../events/ids.ts';
import { programmeClosed } from '../../events/programme.ts';
import { listHashOf } from '../../services/list-hash.ts';
import { amendProjectPlan, compileProjectPlan, publishProjectPlan } from '../../services/programme/project-plan.ts';
import { factsOf, OTHER_MSR, type Past, refusalOf } from '../support/given.ts';
import { appended, headOf, inForce, listing, morningOf, opened, running, type Sent, send, URL, YEAR } from './year.ts';

const entry = (number: string) => ({
  projectId: `${YEAR}-${number}`,
  title: `攻关题目 ${number}`,
  unitName: '天津样例有限公司',
  bodyName: '和平区市场监督管理局',
});
const hashOf = (...numbers: string[]) => hash('sha256', canonicalJson(numbers.map(entry)));

/** Two projects of the year, one of another, listed out of order. */
const listed: readonly Past[] = [
  ...running,
  ...listing('bbbb'),
  ...listing('zzzz', OTHER_MSR, 2025),
  ...listing('aaaa'),
];
const publisher = OTHER_MSR;
const compile = (log: readonly Past[], position = headOf(log)) =>
  send(log, compileProjectPlan, { input: { year: YEAR, position } });
const compiledFrom = async (log: readonly Past[]) => appended(log, await compile(log));

interface Publication extends Partial<Omit<Sent, 'input'>> {
  readonly position?: Position;
  readonly listHash?: string;
  readonly url?: string;
}
function publish(log: readonly Past[], publication: Publication = {}) {
  const { position = headOf(listed), listHash = hashOf('aaaa', 'bbbb'), url = URL, ...circumstances } = publication;
  const input = { year: YEAR, position, listHash, url };
  return send(log, publishProjectPlan, { input, actor: publisher, ...circumstances });
}
const publishedFrom = async (log: readonly Past[]) => {
  const compiled = await compiledFrom(log);
  return appended(compiled, await publish(compiled));
};
const amend = (log: readonly Past[], position = headOf(log), actor = publisher) =>
  send(log, amendProjectPlan, { input: { year: YEAR, position, reason: '补充立项', url: URL }, actor });

describe('第十三条 compiling the project plan', () => {
  it('given listed projects, when the plan is compiled, then it counts and hashes those of the year in order', async () => {
    expect(factsOf(await compile(listed))).toEqual([
      {
        type: 'project-plan.compiled',
        data: { year: YEAR, version: 1, position: headOf(listed), listHash: hashOf('aaaa', 'bbbb'), count: 2 },
      },
    ]);
  });

  it('when it is compiled at an earlier position, then only what was listed by then counts', async () => {
    const position = String(running.length + 2) as Position;
    expect(factsOf(await compile(listed, position))).toMatchObject([{ data: { listHash: hashOf('bbbb'), count: 1 } }]);
  });

  it('when it is compiled again at the same position, then nothing changes; at another one, the next version', async () => {
    const log = await compiledFrom(listed);
    expect(factsOf(await compile(log, headOf(listed)))).toEqual([]);
    expect(factsOf(await compile(log))).toMatchObject([{ data: { version: 2 } }]);
  });

  it('when the position is after the head of the log, then it is refused', async () => {
    const beyond = String(listed.length + 1) as Position;
    expect(refusalOf(await compile(listed, beyond)).code).toBe('position-not-reached');
  });

  it('given the year is closed, when it is compiled, then it is refused', async () => {
    const closed = { draft: programmeClosed.of({ year: YEAR, summary: '完成' }) };
    expect(refusalOf(await compile([...listed, closed])).code).toBe('programme-closed');
  });
});

describe('第十三条 publishing the project plan', () => {
  it('given a compiled list, when a second person publishes it, then it is public with its projects', async () => {
    const decision = await publish(await compiledFrom(listed));
    expect(factsOf(decision)).toEqual([
      {
        type: 'project-plan.published',
        data: {
          year: YEAR,
          version: 1,
          position: headOf(listed),
          listHash: hashOf('aaaa', 'bbbb'),
          count: 2,
          projects: [`${YEAR}-aaaa`, `${YEAR}-bbbb`],
          url: URL,
        },
      },
    ]);
    expect(decision).toMatchObject([{ deviations: [] }]);
  });

  it('when the list to be published differs from the log at its position, then it is refused', async () => {
    const log = await compiledFrom(listed);
    const forged = hashOf('aaaa');
    expect(refusalOf(await publish(log, { listHash: forged }))).toMatchObject({
      code: 'list-differs-from-log',
      rule: { article: 'art-13' },
    });
    const earlier = String(running.length + 2) as Position;
    expect(refusalOf(await publish(log, { position: earlier })).code).toBe('list-differs-from-log');
  });

  it('when nothing was compiled at the position, then it is refused', async () => {
    expect(refusalOf(await publish(listed)).code).toBe('project-plan-not-compiled');
    const log = await compiledFrom(listed);
    expect(refusalOf(await publish(log, { position: headOf(log) })).code).toBe('project-plan-not-compiled');
  });

  it('when the position is after the head of the log, then it is refused', async () => {
    expect(refusalOf(await publish(await compiledFrom(listed), { position: '999' as Position })).code).toBe(
      'position-not-reached',
    );
  });

  it('when the publisher approved a project of the list, then it is refused: two persons', async () => {
    const log = await compiledFrom([...running, ...listing('aaaa'), ...listing('bbbb', OTHER_MSR)]);
    const position = String(log.length - 1) as Position;
    const refusal = refusalOf(await publish(log, { position, actor: OTHER_MSR }));
    expect(refusal).toMatchObject({
      code: 'same-person',
      kind: 'forbidden',
      zh: expect.stringContaining('内部制度（两人分办）'),
    });
  });

  it('whatever list is named: whoever approved a project is told of it before he names one', async () => {
    const log = await compiledFrom([...running, ...listing('aaaa'), ...listing('bbbb', OTHER_MSR)]);
    for (const position of ['3', '999'] as Position[])
      expect(refusalOf(await publish(log, { position, actor: OTHER_MSR })).code).toBe('same-person');
  });

  it('when the publisher approved only projects of another year, then it is no obstacle', async () => {
    expect(factsOf(await publish(await compiledFrom(listed), { actor: OTHER_MSR }))).toHaveLength(1);
  });

  it('when the publisher approved a project that is not in the list, then it is no obstacle', async () => {
    const [approval] = listing('cccc', OTHER_MSR) as [Past, Past];
    const log = await compiledFrom([...listed, approval]);
    const position = String(listed.length + 1) as Position;
    expect(factsOf(await publish(log, { position, actor: OTHER_MSR }))).toHaveLength(1);
  });

  it('given no published work plan, when it is published, then it is refused', async () => {
    expect(refusalOf(await publish([inForce, opened, ...listing('aaaa')])).code).toBe('work-plan-not-published');
  });

  it('given it is published, when it is published again, then nothing changes; another list is refused', async () => {
    const log = await publishedFrom(listed);
    expect(factsOf(await publish(log))).toEqual([]);
    expect(refusalOf(await publish(log, { url: 'https://another.example/plan' })).code).toBe('recorded-otherwise');
    expect(refusalOf(await publish(log, { position: headOf(log) }))).toMatchObject({
      code: 'project-plan-already-published',
    });
  });

  it.each([
    ['2024-06-28T15:59:59.999Z', []],
    [
      '2024-06-28T16:00:00.000Z',
      [{ code: 'project-plan-late', basis: { plan: YEAR, version: 1, item: 'deadlines.projectPlanPublication' } }],
    ],
  ])('published at %s: late by the work plan is recorded, not blocked', async (now, deviations) => {
    expect(await publish(await compiledFrom(listed), { now })).toMatchObject([{ deviations }]);
  });

  it('stated for a day in time and entered later it stays late, and both days are said', async () => {
    const backdated = { now: morningOf('2024-07-02'), effectiveAt: morningOf('2024-06-27') };
    const both = expect.stringMatching(/2024-06-27.*2024-07-02/);
    expect(await publish(await compiledFrom(listed), backdated)).toMatchObject([
      { deviations: [{ code: 'project-plan-late', zh: both, en: both }] },
    ]);
  });
});

describe('第十三条 amending the project plan', () => {
  it('given another project was listed, when the plan is amended, then the next version adds it', async () => {
    const log = [...(await publishedFrom(listed)), ...listing('cccc')];
    expect(factsOf(await amend(log))).toMatchObject([
      {
        type: 'project-plan.amended',
        data: {
          version: 2,
          count: 3,
          listHash: hashOf('aaaa', 'bbbb', 'cccc'),
          projects: [`${YEAR}-aaaa`, `${YEAR}-bbbb`, `${YEAR}-cccc`],
          added: [`${YEAR}-cccc`],
          removed: [],
        },
      },
    ]);
    const amended = appended(log, await amend(log));
    expect(factsOf(await amend(amended, headOf(log)))).toEqual([]);
  });

  it('when nothing more was listed, then nothing changes', async () => {
    expect(factsOf(await amend(await publishedFrom(listed)))).toEqual([]);
  });

  it('when the position is before that of the published plan, or after the head, then it is refused', async () => {
    const log = await publishedFrom(listed);
    expect(refusalOf(await amend(log, '3' as Position)).code).toBe('position-before-published');
    expect(refusalOf(await amend(log, '999' as Position)).code).toBe('position-not-reached');
  });

  it('given none is published, when it is amended, then it is refused', async () => {
    expect(refusalOf(await amend(await compiledFrom(listed))).code).toBe('project-plan-not-published');
  });

  it('when the publisher approved a project of the amended list, then it is refused: two persons', async () => {
    const log = [...(await publishedFrom(listed)), ...listing('cccc', OTHER_MSR)];
    expect(refusalOf(await amend(log)).code).toBe('same-person');
  });
});

it('the hash of a list is that of its canonical text, whatever the order of members in memory', async () => {
  const turned = Object.fromEntries(Object.entries(entry('aaaa')).reverse());
  expect(await listHashOf([turned] as never)).toBe(hashOf('aaaa'));
});

it.each([0, 1, 999, 1_000, 1_001, 2_500])(
  'a list of %i is hashed in turns to the hash of its whole text',
  async count => {
    const numbers = Array.from({ length: count }, (_, at) => String(at).padStart(8, '0'));
    expect(await listHashOf(numbers.map(entry))).toBe(hashOf(...numbers));
  },
);
