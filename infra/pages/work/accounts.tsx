/** 账户: who may act for whom, and what awaits a second person. */
import { ROLE_WORDS } from '../../../events/words.ts';
import { minute } from '../parts/format.ts';
import { OffersInRow } from '../parts/offers.tsx';
import { Table } from '../parts/table.tsx';
import { ExpertLink, wordFor } from './links.tsx';
import { listOf, offeredOn, sheet, subjectPage } from './listing.tsx';

interface Grant {
  readonly role: keyof typeof ROLE_WORDS;
  readonly orgId: string;
  readonly orgName: string;
  readonly from: string;
  readonly lastDay?: string;
}

interface AccountRow {
  readonly accountId: string;
  readonly name: string;
  readonly formerNames: readonly { readonly name: string; readonly lastDay: string }[];
  readonly disabled: boolean;
  readonly identified?: string;
  readonly grants: readonly Grant[];
  readonly registeredAt: string;
  readonly credential: { readonly set?: { readonly at: string }; readonly provisional: boolean };
}

interface Awaiting {
  readonly id: string;
  readonly kind: string;
  readonly accountId: string;
  readonly name: string;
  readonly grant?: Grant;
  readonly reason?: string;
  readonly by: { readonly accountId: string; readonly name: string };
  readonly at: string;
}

const said = ({ role, orgName, from, lastDay }: Grant) =>
  `${ROLE_WORDS[role]} · ${orgName}（${from} 起${lastDay ? `，至 ${lastDay}` : ''}）`;

const Grants = ({ grants }: { readonly grants: readonly Grant[] }) => (
  <>
    {grants.map(grant => (
      <span class="what">{said(grant)}</span>
    ))}
  </>
);

/** Which act confirms what: a reset is confirmed by the account, a change of a supervisor's account by its proposal. */
const CONFIRMED_BY: Readonly<Record<string, string>> = {
  reset: 'ConfirmCredentialReset',
  'second-factor-reset': 'ConfirmSecondFactorReset',
};

const confirming = ({ kind }: Awaiting) => CONFIRMED_BY[kind] ?? 'ConfirmAccountChange';

/** What the confirmation is about. */
const waiting = ({ id, kind, accountId }: Awaiting) =>
  CONFIRMED_BY[kind] ? { accountId } : { accountId, proposalId: id };

export const accountsPage = subjectPage({
  path: '/accounts',
  name: 'ShowAccountsPage',
  title: '账户',
  lead: '谁可以以何种角色办理；有些事项须由第二人确认。推荐单位在此登记和管理本单位的账户。',
  access: ['MSR', 'SUP', 'REC-I', 'REC-A', 'REC-D'],
  acts: ['RegisterAccount'],
  lists: [
    listOf<AccountRow>({
      key: 'accounts',
      label: '账户名录',
      query: 'ListAccounts',
      none: '没有账户。',
      columns: () => [
        {
          head: '姓名',
          cell: ({ accountId, name, formerNames }) => (
            <>
              <a href={`/accounts/${accountId}`}>{name}</a>
              {formerNames.map(former => ` 曾用名 ${former.name}（至 ${former.lastDay}）`)}
            </>
          ),
        },
        { head: '账户', cell: ({ accountId }) => accountId, isOneLine: true },
        { head: '角色', cell: ({ grants }) => <Grants grants={grants} /> },
        { head: '身份', cell: ({ identified }) => wordFor('identified', identified) },
        {
          head: '状态',
          cell: ({ disabled, credential }) =>
            disabled ? (
              <span class="warn">已停用</span>
            ) : credential.provisional ? (
              '密码经重置，待确认'
            ) : credential.set ? (
              '可用'
            ) : (
              '尚未设置密码'
            ),
        },
      ],
    }),
    listOf<Awaiting>({
      key: 'awaiting',
      label: '待第二人确认',
      query: 'ListAwaitingAccounts',
      none: '没有待确认的事项。',
      offered: { acts: ['ConfirmAccountChange', ...Object.values(CONFIRMED_BY)], on: waiting },
      columns: seen => [
        { head: '提出', cell: ({ at }) => minute(at), isOneLine: true },
        { head: '事项', cell: ({ kind }) => wordFor('kind', kind, 'ListAwaitingAccounts') },
        { head: '账户', cell: ({ accountId, name }) => <a href={`/accounts/${accountId}`}>{name}</a> },
        { head: '内容', cell: ({ grant, reason }) => (grant ? said(grant) : (reason ?? '')) },
        { head: '提出人', cell: ({ by }) => by.name },
        {
          head: '办理',
          cell: row => {
            const { offers, to } = offeredOn(seen, waiting(row));
            return <OffersInRow offers={offers.filter(({ command }) => command === confirming(row))} to={to} />;
          },
        },
      ],
    }),
  ],
});

interface Person {
  readonly identified: boolean;
  readonly accounts: readonly {
    readonly accountId: string;
    readonly name: string;
    readonly disabled: boolean;
    readonly grants: readonly Grant[];
  }[];
  readonly experts: readonly string[];
}

export const accountPage = subjectPage<Person & { readonly name: string }>({
  path: '/accounts/:accountId',
  name: 'ShowAccountPage',
  title: '账户',
  above: ['/accounts', '账户'],
  offered: {
    acts: [
      'GrantRole',
      'RevokeRole',
      'StateAccountIdentity',
      'RenameAccountHolder',
      'DisableAccount',
      'EnableAccount',
      'OrderCredentialReset',
      'ConfirmCredentialReset',
      'VouchForCredential',
      'OrderSecondFactorReset',
      'ConfirmSecondFactorReset',
      'EndSessionsOfAccount',
      'IssueUnlockCode',
      'ReportMisconduct',
    ],
    on: ({ accountId }) => ({ accountId }),
  },
  async head({ ask }, { accountId }) {
    const person = await ask<Person>('GetPersonOfAccount', { accountId });
    return { ...person, name: person.accounts.find(account => account.accountId === accountId)?.name ?? '' };
  },
  heading: ({ name }) => name || '账户',
  lists: [
    sheet<Person>({
      key: 'person',
      label: '持有人的全部账户',
      query: 'GetPersonOfAccount',
      none: '没有账户。',
      show: ({ identified, accounts, experts }, { chosen, actor }) => (
        <>
          <p class="lead">
            {identified ? '身份已登记：以下账户属于同一人。' : '身份未登记：不能断定此人没有其他账户。'}
            {(actor?.role === 'SUP' || actor?.role === 'MSR') && (
              <a href={`/people/${chosen.accountId}`}>此人的全部行为</a>
            )}
          </p>
          <Table
            caption="账户"
            columns={[
              { head: '账户', cell: ({ accountId }) => <a href={`/accounts/${accountId}`}>{accountId}</a> },
              { head: '姓名', cell: ({ name }) => name },
              { head: '角色', cell: ({ grants }) => <Grants grants={grants} /> },
              { head: '状态', cell: ({ disabled }) => (disabled ? <span class="warn">已停用</span> : '可用') },
            ]}
            rows={accounts}
          />
          {experts.map(expertId => (
            <p>
              <ExpertLink expertId={expertId} name="此人是专家库中的专家" />
            </p>
          ))}
        </>
      ),
    }),
  ],
});
