/** 报表数据字典: what stands in the tables that BI tools read. */
import { z } from 'zod';
import type { DictionaryColumn, DictionaryTable } from '../../../projections/reporting/dictionary.ts';
import { page } from '../page.ts';
import { Table } from '../parts/table.tsx';

export const reportingDictionaryPage = page({
  path: '/reporting',
  name: 'ShowReportingDictionaryPage',
  title: '报表数据字典',
  access: 'public',
  input: z.strictObject({}),
  load: (_input, { ask }) => ask<{ items: DictionaryTable[] }>('ListReportingTables', {}),
  view: ({ data: { items } }) => (
    <>
      <h1>报表数据字典</h1>
      <p class="lead">
        供报表软件直接读取的各表：名称和各列一经发布不再改变，含义有变的另立新版本。表由台账生成，不含个人信息、材料内容和限制查阅的事项。
      </p>
      <p class="fine">
        也可读取 <a href="/api/v1/reporting/dictionary">JSON</a>，或者在报表库中查询 reporting_dictionary_v1 和
        reporting_codes_v1。时间为协调世界时，日期为北京时间。
      </p>
      <ul>
        {items.map(({ view, zh }) => (
          <li>
            <a href={`#${view}`}>{zh}</a> <span class="hash">{view}</span>
          </li>
        ))}
      </ul>
      {items.map(({ view, zh, columns }) => (
        <section>
          <h2 id={view}>{zh}</h2>
          <p class="hash">{view}</p>
          <Table
            caption={`${zh}各列`}
            columns={[
              { head: '列', cell: ({ name }) => name, isOneLine: true },
              { head: '含义', cell: column => column.zh, isOneLine: true },
              { head: '类型', cell: typeWord, isOneLine: true },
              { head: '约束', cell: ({ key, nullable }) => (key ? '主键' : nullable ? '可为空' : ''), isOneLine: true },
              { head: '取值', cell: codesTold, isProse: true },
            ]}
            rows={columns}
          />
        </section>
      ))}
    </>
  ),
});

const TYPES: Readonly<Record<DictionaryColumn['type'], string>> = { text: '文字', integer: '整数', boolean: '是否' };

function typeWord({ type, format }: DictionaryColumn): string {
  if (format === 'date') return '日期';
  return format === 'date-time' ? '时间' : TYPES[type];
}

function codesTold({ type, codes }: DictionaryColumn): string {
  if (type === 'boolean') return '1 是；0 否';
  return codes.map(({ value, zh }) => (value === zh ? value : `${value} ${zh}`)).join('；');
}
