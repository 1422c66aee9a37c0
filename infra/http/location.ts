/** Where that which a command makes is read: the `Location` of a 201 (RFC 9110, 15.3.2), derived from the routes. */
import type { QueryRoute } from '../../projections/route.ts';
import type { CommandRoute } from '../../services/route.ts';
import { BASE, parametersOf } from './endpoint.ts';

/**
 * The template of the address at which the thing is read that a command makes: one of its own, else the list it stands in.
 * Undefined where nothing of it is read.
 */
export function templateFor({ path: below, readAt }: CommandRoute, queries: readonly QueryRoute[]): string | undefined {
  if (readAt) return `${BASE}${readAt}`;
  const path = `${BASE}${below}`;
  const readable = new Set(queries.map(query => `${BASE}${query.path}`));
  const own = [...readable].find(each => each.startsWith(`${path}/:`) && !each.slice(path.length + 2).includes('/'));
  if (own) return own;
  for (let at = path; at.startsWith(`${BASE}/`); at = at.slice(0, at.lastIndexOf('/'))) {
    if (readable.has(at)) return at;
  }
  return undefined;
}

/** The address: parameters are fields of the input, the last one of them the id that was made, where it is no field. */
export function addressAt(template: string, input: Readonly<Record<string, unknown>>, id: string): string {
  const values = new Map(parametersOf(template).map(name => [name, String(input[name] ?? id)]));
  return template.replaceAll(/:(\w+)/g, (_parameter, name: string) => encodeURIComponent(values.get(name) ?? id));
}
