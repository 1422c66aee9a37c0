/** The publication of a work plan (art-09): what is about to be published stands beside the form, as the public will read it. */
import type { z } from 'zod';
import { fieldWord } from '../../../../events/words.ts';
import type { workPlanRowSchema } from '../../../../projections/programme/work-plans.ts';
import { Facts, Table } from '../../parts/table.tsx';
import { formLayout } from '../layout.tsx';

type WorkPlan = z.infer<typeof workPlanRowSchema>;

export const publishWorkPlanForm = formLayout<WorkPlan>({
  command: 'PublishWorkPlan',
  async load(typed, { ask }) {
    const { items } = await ask<{ items: readonly WorkPlan[] }>('ListWorkPlanDrafts', {
      year: typed.get('year'),
      limit: 100,
    });
    return items.find(({ version }) => String(version) === typed.get('version'));
  },
  view: ({ ask, data }) => (
    <>
      {ask('year')}
      {ask('version')}
      <p class="says">
        每年上半年启动年度质量攻关项目申报工作，向社会公布年度质量攻关工作方案，明确工作程序和具体要求（
        <a href="/statute/art-09">第九条</a>）。
      </p>
      {ask('url', '方案原文在政府网站上的网址；公布后不能撤回，只能修订')}
      {data && <Preview plan={data} />}
    </>
  ),
});

function Preview({ plan: { plan } }: { readonly plan: WorkPlan }) {
  return (
    <>
      <h2>将要公布的内容</h2>
      <Facts
        facts={[
          ['名称', plan.title],
          ['技术评定组规则', plan.panelRules],
          ['评分规则依据', plan.scoringRulesRef],
        ]}
      />
      <Table
        caption="期限"
        columns={[
          { head: '事项', cell: ([name]) => fieldWord(`plan.deadlines.${name}`, 'DraftWorkPlan').zh },
          { head: '期限', cell: ([, value]) => String(value), isOneLine: true },
        ]}
        rows={Object.entries(plan.deadlines)}
      />
      <Table
        caption="各环节的程序和要求"
        columns={[
          { head: '环节', cell: ({ phase }) => phase, isOneLine: true },
          { head: '程序', cell: ({ procedure }) => procedure },
          { head: '要求', cell: ({ requirements }) => requirements },
        ]}
        rows={plan.steps}
      />
    </>
  );
}
