/** 监督报告: one page serves them all; the verdict first, then what it rests on. */
import { z } from 'zod';
import { OVERSIGHT } from '../../../projections/query.ts';
import type { Answered } from '../../../projections/report/export.ts';
import { reports } from '../../../projections/report/index.ts';
import { type AnyReport, askingSchema } from '../../../projections/report/report.ts';
import { notThere } from '../../http/problem.ts';
import { downloadAddress } from '../downloads.ts';
import { page } from '../page.ts';
import { count, withChoice } from '../parts/format.ts';
import { type Column, Table } from '../parts/table.tsx';
import { AskedFields, type AskedWith, askedAbout } from './asked-about.tsx';
import { eventAddress } from './event.tsx';
import { Cell, type CellNames, cellNamesOf, widthOf } from './report-cells.tsx';
import { ThingToChoose } from './things.tsx';

/** All that a report is asked with. What is past is not asked about where it makes no difference. */
function parametersOf(report: AnyReport) {
  const { validAt, ...shape } = askingSchema(report).shape;
  return typeof report.validTime === 'string' ? { ...shape, validAt } : shape;
}

const text = z.string().max(200).optional();

const input = z.strictObject({
  number: z.coerce.number().int(),
  ...Object.fromEntries(reports.flatMap(report => Object.keys(parametersOf(report))).map(name => [name, text])),
  /** What is looked for in a list from which to choose, and from where on it is shown. */
  q: text,
  cursor: text,
  /** The thing that is chosen next. */
  choose: text,
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
  async load({ number, ...given }, asking) {
    const report = reports.find(each => each.number === number);
    if (!report) throw notThere();
    const parameters = Object.entries(parametersOf(report));
    const names = parameters.map(([name]) => name);
    const needed = parameters.filter(([, schema]) => !schema.safeParse(undefined).success).map(([name]) => name);
    const own = Object.entries(given).filter(([name]) => [...names, 'q', 'cursor', 'choose'].includes(name));
    const about = await askedAbout(names, needed, Object.fromEntries(own), asking);
    const asked = Object.fromEntries(Object.entries(about.asked).filter(([, value]) => value !== undefined));
    const isMissing = needed.some(name => asked[name] === undefined);
    const answered = isMissing || about.toChoose ? undefined : await asking.report<Answered>(number, asked);
    const called = answered && (await cellNamesOf(answered, asking));
    return { report, about, answered, called };
  },
  view: ({ data: { report, about, answered, called }, here }) => (
    <>
      <p class="crumbs">
        <a href="/supervision">监督</a>
      </p>
      <h1>
        {report.number} {report.title}
      </h1>
      <p class="lead">{report.question.split(' (')[0]}</p>
      {about.toChoose && <ThingToChoose choice={about.toChoose} here={here} kept={['choose']} />}
      {!about.toChoose && <AskedFields about={about} here={here} />}
      {answered && called && <Verdict answered={answered} asked={about.asked} names={called} here={here} />}
      {!answered && !about.toChoose && <p class="none">请填写条件。</p>}
    </>
  ),
});

function Verdict({
  answered,
  asked,
  names,
  here,
}: {
  readonly answered: Answered;
  readonly asked: AskedWith;
  readonly names: CellNames;
  readonly here: URL;
}) {
  const { verdict, faults, rows, columns, asOf, number } = answered;
  const saved = (format: string) =>
    withChoice(new URL('/', here), { ...asked, format }, downloadAddress(`/reports/${number}`));
  const shares = sharesOf(answered, names);
  return (
    <>
      <p class={faults > 0 ? 'verdict bad' : 'verdict'}>{verdict}</p>
      <p class="fine">
        截至台账位置 {asOf.position}，{count(rows.length)} 行，其中有问题的 {count(faults)} 行。
        {here.searchParams.size === 0 && '不填条件即为全部。'}
      </p>
      <p class="tools">
        <a href={saved('csv')}>存为 CSV（全部各行）</a>
        <a href={saved('json')}>JSON</a>
      </p>
      {rows.length > SHOWN && <p class="alert">只显示前 {SHOWN} 行，全部在 CSV 里。</p>}
      <Table
        caption="报告的内容"
        none="没有内容。"
        columns={[
          { head: '', cell: (row: Rows[number]) => (row.fault ? <span class="tag warn">问题</span> : '') },
          ...Object.entries(columns)
            .filter(([key]) => key !== REPEATED)
            .map(([key, head]) => ({
              head,
              cell: (row: Rows[number]) => <Cell column={key} value={row.cells[key]} names={names} />,
              share: shares.get(key),
              ...lookOf(key, rows),
            })),
          { head: '依据的事件', cell: (row: Rows[number]) => <Rests row={row} /> },
        ]}
        rows={rows.slice(0, SHOWN)}
      />
    </>
  );
}

/** Ids of organisations whose names stand beside them: for programs, in what is saved. */
const REPEATED = 'id';

/** Room that the columns before and after take, and that one sentence does at most. */
const AROUND = 16;
const MOST_ROOM = 40;

/** What percent of a table its columns take, so that none waits for the rows below. */
function sharesOf({ columns, rows }: Answered, names: CellNames): ReadonlyMap<string, number> {
  const shown = rows.slice(0, SHOWN);
  const room = Object.entries(columns)
    .filter(([key]) => key !== REPEATED)
    .map(([column, head]) => {
      const widest = Math.max(
        head.length * 2,
        ...shown.map(row => widthOf({ column, value: row.cells[column], names })),
      );
      return [column, Math.min(widest, MOST_ROOM)] as const;
    });
  const total = room.reduce((sum, [, width]) => sum + width, AROUND);
  return new Map(room.map(([column, width]) => [column, Math.round((width / total) * 100)]));
}

const TIME = /^\d{4}-\d\d-\d\d(?: \d\d:\d\d)?$/;

/** Sentences have room, and times are not broken. */
function lookOf(key: string, rows: Rows): Pick<Column<Rows[number]>, 'isOneLine' | 'isProse'> {
  const texts = rows.slice(0, SHOWN).map(({ cells }) => String(cells[key] ?? ''));
  if (PROSE.includes(key)) return { isProse: true };
  return texts.some(text => text !== '') && texts.every(text => text === '' || TIME.test(text))
    ? { isOneLine: true }
    : {};
}

/** Columns that hold sentences. */
const PROSE = ['reason', 'flaw', 'detail', 'readModel'];

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
