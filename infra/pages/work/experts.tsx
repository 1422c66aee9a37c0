/** 专家库: the bank, and one expert with his standing and reviews. */
import { Facts, Table } from '../parts/table.tsx';
import { ExpertLink, wordFor } from './links.tsx';
import { listOf, sheet, subjectPage } from './listing.tsx';

interface ExpertAnswer {
  readonly expertId: string;
  readonly name: string;
  readonly formerNames: readonly { readonly name: string; readonly lastDay: string }[];
  readonly fields: readonly string[];
  readonly professionalTitle: string;
  readonly employerName: string;
  readonly employers: readonly { readonly name: string; readonly until?: string }[];
  readonly standing?: string;
  readonly history: readonly { readonly standing: string; readonly from: string; readonly reason?: string }[];
  readonly reviews: readonly { readonly on: string; readonly outcome: string; readonly findings: string }[];
  readonly reviewDueOn?: string;
  readonly reviewOverdue: boolean;
}

const dueReview = ({ reviewDueOn, reviewOverdue }: ExpertAnswer) =>
  reviewDueOn && (
    <span class={reviewOverdue ? 'warn' : ''}>{`${reviewDueOn}${reviewOverdue ? '（已逾期）' : ''}`}</span>
  );

export const expertsPage = subjectPage({
  path: '/experts',
  name: 'ShowExpertsPage',
  title: '专家库',
  lead: '技术评定组从专家库中遴选组建（第十八条），按工作方案的规定随机抽取。',
  acts: ['AdmitExpert', 'IssueExpertBankRules'],
  lists: [
    listOf<ExpertAnswer>({
      key: 'experts',
      label: '专家',
      query: 'ListExperts',
      none: '没有专家。',
      columns: () => [
        { head: '专家', cell: ({ expertId, name }) => <ExpertLink expertId={expertId} name={name} /> },
        { head: '领域', cell: ({ fields }) => fields.join('、') },
        { head: '职称', cell: ({ professionalTitle }) => professionalTitle },
        { head: '工作单位', cell: ({ employerName }) => employerName },
        { head: '在库状态', cell: ({ standing }) => wordFor('standing', standing, 'GetExpert') },
        { head: '下次考核', cell: dueReview },
      ],
    }),
  ],
});

export const expertPage = subjectPage<ExpertAnswer>({
  path: '/experts/:expertId',
  name: 'ShowExpertPage',
  title: '专家',
  above: ['/experts', '专家库'],
  offered: {
    acts: [
      'UpdateExpertProfile',
      'StateExpertIdentity',
      'RenameExpert',
      'ReviewExpert',
      'SuspendExpert',
      'ReinstateExpert',
      'RemoveExpert',
    ],
    on: (_chosen, { expertId }) => ({ expertId }),
  },
  head: ({ ask }, { expertId, on }) => ask<ExpertAnswer>('GetExpert', { expertId, ...(on && { on }) }),
  heading: ({ name }) => name,
  facts: expert => (
    <Facts
      facts={[
        ['在库状态', wordFor('standing', expert.standing, 'GetExpert')],
        ['曾用名', expert.formerNames.map(({ name, lastDay }) => `${name}（至 ${lastDay}）`).join('、')],
        ['领域', expert.fields.join('、')],
        ['职称', expert.professionalTitle],
        ['工作单位', expert.employerName],
        [
          '原工作单位',
          expert.employers
            .filter(({ until }) => until)
            .map(({ name, until }) => `${name}（至 ${until}）`)
            .join('、'),
        ],
        ['下次考核', dueReview(expert)],
      ]}
    />
  ),
  lists: [
    sheet<ExpertAnswer>({
      key: 'history',
      label: '在库和考核',
      query: 'GetExpert',
      none: '没有记录。',
      show: ({ history, reviews }) => (
        <>
          <Table
            caption="在库状态的变化"
            columns={[
              { head: '自', cell: ({ from }) => from, isOneLine: true },
              { head: '状态', cell: ({ standing }) => wordFor('standing', standing, 'GetExpert') },
              { head: '理由', cell: ({ reason }) => reason ?? '' },
            ]}
            rows={history}
          />
          <Table
            caption="考核"
            none="没有考核记录。"
            columns={[
              { head: '考核', cell: ({ on }) => on, isOneLine: true },
              { head: '结论', cell: ({ outcome }) => wordFor('outcome', outcome, 'GetExpert') },
              { head: '情况', cell: ({ findings }) => findings },
            ]}
            rows={reviews}
          />
        </>
      ),
    }),
  ],
});
