/** How a webhook looks to its holder. */
import type { ComponentChildren } from 'preact';
import { catalogue } from '../../../events/catalogue.ts';
import { codeWord, fieldWord, ROLE_WORDS } from '../../../events/words.ts';
import { kindNamed } from '../../../projections/feed/cloud-attributes.ts';
import type { ToldOffer } from '../../http/offers.ts';
import type { Problem } from '../../http/problem.ts';
import type { ShownDelivery, ShownWebhook } from '../../http/webhook-questions.ts';
import { ShownOnce } from '../act/once.tsx';
import { Alert } from '../parts/alert.tsx';
import { count, minute } from '../parts/format.ts';
import { OfferedAct } from '../parts/offers.tsx';
import { type Column, Facts, Pager, Table } from '../parts/table.tsx';
import { webhookAddress } from './programs.tsx';

export interface WebhookShown {
  readonly webhook: ShownWebhook;
  /** Newest first. */
  readonly deliveries: readonly ShownDelivery[];
  /** Where the log goes on. */
  readonly next: string | undefined;
  readonly here: URL;
  readonly registering: ToldOffer | undefined;
  readonly ending: ToldOffer | undefined;
  readonly fault: Problem | undefined;
}

export function WebhookView(shown: WebhookShown) {
  const { webhook, deliveries, next, here, fault } = shown;
  return (
    <>
      <h1>推送：{webhook.system}</h1>
      <Alert problem={fault} />
      <StandingVerdict webhook={webhook} />
      <WebhookFacts webhook={webhook} />
      <h2>办理</h2>
      <WebhookDoings {...shown} />
      <h2>推送记录</h2>
      <p class="lead">每次推送的结果，新的在前，保留最近一万条。同一消息重新推送时编号不变，接收方据此识别重复。</p>
      <Table caption="推送记录，新的在前" columns={deliveryColumns(webhook)} rows={deliveries} none="尚未推送。" />
      <Pager here={here} next={next} />
      <p>
        <a href="/me">回到我的账户</a>
      </p>
    </>
  );
}

const isIdle = ({ standing }: ShownWebhook) => standing === 'ended' || standing === 'suspended';
const word = (name: string) => fieldWord(name, 'ListOwnWebhooks').zh;

function StandingVerdict({ webhook }: { readonly webhook: ShownWebhook }) {
  const { standing } = webhook;
  return (
    <div class={standing === 'working' ? 'verdict' : 'verdict bad'}>
      <p>
        {codeWord('standing', standing, 'ListOwnWebhooks')}：{SENTENCES[standing](webhook)}
      </p>
    </div>
  );
}

const waits = ({ waiting = 0 }: ShownWebhook) => (waiting === 0 ? '' : `，${count(waiting)} 个事件在等待`);
const sinceWhen = ({ since }: ShownWebhook) => (since === undefined ? '' : `自 ${minute(since)} 起有事件未被接收，`);
const untilWhen = ({ nextAt }: ShownWebhook) => (nextAt === undefined ? '' : minute(nextAt));

const SENTENCES: Readonly<Record<ShownWebhook['standing'], (webhook: ShownWebhook) => string>> = {
  working: webhook => `可以看到的事件发生后即推送${waits(webhook)}。`,
  retrying: webhook =>
    `${sinceWhen(webhook)}下次推送 ${untilWhen(webhook)}${waits(webhook)}。三日无人接收的，推送停止。`,
  paused: webhook => `${sinceWhen(webhook)}${untilWhen(webhook)} 以前不推送${waits(webhook)}。`,
  unverified: () => '地址照样回答验证消息以后，才开始推送事件。',
  suspended: ({ role }) => `您现在没有登记时的角色（${ROLE_WORDS[role]}）；恢复后从停下的位置继续。`,
  ended: ({ ended }) =>
    ended === undefined
      ? ''
      : `${minute(ended.at)}，${codeWord('cause', ended.cause, 'ListOwnWebhooks')}：${ended.reason}。不再推送，要恢复的须重新登记。`,
};

function WebhookFacts({ webhook }: { readonly webhook: ShownWebhook }) {
  const { webhookId, url, types, role, registeredAt, verifiedAt, cursor, waiting } = webhook;
  return (
    <Facts
      facts={[
        [word('webhookId'), webhookId],
        [word('url'), <span class="hash">{url}</span>],
        [word('types'), types ? types.map(kindWord).join('、') : '本人可以看到的全部事件'],
        [word('role'), ROLE_WORDS[role]],
        [word('registeredAt'), minute(registeredAt)],
        [word('verifiedAt'), verifiedAt === undefined ? '尚未验证' : minute(verifiedAt)],
        [word('cursor'), cursor === undefined || cursor === '0' ? '从头开始' : <span class="hash">{cursor}</span>],
        [word('waiting'), waiting === undefined || waiting === 0 ? '没有' : `${count(waiting)} 个`],
      ]}
    />
  );
}

/** Sent besides events. */
const MESSAGES: Readonly<Record<string, string>> = {
  'webhook.challenge': '验证消息',
  'webhook.test': '测试消息',
  'webhook.log-replaced': '台账更换',
};

function kindWord(type: string): string {
  const kind = kindNamed(type);
  return MESSAGES[kind] ?? catalogue.get(kind)?.title ?? kind;
}

function deliveryColumns(webhook: ShownWebhook): readonly Column<ShownDelivery>[] {
  const head = (name: string) => fieldWord(name, 'ListDeliveries').zh;
  return [
    { head: '时间', isOneLine: true, cell: ({ at }) => minute(at) },
    { head: '结果', isProse: true, cell: delivery => <Outcome of={delivery} /> },
    { head: '事件或消息', cell: ({ type }) => kindWord(type) },
    { head: head('attempt'), isNumber: true, cell: ({ attempt }) => count(attempt) },
    {
      head: head('cursor'),
      cell: ({ cursor }) =>
        cursor !== undefined && (
          <>
            <span class="hash">{cursor}</span>{' '}
            {!isIdle(webhook) && (
              <a href={replayAddress(webhook, cursor)} aria-label={`从位置 ${cursor} 之后重新推送`}>
                其后重新推送
              </a>
            )}
          </>
        ),
    },
    { head: head('messageId'), cell: ({ messageId }) => <span class="hash">{messageId}</span> },
  ];
}

const replayAddress = ({ webhookId }: ShownWebhook, after: string) =>
  `${webhookAddress(webhookId)}/replay?after=${encodeURIComponent(after)}`;

function Outcome({ of: { outcome, status, reason } }: { readonly of: ShownDelivery }) {
  return (
    <span class={outcome === 'delivered' ? undefined : 'warn'}>
      {codeWord('outcome', outcome, 'ListDeliveries')}
      {status !== undefined && `，HTTP ${status}`}
      {reason !== undefined && `：${reason}`}
    </span>
  );
}

function WebhookDoings({ webhook, registering, ending }: WebhookShown) {
  const { webhookId, system, url, types, standing } = webhook;
  const address = webhookAddress(webhookId);
  if (standing === 'ended') {
    return (
      <div class="doings">
        <OfferedAct offer={registering} to="/me" values={{ system, url, ...(types && { types }) }} isButton>
          按原来的内容重新登记
        </OfferedAct>
      </div>
    );
  }
  const end = (
    <OfferedAct offer={ending} to={address} isButton>
      停止推送
    </OfferedAct>
  );
  if (isIdle(webhook)) return <div class="doings">{end}</div>;
  return (
    <>
      <div class="doings">
        {standing === 'unverified' && <Send to={`${address}/challenge`}>验证地址</Send>}
        <Send to={`${address}/test`}>发送测试消息</Send>
        <a class="button" href={`${address}/secret`}>
          更换签名密钥
        </a>
        {end}
      </div>
      <form class="filters" method="get" action={`${address}/replay`} aria-label="重新推送">
        <label>
          从哪一位置之后重新推送 <small>推送记录中的位置；从头的填 0。</small>
          <input name="after" required autocomplete="off" />
        </label>
        <button type="submit">重新推送</button>
      </form>
    </>
  );
}

const Send = ({ to, children }: { readonly to: string; readonly children: ComponentChildren }) => (
  <form method="post" action={to}>
    <button type="submit">{children}</button>
  </form>
);

export function SecretCheck({ webhook }: { readonly webhook: ShownWebhook }) {
  const address = webhookAddress(webhook.webhookId);
  return (
    <section class="narrow">
      <h1>核对：更换签名密钥</h1>
      <Facts facts={about(webhook)} />
      <p>新密钥只显示一次。一日之内消息同时以新旧密钥签名，请在此期间更换接收系统中的密钥；此后旧密钥不再签名。</p>
      <form method="post" action={`${address}/secret`}>
        <button type="submit">更换</button>
      </form>
      <p>
        <a href={address}>不更换，返回</a>
      </p>
    </section>
  );
}

export function SecretShown({
  webhookId,
  webhookSecret,
}: {
  readonly webhookId: string;
  readonly webhookSecret: string;
}) {
  return (
    <section class="narrow">
      <h1>签名密钥已更换</h1>
      <div class="verdict">
        <p>密钥只在此显示一次，请记入接收的系统；离开本页后不能再查看，只能再次更换。一日之内旧密钥仍同时签名。</p>
        <ShownOnce of={{ webhookSecret }} />
      </div>
      <p>
        <a href={webhookAddress(webhookId)}>记下了，继续</a>
      </p>
    </section>
  );
}

export function ReplayCheck({ webhook, after }: { readonly webhook: ShownWebhook; readonly after: string }) {
  const address = webhookAddress(webhook.webhookId);
  const { waiting = 0 } = webhook;
  return (
    <section class="narrow">
      <h1>核对：重新推送</h1>
      <Facts facts={[...about(webhook), ['起点', after === '0' ? '从头' : `位置 ${after} 之后`]]} />
      <p>
        起点之后可以看到的事件全部推送，已送达的也再推送一次，消息编号不变。
        {waiting > 0 && `正在等待的 ${count(waiting)} 个事件不再单独重发：在起点之后的随之推送，在起点之前的不再推送。`}
      </p>
      <form method="post" action={`${address}/replay`}>
        <input type="hidden" name="after" value={after} />
        <button type="submit">重新推送</button>
      </form>
      <p>
        <a href={address}>不重新推送，返回</a>
      </p>
    </section>
  );
}

const about = ({ system, url }: ShownWebhook) =>
  [
    [fieldWord('system', 'RegisterWebhook').zh, system],
    [word('url'), <span class="hash">{url}</span>],
  ] as const;
