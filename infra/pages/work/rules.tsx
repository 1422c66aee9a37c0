/** 办法、规范和标准: the regulation and how long it is in force, the rules under it, standards and holidays. */
import { count, minute } from '../parts/format.ts';
import { OffersInRow } from '../parts/offers.tsx';
import { Facts, Table } from '../parts/table.tsx';
import { wordFor } from './links.tsx';
import { listOf, offeredOn, sheet, subjectPage } from './listing.tsx';

interface Rule {
  readonly ruleId: string;
  readonly kind: string;
  readonly title: string;
  readonly versions: readonly {
    readonly version: number;
    readonly title: string;
    readonly effectiveOn: string;
    readonly recordedAt: string;
  }[];
  readonly repealedFrom?: string;
  readonly reviewEveryMonths?: number;
}

interface Notice {
  readonly year: number;
  readonly counts: {
    readonly number: string;
    readonly title: string;
    readonly issuedOn: string;
    readonly holidays: readonly { readonly festival: string; readonly first: string; readonly last: string }[];
    readonly workedWeekends: readonly string[];
  };
}

export const rulesPage = subjectPage({
  path: '/rules',
  name: 'ShowRulesPage',
  title: '办法、规范和标准',
  offered: { acts: ['RegisterRegulation'], on: () => ({}) },
  lists: [
    listOf<Rule>({
      key: 'rules',
      label: '制度规范',
      query: 'ListRules',
      none: '没有制度规范。',
      acts: ['IssueProgrammeRule'],
      columns: () => [
        { head: '名称', cell: ({ ruleId, title }) => <a href={`/rules/${ruleId}`}>{title}</a> },
        { head: '类型', cell: ({ kind }) => wordFor('kind', kind, 'GetRule') },
        { head: '版本', cell: ({ versions }) => `第 ${versions.at(-1)?.version} 版` },
        { head: '施行', cell: ({ versions }) => versions.at(-1)?.effectiveOn, isOneLine: true },
        { head: '废止', cell: ({ repealedFrom }) => repealedFrom ?? '', isOneLine: true },
      ],
    }),
    listOf<{
      readonly doc: string;
      readonly title?: string;
      readonly publishedOn?: string;
      readonly inForce?: { readonly from: string; readonly lastDay: string };
      readonly ended?: { readonly from: string; readonly document: string };
      readonly daysLeft?: number;
    }>({
      key: 'regulation',
      label: '办法及其有效期',
      query: 'ListRegulations',
      none: '没有登记的办法。',
      offered: {
        acts: ['RegisterRegulationSuccessor', 'RecordRegulationRepeal'],
        on: ({ doc }) => ({ doc }),
      },
      columns: seen => [
        { head: '办法', cell: ({ doc, title }) => `${title ?? ''}（${doc}）` },
        { head: '公布', cell: ({ publishedOn }) => publishedOn ?? '', isOneLine: true },
        { head: '有效期', cell: ({ inForce }) => inForce && `${inForce.from} 至 ${inForce.lastDay}` },
        {
          head: '还有',
          cell: ({ daysLeft }) => (daysLeft === undefined ? '' : `${count(daysLeft)} 天`),
          isNumber: true,
        },
        { head: '失效', cell: ({ ended }) => (ended ? `${ended.from}，${ended.document}` : '') },
        { head: '办理', cell: ({ doc }) => <OffersInRow {...offeredOn(seen, { doc })} /> },
      ],
    }),
    listOf<Standard>({
      key: 'standards',
      label: '评定标准',
      query: 'ListEvaluationStandards',
      none: '没有评定标准。',
      acts: ['IssueEvaluationStandard'],
      columns: () => [
        { head: '年度', cell: ({ year }) => year },
        { head: '标准', cell: ({ title, url, version }) => <a href={url}>{`${title}（第 ${version} 版）`}</a> },
        { head: '指标', cell: ({ criteria }) => criteria.map(({ title, weight }) => `${title} ${weight}%`).join('、') },
        {
          head: '并列时先看',
          cell: ({ criteria, tieBreak }) => tieBreak.map(id => criteria.find(each => each.id === id)?.title).join('、'),
        },
        { head: '发布', cell: ({ issuedAt }) => minute(issuedAt).slice(0, 10), isOneLine: true },
      ],
    }),
    sheet<{ readonly items: readonly Notice[] }>({
      key: 'holidays',
      label: '放假安排',
      query: 'ListHolidayNotices',
      lead: '工作日按国务院办公厅的放假安排计算。',
      none: '没有放假安排。',
      acts: ['RegisterHolidayNotice'],
      show: ({ items }) => (
        <Table
          caption="放假安排"
          columns={[
            { head: '年度', cell: ({ year }) => <a href={`/rules?list=holiday&year=${year}`}>{year}</a> },
            { head: '通知', cell: ({ counts }) => `${counts.title}（${counts.number}）` },
            { head: '印发', cell: ({ counts }) => counts.issuedOn, isOneLine: true },
          ]}
          rows={items}
        />
      ),
    }),
    sheet<Notice>({
      key: 'holiday',
      label: '某年的放假安排',
      query: 'GetHolidayNotice',
      none: '没有登记该年的放假安排。',
      show: ({ counts }) => (
        <>
          <p class="lead">
            {counts.title}（{counts.number}）
          </p>
          <Table
            caption="放假"
            columns={[
              { head: '节日', cell: ({ festival }) => festival },
              { head: '放假', cell: ({ first, last }) => (first === last ? first : `${first} 至 ${last}`) },
            ]}
            rows={counts.holidays}
          />
          <p>上班的周末：{counts.workedWeekends.join('、') || '没有'}</p>
        </>
      ),
    }),
  ],
});

interface Standard {
  readonly year: number;
  readonly version: number;
  readonly title: string;
  readonly url: string;
  readonly criteria: readonly { readonly id: string; readonly title: string; readonly weight: number }[];
  readonly tieBreak: readonly string[];
  readonly issuedAt: string;
}

export const rulePage = subjectPage<Rule>({
  path: '/rules/:ruleId',
  name: 'ShowRulePage',
  title: '制度规范',
  above: ['/rules', '办法、规范和标准'],
  offered: { acts: ['ReviseProgrammeRule', 'RepealProgrammeRule'], on: ({ ruleId }) => ({ ruleId }) },
  head: ({ ask }, { ruleId }) => ask<Rule>('GetRule', { ruleId }),
  heading: ({ title }) => title,
  facts: ({ kind, repealedFrom, reviewEveryMonths }) => (
    <Facts
      facts={[
        ['类型', wordFor('kind', kind, 'GetRule')],
        ['废止', repealedFrom],
        ['考核周期', reviewEveryMonths && `${reviewEveryMonths} 个月`],
      ]}
    />
  ),
  lists: [
    sheet<Rule>({
      key: 'versions',
      label: '版本',
      query: 'GetRule',
      none: '没有制度规范。',
      show: ({ versions }) => (
        <Table
          caption="版本"
          columns={[
            { head: '版本', cell: ({ version }) => `第 ${version} 版` },
            { head: '名称', cell: ({ title }) => title },
            { head: '施行', cell: ({ effectiveOn }) => effectiveOn, isOneLine: true },
            { head: '登记', cell: ({ recordedAt }) => minute(recordedAt), isOneLine: true },
          ]}
          rows={versions}
        />
      ),
    }),
  ],
});
