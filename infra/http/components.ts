/**
 * Brings an OpenAPI document into the form that clients are generated from: what several operations share stands once, under
 * a name, and so does what each operation takes and answers. Names are derived, so that the same routes give the same names.
 */

import type { Pause } from '../time-slices.ts';

type Json = null | boolean | number | string | Json[] | JsonObject;
interface JsonObject {
  [key: string]: Json | undefined;
}

interface Operation extends JsonObject {
  operationId: string;
  parameters?: JsonObject[];
  requestBody?: JsonObject;
  responses: { [status: string]: JsonObject };
}

/** Of an OpenAPI 3.1 document what is gathered from and into. */
export interface GatheredDocument {
  paths: { [path: string]: { [method: string]: Operation } };
  components: { [kind: string]: { [name: string]: JsonObject } };
}

/** Gathers parameters, problems and schemas into components, in place, with a pause now and then. */
export async function gatherComponents(document: GatheredDocument, pause: Pause): Promise<void> {
  const operations = Object.values(document.paths).flatMap(path => Object.values(path));
  document.components.parameters = gatherParameters(operations);
  await pause();
  document.components.responses = gatherProblems(operations);
  await pause();
  await new Schemas(document.components.schemas ?? {}).gather(operations, document.components, pause);
}

function gatherParameters(operations: readonly Operation[]): { [name: string]: JsonObject } {
  const all = operations.flatMap(({ operationId, parameters = [] }) =>
    parameters.map(parameter => ({ owner: operationId, base: pascal(String(parameter.name)), node: parameter })),
  );
  const names = namesOf(all, { mustHave: () => false, given: [] });
  const components: { [name: string]: JsonObject } = {};
  for (const operation of operations) {
    const { parameters } = operation;
    if (!parameters) continue;
    operation.parameters = parameters.map(parameter => {
      const name = names.get(keyOf(parameter));
      if (name === undefined) return parameter;
      components[name] = parameter;
      return { $ref: `#/components/parameters/${name}` };
    });
  }
  return components;
}

/** Problems, and what says that nothing has changed, are the same wherever they can be met. */
function gatherProblems(operations: readonly Operation[]): { [name: string]: JsonObject } {
  const components: { [name: string]: JsonObject } = {};
  for (const { responses } of operations) {
    for (const [status, response] of Object.entries(responses)) {
      if (Number(status) < 300) continue;
      const name = Number(status) < 400 ? `Status${status}` : `Problem${status}`;
      components[name] ??= response;
      responses[status] = { $ref: `#/components/responses/${name}` };
    }
  }
  return components;
}

/** A schema where it stands: under which name in what it is part of, and in what operation. */
interface Met {
  readonly owner: string;
  readonly base: string;
  readonly node: JsonObject;
}

class Schemas {
  readonly #given: { [name: string]: JsonObject };
  #names: ReadonlyMap<string, string> = new Map();
  readonly #made: { [name: string]: JsonObject } = {};

  constructor(given: { [name: string]: JsonObject }) {
    this.#given = given;
  }

  async gather(
    operations: readonly Operation[],
    components: GatheredDocument['components'],
    pause: Pause,
  ): Promise<void> {
    const whole = operations.flatMap(wholeSchemas);
    const parts = whole.flatMap(({ owner, base, node }) => [{ owner, base, node }, ...partsWithin(node, base, owner)]);
    await pause();
    const wholes = new Set(whole.map(({ node }) => keyOf(node)));
    await pause();
    this.#names = namesOf(
      parts.filter(({ node }) => isWorthAName(node)),
      { mustHave: key => wholes.has(key), given: Object.keys(this.#given) },
    );
    for (const { holder, node } of whole) {
      await pause();
      holder.schema = this.#referred(node);
    }
    components.schemas = { ...this.#given, ...this.#made };
  }

  /** The schema with its parts referred to; a reference to it where it has a name. What it is called here stays here. */
  #referred(node: JsonObject): JsonObject {
    const key = keyOf(node);
    const name = this.#names.get(key);
    if (name === undefined) return this.#withParts(node);
    const { description, ...core } = node;
    if (this.#made[name] === undefined) {
      this.#made[name] = {};
      this.#made[name] = this.#withParts(core);
    }
    return { $ref: `#/components/schemas/${name}`, ...(description !== undefined && { description }) };
  }

  #withParts(node: JsonObject): JsonObject {
    const made: JsonObject = { ...node };
    for (const [keyword, value] of Object.entries(node)) {
      if (keyword === 'properties') {
        const fields = Object.entries(value as JsonObject);
        made.properties = Object.fromEntries(
          fields.map(([name, field]) => [name, this.#referred(field as JsonObject)]),
        );
      } else if (SINGLE.includes(keyword) && isObject(value)) made[keyword] = this.#referred(value);
      else if (MANY.includes(keyword)) made[keyword] = (value as JsonObject[]).map(each => this.#referred(each));
    }
    return made;
  }
}

const SINGLE = ['items', 'additionalProperties'];
const MANY = ['anyOf', 'oneOf', 'allOf', 'prefixItems'];

/** The bodies that an operation takes and answers, each with what it is to be called. */
function wholeSchemas({ operationId, requestBody, responses }: Operation): (Met & { readonly holder: JsonObject })[] {
  const bodies = [
    ...(requestBody ? [{ content: requestBody.content, base: `${operationId}Input` }] : []),
    ...Object.values(responses).map(({ content }) => ({ content, base: `${operationId}Answer` })),
  ];
  return bodies.flatMap(({ content, base }) =>
    Object.values((content ?? {}) as JsonObject).flatMap(media => {
      const holder = media as JsonObject;
      return isObject(holder.schema) ? [{ owner: operationId, base, node: holder.schema, holder }] : [];
    }),
  );
}

/** All schemas within one, each under the name of the field that it stands in. */
function partsWithin(node: JsonObject, base: string, owner: string): Met[] {
  const met = (part: Json | undefined, name: string): Met[] =>
    isObject(part) ? [{ owner, base: name, node: part }, ...partsWithin(part, name, owner)] : [];
  return Object.entries(node).flatMap(([keyword, value]) => {
    if (keyword === 'properties') {
      return Object.entries(value as JsonObject).flatMap(([name, field]) =>
        // A field with a Chinese name is an entry of what it stands in.
        met(field, pascal(name) || singular(base)),
      );
    }
    if (keyword === 'items') return met(value, singular(base));
    if (SINGLE.includes(keyword)) return met(value, base);
    return MANY.includes(keyword) ? (value as Json[]).flatMap(each => met(each, base)) : [];
  });
}

/** What makes a type of its own in a client: an object with fields, a choice, a list of codes. */
function isWorthAName({ properties, oneOf, enum: codes }: JsonObject): boolean {
  return (isObject(properties) && Object.keys(properties).length > 0) || oneOf !== undefined || codes !== undefined;
}

/**
 * Names for what is met more than once, and for what must have one, by its key. Where one name would stand for several things,
 * each is told by the operation that it is met in first.
 */
function namesOf(
  met: readonly Met[],
  { mustHave, given }: { readonly mustHave: (key: string) => boolean; readonly given: readonly string[] },
): ReadonlyMap<string, string> {
  const firsts = new Map<string, Met & { times: number }>();
  for (const each of met) {
    const key = keyOf(each.node);
    const first = firsts.get(key);
    if (first) first.times += 1;
    else firsts.set(key, { ...each, times: 1 });
  }
  const named = [...firsts].filter(([key, { times }]) => times > 1 || mustHave(key));
  const bases = countBy(named.map(([, first]) => baseOf(first)));
  const taken = new Set(given);
  return new Map(
    named.map(([key, first]) => {
      const base = baseOf(first);
      const told =
        bases.get(base) === 1 && !given.includes(base) ? base : `${first.owner}${base.replace(first.owner, '')}`;
      return [key, untaken(told, taken)];
    }),
  );
}

/** What many operations take or answer is called by itself, not by the first of them. */
function baseOf({ base, owner, times }: Met & { readonly times: number }): string {
  const own = base.startsWith(owner) ? base.slice(owner.length) : '';
  return times > SHARED && own !== '' ? own : base;
}

/** Operations that answer alike: of commands all, of an address with its aliases two or three. */
const SHARED = 5;

function untaken(name: string, taken: Set<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number += 1) free = `${name}${number}`;
  taken.add(free);
  return free;
}

function countBy(values: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** Two schemas are one where they differ in what they are called alone. */
function keyOf({ description: _called, ...core }: JsonObject): string {
  return JSON.stringify('in' in core ? { ...core, description: _called } : core);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function pascal(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map(part => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join('');
}

function singular(name: string): string {
  if (/[^s]ies$/.test(name)) return name.replace(/ies$/, 'y');
  return /[^s]s$/.test(name) ? name.slice(0, -1) : `${name}Item`;
}
