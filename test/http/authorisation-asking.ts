/** Requests made from the route table: where an endpoint stands, with an input it accepts, and what it answers. */
import type { z } from 'zod';
import { BASE, parametersOf } from '../../infra/http/endpoint.ts';
import { validInput, type Words } from '../../infra/http/valid-input.ts';
import { reports } from '../../projections/report/index.ts';
import { askingSchema } from '../../projections/report/report.ts';
import { queryRoutes } from '../../projections/routes.ts';
import { commandRoutes } from '../../services/routes.ts';

/** What every command, query and report asks for, by name. */
export const inputs: ReadonlyMap<string, z.ZodType> = new Map([
  ...commandRoutes.map(({ command }) => [command.name, command.input] as const),
  ...queryRoutes.map(({ name, input }) => [name, input] as const),
  ...reports.map(report => [report.name, askingSchema(report)] as const),
]);

export interface Place {
  readonly name: string;
  readonly method: string;
  /** From the root; `:name` marks a parameter. */
  readonly path: string;
}

export interface Target {
  readonly method: string;
  readonly path: string;
  readonly body: Record<string, unknown>;
}

/** The things that the words name, in a form that the endpoint accepts; `whole` with what may be left out. */
export function targetOf(place: Place, words: Words, whole = false): Target {
  const schema = inputs.get(place.name);
  const input = schema ? validInput(schema, words, '', whole) : {};
  return placed(place, { ...pick(words, parametersOf(place.path)), ...(input as object) });
}

function pick(words: Words, names: readonly string[]): Words {
  return Object.fromEntries(names.map(name => [name, words[name] ?? 'x']));
}

/** An input with its path parameters where they belong, and the rest in the body or the query string. */
export function placed({ method, path }: Omit<Place, 'name'>, input: Words): Target {
  const rest = new Map(Object.entries(input));
  const filled = path.replaceAll(/:(\w+)/g, (_parameter, field: string) => {
    const value = String(rest.get(field));
    rest.delete(field);
    return encodeURIComponent(value);
  });
  if (method === 'POST') return { method, path: filled, body: Object.fromEntries(rest) };
  const query = new URLSearchParams([...rest].map(([key, value]) => [key, String(value)] as [string, string]));
  return { method, path: query.size > 0 ? `${filled}?${query}` : filled, body: {} };
}

export interface Answered {
  readonly status: number;
  readonly mediaType: string;
  readonly text: string;
}

export async function ask(url: string, { method, path, body }: Target, token?: string): Promise<Answered> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      'accept-encoding': 'identity',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(method === 'POST' && { 'content-type': 'application/json' }),
    },
    ...(method === 'POST' && { body: JSON.stringify(body) }),
  });
  const { status, headers } = response;
  const mediaType = headers.get('content-type')?.split(';')[0] ?? '';
  return { status, mediaType, text: await textOf(response, mediaType) };
}

/** An event stream never ends: what has come with its head is enough. */
async function textOf(response: Response, mediaType: string): Promise<string> {
  if (mediaType !== 'text/event-stream') return response.text();
  const { value } = (await response.body?.getReader().read()) ?? {};
  await response.body?.cancel().catch(() => undefined);
  return new TextDecoder().decode(value);
}

/** Stores a file and gives the name it got. */
export async function storeFile(url: string, content: string, token = ''): Promise<string> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' };
  const response = await fetch(`${url}${BASE}/files`, { method: 'POST', headers, body: content });
  return ((await response.json()) as { sha256: string }).sha256;
}

/** `allowed`, or the status and code of a refusal. */
export function verdictOf({ status, text }: Answered): string {
  return status < 400 ? 'allowed' : `${status} ${(JSON.parse(text) as { code: string }).code}`;
}

/** Without what differs from request to request. */
export function timeless({ status, text }: Answered): string {
  return `${status} ${text.replace(/"traceId":"[^"]*"/, '')}`;
}

const AT_ONCE = 8;

/** Asks all of them, a few at a time; the answers in the order of the questions. */
export async function askAll<T, A>(questions: readonly T[], one: (question: T) => Promise<A>): Promise<A[]> {
  const answers: A[] = [];
  let next = 0;
  const asking = async () => {
    for (let at = next++; at < questions.length; at = next++) answers[at] = await one(questions[at] as T);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, asking));
  return answers;
}
