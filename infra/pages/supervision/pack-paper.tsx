/** 证据材料 as a paper: what is known, what reports say of it, and how anybody checks it. On the screen, in print and in the PDF. */
import { hash } from 'node:crypto';
import type { TrailEntry } from '../../../projections/trail/query.ts';
import { count, minute } from '../parts/format.ts';
import { LedgerFacts, SignedVerdict } from '../parts/ledger.tsx';
import { Facts, Table } from '../parts/table.tsx';
import type { Pack, PackScope } from './pack-content.ts';

export function PackPaper({
  scope,
  pack,
  now,
}: {
  readonly scope: PackScope;
  readonly pack: Pack;
  readonly now: string;
}) {
  const { ledger, witnesses, entries, isCut, digests, judged } = pack;
  const listed = entries.map(({ position }) => `${digests.get(position)?.entry ?? ''}\n`).join('');
  return (
    <>
      <p class="lead">{scope.question}</p>
      <Facts
        facts={[
          ['范围', scope.number],
          ...namesIn(scope, entries),
          ['期间', scope.period],
          ['出具时间', minute(now)],
          ['事件', scope.filter && `${count(entries.length)} 个${isCut ? '（只列最早的，其余见证据包）' : ''}`],
        ]}
      />
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
            以上指纹的摘要（SHA-256）：<span class="hash">{hash('sha256', listed)}</span>
          </p>
        </>
      )}
      <h2>怎样核验</h2>
      <ol>
        <li>
          取得证据包（{scope.bundleName}），在不联网的电脑上解开，用浏览器打开其中的
          verify.html，它逐个核验事件并说出结论。
        </li>
        {scope.filter && (
          <li>
            证据包的 events.ndjson 每行一个事件，position 是位置，entry
            是指纹：本材料所列位置的指纹应当与包内相同。把这些 entry 按次序每行写一个（行末换行），所得文本的 SHA-256
            应当等于本材料的摘要。
          </li>
        )}
        <li>证据包里检查点的树根，应当与公开的检查点、见证人和任何人手中较早的检查点一致：台账只增不改。</li>
      </ol>
    </>
  );
}

/** What the first events name. */
function namesIn({ filter = {} }: PackScope, entries: readonly TrailEntry[]) {
  const { project, unit, body, person } = filter;
  const ofProject = entries.find(entry => entry.project);
  const unitName = entries.find(entry => entry.unit)?.unit?.name;
  const bodyName = entries.find(entry => entry.body)?.body?.name;
  return [
    ['项目', project && ofProject?.project?.title],
    ['申报单位', (project || unit) && unitName],
    ['推荐单位', (project || body) && bodyName],
    ['人员', person && entries[0]?.person.name],
  ] as const;
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
