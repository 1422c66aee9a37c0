/** 认定和公布: from the proposed list over public notice and objections to publication, commendation and certificates. */
import { OVERSIGHT } from '../../../../projections/query.ts';
import type { PromotionRow } from '../../../../projections/recognition/promotions.ts';
import { count, minute, panelName } from '../../parts/format.ts';
import { OffersInRow } from '../../parts/offers.tsx';
import { type Column, Facts, Table } from '../../parts/table.tsx';
import { ProjectLink, wordFor } from '../links.tsx';
import { type InAddress, listOf, offeredOn, type Seen, sheet, subjectPage } from '../listing.tsx';
import { promotionColumns } from '../promotions.tsx';
import { PartsOfYear, titlesOfProposed } from './links.tsx';

interface Proposed {
  readonly projectId: string;
  readonly panelId: string;
  readonly rank: number;
  readonly listHash: string;
  readonly outcome: string;
  readonly reason?: string;
  readonly recognisedAt?: string;
}

interface Notice {
  readonly notice: number;
  readonly list: readonly { readonly projectId: string; readonly title: string; readonly unitName: string }[];
  readonly workingDays: number;
  readonly from: string;
  readonly lastDay: string;
  readonly url: string;
  readonly closedAt?: string;
}

interface Objection {
  readonly objectionId: string;
  readonly projectId: string;
  /** Only the authority is told who objects. */
  readonly objector?: { readonly name: string; readonly phone: string };
  readonly grounds: string;
  readonly raisedAt: string;
  readonly outcome: string;
  readonly reason?: string;
}

interface Draft {
  readonly list: readonly { readonly projectId: string; readonly title: string; readonly unitName: string }[];
  readonly listHash: string;
  /** Up to where the list is read: it is published as of there. */
  readonly asOfPosition: string;
}

interface Published {
  readonly version: number;
  readonly count: number;
  readonly url: string;
  readonly publishedAt: string;
  readonly listHash: string;
}

interface Excellent {
  readonly resultId: string;
  readonly title: string;
  readonly unitName: string;
  readonly status: string;
}

interface Commended {
  readonly commendationId: string;
  readonly title: string;
  readonly recipientType: string;
  readonly orgName: string;
  readonly document: string;
  readonly at: string;
  readonly status: string;
  readonly certificateNo?: string;
}

const yearIn = ({ year }: InAddress) => ({ year: Number(year) });

export const recognitionPage = subjectPage<Draft | undefined>({
  path: '/programmes/:year/recognition',
  name: 'ShowRecognitionPage',
  title: '认定和公布',
  above: ['/programmes', '年度活动'],
  access: OVERSIGHT,
  // What is published is pinned by a hash, which nobody could type: the form carries it.
  head: ({ askIfThere }, { year }) => askIfThere<Draft>('GetExcellentResultDraft', { year }),
  facts: (_head, seen) => <PartsOfYear seen={seen} />,
  offered: {
    acts: ['OpenPublicNotice', 'RaiseObjection', 'PublishExcellentResults'],
    on: yearIn,
    filledIn: draft =>
      draft ? { PublishExcellentResults: { position: draft.asOfPosition, listHash: draft.listHash } } : {},
  },
  lists: [
    listOf<Proposed>({
      key: 'proposed',
      label: '建议名单',
      query: 'ListProposedResults',
      none: '评定组还没有提出建议名单。',
      offered: {
        acts: ['RecogniseExcellentResult'],
        on: ({ projectId, outcome }, chosen) => (outcome === 'kept' ? { ...yearIn(chosen), projectId } : undefined),
      },
      names: titlesOfProposed,
      columns: seen => [
        {
          head: '项目',
          cell: ({ projectId }) => <ProjectLink projectId={projectId} title={seen.names.get(projectId)} />,
        },
        {
          head: '评定组',
          cell: ({ panelId }) => <a href={`/evaluations/${panelId}?list=proposal`}>{panelName(panelId)}</a>,
        },
        { head: '名次', cell: ({ rank }) => rank, isNumber: true },
        { head: '结果', cell: ({ outcome }) => wordFor('outcome', outcome) },
        { head: '理由', cell: ({ reason }) => reason ?? '' },
        {
          head: '办理',
          cell: ({ projectId }) => <OffersInRow {...offeredOn(seen, { ...yearIn(seen.chosen), projectId })} />,
        },
      ],
    }),
    listOf<Notice>({
      key: 'notices',
      label: '公示',
      query: 'ListPublicNotices',
      none: '该年度没有公示。',
      offered: {
        acts: ['ClosePublicNotice'],
        on: ({ notice, closedAt }, chosen) => (closedAt ? undefined : { ...yearIn(chosen), notice }),
      },
      columns: seen => [
        { head: '公示', cell: ({ notice, url }) => <a href={url}>第 {notice} 次公示</a> },
        { head: '自', cell: ({ from }) => from, isOneLine: true },
        { head: '至', cell: ({ lastDay, workingDays }) => `${lastDay}（${workingDays} 个工作日）` },
        { head: '成果', cell: row => count(row.list.length), isNumber: true },
        {
          head: '结束',
          cell: ({ notice, closedAt }) =>
            closedAt ? minute(closedAt) : <OffersInRow {...offeredOn(seen, { ...yearIn(seen.chosen), notice })} />,
        },
      ],
    }),
    listOf<Objection>({
      key: 'objections',
      label: '异议',
      query: 'ListObjections',
      none: '该年度没有异议。',
      offered: {
        acts: ['DecideObjection'],
        on: ({ objectionId, outcome }, chosen) => (outcome === 'open' ? { ...yearIn(chosen), objectionId } : undefined),
      },
      names: titlesOfProposed,
      columns: seen => [
        { head: '提出', cell: ({ raisedAt }) => minute(raisedAt), isOneLine: true },
        {
          head: '项目',
          cell: ({ projectId }) => <ProjectLink projectId={projectId} title={seen.names.get(projectId)} />,
        },
        { head: '异议人', cell: ({ objector }) => objector && `${objector.name} ${objector.phone}` },
        { head: '理由', cell: ({ grounds }) => grounds },
        { head: '处理', cell: ({ outcome, reason }) => `${wordFor('outcome', outcome)}${reason ? `：${reason}` : ''}` },
        {
          head: '办理',
          cell: ({ objectionId }) => <OffersInRow {...offeredOn(seen, { ...yearIn(seen.chosen), objectionId })} />,
        },
      ],
    }),
    sheet<Draft>({
      key: 'draft',
      label: '拟公布的优秀成果',
      query: 'GetExcellentResultDraft',
      lead: '现已认定、未撤销的成果；公布的就是这份名单。',
      none: '还没有认定的成果。',
      show: draft => <DraftList draft={draft} />,
    }),
    listOf<Published>({
      key: 'published',
      label: '已公布的名单',
      query: 'ListExcellentResultLists',
      none: '尚未公布优秀成果。',
      columns: ({ chosen }) => [
        { head: '版本', cell: ({ version }) => <a href={`/years/${chosen.year}/excellent`}>第 {version} 版</a> },
        { head: '成果', cell: row => count(row.count), isNumber: true },
        { head: '公布', cell: ({ publishedAt }) => minute(publishedAt), isOneLine: true },
        { head: '公布网址', cell: ({ url }) => <a href={url}>官方网站</a> },
      ],
    }),
    listOf<Excellent>({
      key: 'results',
      label: '优秀成果',
      query: 'ListExcellentResults',
      lead: '已公布的优秀成果，可以通报表扬、选树为典型。',
      none: '尚未公布优秀成果。',
      offered: {
        acts: ['IssueCommendation', 'DesignateExemplar'],
        on: ({ resultId }, chosen) => [{ ...yearIn(chosen), resultId }, { resultId }],
      },
      columns: seen => [
        { head: '成果', cell: ({ title }) => title },
        { head: '单位', cell: ({ unitName }) => unitName },
        { head: '状态', cell: ({ status }) => status },
        {
          head: '办理',
          cell: ({ resultId }) => (
            <OffersInRow {...offeredOn(seen, { ...yearIn(seen.chosen), resultId }, { resultId })} />
          ),
        },
      ],
    }),
    listOf<Commended>({
      key: 'commendations',
      label: '通报表扬和证书',
      query: 'ListCommendations',
      none: '该年度没有通报表扬。',
      offered: {
        acts: ['IssueCertificate'],
        on: ({ commendationId, certificateNo, status }, chosen) =>
          certificateNo || status !== '有效' ? undefined : { ...yearIn(chosen), commendationId },
      },
      columns: seen => commendationColumns(seen),
    }),
    listOf<PromotionRow>({
      key: 'promotions',
      label: '交流和推广',
      query: 'ListPromotions',
      none: '该年度没有交流会和推广活动。',
      acts: ['ConveneExchangeMeeting', 'RecordPromotionActivity'],
      offered: {
        acts: ['RecordPresentation', 'CancelExchangeMeeting'],
        on: ({ promotionId, kind, cancelled }) => (kind === '交流会' && !cancelled ? { promotionId } : undefined),
      },
      columns: seen => [
        ...promotionColumns,
        {
          head: '办理',
          cell: ({ promotionId }) => <OffersInRow {...offeredOn(seen, { promotionId })} />,
        },
      ],
    }),
  ],
});

function DraftList({ draft }: { readonly draft: Draft }) {
  return (
    <>
      <Facts facts={[['成果', count(draft.list.length)]]} />
      <Table
        caption="拟公布的优秀成果"
        none="还没有认定的成果。"
        columns={[
          { head: '项目', cell: row => <ProjectLink {...row} /> },
          { head: '单位', cell: ({ unitName }) => unitName },
        ]}
        rows={draft.list}
      />
    </>
  );
}

function commendationColumns(seen: Seen): readonly Column<Commended>[] {
  return [
    { head: '通报', cell: ({ at }) => minute(at).slice(0, 10), isOneLine: true },
    { head: '文号', cell: ({ document }) => document },
    { head: '成果', cell: ({ title }) => title },
    { head: '对象', cell: ({ recipientType, orgName }) => `${orgName}（${recipientType}）` },
    { head: '状态', cell: ({ status }) => status },
    {
      head: '证书',
      cell: ({ commendationId, certificateNo }) =>
        certificateNo ? (
          <a href={`/certificates/${certificateNo}`}>{certificateNo}</a>
        ) : (
          <OffersInRow {...offeredOn(seen, { ...yearIn(seen.chosen), commendationId })} />
        ),
    },
  ];
}
