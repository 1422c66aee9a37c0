/** The plan of a project and the stages that it reports (art-15): beside what it has promised and what it has planned. */
import type { z } from 'zod';
import { codeWord } from '../../../../events/words.ts';
import type { implementationSchema } from '../../../../projections/implementation/pdca-board.ts';
import { wan } from '../../parts/format.ts';
import { Facts, Table } from '../../parts/table.tsx';
import type { CaseFile } from '../../work/project/application.tsx';
import { FormSection, formLayout } from '../layout.tsx';
import type { Typed } from '../typed.ts';

type Implementation = z.infer<typeof implementationSchema>;

interface Planning {
  readonly implementation: Implementation;
  readonly promised: CaseFile['content'];
}

/** `SubmitImplementationPlan`, and `ReviseImplementationPlan`, which begins with the plan in force. */
function planForm(command: string, last?: string) {
  return formLayout<Planning>({
    command,
    async load(typed, { ask }) {
      const projectId = typed.get('projectId');
      const implementation = await ask<Implementation>('GetImplementation', { projectId });
      const { content } = await ask<CaseFile>('GetCaseFile', { projectId });
      return { implementation, promised: content };
    },
    names: ({ implementation }) => [['projectId', implementation.title]],
    begin: ({ implementation: { plan, milestones, metrics } }) =>
      plan && {
        plan: {
          startsOn: plan.startsOn,
          endsOn: plan.endsOn,
          summary: plan.summary,
          milestones: milestones.map(({ cycle, stage, task, dueOn }) => ({ cycle, stage, task, dueOn })),
          metrics: metrics.map(({ metricId, title, measuredIn, baseline, target }) => ({
            metricId,
            title,
            measuredIn,
            baseline,
            target,
          })),
        },
      },
    view: ({ ask }) => (
      <>
        {ask('projectId')}
        <FormSection title="一、起止和概要" article="art-15" says="项目单位应制定项目实施方案并按计划推进">
          {ask('plan/startsOn')}
          {ask('plan/endsOn')}
          {ask('plan/summary')}
        </FormSection>
        <FormSection title="二、里程碑" article="art-15" says="在具体实施过程中应遵循计划、执行、检查、处理程序">
          {ask('plan/milestones')}
        </FormSection>
        <FormSection title="三、衡量的指标" article="art-15" says="定期对项目的进展和效果进行监测和评估">
          {ask('plan/metrics', '监测时按这里的指标填报实际值')}
        </FormSection>
        {last !== undefined && ask(last)}
      </>
    ),
    beside: ({ promised }) =>
      promised && (
        <>
          <h2>申报时的预期</h2>
          <Facts
            facts={[
              ['质量问题', promised.qualityProblem],
              ['预期成果', promised.expectedResults],
              ['预期经济效益', `${wan(promised.expectedEconomic.yuan)} 万元`],
            ]}
          />
        </>
      ),
  });
}

export const implementationForms = [
  planForm('SubmitImplementationPlan'),
  planForm('ReviseImplementationPlan', 'reason'),
  formLayout<Implementation>({
    command: 'ReportPdcaStage',
    load: (typed: Typed, { ask }) => ask<Implementation>('GetImplementation', { projectId: typed.get('projectId') }),
    names: ({ title }) => [['projectId', title]],
    view: ({ ask }) => (
      <>
        {ask('projectId')}
        <FormSection title="哪一循环的哪一阶段" article="art-15" says="遵循计划、执行、检查、处理程序">
          {ask('cycle')}
          {ask('stage')}
        </FormSection>
        <FormSection title="做了什么">
          {ask('summary', '写明做法、数据和结论')}
          {ask('evidence')}
        </FormSection>
      </>
    ),
    beside: ({ milestones, reports }) => (
      <>
        <h2>实施方案的里程碑</h2>
        <Table
          caption="里程碑"
          none="没有里程碑。"
          columns={[
            { head: '循环', cell: ({ cycle }) => cycle, isNumber: true },
            { head: '阶段', cell: ({ stage }) => stage, isOneLine: true },
            { head: '期限', cell: ({ dueOn }) => dueOn, isOneLine: true },
          ]}
          rows={milestones}
        />
        <p>{lastReported(reports)}</p>
      </>
    ),
  }),
];

function lastReported(reports: Implementation['reports']): string {
  const last = reports.at(-1);
  return last ? `上次报告：第 ${last.cycle} 循环${codeWord('stage', last.stage)}` : '还没有报告过任何阶段。';
}
