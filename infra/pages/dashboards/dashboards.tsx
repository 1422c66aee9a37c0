/** 年度看板: bars that are their own tables; each number says what it counts and how fresh it is. */
import { z } from 'zod';
import { districtWord } from '../../../events/words.ts';
import type { benefitsSchema } from '../../../projections/dashboard/benefits.ts';
import type { comparisonSchema } from '../../../projections/dashboard/comparison.ts';
import type { funnelSchema } from '../../../projections/dashboard/funnel.ts';
import type { participationSchema } from '../../../projections/dashboard/participation.ts';
import type { timeInStageSchema } from '../../../projections/dashboard/time-in-stage.ts';
import { OVERSIGHT, yearParameter } from '../../../projections/query.ts';
import { NO_INPUT, page } from '../page.ts';
import { count, minute, wan } from '../parts/format.ts';
import { Bars, Facts, Table } from '../parts/table.tsx';

const ofYear = z.strictObject({ year: yearParameter });
/** Dashboards follow the log while they are open. */
const refreshSeconds = 30;

const KINDS = [
  ['funnel', '质量攻关漏斗', '从填报到公布，每一步有多少项目'],
  ['bodies', '推荐单位对比', '每家推荐单位的核实、推荐和跟踪服务'],
  ['benefits', '预期效益与实现效益', '申报时预期多少，成果实现多少'],
  ['participation', '参与情况', '单位、人员、培训和专家'],
  ['stages', '各环节用时', '项目在每个环节停留几天'],
] as const;

interface Fresh {
  readonly asOfPosition: string;
  readonly lag: number;
}

function Head({
  year,
  title,
  fresh: { asOfPosition, lag },
}: {
  readonly year: number;
  readonly title: string;
  readonly fresh: Fresh;
}) {
  return (
    <>
      <p class="crumbs">
        <a href="/dashboards">看板</a>
      </p>
      <h1>
        {year}年度{title}
      </h1>
      <p class="lead">
        截至台账位置 {asOfPosition}，{lag === 0 ? '没有尚未计入的事件。' : `另有 ${count(lag)} 个事件尚未计入。`}
      </p>
    </>
  );
}

/** What the figures of a page count, for the reader and in print. */
function Definitions({ definitions }: { readonly definitions: Readonly<Record<string, { readonly zh: string }>> }) {
  return (
    <>
      <h2>口径</h2>
      <ul>
        {Object.values(definitions).map(({ zh }) => (
          <li>{zh}</li>
        ))}
      </ul>
    </>
  );
}

export const dashboardsPage = page({
  path: '/dashboards',
  name: 'ShowDashboards',
  title: '看板',
  access: OVERSIGHT,
  input: NO_INPUT,
  load: (_input, { ask }) => ask<{ items: { readonly year: number; readonly title: string }[] }>('ListProgrammes', {}),
  view: ({ data: { items } }) => (
    <>
      <h1>年度看板</h1>
      {items.map(({ year, title }) => (
        <section>
          <h2>{title}</h2>
          <ul class="cards">
            {KINDS.map(([kind, label, says]) => (
              <li>
                <a href={`/dashboards/${year}/${kind}`}>{label}</a>
                <small>{says}</small>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  ),
});

export const funnelPage = page({
  path: '/dashboards/:year/funnel',
  name: 'ShowFunnelPage',
  title: ({ year }) => `${year}年度质量攻关漏斗`,
  access: OVERSIGHT,
  input: ofYear,
  refreshSeconds,
  load: (input, { ask }) => ask<z.infer<typeof funnelSchema>>('GetFunnel', input),
  view: ({ data }) => (
    <>
      <Head year={data.year} title="质量攻关漏斗" fresh={data} />
      <Bars
        caption="各步骤的项目数"
        unit="项目"
        rows={data.steps.map(({ projects, definition }) => ({ label: definition.zh, value: projects }))}
      />
      <Definitions definitions={data.definitions} />
    </>
  ),
});

export const bodyComparisonPage = page({
  path: '/dashboards/:year/bodies',
  name: 'ShowBodyComparisonPage',
  title: ({ year }) => `${year}年度推荐单位对比`,
  access: OVERSIGHT,
  input: ofYear,
  refreshSeconds,
  load: (input, { ask }) => ask<z.infer<typeof comparisonSchema>>('GetBodyComparison', input),
  view: ({ data }) => (
    <>
      <Head year={data.year} title="推荐单位对比" fresh={data} />
      <Table
        caption="各推荐单位"
        columns={[
          { head: '推荐单位', cell: row => row.bodyName },
          { head: '收到', cell: row => count(row.projects.submitted), isNumber: true },
          { head: '核实通过', cell: row => count(row.projects.verified), isNumber: true },
          { head: '推荐', cell: row => count(row.projects.recommended), isNumber: true },
          { head: '不予推荐', cell: row => count(row.projects.declined), isNumber: true },
          { head: '列入计划', cell: row => count(row.projects.listed), isNumber: true },
          { head: '走访', cell: row => count(row.acts.visits), isNumber: true },
          { head: '完成', cell: row => count(row.projects.completed), isNumber: true },
          { head: '优秀成果', cell: row => count(row.projects.recognised), isNumber: true },
        ]}
        rows={data.bodies}
      />
      <Definitions definitions={data.definitions} />
    </>
  ),
});

type Benefits = z.infer<typeof benefitsSchema>;
type Line = Benefits['total'];

const BENEFIT_COLUMNS = [
  { head: '申报预期（万元）', cell: (row: Line) => wan(row.applied.yuan), isNumber: true as const },
  { head: '列入计划预期（万元）', cell: (row: Line) => wan(row.listed.yuan), isNumber: true as const },
  { head: '成果预期（万元）', cell: (row: Line) => wan(row.submitted.expectedYuan), isNumber: true as const },
  { head: '成果实现（万元）', cell: (row: Line) => wan(row.submitted.yuan), isNumber: true as const },
  {
    head: '优秀成果实现（万元）',
    cell: (row: Line) => (row.recognised ? wan(row.recognised.yuan) : ''),
    isNumber: true as const,
  },
];

export const benefitsPage = page({
  path: '/dashboards/:year/benefits',
  name: 'ShowBenefitsPage',
  title: ({ year }) => `${year}年度预期效益与实现效益`,
  access: OVERSIGHT,
  input: ofYear,
  refreshSeconds,
  load: (input, { ask }) => ask<Benefits>('GetBenefits', input),
  view: ({ data }) => (
    <>
      <Head year={data.year} title="预期效益与实现效益" fresh={data} />
      <Table caption="合计" columns={BENEFIT_COLUMNS} rows={[data.total]} />
      <h2>按效益类别</h2>
      <Table
        caption="按效益类别"
        columns={[{ head: '类别', cell: (row: (typeof data.byCategory)[number]) => row.category }, ...BENEFIT_COLUMNS]}
        rows={data.byCategory}
      />
      <h2>按方法</h2>
      <Table
        caption="按方法"
        columns={[{ head: '方法', cell: (row: (typeof data.byMethod)[number]) => row.method }, ...BENEFIT_COLUMNS]}
        rows={data.byMethod}
      />
      <Definitions definitions={data.definitions} />
    </>
  ),
});

export const participationPage = page({
  path: '/dashboards/:year/participation',
  name: 'ShowParticipationPage',
  title: ({ year }) => `${year}年度参与情况`,
  access: OVERSIGHT,
  input: ofYear,
  refreshSeconds,
  load: (input, { ask }) => ask<z.infer<typeof participationSchema>>('GetParticipation', input),
  view: ({ data }) => (
    <>
      <Head year={data.year} title="参与情况" fresh={data} />
      <Facts
        facts={[
          ['申报单位', count(data.units)],
          ['项目', count(data.projects)],
          ['项目人员', count(data.people)],
          ['成果人员', count(data.resultPeople)],
          ['评定专家', data.experts && count(data.experts.experts)],
          ['技术评定组', data.experts && count(data.experts.panels)],
        ]}
      />
      <h2>培训</h2>
      <Bars
        caption="培训人次"
        unit="人次"
        rows={data.training.map(({ role, attendances, people }) => ({
          label: role,
          value: attendances,
          meaning: `${count(people)} 人`,
        }))}
      />
      <h2>行业</h2>
      <Bars caption="各行业的项目" unit="项目" rows={sorted(data.industries, industry => industry)} />
      <h2>区</h2>
      <Bars caption="各区的单位" unit="项目" rows={sorted(data.districts, districtWord)} />
      <Definitions definitions={data.definitions} />
    </>
  ),
});

const sorted = (counted: Readonly<Record<string, number>>, name: (key: string) => string) =>
  Object.entries(counted)
    .sort(([, one], [, other]) => other - one)
    .map(([key, value]) => ({ label: name(key), value }));

export const stagesPage = page({
  path: '/dashboards/:year/stages',
  name: 'ShowStagesPage',
  title: ({ year }) => `${year}年度各环节用时`,
  access: OVERSIGHT,
  input: ofYear,
  refreshSeconds,
  load: (input, { ask }) => ask<z.infer<typeof timeInStageSchema>>('GetTimeInStage', input),
  view: ({ data }) => (
    <>
      <Head year={data.year} title="各环节用时" fresh={data} />
      <Table
        caption="各环节"
        columns={[
          { head: '环节', cell: row => row.definition.zh },
          { head: '现在停在此处', cell: row => count(row.now), isNumber: true },
          { head: '最早自', cell: row => (row.oldestSince ? minute(row.oldestSince).slice(0, 10) : '') },
          { head: '已离开', cell: row => (row.left ? count(row.left.projects) : ''), isNumber: true },
          { head: '平均（天）', cell: row => row.left?.mean ?? '', isNumber: true },
          { head: '中位（天）', cell: row => row.left?.median ?? '', isNumber: true },
          { head: '九成以内（天）', cell: row => row.left?.p90 ?? '', isNumber: true },
        ]}
        rows={data.stages}
      />
      <Definitions definitions={data.definitions} />
    </>
  ),
});
