/** 核实与审核: what the recommending body found and what the authority assessed; the second part for those who oversee. */
import type { z } from 'zod';
import { RECOMMENDING_ROLES } from '../../../../events/envelope.ts';
import type { eligibilitySheetSchema } from '../../../../projections/application/eligibility.ts';
import { oversees } from '../../../../projections/query.ts';
import { fileAddress } from '../../downloads.ts';
import type { Reading } from '../../page.ts';
import { minute } from '../../parts/format.ts';
import { Facts, Table } from '../../parts/table.tsx';
import type { CaseFile } from './application.tsx';
import { caseTab } from './tab.ts';

type EligibilitySheet = z.infer<typeof eligibilitySheetSchema>;
type Check = CaseFile['checks'][number];

const CHECK_WORDS = { completeness: '完整性', truthfulness: '真实性' } as const;
const MET_WORDS = { met: '符合', 'not-met': '不符合', open: '尚未确认' } as const;

export const reviewTab = caseTab({
  id: 'review',
  label: '核实与审核',
  roles: ['UNIT', 'TPO', ...RECOMMENDING_ROLES, 'MSR', 'SUP'],
  async load({ projectId }, { ask, reader }) {
    const file = await ask<CaseFile>('GetCaseFile', { projectId });
    const sheet = oversees(reader.actor)
      ? await ask<EligibilitySheet>('GetEligibilitySheet', { projectId })
      : undefined;
    return { file, sheet };
  },
  view: ({ data: { file, sheet }, reader }) => (
    <>
      <h2>推荐单位核实</h2>
      <Table
        caption="核实记录"
        none="尚未核实。"
        columns={[
          { head: '时间', cell: row => minute(row.at), isOneLine: true },
          { head: '核实', cell: row => CHECK_WORDS[row.check], isOneLine: true },
          { head: '结论', cell: row => <Outcome check={row} />, isOneLine: true },
          { head: '情况', cell: row => <Findings check={row} reader={reader} />, isProse: true },
        ]}
        rows={file.checks}
      />
      <Acts file={file} />
      {sheet && <Eligibility sheet={sheet} />}
      {file.municipal && <Municipal municipal={file.municipal} />}
    </>
  ),
});

function Outcome({ check: { outcome } }: { readonly check: Check }) {
  return <span class={outcome === 'passed' ? 'good' : 'warn'}>{outcome === 'passed' ? '通过' : '未通过'}</span>;
}

/** What a body verified with is its own: the unit learns what it is called, and cannot open it. */
function Findings({
  check: { findings, method, evidence },
  reader,
}: {
  readonly check: Check;
  readonly reader: Reading;
}) {
  const mayOpen = reader.actor?.role !== 'UNIT';
  return (
    <>
      {findings}
      {method && <small>核实方式：{method}</small>}
      {evidence.map(({ sha256, name }) => (
        <small>{mayOpen ? <a href={fileAddress(sha256)}>证据：{name}</a> : `证据：${name}`}</small>
      ))}
    </>
  );
}

/** What else the body decided, in the order of time. */
function Acts({
  file: { supplements, returns, recommendation, withdrawal, termination },
}: {
  readonly file: CaseFile;
}) {
  const rows = [
    ...supplements.map(
      ({ at, items, dueOn }) => [at, '要求补充材料', `${items.join('；')}（应于 ${dueOn}（含）前补充）`] as const,
    ),
    ...returns.map(({ at, reason }) => [at, '退回申请', reason] as const),
    ...(recommendation
      ? [
          [
            recommendation.at,
            recommendation.outcome === 'recommended' ? '推荐立项' : '不予推荐立项',
            recommendation.text,
          ] as const,
        ]
      : []),
    ...(withdrawal ? [[withdrawal.at, '撤回申请', withdrawal.reason] as const] : []),
    ...(termination ? [[termination.at, '终止项目', termination.reason] as const] : []),
  ].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return <ActsTable caption="意见和决定" rows={rows} />;
}

function ActsTable({
  caption,
  rows,
}: {
  readonly caption: string;
  readonly rows: readonly (readonly [at: string, act: string, text: string])[];
}) {
  if (rows.length === 0) return null;
  return (
    <>
      <h3>{caption}</h3>
      <Table
        caption={caption}
        columns={[
          { head: '时间', cell: ([at]) => minute(at), isOneLine: true },
          { head: '事项', cell: ([, act]) => act, isOneLine: true },
          { head: '内容', cell: ([, , text]) => text, isProse: true },
        ]}
        rows={rows}
      />
    </>
  );
}

/** The three conditions of art-08, each in words. */
function Eligibility({ sheet: { conditions, definition, ban, decision } }: { readonly sheet: EligibilitySheet }) {
  const { unit, effect, sameness } = conditions;
  return (
    <>
      <h2>申报条件（第八条）</h2>
      <Facts
        facts={[
          [
            '（一）申报单位',
            <Met state={unit.state} note={unit.verification && `登记注册核验：${unit.verification.source}`} />,
          ],
          ['（二）预期成效', <Met state={effect.state} note={effect.assessment?.reason} />],
          ['（三）不与已有成果雷同', <Met state={sameness.state} note={samenessNote(sameness)} />],
          [
            '是否属于质量攻关（第三条）',
            definition && `${definition.conforms ? '属于' : '不属于'}。${definition.reason}`,
          ],
          ['不受理申报期', ban && `${ban.from} 至 ${ban.lastDay}`],
          [
            '结论',
            decision &&
              (decision.outcome === 'confirmed'
                ? '确认符合'
                : `不符合：${decision.reason ?? decision.items?.join('、')}`),
          ],
        ]}
      />
    </>
  );
}

function samenessNote({ check, adjudication }: EligibilitySheet['conditions']['sameness']): string | undefined {
  if (adjudication) return adjudication.reason;
  return check && `与 ${check.corpusSize} 项已有成果比对，${check.hits.length} 项相近`;
}

function Met({ state, note }: { readonly state: keyof typeof MET_WORDS; readonly note?: string | undefined }) {
  return (
    <>
      <span class={state === 'met' ? 'good' : 'warn'}>{MET_WORDS[state]}</span>
      {note && <small>{note}</small>}
    </>
  );
}

type Municipal = NonNullable<CaseFile['municipal']>;

function Municipal({ municipal }: { readonly municipal: Municipal }) {
  const { lateAcceptance, review, hold, holdDecision, decision, carriedOver } = municipal;
  const rows = [
    ...(lateAcceptance
      ? [[lateAcceptance.at, '同意逾期提交', `至 ${lateAcceptance.until}。${lateAcceptance.reason}`] as const]
      : []),
    ...(review ? [[review.at, '开始立项审核', `审核人 ${review.reviewer}`] as const] : []),
    ...(hold ? [[hold.at, '暂缓', `申报单位不受理申报期 ${hold.banFrom} 至 ${hold.banLastDay}`] as const] : []),
    ...(holdDecision
      ? [[holdDecision.at, holdDecision.decision === 'proceed' ? '决定继续' : '决定停止', holdDecision.reason] as const]
      : []),
    ...(decision
      ? [[decision.at, decision.outcome === 'approved' ? '通过立项审核' : '未通过立项审核', decision.text] as const]
      : []),
    ...(carriedOver ? [[carriedOver.at, `结转${carriedOver.toYear}年度`, carriedOver.reason] as const] : []),
  ].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return (
    <>
      <h2>市级立项审核（第十三条）</h2>
      {rows.length === 0 ? <p class="none">尚未审核。</p> : <ActsTable caption="审核经过" rows={rows} />}
    </>
  );
}
