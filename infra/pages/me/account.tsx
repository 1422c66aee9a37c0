/** 我的账户: who the reader is here, what lets him in, where he is signed in, and who tried to be. */
import type { ComponentProps } from 'preact';
import { ROLE_WORDS } from '../../../events/words.ts';
import type { Endpoint } from '../../http/endpoint.ts';
import { notThere } from '../../http/problem.ts';
import { callerOf, type RequestContext } from '../../http/request-context.ts';
import { forgetSession } from '../../http/session-cookie.ts';
import { otherRoles } from '../../identity/account-grants.ts';
import type { AuthenticatedCaller, IdentityService } from '../../identity/identity.ts';
import type { FailuresSince } from '../../identity/sign-in-record.ts';
import type { SignIn, SignInOutcome, StoredSession } from '../../identity/sign-in-store.ts';
import { toldAround } from '../act/told.ts';
import { addressOfPage, goTo, sendPage } from '../answer.ts';
import { askingOf, type PagePorts } from '../endpoint.ts';
import { readForm } from '../form.ts';
import { OWN_PAGE, type OwnPagePorts } from '../own-page.ts';
import { count, minute } from '../parts/format.ts';
import { type Column, Facts, Table } from '../parts/table.tsx';
import { offersOfPrograms, ownWebhooks, Programs } from './programs.tsx';

export function accountPages(ports: OwnPagePorts & PagePorts): readonly Endpoint[] {
  const { identity, isSecure } = ports;
  const own = { ...OWN_PAGE, access: 'signed-in' } as const;
  return [
    {
      ...own,
      method: 'GET',
      path: '/me',
      name: 'ShowOwnAccount',
      title: '我的账户',
      async handle(context) {
        const account = await accountOf(context, ports);
        sendPage(context, 200, { title: '我的账户', ...toldAround(context, isSecure) }, <Account {...account} />);
      },
    },
    {
      ...own,
      method: 'POST',
      path: '/me/sessions/end',
      name: 'EndOwnSession',
      title: '结束本人会话',
      async handle(context) {
        const { sessionId } = await readForm(context);
        const { actor } = callerOf(context);
        const found = await identity.sessionsOf(actor.accountId);
        if (sessionId === undefined || found.every(({ id }) => id !== sessionId)) throw notThere();
        await identity.endSession(sessionId);
        goTo(context, '/me');
      },
    },
    {
      ...own,
      method: 'POST',
      path: '/me/sessions/end-all',
      name: 'EndOwnSessions',
      title: '结束本人全部会话',
      async handle(context) {
        await readForm(context);
        await identity.endSessionsOf(callerOf(context).actor.accountId);
        forgetSession(context.res, isSecure);
        goTo(context, '/sign-in');
      },
    },
  ];
}

const SIGN_INS_SHOWN = 20;

async function accountOf(context: RequestContext, ports: OwnPagePorts & PagePorts) {
  const { identity } = ports;
  const caller = callerOf(context);
  const { accountId } = caller.actor;
  const apiKeys = (await identity.apiKeysOf(accountId)).toReversed();
  const reader = { actor: caller.actor, now: ports.reader.now, here: addressOfPage(context) };
  const asking = askingOf(context, reader, ports);
  const webhooks = ports.webhooks ? await ownWebhooks(asking) : [];
  return {
    caller,
    name: context.who?.name,
    orgName: context.who?.orgName,
    others: otherRoles(await identity.grantsOf(accountId), caller.actor).length,
    factor: await identity.secondFactorOf(caller.actor),
    sessions: await identity.sessionsOf(accountId),
    since: await identity.failuresSince(caller),
    programs: {
      keys: apiKeys,
      webhooks,
      offers: await offersOfPrograms({ accountId, keys: apiKeys, webhooks }, asking),
    },
    signIns: await identity.signIns({ accountId, limit: SIGN_INS_SHOWN }),
  };
}

interface AccountShown {
  readonly caller: AuthenticatedCaller;
  readonly name: string | undefined;
  readonly orgName: string | undefined;
  /** How many other roles are held. */
  readonly others: number;
  readonly factor: Awaited<ReturnType<IdentityService['secondFactorOf']>>;
  readonly sessions: readonly StoredSession[];
  readonly since: FailuresSince;
  readonly programs: ComponentProps<typeof Programs>;
  readonly signIns: readonly SignIn[];
}

function Account({ caller, name, orgName, others, factor, sessions, since, programs, signIns }: AccountShown) {
  const { accountId, role } = caller.actor;
  return (
    <>
      <h1>我的账户</h1>
      <Failures {...since} />
      <Facts
        facts={[
          ['姓名', name ?? '已依法删除'],
          ['账户', accountId],
          ['单位', orgName],
          [
            '现在的角色',
            <>
              {ROLE_WORDS[role]} {others > 0 && <a href="/me/role?to=/me">换角色</a>}
            </>,
          ],
          [
            '密码',
            <>
              已设置 <a href="/me/password">修改密码</a>
            </>,
          ],
          [
            '第二因素',
            factor.since === undefined ? (
              <>
                未设置 <a href="/me/second-factor?to=/me">设置</a>
              </>
            ) : (
              <>
                {minute(factor.since)} 起 <a href="/me/second-factor">移除</a>
              </>
            ),
          ],
        ]}
      />
      <h2>我的会话</h2>
      <p class="lead">不是您本人的，请立即结束，并修改密码。</p>
      <Table caption="现有的会话" columns={sessionColumns(caller.sessionId)} rows={sessions} />
      <form method="post" action="/me/sessions/end-all">
        <button type="submit">结束全部会话，包括本次</button>
      </form>
      {role !== 'EXPERT' && <Programs {...programs} />}
      <h2>登录记录</h2>
      <Table caption="最近的登录和失败的尝试，新的在前" columns={SIGN_IN_COLUMNS} rows={signIns} none="没有记录。" />
    </>
  );
}

/** What its holder should know before anything else: somebody else may have tried to sign in. */
function Failures({ previous, failures }: FailuresSince) {
  const tried = failures.reduce((sum, failure) => sum + failure.count, 0);
  if (tried === 0) return null;
  return (
    <div class="alert" role="status">
      <p>
        {previous ? `自上次登录（${minute(previous.at)}，来自 ${previous.address}）以来` : '在本次登录之前'}，有{' '}
        {count(tried)} 次以本账户登录未成功。不是您本人所为的，请修改密码，并告知管理账户的人员。
      </p>
    </div>
  );
}

function sessionColumns(current: string): readonly Column<StoredSession>[] {
  return [
    { head: '角色', cell: ({ role }) => ROLE_WORDS[role] },
    { head: '登录时间', isOneLine: true, cell: ({ openedAt }) => minute(openedAt) },
    { head: '网络地址', cell: ({ address }) => address },
    { head: '最迟到', isOneLine: true, cell: ({ expiresAt }) => minute(expiresAt) },
    {
      head: '结束',
      cell: ({ id, openedAt }) =>
        id === current ? (
          '本次会话'
        ) : (
          <form method="post" action="/me/sessions/end">
            <input type="hidden" name="sessionId" value={id} />
            <button type="submit" aria-label={`结束 ${minute(openedAt)} 登录的会话`}>
              结束
            </button>
          </form>
        ),
    },
  ];
}

const OUTCOMES: Readonly<Record<SignInOutcome, string>> = {
  'signed-in': '登录成功',
  'wrong-password': '密码错误',
  'wrong-code': '一次性代码错误',
  'second-factor-missing': '未填动态口令',
  'wrong-second-factor': '动态口令错误',
  'no-role': '当时没有任何角色',
  'too-many-attempts': '尝试次数过多，未予受理',
};

const SIGN_IN_COLUMNS: readonly Column<SignIn>[] = [
  { head: '时间', isOneLine: true, cell: ({ at }) => minute(at) },
  { head: '结果', cell: ({ outcome }) => OUTCOMES[outcome] },
  { head: '网络地址', cell: ({ address }) => address },
  { head: '次数', isNumber: true, cell: entry => count(entry.count) },
];
