/** 期限: what the work plan in force sets for the year of the project. */
import type { z } from 'zod';
import { RECOMMENDING_ROLES, type Role } from '../../../../events/envelope.ts';
import { articleLabel } from '../../../../events/statute.ts';
import { codeWord, ROLE_WORDS } from '../../../../events/words.ts';
import type { deadlineSchema } from '../../../../projections/programme/deadlines.ts';
import { dueWord } from '../../../../projections/programme/tables.ts';
import { Table } from '../../parts/table.tsx';
import { caseTab } from './tab.ts';

type Deadline = z.infer<typeof deadlineSchema>;

export const deadlinesTab = caseTab({
  id: 'deadlines',
  label: '期限',
  roles: ['UNIT', ...RECOMMENDING_ROLES, 'MSR', 'SUP'],
  load: ({ year }, { ask }) => ask<{ items: Deadline[] }>('ListDeadlines', { year }),
  view: ({ standing: { turn, year }, data: { items } }) => (
    <>
      {turn?.dueOn && (
        <p class={turn.overdue ? 'verdict bad' : 'verdict'}>
          {turn.matter}：应于 {turn.dueOn}（含）前办理{turn.overdue ? '，已逾期' : ''}。
        </p>
      )}
      <h2>{year}年度工作方案规定的期限</h2>
      <Table
        caption="期限"
        none="工作方案尚未公布。"
        columns={[
          { head: '事项', cell: row => row.title },
          { head: '由谁办理', cell: row => row.owedBy.map(role => ROLE_WORDS[role as Role]).join('、') },
          { head: '期限', cell: dueWord, isOneLine: true },
          { head: '状态', cell: row => codeWord('state', row.state, 'ListDeadlines'), isOneLine: true },
          { head: '依据', cell: row => `${articleLabel(row.duty)}；工作方案第${row.planVersion}版` },
        ]}
        rows={items}
      />
    </>
  ),
});
