/** The catalogue of events for programs: as JSON, as JSON schemas, and as an AsyncAPI document. */
import { z } from 'zod';
import { catalogue } from '../../events/catalogue.ts';
import { PHASES, VISIBILITIES } from '../../events/envelope.ts';
import { ARTICLE_IDS } from '../../events/statute.ts';
import { asyncApiDocument } from '../integrators/asyncapi.ts';
import { type EventCatalogue, type KindSummary, nounOf, schemaAddress } from '../integrators/catalogue.ts';
import { BASE, type Endpoint } from './endpoint.ts';
import { parseInput } from './input.ts';
import { notThere } from './problem.ts';
import { question } from './question.ts';
import { type RequestContext, sendText } from './request-context.ts';

const nouns: ReadonlySet<string> = new Set([...catalogue.keys()].map(nounOf));

/** What events are of; one that no kind is of is refused. */
export const eventNounSchema = z
  .string()
  .refine(noun => nouns.has(noun), '没有这一类事件 (no events are of this)')
  .meta({ override: { type: 'string', description: 'e.g. project, unit, training' } });

const wordSchema = z.strictObject({ zh: z.string(), en: z.string() });

const summarySchema = z.strictObject({
  type: z.string(),
  version: z.int(),
  title: z.string().meta({ description: 'What was done, in Chinese' }),
  noun: z.string(),
  phase: z.enum(PHASES),
  visibility: z.enum(VISIBILITIES),
  seenBy: wordSchema,
  article: z.enum(ARTICLE_IDS).optional(),
  basis: z.string(),
});

const jsonSchema = z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema, draft 2020-12, of the data' });
const exampleSchema = z.unknown().meta({ description: 'One such data' });

const kindSchema = summarySchema.extend({
  milestone: z.boolean(),
  fields: z.array(
    wordSchema.extend({
      hint: z.string().optional(),
      place: z.string(),
      types: z.array(z.string()),
      required: z.boolean(),
      personal: z.boolean().meta({ description: 'Sealed with the key of a person, or left out' }),
      codes: z.array(z.strictObject({ value: z.string(), zh: z.string() })),
    }),
  ),
  versions: z.array(
    z.strictObject({
      version: z.int(),
      change: wordSchema.optional().meta({ description: 'What became of the version before' }),
      schema: jsonSchema,
      example: exampleSchema,
      redacted: z
        .strictObject({ schema: jsonSchema, example: exampleSchema })
        .optional()
        .meta({ description: 'As those who do not oversee are told of it' }),
    }),
  ),
});

export function catalogueQuestions(events: EventCatalogue) {
  return [
    question({
      path: '/catalogue/events',
      name: 'ListEventKinds',
      title: '事件目录',
      summary: 'Every kind of event: what it means, what it rests on, who sees it.',
      access: 'public',
      input: z.strictObject({
        q: z.string().trim().max(100).optional(),
        noun: eventNounSchema.optional(),
        visibility: z.enum(VISIBILITIES).optional(),
        article: z.enum(ARTICLE_IDS).optional(),
      }),
      output: z.strictObject({ items: z.array(summarySchema) }),
      answer: async ({ q, ...sought }) => ({
        items: events.summaries.filter(kind => hasWords(kind, q) && hasAll(kind, sought)),
      }),
    }),
    question({
      path: '/catalogue/events/:type',
      name: 'GetEventKind',
      title: '事件种类',
      summary: 'One kind of event: its fields, its JSON schema, an example, and how its shape has changed.',
      access: 'public',
      input: z.strictObject({ type: z.string().max(100) }),
      output: kindSchema,
      answer: async ({ type }) => events.kind(type),
    }),
  ];
}

function hasWords({ type, title }: KindSummary, q = ''): boolean {
  return `${type} ${title}`.toLowerCase().includes(q.toLowerCase());
}

type Sought = { readonly [Name in 'noun' | 'visibility' | 'article']?: KindSummary[Name] | undefined };

function hasAll(kind: KindSummary, sought: Sought): boolean {
  const wanted = Object.entries(sought) as [keyof Sought, unknown][];
  return wanted.every(([name, value]) => value === undefined || kind[name] === value);
}

const versionSchema = z.strictObject({ type: z.string().max(100), version: z.coerce.number().int().min(1) });

/** The schemas by themselves, where CloudEvents say they are, and the AsyncAPI document; `address` is that of the service. */
export function catalogueEndpoints(events: EventCatalogue, address: string): readonly Endpoint[] {
  const schemaAt = (redacted: boolean) => (context: RequestContext) => {
    const { type, version } = parseInput(versionSchema, context.req.params, context.req);
    const found = events.kind(type)?.versions.find(each => each.version === version);
    const schema = redacted ? found?.redacted?.schema : found?.schema;
    if (!schema) throw notThere();
    const text = JSON.stringify({ ...schema, $id: `${address}${schemaAddress(type, version, redacted)}` });
    sendText(context, 200, 'application/schema+json', text, KEPT);
  };
  let asyncApi: string | undefined;
  const open = { kind: 'builtin', method: 'GET', access: 'public' } as const;
  const answered = (mediaType: string, description: string, schema: z.ZodType) => ({
    responses: { 200: { description, content: { [mediaType]: { schema } } } },
  });
  return [
    {
      ...open,
      path: `${BASE}/catalogue/schemas/:type/:version`,
      name: 'GetEventSchema',
      title: '事件的 JSON Schema',
      summary: 'The JSON schema of the data of one version of a kind of event.',
      operation: {
        requestParams: { path: versionSchema },
        ...answered('application/schema+json', '事件数据的 JSON Schema (JSON Schema)', jsonSchema),
      },
      handle: schemaAt(false),
    },
    {
      ...open,
      path: `${BASE}/catalogue/schemas/:type/:version/redacted`,
      name: 'GetRedactedEventSchema',
      title: '公开的事件的 JSON Schema',
      summary: 'The same of what those who do not oversee are told: without sealed values and places in the log.',
      operation: {
        requestParams: { path: versionSchema },
        ...answered('application/schema+json', '事件数据的 JSON Schema (JSON Schema)', jsonSchema),
      },
      handle: schemaAt(true),
    },
    {
      ...open,
      path: `${BASE}/asyncapi.json`,
      name: 'ShowAsyncApi',
      title: 'AsyncAPI 文档',
      summary: 'All events and the channels that carry them, as AsyncAPI 3.1.',
      operation: answered('application/json', 'AsyncAPI 3.1 文档 (AsyncAPI 3.1)', z.unknown()),
      handle: context => {
        asyncApi ??= JSON.stringify(asyncApiDocument(address));
        sendText(context, 200, 'application/json; charset=utf-8', asyncApi, KEPT);
      },
    },
  ];
}

/** Another release may say more. */
const KEPT = ['Cache-Control', 'public, max-age=300'];
