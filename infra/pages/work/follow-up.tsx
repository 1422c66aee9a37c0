/** 跟踪服务: how projects are carried out and looked after: cycles, monitoring, visits, problems, and what is late. */
import { count, minute } from '../parts/format.ts';
import { OffersInRow } from '../parts/offers.tsx';
import type { Column } from '../parts/table.tsx';
import { BodyLink, ProjectLink, UnitLink, wordFor } from './links.tsx';
import { listOf, offeredOn, subjectPage } from './listing.tsx';
import { owedWord, type ProgressRow } from './units.tsx';

interface OnBoard {
  readonly projectId: string;
  readonly title: string;
  readonly uscc: string;
  readonly unitName: string;
  readonly bodyId: string;
  readonly bodyName: string;
  readonly stage: string;
  readonly closedCycles: number;
  readonly at?: { readonly cycle: number; readonly stage: string };
  readonly milestonesOverdue: number;
  readonly monitoring?: { readonly dueOn: string; readonly overdue: boolean; readonly daysLate: number };
}

interface Followed {
  readonly projectId: string;
  readonly title: string;
  readonly uscc: string;
  readonly unitName: string;
  readonly bodyId: string;
  readonly bodyName: string;
  readonly visitsMade: number;
  readonly visitsPlanned: number;
  readonly lastVisitedOn?: string;
  readonly guidanceIssued: number;
  readonly urgings: number;
  readonly openProblems: readonly unknown[];
}

interface Problem {
  readonly projectId: string;
  readonly problemId: string;
  readonly uscc: string;
  readonly bodyId: string;
  readonly description: string;
  readonly raisedOn: string;
  readonly state: string;
  readonly age?: number;
  readonly resolution?: string;
  readonly resolvedOn?: string;
}

const project = { head: '项目', cell: (row: Followed | OnBoard) => <ProjectLink {...row} /> };
const unit = { head: '单位', cell: (row: Followed | OnBoard) => <UnitLink {...row} /> };
const body = { head: '推荐单位', cell: (row: Followed | OnBoard) => <BodyLink {...row} /> };

const monitoring: Column<OnBoard> = {
  head: '下次监测',
  cell: ({ monitoring: due }) =>
    due && (
      <span
        class={due.overdue ? 'warn' : ''}
      >{`${due.dueOn}${due.overdue ? `，逾期 ${count(due.daysLate)} 天` : ''}`}</span>
    ),
};

const cycle: Column<OnBoard> = {
  head: '循环',
  cell: ({ at, closedCycles }) => (at ? `第 ${at.cycle} 个循环，${at.stage}` : `已完成 ${count(closedCycles)} 个`),
};

export const followUpPage = subjectPage({
  path: '/follow-up',
  name: 'ShowFollowUpPage',
  title: '实施和跟踪服务',
  lead: '项目单位按计划、执行、检查、处理推进并定期监测；推荐单位深入项目单位指导、检查和督促（第十五条、第十六条）。',
  lists: [
    listOf<OnBoard>({
      key: 'board',
      label: '实施进度',
      query: 'ListPdcaBoard',
      none: '没有实施中的项目。',
      columns: () => [
        project,
        unit,
        body,
        { head: '阶段', cell: ({ stage }) => wordFor('stage', stage) },
        cycle,
        monitoring,
        {
          head: '逾期的节点',
          cell: ({ milestonesOverdue }) =>
            milestonesOverdue > 0 ? <span class="warn">{count(milestonesOverdue)}</span> : '0',
          isNumber: true,
        },
      ],
    }),
    listOf<OnBoard>({
      key: 'monitoring',
      label: '逾期未监测',
      query: 'ListOverdueMonitoring',
      none: '没有逾期未监测的项目。',
      offered: { acts: ['RecordMonitoring', 'UrgeProgress'], on: ({ projectId }) => ({ projectId }) },
      columns: seen => [
        project,
        unit,
        body,
        monitoring,
        {
          head: '办理',
          cell: ({ projectId }) => <OffersInRow {...offeredOn(seen, { projectId })} />,
        },
      ],
    }),
    listOf<Followed>({
      key: 'visits',
      label: '跟踪服务',
      query: 'ListFollowUp',
      none: '没有项目。',
      columns: () => [
        project,
        unit,
        body,
        { head: '走访', cell: ({ visitsMade }) => count(visitsMade), isNumber: true },
        { head: '最近走访', cell: ({ lastVisitedOn }) => lastVisitedOn ?? '', isOneLine: true },
        { head: '指导', cell: ({ guidanceIssued }) => count(guidanceIssued), isNumber: true },
        { head: '督促', cell: ({ urgings }) => count(urgings), isNumber: true },
        { head: '未解决的问题', cell: ({ openProblems }) => count(openProblems.length), isNumber: true },
      ],
    }),
    listOf<Followed>({
      key: 'unvisited',
      label: '尚未走访',
      query: 'ListUnvisitedProjects',
      none: '没有尚未走访的项目。',
      offered: { acts: ['PlanVisit', 'RecordVisit'], on: ({ projectId }) => ({ projectId }) },
      columns: seen => [
        project,
        unit,
        body,
        { head: '计划的走访', cell: ({ visitsPlanned }) => count(visitsPlanned), isNumber: true },
        {
          head: '办理',
          cell: ({ projectId }) => <OffersInRow {...offeredOn(seen, { projectId })} />,
        },
      ],
    }),
    listOf<Problem>({
      key: 'problems',
      label: '问题',
      query: 'ListProblems',
      none: '没有问题。',
      offered: { acts: ['ResolveProblem'], on: ({ projectId, problemId }) => ({ projectId, problemId }) },
      columns: seen => [
        { head: '提出', cell: ({ raisedOn }) => raisedOn, isOneLine: true },
        { head: '项目', cell: ({ projectId }) => <ProjectLink projectId={projectId} /> },
        { head: '问题', cell: ({ description }) => description },
        {
          head: '状态',
          cell: ({ state, age, resolvedOn }) =>
            state === 'open' ? (
              <span class="warn">{`未解决${age === undefined ? '' : `，已 ${count(age)} 天`}`}</span>
            ) : (
              `${resolvedOn} 已解决`
            ),
        },
        { head: '解决', cell: ({ resolution }) => resolution ?? '' },
        {
          head: '办理',
          cell: ({ projectId, problemId }) => <OffersInRow {...offeredOn(seen, { projectId, problemId })} />,
        },
      ],
    }),
    listOf<ProgressRow & { readonly daysLate: number }>({
      key: 'overdue',
      label: '逾期事项',
      query: 'ListOverdue',
      lead: '申报、核实、审核和列入计划中已过期限的事项，各年度都在内。',
      none: '没有逾期的事项。',
      columns: () => [
        { head: '项目', cell: row => <ProjectLink {...row} /> },
        { head: '单位', cell: row => <UnitLink {...row} /> },
        { head: '推荐单位', cell: row => <BodyLink {...row} /> },
        { head: '待办', cell: owedWord },
        { head: '逾期', cell: ({ daysLate }) => <span class="warn">{count(daysLate)} 天</span>, isNumber: true },
        { head: '自', cell: ({ since }) => minute(since).slice(0, 10), isOneLine: true },
      ],
    }),
  ],
});
