/** Public lists as tables for spreadsheet programs: whole, in Chinese, and of the same rows that the list has. */
import papaparse from 'papaparse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BASE } from '../../infra/http/endpoint.ts';
import { BadCursor } from '../../projections/ports.ts';
import type { QueryRoute } from '../../projections/route.ts';
import { queryRoutes } from '../../projections/routes.ts';
import { pageOfFound, searcher } from '../../projections/search.ts';
import { asTable } from '../../projections/table.ts';
import { openTwoOrganisations, STORY, type TwoOrganisations } from './two-organisations.ts';

let site: TwoOrganisations;
beforeAll(async () => {
  site = await openTwoOrganisations();
});
afterAll(() => site.close());

const tabled = queryRoutes.filter(({ table }) => table !== undefined);
const addressOf = ({ path }: QueryRoute) => `${BASE}${path.replace(':year', String(STORY.year))}`;
/** As everybody, or as somebody who may ask for all of it. */
const ask = (path: string, allow: QueryRoute['allow'] = 'public') =>
  fetch(`${site.url}${path}`, {
    headers: allow === 'public' ? {} : { authorization: `Bearer ${site.tokens.supervisor}` },
  });

const rowsOf = (csv: string) => papaparse.parse<string[]>(csv.replace(/^\uFEFF/, ''), { skipEmptyLines: true }).data;

/** Public lists that nobody could take away whole. */
const untabled = (routes: readonly QueryRoute[]) =>
  routes
    .filter(({ allow, paged, table }) => allow === 'public' && paged && table === undefined)
    .map(({ name }) => name);

describe('every public list', () => {
  it('can be had whole as a table', () => {
    expect(untabled(queryRoutes)).toEqual([]);
  });

  it('given one without columns, then it is found', () => {
    const [first, ...others] = tabled.filter(({ paged }) => paged) as [QueryRoute, ...QueryRoute[]];
    const { table: _none, ...bare } = first;
    expect(untabled([bare, ...others])).toEqual([first.name]);
  });

  it.each(tabled.map(route => [route.name, route] as const))(
    '%s: as many lines as rows, each as wide as the head',
    async (_name, route) => {
      const list = await ask(addressOf(route), route.allow);
      const table = await ask(`${addressOf(route)}?format=csv`, route.allow);
      expect(table.status).toBe(list.status);
      if (list.status === 404) return;
      const { items } = (await list.json()) as { items: unknown[] };
      expect(table.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      expect(decodeURIComponent(table.headers.get('content-disposition') ?? '')).toContain(`${route.title}.csv`);
      const bytes = Buffer.from(await table.arrayBuffer());
      expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
      const [head, ...lines] = rowsOf(bytes.toString());
      expect(head).toEqual(route.table?.map(([name]) => name));
      expect(lines).toHaveLength(items.length);
      for (const line of lines) expect(line).toHaveLength(head?.length ?? 0);
    },
  );

  it('given a format that there is none of, or a list that has no columns, then it is refused', async () => {
    expect((await ask(`${BASE}/bodies?format=xlsx`)).status).toBe(422);
    expect((await ask(`${BASE}/regulation/articles?format=csv`)).status).toBe(422);
  });
});

describe('a table', () => {
  const rows = Array.from({ length: 250 }, (_, index) => ({ n: index, text: index === 7 ? '=1+1' : `行 ${index}` }));
  const route = {
    name: 'ListRows',
    title: '各行',
    paged: true,
    table: [
      ['序号', (row: { n: number }) => row.n],
      ['文字', (row: { text: string }) => row.text],
    ],
    answer: async ({ limit, cursor = '0' }: { limit: number; cursor?: string }) => {
      const to = Number(cursor) + limit;
      const next = to < rows.length ? { next: String(to) } : {};
      return { kind: 'json', text: JSON.stringify({ items: rows.slice(Number(cursor), to), ...next }), ...next };
    },
  } as unknown as QueryRoute;

  it('given a list of several pages, then all of them, whichever page was asked for; no cell starts a formula', async () => {
    const answer = await asTable(route).answer({ limit: 2, cursor: '240' } as never, undefined, undefined as never);
    if (answer.kind !== 'stream') throw new Error('no table');
    const pieces: string[] = [];
    for await (const piece of answer.chunks) pieces.push(piece);
    const [, ...lines] = rowsOf(pieces.join(''));
    expect(lines.map(([n]) => n)).toEqual(rows.map(({ n }) => String(n)));
    expect(lines[7]?.[1]).toBe("'=1+1");
  });
});

describe('looking for words', () => {
  it.each([
    ['焊接', true],
    ['焊接 机械', true],
    ['ｗ１', true],
    ['焊接 化工', false],
    [undefined, true],
  ])('%s: %s', (q, isFound) => {
    expect(searcher(q)(['降低焊接不良率', '天津机械厂', undefined, 'W1'])).toBe(isFound);
  });

  it('then a page of what was found says how much there is in all', () => {
    expect(pageOfFound([1, 2, 3], { limit: 2 })).toEqual({ items: [1, 2], total: 3, next: '2' });
    expect(pageOfFound([1, 2, 3], { limit: 2, cursor: '2' })).toEqual({ items: [3], total: 3 });
    expect(() => pageOfFound([1], { limit: 2, cursor: '-1' })).toThrow(BadCursor);
  });
});
