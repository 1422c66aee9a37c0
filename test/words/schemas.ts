/** All schemas that people meet, as JSON schemas with their owners; and what their fields and codes have no word for. */
import { z } from 'zod';
import { eventTypes } from '../../events/catalogue.ts';
import { chineseCodes, codes } from '../../events/words/codes.ts';
import type { CodeTable, WordEntry, WordTable } from '../../events/words/entry.ts';
import { fieldTables } from '../../events/words/fields.ts';
import { Lookup } from '../../events/words/lookup.ts';
import { codeName, fieldWord } from '../../events/words.ts';
import { type SchemaNode, type Visitor, visitSchema } from '../../infra/http/schema-places.ts';
import { pages } from '../../infra/pages/index.ts';
import { reportTables } from '../../projections/reporting/index.ts';
import { queryRoutes } from '../../projections/routes.ts';
import { commandRoutes } from '../../services/routes.ts';

export interface Owned {
  readonly owner: string;
  readonly schema: SchemaNode;
  /** What a page chooses between, its tabs, it names itself; what it asks queries with is named with these. */
  readonly isPage?: true;
  /** Of the parts that the schema refers to. */
  refer(reference: string): SchemaNode | undefined;
}

/** The JSON schema of a Zod schema. */
export function owned(owner: string, schema: z.ZodType, io: 'input' | 'output'): Owned {
  const json = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  const parts = (json.$defs ?? {}) as Record<string, SchemaNode>;
  return { owner, schema: json as SchemaNode, refer: reference => parts[reference.replace('#/$defs/', '')] };
}

/** Inputs of commands, inputs and outputs of queries, kinds of events, tables for BI tools, inputs of pages. */
export function productSchemas(): Owned[] {
  return [
    ...commandRoutes.map(({ command }) => owned(command.name, command.input, 'input')),
    ...queryRoutes.flatMap(({ name, input, output }) => [owned(name, input, 'input'), owned(name, output, 'output')]),
    ...eventTypes.map(({ type, schema }) => owned(type, schema, 'output')),
    ...reportTables.map(({ owner, row }) => owned(owner, row, 'output')),
    ...pages.map(({ name, input }) => ({ ...owned(name, input, 'input'), isPage: true as const })),
  ];
}

interface Parameter {
  readonly name: string;
  readonly description?: string | undefined;
  readonly schema: SchemaNode;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: SchemaNode }>>;
  readonly headers?: Readonly<Record<string, { readonly schema?: SchemaNode; readonly description?: string }>>;
}

export interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content & { readonly description?: string }>>;
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, SchemaNode>> };
}

export const operationsOf = ({ paths }: OpenApi) => Object.values(paths).flatMap(path => Object.values(path));

/** The same of what stands in a document of the API: those of sign-in, of the ledger and of operations too. */
export function documentedSchemas(document: OpenApi): Owned[] {
  const refer = (reference: string) => document.components.schemas[reference.replace('#/components/schemas/', '')];
  return operationsOf(document).flatMap(({ operationId, parameters = [], requestBody, responses }) => {
    const contents = [...Object.values(responses), ...(requestBody ? [requestBody] : [])];
    const named = Object.fromEntries([
      ...parameters.map(({ name, schema, description }) => [name, { ...schema, description }]),
      ...contents.flatMap(({ headers = {} }) =>
        Object.entries(headers).map(([name, { schema, description }]) => [name, { ...schema, description }]),
      ),
    ]);
    const bodies = contents.flatMap(({ content = {} }) => Object.values(content).map(({ schema = {} }) => schema));
    return [{ properties: named }, ...bodies].map(schema => ({ owner: operationId, schema, refer }));
  });
}

/** Calls a visitor for all that stands in schemas. */
export function visitAll(schemas: readonly Owned[], visitorOf: (owner: string) => Visitor): void {
  for (const { owner, schema, refer, isPage } of schemas) {
    const { field, codes } = visitorOf(owner);
    visitSchema(schema, { field, codes: isPage ? () => undefined : codes }, refer);
  }
}

const CHINESE = /\p{Script=Han}/u;

/** What has no word, as `owner/place` or `owner/place=value`. */
export function unnamed(schemas: readonly Owned[]): string[] {
  const found = new Set<string>();
  visitAll(schemas, owner => ({
    field(place) {
      if (!CHINESE.test(fieldWord(place, owner).zh)) found.add(`${owner}/${place}`);
    },
    codes(place, values) {
      for (const value of values) if (!codeName(place, value, owner)) found.add(`${owner}/${place}=${value}`);
    },
  }));
  return [...found];
}

export interface Words {
  readonly fields: readonly WordTable[];
  readonly codes: CodeTable;
  readonly chinese: Readonly<Record<string, string>>;
}

/**
 * The words that no field and no code of the schemas finds, by their keys. One that several places share is found where one
 * of them finds it; those of a place whose schema lists no values, like the districts, are not judged.
 */
export function unused(
  schemas: readonly Owned[],
  { fields, codes: byPlace, chinese }: Words = { fields: fieldTables, codes, chinese: chineseCodes },
): string[] {
  const [ofFields, ofCodes] = [new Lookup<WordEntry>(fields), new Lookup([byPlace])];
  const keys = new Set<string | undefined>();
  const listed = new Set<string | undefined>();
  const said = new Set<WordEntry>();
  visitAll(schemas, owner => ({
    field(place) {
      keys.add(ofFields.find(place, owner, entry => entry)?.key);
    },
    codes(place, values) {
      for (const value of values) {
        const word = ofCodes.find(place, owner, entry => entry[value]);
        said.add(word?.picked ?? value);
        listed.add(word?.key);
      }
    },
  }));
  const unsaid = Object.entries(byPlace).flatMap(([places, values]) => {
    const isOpen = keys.has(places) && !listed.has(places);
    return isOpen
      ? []
      : Object.keys(values)
          .filter(value => !said.has(values[value] ?? ''))
          .map(value => `${places}=${value}`);
  });
  return [
    ...[...ofFields.keys].filter(key => !keys.has(key)),
    ...unsaid,
    ...Object.keys(chinese).filter(value => !said.has(value)),
  ];
}

/** What of a document of the API is not described in Chinese first. */
export function notInChinese(document: OpenApi): string[] {
  const beginsChinese = (text = '') => /^[^(（]*\p{Script=Han}/u.test(text);
  const operations = operationsOf(document).flatMap(({ operationId, summary, responses }) => [
    ...(beginsChinese(summary) ? [] : [operationId]),
    ...Object.entries(responses)
      .filter(([, each]) => !beginsChinese(each.description))
      .map(([status]) => `${operationId} ${status}`),
  ]);
  const fields: string[] = [];
  visitAll(documentedSchemas(document), owner => ({
    field(place, { description }) {
      if (!beginsChinese(description)) fields.push(`${owner} ${place}`);
    },
    codes: () => undefined,
  }));
  return [...operations, ...fields];
}
