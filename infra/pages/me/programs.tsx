/** 接口密钥、推送: the programs of a holder, which read what he may and are sent it. */
import type { ApiKey } from '../../../events/rules/api-keys.ts';
import { keyOpensOn } from '../../../events/rules/api-keys.ts';
import { shanghaiDate } from '../../../events/time.ts';
import { codeWord, fieldWord, ROLE_WORDS } from '../../../events/words.ts';
import type { ToldOffer } from '../../http/offers.ts';
import type { ShownWebhook } from '../../http/webhook-questions.ts';
import type { Asking } from '../page.ts';
import { minute } from '../parts/format.ts';
import { Acts, OfferedAct } from '../parts/offers.tsx';
import { type Column, Table } from '../parts/table.tsx';

interface OwnPrograms {
  /** Newest first. */
  readonly keys: readonly ApiKey[];
  /** Newest first. */
  readonly webhooks: readonly ShownWebhook[];
}

interface ProgramsShown extends OwnPrograms {
  readonly offers: ProgramOffers;
}

interface ProgramOffers {
  readonly issuing: ToldOffer | undefined;
  readonly registering: ToldOffer | undefined;
  /** Of taking back a key or ending a webhook, by its id. */
  readonly ending: ReadonlyMap<string, ToldOffer | undefined>;
}

/** Newest first, also those that have ended. */
export async function ownWebhooks({ ask }: Asking): Promise<readonly ShownWebhook[]> {
  return (await ask<{ items: readonly ShownWebhook[] }>('ListOwnWebhooks')).items;
}

export const webhookAddress = (webhookId: string): string => `/me/webhooks/${webhookId}`;

/** What a holder can do with his programs now, and why not. */
export async function offersOfPrograms(
  { accountId, keys, webhooks }: OwnPrograms & { readonly accountId: string },
  { offersOnEach }: Asking,
): Promise<ProgramOffers> {
  const [own = []] = await offersOnEach([{ accountId }], ['IssueApiKey', 'RegisterWebhook']);
  const onKeys = keys.map(({ id }) => ({ accountId, keyId: id }));
  const onWebhooks = webhooks.map(({ webhookId }) => ({ accountId, webhookId }));
  const ending = await offersOnEach([...onKeys, ...onWebhooks], ['RevokeApiKey', 'EndWebhook']);
  return {
    issuing: own.find(({ command }) => command === 'IssueApiKey'),
    registering: own.find(({ command }) => command === 'RegisterWebhook'),
    ending: new Map(
      [...keys.map(({ id }) => id), ...webhooks.map(({ webhookId }) => webhookId)].map((id, at) => [
        id,
        ending[at]?.[0],
      ]),
    ),
  };
}

/** Where his programs read, and what is sent to them. */
export function Programs({ keys, webhooks, offers }: ProgramsShown) {
  return (
    <>
      <h2>接口密钥</h2>
      <p class="lead">供本人的系统读取数据，不能办理事项。密钥只在发放时显示一次。</p>
      <Beginning offer={offers.issuing} />
      <Table caption="已发放的接口密钥，新的在前" columns={keyColumns(offers)} rows={keys} none="没有接口密钥。" />
      <h2>推送</h2>
      <p class="lead">事件发生后送往本人系统的地址，送的是本人可以看到的内容。</p>
      <Beginning offer={offers.registering} />
      <Table caption="已登记的推送，新的在前" columns={webhookColumns(offers)} rows={webhooks} none="没有推送。" />
    </>
  );
}

const Beginning = ({ offer }: { readonly offer: ToldOffer | undefined }) => (
  <Acts offers={offer ? [offer] : []} to="/me" />
);

function keyColumns({ ending }: ProgramOffers): readonly Column<ApiKey>[] {
  const today = shanghaiDate(new Date().toISOString());
  return [
    { head: fieldWord('system', 'IssueApiKey').zh, cell: ({ system }) => system },
    { head: fieldWord('keyId').zh, isOneLine: true, cell: ({ id }) => id },
    { head: '角色', cell: ({ role }) => ROLE_WORDS[role] },
    {
      head: fieldWord('scopes', 'IssueApiKey').zh,
      cell: ({ scopes }) => scopes.map(scope => codeWord('scopes', scope, 'IssueApiKey')).join('、'),
    },
    { head: fieldWord('lastDay').zh, isOneLine: true, cell: ({ lastDay }) => lastDay },
    {
      head: '状态',
      cell: key =>
        key.revokedFor !== undefined ? (
          '已收回'
        ) : keyOpensOn(key, today) ? (
          <OfferedAct offer={ending.get(key.id)} to="/me" label={`收回密钥 ${key.id}`}>
            收回
          </OfferedAct>
        ) : (
          '已过期'
        ),
    },
  ];
}

function webhookColumns({ ending }: ProgramOffers): readonly Column<ShownWebhook>[] {
  return [
    {
      head: fieldWord('system', 'RegisterWebhook').zh,
      cell: ({ webhookId, system }) => <a href={webhookAddress(webhookId)}>{system}</a>,
    },
    { head: fieldWord('url', 'RegisterWebhook').zh, cell: ({ url }) => <span class="hash">{url}</span> },
    { head: '角色', cell: ({ role }) => ROLE_WORDS[role] },
    { head: fieldWord('registeredAt').zh, isOneLine: true, cell: ({ registeredAt }) => minute(registeredAt) },
    {
      head: '状态',
      cell: ({ standing, ended }) => (
        <>
          {codeWord('standing', standing, 'ListOwnWebhooks')}
          {ended && `：${ended.reason}`}
        </>
      ),
    },
    {
      head: '停止',
      cell: ({ webhookId, ended }) =>
        ended ? (
          minute(ended.at)
        ) : (
          <OfferedAct offer={ending.get(webhookId)} to="/me" label={`停止推送 ${webhookId}`}>
            停止
          </OfferedAct>
        ),
    },
  ];
}
