/** Signing in and out by pages: the session stands on the server, the browser keeps its token in a cookie. */
import { z } from 'zod';
import { accountIdSchema } from '../../events/ids.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { passwordSchema } from '../http/passwords.ts';
import type { Problem } from '../http/problem.ts';
import { addressOf, type RequestContext } from '../http/request-context.ts';
import { deviceOf, forgetSession, keepDevice, keepSession } from '../http/session-cookie.ts';
import { otherRoles } from '../identity/account-grants.ts';
import type { Opened } from '../identity/identity.ts';
import { goTo, sendPage } from './answer.ts';
import { readForm } from './form.ts';
import { formFaultOf, OWN_PAGE, type OwnPagePorts, onwardOf, unfilled } from './own-page.ts';
import { Alert } from './parts/alert.tsx';
import { CodeField, proofOf } from './parts/code-field.tsx';
import { by, returnSchema, returnTo } from './return-to.ts';

const formSchema = z.strictObject({
  to: returnSchema,
  accountId: z.string().trim().toLowerCase().pipe(accountIdSchema),
  password: passwordSchema,
  code: z.string().max(100).optional(),
  unlockCode: z.string().trim().max(100).optional(),
});

interface SignInForm {
  readonly to?: string | undefined;
  readonly accountId?: string | undefined;
  readonly fault?: Problem;
  /** Whether people can sign in at the identity provider. */
  readonly hasProvider: boolean;
}

const OPEN = { ...OWN_PAGE, access: 'public', beforeSecondFactor: true } as const;

export function signInPages(ports: OwnPagePorts): readonly Endpoint[] {
  const { identity, isSecure } = ports;
  return [
    {
      ...OPEN,
      method: 'GET',
      path: '/sign-in',
      name: 'ShowSignIn',
      title: '登录',
      handle: context =>
        sendSignIn(context, 200, { to: onwardOf(context), hasProvider: identity.beginAtProvider !== undefined }),
    },
    {
      ...OPEN,
      method: 'POST',
      path: '/sign-in',
      name: 'SignIn',
      title: '登录',
      handle: context => signIn(context, ports),
    },
    {
      ...OPEN,
      method: 'POST',
      path: '/sign-out',
      name: 'SignOut',
      title: '退出',
      async handle(context) {
        await readForm(context);
        if (context.caller) await identity.endSession(context.caller.sessionId);
        forgetSession(context.res, isSecure);
        goTo(context, '/');
      },
    },
  ];
}

async function signIn(context: RequestContext, { identity, isSecure }: OwnPagePorts): Promise<void> {
  const { req, res, caller } = context;
  const hasProvider = identity.beginAtProvider !== undefined;
  const given = await readForm(context);
  const form = formSchema.safeParse(given);
  if (!form.success) {
    const fault = unfilled('请填写账户和密码', 'Account and password are needed');
    return sendSignIn(context, 422, { to: given.to, accountId: given.accountId, fault, hasProvider });
  }
  const { to, accountId, password, code, unlockCode } = form.data;
  try {
    const opened = await identity.login({
      accountId,
      password,
      ...proofOf(code),
      unlockCode,
      device: deviceOf(req, accountId, isSecure),
      anyRole: true,
      address: addressOf(req),
      occasion: context,
    });
    // The one that this browser had before would stand for hours, with nobody to end it.
    if (caller) await identity.endSession(caller.sessionId);
    keepSession(res, opened.token, isSecure);
    keepDevice(res, accountId, opened.device, isSecure);
    const others = otherRoles(await identity.grantsOf(accountId), opened);
    goTo(context, others.length > 0 ? by('/me/role', to) : onward(opened, to));
  } catch (error) {
    const fault = formFaultOf(error);
    sendSignIn(context, fault.status, { to, accountId, fault, hasProvider });
  }
}

/** Whoever needs a second factor sets it up first. */
export function onward({ limited, role }: Pick<Opened, 'limited' | 'role'>, to: string | undefined): string {
  return limited ? by('/me/second-factor', to) : returnTo(to, role);
}

export function sendSignIn(context: RequestContext, status: number, form: SignInForm): void {
  const headers = form.fault?.particulars.headers ?? {};
  if (headers['Retry-After']) context.res.setHeader('Retry-After', headers['Retry-After']);
  sendPage(context, status, { title: '登录' }, <Form {...form} />);
}

function Form({ to, accountId, fault, hasProvider }: SignInForm) {
  const isLocked = fault?.code === 'too-many-attempts';
  return (
    <section class="narrow">
      <h1>登录</h1>
      {fault && isLocked ? <LockedOut fault={fault} /> : <Alert problem={fault} />}
      {hasProvider && (
        <p>
          <a class="button" href={by('/sign-in/provider', to)}>
            用统一身份认证登录
          </a>
        </p>
      )}
      <form method="post" action="/sign-in" class="stack">
        {to !== undefined && <input type="hidden" name="to" value={to} />}
        <label>
          账户
          <input name="accountId" value={accountId ?? ''} autocomplete="username" required />
        </label>
        <label>
          密码
          <input name="password" type="password" autocomplete="current-password" required />
        </label>
        <CodeField hint="已设置第二因素的填写；手机不在身边时，填写一个恢复码。" />
        {isLocked && (
          <label>
            解锁码 <small>管理人员发放的一次性解锁码，没有的不填。</small>
            <input name="unlockCode" autocomplete="off" />
          </label>
        )}
        <button type="submit">登录</button>
      </form>
      <p>
        <a href="/set-password">首次登录，或忘记密码：凭一次性代码设置密码</a>
      </p>
    </section>
  );
}

/** Who is kept out is told for how long, and who lets him in before. */
function LockedOut({ fault }: { readonly fault: Problem }) {
  const seconds = Number(fault.particulars.headers?.['Retry-After'] ?? 0);
  const wait = seconds < 60 ? `${seconds} 秒` : `${Math.ceil(seconds / 60)} 分钟`;
  return (
    <div class="alert" role="alert">
      <p>这一账户的登录尝试次数过多，请在 {wait}后再试。这样做是为了使他人无法猜出密码，账户和密码本身都没有变化。</p>
      <p>
        急需登录的，请向管理账户的人员（市市场监督管理部门；监督机构的账户由监督机构管理）索取一次性解锁码，填在下面即可登录。曾经登录过本账户的浏览器和地址不受他人尝试的影响。
      </p>
      <p lang="en">Too many attempts, try later; a one-time unlock code lets you in at once.</p>
    </div>
  );
}
