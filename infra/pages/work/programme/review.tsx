/** 立项审核: what the authority has before it in a year, and what was not taken into the plan, with the reasons. */

import type { SimilarityCaseRow } from '../../../../projections/application/similarity-cases.ts';
import { OVERSIGHT } from '../../../../projections/query.ts';
import { minute } from '../../parts/format.ts';
import { OffersInRow } from '../../parts/offers.tsx';
import { BodyLink, ProjectLink, UnitLink, wordFor } from '../links.tsx';
import { listOf, offeredOn, subjectPage } from '../listing.tsx';
import { type ProgressRow, progressColumns } from '../units.tsx';
import { PartsOfYear } from './links.tsx';

interface Refused {
  readonly projectId: string;
  readonly title: string;
  readonly uscc: string;
  readonly unitName: string;
  readonly bodyId: string;
  readonly bodyName: string;
  readonly refusals: readonly { readonly kind: string; readonly reason: string; readonly at: string }[];
}

const refusedColumns = [
  { head: '项目', cell: (row: Refused) => <ProjectLink {...row} /> },
  { head: '单位', cell: (row: Refused) => <UnitLink {...row} /> },
  { head: '推荐单位', cell: (row: Refused) => <BodyLink {...row} /> },
  {
    head: '经过和理由',
    cell: ({ refusals }: Refused) =>
      refusals.map(({ kind, reason, at }) => (
        <span class="what">
          {minute(at).slice(0, 10)} {wordFor('kind', kind)}：{reason}
        </span>
      )),
  },
];

export const municipalReviewPage = subjectPage({
  path: '/programmes/:year/review',
  name: 'ShowMunicipalReviewPage',
  title: '立项审核',
  above: ['/programmes', '年度活动'],
  access: OVERSIGHT,
  facts: (_head, seen) => <PartsOfYear seen={seen} />,
  lists: [
    listOf<ProgressRow>({
      key: 'review',
      label: '待审核的项目',
      query: 'ListMunicipalReview',
      none: '没有待审核的项目。',
      offered: {
        acts: ['DecideHeldProject', 'RunSimilarityCheck', 'AssessEligibility', 'StartMunicipalReview'],
        on: ({ projectId }) => ({ projectId }),
      },
      columns: seen => [
        progressColumns.project,
        progressColumns.unit,
        progressColumns.body,
        progressColumns.stage,
        progressColumns.owes,
        {
          head: '办理',
          cell: ({ projectId }) => <OffersInRow {...offeredOn(seen, { projectId })} />,
        },
      ],
    }),
    listOf<SimilarityCaseRow>({
      key: 'similarity',
      label: '雷同比对',
      query: 'ListSimilarityCases',
      lead: '比对只提示相似；是否雷同由人认定（第八条）。各年度的项目都在内。',
      none: '没有雷同比对。',
      offered: {
        acts: ['AdjudicateSimilarity'],
        on: ({ projectId, status }) => (status === 'open' ? { projectId } : undefined),
      },
      columns: seen => [
        { head: '年度', cell: ({ year }) => year },
        { head: '项目', cell: row => <ProjectLink {...row} /> },
        { head: '单位', cell: row => <UnitLink {...row} /> },
        { head: '比对', cell: ({ checkedAt }) => checkedAt && minute(checkedAt), isOneLine: true },
        { head: '状态', cell: ({ status }) => wordFor('status', status, 'ListSimilarityCases') },
        { head: '认定的理由', cell: ({ adjudication }) => adjudication?.reason ?? '' },
        {
          head: '办理',
          cell: ({ projectId }) => <OffersInRow {...offeredOn(seen, { projectId })} />,
        },
      ],
    }),
    listOf<ProgressRow>({
      key: 'unsubmitted',
      label: '尚未提交的申报',
      query: 'ListUnsubmitted',
      none: '没有尚未提交的申报。',
      offered: { acts: ['AcceptLateSubmission'], on: ({ projectId }) => ({ projectId }) },
      columns: seen => [
        progressColumns.project,
        progressColumns.unit,
        progressColumns.body,
        progressColumns.since,
        {
          head: '办理',
          cell: ({ projectId }) => <OffersInRow {...offeredOn(seen, { projectId })} />,
        },
      ],
    }),
    listOf<Refused>({
      key: 'declined',
      label: '推荐单位未推荐的',
      query: 'ListDeclined',
      none: '没有推荐单位未推荐的项目。',
      columns: () => refusedColumns,
    }),
    listOf<Refused>({
      key: 'rejections',
      label: '未通过立项审核的',
      query: 'ListRejections',
      none: '没有未通过立项审核的项目。',
      columns: () => refusedColumns,
    }),
  ],
});
