/** 第二因素: set up with an authenticator and confirmed by its first code; removed with a code of it. */
import type { VNode } from 'preact';
import { z } from 'zod';
import type { Endpoint } from '../../http/endpoint.ts';
import { passwordSchema } from '../../http/passwords.ts';
import type { Problem } from '../../http/problem.ts';
import { callerOf, type RequestContext } from '../../http/request-context.ts';
import type { IdentityService } from '../../identity/identity.ts';
import type { Enrolment } from '../../identity/second-factor.ts';
import { goTo, sendPage } from '../answer.ts';
import { readForm } from '../form.ts';
import { changeOf, formFaultOf, OWN_PAGE, type OwnPagePorts, onwardOf, ownFaultOf, unfilled } from '../own-page.ts';
import { Alert } from '../parts/alert.tsx';
import { CodeField, proofOf } from '../parts/code-field.tsx';
import { minute } from '../parts/format.ts';
import { QrCode } from '../parts/qr.tsx';
import { returnSchema, returnTo } from '../return-to.ts';

const TITLE = '第二因素';

type Identity = Pick<
  IdentityService,
  'secondFactorOf' | 'enrolSecondFactor' | 'confirmSecondFactor' | 'removeOwnSecondFactor'
>;

export function secondFactorPages({ identity }: Pick<OwnPagePorts, 'identity'>): readonly Endpoint[] {
  const own = { ...OWN_PAGE, access: 'signed-in', beforeSecondFactor: true } as const;
  return [
    {
      ...own,
      method: 'GET',
      path: '/me/second-factor',
      name: 'ShowSecondFactor',
      title: TITLE,
      handle: context => sendState(context, identity, 200, onwardOf(context)),
    },
    {
      ...own,
      method: 'POST',
      path: '/me/second-factor',
      name: 'StartSecondFactor',
      title: TITLE,
      handle: context => start(context, identity),
    },
    {
      ...own,
      method: 'POST',
      path: '/me/second-factor/confirmation',
      name: 'FinishSecondFactor',
      title: TITLE,
      handle: context => confirm(context, identity),
    },
    {
      ...own,
      method: 'POST',
      path: '/me/second-factor/removal',
      name: 'DropSecondFactor',
      title: TITLE,
      handle: context => remove(context, identity),
    },
  ];
}

const startSchema = z.strictObject({ to: returnSchema, currentPassword: passwordSchema });
const codeSchema = z.strictObject({ to: returnSchema, code: z.string().max(100) });

async function start(context: RequestContext, identity: Identity): Promise<void> {
  const given = await readForm(context);
  const form = startSchema.safeParse(given);
  if (!form.success) {
    return sendState(context, identity, 422, given.to, unfilled('请填写当前密码', 'The current password is needed'));
  }
  const { to, currentPassword } = form.data;
  try {
    const enrolment = await identity.enrolSecondFactor({ ...changeOf(context), currentPassword });
    send(context, 200, <ToConfirm to={to} enrolment={enrolment} />);
  } catch (error) {
    const fault = ownFaultOf(error);
    await sendState(context, identity, fault.status, to, fault);
  }
}

async function confirm(context: RequestContext, identity: Identity): Promise<void> {
  const given = await readForm(context);
  const form = codeSchema.safeParse(given);
  if (!form.success) {
    const fault = unfilled('请填写动态口令', 'The code is needed');
    return send(context, 422, <ToConfirm to={given.to} fault={fault} />);
  }
  const { to } = form.data;
  const { code = '' } = proofOf(form.data.code);
  try {
    const recoveryCodes = await identity.confirmSecondFactor(callerOf(context), { ...changeOf(context), code });
    send(context, 200, <InForce codes={recoveryCodes} onward={returnTo(to, callerOf(context).actor.role)} />);
  } catch (error) {
    const fault = formFaultOf(error);
    send(context, fault.status, <ToConfirm to={to} fault={fault} />);
  }
}

async function remove(context: RequestContext, identity: Identity): Promise<void> {
  const { code } = await readForm(context);
  try {
    await identity.removeOwnSecondFactor({ ...changeOf(context), ...proofOf(code) });
    goTo(context, '/me/second-factor');
  } catch (error) {
    const fault = formFaultOf(error);
    await sendState(context, identity, fault.status, undefined, fault);
  }
}

function send(context: RequestContext, status: number, content: VNode): void {
  sendPage(context, status, { title: TITLE }, <section class="narrow">{content}</section>);
}

async function sendState(
  context: RequestContext,
  identity: Identity,
  status: number,
  to: string | undefined,
  fault?: Problem,
): Promise<void> {
  const { since, needed } = await identity.secondFactorOf(callerOf(context).actor);
  const content =
    since === undefined ? (
      <ToStart to={to} needed={needed} fault={fault} />
    ) : (
      <ToRemove since={since} needed={needed} fault={fault} />
    );
  send(context, status, content);
}

interface Asked {
  readonly to?: string | undefined;
  readonly fault?: Problem | undefined;
}

function Onward({ to }: Asked) {
  return to === undefined ? null : <input type="hidden" name="to" value={to} />;
}

function ToStart({ to, needed, fault }: Asked & { readonly needed: boolean }) {
  return (
    <>
      <h1>设置第二因素</h1>
      <p class="lead">
        {needed
          ? '您的角色须有第二因素才能办理（本系统制度）。设置之前只能查阅公开信息。'
          : '您的角色可以不设第二因素；设置之后，每次登录除密码外还须填写动态口令，他人得到密码也不能登录。'}
      </p>
      <Alert problem={fault} />
      <ol>
        <li>在手机上安装任一动态口令应用，例如各手机应用市场中的“身份验证器”。</li>
        <li>填写当前密码，取得二维码，用该应用扫描。</li>
        <li>填写应用显示的六位数字，并保存恢复码。</li>
      </ol>
      <form method="post" action="/me/second-factor" class="stack">
        <Onward to={to} />
        <label>
          当前密码
          <input name="currentPassword" type="password" autocomplete="current-password" required />
        </label>
        <button type="submit">取得二维码</button>
      </form>
    </>
  );
}

/** The secret is shown once: after a wrong code the authenticator has it already. */
function ToConfirm({ to, enrolment, fault }: Asked & { readonly enrolment?: Enrolment }) {
  return (
    <>
      <h1>确认第二因素</h1>
      <Alert problem={fault} />
      {enrolment ? (
        <>
          <p class="lead">用动态口令应用扫描二维码。二维码和密钥只显示这一次，请勿让他人看到。</p>
          <QrCode text={enrolment.uri} label="供动态口令应用扫描的二维码" />
          <p>
            不能扫描的，在应用中手工输入密钥（时间型，六位，30秒）：
            <span class="hash">{enrolment.secret.replaceAll(/.{4}(?=.)/g, '$& ')}</span>
          </p>
        </>
      ) : (
        <p class="lead">
          应用中已有本系统的，填写它现在显示的数字；没有的，请<a href="/me/second-factor">重新取得二维码</a>。
        </p>
      )}
      <form method="post" action="/me/second-factor/confirmation" class="stack">
        <Onward to={to} />
        <CodeField hint="应用现在显示的六位数字。" isNeeded />
        <button type="submit">确认</button>
      </form>
    </>
  );
}

function InForce({ codes, onward }: { readonly codes: readonly string[]; readonly onward: string }) {
  return (
    <>
      <h1>第二因素已设置</h1>
      <p class="verdict">今后登录须同时填写密码和动态口令。您在别处的会话已全部结束。</p>
      <h2>恢复码</h2>
      <p>
        手机丢失或不在身边时，以恢复码代替动态口令登录，每个只能用一次。恢复码只显示这一次：请打印或抄录，与手机分开保管。
      </p>
      <ul class="hash">
        {codes.map(code => (
          <li>{code}</li>
        ))}
      </ul>
      <p>
        <a href={onward}>已保存，继续</a>
      </p>
    </>
  );
}

function ToRemove({ since, needed, fault }: Asked & { readonly since: string; readonly needed: boolean }) {
  return (
    <>
      <h1>第二因素</h1>
      <p class="verdict">自 {minute(since)} 起，登录须同时填写密码和动态口令。</p>
      <h2>移除</h2>
      <p>
        移除须以动态口令或恢复码证明。
        {needed ? '您的角色须有第二因素：移除后，下次登录须重新设置才能办理。' : '移除后，登录只须密码。'}
        手机和恢复码都已丢失的，由两名管理人员先后批准移除，不能在此办理。
      </p>
      <Alert problem={fault} />
      <form method="post" action="/me/second-factor/removal" class="stack">
        <CodeField hint="动态口令，或一个恢复码。" isNeeded />
        <button type="submit">移除第二因素</button>
      </form>
      <p>
        <a href="/me">回到我的账户</a>
      </p>
    </>
  );
}
