/** 技术评定组: how it was formed, who may judge whom, and who stood back. */

import { catalogue } from '../../../events/catalogue.ts';
import { articleLabel } from '../../../events/statute.ts';
import { ROLE_WORDS } from '../../../events/words.ts';
import type { Asking } from '../page.ts';
import { count, minute, panelName } from '../parts/format.ts';
import { OffersInRow } from '../parts/offers.tsx';
import { Facts, Table } from '../parts/table.tsx';
import { ExpertLink, ProjectLink, UnitLink, wordFor } from './links.tsx';
import { listOf, offeredOn, sheet, subjectPage } from './listing.tsx';

interface PanelRow {
  readonly panelId: string;
  readonly year: number;
  readonly status: string;
  readonly projects: number;
  readonly units: number;
  readonly candidates: number;
  readonly rules: { readonly size: number; readonly quorum: number; readonly lookBackYears: number };
  readonly members: readonly string[];
  readonly pairs: Readonly<Record<'all' | 'undeclared' | 'undecided' | 'recused' | 'free', number>>;
  readonly shortOfQuorum: readonly string[];
  readonly replacements: number;
  readonly startedAt: string;
  readonly drawnAt?: string;
  readonly constitutedAt?: string;
  readonly dissolved?: { readonly at: string; readonly reason: string };
}

/** Experts have names; those who may look at panels may look at the bank. */
export async function expertNames({ ask }: Asking): Promise<readonly (readonly [expertId: string, name: string])[]> {
  const { items } = await ask<{ items: { expertId: string; name: string }[] }>('ListExperts', { limit: 500 });
  return items.map(({ expertId, name }) => [expertId, name]);
}

const Panel = ({ panelId }: { readonly panelId: string }) => <a href={`/panels/${panelId}`}>{panelName(panelId)}</a>;

export const panelsPage = subjectPage({
  path: '/panels',
  name: 'ShowPanelsPage',
  title: '技术评定组',
  lead: `从专家库中随机抽取，利害关系人回避（${articleLabel('art-17a')}、${articleLabel('art-18')}）。`,
  facts: (_head, { actor }) =>
    actor?.role === 'MSR' && (
      <p class="tools">
        <a href="/panel-formation">准备启动评定组组建</a>
      </p>
    ),
  lists: [
    listOf<PanelRow>({
      key: 'panels',
      label: '评定组',
      query: 'ListPanels',
      none: '该年度没有评定组。',
      columns: () => [
        { head: '评定组', cell: ({ panelId }) => <Panel panelId={panelId} /> },
        { head: '状态', cell: ({ status }) => wordFor('status', status, 'GetPanel') },
        { head: '成员', cell: ({ members }) => count(members.length), isNumber: true },
        { head: '项目', cell: ({ projects }) => count(projects), isNumber: true },
        { head: '未申明', cell: ({ pairs }) => count(pairs.undeclared), isNumber: true },
        { head: '待决定', cell: ({ pairs }) => count(pairs.undecided), isNumber: true },
        { head: '回避', cell: ({ pairs }) => count(pairs.recused), isNumber: true },
      ],
    }),
    listOf<{
      readonly panelId: string;
      readonly state: string;
      readonly since: string;
      readonly projects: number;
      readonly round: number;
    }>({
      key: 'evaluations',
      label: '技术评定',
      query: 'ListEvaluations',
      none: '该年度没有技术评定。',
      columns: () => [
        { head: '评定组', cell: ({ panelId }) => <a href={`/evaluations/${panelId}`}>{panelName(panelId)}的评定</a> },
        { head: '状态', cell: ({ state }) => wordFor('state', state, 'ListEvaluations') },
        { head: '自', cell: ({ since }) => minute(since), isOneLine: true },
        { head: '项目', cell: ({ projects }) => count(projects), isNumber: true },
        { head: '轮次', cell: ({ round }) => round, isNumber: true },
      ],
    }),
    listOf<Recusal>({
      key: 'recusals',
      label: '回避登记簿',
      query: 'ListRecusals',
      none: '该年度没有回避。',
      names: expertNames,
      offered: {
        acts: ['DecideRecusal'],
        on: ({ panelId, expertId, uscc, outcome }) => (outcome === 'open' ? { panelId, expertId, uscc } : undefined),
      },
      columns: seen => [
        { head: '评定组', cell: ({ panelId }) => <Panel panelId={panelId} /> },
        { head: '专家', cell: ({ expertId }) => <ExpertLink expertId={expertId} name={seen.names.get(expertId)} /> },
        { head: '项目单位', cell: ({ uscc }) => <UnitLink uscc={uscc} /> },
        { head: '结果', cell: ({ outcome }) => wordFor('outcome', outcome, 'ListRecusals') },
        { head: '经过', cell: ({ steps }) => steps.map(step => <Step step={step} />) },
        {
          head: '办理',
          cell: ({ panelId, expertId, uscc }) => <OffersInRow {...offeredOn(seen, { panelId, expertId, uscc })} />,
        },
      ],
    }),
  ],
});

interface Recusal {
  readonly panelId: string;
  readonly expertId: string;
  readonly uscc: string;
  readonly outcome: string;
  readonly steps: readonly RecusalStep[];
}

interface RecusalStep {
  readonly at: string;
  readonly act: string;
  readonly by: { readonly role: keyof typeof ROLE_WORDS };
  readonly declaration?: string;
  readonly kind?: string;
  readonly detail?: string;
  readonly grounds?: string;
  readonly reason?: string;
}

function Step({ step: { at, act, by, kind, detail, grounds, reason } }: { readonly step: RecusalStep }) {
  const said = [kind, detail, grounds, reason].filter(Boolean).join('，');
  return (
    <span class="what">
      {minute(at)} {ROLE_WORDS[by.role]}：{catalogue.get(act)?.title ?? act}
      {said && `（${said}）`}
    </span>
  );
}

interface PanelProject {
  readonly projectId: string;
  readonly title: string;
  readonly uscc: string;
  readonly unitName: string;
}

export const panelPage = subjectPage<PanelRow>({
  path: '/panels/:panelId',
  name: 'ShowPanelPage',
  title: '技术评定组',
  above: ['/panels', '技术评定组'],
  offered: {
    acts: [
      'DrawExperts',
      'DetectConflicts',
      'RequestRecusal',
      'ReplaceExpert',
      'ConstitutePanel',
      'DissolvePanel',
      'OpenScoring',
    ],
    on: ({ panelId }) => ({ panelId }),
  },
  head: ({ ask }, { panelId }) => ask<PanelRow>('GetPanel', { panelId }),
  heading: ({ panelId }) => panelName(panelId),
  facts: panel => (
    <>
      <Facts
        facts={[
          ['状态', wordFor('status', panel.status, 'GetPanel')],
          ['启动', minute(panel.startedAt)],
          ['抽取', panel.drawnAt && minute(panel.drawnAt)],
          ['组建', panel.constitutedAt && minute(panel.constitutedAt)],
          ['解散', panel.dissolved && `${minute(panel.dissolved.at)}，${panel.dissolved.reason}`],
          ['成员', `${panel.members.length} 人，每项至少 ${panel.rules.quorum} 人评定`],
          ['候选专家', `${count(panel.candidates)} 人`],
          ['递补', `${count(panel.replacements)} 次`],
          [
            '利害关系',
            `${count(panel.pairs.all)} 对中，未申明 ${count(panel.pairs.undeclared)}，待决定 ${count(panel.pairs.undecided)}，回避 ${count(panel.pairs.recused)}`,
          ],
        ]}
      />
      <p class="tools">
        <a href={`/evaluations/${panel.panelId}`}>评分与名单</a>
      </p>
    </>
  ),
  lists: [
    sheet<PanelRow & { readonly projectList: readonly PanelProject[] }>({
      key: 'projects',
      label: '成员和项目',
      query: 'GetPanel',
      none: '没有评定组。',
      names: expertNames,
      show: ({ members, projectList, shortOfQuorum }, { names }) => (
        <>
          <h3>成员</h3>
          <ul>
            {members.map(expertId => (
              <li>
                <ExpertLink expertId={expertId} name={names.get(expertId)} />
              </li>
            ))}
          </ul>
          <h3>项目</h3>
          <Table
            caption="评定的项目"
            columns={[
              { head: '项目', cell: row => <ProjectLink {...row} /> },
              { head: '单位', cell: row => <UnitLink {...row} /> },
              {
                head: '评定人数',
                cell: ({ uscc }) => (shortOfQuorum.includes(uscc) ? <span class="warn">不足</span> : '足够'),
              },
            ]}
            rows={projectList}
          />
        </>
      ),
    }),
    sheet<ConflictMatrix>({
      key: 'conflicts',
      label: '利害关系矩阵',
      query: 'GetConflictMatrix',
      none: '尚未抽取专家。',
      names: expertNames,
      offered: {
        acts: ['DecideRecusal'],
        on: ({ units }, { panelId }) =>
          units.flatMap(({ uscc, cells }) =>
            cells.filter(isToBeDecided).map(({ expertId }) => ({ panelId, expertId, uscc })),
          ),
      },
      show: ({ experts, units }, seen) => (
        <Table
          caption="专家与项目单位的利害关系"
          columns={[
            { head: '单位', cell: (row: ConflictMatrix['units'][number]) => <UnitLink {...row} /> },
            { head: '可评定', cell: ({ free }: ConflictMatrix['units'][number]) => count(free), isNumber: true },
            ...experts.map(expertId => ({
              head: seen.names.get(expertId) ?? '专家',
              cell: ({ uscc, cells }: ConflictMatrix['units'][number]) => (
                <>
                  <Cell cell={cells.find(each => each.expertId === expertId)} />
                  <OffersInRow {...offeredOn(seen, { panelId: seen.chosen.panelId, expertId, uscc })} />
                </>
              ),
            })),
          ]}
          rows={units}
        />
      ),
    }),
    sheet<DrawReport>({
      key: 'draw',
      label: '抽取复核',
      query: 'GetDrawReport',
      none: '尚未抽取专家。',
      names: expertNames,
      show: (report, { names }) => <Draw report={report} names={names} />,
    }),
  ],
});

interface ConflictMatrix {
  readonly experts: readonly string[];
  readonly units: readonly {
    readonly uscc: string;
    readonly unitName: string;
    readonly free: number;
    readonly cells: readonly ConflictCell[];
  }[];
}

interface ConflictCell {
  readonly expertId: string;
  readonly declaration: string;
  readonly kind?: string;
  readonly recused: boolean;
  readonly detected: readonly string[];
  readonly requestedBy: readonly string[];
  readonly possible: readonly { readonly rule: string }[];
}

const isToBeDecided = ({ recused, detected, requestedBy }: ConflictCell) =>
  !recused && detected.length + requestedBy.length > 0;

function Cell({ cell }: { readonly cell: ConflictCell | undefined }) {
  if (!cell) return null;
  const clues = [...cell.detected, ...cell.possible.map(({ rule }) => rule)];
  return (
    <>
      <span class={cell.recused ? 'warn' : ''}>
        {cell.recused ? '回避' : wordFor('declaration', cell.declaration)}
        {cell.kind && `（${cell.kind}）`}
      </span>
      {clues.length > 0 && <small>线索：{clues.map(rule => wordFor('detected', rule)).join('、')}</small>}
    </>
  );
}

interface DrawReport {
  readonly equal: boolean;
  readonly seed: string;
  readonly seedKept: boolean;
  readonly candidatesKept: boolean;
  readonly beacon?: { readonly source: string; readonly round: string; readonly publishedAt: string };
  readonly beaconValue?: string;
  readonly picks: { readonly recorded: readonly string[]; readonly equal: boolean };
  readonly candidates: { readonly recorded: readonly string[]; readonly equal: boolean };
  readonly replacements: readonly { readonly recorded: string; readonly reason: string; readonly equal: boolean }[];
  readonly earlierDraws: readonly { readonly panelId: string; readonly reason: string }[];
}

/** The draw done again from what was fixed before it, and whether it comes out the same. */
function Draw({ report, names }: { readonly report: DrawReport; readonly names: ReadonlyMap<string, string> }) {
  const { equal, beacon, beaconValue, picks, candidates, replacements, earlierDraws } = report;
  const called = (ids: readonly string[]) => ids.map(id => names.get(id) ?? '（不在库）').join('、');
  return (
    <>
      <p class={equal ? 'verdict' : 'verdict bad'}>
        {equal ? '按公开的方法重新抽取，结果与记录一致。' : '按公开的方法重新抽取，结果与记录不一致。'}
      </p>
      <Facts
        facts={[
          ['种子', `${report.seed}（${report.seedKept ? '与事先的承诺相符' : '与事先的承诺不符'}）`],
          ['公开随机数', beacon && `${beacon.source} ${beacon.round}，${minute(beacon.publishedAt)}`],
          ['其值', beaconValue],
          [
            '候选名单',
            `${count(candidates.recorded.length)} 人，${candidates.equal && report.candidatesKept ? '与专家库相符' : '与专家库不符'}`,
          ],
          ['抽中', called(picks.recorded)],
        ]}
      />
      <Table
        caption="递补"
        none="没有递补。"
        columns={[
          { head: '递补的专家', cell: ({ recorded }) => called([recorded]) },
          { head: '理由', cell: ({ reason }) => reason },
          { head: '复核', cell: row => (row.equal ? '一致' : <span class="warn">不一致</span>) },
        ]}
        rows={replacements}
      />
      {earlierDraws.map(({ panelId, reason }) => (
        <p>
          此前的抽取：
          <Panel panelId={panelId} />（{reason}）
        </p>
      ))}
    </>
  );
}
