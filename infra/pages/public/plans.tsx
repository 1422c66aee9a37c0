/** 工作方案、项目计划、期限日历: the rules of a year, the projects in its plan, and its deadlines. */
import { z } from 'zod';
import { articleLabel } from '../../../events/statute.ts';
import { codeWord, fieldWord } from '../../../events/words.ts';
import { type deadlineSchema, deadlineTitle } from '../../../projections/programme/deadlines.ts';
import type { PlanHeaderRow } from '../../../projections/programme/project-plan.ts';
import { dueWord } from '../../../projections/programme/tables.ts';
import type { WorkPlanRow } from '../../../projections/programme/work-plans.ts';
import { paging, yearParameter } from '../../../projections/query.ts';
import { page } from '../page.ts';
import { ChoiceField, Filters, TextField } from '../parts/field.tsx';
import { count, minute } from '../parts/format.ts';
import { Facts, Pager, Table } from '../parts/table.tsx';
import { WholeList } from '../parts/whole-list.tsx';

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
          <WholeList query="ListWorkPlans" input={{ year }} />
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
              { head: '修改之处', cell: change => placeInPlan(change.pointer) },
              { head: '原为', cell: change => valueInPlan(change.from) },
              { head: '改为', cell: change => valueInPlan(change.to) },
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

/** A JSON pointer into a plan as people say it: 期限 · 核实并提交推荐意见. */
function placeInPlan(pointer: string): string {
  return pointer
    .slice(1)
    .split('/')
    .map(part =>
      /^\d+$/.test(part) ? `第 ${Number(part) + 1} 项` : (deadlineTitle(part) ?? fieldWord(part, 'AmendWorkPlan').zh),
    )
    .join(' · ');
}

/** A value as JSON text, as people write it; 无 where there is none. */
function valueInPlan(text: string): string {
  if (text === '') return '无';
  const value: unknown = JSON.parse(text);
  if (typeof value === 'boolean') return value ? '是' : '否';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : text;
}

interface PlanEntryRow {
  readonly ordinal: number;
  readonly projectId: string;
  readonly title: string;
  readonly unitName: string;
  readonly bodyName: string;
  readonly unitNameNow?: string;
}

type Header = PlanHeaderRow & { readonly projectionVersion: number; readonly verification: { readonly zh: string } };

export const projectPlanPage = page({
  path: '/years/:year/plan',
  name: 'ShowProjectPlanPage',
  title: input => `${input.year}年度项目计划`,
  access: 'public',
  input: z.strictObject({
    ...ofYear,
    ...paging,
    version: z.coerce.number().int().min(1).optional(),
    q: z.string().max(100).optional(),
    bodyName: z.string().max(200).optional(),
  }),
  async load(input, { ask, askIfThere }) {
    const { year, version } = input;
    const header = await askIfThere<Header>('GetProjectPlanHeader', { year, version });
    if (!header) return {};
    const entries = await ask<{ items: PlanEntryRow[]; next?: string; total: number }>('ListProjectPlanEntries', input);
    const bodies = await ask<{ items: { name: string; formerNames: { name: string }[] }[] }>('ListBodies', {
      limit: 200,
    });
    const versions = await ask<{ items: PlanHeaderRow[] }>('ListProjectPlanVersions', { year, limit: 50 });
    const names = bodies.items.flatMap(({ name, formerNames }) => [name, ...formerNames.map(former => former.name)]);
    return { header, entries, names, versions: versions.items };
  },
  view: ({ input, data: { header, entries, names = [], versions = [] }, here }) => (
    <>
      <h1>{input.year}年度项目计划</h1>
      {header && entries ? (
        <>
          <p class="lead">
            第{header.version}版，共 {count(header.count)} 项，{minute(header.publishedAt)} 公布。
          </p>
          <Filters label="查找项目">
            <TextField label="查找（项目、单位或者编号中的词）" name="q" value={input.q} />
            <ChoiceField
              label="推荐单位"
              name="bodyName"
              options={names.map(name => [name, name] as const)}
              chosen={input.bodyName}
            />
            {input.version !== undefined && <input type="hidden" name="version" value={input.version} />}
          </Filters>
          <WholeList query="ListProjectPlanEntries" input={input} total={entries.total} />
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
              {
                head: '申报单位',
                cell: row => (
                  <>
                    <span>{row.unitName}</span>
                    {row.unitNameNow && <small>现名 {row.unitNameNow}</small>}
                  </>
                ),
              },
              { head: '推荐单位', cell: row => row.bodyName },
            ]}
            rows={entries.items}
          />
          <Pager here={here} next={entries.next} />
          {versions.length > 1 && (
            <>
              <h2>各版本</h2>
              <ul>
                {versions.map(({ version, count: projects, publishedAt, amendment }) => (
                  <li>
                    <a href={`/years/${input.year}/plan?version=${version}`}>第{version}版</a>，{count(projects)} 项，
                    {minute(publishedAt)} 公布
                    {amendment &&
                      `；增加 ${amendment.added.length} 项，减少 ${amendment.removed.length} 项：${amendment.reason}`}
                  </li>
                ))}
              </ul>
            </>
          )}
          <h2>怎样核验这份清单</h2>
          <Facts
            facts={[
              ['名单所依位置', header.position],
              ['编制规则版本', header.projectionVersion],
              ['清单摘要（SHA-256）', <span class="hash">{header.listHash}</span>],
              ['公布的文件', <a href={header.url}>原文</a>],
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

type Deadline = z.infer<typeof deadlineSchema>;

export const deadlinesPage = page({
  path: '/years/:year/deadlines',
  name: 'ShowDeadlinesPage',
  title: input => `${input.year}年度期限日历`,
  access: 'public',
  input: z.strictObject(ofYear),
  load: ({ year }, { askIfThere }) => askIfThere<{ asOf: string; items: Deadline[] }>('ListDeadlines', { year }),
  view: ({ input, data, now }) => <Calendar input={input} asOf={data?.asOf ?? now} items={data?.items ?? []} />,
});

function Calendar({
  input,
  asOf,
  items,
}: {
  readonly input: { readonly year: number };
  readonly asOf: string;
  readonly items: readonly Deadline[];
}) {
  return (
    <>
      <h1>{input.year}年度期限日历</h1>
      <p class="lead">现行工作方案规定的期限，截至 {minute(asOf)}。</p>
      {items.length > 0 && <WholeList query="ListDeadlines" input={input} total={items.length} />}
      <Table
        caption="各项期限"
        none="尚未公布工作方案。"
        columns={[
          { head: '事项', cell: row => row.title },
          { head: '期限', cell: dueWord },
          { head: '完成', cell: row => (row.doneAt ? minute(row.doneAt) : '') },
          { head: '状态', cell: row => codeWord('state', row.state, 'ListDeadlines') },
          { head: '依据', cell: row => `${articleLabel(row.duty)}；工作方案第${row.planVersion}版` },
        ]}
        rows={items}
      />
    </>
  );
}
