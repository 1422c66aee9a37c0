/** 监督: what is wrong, then a question and where to look. */
import { OVERSIGHT } from '../../../projections/query.ts';
import { reports } from '../../../projections/report/index.ts';
import { NO_INPUT, page } from '../page.ts';
import { count } from '../parts/format.ts';
import { Table } from '../parts/table.tsx';
import { type SystemNow, systemNow, troublesOf } from './troubles.ts';

interface Register {
  readonly address: string;
  readonly title: string;
  readonly question: string;
  /** For the supervising body alone. */
  readonly isClosed?: true;
}

const REGISTERS: readonly Register[] = [
  { address: '/supervision/trail', title: '监督轨迹', question: '谁在何时依据哪一条做了什么' },
  { address: '/projects', title: '项目全过程', question: '一个项目从头到尾经过了什么，某一天所知是什么' },
  { address: '/accounts', title: '人员', question: '某人何时担任什么角色、做过什么、看过谁的材料' },
  { address: '/supervision/deviations', title: '偏离登记', question: '哪些行为与办法或者工作方案不符' },
  { address: '/supervision/coverage', title: '条款和环节覆盖', question: '哪一条、哪个环节还没有行为' },
  { address: '/supervision/idle-duties', title: '尚无行为的职责', question: '谁该办的事没有办' },
  { address: '/panels', title: '技术评定组', question: '专家怎样抽取，谁与谁有利害关系，谁回避' },
  { address: '/fraud-cases', title: '弄虚作假案件', question: '骗取优秀成果的案件办到哪一步' },
  { address: '/supervision/accesses', title: '材料调阅', question: '谁打开过哪个单位的材料', isClosed: true },
  {
    address: '/supervision/misconduct',
    title: '工作人员问题案件',
    question: '关于工作人员的反映办到哪一步',
    isClosed: true,
  },
  { address: '/supervision/ledger', title: '台账存证', question: '台账有没有被改动，谁能证明' },
  { address: '/supervision/health', title: '系统健康', question: '页面上的数字是否齐全、是否最新' },
  { address: '/supervision/pack', title: '证据材料', question: '把一个项目、年度或者人员的证据打印出来' },
];

export const supervisionPage = page({
  path: '/supervision',
  name: 'ShowSupervision',
  title: '监督',
  access: OVERSIGHT,
  input: NO_INPUT,
  load: (_input, asking) => systemNow(asking),
  view: ({ data, actor }) => (
    <>
      <h1>监督</h1>
      <p class="lead">先选问题。每个答案都由台账直接得出，逐行写明依据哪些事件，每个事件都能当场核验。</p>
      <Alarms now={data} />
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
      <h2>登记和台账</h2>
      <Table
        caption="登记和台账"
        columns={[
          { head: '问题', cell: ({ question }) => question },
          { head: '到哪里看', cell: ({ address, title }) => <a href={address}>{title}</a> },
        ]}
        rows={REGISTERS.filter(({ isClosed }) => !isClosed || actor?.role === 'SUP')}
      />
    </>
  ),
});

/** What is wrong comes first; that nothing is, is said too. */
function Alarms({ now }: { readonly now: SystemNow }) {
  const troubles = troublesOf(now);
  const { head, readModels } = now.health;
  if (troubles.length === 0) {
    return (
      <p class="verdict">
        台账共 {count(Number(head))} 个位置，{readModels.length} 个读模型全部完整，没有警报。
      </p>
    );
  }
  return (
    <div class="verdict bad">
      {troubles.map(({ what, address }) => (
        <p>
          {what}。<a href={address}>查看</a>
        </p>
      ))}
    </div>
  );
}
