/** 监督报告: one page serves them all; the verdict first, then what it rests on. */
import { z } from 'zod';
import { fieldWord } from '../../../events/words.ts';
import { OVERSIGHT } from '../../../projections/query.ts';
import type { Answered } from '../../../projections/report/export.ts';
import { reports } from '../../../projections/report/index.ts';
import { askingSchema } from '../../../projections/report/report.ts';
import { notThere } from '../../http/problem.ts';
import { page } from '../page.ts';
import { Filters, TextField } from '../parts/field.tsx';
import { count } from '../parts/format.ts';
import { Table } from '../parts/table.tsx';
import { eventAddress } from './event.tsx';

/** All that any report is asked with; each takes its own. */
const PARAMETERS = new Set(reports.flatMap(report => Object.keys(askingSchema(report).shape)));

const input = z.strictObject({
  number: z.coerce.number().int(),
  ...Object.fromEntries([...PARAMETERS].map(name => [name, z.string().max(200).optional()])),
});

type Rows = Answered['rows'];

/** More rows than that are for the export. */
const SHOWN = 500;

export const reportPage = page({
  path: '/supervision/reports/:number',
  name: 'ShowReportPage',
  title: ({ number }) => reports.find(each => each.number === number)?.title ?? '监督报告',
  access: OVERSIGHT,
  input,
  async load({ number, ...given }, { report: answer }) {
    const report = reports.find(each => each.number === number);
    if (!report) throw notThere();
    const fields = Object.keys(askingSchema(report).shape);
    const asked = Object.fromEntries(
      Object.entries(given).filter(([name, value]) => value !== undefined && fields.includes(name)),
    );
    const needed = askingSchema(report).safeParse(asked);
    const isMissing = !needed.success && needed.error.issues.every(({ path }) => asked[String(path[0])] === undefined);
    const answered = isMissing ? undefined : await answer<Answered>(number, asked);
    return { report, fields, asked: asked as Readonly<Record<string, string>>, answered };
  },
  view: ({ data: { report, fields, asked, answered }, here }) => (
    <>
      <p class="crumbs">
        <a href="/supervision">监督</a>
      </p>
      <h1>
        {report.number} {report.title}
      </h1>
      <p class="lead">{report.question.split(' (')[0]}</p>
      <Filters label="报告的条件">
        {fields.map(name => (
          <TextField label={fieldWord(name, 'ShowReportPage').zh} name={name} value={asked[name]} />
        ))}
      </Filters>
      {answered ? <Verdict answered={answered} here={here} /> : <p class="none">请填写条件。</p>}
    </>
  ),
});

function Verdict({ answered, here }: { readonly answered: Answered; readonly here: URL }) {
  const { verdict, faults, rows, columns, asOf } = answered;
  return (
    <>
      <p class={faults > 0 ? 'verdict bad' : 'verdict'}>{verdict}</p>
      <p class="fine">
        截至台账位置 {asOf.position}，{count(rows.length)} 行，其中有问题的 {count(faults)} 行。
        {here.searchParams.size === 0 && '不填条件即为全部。'}
      </p>
      {rows.length > SHOWN && <p class="alert">只显示前 {SHOWN} 行，全部请由接口导出。</p>}
      <Table
        caption="报告的内容"
        none="没有内容。"
        columns={[
          { head: '', cell: (row: Rows[number]) => (row.fault ? <span class="tag warn">问题</span> : '') },
          ...Object.entries(columns).map(([key, head]) => ({
            head,
            cell: (row: Rows[number]) => row.cells[key] ?? '',
          })),
          { head: '依据的事件', cell: (row: Rows[number]) => <Rests row={row} /> },
        ]}
        rows={rows.slice(0, SHOWN)}
      />
    </>
  );
}

const LISTED = 5;

function Rests({ row: { rests } }: { readonly row: Rows[number] }) {
  return (
    <>
      {rests.slice(0, LISTED).map(({ position }) => (
        <>
          <a href={eventAddress(position)}>{position}</a>{' '}
        </>
      ))}
      {rests.length > LISTED && <small>等 {rests.length} 个</small>}
    </>
  );
}
