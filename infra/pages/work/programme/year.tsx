/** 年度活动: the years, and one year as those who run it see it: how far it is, its plans with their versions, what comes next. */
import { RECOMMENDING_ROLES, type Role } from '../../../../events/envelope.ts';
import { projectPlanCompiled } from '../../../../events/programme.ts';
import { shanghaiDate } from '../../../../events/time.ts';
import { ROLE_WORDS } from '../../../../events/words.ts';
import type { ProgrammeRow } from '../../../../projections/programme/programmes.ts';
import type { PlanHeaderRow } from '../../../../projections/programme/project-plan.ts';
import type { WorkPlanRow } from '../../../../projections/programme/work-plans.ts';
import { OVERSIGHT } from '../../../../projections/query.ts';
import type { Asking } from '../../page.ts';
import { count, minute } from '../../parts/format.ts';
import { type FilledIn, OffersInRow } from '../../parts/offers.tsx';
import { type Column, Facts, Table } from '../../parts/table.tsx';
import { wordFor } from '../links.tsx';
import { type InAddress, listOf, offeredOn, sheet, subjectPage } from '../listing.tsx';
import { PartsOfYear } from './links.tsx';

const READERS: readonly Role[] = ['UNIT', ...RECOMMENDING_ROLES, 'TPO', ...OVERSIGHT];

export const programmesPage = subjectPage<number>({
  path: '/programmes',
  name: 'ShowProgrammesPage',
  title: '年度活动',
  lead: '质量攻关活动按年度组织开展（第四条）。',
  access: READERS,
  head: async ({ reader }) => Number(shanghaiDate(reader.now).slice(0, 4)),
  offered: { acts: ['OpenAnnualProgramme'], on: (_chosen, year) => ({ year }) },
  lists: [
    listOf<ProgrammeRow>({
      key: 'programmes',
      label: '年度活动',
      query: 'ListProgrammes',
      none: '还没有启动年度活动。',
      columns: () => [
        { head: '年度', cell: ({ year, title }) => <a href={`/programmes/${year}`}>{title}</a> },
        { head: '启动', cell: ({ openedAt }) => minute(openedAt), isOneLine: true },
        { head: '申报截止', cell: ({ window }) => window?.closesOn ?? '', isOneLine: true },
        { head: '项目计划', cell: ({ projectPlan }) => (projectPlan ? `${count(projectPlan.count)} 项` : '未公布') },
      ],
    }),
  ],
});

/** What a list is made from and pinned by, as nobody could type it: the forms carry it. */
interface PlanAtHand {
  /** Where the log stands now. */
  readonly head: string;
  /** The list as it was last compiled. */
  readonly compiled?: { readonly position: string; readonly listHash: string; readonly count: number };
}

/** For the authority, which alone compiles and publishes. */
async function planAtHand({ ask, reader }: Asking, { year }: InAddress): Promise<PlanAtHand | undefined> {
  if (reader.actor?.role !== 'MSR') return undefined;
  const { head } = await ask<{ head: string }>('GetReadModelHealth');
  const trail = await ask<{ items: { position: string }[] }>('ReadTrail', {
    year,
    action: projectPlanCompiled.type,
    limit: 1,
  });
  const [latest] = trail.items;
  const event = latest && (await ask<{ data: PlanAtHand['compiled'] & {} }>('GetEvent', { position: latest.position }));
  return { head, ...(event && { compiled: event.data }) };
}

interface YearInCharge {
  readonly programme: ProgrammeRow;
  readonly plan: PlanAtHand | undefined;
}

export const programmePage = subjectPage<YearInCharge>({
  path: '/programmes/:year',
  name: 'ShowProgrammePage',
  title: '年度活动',
  above: ['/programmes', '年度活动'],
  access: READERS,
  head: async (asking, chosen) => ({
    programme: await asking.ask<ProgrammeRow>('GetProgramme', { year: chosen.year }),
    plan: await planAtHand(asking, chosen),
  }),
  heading: ({ programme }) => programme.title,
  facts: ({ programme, plan }, seen) => (
    <>
      <PartsOfYear seen={seen} />
      {plan?.compiled && !programme.projectPlan && (
        <p class="lead">已编制的项目计划共 {count(plan.compiled.count)} 项，待另一人公布。</p>
      )}
    </>
  ),
  offered: {
    acts: [
      'DraftWorkPlan',
      'PublishWorkPlan',
      'AmendWorkPlan',
      'OpenApplications',
      'CloseApplications',
      'StartApplication',
      'CompileProjectPlan',
      'PublishProjectPlan',
      'AmendProjectPlan',
      'CloseAnnualProgramme',
    ],
    on: ({ year }) => ({ year: Number(year) }),
    filledIn: ({ plan }) => (plan ? pinned(plan) : {}),
  },
  lists: [
    sheet<ProgrammeRow>({
      key: 'steps',
      label: '走到哪一步',
      query: 'GetProgramme',
      none: '还没有启动该年度。',
      show: programme => <Steps programme={programme} />,
    }),
    listOf<WorkPlanRow>({
      key: 'drafts',
      label: '工作方案草稿',
      query: 'ListWorkPlanDrafts',
      none: '没有未公布的草稿。',
      offered: { acts: ['PublishWorkPlan'], on: ({ year }) => ({ year }) },
      columns: seen => [
        ...planColumns,
        {
          head: '办理',
          cell: ({ year, version }) => (
            <OffersInRow {...offeredOn(seen, { year })} filledIn={{ PublishWorkPlan: { version } }} />
          ),
        },
      ],
    }),
    listOf<WorkPlanRow>({
      key: 'work-plans',
      label: '工作方案',
      query: 'ListWorkPlans',
      none: '尚未公布工作方案。',
      columns: () => planColumns,
    }),
    listOf<PlanHeaderRow>({
      key: 'project-plans',
      label: '项目计划',
      query: 'ListProjectPlanVersions',
      none: '尚未公布项目计划。',
      columns: ({ chosen }) => [
        {
          head: '版本',
          cell: ({ version }) => <a href={`/years/${chosen.year}/plan?version=${version}`}>第 {version} 版</a>,
        },
        { head: '项目', cell: ({ count: projects }) => count(projects), isNumber: true },
        { head: '公布', cell: ({ publishedAt }) => minute(publishedAt), isOneLine: true },
        { head: '公布网址', cell: ({ url }) => <a href={url}>官方网站</a> },
      ],
    }),
    sheet<{ readonly items: readonly Deadline[] }>({
      key: 'deadlines',
      label: '期限',
      query: 'ListDeadlines',
      none: '尚未公布工作方案，没有期限。',
      show: ({ items }) => (
        <Table
          caption="期限"
          none="没有期限。"
          columns={[
            { head: '事项', cell: ({ title }) => title },
            { head: '责任', cell: ({ owedBy }) => owedBy.map(role => ROLE_WORDS[role]).join('、') },
            { head: '期限', cell: ({ dueOn }) => dueOn ?? '', isOneLine: true },
            { head: '完成', cell: ({ doneAt }) => doneAt && minute(doneAt).slice(0, 10), isOneLine: true },
            {
              head: '状态',
              cell: ({ state }) => (
                <span class={state === 'overdue' || state === 'met-late' ? 'warn' : ''}>
                  {wordFor('state', state, 'ListDeadlines')}
                </span>
              ),
            },
          ]}
          rows={items}
        />
      ),
    }),
  ],
});

/** Compiled from what the log lists now; then published by another person, as it was compiled. */
function pinned({ head, compiled }: PlanAtHand): FilledIn {
  const now = { position: head };
  return {
    CompileProjectPlan: now,
    AmendProjectPlan: now,
    ...(compiled && { PublishProjectPlan: { position: compiled.position, listHash: compiled.listHash } }),
  };
}

interface Deadline {
  readonly title: string;
  readonly owedBy: readonly Role[];
  readonly dueOn?: string;
  readonly doneAt?: string;
  readonly state: string;
}

const planColumns: readonly Column<WorkPlanRow>[] = [
  {
    head: '版本',
    cell: ({ year, version, status }) =>
      status === 'draft' ? (
        `第 ${version} 版`
      ) : (
        <a href={`/years/${year}/work-plan?version=${version}`}>第 {version} 版</a>
      ),
  },
  { head: '名称', cell: ({ plan }) => plan.title },
  { head: '状态', cell: ({ status }) => wordFor('status', status, 'ListWorkPlans') },
  { head: '公布', cell: ({ publishedAt }) => publishedAt && minute(publishedAt), isOneLine: true },
  { head: '修订理由', cell: ({ amendment }) => amendment?.reason ?? '' },
  {
    head: '公布时发现的问题',
    cell: ({ warnings = [] }) => (warnings.length === 0 ? '没有' : `${count(warnings.length)} 处，见监督轨迹`),
  },
];

interface Step {
  readonly label: string;
  readonly done: string | undefined;
}

/** The steps in the order of the regulation; the first that is not done comes next. */
function stepsOf({ openedAt, workPlan, window, projectPlan, closed }: ProgrammeRow): readonly Step[] {
  const version = workPlan && `第 ${workPlan.version} 版`;
  return [
    { label: '启动年度活动', done: minute(openedAt) },
    { label: '公布工作方案', done: workPlan && `${minute(workPlan.publishedAt)}，${version}` },
    { label: '启动项目申报', done: window && minute(window.opensAt) },
    { label: '截止项目申报', done: window?.closedAt && minute(window.closedAt) },
    {
      label: '公布项目计划',
      done: projectPlan && `${minute(projectPlan.publishedAt)}，${count(projectPlan.count)} 项`,
    },
    { label: '结束年度活动', done: closed && minute(closed.at) },
  ];
}

function Steps({ programme }: { readonly programme: ProgrammeRow }) {
  const steps = stepsOf(programme);
  // Nothing more is done in a year that is over, also where a step was left out.
  const next = programme.closed ? undefined : steps.find(({ done }) => done === undefined);
  return (
    <>
      <Facts
        facts={[
          ['依据', programme.regulation],
          ['上半年启动', halfYearWord(programme)],
          ['下一步', next ? <strong>{next.label}</strong> : '本年度已结束'],
        ]}
      />
      <Table
        caption="年度的各步"
        columns={[
          { head: '步骤', cell: ({ label }) => label },
          { head: '状态', cell: ({ done }) => done ?? <span class="warn">未办理</span> },
        ]}
        rows={steps}
      />
    </>
  );
}

function halfYearWord({ halfYear }: ProgrammeRow): string {
  const verdict = wordFor('verdict', halfYear.verdict);
  return halfYear.launchedOn ? `${halfYear.launchedOn}，${verdict}` : verdict;
}
