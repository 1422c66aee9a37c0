/** 材料调阅: who opened whose material, and when (art-26). */
import { z } from 'zod';
import { accountIdSchema, creditCodeSchema } from '../../../events/ids.ts';
import { codeWord, ROLE_WORDS } from '../../../events/words.ts';
import type { accessSchema } from '../../../projections/enforcement/accesses.ts';
import { paging } from '../../../projections/query.ts';
import { page } from '../page.ts';
import { Filters, TextField } from '../parts/field.tsx';
import { count, minute } from '../parts/format.ts';
import { Pager, Table } from '../parts/table.tsx';
import { eventAddress } from './event.tsx';

type Access = z.infer<typeof accessSchema>;

export const accessesPage = page({
  path: '/supervision/accesses',
  name: 'ShowAccessesPage',
  title: '材料调阅',
  access: ['SUP'],
  input: z.strictObject({ person: accountIdSchema.optional(), unit: creditCodeSchema.optional(), ...paging }),
  load: (input, { ask }) => ask<{ items: Access[]; next?: string }>('ListMaterialAccesses', input),
  view: ({ input, data: { items, next }, here }) => (
    <>
      <p class="crumbs">
        <a href="/supervision">监督</a>
      </p>
      <h1>材料调阅</h1>
      <p class="lead">
        谁在何时打开了哪个单位的材料，最近的在前。监督人员自己打开材料也记录在内；每人每天对同一材料只记第一次。
      </p>
      <Filters label="筛选调阅">
        <TextField label="调阅人（账户）" name="person" value={input.person} />
        <TextField label="单位（统一社会信用代码）" name="unit" value={input.unit} />
      </Filters>
      <AccessTable rows={items} />
      <Pager here={here} next={next} />
    </>
  ),
});

export function AccessTable({ rows }: { readonly rows: readonly Access[] }) {
  return (
    <Table
      caption="调阅，每行是一次打开一个单位的材料"
      none="没有调阅记录。"
      columns={[
        {
          head: '时间',
          cell: ({ at, position }) => <a href={eventAddress(String(BigInt(position)))}>{minute(at)}</a>,
          isOneLine: true,
        },
        {
          head: '调阅人',
          cell: ({ accountId, name, role }) => (
            <>
              <a href={`/people/${accountId}`}>{name ?? accountId}</a>
              <small>{ROLE_WORDS[role]}</small>
            </>
          ),
        },
        { head: '材料', cell: ({ kind }) => codeWord('kind', kind, 'ListMaterialAccesses') },
        {
          head: '哪个单位的',
          cell: ({ uscc, unitName }) =>
            uscc === undefined ? '不属于任何单位' : <a href={`/units/${uscc}`}>{unitName ?? uscc}</a>,
        },
        {
          head: '打开了什么',
          cell: ({ objects, projects }) =>
            projects.length === 0
              ? `${count(objects.length)} 个文件`
              : projects.map(({ projectId, title }) => (
                  <small>
                    <a href={`/projects/${projectId}/timeline`}>{title}</a>
                  </small>
                )),
        },
      ]}
      rows={rows}
    />
  );
}
