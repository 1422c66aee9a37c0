/** 监督: a question, and where to look. */

import { OVERSIGHT } from '../../../projections/query.ts';
import { reports } from '../../../projections/report/index.ts';
import { NO_INPUT, page } from '../page.ts';
import { count } from '../parts/format.ts';
import { Table } from '../parts/table.tsx';

interface Health {
  readonly head: string;
  readonly readModels: readonly { readonly name: string; readonly complete: boolean }[];
  readonly unknownKinds: readonly unknown[];
  readonly recordedTimes: { readonly wentBack: number };
}

export const supervisionPage = page({
  path: '/supervision',
  name: 'ShowSupervision',
  title: '监督',
  access: OVERSIGHT,
  input: NO_INPUT,
  load: (_input, { ask }) => ask<Health>('GetReadModelHealth', {}),
  view: ({ data, actor }) => (
    <>
      <h1>监督</h1>
      <p class="lead">先选问题。每个答案都由台账直接得出，逐行写明依据哪些事件。</p>
      <State health={data} />
      <h2>问题 → 到哪里看</h2>
      <Table
        caption="监督报告"
        columns={[
          { head: '', cell: ({ number }) => number, isNumber: true },
          { head: '问题', cell: ({ question }) => question.split(' (')[0] },
          { head: '报告', cell: ({ number, title }) => <a href={`/supervision/reports/${number}`}>{title}</a> },
        ]}
        rows={reports.filter(({ allow }) => actor !== undefined && (allow as readonly string[]).includes(actor.role))}
      />
      <h2>逐条查看</h2>
      <ul>
        <li>
          <a href="/supervision/trail">监督轨迹</a>：谁在何时依据哪一条做了什么
        </li>
        <li>
          <a href="/supervision/deviations">偏离登记</a>：已发生而与办法、方案不符的行为
        </li>
        <li>
          <a href="/supervision/health">读模型健康</a>：页面上的数字是否齐全、是否最新
        </li>
      </ul>
    </>
  ),
});

/** What is wrong comes first; that nothing is, is said too. */
function State({ health: { head, readModels, unknownKinds, recordedTimes } }: { readonly health: Health }) {
  const incomplete = readModels.filter(({ complete }) => !complete);
  const alarms = [
    ...incomplete.map(({ name }) => `读模型 ${name} 不完整`),
    ...(unknownKinds.length > 0 ? [`有 ${unknownKinds.length} 种事件本版本不认识`] : []),
    ...(recordedTimes.wentBack > 0 ? [`记录时间倒退 ${recordedTimes.wentBack} 次`] : []),
  ];
  if (alarms.length === 0) {
    return (
      <p class="verdict">
        台账共 {count(Number(head))} 个位置，{readModels.length} 个读模型全部完整，没有警报。
      </p>
    );
  }
  return (
    <div class="verdict bad">
      {alarms.map(alarm => (
        <p>{alarm}</p>
      ))}
    </div>
  );
}
