/** 本单位概览: a recommending body's own projects by stage, what is due of it and when, what waits for units, and what is held. */
import { RECOMMENDING_ROLES } from '../../../events/envelope.ts';
import { daysBetween, shanghaiDate } from '../../../events/time.ts';
import { codeWord } from '../../../events/words.ts';
import { notThere } from '../../http/problem.ts';
import { wholeList } from '../act/choices/choice.ts';
import { NO_INPUT, page } from '../page.ts';
import { count } from '../parts/format.ts';
import { Bars, Table } from '../parts/table.tsx';
import { type ProgressRow, progressColumns } from './units.tsx';

/** Rows of each table: the most urgent ones. */
const SHOWN = 50;

export const ownBodyPage = page({
  path: '/work/body',
  name: 'ShowOwnBodyPage',
  title: '本单位概览',
  access: RECOMMENDING_ROLES,
  input: NO_INPUT,
  async load(_input, { ask, reader }) {
    const bodyId = reader.actor?.orgId;
    if (bodyId === undefined) throw notThere();
    return { bodyId, projects: await wholeList<ProgressRow>(ask, 'ListBodyInbox', { bodyId }) };
  },
  view: ({ data: { bodyId, projects }, now }) => {
    const today = shanghaiDate(now);
    const [due, waiting] = (['verification', 'supplement'] as const).map(act =>
      projects.filter(({ owes }) => owes === act).toSorted(bySoonest),
    ) as [ProgressRow[], ProgressRow[]];
    const held = projects.filter(({ stage }) => stage === 'held');
    return (
      <>
        <p class="crumbs">
          <a href="/work">待办</a>
        </p>
        <h1>本单位概览</h1>
        <p class="lead">
          本单位推荐范围内的项目共 {count(projects.length)} 个，各年度都在内。
          <a href={`/bodies/${bodyId}`}>收件箱、核实台账和成果</a>
        </p>
        <h2>各阶段的项目</h2>
        <Bars caption="各阶段的项目数" unit="项目" rows={byStage(projects, bodyId)} />
        <h2>待本单位核实并提交推荐意见（{count(due.length)}）</h2>
        <Table
          caption="待本单位办理的项目"
          none="没有等待本单位的项目。"
          columns={[
            progressColumns.project,
            progressColumns.unit,
            progressColumns.since,
            { head: '期限', cell: ({ dueOn }: ProgressRow) => dueOn ?? '', isOneLine: true },
          ]}
          rows={due.slice(0, SHOWN)}
        />
        <h2>等待单位补充材料（{count(waiting.length)}）</h2>
        <Table
          caption="等待单位补充材料的项目"
          none="没有等待补充材料的项目。"
          columns={[
            progressColumns.project,
            progressColumns.unit,
            { head: '补充期限', cell: ({ dueOn }: ProgressRow) => dueOn ?? '', isOneLine: true },
          ]}
          rows={waiting.slice(0, SHOWN)}
        />
        <h2>
          {codeWord('stage', 'held')}（{count(held.length)}）
        </h2>
        <Table
          caption="暂停办理的项目"
          none="没有暂停办理的项目。"
          columns={[
            progressColumns.project,
            progressColumns.unit,
            progressColumns.since,
            {
              head: '已暂停',
              cell: ({ since }: ProgressRow) => `${count(daysBetween(shanghaiDate(since), today))} 天`,
              isNumber: true,
            },
          ]}
          rows={held.slice(0, SHOWN)}
        />
      </>
    );
  },
});

/** What has no day last; of one day, as they came. */
const bySoonest = (one: ProgressRow, other: ProgressRow) => (one.dueOn ?? '9').localeCompare(other.dueOn ?? '9');

/** In the order in which projects come to them most. */
function byStage(projects: readonly ProgressRow[], bodyId: string) {
  const numbers = new Map<string, number>();
  for (const { stage } of projects) numbers.set(stage, (numbers.get(stage) ?? 0) + 1);
  return [...numbers]
    .toSorted(([, one], [, other]) => other - one)
    .map(([stage, value]) => ({
      label: codeWord('stage', stage),
      value,
      shown: <a href={`/bodies/${bodyId}?list=inbox&stage=${stage}`}>{count(value)}</a>,
    }));
}
