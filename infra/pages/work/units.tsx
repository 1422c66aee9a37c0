/** 申报单位: the register, and one unit with its applications, results and bans. */
import { districtWord } from '../../../events/words.ts';
import { minute } from '../parts/format.ts';
import { Facts } from '../parts/table.tsx';
import { BodyLink, ProjectLink, UnitLink, wordFor } from './links.tsx';
import { listOf, sheet, subjectPage } from './listing.tsx';

interface UnitAnswer {
  readonly uscc: string;
  readonly name: string;
  readonly kind: string;
  readonly district: string;
  readonly industries: readonly string[];
  readonly address?: string;
  readonly isBranch: boolean;
  readonly former: readonly { readonly name: string; readonly lastDay: string }[];
  readonly registeredAt: string;
  readonly verification?: { readonly source: string; readonly verifiedOn: string; readonly inTianjin: boolean };
  readonly recognition?: { readonly authority: string; readonly document: string; readonly recognisedOn: string };
  readonly contact?: { readonly name: string; readonly phone: string };
}

export const unitsPage = subjectPage({
  path: '/units',
  name: 'ShowUnitsPage',
  title: '申报单位',
  lead: '已登记的申报单位，以及不再受理其申报的单位。',
  acts: ['RegisterUnit'],
  access: ['MSR', 'SUP', 'REC-I', 'REC-A', 'REC-D', 'TPO'],
  lists: [
    listOf<UnitAnswer>({
      key: 'units',
      label: '申报单位',
      query: 'ListUnits',
      none: '没有已登记的单位。',
      columns: () => [
        { head: '单位', cell: ({ uscc, name }) => <UnitLink uscc={uscc} unitName={name} /> },
        { head: '统一社会信用代码', cell: ({ uscc }) => uscc, isOneLine: true },
        { head: '类型', cell: ({ kind }) => kind },
        { head: '所在区', cell: ({ district }) => districtWord(district) },
        { head: '行业', cell: ({ industries }) => industries.join('、') },
        {
          head: '登记注册',
          cell: ({ verification }) => (verification ? `已核验（${verification.verifiedOn}）` : '未核验'),
        },
      ],
    }),
    listOf<BanAnswer & { readonly unitName?: string }>({
      key: 'bans',
      label: '不受理申报名单',
      query: 'ListBans',
      none: '没有不再受理申报的单位。',
      isFor: actor => actor !== undefined && actor.role !== 'TPO',
      columns: () => [
        { head: '单位', cell: ({ uscc, unitName }) => <UnitLink uscc={uscc} unitName={unitName ?? uscc} /> },
        { head: '决定', cell: ({ bans }) => bans.map(({ decision }) => decision).join('、') },
        { head: '自', cell: ({ bans }) => bans[0]?.from, isOneLine: true },
        { head: '至', cell: ({ lastDay }) => lastDay, isOneLine: true },
      ],
    }),
  ],
});

interface BanAnswer {
  readonly uscc: string;
  readonly banned: boolean;
  readonly daysLeft: number;
  readonly lastDay?: string;
  readonly bans: readonly {
    readonly decision: string;
    readonly caseId?: string;
    readonly from: string;
    readonly lastDay: string;
    readonly lifted?: { readonly from: string; readonly reason: string };
  }[];
}

export interface ProgressRow {
  readonly projectId: string;
  readonly year: number;
  readonly title: string;
  readonly uscc: string;
  readonly unitName: string;
  readonly bodyId: string;
  readonly bodyName: string;
  readonly industry: string;
  readonly stage: string;
  readonly since: string;
  readonly owes?: string;
  readonly dueOn?: string;
}

const OWED: Readonly<Record<string, string>> = {
  supplement: '补充材料',
  verification: '核实并提交推荐意见',
  'municipal-review': '立项审核',
  listing: '列入项目计划',
};

/** What is waited for, and until when. */
export const owedWord = ({ owes, dueOn }: Pick<ProgressRow, 'owes' | 'dueOn'>): string =>
  owes ? `${OWED[owes] ?? owes}${dueOn ? `，${dueOn}（含）前` : ''}` : '';

/** Where applications stand: of which project, of whom, since when. */
export const progressColumns = {
  year: { head: '年度', cell: ({ year }: ProgressRow) => year },
  project: { head: '项目', cell: (row: ProgressRow) => <ProjectLink {...row} /> },
  unit: { head: '单位', cell: (row: ProgressRow) => <UnitLink {...row} /> },
  body: { head: '推荐单位', cell: (row: ProgressRow) => <BodyLink {...row} /> },
  stage: { head: '阶段', cell: ({ stage }: ProgressRow) => wordFor('stage', stage) },
  since: { head: '自', cell: ({ since }: ProgressRow) => minute(since).slice(0, 10), isOneLine: true as const },
  owes: { head: '待办', cell: owedWord },
};

export interface ResultProgress {
  readonly projectId: string;
  readonly year: number;
  readonly title: string;
  readonly uscc: string;
  readonly unitName: string;
  readonly bodyId: string;
  readonly bodyName: string;
  readonly state: string;
  readonly since: string;
  readonly completedOn?: string;
  readonly submission?: { readonly version: number; readonly at: string };
}

/** Where results stand. */
export const resultColumns = {
  project: { head: '项目', cell: (row: ResultProgress) => <ProjectLink {...row} /> },
  unit: { head: '单位', cell: (row: ResultProgress) => <UnitLink {...row} /> },
  body: { head: '推荐单位', cell: (row: ResultProgress) => <BodyLink {...row} /> },
  state: { head: '成果', cell: ({ state }: ResultProgress) => wordFor('state', state, 'ListUnitResults') },
  completed: { head: '完成', cell: ({ completedOn }: ResultProgress) => completedOn ?? '', isOneLine: true as const },
  submitted: {
    head: '提交',
    cell: ({ submission }: ResultProgress) =>
      submission ? `${minute(submission.at).slice(0, 10)}（第 ${submission.version} 版）` : '未提交',
  },
};

export const unitPage = subjectPage<UnitAnswer & { readonly ban: BanAnswer }>({
  path: '/units/:uscc',
  name: 'ShowUnitPage',
  title: '申报单位',
  access: ['UNIT', 'REC-I', 'REC-A', 'REC-D', 'MSR', 'SUP'],
  offered: {
    acts: [
      'ChangeUnitContact',
      'RecordUnitChange',
      'VerifyUnitRegistration',
      'RecogniseProfessionalOrganisation',
      'RecordUnitSuccessor',
      'EnterOutsideBan',
      'ConfirmOutsideBan',
      'EnterBanLifting',
      'LiftApplicationBan',
      'ReportSuspectedFraud',
    ],
    on: ({ uscc }) => ({ uscc }),
  },
  head: async ({ ask }, { uscc }) => ({
    ...(await ask<UnitAnswer>('GetUnit', { uscc })),
    ban: await ask<BanAnswer>('GetBan', { uscc }),
  }),
  heading: ({ name }) => name,
  facts: ({ ban, ...unit }) => (
    <>
      {ban.banned && (
        <p class="verdict bad">
          不再受理申报，至 {ban.lastDay}（还有 {ban.daysLeft} 天）
        </p>
      )}
      <Facts
        facts={[
          ['统一社会信用代码', unit.uscc],
          ['类型', unit.isBranch ? `${unit.kind}（分支机构）` : unit.kind],
          ['所在区', districtWord(unit.district)],
          ['行业', unit.industries.join('、')],
          ['地址', unit.address],
          ['登记', minute(unit.registeredAt).slice(0, 10)],
          [
            '登记注册核验',
            unit.verification
              ? `${unit.verification.verifiedOn}，${unit.verification.source}，${unit.verification.inTianjin ? '在本市' : '不在本市'}`
              : '未核验',
          ],
          ['专业组织认可', unit.recognition && `${unit.recognition.authority} ${unit.recognition.document}`],
          ['联系人', unit.contact && `${unit.contact.name} ${unit.contact.phone}`],
          ['曾用名称', unit.former.map(({ name, lastDay }) => `${name}（至 ${lastDay}）`).join('、')],
        ]}
      />
    </>
  ),
  lists: [
    listOf<ProgressRow>({
      key: 'board',
      label: '申报的项目',
      query: 'ListUnitBoard',
      none: '没有申报的项目。',
      columns: () => [
        progressColumns.year,
        progressColumns.project,
        progressColumns.body,
        progressColumns.stage,
        progressColumns.since,
        progressColumns.owes,
      ],
    }),
    listOf<ResultProgress>({
      key: 'results',
      label: '项目成果',
      query: 'ListUnitResults',
      none: '该年度没有项目成果。',
      columns: () => [
        resultColumns.project,
        resultColumns.body,
        resultColumns.state,
        resultColumns.completed,
        resultColumns.submitted,
      ],
    }),
    sheet<BanAnswer>({
      key: 'bans',
      label: '不受理申报的决定',
      query: 'GetBan',
      none: '没有决定。',
      show: ({ bans }, { actor }) => <Bans bans={bans} canSeeCases={actor?.role === 'MSR' || actor?.role === 'SUP'} />,
    }),
  ],
});

function Bans({ bans, canSeeCases }: Pick<BanAnswer, 'bans'> & { readonly canSeeCases: boolean }) {
  if (bans.length === 0) return <p class="none">没有不受理申报的决定。</p>;
  return (
    <ul>
      {bans.map(({ decision, caseId, from, lastDay, lifted }) => (
        <li>
          {caseId && canSeeCases ? <a href={`/fraud-cases/${caseId}`}>{decision}</a> : decision}：{from} 至 {lastDay}
          {lifted && `，自 ${lifted.from} 解除（${lifted.reason}）`}
        </li>
      ))}
    </ul>
  );
}
