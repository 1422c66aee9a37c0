import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Actor } from '../../events/envelope.ts';
import type { AccountId } from '../../events/ids.ts';
import { chargeRows } from '../../projections/charges.ts';
import { followUpLedger } from '../../projections/implementation/follow-up.ts';
import { routes } from '../../projections/implementation/http.ts';
import { problems } from '../../projections/implementation/problems.ts';
import { implementations } from '../../projections/implementation/progress.ts';
import { deadlines } from '../../projections/programme/deadlines.ts';
import { samples } from '../support/controls.ts';
import { ABOUT, ask as askRoute, logOf, readerOf, type Told, told } from '../support/fold.ts';
import { MSR } from '../support/given.ts';

const { projectId } = samples['project.listed'];
const { plan } = samples['implementation-plan.submitted'];
const { plan: workPlan } = samples['work-plan.published'];
const UNIT: Actor = { accountId: 'haihe.zhang' as AccountId, orgId: ABOUT.uscc, role: 'UNIT' };
const BODY: Actor = { accountId: 'binhai.liu' as AccountId, orgId: ABOUT.bodyId, role: 'REC-D' };
const STRANGERS: readonly Actor[] = [
  { ...UNIT, orgId: '91120110MA05Y56789' },
  { ...BODY, orgId: 'other-body' },
];
const models = [deadlines, implementations, followUpLedger, problems, chargeRows];
const year = { year: '2024' };
const NOW = '2024-08-20T02:00:00.000Z';

const listed = [told('jurisdiction.assigned'), told('work-plan.published'), told('project.listed')];
const underway = [...listed, told('implementation-plan.submitted', {}, { at: '2024-07-16T02:00:00.000Z' })];

interface Case {
  readonly input?: object;
  readonly caller?: Actor;
  readonly now?: string;
}

/** The answer in its declared shape; undefined for nothing to be found. */
async function ask<T = Record<string, unknown>>(name: string, story: readonly Told[], asked: Case = {}) {
  const { input = { projectId }, caller = MSR, now = NOW } = asked;
  const reader = readerOf(models, { events: logOf(story), now, names: { 'person-zhao': '赵敏' } });
  const answer = await askRoute(routes, name, input, caller, reader);
  const route = routes.find(candidate => candidate.name === name);
  const shape = route?.output ?? z.never();
  const whole = route?.paged ? z.strictObject({ items: z.array(shape), next: z.string().optional() }) : shape;
  return (answer === undefined ? undefined : whole.parse(answer)) as T;
}

async function list(name: string, story: readonly Told[], asked: Case = {}) {
  const { items } = await ask<{ items: Record<string, unknown>[] }>(name, story, { input: year, ...asked });
  return items;
}

describe('R-O4 PDCA看板', () => {
  it('given a listed project, then it stands on the board before any plan; at a stage if it is named', async () => {
    expect(await list('ListPdcaBoard', listed)).toMatchObject([{ stage: 'listed', closedCycles: 0, metrics: [] }]);
    expect(await list('ListPdcaBoard', listed, { input: { ...year, stage: 'implementing' } })).toEqual([]);
    expect(await list('ListPdcaBoard', underway, { input: { ...year, stage: 'implementing' } })).toHaveLength(1);
  });

  it('given reports, then the step reached, the closed cycles and the milestones follow', async () => {
    const at = (day: string) => ({ at: `${day}T02:00:00.000Z` });
    const story = [
      ...underway,
      told('pdca-stage.reported', {}, at('2024-08-01')),
      told('pdca-stage.reported', { stage: '执行' }, at('2024-08-20')),
      told('pdca-stage.reported', { stage: '检查' }, at('2024-09-01')),
      told('pdca-stage.reported', { stage: '处理' }, at('2024-09-10')),
    ];
    expect(await list('ListPdcaBoard', story)).toMatchObject([{ closedCycles: 1, at: { cycle: 1, stage: '处理' } }]);
    expect(await ask('GetImplementation', story)).toMatchObject({
      milestones: [
        { stage: '计划', state: 'met-late' },
        { stage: '执行', state: 'met' },
      ],
      milestonesOverdue: 0,
    });
    expect(await ask('GetImplementation', underway)).toMatchObject({
      milestones: [{ state: 'overdue' }, { state: 'pending' }],
      milestonesOverdue: 1,
    });
  });

  it('given measurements, then the last stands beside the plan, also after a revision', async () => {
    const story = [...underway, told('progress.monitored'), told('implementation-plan.revised')];
    const metrics = [{ metricId: 'scrap-rate', baseline: 6.2, target: 3, actual: 4.1, achieved: 0.656 }];
    expect(await list('ListPdcaBoard', story)).toMatchObject([{ metrics }]);
    const held = { plan: { ...plan, metrics: [{ ...plan.metrics[0], target: 6.2 }] } };
    const revised = [...story, told('implementation-plan.revised', held as never)];
    const { metrics: unmoved } = await ask<{ metrics: object[] }>('GetImplementation', revised);
    expect(unmoved).toEqual([expect.not.objectContaining({ achieved: expect.anything() })]);
    expect(unmoved).toMatchObject([{ actual: 4.1 }]);
  });

  it('given it ended, then nothing is awaited and the end is on file', async () => {
    const completed = [...underway, told('project.completed')];
    expect(await ask('GetImplementation', completed)).toMatchObject({
      stage: 'completed',
      completed: { completedOn: '2024-09-30' },
      milestonesOverdue: 0,
    });
    const terminated = [...underway, told('strategy.adjusted'), told('project.terminated')];
    const file = await ask('GetImplementation', terminated);
    expect(file).toMatchObject({ stage: 'terminated', adjustments: [{ becauseOf: 1 }] });
    expect(file).not.toHaveProperty('monitoring');
  });
});

describe('DL-9 逾期未监测', () => {
  const overdue = (story: readonly Told[], now: string) =>
    list('ListOverdueMonitoring', story, { now: `${now}T02:00:00.000Z` });

  it('given no monitoring within the interval from the plan, then it is overdue the day after', async () => {
    expect(await overdue(underway, '2024-10-16')).toEqual([]);
    expect(await overdue(underway, '2024-10-17')).toMatchObject([
      { monitoring: { dueOn: '2024-10-16', overdue: true, daysLate: 1, everyMonths: 3, planVersion: 1 } },
    ]);
  });

  it('given a monitoring or an amended plan, then the day moves; the end of the project ends it', async () => {
    const monitored = [...underway, told('progress.monitored')];
    expect(await overdue(monitored, '2024-11-20')).toEqual([]);
    expect(await overdue(monitored, '2024-11-21')).toHaveLength(1);
    const monthly = { plan: { ...workPlan, deadlines: { ...workPlan.deadlines, monitoringEveryMonths: 1 } } };
    expect(await overdue([...underway, told('work-plan.amended', monthly)], '2024-08-17')).toHaveLength(1);
    expect(await overdue([...underway, told('project.completed')], '2025-06-01')).toEqual([]);
    expect(await overdue(listed, '2025-06-01')).toEqual([]);
  });

  it.each([
    ['2024-08-31', '2024-11-30', []],
    ['2024-08-31', '2024-12-01', ['2024-11-30']],
    ['2024-02-29', '2024-05-29', []],
    ['2024-02-29', '2024-05-31', ['2024-05-29']],
  ])('at the end of months: counted from %s, asked on %s', async (from, today, dueOn) => {
    const story = [...listed, told('implementation-plan.submitted', {}, { at: `${from}T02:00:00.000Z` })];
    const found = await overdue(story, today);
    expect(found.map(({ monitoring }) => (monitoring as { dueOn: string }).dueOn)).toEqual(dueOn);
  });
});

describe('R-O5 跟踪服务台账', () => {
  const visited = [...underway, told('visit.planned'), told('visit.recorded')];

  it('given visits, guidance and urging, then the ledger tells them, and names who came', async () => {
    const story = [...visited, told('guidance.issued'), told('progress.urged'), told('problem.raised')];
    expect(await list('ListFollowUp', story)).toMatchObject([
      {
        visitsMade: 1,
        visitsPlanned: 0,
        lastVisitedOn: '2024-08-15',
        guidanceIssued: 1,
        urgings: 1,
        openProblems: ['problem-1'],
        problemsResolved: 0,
      },
    ]);
    expect(await ask('GetProjectFollowUp', story)).toMatchObject({
      visits: [{ visitId: 'visit-1', plannedOn: '2024-08-15', record: { participants: ['赵敏'] } }],
      guidance: [{ opinion: '建议增加测温点' }],
      urgings: [{ expectedBy: '2024-09-15' }],
    });
  });

  it('DL-10 given fewer visits than the work plan wants, then the project is unvisited; a plan is no visit', async () => {
    expect(await list('ListUnvisitedProjects', [...underway, told('visit.planned')])).toMatchObject([
      { visitsMade: 0 },
    ]);
    expect(await list('ListUnvisitedProjects', visited)).toEqual([]);
    const twice = { plan: { ...workPlan, deadlines: { ...workPlan.deadlines, visitsPerYear: 2 } } };
    expect(await list('ListUnvisitedProjects', [...visited, told('work-plan.amended', twice)])).toHaveLength(1);
    expect(await list('ListUnvisitedProjects', [...underway, told('project.terminated')])).toEqual([]);
    expect(await list('ListUnvisitedProjects', [...underway, told('project.completed')])).toHaveLength(1);
  });

  it('given problems, then open ones by age, and each leaves the list by its resolution only', async () => {
    const older = { problemId: 'problem-2', raisedOn: '2024-08-01' };
    const story = [...underway, told('problem.raised'), told('problem.raised', older)];
    expect(await list('ListProblems', story)).toMatchObject([
      { problemId: 'problem-2', age: 19 },
      { problemId: 'problem-1', age: 5 },
    ]);
    const resolved = [...story, told('problem.resolved', { problemId: 'problem-2', resolvedOn: '2024-08-11' })];
    expect(await list('ListProblems', resolved)).toMatchObject([{ problemId: 'problem-1' }]);
    expect(await list('ListProblems', resolved, { input: { ...year, state: 'resolved' } })).toMatchObject([
      { problemId: 'problem-2', age: 10 },
    ]);
    expect(await list('ListFollowUp', resolved)).toMatchObject([{ openProblems: ['problem-1'], problemsResolved: 1 }]);
  });
});

describe('only the parties of a project see it', () => {
  const story = [...underway, told('problem.raised')];
  const lists = ['ListPdcaBoard', 'ListFollowUp', 'ListProblems'];

  it.each([...lists, 'ListOverdueMonitoring'])('%s', async name => {
    const asked = { now: '2025-01-15T02:00:00.000Z' };
    expect(await list(name, story, { ...asked, caller: UNIT })).toHaveLength(1);
    expect(await list(name, story, { ...asked, caller: BODY })).toHaveLength(1);
    for (const caller of STRANGERS) expect(await list(name, story, { ...asked, caller })).toEqual([]);
    // Naming another body opens nothing.
    const [, stranger] = STRANGERS;
    const input = { ...year, bodyId: ABOUT.bodyId };
    expect(await list(name, story, { ...asked, input, caller: stranger as Actor })).toEqual([]);
    expect(await list(name, story, { ...asked, input })).toHaveLength(1);
  });

  it('第六条 given the charge has passed on, then the body that took over sees what came before, and the other list is empty', async () => {
    const { jurisdiction, fromBodyId, toBodyId } = {
      ...samples['jurisdiction.transferred'],
      ...samples['jurisdiction.assigned'],
    };
    const after = { ...BODY, orgId: toBodyId };
    const passedOn = [...story, told('jurisdiction.transferred', { jurisdiction, fromBodyId, from: '2024-08-01' })];
    for (const name of [...lists, 'ListUnvisitedProjects']) {
      expect(await list(name, passedOn, { caller: after }), name).toHaveLength(1);
      expect(await list(name, passedOn, { caller: BODY }), name).toEqual([]);
      expect(await list(name, story, { caller: after }), name).toEqual([]);
    }
    expect(await ask('GetImplementation', passedOn, { caller: after })).toMatchObject({ projectId });
    expect(await ask('GetImplementation', story, { caller: after })).toBeUndefined();
  });

  it.each(['GetImplementation', 'GetProjectFollowUp'])('%s', async name => {
    for (const caller of [UNIT, BODY, MSR]) expect(await ask(name, story, { caller })).toMatchObject({ projectId });
    for (const caller of STRANGERS) expect(await ask(name, story, { caller })).toBeUndefined();
  });

  it('ListUnvisitedProjects is for the body in charge and those who oversee', async () => {
    expect(await list('ListUnvisitedProjects', story, { caller: BODY })).toHaveLength(1);
    expect(await list('ListUnvisitedProjects', story, { caller: STRANGERS[1] as Actor })).toEqual([]);
    expect(routes.find(({ name }) => name === 'ListUnvisitedProjects')?.allow).not.toContain('UNIT');
  });
});
