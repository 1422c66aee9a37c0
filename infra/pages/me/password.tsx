/** 密码: one's own, changed with the current one; the first, or a forgotten one, set with a one-time code. */
import type { VNode } from 'preact';
import { z } from 'zod';
import { accountIdSchema } from '../../../events/ids.ts';
import type { Endpoint } from '../../http/endpoint.ts';
import { passwordSchema } from '../../http/passwords.ts';
import type { Problem } from '../../http/problem.ts';
import { addressOf, callerOf, type RequestContext } from '../../http/request-context.ts';
import { forgetSession } from '../../http/session-cookie.ts';
import { MIN_PASSWORD_LENGTH } from '../../identity/credentials.ts';
import { sendPage } from '../answer.ts';
import { readForm } from '../form.ts';
import { changeOf, formFaultOf, OWN_PAGE, type OwnPagePorts, ownFaultOf, unfilled } from '../own-page.ts';
import { Alert } from '../parts/alert.tsx';

export function passwordPages(ports: OwnPagePorts): readonly Endpoint[] {
  const own = { ...OWN_PAGE, path: '/me/password', title: '修改密码', access: 'signed-in' } as const;
  const open = {
    ...OWN_PAGE,
    path: '/set-password',
    title: '设置密码',
    access: 'public',
    beforeSecondFactor: true,
  } as const;
  return [
    { ...own, method: 'GET', name: 'ShowPasswordForm', handle: context => send(context, 200, <ToChange />) },
    { ...own, method: 'POST', name: 'ChangeOwnPassword', handle: context => change(context, ports) },
    { ...open, method: 'GET', name: 'ShowCodeForm', handle: context => send(context, 200, <ToSet />) },
    { ...open, method: 'POST', name: 'SetOwnPassword', handle: context => set(context, ports) },
  ];
}

/** Typed twice, because nobody sees what he types. */
const twice = { password: passwordSchema.min(MIN_PASSWORD_LENGTH), again: z.string() };
const areTheSame = ({ password, again }: { password: string; again: string }) => password === again;

const changeSchema = z.strictObject({ currentPassword: passwordSchema, ...twice }).refine(areTheSame);
const setSchema = z
  .strictObject({
    accountId: z.string().trim().toLowerCase().pipe(accountIdSchema),
    code: z.string().trim().min(1).max(40),
    ...twice,
  })
  .refine(areTheSame);

/** Which of the ways in which a form with a new password goes wrong it was. */
function formFault({ password, again }: Readonly<Record<string, string>>): Problem {
  if (password !== undefined && password.length < MIN_PASSWORD_LENGTH) {
    return unfilled(
      `新密码至少 ${MIN_PASSWORD_LENGTH} 个字符`,
      `The new password needs ${MIN_PASSWORD_LENGTH} characters or more`,
    );
  }
  if (password !== again) return unfilled('两次填写的新密码不同', 'The new password was typed in two ways');
  return unfilled('请填写各项', 'All fields are needed');
}

async function change(context: RequestContext, { identity, isSecure }: OwnPagePorts): Promise<void> {
  const given = await readForm(context);
  const form = changeSchema.safeParse(given);
  if (!form.success) return send(context, 422, <ToChange fault={formFault(given)} />);
  const { currentPassword, password } = form.data;
  try {
    await identity.changePassword({ ...changeOf(context), currentPassword, password });
    forgetSession(context.res, isSecure);
    send(
      { ...context, caller: undefined, who: undefined },
      200,
      <Done accountId={callerOf(context).actor.accountId} />,
    );
  } catch (error) {
    const fault = ownFaultOf(error);
    send(context, fault.status, <ToChange fault={fault} />);
  }
}

async function set(context: RequestContext, { identity }: OwnPagePorts): Promise<void> {
  const given = await readForm(context);
  const form = setSchema.safeParse(given);
  if (!form.success) return send(context, 422, <ToSet accountId={given.accountId} fault={formFault(given)} />);
  const { accountId, code, password } = form.data;
  try {
    await identity.setPasswordByCode({ accountId, code, password, address: addressOf(context.req), occasion: context });
    send(context, 200, <Done accountId={accountId} />);
  } catch (error) {
    const fault = formFaultOf(error);
    send(context, fault.status, <ToSet accountId={accountId} fault={fault} />);
  }
}

function send(context: RequestContext, status: number, content: VNode): void {
  sendPage(context, status, { title: '密码' }, <section class="narrow">{content}</section>);
}

interface Asked {
  readonly accountId?: string | undefined;
  readonly fault?: Problem | undefined;
}

const ADVICE = `至少 ${MIN_PASSWORD_LENGTH} 个字符；不用常用密码，也不用姓名、账户名或本系统名称。`;

function NewPassword() {
  return (
    <>
      <label>
        新密码 <small>{ADVICE}</small>
        <input name="password" type="password" autocomplete="new-password" required minlength={MIN_PASSWORD_LENGTH} />
      </label>
      <label>
        再次填写新密码
        <input name="again" type="password" autocomplete="new-password" required />
      </label>
    </>
  );
}

function ToChange({ fault }: Asked) {
  return (
    <>
      <h1>修改密码</h1>
      <p class="lead">修改后，您的全部会话（含本次）随即结束，须以新密码重新登录。修改一事记入台账，密码本身不记。</p>
      <Alert problem={fault} />
      <form method="post" action="/me/password" class="stack">
        <label>
          当前密码
          <input name="currentPassword" type="password" autocomplete="current-password" required />
        </label>
        <NewPassword />
        <button type="submit">修改密码</button>
      </form>
    </>
  );
}

function ToSet({ accountId, fault }: Asked) {
  return (
    <>
      <h1>凭一次性代码设置密码</h1>
      <p class="lead">首次登录或忘记密码时，由管理账户的人员发放一次性代码；密码由您自己设置，别人不知道。</p>
      <Alert problem={fault} />
      <form method="post" action="/set-password" class="stack">
        <label>
          账户
          <input name="accountId" value={accountId ?? ''} autocomplete="username" required />
        </label>
        <label>
          一次性代码
          <input name="code" autocomplete="off" required />
        </label>
        <NewPassword />
        <button type="submit">设置密码</button>
      </form>
    </>
  );
}

function Done({ accountId }: { readonly accountId: string }) {
  return (
    <>
      <h1>密码已设置</h1>
      <p class="verdict">账户 {accountId} 的新密码已经生效，此前的会话已全部结束。</p>
      <p>
        <a href="/sign-in">以新密码登录</a>
      </p>
    </>
  );
}
