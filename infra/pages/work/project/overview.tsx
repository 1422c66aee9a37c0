/** 概况: where the project stands and what it has been through. */
import { RECOMMENDING_ROLES } from '../../../../events/envelope.ts';
import { codeWord } from '../../../../events/words.ts';
import { STEP_DEFINITIONS } from '../../../../projections/dashboard/definitions.ts';
import { Facts, Table } from '../../parts/table.tsx';
import { caseTab } from './tab.ts';

export const overviewTab = caseTab({
  id: 'overview',
  label: '概况',
  roles: ['UNIT', 'TPO', ...RECOMMENDING_ROLES, 'MSR', 'SUP'],
  load: () => Promise.resolve(undefined),
  view: ({ standing }) => (
    <>
      <Facts
        facts={[
          ['申报年度', standing.year],
          ['项目编号', standing.projectId],
          ['所属行业', standing.industry],
          ['申报材料', standing.version === 0 ? '尚未提交' : `第${standing.version}版`],
        ]}
      />
      <h2>走到过的各步</h2>
      <Table
        caption="走到过的各步"
        columns={[
          { head: '步骤', cell: ({ step }) => codeWord('step', step), isOneLine: true },
          { head: '含义', cell: ({ step }) => STEP_DEFINITIONS[step].zh },
          { head: '计入', cell: ({ bodyName }) => bodyName },
        ]}
        rows={standing.steps}
      />
    </>
  ),
});
