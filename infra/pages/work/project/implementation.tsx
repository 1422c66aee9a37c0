/** 实施: plan, cycles, monitoring, and what the recommending body did to follow it up. */
import type { z } from 'zod';
import { RECOMMENDING_ROLES } from '../../../../events/envelope.ts';
import type { projectLedgerSchema } from '../../../../projections/implementation/follow-up.ts';
import type { implementationSchema } from '../../../../projections/implementation/pdca-board.ts';
import type { problemSchema } from '../../../../projections/implementation/problems.ts';
import { minute } from '../../parts/format.ts';
import { Passages } from '../../parts/passages.tsx';
import { Facts, Table } from '../../parts/table.tsx';
import { caseTab } from './tab.ts';

type Implementation = z.infer<typeof implementationSchema>;
type FollowUp = z.infer<typeof projectLedgerSchema> & { readonly problems: readonly z.infer<typeof problemSchema>[] };

const STATE_WORDS = { pending: '未到期', overdue: '逾期未完成', met: '按期完成', 'met-late': '逾期完成' } as const;

export const implementationTab = caseTab({
  id: 'implementation',
  label: '实施',
  roles: ['UNIT', ...RECOMMENDING_ROLES, 'MSR', 'SUP'],
  async load({ projectId }, { askIfThere }) {
    const implementation = await askIfThere<Implementation>('GetImplementation', { projectId });
    const followUp = await askIfThere<FollowUp>('GetProjectFollowUp', { projectId });
    return { implementation, followUp };
  },
  view: ({ data: { implementation, followUp } }) =>
    implementation ? (
      <>
        <Plan implementation={implementation} />
        <Progress implementation={implementation} />
        {followUp && <Followed followUp={followUp} />}
      </>
    ) : (
      <p class="none">尚未列入项目计划。</p>
    ),
});

function Plan({
  implementation: { plan, monitoring, milestones, completed, terminated },
}: {
  readonly implementation: Implementation;
}) {
  return (
    <>
      <Facts
        facts={[
          ['实施方案', plan ? `第${plan.version}版，${minute(plan.submittedAt)} 提交` : '尚未提交'],
          ['起止', plan && `${plan.startsOn} 至 ${plan.endsOn}`],
          [
            '下次监测',
            monitoring &&
              `${monitoring.dueOn}${monitoring.overdue ? `，已逾期 ${monitoring.daysLate} 天` : ''}（每 ${monitoring.everyMonths} 个月一次，工作方案第${monitoring.planVersion}版）`,
          ],
          ['完成', completed?.completedOn],
          ['终止', terminated && `${minute(terminated.at)}：${terminated.reason}`],
        ]}
      />
      <Passages
        passages={[
          ['方案概要', plan?.summary],
          ['完成情况', completed?.summary],
        ]}
      />
      {milestones.length > 0 && (
        <>
          <h2>节点</h2>
          <Table
            caption="节点"
            columns={[
              { head: '循环', cell: row => `第${row.cycle}轮 ${row.stage}`, isOneLine: true },
              { head: '任务', cell: row => row.task },
              { head: '应于', cell: row => row.dueOn, isOneLine: true },
              {
                head: '状态',
                cell: row => (
                  <>
                    <span class={row.state === 'overdue' ? 'warn' : ''}>{STATE_WORDS[row.state]}</span>
                    {row.reportedOn && <small>{row.reportedOn} 报告</small>}
                  </>
                ),
              },
            ]}
            rows={milestones}
          />
        </>
      )}
    </>
  );
}

function Progress({
  implementation: { metrics, reports, monitorings, adjustments },
}: {
  readonly implementation: Implementation;
}) {
  const titles = new Map(metrics.map(({ metricId, title, measuredIn }) => [metricId, { title, measuredIn }]));
  return (
    <>
      {metrics.length > 0 && (
        <>
          <h2>指标</h2>
          <Table
            caption="指标"
            columns={[
              { head: '指标', cell: row => row.title },
              { head: '现状', cell: row => `${row.baseline} ${row.measuredIn}`, isNumber: true },
              { head: '目标', cell: row => `${row.target} ${row.measuredIn}`, isNumber: true },
              {
                head: '最近一次',
                cell: row => (row.actual === undefined ? '未测量' : `${row.actual} ${row.measuredIn}`),
                isNumber: true,
              },
              {
                head: '已达到目标的',
                cell: row => (row.achieved === undefined ? '' : `${Math.round(row.achieved * 100)}%`),
                isNumber: true,
              },
            ]}
            rows={metrics}
          />
        </>
      )}
      {reports.length > 0 && (
        <>
          <h2>PDCA循环</h2>
          <Table
            caption="PDCA循环的报告"
            columns={[
              { head: '循环', cell: row => `第${row.cycle}轮 ${row.stage}`, isOneLine: true },
              { head: '报告', cell: row => row.reportedOn, isOneLine: true },
              { head: '情况', cell: row => row.summary },
            ]}
            rows={reports}
          />
        </>
      )}
      {monitorings.length > 0 && (
        <>
          <h2>监测</h2>
          <Table
            caption="监测"
            columns={[
              { head: '日期', cell: row => row.monitoredOn, isOneLine: true },
              {
                head: '测量',
                cell: row =>
                  row.measurements
                    .map(
                      ({ metricId, value }) =>
                        `${titles.get(metricId)?.title ?? metricId} ${value} ${titles.get(metricId)?.measuredIn ?? ''}`,
                    )
                    .join('；'),
              },
              { head: '评价', cell: row => row.evaluation },
              {
                head: '策略调整',
                cell: row =>
                  adjustments
                    .filter(({ becauseOf }) => becauseOf === row.record)
                    .map(({ adjustment }) => adjustment)
                    .join('；'),
              },
            ]}
            rows={monitorings}
          />
        </>
      )}
    </>
  );
}

function Followed({ followUp: { visits, guidance, urgings, problems } }: { readonly followUp: FollowUp }) {
  return (
    <>
      <h2>推荐单位跟踪服务（第十六条）</h2>
      <Table
        caption="走访"
        none="没有走访。"
        columns={[
          { head: '走访', cell: row => row.record?.visitedOn ?? `计划 ${row.plannedOn}`, isOneLine: true },
          { head: '方式', cell: row => row.record?.kinds.join('、') },
          {
            head: '地点和人员',
            cell: row => row.record && `${row.record.place}；${row.record.participants.join('、')}`,
          },
          { head: '情况', cell: row => row.record?.findings ?? row.purpose },
        ]}
        rows={visits}
      />
      {guidance.length > 0 && (
        <>
          <h3>指导意见</h3>
          <Table
            caption="指导意见"
            columns={[
              { head: '时间', cell: row => minute(row.at), isOneLine: true },
              { head: '意见', cell: row => row.opinion },
            ]}
            rows={guidance}
          />
        </>
      )}
      {urgings.length > 0 && (
        <>
          <h3>督促</h3>
          <Table
            caption="督促"
            columns={[
              { head: '时间', cell: row => minute(row.at), isOneLine: true },
              { head: '事项', cell: row => row.matter },
              { head: '应于', cell: row => row.expectedBy, isOneLine: true },
            ]}
            rows={urgings}
          />
        </>
      )}
      {problems.length > 0 && (
        <>
          <h3>问题</h3>
          <Table
            caption="问题"
            columns={[
              { head: '提出', cell: row => row.raisedOn, isOneLine: true },
              { head: '问题', cell: row => row.description },
              {
                head: '状态',
                cell: row =>
                  row.state === 'open' ? (
                    <span class="warn">未解决，已 {row.age} 天</span>
                  ) : (
                    <>
                      <span class="good">{row.resolvedOn} 解决</span>
                      <small>{row.resolution}</small>
                    </>
                  ),
              },
            ]}
            rows={problems}
          />
        </>
      )}
    </>
  );
}
