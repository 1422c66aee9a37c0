/** 接口密钥、推送: the programs of a holder, which read what he may and are sent it. */
import type { ApiKey } from '../../../events/rules/api-keys.ts';
import { keyOpensOn } from '../../../events/rules/api-keys.ts';
import type { Webhook } from '../../../events/rules/webhooks.ts';
import { shanghaiDate } from '../../../events/time.ts';
import { codeWord, fieldWord, ROLE_WORDS } from '../../../events/words.ts';
import { actAddress } from '../act/address.ts';
import { minute } from '../parts/format.ts';
import { type Column, Table } from '../parts/table.tsx';

interface ProgramsShown {
  readonly accountId: string;
  /** Newest first. */
  readonly keys: readonly ApiKey[];
  /** Newest first. */
  readonly webhooks: readonly Webhook[];
}

/** Where his programs read, and what is sent to them. */
export function Programs({ accountId, keys, webhooks }: ProgramsShown) {
  return (
    <>
      <Keys accountId={accountId} keys={keys} />
      <h2>推送</h2>
      <p class="lead">
        事件发生后送往本人系统的地址，送的是本人可以看到的内容。
        <a href={actAddress('RegisterWebhook', { accountId }, '/me')}>登记推送</a>
      </p>
      <Table caption="已登记的推送，新的在前" columns={webhookColumns(accountId)} rows={webhooks} none="没有推送。" />
    </>
  );
}

function Keys({ accountId, keys }: { readonly accountId: string; readonly keys: readonly ApiKey[] }) {
  return (
    <>
      <h2>接口密钥</h2>
      <p class="lead">
        供本人的系统读取数据，不能办理事项。密钥只在发放时显示一次。
        <a href={actAddress('IssueApiKey', { accountId }, '/me')}>发放接口密钥</a>
      </p>
      <Table caption="已发放的接口密钥，新的在前" columns={keyColumns(accountId)} rows={keys} none="没有接口密钥。" />
    </>
  );
}

function keyColumns(accountId: string): readonly Column<ApiKey>[] {
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
          <a href={actAddress('RevokeApiKey', { accountId, keyId: key.id }, '/me')} aria-label={`收回密钥 ${key.id}`}>
            收回
          </a>
        ) : (
          '已过期'
        ),
    },
  ];
}

function webhookColumns(accountId: string): readonly Column<Webhook>[] {
  return [
    { head: fieldWord('system', 'RegisterWebhook').zh, cell: ({ system }) => system },
    { head: fieldWord('url', 'RegisterWebhook').zh, cell: ({ url }) => url },
    { head: '角色', cell: ({ role }) => ROLE_WORDS[role] },
    { head: fieldWord('registeredAt').zh, isOneLine: true, cell: ({ registeredAt }) => minute(registeredAt) },
    {
      head: '状态',
      cell: ({ id, ended }) =>
        ended ? (
          `已停止：${ended.reason}`
        ) : (
          <a href={actAddress('EndWebhook', { accountId, webhookId: id }, '/me')} aria-label={`停止推送 ${id}`}>
            停止
          </a>
        ),
    },
  ];
}
