/** 证据材料: what is known of a project, a programme year or a person, to be printed, with what proves it. */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { accountIdSchema, projectIdSchema } from '../../../events/ids.ts';
import { OVERSIGHT, yearParameter } from '../../../projections/query.ts';
import type { Answered } from '../../../projections/report/export.ts';
import type { TrailEntry } from '../../../projections/trail/query.ts';
import { downloadAddress } from '../downloads.ts';
import { type Asking, page } from '../page.ts';
import { ChoiceField, Filters, TextField } from '../parts/field.tsx';
import { count, minute } from '../parts/format.ts';
import { LedgerFacts, type LedgerNow, SignedVerdict, type WitnessTold } from '../parts/ledger.tsx';
import { Facts, Table } from '../parts/table.tsx';
import { yearOptions, yearsKnown } from './years.ts';

const input = z.strictObject({
  project: projectIdSchema.optional(),
  year: yearParameter.optional(),
  account: accountIdSchema.optional(),
});

/** What the paper is about. */
interface Scope {
  readonly title: string;
  readonly number: string;
  readonly question: string;
  /** By which its events are found on the trail; none where they are too many for paper. */
  readonly filter?: Readonly<Record<string, string>>;
  /** Reports that judge it, each with what it is asked. */
  readonly reports: readonly (readonly [number: number, asked: Readonly<Record<string, string>>])[];
  /** The same as files that prove themselves. */
  readonly bundle: `/${string}`;
}

/** The first that is named. */
function scopeOf({ project, year, account }: z.infer<typeof input>): Scope | undefined {
  if (project !== undefined) {
    return {
      title: '项目证据材料',
      number: `项目 ${project}`,
      question: '这个项目从申报到现在，谁在何时依据哪一条做了什么，记录有没有被改动。',
      filter: { project },
      reports: [[1, { project }]],
      bundle: `/bundles/projects/${project}`,
    };
  }
  if (year !== undefined) {
    const asked = { year: String(year) };
    return {
      title: '年度证据材料',
      number: `${year} 年度`,
      question: '这个年度的活动是否依照办法进行，公布的名单与台账是否一致，记录有没有被改动。',
      reports: [3, 4, 8, 12, 15, 16].map(number => [number, asked] as const),
      bundle: `/bundles/years/${year}`,
    };
  }
  if (account === undefined) return undefined;
  return {
    title: '人员证据材料',
    number: `人员 ${account}`,
    question: '这个人以这个账户做过什么，依据哪一条，记录有没有被改动。',
    filter: { person: account },
    reports: [],
    bundle: `/bundles/persons/${account}`,
  };
}

interface Digest {
  readonly position: string;
  readonly index: number;
  readonly entry: string;
}

interface Judged {
  readonly number: number;
  readonly answered: Answered;
}

export const packPage = page({
  path: '/supervision/pack',
  name: 'ShowPackPage',
  title: '证据材料',
  access: OVERSIGHT,
  input,
  async load(asked, asking) {
    const scope = scopeOf(asked);
    return { years: await yearsKnown(asking), scope, pack: scope && (await packOf(scope, asking)) };
  },
  view: ({ data: { years, scope, pack }, now }) => (
    <>
      <p class="crumbs">
        <a href="/supervision">监督</a>
      </p>
      <h1>{scope?.title ?? '证据材料'}</h1>
      {scope && pack ? <Paper scope={scope} pack={pack} now={now} /> : <Choosing years={years} />}
    </>
  ),
});

function Choosing({ years }: { readonly years: readonly number[] }) {
  return (
    <>
      <p class="lead">
        选一个项目、一个年度或者一个人员，得到一份可以打印的材料，和一个可以在不联网的电脑上核验的证据包。
      </p>
      <h2>年度</h2>
      <Filters label="选择年度">
        <ChoiceField label="年度" name="year" options={yearOptions(years)} chosen={undefined} all="请选择" />
      </Filters>
      <h2>项目</h2>
      <p>
        在<a href="/projects">项目一览</a>里找到项目，打开它的全过程，页末有“证据材料”；或者填写编号：
      </p>
      <Filters label="选择项目">
        <TextField label="项目编号" name="project" hint="2024-…" value={undefined} />
      </Filters>
      <h2>人员</h2>
      <p>
        在<a href="/accounts">账户</a>里找到人员，打开他的页面，页中有“证据材料”；或者填写账户：
      </p>
      <Filters label="选择人员">
        <TextField label="账户" name="account" value={undefined} />
      </Filters>
    </>
  );
}

/** So many events go on paper; more are in the bundle. */
const MOST = 1_000;
const PAGE = 200;

type Pack = Awaited<ReturnType<typeof packOf>>;

async function packOf({ filter, reports }: Scope, asking: Asking) {
  const [ledger, witnesses] = await Promise.all([
    asking.ask<LedgerNow>('GetLedgerState'),
    asking.ask<{ items: WitnessTold[] }>('ListWitnesses'),
  ]);
  const { entries, isCut } = filter ? await eventsOf(filter, asking) : { entries: [], isCut: false };
  const digests = await digestsOf(entries, asking);
  const judged: Judged[] = [];
  for (const [number, asked] of reports)
    judged.push({ number, answered: await asking.report<Answered>(number, asked) });
  return { ledger, witnesses: witnesses.items, entries, isCut, digests, judged };
}

async function eventsOf(filter: Readonly<Record<string, string>>, { ask }: Asking) {
  const entries: TrailEntry[] = [];
  let cursor: string | undefined;
  do {
    const asked = { ...filter, order: 'asc', limit: PAGE, ...(cursor !== undefined && { cursor }) };
    const { items, next } = await ask<{ items: TrailEntry[]; next?: string }>('ReadTrail', asked);
    entries.push(...items);
    cursor = next;
  } while (cursor !== undefined && entries.length < MOST);
  return { entries, isCut: cursor !== undefined };
}

async function digestsOf(entries: readonly TrailEntry[], { ask }: Asking): Promise<ReadonlyMap<string, Digest>> {
  const digests = new Map<string, Digest>();
  for (let at = 0; at < entries.length; at += PAGE) {
    const positions = entries.slice(at, at + PAGE).map(({ position }) => position);
    const { items } = await ask<{ items: Digest[] }>('ListEntryDigests', { positions: positions.join(',') });
    for (const digest of items) digests.set(digest.position, digest);
  }
  return digests;
}

function Paper({ scope, pack, now }: { readonly scope: Scope; readonly pack: Pack; readonly now: string }) {
  const { ledger, witnesses, entries, isCut, digests, judged } = pack;
  const listed = entries.map(({ position }) => `${digests.get(position)?.entry ?? ''}\n`).join('');
  const first = entries.find(({ project }) => project);
  return (
    <>
      <p class="lead">{scope.question}</p>
      <Facts
        facts={[
          ['编号', scope.number],
          ['出具时间', minute(now)],
          ['项目', scope.filter?.project && first?.project?.title],
          ['申报单位', scope.filter?.project && first?.unit?.name],
          ['推荐单位', scope.filter?.project && entries.find(({ body }) => body)?.body?.name],
          ['人员', scope.filter?.person && entries[0]?.person.name],
          ['事件', scope.filter && `直接记在名下的 ${count(entries.length)} 个${isCut ? '（其余见证据包）' : ''}`],
        ]}
      />
      <p class="tools">
        <a href={downloadAddress(scope.bundle)}>下载证据包（zip，内有 verify.html）</a>
      </p>
      <h2>台账的状态</h2>
      <SignedVerdict state={ledger} witnesses={witnesses} />
      <LedgerFacts state={ledger} />
      {judged.length > 0 && <h2>监督报告的结论</h2>}
      {judged.map(({ number, answered: { title, verdict, faults } }) => (
        <p class={faults > 0 ? 'alert' : 'verdict'}>
          报告 {number} {title}：{verdict}
        </p>
      ))}
      {scope.filter && (
        <>
          <Deviating entries={entries} />
          <h2>事件和指纹</h2>
          <Table
            caption="事件，按次序"
            columns={[
              { head: '位置', cell: ({ position }) => position, isNumber: true },
              { head: '事件', cell: ({ sentence }) => sentence, isProse: true },
              {
                head: '载入账本的指纹',
                cell: ({ position }) => <span class="hash">{digests.get(position)?.entry ?? '尚未载入'}</span>,
              },
            ]}
            rows={entries}
          />
          <p>
            以上指纹每行一个、按次序排列所得的摘要（SHA-256）：<span class="hash">{hash('sha256', listed)}</span>
          </p>
        </>
      )}
      <h2>怎样核验</h2>
      <ol>
        <li>下载证据包，在不联网的电脑上解开，用浏览器打开其中的 verify.html，它逐个核验事件并说出结论。</li>
        <li>证据包里每个事件的指纹应当与本材料所列相同；检查点的树根应当与公开的检查点相同。</li>
        <li>见证人和任何人手中较早的检查点，应当与台账现在的检查点一致：台账只增不改。</li>
      </ol>
    </>
  );
}

function Deviating({ entries }: { readonly entries: readonly TrailEntry[] }) {
  const rows = entries.flatMap(entry =>
    ((entry.deviations ?? []) as readonly { readonly zh: string }[]).map(({ zh }) => ({ entry, zh })),
  );
  return (
    <>
      <h2>偏离</h2>
      <Table
        caption="偏离"
        none="没有偏离。"
        columns={[
          { head: '时间', cell: ({ entry }) => minute(entry.effectiveAt), isOneLine: true },
          { head: '偏离', cell: ({ zh }) => zh },
          { head: '所在事件', cell: ({ entry }) => entry.what },
        ]}
        rows={rows}
      />
    </>
  );
}
