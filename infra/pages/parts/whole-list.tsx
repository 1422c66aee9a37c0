/** A list taken away whole: for spreadsheet programs and for programs; how many rows there are. */
import { queryRoutes } from '../../../projections/routes.ts';
import { BASE, parametersOf } from '../../http/endpoint.ts';
import { count } from './format.ts';

/** What one page of a list is told besides what narrows it. */
const OF_A_PAGE = new Set(['limit', 'cursor']);

/** The address of a query in the API, with what was asked; throws where no query has the name. */
export function addressInApi(query: string, input: Readonly<Record<string, unknown>>): string {
  const route = queryRoutes.find(({ name }) => name === query);
  if (!route) throw new Error(`no query is called ${query}`);
  const inPath = parametersOf(route.path);
  const path = route.path.replaceAll(/:(\w+)/g, (_parameter, name: string) => encodeURIComponent(String(input[name])));
  const asked = Object.entries(input).filter(
    ([name, value]) => value !== undefined && !inPath.includes(name) && !OF_A_PAGE.has(name),
  );
  const parameters = new URLSearchParams(asked.map(([name, value]) => [name, String(value)]));
  return parameters.size === 0 ? `${BASE}${path}` : `${BASE}${path}?${parameters}`;
}

/** Of a public list; `total` is how many rows all its pages have. */
export function WholeList({
  query,
  input,
  total,
}: {
  readonly query: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly total?: number | undefined;
}) {
  return (
    <p class="tools">
      {total !== undefined && <span>共 {count(total)} 行</span>}
      <a href={addressInApi(query, { ...input, format: 'csv' })}>下载全部（CSV）</a>
      <a href={addressInApi(query, input)}>供程序读取（JSON）</a>
    </p>
  );
}
