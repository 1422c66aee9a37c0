/** 偏离登记: what did not go as it should. */
import { z } from 'zod';
import { basisLabel } from '../../../events/basis-label.ts';
import { catalogue } from '../../../events/catalogue.ts';
import type { LegalBasis } from '../../../events/envelope.ts';
import { ARTICLE_IDS, articleLabel } from '../../../events/statute.ts';
import { OVERSIGHT, paging } from '../../../projections/query.ts';
import { page } from '../page.ts';
import { ChoiceField, Filters } from '../parts/field.tsx';
import { minute } from '../parts/format.ts';
import { Pager, Table } from '../parts/table.tsx';
import { eventAddress } from './event.tsx';

interface Deviation {
  readonly zh: string;
  readonly basis: LegalBasis;
  readonly eventType: string;
  readonly effectiveAt: string;
  readonly position: string;
  readonly by: { readonly accountId: string; readonly name: string };
  readonly projectId?: string;
  readonly projectTitle?: string;
}

export const deviationsPage = page({
  path: '/supervision/deviations',
  name: 'ShowDeviationsPage',
  title: '偏离登记',
  access: OVERSIGHT,
  input: z.strictObject({ ...paging, article: z.enum(ARTICLE_IDS).optional() }),
  load: (input, { ask }) => ask<{ items: Deviation[]; next?: string }>('ListDeviations', input),
  view: ({ input, data: { items, next }, here }) => (
    <>
      <p class="crumbs">
        <a href="/supervision">监督</a>
      </p>
      <h1>偏离登记</h1>
      <p class="lead">已经发生而与办法或者工作方案不符的，如实记入并标明，不予阻止。</p>
      <Filters label="筛选偏离">
        <ChoiceField
          label="条款"
          name="article"
          options={ARTICLE_IDS.map(id => [id, articleLabel(id)] as const)}
          chosen={input.article}
        />
      </Filters>
      <Table
        caption="偏离"
        none="没有偏离。"
        columns={[
          {
            head: '时间',
            cell: row => <a href={eventAddress(row.position)}>{minute(row.effectiveAt)}</a>,
            isOneLine: true,
          },
          { head: '偏离', cell: row => row.zh },
          { head: '行为', cell: row => catalogue.get(row.eventType)?.title ?? row.eventType },
          {
            head: '行为人',
            cell: row => (
              <a href={`/supervision/trail?person=${encodeURIComponent(row.by.accountId)}`}>{row.by.name}</a>
            ),
          },
          {
            head: '项目',
            cell: row => row.projectId && <a href={`/projects/${row.projectId}/timeline`}>{row.projectTitle}</a>,
          },
          { head: '依据', cell: row => basisLabel(row.basis) },
        ]}
        rows={items}
      />
      <Pager here={here} next={next} />
    </>
  ),
});
