/** The whole of a list as a table for spreadsheet programs: the rows that its query answers with, page after page. */
import { BYTE_ORDER_MARK, csvLines } from './csv.ts';
import type { Caller, Reader } from './ports.ts';
import type { Answer, QueryRoute } from './route.ts';

/** A column: its Chinese head, and what stands in it; nothing where there is nothing. */
export type TableColumn<Row> = readonly [head: string, cell: (row: Row) => string | number | undefined];

/** Rows of a piece: some milliseconds of work. */
const PIECE = 100;

/** The same query, answered by a table of all its rows. Only for one that declares its columns. */
export function asTable(route: QueryRoute): QueryRoute {
  return { ...route, answer: (input: never, caller, reader) => tableOf(route, input, caller, reader) };
}

async function tableOf(route: QueryRoute, input: object, caller: Caller, reader: Reader): Promise<Answer> {
  const ask = (cursor?: string) => {
    const piece = route.paged ? { limit: PIECE, cursor } : {};
    return route.answer({ ...input, ...piece } as never, caller, reader);
  };
  const first = await ask();
  if (first.kind !== 'json') return first;
  const year = 'year' in input ? `${input.year}年度` : '';
  const chunks = linesOf(first, route, ask);
  return { kind: 'stream', mediaType: 'text/csv; charset=utf-8', filename: `${year}${route.title}.csv`, chunks };
}

type JsonAnswer = Extract<Answer, { kind: 'json' }>;

async function* linesOf(
  first: JsonAnswer,
  { name, table = [] }: QueryRoute,
  ask: (cursor: string) => Promise<Answer>,
): AsyncIterable<string> {
  yield BYTE_ORDER_MARK + csvLines([table.map(([head]) => head)]);
  for (let answer = first; ; ) {
    const { items } = JSON.parse(answer.text) as { readonly items: readonly never[] };
    if (items.length > 0) yield csvLines(items.map(row => table.map(([, cell]) => String(cell(row) ?? ''))));
    if (answer.next === undefined) return;
    const following = await ask(answer.next);
    if (following.kind !== 'json') throw new Error(`${name} ends in the middle`);
    answer = following;
  }
}
