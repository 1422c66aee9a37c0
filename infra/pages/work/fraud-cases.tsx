/** 弄虚作假案件: what was reported, what was found, what was decided, and what rests on the results of the case. */
import { ROLE_WORDS } from '../../../events/words.ts';
import { fileAddress } from '../downloads.ts';
import { minute } from '../parts/format.ts';
import { Facts, Table } from '../parts/table.tsx';
import { AccountLink, ProjectLink, UnitLink, wordFor } from './links.tsx';
import { listOf, type Seen, sheet, subjectPage } from './listing.tsx';

interface EvidenceFile {
  readonly sha256: string;
  readonly name: string;
  readonly classification: string;
}

/** To its unit, a case is what it was told and what was decided. */
interface FraudCase {
  readonly caseId: string;
  readonly uscc: string;
  readonly unitName?: string;
  readonly stage: string;
  readonly report?: {
    readonly at: string;
    readonly by: string;
    readonly role: keyof typeof ROLE_WORDS;
    readonly detail: string;
    readonly evidence: readonly EvidenceFile[];
  };
  readonly projectIds?: readonly string[];
  readonly people?: readonly { readonly accountId: string; readonly name: string }[];
  readonly opened?: { readonly at: string; readonly by: string; readonly grounds: string };
  readonly evidence?: readonly {
    readonly at: string;
    readonly by: string;
    readonly findings: string;
    readonly evidence: readonly EvidenceFile[];
  }[];
  readonly notice?: { readonly at: string; readonly document: string; readonly answerBy: string };
  readonly statement?: { readonly at: string; readonly outcome: string; readonly statement: string };
  readonly finding?: { readonly at: string; readonly by: string; readonly kind: string; readonly findings: string };
  readonly dismissal?: { readonly at: string; readonly reason: string };
  readonly decision?: {
    readonly at: string;
    readonly by: string;
    readonly document: string;
    readonly revoked: readonly { readonly title: string; readonly year: number }[];
    readonly ban: { readonly from: string; readonly lastDay: string };
  };
  readonly stopped?: { readonly at: string; readonly reason: string };
  readonly overturned?: {
    readonly at: string;
    readonly document: string;
    readonly from: string;
    readonly reason: string;
  };
}

/** What the reader's organisation has reported. */
interface Clue {
  readonly uscc: string;
  readonly unitName?: string;
  readonly reportedAt: string;
  readonly detail: string;
  readonly standing: string;
}

export const fraudCasesPage = subjectPage({
  path: '/fraud-cases',
  name: 'ShowFraudCasesPage',
  title: '弄虚作假案件',
  lead: '弄虚作假骗取认定的，撤销认定并通报，五年内不再受理其申报（第二十五条）。',
  access: ['MSR', 'SUP', 'REC-I', 'REC-A', 'REC-D', 'UNIT', 'EXPERT', 'TPO'],
  acts: ['ReportSuspectedFraud', 'ReportMisconduct', 'SignConfidentialityUndertaking'],
  lists: [
    listOf<FraudCase>({
      key: 'cases',
      label: '案件',
      query: 'ListFraudCases',
      none: '没有案件。',
      columns: () => [
        {
          head: '案件',
          cell: ({ caseId, report }) => (
            <a href={`/fraud-cases/${caseId}`}>{report && minute(report.at).slice(0, 10)} 反映的线索</a>
          ),
        },
        { head: '单位', cell: ({ uscc, unitName }) => <UnitLink uscc={uscc} unitName={unitName} /> },
        { head: '状态', cell: ({ stage }) => wordFor('stage', stage, 'GetFraudCase') },
        { head: '线索', cell: ({ report }) => report?.detail },
        { head: '决定', cell: ({ decision }) => decision?.document ?? '' },
      ],
    }),
    listOf<Clue>({
      key: 'own',
      label: '本单位反映的线索',
      query: 'ListOwnFraudReports',
      lead: '办理到哪一步；核查的内容只告知所涉单位，撤销认定的予以通报。',
      none: '本单位没有反映过线索。',
      columns: () => [
        { head: '反映', cell: ({ reportedAt }) => minute(reportedAt), isOneLine: true },
        { head: '单位', cell: ({ uscc, unitName }) => unitName ?? uscc },
        { head: '线索', cell: ({ detail }) => detail },
        { head: '办理', cell: ({ standing }) => wordFor('standing', standing, 'ListOwnFraudReports') },
      ],
    }),
  ],
});

export const fraudCasePage = subjectPage<FraudCase>({
  path: '/fraud-cases/:caseId',
  name: 'ShowFraudCasePage',
  title: '弄虚作假案件',
  offered: {
    acts: [
      'OpenFraudCase',
      'RecordEvidence',
      'NotifyUnit',
      'RecordUnitStatement',
      'EstablishFraud',
      'DismissFraudCase',
      'RevokeRecognition',
      'StopFraudulentProjects',
      'OverturnRevocation',
    ],
    on: ({ caseId }) => ({ caseId }),
  },
  head: ({ ask }, { caseId }) => ask<FraudCase>('GetFraudCase', { caseId }),
  heading: ({ unitName, uscc }) => `弄虚作假案件：${unitName ?? uscc}`,
  facts: ({ stage, uscc, unitName }) => (
    <Facts
      facts={[
        ['状态', <strong>{wordFor('stage', stage, 'GetFraudCase')}</strong>],
        ['单位', <UnitLink uscc={uscc} unitName={unitName} />],
      ]}
    />
  ),
  lists: [
    sheet<FraudCase>({
      key: 'course',
      label: '经过',
      query: 'GetFraudCase',
      none: '没有案件。',
      show: (found, seen) => <Course found={found} seen={seen} />,
    }),
    sheet<{ readonly items: readonly Impact[] }>({
      key: 'impact',
      label: '撤销的影响',
      query: 'GetRevocationImpact',
      lead: '案件所涉成果已经用在何处；撤销认定后，这些也随之撤销或者更正。',
      none: '没有案件。',
      show: ({ items }) => <Impacts items={items} />,
    }),
  ],
});

export interface Impact {
  readonly resultId: string;
  readonly uses: readonly {
    readonly kind: string;
    readonly what: string;
    readonly at: string;
    readonly withdrawnAt?: string;
  }[];
}

/** What was built on the results of a case. */
export function Impacts({ items }: { readonly items: readonly Impact[] }) {
  return (
    <Table
      caption="撤销的影响"
      none="所涉成果没有用在别处。"
      columns={[
        { head: '用途', cell: ({ kind }) => kind },
        { head: '内容', cell: ({ what }) => what },
        { head: '时间', cell: ({ at }) => minute(at).slice(0, 10), isOneLine: true },
        {
          head: '今天',
          cell: ({ withdrawnAt }) =>
            withdrawnAt ? `已撤销（${minute(withdrawnAt).slice(0, 10)}）` : <span class="warn">尚未撤销</span>,
        },
      ]}
      rows={items.flatMap(({ uses }) => uses)}
    />
  );
}

interface Happened {
  readonly at: string;
  readonly what: string;
  readonly by?: string;
  readonly text?: string | undefined;
  readonly files?: readonly EvidenceFile[];
}

const nameIn = ({ people = [] }: FraudCase, by: string): string =>
  people.find(({ accountId }) => accountId === by)?.name ?? by;

/** All that was done in the case, in order. */
function courseOf(found: FraudCase): readonly Happened[] {
  const { report, opened, evidence = [], notice, statement, finding, dismissal, decision, stopped, overturned } = found;
  const happened: (Happened | undefined)[] = [
    report && {
      ...report,
      what: `反映线索（${ROLE_WORDS[report.role]}）`,
      text: report.detail,
      files: report.evidence,
    },
    opened && { ...opened, what: '立案核查', text: opened.grounds },
    ...evidence.map(each => ({ ...each, what: '核查证据', text: each.findings, files: each.evidence })),
    notice && { ...notice, what: '告知项目单位', text: `${notice.document}，${notice.answerBy}（含）前陈述` },
    statement && {
      ...statement,
      what: wordFor('outcome', statement.outcome, 'GetFraudCase'),
      text: statement.statement,
    },
    finding && { ...finding, what: `认定骗取优秀成果（${finding.kind}）`, text: finding.findings },
    dismissal && { ...dismissal, what: '终结核查，不予处理', text: dismissal.reason },
    decision && {
      ...decision,
      what: '撤销认定并通报',
      text: `${decision.document}：撤销${decision.revoked.map(({ title, year }) => `《${title}》（${year}）`).join('、')}；${decision.ban.from} 至 ${decision.ban.lastDay} 不再受理申报`,
    },
    stopped && { ...stopped, what: '终止弄虚作假的项目', text: stopped.reason },
    overturned && { ...overturned, what: '处理决定被撤销', text: `${overturned.document}，${overturned.reason}` },
  ];
  return happened.filter(each => each !== undefined);
}

function Course({ found, seen }: { readonly found: FraudCase; readonly seen: Seen }) {
  return (
    <>
      <Table
        caption="案件的经过"
        none="尚未告知。"
        columns={[
          { head: '时间', cell: ({ at }) => minute(at), isOneLine: true },
          { head: '行为', cell: ({ what }) => what },
          { head: '内容', cell: ({ text }) => text },
          { head: '证据', cell: ({ files = [] }) => files.map(file => <FileLink file={file} />) },
          {
            head: '经办',
            cell: ({ by }) => by && <AccountLink accountId={by} name={nameIn(found, by)} actor={seen.actor} />,
          },
        ]}
        rows={courseOf(found)}
      />
      {(found.projectIds ?? []).map(projectId => (
        <p>
          <ProjectLink projectId={projectId} title="所涉项目的档案" />
        </p>
      ))}
    </>
  );
}

/** Opening it is put on record (art-26). */
function FileLink({ file: { sha256, name, classification } }: { readonly file: EvidenceFile }) {
  return (
    <span class="what">
      <a href={fileAddress(sha256)}>{name}</a>
      {classification === 'trade-secret' && <span class="tag warn">商业秘密</span>}
    </span>
  );
}
