import { describe, expect, it } from 'vitest';
import { deadlines } from '../../projections/programme/deadlines.ts';
import { routes } from '../../projections/programme/http.ts';
import { programmes } from '../../projections/programme/programmes.ts';
import { projectPlan, projectPlanEntries } from '../../projections/programme/project-plan.ts';
import { workPlans } from '../../projections/programme/work-plans.ts';
import { samples } from '../support/controls.ts';
import { ask, logOf, readerOf, rowsOf, told } from '../support/fold.ts';
import { MSR } from '../support/given.ts';

const all = [programmes, workPlans, projectPlan, projectPlanEntries, deadlines];
const plan = samples['work-plan.published'].plan;
const longer = { ...plan, deadlines: { ...plan.deadlines, verification: '2024-06-07' } };
const published = [
  told('programme.opened'),
  told('work-plan.drafted'),
  told('work-plan.published', {}, { at: '2024-03-05T02:00:00.000Z' }),
];
const amended = told('work-plan.amended', { fromVersion: 1, version: 2, plan: longer });
const opened = told('application-window.opened', { opensAt: '2024-03-15T01:00:00.000Z', closesOn: '2024-04-30' });

const answer = (name: string, input: object, story: Parameters<typeof logOf>[0], now?: string) =>
  ask(routes, name, input, undefined, readerOf(all, { events: logOf(story), ...(now && { now }) }));

describe('第九条 work plans (R-P1)', () => {
  it('given a draft, then it is internal and the public list is empty', async () => {
    const story = [told('programme.opened'), told('work-plan.drafted')];
    expect(rowsOf(workPlans, logOf(story)).get('2024-v1')).toMatchObject({ status: 'draft', visibility: 'internal' });
    expect(await answer('ListWorkPlans', { year: '2024' }, story)).toEqual({ items: [] });
    expect(await answer('GetWorkPlan', { year: '2024', version: '1' }, story)).toBeUndefined();
    const reader = readerOf(all, { events: logOf(story) });
    expect(await ask(routes, 'ListWorkPlanDrafts', { year: '2024' }, MSR, reader)).toMatchObject({
      items: [{ version: 1, status: 'draft' }],
    });
  });

  it('given an amendment, then the new version is current, says what changed, and the old one is superseded', async () => {
    const rows = rowsOf(workPlans, logOf([...published, amended]));
    expect(rows.get('2024-v1')).toMatchObject({ status: 'superseded', publishedAt: '2024-03-05T02:00:00.000Z' });
    expect(rows.get('2024-v2')).toMatchObject({ status: 'current', amendment: { fromVersion: 1 } });
    const page = await answer('ListWorkPlans', { year: '2024' }, [...published, amended]);
    expect(page).toMatchObject({ items: [{ version: 2 }, { version: 1 }] });
  });
});

describe('第十三条 project plan (R-P2)', () => {
  const { projectId, title, unitName, bodyName } = samples['project.listed'];
  const entry = { projectId, title, unitName, bodyName };
  const other = { ...entry, projectId: '2024-zzzzzzzz', unitName: '天津渤海有限公司', bodyName: '市工业和信息化局' };
  const listed = [told('project.listed', other), told('project.listed')];
  const first = told('project-plan.published', { projects: [projectId, other.projectId], count: 2 });
  const second = told('project-plan.amended', {
    version: 3,
    projects: [projectId],
    count: 1,
    removed: [other.projectId],
  });

  it('given a publication, then the header tells position and hash and the entries keep their order', async () => {
    expect(rowsOf(projectPlan, logOf([first])).get('2024-v1')).toMatchObject({ count: 2, position: '61' });
    expect(await answer('ListProjectPlanEntries', { year: '2024' }, [...listed, first])).toEqual({
      items: [
        { year: 2024, version: 1, ordinal: 1, ...entry },
        { year: 2024, version: 1, ordinal: 2, ...other },
      ],
      total: 2,
    });
    expect(await answer('GetProjectPlanHeader', { year: '2024' }, [first])).toMatchObject({
      current: true,
      listHash: 'f'.repeat(64),
      verification: { en: expect.stringContaining('RFC 8785') },
    });
  });

  it('given an amendment, then the newest version is read and the earlier one can still be asked for', async () => {
    const story = [...listed, first, second];
    expect(await answer('ListProjectPlanEntries', { year: '2024' }, story)).toMatchObject({
      items: [{ version: 3, projectId: entry.projectId }],
    });
    expect(await answer('ListProjectPlanEntries', { year: '2024', version: '1' }, story)).toMatchObject({
      items: [{ ordinal: 1 }, { ordinal: 2 }],
    });
    expect(await answer('GetProjectPlanHeader', { year: '2024', version: '1' }, story)).toMatchObject({
      current: false,
    });
    expect(await answer('ListProjectPlanVersions', { year: '2024' }, story)).toMatchObject({
      items: [{ version: 3, amendment: { removed: ['2024-zzzzzzzz'] } }, { version: 1 }],
    });
  });

  it('when a body or a unit is named, then only its entries are given', async () => {
    const of = (filter: object) => answer('ListProjectPlanEntries', { year: '2024', ...filter }, [...listed, first]);
    expect(await of({ bodyName: '市工业和信息化局' })).toMatchObject({ items: [{ ordinal: 2 }] });
    expect(await of({ unitName: entry.unitName })).toMatchObject({ items: [{ ordinal: 1 }], total: 1 });
  });

  it('when words are looked for, then the entries with all of them, in the order of the list, and how many there are', async () => {
    const story = [...listed, first];
    const of = (filter: object) => answer('ListProjectPlanEntries', { year: '2024', ...filter }, story);
    expect(await of({ q: '渤海' })).toMatchObject({ items: [{ ordinal: 2 }], total: 1 });
    expect(await of({ q: `渤海 ${entry.title}` })).toMatchObject({ items: [{ ordinal: 2 }] });
    expect(await of({ q: entry.title, limit: '1' })).toMatchObject({ items: [{ ordinal: 1 }], total: 2, next: '1' });
    expect(await of({ q: entry.title, limit: '1', cursor: '1' })).toMatchObject({ items: [{ ordinal: 2 }], total: 2 });
    expect(await of({ q: '没有这个词' })).toEqual({ items: [], total: 0 });
  });

  it('given a project is listed after a publication, then it is in the next version, and in no earlier one', async () => {
    const later = { ...entry, projectId: '2024-00000000' };
    const all = [later, entry, other].map(each => each.projectId);
    const amended = told('project-plan.amended', { version: 2, projects: all, count: 3, added: [later.projectId] });
    const story = [...listed, first, told('project.listed', later), amended];
    expect(await answer('ListProjectPlanEntries', { year: '2024', version: '1' }, story)).toMatchObject({
      items: [
        { version: 1, ordinal: 1, ...entry },
        { version: 1, ordinal: 2, ...other },
      ],
    });
    expect(await answer('ListProjectPlanEntries', { year: '2024' }, story)).toMatchObject({
      items: [
        { version: 2, ordinal: 1, ...later },
        { version: 2, ordinal: 2, ...entry },
        { version: 2, ordinal: 3, ...other },
      ],
    });
  });

  it('given a project is taken off and put on again, then it is in the versions that hold it alone', async () => {
    const again = told('project-plan.amended', { version: 4, projects: [projectId, other.projectId], count: 2 });
    const story = [...listed, first, second, again];
    const idsOf = async (version: string) => {
      const page = await answer('ListProjectPlanEntries', { year: '2024', version }, story);
      return (page as { items: { projectId: string }[] }).items.map(each => each.projectId);
    };
    expect(await idsOf('1')).toEqual([projectId, other.projectId]);
    expect(await idsOf('3')).toEqual([projectId]);
    expect(await idsOf('4')).toEqual([projectId, other.projectId]);
  });

  it('given no publication, then there is nothing', async () => {
    expect(await answer('ListProjectPlanEntries', { year: '2024' }, [...published, ...listed])).toBeUndefined();
    expect(await answer('GetProjectPlanHeader', { year: '2024' }, published)).toBeUndefined();
  });
});

describe('第四条 第九条 year board', () => {
  const verdict = async (story: Parameters<typeof logOf>[0], now?: string) =>
    (await answer('GetProgramme', { year: '2024' }, story, now)) as { halfYear: { verdict: string } };

  it('given launch and plan before 30 June, then on time', async () => {
    expect(await verdict([...published, opened])).toMatchObject({
      workPlan: { version: 1 },
      halfYear: { verdict: 'on-time', planPublishedOn: '2024-03-05', launchedOn: '2024-03-15' },
    });
  });

  it.each([
    ['2024-06-30T15:59:59.999Z', 'on-time'],
    ['2024-06-30T16:00:00.000Z', 'late'],
  ])('when the plan is published at %s, then %s: 24:00 is Shanghai time', async (at, expected) => {
    const story = [told('programme.opened'), told('work-plan.published', {}, { at }), opened];
    expect((await verdict(story)).halfYear.verdict).toBe(expected);
  });

  it('given no launch, when 30 June passes, then overdue without any event', async () => {
    expect((await verdict(published, '2024-06-30T15:59:59.999Z')).halfYear.verdict).toBe('pending');
    expect((await verdict(published, '2024-06-30T16:00:00.000Z')).halfYear.verdict).toBe('overdue');
  });

  it('given the whole year, then the board holds window, project plan and closing', () => {
    const story = [...published, opened, amended, told('application-window.closed'), told('project-plan.published')];
    const row = rowsOf(programmes, logOf([...story, told('programme.closed')])).get('2024');
    expect(row).toMatchObject({
      workPlan: { version: 2 },
      window: { closesOn: '2024-04-30', closedAt: expect.any(String) },
      projectPlan: { version: 1, count: 1 },
      closed: { summary: expect.any(String) },
    });
  });
});

describe('R-O11 deadline calendar', () => {
  const calendar = async (story: Parameters<typeof logOf>[0], now: string) => {
    const { items } = (await answer('ListDeadlines', { year: '2024' }, story, now)) as {
      items: { item: string; state: string; dueOn?: string; planVersion: number }[];
    };
    return Object.fromEntries(items.map(item => [item.item, item]));
  };

  it('given a plan, then each deadline cites the version in force and an amendment moves it', async () => {
    const before = await calendar(published, '2024-03-06T02:00:00.000Z');
    expect(before.verification).toMatchObject({ dueOn: '2024-05-31', planVersion: 1, state: 'pending' });
    expect(before.monitoringEveryMonths).toMatchObject({ state: 'rhythm', every: { count: 3, unit: 'months' } });
    const after = await calendar([...published, amended], '2024-03-06T02:00:00.000Z');
    expect(after.verification).toMatchObject({ dueOn: '2024-06-07', planVersion: 2 });
  });

  it('given a plan without a public notice, then it has no DL-13', async () => {
    const { publicNotice: _off, ...options } = plan.options;
    const story = [told('work-plan.published', { plan: { ...plan, options } })];
    expect(await calendar(story, '2024-03-06T02:00:00.000Z')).not.toHaveProperty('publicNotice');
  });

  it('when the day passes, then a missing yearly act is overdue and an act done in time is met', async () => {
    const now = '2024-06-28T16:00:00.000Z';
    expect((await calendar([...published, opened], now)).projectPlanPublication).toMatchObject({ state: 'overdue' });
    expect((await calendar([...published, opened], now)).applicationOpens).toMatchObject({ state: 'met' });
    const late = told('project-plan.published', {}, { at: '2024-06-29T02:00:00.000Z' });
    expect((await calendar([...published, late], now)).projectPlanPublication).toMatchObject({ state: 'met-late' });
    const amended = told('work-plan.amended', {}, { at: '2024-06-27T02:00:00.000Z' });
    expect((await calendar([...published, opened, amended], now)).applicationOpens).toMatchObject({ state: 'met' });
    const circumstances = { effectiveAt: '2024-06-27T02:00:00.000Z', reason: '补录' };
    const repaired = told('project-plan.published', {}, { at: '2024-06-29T02:00:00.000Z', circumstances });
    expect((await calendar([...published, repaired], now)).projectPlanPublication).toMatchObject({ state: 'met-late' });
    expect((await calendar(published, now)).verification).toMatchObject({ state: 'passed' });
  });

  it('given only a draft, then nothing is due', () => {
    expect(rowsOf(deadlines, logOf([told('work-plan.drafted')])).size).toBe(0);
  });
});
