/** Questions 8 and 11: published lists against the log, and exclusions against the gates. */
import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonicalJson, type Json } from '../../events/canonical.ts';
import { told } from '../support/fold.ts';
import { APPLICANT, ask, faultsOf, OFFICER, PROJECT, placeOf, story, UNIT, YEAR } from './support.ts';

const sha256Of = (value: Json) => hash('sha256', canonicalJson(value));

const entry = {
  projectId: PROJECT,
  title: '降低减速机壳体铸造废品率',
  unitName: '天津海河智能装备有限公司',
  bodyName: '滨海新区市场监督管理局',
};
const other = { ...entry, projectId: '2024-0aaa1bbb', title: '降低焊缝返修率' };
const listed = [
  told('project.listed'),
  told('project.listed', { projectId: other.projectId, title: other.title }),
  told('project.listed', { projectId: '2025-0aaa1bbb', year: 2025 }),
];

const plan = (list: readonly (typeof entry)[], change: object = {}) =>
  told('project-plan.published', {
    position: '3',
    projects: list.map(each => each.projectId),
    count: list.length,
    listHash: sha256Of(list.map(each => ({ ...each }))),
    ...change,
  });
const honest = [other, entry];

describe('问题8 公布名单等于日志在其位置处的内容', () => {
  it('相等的名单没有问题，其后列入的项目不算漏列', async () => {
    const later = told('project.listed', { projectId: '2024-0ccc1ddd' });
    const answer = await ask(8, {}, story(listed, later, plan(honest)));
    expect(answer).toMatchObject({ faults: 0, verdict: '公布的名单1份，均与日志一致。' });
    expect(answer.rows).toMatchObject([{ cells: { published: 2, inLog: 2, position: '3' } }]);
  });

  it.each([
    ['漏列1项', plan([entry]), 2],
    ['多列1项', plan([...honest, { ...entry, projectId: '2024-0zzz1zzz' }]), undefined],
    ['清单内容与其摘要不符', plan([other, { ...entry, unitName: '另一单位' }]), undefined],
    ['清单内容与其摘要不符', plan(honest, { listHash: 'f'.repeat(64) }), undefined],
    ['载明3项，实列2项', plan(honest, { count: 3 }), undefined],
    ['有重复项目', plan([other, entry, entry]), undefined],
    ['名单所依位置不早于公布', plan(honest, { position: '4' }), undefined],
  ])('发现与日志不一致的名单：%s', async (flaw, published, missingAt) => {
    const log = story(listed, published);
    const [fault, ...others] = faultsOf(await ask(8, {}, log));
    expect(others).toEqual([]);
    expect(fault?.says).toContain(flaw);
    expect(fault?.at).toEqual([4, ...(missingAt === undefined ? [] : [missingAt])]);
  });

  it('调整后的各版分别核对', async () => {
    const amended = told('project-plan.amended', {
      position: '3',
      projects: [entry.projectId],
      count: 1,
      listHash: sha256Of([entry]),
    });
    const log = story(listed, plan(honest), amended);
    expect(faultsOf(await ask(8, { year: YEAR }, log))).toMatchObject([{ at: [5, 2] }]);
    expect(await ask(8, { year: 2025 }, log)).toMatchObject({ rows: [] });
    expect(await ask(8, {}, log, { asOf: '4' })).toMatchObject({ faults: 0 });
  });

  it('优秀成果名单：已撤销的不得在列，撤销决定被撤销的恢复在列', async () => {
    const result = {
      projectId: PROJECT,
      resultId: 'result-2024-001',
      title: entry.title,
      unitName: entry.unitName,
      bodyId: 'district-binhai',
    };
    const published = (position: string) =>
      told('excellent-results.published', { position, projects: [PROJECT], listHash: sha256Of([result]) });
    const recognised = told('excellent-result.recognised');
    const revoked = told('fraud-decision.taken', {
      revoked: [{ resultId: 'result-2024-001', projectId: PROJECT, title: entry.title, year: YEAR }],
    });
    expect(await ask(8, {}, story(recognised, published('1'), revoked))).toMatchObject({ faults: 0 });
    const log = story(recognised, revoked, published('2'));
    expect(faultsOf(await ask(8, {}, log))).toMatchObject([{ says: expect.stringContaining('多列1项'), at: [3] }]);
    const overturned = told('revocation.overturned');
    expect(await ask(8, {}, story(recognised, revoked, overturned, published('3')))).toMatchObject({ faults: 0 });
  });
});

describe('问题11 不接受申报期间与各环节', () => {
  const banned = told('unit.application-ban-imposed', { from: '2024-03-02', lastDay: '2029-03-02' });
  const started = told('application.started', {}, { actor: APPLICANT, at: '2024-02-01T02:00:00.000Z' });
  const submitted = told('application.submitted', {}, { actor: APPLICANT });
  const before = { at: '2024-02-02T02:00:00.000Z' };
  const on = (day: string) => ({ unit: UNIT, on: day });

  it('期间以外的申报没有问题', async () => {
    const log = story(started, told('application.submitted', {}, before), banned);
    const answer = await ask(11, on('2024-03-01'), log);
    expect(answer).toMatchObject({ faults: 0, rows: [{ cells: { kind: '不接受申报' } }] });
    expect(answer.verdict).toMatch(/于 2024-03-01 不处于不接受申报期间；没有环节/);
  });

  it.each([
    ['2024-03-01', false],
    ['2024-03-02', true],
    ['2029-03-02', true],
    ['2029-03-03', false],
  ])('第二十五条 %s 是否在期间内：%s', async (day, expected) => {
    const { verdict } = await ask(11, on(day), story(started, banned));
    expect(!verdict.includes('不处于')).toBe(expected);
  });

  it('发现期间内仍通过的申报，并指出所依的处理决定', async () => {
    const log = story(started, banned, submitted);
    expect(faultsOf(await ask(11, on('2024-03-05'), log))).toMatchObject([
      { says: expect.stringContaining('仍予通过'), at: [3, 2] },
    ]);
    expect(await ask(11, { unit: '91120116300001011B' }, log)).toMatchObject({ faults: 0, rows: [] });
    expect(await ask(11, {}, log)).toMatchObject({ faults: 1 });
    expect(await ask(11, on('2024-03-05'), log, { asOf: '2' })).toMatchObject({ faults: 0 });
  });

  it('发现期间内的推荐、立项、列入计划；经决定继续的不算', async () => {
    for (const gate of ['project.recommended', 'project.approved', 'project.listed'] as const) {
      expect(await ask(11, {}, story(started, banned, told(gate)))).toMatchObject({ faults: 1 });
      const decided = [told('project.held'), told('held-project.decided'), told(gate)];
      const { faults, rows } = await ask(11, {}, story(started, banned, decided));
      expect(faults).toBe(0);
      expect(rows.map(({ cells }) => cells.kind)).toEqual(['不接受申报', '暂缓后经决定继续']);
      const stopped = told('held-project.decided', { decision: 'stop' });
      expect(await ask(11, {}, story(started, banned, told('project.held'), stopped, told(gate)))).toMatchObject({
        faults: 1,
      });
    }
  });

  it('期间内的认定须标注偏离', async () => {
    const recognised = told('excellent-result.recognised');
    expect(await ask(11, {}, story(started, banned, recognised))).toMatchObject({ faults: 1 });
    const basis = { doc: '津政办规〔2023〕12号', article: 'art-25' } as const;
    const deviations = [{ code: 'recognised-while-banned', basis, zh: '期间内认定', en: 'while banned' }];
    const flagged = told('excellent-result.recognised', {}, { circumstances: { deviations } });
    expect(await ask(11, {}, story(started, banned, flagged))).toMatchObject({ faults: 0 });
  });

  it('办理时尚未登记的处理决定：列出而不作为问题', async () => {
    const log = story(
      started,
      submitted,
      told('unit.application-ban-imposed', { from: '2024-03-01', lastDay: '2029-03-01' }),
    );
    const { faults, rows } = await ask(11, {}, log);
    expect(faults).toBe(0);
    expect(rows.map(({ cells }) => cells.kind)).toEqual(['不接受申报', '办理时处理决定尚未登记']);
  });

  it('解除、撤销决定之后不在期间内；骗取认定的处理决定同样计入', async () => {
    const lifted = told('unit.application-ban-lifted', { from: '2024-03-03' });
    expect(await ask(11, {}, story(started, banned, lifted, submitted))).toMatchObject({ faults: 0 });
    const fraud = told('fraud-decision.taken', { ban: { from: '2024-03-02', lastDay: '2029-03-02' } });
    expect(await ask(11, {}, story(started, fraud, submitted))).toMatchObject({ faults: 1 });
    const overturned = told('revocation.overturned', { from: '2024-03-03' });
    expect(await ask(11, {}, story(started, fraud, overturned, submitted))).toMatchObject({ faults: 0 });
  });

  it('承继被处理单位的单位同样不得申报', async () => {
    const predecessor = '91120116300001011B';
    const log = story(
      started,
      told('unit.application-ban-imposed', { uscc: predecessor, from: '2024-03-02', lastDay: '2029-03-02' }),
      told('unit.successor-recorded', { effectiveOn: '2024-03-03' }, { actor: OFFICER }),
      submitted,
    );
    expect(faultsOf(await ask(11, { unit: UNIT }, log))).toMatchObject([
      { at: [placeOf(log, 'application.submitted'), placeOf(log, 'unit.application-ban-imposed')] },
    ]);
  });
});
