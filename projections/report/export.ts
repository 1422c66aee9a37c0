/** A report as a table for spreadsheet programs: what was asked and answered first, then a line a row. */
import { z } from 'zod';
import { codeWord, fieldWord } from '../../events/words.ts';
import { BYTE_ORDER_MARK, csvLines } from '../csv.ts';
import { calledSchema } from './called.ts';
import { cellWord } from './cell-words.ts';

export const reportRowSchema = z.strictObject({
  fault: z.boolean(),
  says: z.string(),
  cells: z.record(z.string(), z.union([z.string(), z.number()])),
  rests: z.array(z.strictObject({ position: z.string(), eventId: z.string(), type: z.string() })),
});

export const answeredSchema = z.strictObject({
  number: z.int(),
  title: z.string(),
  question: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  /** Everything up to here, and nothing after it, is behind the answer. */
  asOf: z.strictObject({
    position: z.string(),
    recordedBefore: z.string().optional(),
    /** Valid time: only what had taken place by then, or by the end of that day. */
    validAt: z.string().optional(),
  }),
  /** The answer in a sentence. */
  verdict: z.string(),
  faults: z.int(),
  /** Headers of the cells. */
  columns: z.record(z.string(), z.string()),
  rows: z.array(reportRowSchema),
  called: calledSchema,
});
export type Answered = z.infer<typeof answeredSchema>;

/** What is behind an answer, in Chinese. */
function cutOf({ position, recordedBefore, validAt }: Answered['asOf']): string {
  return [
    `位置 ${position}`,
    ...(recordedBefore === undefined ? [] : [`记录时间早于 ${recordedBefore}`]),
    ...(validAt === undefined ? [] : [`有效时间 ${validAt}`]),
  ].join('，');
}

function cellText(column: string, value: string | number = ''): string {
  return cellWord(column, String(value)) ?? String(value);
}

/** The answer of a report as CSV with its question, parameters and verdict on top. */
export function csvOf({ number, title, question, parameters, asOf, verdict, columns, rows }: Answered): string {
  const keys = Object.keys(columns);
  const asked = Object.entries(parameters).map(
    ([name, value]) => `${fieldWord(name).zh}：${codeWord(name, String(value))}`,
  );
  const head = [
    [`报告${number}`, title],
    ['问题', question],
    ['参数', asked.join('；')],
    ['截至', cutOf(asOf)],
    ['结论', verdict],
    [],
    ['序号', '存在问题', '说明', ...keys.map(key => columns[key] as string), '所依位置', '所依事件'],
  ];
  const body = rows.map(({ fault, says, cells, rests }, index) => [
    String(index + 1),
    fault ? '是' : '',
    says,
    ...keys.map(key => cellText(key, cells[key])),
    rests.map(({ position }) => position).join(' '),
    rests.map(({ eventId }) => eventId).join(' '),
  ]);
  return BYTE_ORDER_MARK + csvLines([...head, ...body]);
}
