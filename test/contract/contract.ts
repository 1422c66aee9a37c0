/**
 * What the API has promised, a line a fact: which operations there are and for whom, what each takes (<) and gives (>). What
 * is no longer kept of what was released breaks programs that rely on it; what is new breaks nobody, unless it is asked for.
 */
import type { z } from 'zod';
import { toJSONSchema } from 'zod';
import type { Endpoint } from '../../infra/http/endpoint.ts';

/** `PullEvents > [].id required` */
export type Contract = ReadonlySet<string>;

interface Shape {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Shape;
  readonly items?: Shape;
  readonly prefixItems?: readonly Shape[];
  readonly anyOf?: readonly Shape[];
  readonly oneOf?: readonly Shape[];
  readonly allOf?: readonly Shape[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
}

/** All that endpoints promise to programs; pages promise nothing. */
export function contractOf(endpoints: readonly Endpoint[]): Contract {
  return new Set(endpoints.filter(({ kind }) => kind !== 'page').flatMap(promisedBy));
}

function promisedBy({ name, method, path, access, operation }: Endpoint): string[] {
  const { requestParams = {}, requestBody, responses } = operation as unknown as Operation;
  const taken = [...Object.values(requestParams), ...contentsOf(requestBody)];
  const given = Object.entries(responses ?? {})
    .filter(([status]) => status.startsWith('2'))
    .flatMap(([, response]) => contentsOf(response));
  return [
    `${name} at ${method} ${path}`,
    ...(typeof access === 'string' ? [access] : access).map(role => `${name} for ${role}`),
    ...taken.flatMap(schema => factsOf(schema, 'input').map(fact => `${name} < ${fact}`)),
    ...given.flatMap(schema => factsOf(schema, 'output').map(fact => `${name} > ${fact}`)),
  ];
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: unknown }>>;
}

interface Operation {
  readonly requestParams?: Readonly<Record<string, unknown>>;
  readonly requestBody?: Content;
  readonly responses?: Readonly<Record<string, Content>>;
}

function contentsOf({ content = {} }: Content = {}): unknown[] {
  return Object.values(content).map(({ schema }) => schema);
}

/** Facts of a schema: `place is type`, `place = code`, `place required`; a list's entries are at `place[]`. */
export function factsOf(schema: unknown, io: 'input' | 'output'): readonly string[] {
  if (typeof schema !== 'object' || schema === null || !('_zod' in schema)) return [];
  const whole = toJSONSchema(schema as unknown as z.ZodType, { io, unrepresentable: 'any' }) as Shape & {
    readonly $defs?: Readonly<Record<string, Shape>>;
  };
  const facts = new Set<string>();
  const visit = (node: Shape, place: string, within: readonly string[]): void => {
    if (node.$ref !== undefined) {
      const target = whole.$defs?.[node.$ref.replace('#/$defs/', '')];
      if (target && !within.includes(node.$ref)) visit(target, place, [...within, node.$ref]);
      return;
    }
    const at = place === '' ? '.' : place;
    if (node.type !== undefined) facts.add(`${at} is ${node.type}`);
    for (const code of [...(node.enum ?? []), ...(node.const === undefined ? [] : [node.const])]) {
      facts.add(`${at} = ${String(code)}`);
    }
    for (const [name, field] of Object.entries(node.properties ?? {})) {
      const inner = place === '' ? name : `${place}.${name}`;
      if (node.required?.includes(name)) facts.add(`${inner} required`);
      visit(field, inner, within);
    }
    for (const entry of [node.items, ...(node.prefixItems ?? [])]) if (entry) visit(entry, `${place}[]`, within);
    if (typeof node.additionalProperties === 'object') visit(node.additionalProperties, `${place}{}`, within);
    for (const form of [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])])
      visit(form, place, within);
  };
  visit(whole, '', []);
  return [...facts];
}

/** As it is kept in a file: an operation, then a line a place, with the facts of the place. */
export function writtenDown(contract: Contract): string {
  const facts = new Map<string, string[]>();
  for (const line of [...contract].toSorted()) {
    const [, place = '', fact = ''] = FACT.exec(line) ?? [];
    facts.set(place, [...(facts.get(place) ?? []), fact]);
  }
  let operation = '';
  let text = '';
  for (const [place, ofPlace] of facts) {
    const [name = '', ...rest] = place.split(' ');
    if (name !== operation) text += `${name}\n`;
    operation = name;
    text += `  ${rest.join(' ')}: ${ofPlace.join(' | ')}\n`;
  }
  return text;
}

/** An operation with a place, or with `at` or `for`, and what is said of it. */
const FACT = /^(\S+ (?:[<>] \S+|at|for)) (.+)$/;

/** What {@link writtenDown} wrote. */
export function readContract(text: string): Contract {
  const lines: string[] = [];
  let operation = '';
  for (const line of text.trimEnd().split('\n')) {
    const [, place, facts = ''] = /^ {2}(.+?): (.+)$/.exec(line) ?? [];
    if (place === undefined) operation = line;
    else lines.push(...facts.split(' | ').map(fact => `${operation} ${place} ${fact}`));
  }
  return new Set(lines);
}

/** What programs written for the one would meet with the other. */
export function breaksOf(released: Contract, now: Contract): readonly string[] {
  const known = new Set([...released].map(placeOf));
  const gone = [...released].filter(line => !now.has(line) && !(isTaken(line) && line.endsWith(' required')));
  const asked = [...now].filter(line => !released.has(line) && isBreakingWhenNew(line, known));
  return [...gone.map(line => `gone: ${line}`), ...asked.map(line => `new: ${line}`)];
}

/** A field that must be sent where none was; another type of what is known already. */
function isBreakingWhenNew(line: string, known: ReadonlySet<string>): boolean {
  const place = placeOf(line);
  if (isTaken(line)) return line.endsWith(' required') && known.has(outerOf(place));
  return line.includes(' is ') && known.has(place);
}

const isTaken = (line: string) => line.split(' ')[1] === '<';
const placeOf = (line: string) => line.split(' ').slice(0, 3).join(' ');

/** The place that another stands in: a whole input is always there. */
function outerOf(place: string): string {
  const [operation, direction, field = ''] = place.split(' ');
  const outer = field.replace(/(?:^|\.)[^.]+$/, '');
  return `${operation} ${direction} ${outer === '' ? '.' : outer}`;
}
