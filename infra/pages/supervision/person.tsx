/** 人员: one person's roles over time, what he did, what was done about him, what he undertook, and whose material he opened. */
import type { VNode } from 'preact';
import { z } from 'zod';
import { accountIdSchema } from '../../../events/ids.ts';
import { grantsOn } from '../../../events/rules/grants.ts';
import { dateSchema, shanghaiDate } from '../../../events/time.ts';
import { ROLE_WORDS } from '../../../events/words.ts';
import type { accessSchema } from '../../../projections/enforcement/accesses.ts';
import type { misconductSchema } from '../../../projections/enforcement/misconduct.ts';
import { OVERSIGHT } from '../../../projections/query.ts';
import type { personSchema } from '../../../projections/registry/person.ts';
import type { TrailFacets } from '../../../projections/trail/facets.ts';
import type { TrailEntry } from '../../../projections/trail/query.ts';
import { type Asking, page } from '../page.ts';
import { Filters, TextField } from '../parts/field.tsx';
import { count, minute } from '../parts/format.ts';
import { Facts, Table } from '../parts/table.tsx';
import { AccessTable } from './accesses.tsx';
import { eventAddress } from './event.tsx';
import { actionWord } from './facets.tsx';

type Person = z.infer<typeof personSchema>;
type OwnAccount = Person['accounts'][number];
type Access = z.infer<typeof accessSchema>;
type Misconduct = z.infer<typeof misconductSchema>;

export const personPage = page({
  path: '/people/:accountId',
  name: 'ShowPersonPage',
  title: ({ accountId }) => `人员 ${accountId}`,
  access: OVERSIGHT,
  input: z.strictObject({ accountId: accountIdSchema, on: dateSchema.optional() }),
  async load({ accountId }, asking) {
    const person = await asking.askIfThere<Person>('GetPersonOfAccount', { accountId });
    return { person, told: person && (await toldOf(person, asking)) };
  },
  isMissing: ({ person }) => person === undefined,
  view: ({ input: { accountId, on }, data: { person, told }, now }) => (
    <>
      <p class="crumbs">
        <a href="/supervision">监督</a> › <a href="/accounts">账户</a>
      </p>
      <h1>{person?.accounts[0]?.name ?? accountId}</h1>
      {person && told ? (
        <>
          <p class="lead">
            {person.identified ? '本人身份已登记。' : '本人身份尚未登记，名下是否另有账户不能确定。'}
            {person.accounts.length > 1 && `名下共有 ${person.accounts.length} 个账户。`}
          </p>
          <Roles accounts={person.accounts} on={on ?? shanghaiDate(now)} />
          <Expertise experts={person.experts} />
          <Deeds accounts={person.accounts} facets={told.facets} latest={told.latest} />
          <Sentences title="关于本人的登记和决定" none="没有。" entries={told.concerning} />
          <Sentences title="保密承诺" none="没有签署保密承诺。" entries={told.undertakings} />
          {told.accesses && <Opened accountId={accountId} accesses={told.accesses} />}
          {told.cases && <Cases cases={told.cases} />}
        </>
      ) : (
        <p class="none">没有这个账户。</p>
      )}
    </>
  ),
});

interface Entries {
  readonly items: readonly TrailEntry[];
}

const LATEST = 20;

/** What the supervising body alone may know is asked for it alone. */
async function toldOf({ accountId, accounts }: Person, { ask, reader }: Asking) {
  const isSupervisor = reader.actor?.role === 'SUP';
  const own = new Set(accounts.map(account => account.accountId));
  const [latest, facets, concerning, undertakings, accesses, cases] = await Promise.all([
    ask<Entries>('ReadTrail', { person: accountId, limit: LATEST }),
    ask<TrailFacets>('CountTrail', { person: accountId }),
    ask<Entries>('ReadTrail', { concerns: accountId, order: 'asc', limit: 200 }),
    ask<Entries>('ReadTrail', { person: accountId, action: 'confidentiality-undertaking.signed', order: 'asc' }),
    isSupervisor ? ask<{ items: Access[] }>('ListMaterialAccesses', { person: accountId, limit: LATEST }) : undefined,
    isSupervisor ? ask<{ items: Misconduct[] }>('ListMisconductCases') : undefined,
  ]);
  return {
    latest: latest.items,
    facets,
    concerning: concerning.items,
    undertakings: undertakings.items,
    accesses: accesses?.items,
    cases: cases?.items.filter(each => own.has(each.accountId as OwnAccount['accountId'])),
  };
}

function Roles({ accounts, on }: { readonly accounts: readonly OwnAccount[]; readonly on: string }) {
  const held = accounts.flatMap(account => grantsOn(account, on));
  const rows = accounts.flatMap(account => account.grants.map(grant => ({ account, grant })));
  return (
    <>
      <h2>角色</h2>
      <Filters label="看某日的角色">
        <TextField label="在这一天" name="on" hint="2024-07-15" value={on} />
      </Filters>
      <p class="verdict">
        {on}{' '}
        {held.length === 0
          ? '没有任何角色'
          : held.map(({ role, orgName }) => `${ROLE_WORDS[role]}（${orgName}）`).join('、')}
        。
      </p>
      <Table
        caption="历任角色"
        columns={[
          { head: '角色', cell: ({ grant }) => ROLE_WORDS[grant.role] },
          { head: '单位', cell: ({ grant }) => grant.orgName },
          { head: '自', cell: ({ grant }) => grant.from, isOneLine: true },
          { head: '至（含）', cell: ({ grant }) => grant.lastDay ?? '未收回', isOneLine: true },
          {
            head: '账户',
            cell: ({ account }) => (
              <>
                <a href={`/people/${account.accountId}`}>{account.accountId}</a>
                {account.disabled && <span class="tag warn">已停用</span>}
              </>
            ),
          },
        ]}
        rows={rows}
      />
    </>
  );
}

function Expertise({ experts }: { readonly experts: readonly string[] }) {
  if (experts.length === 0) return null;
  return (
    <Facts
      facts={experts.map(id => ['专家库', <a href={`/experts/${id}`}>在专家库中的登记、评定组和申明</a>] as const)}
    />
  );
}

function Deeds({
  accounts,
  facets,
  latest,
}: {
  readonly accounts: readonly OwnAccount[];
  readonly facets: TrailFacets;
  readonly latest: readonly TrailEntry[];
}) {
  const [own] = accounts as [OwnAccount];
  const trail = `/supervision/trail?person=${own.accountId}`;
  return (
    <>
      <h2>做过什么</h2>
      <p class="lead">
        {facets.bounded ? `最近 ${count(facets.counted)} 个事件中：` : `共 ${count(facets.counted)} 个事件。`}
      </p>
      <Table
        caption="行为的种类"
        none="没有做过任何事。"
        columns={[
          { head: '行为', cell: ({ value }) => <a href={`${trail}&action=${value}`}>{actionWord(value)}</a> },
          { head: '次数', cell: row => count(row.count), isNumber: true },
        ]}
        rows={facets.action}
      />
      <Sentences title="最近的行为" none="没有。" entries={latest} />
      <p class="tools">
        <a href={trail}>全部行为</a>
        {accounts.slice(1).map(({ accountId }) => (
          <a href={`/people/${accountId}`}>另一账户 {accountId} 的行为</a>
        ))}
        <a href={`/supervision/pack?account=${own.accountId}`}>证据材料（打印、PDF、证据包）</a>
      </p>
    </>
  );
}

function Sentences({
  title,
  none,
  entries,
}: {
  readonly title: string;
  readonly none: string;
  readonly entries: readonly TrailEntry[];
}): VNode {
  return (
    <>
      <h2>{title}</h2>
      <Table
        caption={title}
        none={none}
        columns={[
          { head: '时间', cell: ({ effectiveAt }) => minute(effectiveAt), isOneLine: true },
          {
            head: '事件',
            cell: ({ position, sentence }) => <a href={eventAddress(position)}>{sentence}</a>,
            isProse: true,
          },
        ]}
        rows={entries}
      />
    </>
  );
}

function Opened({ accountId, accesses }: { readonly accountId: string; readonly accesses: readonly Access[] }) {
  return (
    <>
      <h2>调阅过的材料</h2>
      <AccessTable rows={accesses} />
      <p class="tools">
        <a href={`/supervision/accesses?person=${accountId}`}>全部调阅</a>
      </p>
    </>
  );
}

function Cases({ cases }: { readonly cases: readonly Misconduct[] }) {
  return (
    <>
      <h2>问题案件和暂停</h2>
      <Table
        caption="关于本人的案件"
        none="没有案件，未曾暂停参与评定工作。"
        columns={[
          {
            head: '案件',
            cell: ({ misconductId, kind }) => <a href={`/supervision/misconduct/${misconductId}`}>{kind}</a>,
          },
          {
            head: '暂停参与评定',
            cell: ({ suspended }) => (suspended ? `自 ${suspended.from} 起，理由：${suspended.reason}` : '没有'),
          },
          {
            head: '结果',
            cell: ({ closed }) =>
              closed ? `${closed.outcome === 'founded' ? '属实' : '不实'}：${closed.summary}` : '办理中',
          },
        ]}
        rows={cases}
      />
    </>
  );
}
