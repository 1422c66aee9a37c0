/** 推荐单位: what it is in charge of, what it has before it, and what it has done. */
import type { Jurisdiction } from '../../../events/body.ts';
import { RECOMMENDING_ROLES } from '../../../events/envelope.ts';
import type { PromotionRow } from '../../../projections/recognition/promotions.ts';
import { count, minute } from '../parts/format.ts';
import { OffersInRow } from '../parts/offers.tsx';
import { type Column, Facts, Table } from '../parts/table.tsx';
import { AccountLink, jurisdictionWord, ProjectLink, wordFor } from './links.tsx';
import { type InAddress, listOf, offeredOn, type Seen, sheet, subjectPage } from './listing.tsx';
import { promotionColumns } from './promotions.tsx';
import { type ProgressRow, progressColumns, type ResultProgress, resultColumns } from './units.tsx';

interface BodyAnswer {
  readonly bodyId: string;
  readonly kind: string;
  readonly name: string;
  readonly from: string;
  readonly formerNames: readonly { readonly name: string; readonly lastDay: string }[];
  readonly jurisdictions: readonly {
    readonly jurisdiction: Jurisdiction;
    readonly from: string;
    readonly lastDay?: string;
  }[];
  readonly inChargeOf: readonly Jurisdiction[];
}

/** What a body has before it is read by itself and by those who oversee. */
const isOwn = (actor: Seen['actor'], { bodyId }: InAddress) =>
  actor?.role === 'MSR' ||
  actor?.role === 'SUP' ||
  (actor !== undefined && RECOMMENDING_ROLES.some(role => role === actor.role) && actor.orgId === bodyId);

export const bodyPage = subjectPage<BodyAnswer>({
  path: '/bodies/:bodyId',
  name: 'ShowBodyPage',
  title: '推荐单位',
  above: ['/bodies', '推荐单位'],
  access: 'public',
  acts: [
    'RegisterRecommendingBody',
    'RenameRecommendingBody',
    'AssignJurisdiction',
    'TransferJurisdiction',
    'RecordIncentivePolicy',
    'RecordLocalPromotion',
    'RecordCoordinationAction',
  ],
  head: ({ ask }, { bodyId, on }) => ask<BodyAnswer>('GetBody', { bodyId, ...(on && { on }) }),
  heading: ({ name }) => name,
  facts: body => (
    <Facts
      facts={[
        ['类型', wordFor('kind', body.kind, 'GetBody')],
        ['自', body.from],
        ['负责', body.inChargeOf.map(jurisdictionWord).join('、')],
        [
          '推荐范围的变化',
          body.jurisdictions
            .map(
              ({ jurisdiction, from, lastDay }) =>
                `${jurisdictionWord(jurisdiction)}：${from} 起${lastDay ? `，至 ${lastDay}` : ''}`,
            )
            .join('；'),
        ],
        ['曾用名称', body.formerNames.map(({ name, lastDay }) => `${name}（至 ${lastDay}）`).join('、')],
      ]}
    />
  ),
  lists: [
    listOf<ProgressRow>({
      key: 'inbox',
      label: '收件箱',
      query: 'ListBodyInbox',
      none: '没有项目。',
      isFor: isOwn,
      columns: () => [
        progressColumns.project,
        progressColumns.unit,
        progressColumns.stage,
        progressColumns.since,
        progressColumns.owes,
      ],
    }),
    listOf<Verification>({
      key: 'verifications',
      label: '核实台账',
      query: 'ListVerifications',
      none: '没有核实记录。',
      isFor: isOwn,
      columns: ({ actor }) => [
        { head: '时间', cell: ({ at }) => minute(at), isOneLine: true },
        { head: '项目', cell: row => <ProjectLink projectId={row.projectId} title={row.title} /> },
        { head: '核实', cell: ({ check }) => wordFor('check', check) },
        {
          head: '结论',
          cell: ({ outcome }) => (
            <span class={outcome === 'passed' ? 'good' : 'warn'}>{wordFor('outcome', outcome)}</span>
          ),
        },
        { head: '方式', cell: ({ method }) => method ?? '' },
        { head: '情况', cell: ({ findings }) => findings },
        { head: '经办', cell: ({ by, byName }) => <AccountLink accountId={by} name={byName} actor={actor} /> },
      ],
    }),
    listOf<ResultProgress>({
      key: 'results',
      label: '成果收件箱',
      query: 'ListResultInbox',
      none: '没有成果。',
      isFor: isOwn,
      columns: () => [
        resultColumns.project,
        resultColumns.unit,
        resultColumns.state,
        resultColumns.completed,
        resultColumns.submitted,
      ],
    }),
    sheet<{ readonly items: readonly Batch[] }>({
      key: 'batches',
      label: '成果汇总表',
      query: 'GetResultSummary',
      none: '没有汇总的成果。',
      isFor: isOwn,
      offered: {
        acts: ['CompileResults', 'ForwardResultBatch', 'RecommendResult', 'DeclineToRecommendResult'],
        on: ({ items }, chosen) => [
          yearOfBody(chosen),
          // What is forwarded is done with.
          ...items
            .filter(({ forwarded }) => !forwarded)
            .flatMap(batch => [batchOf(batch), ...batch.lines.map(line => lineOf(batch, line))]),
        ],
      },
      show: ({ items }, seen) => (
        <>
          <OffersInRow {...offeredOn(seen, yearOfBody(seen.chosen))} />
          {items.length === 0 && <p class="none">没有汇总的成果。</p>}
          {items.map(batch => (
            <BatchSheet batch={batch} seen={seen} />
          ))}
        </>
      ),
    }),
    listOf<IncentiveRow>({
      key: 'incentives',
      label: '激励制度',
      query: 'ListIncentives',
      none: '没有激励制度。',
      offered: {
        acts: ['ReviseIncentivePolicy', 'RecordIncentiveGranted'],
        on: ({ bodyId, policyId }) => ({ bodyId, policyId }),
      },
      columns: seen => [
        ...incentiveColumns,
        {
          head: '办理',
          cell: ({ bodyId, policyId }) => <OffersInRow {...offeredOn(seen, { bodyId, policyId })} />,
        },
      ],
    }),
    listOf<PromotionRow>({
      key: 'promotions',
      label: '宣传推广',
      query: 'ListPromotions',
      none: '该年度没有宣传推广活动。',
      columns: () => promotionColumns,
    }),
  ],
});

interface Verification {
  readonly projectId: string;
  readonly title?: string;
  readonly check: string;
  readonly outcome: string;
  readonly findings: string;
  readonly method?: string;
  readonly by: string;
  readonly byName: string;
  readonly at: string;
}

export interface IncentiveRow {
  readonly bodyId: string;
  readonly policyId: string;
  readonly title: string;
  readonly content: string;
  readonly effectiveOn: string;
  readonly grants?: number;
}

const incentiveColumns: readonly Column<IncentiveRow>[] = [
  { head: '制度', cell: ({ title }) => title },
  { head: '内容', cell: ({ content }) => content },
  { head: '施行', cell: ({ effectiveOn }) => effectiveOn, isOneLine: true },
  { head: '落实次数', cell: ({ grants }) => count(grants ?? 0), isNumber: true },
];

interface Batch {
  readonly year: number;
  readonly bodyId: string;
  readonly batch: number;
  readonly compiledAt: string;
  readonly forwarded?: { readonly at: string };
  readonly undecided: number;
  readonly root: string;
  readonly lines: readonly {
    readonly projectId: string;
    readonly version: number;
    readonly title: string;
    readonly unitName: string;
    readonly verdict?: string;
    readonly text?: string;
    readonly dropped?: string;
  }[];
}

/** What acts on results are about: what a body has of a year, a batch of it, a line of the batch. */
const yearOfBody = ({ year, bodyId }: InAddress) => ({ year: Number(year), bodyId });
const batchOf = ({ year, bodyId, batch }: Batch) => ({ year, bodyId, batch });
const lineOf = (batch: Batch, { projectId }: Pick<Batch['lines'][number], 'projectId'>) => ({
  ...batchOf(batch),
  projectId,
});

/** A batch as it is decided line by line, and forwarded as a whole once every line is decided. */
function BatchSheet({ batch, seen }: { readonly batch: Batch; readonly seen: Seen }) {
  return (
    <section>
      <h3>第 {batch.batch} 批</h3>
      <Facts
        facts={[
          ['汇总', minute(batch.compiledAt)],
          ['报送', batch.forwarded ? minute(batch.forwarded.at) : `未报送，${batch.undecided} 项待决定`],
        ]}
      />
      <OffersInRow {...offeredOn(seen, batchOf(batch))} filledIn={{ ForwardResultBatch: { root: batch.root } }} />
      <Table
        caption={`第 ${batch.batch} 批成果`}
        columns={[
          { head: '项目', cell: line => <ProjectLink {...line} /> },
          { head: '单位', cell: line => line.unitName },
          { head: '材料', cell: line => `第 ${line.version} 版` },
          {
            head: '结论',
            cell: line => (line.dropped ? wordFor('dropped', line.dropped) : wordFor('verdict', line.verdict)),
          },
          { head: '意见', cell: line => line.text ?? '' },
          {
            head: '办理',
            cell: line => <OffersInRow {...offeredOn(seen, lineOf(batch, line))} />,
          },
        ]}
        rows={batch.lines}
      />
    </section>
  );
}
