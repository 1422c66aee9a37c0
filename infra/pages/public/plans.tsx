/** 工作方案、项目计划、期限日历: the rules of a year, the projects in its plan, and its deadlines. */
import { z } from 'zod';
import { type ArticleId, articleLabel } from '../../../events/statute.ts';
import { codeWord } from '../../../events/words.ts';
import type { PlanHeaderRow } from '../../../projections/programme/project-plan.ts';
import type { WorkPlanRow } from '../../../projections/programme/work-plans.ts';
import { paging, yearParameter } from '../../../projections/query.ts';
import { page } from '../page.ts';
import { Filters, TextField } from '../parts/field.tsx';
import { count, minute } from '../parts/format.ts';
import { Facts, Pager, Table } from '../parts/table.tsx';

const ofYear = { year: yearParameter };

export const workPlanPage = page({
  path: '/years/:year/work-plan',
  name: 'ShowWorkPlanPage',
  title: input => `${input.year}年度工作方案`,
  access: 'public',
  input: z.strictObject({ ...ofYear, version: z.coerce.number().int().min(1).optional() }),
  async load({ year, version }, { ask }) {
    const { items } = await ask<{ items: WorkPlanRow[] }>('ListWorkPlans', { year, limit: 50 });
    const shown = version === undefined ? items[0] : await ask<WorkPlanRow>('GetWorkPlan', { year, version });
    return { versions: items, shown };
  },
  view: ({ input: { year }, data: { versions, shown } }) => (
    <>
      <h1>{year}年度工作方案</h1>
      {shown ? <Plan row={shown} /> : <p class="none">尚未公布工作方案。</p>}
      {versions.length > 1 && (
        <>
          <h2>各版本</h2>
          <ul>
            {versions.map(row => (
              <li>
                <a href={`/years/${year}/work-plan?version=${row.version}`}>第{row.version}版</a>
                {row.publishedAt && ` · ${minute(row.publishedAt)} 公布`}
                {row.amendment && ` · ${row.amendment.reason}`}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  ),
});

function Plan({ row }: { readonly row: WorkPlanRow }) {
  const { plan, version, publishedAt, url, docHash, amendment } = row;
  return (
    <>
      <p class="lead">
        {plan.title}，第{version}版{publishedAt && `，${minute(publishedAt)} 公布`}
        。办法没有规定的事项，以工作方案为准。
      </p>
      <p class="tools">{url && <a href={url}>文件原文</a>}</p>
      <Table
        caption="各环节的程序和要求"
        columns={[
          { head: '环节', cell: step => step.phase },
          { head: '程序', cell: step => step.procedure },
          { head: '要求', cell: step => step.requirements },
        ]}
        rows={plan.steps}
      />
      {amendment && (
        <>
          <h2>与第{amendment.fromVersion}版相比</h2>
          <p>{amendment.reason}</p>
          <Table
            caption="修改之处"
            columns={[
              { head: '位置', cell: change => change.pointer },
              { head: '原为', cell: change => change.from },
              { head: '改为', cell: change => change.to },
            ]}
            rows={amendment.changes}
          />
        </>
      )}
      {docHash && (
        <p class="fine">
          文件摘要（SHA-256） <span class="hash">{docHash}</span>
        </p>
      )}
    </>
  );
}

interface PlanEntryRow {
  readonly ordinal: number;
  readonly projectId: string;
  readonly title: string;
  readonly unitName: string;
  readonly bodyName: string;
  readonly unitNameNow?: string;
}

type Header = PlanHeaderRow & { readonly verification: { readonly zh: string } };

export const projectPlanPage = page({
  path: '/years/:year/plan',
  name: 'ShowProjectPlanPage',
  title: input => `${input.year}年度项目计划`,
  access: 'public',
  input: z.strictObject({
    ...ofYear,
    ...paging,
    unitName: z.string().max(200).optional(),
    bodyName: z.string().max(200).optional(),
  }),
  async load(input, { ask, askIfThere }) {
    const header = await askIfThere<Header>('GetProjectPlanHeader', { year: input.year });
    const entries = header && (await ask<{ items: PlanEntryRow[]; next?: string }>('ListProjectPlanEntries', input));
    return { header, entries };
  },
  view: ({ input, data: { header, entries }, here }) => (
    <>
      <h1>{input.year}年度项目计划</h1>
      {header && entries ? (
        <>
          <p class="lead">
            第{header.version}版，共 {count(header.count)} 项，{minute(header.publishedAt)} 公布。
          </p>
          <Filters label="查找项目">
            <TextField label="申报单位" name="unitName" value={input.unitName} hint="单位全称" />
            <TextField label="推荐单位" name="bodyName" value={input.bodyName} hint="单位全称" />
          </Filters>
          <p class="tools">
            <a href={header.url}>公布的文件</a>
          </p>
          <Table
            caption="列入计划的项目"
            none="没有符合条件的项目。"
            columns={[
              { head: '序号', cell: row => row.ordinal, isNumber: true },
              {
                head: '项目名称',
                cell: row => (
                  <>
                    <span>{row.title}</span>
                    <small>{row.projectId}</small>
                  </>
                ),
              },
              { head: '申报单位', cell: row => row.unitName },
              { head: '推荐单位', cell: row => row.bodyName },
            ]}
            rows={entries.items}
          />
          <Pager here={here} next={entries.next} />
          <h2>怎样核验这份清单</h2>
          <Facts
            facts={[
              ['名单所依位置', header.position],
              ['清单摘要（SHA-256）', <span class="hash">{header.listHash}</span>],
            ]}
          />
          <p class="fine">{header.verification.zh}</p>
        </>
      ) : (
        <p class="none">尚未公布项目计划。</p>
      )}
    </>
  ),
});

interface Deadline {
  readonly item: string;
  readonly title: string;
  readonly duty: ArticleId;
  readonly planVersion: number;
  readonly dueOn?: string;
  readonly every?: { readonly count: number; readonly unit: string };
  readonly doneAt?: string;
  readonly state: string;
}

export const deadlinesPage = page({
  path: '/years/:year/deadlines',
  name: 'ShowDeadlinesPage',
  title: input => `${input.year}年度期限日历`,
  access: 'public',
  input: z.strictObject(ofYear),
  load: ({ year }, { ask }) => ask<{ asOf: string; items: Deadline[] }>('ListDeadlines', { year }),
  view: ({ input, data: { asOf, items } }) => (
    <>
      <h1>{input.year}年度期限日历</h1>
      <p class="lead">现行工作方案规定的期限，截至 {minute(asOf)}。</p>
      <Table
        caption="各项期限"
        columns={[
          { head: '事项', cell: row => row.title },
          {
            head: '期限',
            cell: row => row.dueOn ?? (row.every ? `${row.every.count}${codeWord('every.unit', row.every.unit)}` : ''),
          },
          { head: '完成', cell: row => (row.doneAt ? minute(row.doneAt) : '') },
          { head: '状态', cell: row => codeWord('state', row.state, 'ListDeadlines') },
          { head: '依据', cell: row => `${articleLabel(row.duty)}；工作方案第${row.planVersion}版` },
        ]}
        rows={items}
      />
    </>
  ),
});
