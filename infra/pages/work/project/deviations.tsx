/** 偏离: what did not go with this project as the regulation or the work plan wants. */
import type { z } from 'zod';
import { basisLabel } from '../../../../events/basis-label.ts';
import { catalogue } from '../../../../events/catalogue.ts';
import { OVERSIGHT } from '../../../../projections/query.ts';
import type { namedDeviationSchema } from '../../../../projections/supervision/deviations.ts';
import { minute } from '../../parts/format.ts';
import { Table } from '../../parts/table.tsx';
import { caseTab } from './tab.ts';

export const deviationsTab = caseTab({
  id: 'deviations',
  label: '偏离',
  roles: OVERSIGHT,
  load: ({ projectId }, { ask }) =>
    ask<{ items: z.infer<typeof namedDeviationSchema>[] }>('ListDeviations', { projectId, limit: 500 }),
  view: ({ data: { items } }) => (
    <Table
      caption="偏离"
      none="没有偏离。"
      columns={[
        { head: '时间', cell: row => minute(row.effectiveAt), isOneLine: true },
        { head: '偏离', cell: row => row.zh },
        { head: '行为', cell: row => catalogue.get(row.eventType)?.title ?? row.eventType },
        {
          head: '行为人',
          cell: row => <a href={`/people/${row.by.accountId}`}>{row.by.name}</a>,
          isOneLine: true,
        },
        { head: '依据', cell: row => basisLabel(row.basis) },
      ]}
      rows={items}
    />
  ),
});
