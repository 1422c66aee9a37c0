/** Every deadline and option of a plan, with those who use it later: what would make the use fail is told at publication. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { holidayNoticeRegistered, SHIPPED_NOTICES } from '../../events/calendar.ts';
import { type WorkPlan, workPlanDrafted, workPlanSchema } from '../../events/programme.ts';
import { addWorkingDays } from '../../events/rules/working-days.ts';
import { findingsOn, PLAN_OPTIONS } from '../../services/programme/plan-options.ts';
import { amendWorkPlan, publishWorkPlan } from '../../services/programme/work-plan.ts';
import { commandRoutes } from '../../services/routes.ts';
import { factsOf, type Past, refusalOf } from '../support/given.ts';
import { inForce, morningOf, opened, plan, planned, send, URL, YEAR } from './year.ts';

type Change = { deadlines?: Partial<WorkPlan['deadlines']>; options?: Partial<WorkPlan['options']> };
const changed = ({ deadlines, options }: Change): WorkPlan => ({
  ...plan,
  deadlines: { ...plan.deadlines, ...deadlines },
  options: { ...plan.options, ...options },
});
const circumstances = {
  year: YEAR,
  today: '2024-03-01',
  windowOpened: false,
  calendar: SHIPPED_NOTICES,
  activeExperts: 9,
};
const find = (change: Change, given: Partial<typeof circumstances> = {}) =>
  findingsOn(changed(change), { ...circumstances, ...given }).map(({ pointer, code, refused }) => ({
    pointer,
    code,
    refused,
  }));

const PANEL = { size: 11, quorum: 5, lookBackYears: 3 };

/** What a plan says, who is in the way of it later, and what is told at publication. */
const CASES: readonly [use: string, change: Change, pointer: string, code: string, refused: boolean][] = [
  [
    'OpenApplications',
    { deadlines: { applicationOpens: '2023-12-31' } },
    '/deadlines/applicationOpens',
    'date-outside-the-year',
    true,
  ],
  [
    'CloseApplications',
    { deadlines: { applicationCloses: '2099-01-01' } },
    '/deadlines/applicationCloses',
    'date-outside-the-year',
    true,
  ],
  [
    'OpenApplications',
    { deadlines: { applicationOpens: '2024-02-01', applicationCloses: '2024-02-29' } },
    '/deadlines/applicationCloses',
    'application-period-over',
    false,
  ],
  [
    'RequestSupplement',
    { deadlines: { supplementWorkingDays: 60 } },
    '/deadlines/supplementWorkingDays',
    'supplement-outlasts-verification',
    false,
  ],
  [
    'RecommendProject',
    { deadlines: { verification: '9998-05-31' } },
    '/deadlines/verification',
    'date-outside-the-year',
    true,
  ],
  [
    'ApproveProject',
    { deadlines: { municipalReview: '2026-01-01' } },
    '/deadlines/municipalReview',
    'date-outside-the-year',
    true,
  ],
  [
    'PublishProjectPlan',
    { deadlines: { projectPlanPublication: '2026-01-01' } },
    '/deadlines/projectPlanPublication',
    'date-outside-the-year',
    true,
  ],
  [
    'DeliverTraining',
    { deadlines: { training: '2024-06-27' } },
    '/deadlines/training',
    'training-before-listing',
    false,
  ],
  ['SubmitResults', { deadlines: { results: '2026-01-01' } }, '/deadlines/results', 'date-outside-the-year', true],
  [
    'ForwardResultBatch',
    { deadlines: { resultsForwarding: '2026-01-01' } },
    '/deadlines/resultsForwarding',
    'date-outside-the-year',
    true,
  ],
  ['CloseScoring', { deadlines: { evaluation: '2026-01-01' } }, '/deadlines/evaluation', 'date-outside-the-year', true],
  [
    'PublishExcellentResults',
    { deadlines: { resultsPublication: '2026-01-01' } },
    '/deadlines/resultsPublication',
    'date-outside-the-year',
    true,
  ],
  [
    'ConveneExchangeMeeting',
    { deadlines: { exchangeMeeting: '2024-11-28' } },
    '/deadlines/exchangeMeeting',
    'meeting-before-results',
    false,
  ],
  [
    'RecordMonitoring',
    { deadlines: { monitoringEveryMonths: 12 } },
    '/deadlines/monitoringEveryMonths',
    'never-monitored',
    false,
  ],
  [
    'SubmitApplication',
    { options: { requiredDocuments: ['其他', '其他'] } },
    '/options/requiredDocuments',
    'listed-twice',
    true,
  ],
  [
    'SubmitResults',
    { options: { requiredResultDocuments: ['其他', '其他'] } },
    '/options/requiredResultDocuments',
    'listed-twice',
    true,
  ],
  [
    'OpenPublicNotice',
    { deadlines: { resultsPublication: '2024-12-06' }, options: { publicNotice: { workingDays: 5 } } },
    '/options/publicNotice',
    'notice-outlasts-publication',
    false,
  ],
  [
    'EstablishFraud',
    { options: { fraudProcedure: { hearUnit: true, notifyUnit: false } } },
    '/options/fraudProcedure',
    'heard-without-notice',
    true,
  ],
  ['StartPanelFormation', { options: { panel: PANEL } }, '/options/panel', 'too-few-experts', false],
  [
    'AggregateScores',
    { options: { divergencePoints: 100 } },
    '/options/divergencePoints',
    'divergence-never-noted',
    false,
  ],
];

describe('a plan option is checked at publication for everything that will use it', () => {
  it('an ordinary plan has nothing to be told', () => {
    expect(find({})).toEqual([]);
  });

  it.each(CASES)('%s: %o', (use, change, pointer, code, refused) => {
    const path = pointer.slice(1).replace('/', '.') as keyof typeof PLAN_OPTIONS;
    expect(PLAN_OPTIONS[path].users).toContain(use);
    expect(find(change)).toContainEqual({ pointer, code, refused });
  });

  it('every bound is met by a case', () => {
    const met = new Set(CASES.map(([, , pointer]) => pointer.slice(1).replace('/', '.')));
    const unmet = Object.entries(PLAN_OPTIONS).filter(([path, { bounds }]) => bounds.length > 0 && !met.has(path));
    expect(unmet).toEqual([]);
  });

  it('given applications were opened, then that their period is over is nothing to be told in an amendment', () => {
    expect(find({}, { today: '2024-05-02', windowOpened: true })).toEqual([]);
  });

  it('the table names every deadline and option, and only commands that there are', () => {
    const shape = workPlanSchema.shape;
    const paths = (['deadlines', 'options'] as const).flatMap(part =>
      Object.keys(shape[part].shape).map(name => `${part}.${name}`),
    );
    expect(Object.keys(PLAN_OPTIONS).sort()).toEqual(paths.sort());
    const commands = commandRoutes.map(({ command }) => command.name);
    const users = Object.values(PLAN_OPTIONS).flatMap(option => option.users);
    expect(users.filter(user => !commands.includes(user))).toEqual([]);
    expect(Object.values(PLAN_OPTIONS).filter(option => option.users.length === 0)).toEqual([]);
  });

  it('no decision reads an option that the table does not have', () => {
    const files = readdirSync('services', { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'));
    const read = files.flatMap(file =>
      [...readFileSync(`services/${file}`, 'utf8').matchAll(/\bplan\.(deadlines|options)\??\.(\w+)/g)].map(
        ([, part, name]) => `${part}.${name}`,
      ),
    );
    expect(read.length).toBeGreaterThan(10);
    expect(read.filter(path => !Object.hasOwn(PLAN_OPTIONS, path))).toEqual([]);
  });
});

describe('publishing a plan that something is to be told of', () => {
  const publish = (text: WorkPlan, log: readonly Past[] = []) =>
    send(
      [inForce, opened, { draft: workPlanDrafted.of({ year: YEAR, version: 1, plan: text }) }, ...log],
      publishWorkPlan,
      { input: { year: YEAR, version: 1, url: URL }, now: morningOf('2024-03-01') },
    );

  it('when it can never work, then it is refused with every place', async () => {
    const options = { requiredDocuments: ['其他' as const, '其他' as const] };
    const refusal = refusalOf(
      await publish(changed({ deadlines: { results: '2026-02-01', evaluation: '2026-02-02' }, options })),
    );
    expect(refusal.kind).toBe('invalid');
    expect(refusal.faults?.map(({ pointer }) => pointer)).toEqual([
      '/deadlines/results',
      '/deadlines/evaluation',
      '/options/requiredDocuments',
    ]);
  });

  it('when it may yet work, then it is published with the warning beside it', async () => {
    expect(factsOf(await publish(changed({ deadlines: { training: '2024-06-27' } })))).toMatchObject([
      { type: 'work-plan.published' },
      {
        type: 'work-plan.warned',
        data: {
          year: YEAR,
          version: 1,
          warnings: [{ pointer: '/deadlines/training', code: 'training-before-listing' }],
        },
      },
    ]);
  });

  it('when it is amended, then it is measured again', async () => {
    const input = { year: YEAR, plan: changed({ deadlines: { training: '2024-06-27' } }), reason: '提前', url: URL };
    expect(factsOf(await send(planned, amendWorkPlan, { input }))).toMatchObject([
      { type: 'work-plan.amended' },
      { type: 'work-plan.warned', data: { version: 2 } },
    ]);
  });

  it('when later counts need a year without a notice, then it is published with a warning; once there is one, without', async () => {
    // A year of which nobody has registered the notice: as 2027 is in 2026.
    const unknown = { ...circumstances, calendar: {} };
    const options = { publicNotice: { workingDays: 5 } };
    expect(
      findingsOn(changed({ options }), unknown).map(({ pointer, code, refused }) => [pointer, code, refused]),
    ).toEqual([
      ['/deadlines/supplementWorkingDays', 'calendar-year-missing', false],
      ['/options/publicNotice', 'calendar-year-missing', false],
    ]);
    expect(find({ options })).toEqual([]);
  });

  it('a notice registered for the year counts in the warnings', async () => {
    const year = SHIPPED_NOTICES['2024'];
    if (!year) throw new Error('2024 is shipped');
    const long = {
      ...year,
      version: 1,
      reason: '试',
      holidays: [{ festival: '长假', first: '2024-05-01', last: '2024-05-30' }],
    };
    const log = [{ draft: holidayNoticeRegistered.of(long) }];
    expect(addWorkingDays({ 2024: long }, '2024-04-30', 5)).toMatchObject({ date: '2024-06-05' });
    expect(factsOf(await publish(plan, log))).toMatchObject([
      { type: 'work-plan.published' },
      { data: { warnings: [{ code: 'supplement-outlasts-verification' }] } },
    ]);
  });
});
