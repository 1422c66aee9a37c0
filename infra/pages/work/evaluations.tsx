/** 技术评定: what has been scored, how it came out, what list was proposed, and whether it was fair. */

import type { Asking } from '../page.ts';
import { count, minute } from '../parts/format.ts';
import { OffersInRow } from '../parts/offers.tsx';
import { type Column, Facts, Table } from '../parts/table.tsx';
import { ExpertLink, ProjectLink, wordFor } from './links.tsx';
import { type InAddress, offeredOn, type Seen, sheet, subjectPage } from './listing.tsx';
import { expertNames } from './panels.tsx';

interface Progress {
  readonly panelId: string;
  readonly state: string;
  readonly since: string;
  readonly due: number;
  readonly given: number;
  readonly absent: number;
  readonly projects: readonly {
    readonly projectId: string;
    readonly title: string;
    readonly due: number;
    readonly given: number;
    readonly absent: readonly string[];
    readonly missing: readonly string[];
  }[];
}

interface Ranked {
  readonly projectId: string;
  readonly title: string;
  readonly rank: number;
  readonly score: string;
  readonly sheets: number;
  readonly spread: string;
  readonly divergent: boolean;
}

interface Ranking {
  readonly results: readonly Ranked[];
  readonly aggregation?: {
    readonly round: number;
    readonly at: string;
    readonly stale: boolean;
    readonly notes: Readonly<Record<string, string>>;
  };
}

interface Proposal {
  readonly round: number;
  readonly list: readonly { readonly projectId: string; readonly rank: number; readonly score: string }[];
  readonly minutes: string;
  readonly listHash: string;
  readonly at: string;
  readonly signatures: readonly string[];
}

const isOverseer = ({ actor }: Pick<Seen, 'actor'>) => actor?.role === 'MSR' || actor?.role === 'SUP';

/** What is ranked has titles; a list that was proposed has ids alone. */
async function namesOfList(asking: Asking, { panelId }: InAddress): Promise<readonly (readonly [string, string])[]> {
  const ranking = await asking.askIfThere<Ranking>('GetRanking', { panelId });
  const titles = (ranking?.results ?? []).map(({ projectId, title }) => [projectId, title] as const);
  return isOverseer(asking.reader) ? [...titles, ...(await expertNames(asking))] : titles;
}

export const evaluationPage = subjectPage<Progress | undefined>({
  path: '/evaluations/:panelId',
  name: 'ShowEvaluationPage',
  title: '技术评定',
  access: ['EXPERT', 'MSR', 'SUP'],
  offered: {
    acts: ['CloseScoring', 'ReopenScoring', 'AggregateScores'],
    on: ({ panelId }) => ({ panelId }),
  },
  head: async ({ ask, reader }, { panelId }) =>
    isOverseer(reader) ? ask<Progress>('GetScoringProgress', { panelId }) : undefined,
  facts: head =>
    head && (
      <>
        <Facts
          facts={[
            ['状态', wordFor('state', head.state, 'GetScoringProgress')],
            ['自', minute(head.since)],
            ['应评分', count(head.due)],
            ['已评分', count(head.given)],
            ['缺席', count(head.absent)],
          ]}
        />
        <p class="tools">
          <a href={`/panels/${head.panelId}`}>评定组</a>
        </p>
      </>
    ),
  lists: [
    sheet<Progress>({
      key: 'progress',
      label: '评分进度',
      query: 'GetScoringProgress',
      none: '尚未启动评分。',
      names: expertNames,
      offered: {
        acts: ['RecordScoringAbsence'],
        on: ({ projects }, { panelId }) =>
          projects.flatMap(({ projectId, missing }) => missing.map(expertId => ({ panelId, projectId, expertId }))),
      },
      show: ({ projects }, seen) => (
        <Table
          caption="评分进度"
          columns={[
            { head: '项目', cell: row => <ProjectLink {...row} /> },
            { head: '应评分', cell: ({ due }) => count(due), isNumber: true },
            { head: '已评分', cell: ({ given }) => count(given), isNumber: true },
            {
              head: '尚未评分',
              cell: ({ projectId, missing }) =>
                missing.map(expertId => (
                  <span class="what">
                    {seen.names.get(expertId) ?? '专家'}{' '}
                    <OffersInRow {...offeredOn(seen, { panelId: seen.chosen.panelId, projectId, expertId })} />
                  </span>
                )),
            },
            { head: '缺席', cell: ({ absent }) => absent.map(id => seen.names.get(id) ?? '专家').join('、') },
          ]}
          rows={projects}
        />
      ),
    }),
    sheet<Ranking>({
      key: 'ranking',
      label: '评分排名',
      query: 'GetRanking',
      none: '尚未汇总评分。',
      show: ({ results, aggregation }, seen) => (
        <>
          {aggregation && (
            <p class={aggregation.stale ? 'verdict bad' : 'lead'}>
              第 {aggregation.round} 轮，{minute(aggregation.at)} 汇总
              {aggregation.stale && '；此后评分有变化，须重新汇总'}
            </p>
          )}
          <Table
            caption="评分排名"
            none="尚未汇总评分。"
            columns={rankingColumns(seen, aggregation?.notes ?? {})}
            rows={results}
          />
        </>
      ),
    }),
    sheet<{ readonly draft?: Proposal; readonly proposals: readonly Proposal[] }>({
      key: 'proposal',
      label: '建议名单',
      query: 'GetExcellentListProposal',
      none: '尚未拟定建议名单。',
      names: namesOfList,
      offered: {
        acts: ['ReviewExcellentList', 'ReturnExcellentList'],
        on: (_answer, chosen) => [listOfPanel(chosen)],
      },
      show: ({ draft, proposals }, seen) => (
        <>
          {draft && proposals.every(({ listHash }) => listHash !== draft.listHash) && (
            <ProposalSheet proposal={draft} heading="拟定的名单" seen={seen} />
          )}
          {proposals.map(proposal => (
            <ProposalSheet proposal={proposal} heading={`第 ${proposal.round} 轮提出的名单`} seen={seen} />
          ))}
          {!draft && proposals.length === 0 && <p class="none">尚未拟定建议名单。</p>}
        </>
      ),
    }),
    sheet<Fairness>({
      key: 'fairness',
      label: '公正性',
      query: 'GetFairnessReport',
      none: '尚未汇总评分。',
      names: expertNames,
      show: ({ judges, divergences, divergencePoints }, { names }) => (
        <>
          <Table
            caption="每位专家"
            columns={[
              { head: '专家', cell: ({ expertId }) => <ExpertLink expertId={expertId} name={names.get(expertId)} /> },
              { head: '分配', cell: ({ assigned }) => count(assigned), isNumber: true },
              { head: '回避', cell: ({ recusedProjects }) => count(recusedProjects), isNumber: true },
              { head: '缺席', cell: ({ absences }) => count(absences), isNumber: true },
              { head: '计入', cell: ({ counted }) => count(counted), isNumber: true },
              { head: '更换', cell: ({ superseded }) => count(superseded), isNumber: true },
              { head: '作废', cell: ({ voided }) => count(voided), isNumber: true },
              { head: '宽严（与平均之差）', cell: ({ leniency }) => leniency ?? '', isNumber: true },
            ]}
            rows={judges}
          />
          <h3>分歧超过 {divergencePoints} 分的项目</h3>
          <Table
            caption="分歧"
            none="没有。"
            columns={[
              { head: '项目', cell: row => <ProjectLink {...row} /> },
              { head: '最高与最低之差', cell: ({ spread }) => spread, isNumber: true },
              { head: '说明', cell: ({ note }) => note ?? <span class="warn">尚未说明</span> },
            ]}
            rows={divergences}
          />
        </>
      ),
    }),
    sheet<Rerun>({
      key: 'rerun',
      label: '复算',
      query: 'RerunAggregation',
      none: '尚未汇总评分。',
      show: ({ equal, round, differences, missingInputs }) => (
        <>
          <p class={equal ? 'verdict' : 'verdict bad'}>
            {equal
              ? `第 ${round} 轮由评分表重新计算，与记录一致。`
              : `第 ${round} 轮由评分表重新计算，与记录不一致：${differences.length} 个项目有差异，缺 ${missingInputs.length} 张评分表。`}
          </p>
          <Table
            caption="差异"
            none="没有差异。"
            columns={[
              { head: '项目', cell: ({ projectId }) => <ProjectLink projectId={projectId} /> },
              { head: '记录', cell: ({ recorded }) => recorded && `第 ${recorded.rank} 名，${recorded.score}` },
              { head: '复算', cell: ({ recomputed }) => recomputed && `第 ${recomputed.rank} 名，${recomputed.score}` },
            ]}
            rows={differences}
          />
        </>
      ),
    }),
  ],
});

function rankingColumns(seen: Seen, notes: Readonly<Record<string, string>>): readonly Column<Ranked>[] {
  return [
    { head: '名次', cell: ({ rank }) => rank, isNumber: true },
    {
      head: '项目',
      cell: row => (isOverseer(seen) ? <ProjectLink {...row} /> : row.title),
    },
    { head: '得分', cell: ({ score }) => score, isNumber: true },
    { head: '评分表', cell: ({ sheets }) => count(sheets), isNumber: true },
    {
      head: '分歧',
      cell: ({ projectId, divergent, spread }) =>
        divergent ? (
          <>
            <span class="warn">相差 {spread} 分</span>
            <small>{notes[projectId] ?? '尚未说明'}</small>
          </>
        ) : (
          ''
        ),
    },
    ...(isOverseer(seen)
      ? [
          {
            head: '来源',
            cell: ({ projectId }: Ranked) => <a href={`/projects/${projectId}?tab=evaluation`}>评分来源</a>,
          },
        ]
      : []),
  ];
}

/** What the authority reviews: the list of a panel, in the year that the panel is of. */
const listOfPanel = ({ panelId }: InAddress) => ({ panelId, year: Number(panelId?.slice(0, 4)) });

function ProposalSheet({
  proposal,
  heading,
  seen,
}: {
  readonly proposal: Proposal;
  readonly heading: string;
  readonly seen: Seen;
}) {
  const { list: proposed, minutes, at, signatures, listHash } = proposal;
  return (
    <section>
      <h3>{heading}</h3>
      <Facts
        facts={[
          ['时间', minute(at)],
          ['会议纪要', minutes],
          [
            '签署',
            isOverseer(seen)
              ? signatures.map(id => seen.names.get(id) ?? '专家').join('、')
              : `${signatures.length} 人`,
          ],
        ]}
      />
      <OffersInRow
        {...offeredOn(seen, listOfPanel(seen.chosen))}
        filledIn={{ ReviewExcellentList: { listHash }, ReturnExcellentList: { listHash } }}
      />
      <Table
        caption={heading}
        columns={[
          { head: '名次', cell: ({ rank }) => rank, isNumber: true },
          {
            head: '项目',
            cell: ({ projectId }) =>
              isOverseer(seen) ? (
                <ProjectLink projectId={projectId} title={seen.names.get(projectId)} />
              ) : (
                (seen.names.get(projectId) ?? '项目')
              ),
          },
          { head: '得分', cell: ({ score }) => score, isNumber: true },
        ]}
        rows={proposed}
      />
    </section>
  );
}

interface Fairness {
  readonly divergencePoints: number;
  readonly judges: readonly {
    readonly expertId: string;
    readonly assigned: number;
    readonly recusedProjects: number;
    readonly absences: number;
    readonly counted: number;
    readonly superseded: number;
    readonly voided: number;
    readonly leniency?: string;
  }[];
  readonly divergences: readonly {
    readonly projectId: string;
    readonly title: string;
    readonly spread: string;
    readonly note?: string;
  }[];
}

interface Rerun {
  readonly round: number;
  readonly equal: boolean;
  readonly missingInputs: readonly string[];
  readonly differences: readonly {
    readonly projectId: string;
    readonly recorded?: { readonly rank: number; readonly score: string };
    readonly recomputed?: { readonly rank: number; readonly score: string };
  }[];
}
