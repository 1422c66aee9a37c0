/** Signing in and out by pages: the session stands on the server, the browser keeps its token in a cookie. */
import { z } from 'zod';
import { roleSchema } from '../../events/envelope.ts';
import { accountIdSchema } from '../../events/ids.ts';
import { ROLE_WORDS } from '../../events/words.ts';
import type { Endpoint } from '../http/endpoint.ts';
import { parseInput, queryOf } from '../http/input.ts';
import { passwordSchema } from '../http/passwords.ts';
import { Problem, problemOf } from '../http/problem.ts';
import { addressOf, type RequestContext } from '../http/request-context.ts';
import { forgetSession, keepSession } from '../http/session-cookie.ts';
import type { IdentityService } from '../identity/identity.ts';
import { IdentityRefused } from '../identity/refused.ts';
import { goTo, sendPage } from './answer.ts';
import { readForm } from './form.ts';
import { refusePage } from './refusal.tsx';

const inputSchema = z.strictObject({ to: z.string().max(2_000).optional() });

const formSchema = z.strictObject({
  to: z.string().max(2_000).optional(),
  accountId: accountIdSchema,
  password: passwordSchema,
  code: z.string().max(100).optional(),
  /** `MSR/msr`, where several roles are held. */
  grant: z
    .string()
    .max(100)
    .transform(grant => grant.split('/'))
    .pipe(z.tuple([roleSchema.exclude(['SYS']), z.string().min(1)]))
    .optional(),
});

interface SignInForm {
  readonly to?: string | undefined;
  readonly accountId?: string | undefined;
  readonly fault?: Problem;
  readonly grants?: IdentityRefused['grants'];
}

export interface SignInPorts {
  readonly identity: Pick<IdentityService, 'login' | 'endSession'>;
  /** Whether browsers reach this service over TLS. */
  readonly isSecure: boolean;
}

/** Where to go after signing in: a place of this site, whatever was asked for. */
function within(to: string | undefined): string {
  return to !== undefined && /^\/(?![/\\])[\x21-\x7e]*$/.test(to) ? to : '/';
}

export function signInPages({ identity, isSecure }: SignInPorts): readonly Endpoint[] {
  const open = {
    kind: 'page',
    access: 'public',
    operation: { responses: {} },
    refuse: refusePage,
    summary: 'A page for people.',
  } as const;
  return [
    {
      ...open,
      method: 'GET',
      path: '/sign-in',
      name: 'ShowSignIn',
      title: '登录',
      beforeSecondFactor: true,
      handle(context) {
        const { to } = parseInput(inputSchema, queryOf(context.req.url, ['to']), context.req);
        sendForm(context, 200, { to });
      },
    },
    {
      ...open,
      method: 'POST',
      path: '/sign-in',
      name: 'SignIn',
      title: '登录',
      beforeSecondFactor: true,
      async handle(context) {
        const given = await readForm(context);
        const form = formSchema.safeParse(given);
        if (!form.success) {
          const fault = new Problem(422, 'invalid-input', '请填写账户和密码', 'Account and password are needed');
          return sendForm(context, 422, { to: given.to, accountId: given.accountId, fault });
        }
        const { to, accountId, password, code, grant } = form.data;
        try {
          const [role, orgId] = grant ?? [];
          const address = addressOf(context.req);
          const login = { accountId, password, address, role, orgId, code, occasion: context };
          const { token, expiresAt } = await identity.login(login as never);
          keepSession(context.res, token, expiresAt, isSecure);
          goTo(context, within(to));
        } catch (error) {
          if (!(error instanceof IdentityRefused)) throw error;
          const fault = problemOf(error);
          sendForm(context, fault.status, { to, accountId, fault, grants: error.grants });
        }
      },
    },
    {
      ...open,
      method: 'POST',
      path: '/sign-out',
      name: 'SignOut',
      title: '退出',
      beforeSecondFactor: true,
      async handle(context) {
        await readForm(context);
        if (context.caller) await identity.endSession(context.caller.sessionId);
        forgetSession(context.res, isSecure);
        goTo(context, '/');
      },
    },
  ];
}

function sendForm(context: RequestContext, status: number, form: SignInForm): void {
  const headers = form.fault?.particulars.headers ?? {};
  if (headers['Retry-After']) context.res.setHeader('Retry-After', headers['Retry-After']);
  sendPage(context, status, { title: '登录' }, <Form {...form} />);
}

function Form({ to, accountId, fault, grants = [] }: SignInForm) {
  return (
    <section class="narrow">
      <h1>登录</h1>
      {fault && (
        <div class="alert" role="alert">
          <p>{fault.text.zh}</p>
          <p lang="en">{fault.text.en}</p>
        </div>
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
        <label>
          动态验证码 <small>（已设置第二因素的填写）</small>
          <input name="code" inputmode="numeric" autocomplete="one-time-code" />
        </label>
        {grants.length > 0 && (
          <label>
            以何种角色
            <select name="grant">
              {grants.map(({ role, orgId }) => (
                <option value={`${role}/${orgId}`}>
                  {ROLE_WORDS[role]} · {orgId}
                </option>
              ))}
            </select>
          </label>
        )}
        <button type="submit">登录</button>
      </form>
    </section>
  );
}
