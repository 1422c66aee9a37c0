/** OpenAPI 3.1 from the schemas the endpoints parse with. */

import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { purposeOf } from '../../events/words/summaries.ts';
import type { Pause } from '../time-slices.ts';
import { type GatheredDocument, gatherComponents } from './components.ts';
import { type ApiDocument, describe } from './document-words.ts';
import { BASE, type Endpoint } from './endpoint.ts';
import { PROBLEM_STATUSES, problemTitle } from './problem.ts';
import { REFUSAL_CODES } from './refusal-codes.ts';
import { boundRequests } from './request-bounds.ts';

const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().meta({ description: 'Stable, for programs' }),
    traceId: z.string(),
    rule: z
      .union([
        z.object({ doc: z.string(), article: z.string(), label: z.string(), item: z.string().optional() }),
        z.object({ workPlan: z.int(), version: z.int(), item: z.string() }),
        z.object({ houseRule: z.string(), label: z.string() }),
      ])
      .optional()
      .meta({ description: 'The article or work-plan item that refuses' }),
    errors: z.array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() })).optional(),
  })
  .loose()
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' });

/** RFC 9457 details as they are answered. */
export type ProblemDetails = z.infer<typeof problemSchema>;

const FRAME = {
  openapi: '3.1.0',
  info: {
    title: '攻关台账 Gongguan',
    version: '1',
    description: '《天津市质量攻关管理办法》（津政办规〔2023〕12号）年度质量攻关业务接口',
  },
  servers: [{ url: '/', description: '本站 (This installation)' }],
} as const;

const SECURITY_SCHEMES = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description:
      '登录（OpenSession）所得的令牌，或身份提供者签发的令牌 (The token of a sign-in, or of the identity provider)',
  },
} as const;

/**
 * The OpenAPI 3.1 document of these endpoints, as JSON; the schemas are those that inputs are checked by. It is made path by
 * path, with a pause after each: all of it takes about a second.
 */
export async function documentOf(endpoints: readonly Endpoint[], pause: Pause): Promise<string> {
  const paths: GatheredDocument['paths'] = {};
  const schemas: GatheredDocument['components'][string] = {};
  for (const [path, those] of byPath(endpoints.filter(({ kind }) => kind !== 'page'))) {
    const part = partOf(path, those);
    describe(part);
    boundRequests(part);
    Object.assign(paths, part.paths);
    Object.assign(schemas, part.components.schemas);
    await pause();
  }
  const tags = tagsOf(endpoints).map(name => ({ name }));
  const document = { ...FRAME, tags, paths, components: { securitySchemes: SECURITY_SCHEMES, schemas } };
  await gatherComponents(document, pause);
  return JSON.stringify(document);
}

function byPath(endpoints: readonly Endpoint[]): ReadonlyMap<string, readonly Endpoint[]> {
  const all = new Map<string, Endpoint[]>();
  for (const endpoint of endpoints) {
    const path = endpoint.path.replaceAll(/:(\w+)/g, '{$1}');
    all.set(path, [...(all.get(path) ?? []), endpoint]);
  }
  return all;
}

/** The document of one path alone. */
function partOf(path: string, endpoints: readonly Endpoint[]): ApiDocument & GatheredDocument {
  const operations = endpoints.map(endpoint => [endpoint.method.toLowerCase(), operationOf(endpoint)]);
  const paths: ZodOpenApiPathsObject = { [path]: Object.fromEntries(operations) };
  const made = createDocument(
    { ...FRAME, servers: [], paths },
    { allowEmptySchema: { custom: true, transform: true } },
  );
  return JSON.parse(JSON.stringify(made));
}

/** Of what has a tag of its own. */
const NOT_MODIFIED: ZodOpenApiOperationObject['responses'] = {
  304: { description: '与 If-None-Match 所指的相同 (Not modified)', headers: z.object({ ETag: z.string() }) },
};

const tagOf = ({ path }: Endpoint) => (path.startsWith(`${BASE}/`) ? (path.split('/')[3] as string) : 'operations');
const tagsOf = (endpoints: readonly Endpoint[]) =>
  [...new Set(endpoints.filter(({ kind }) => kind !== 'page').map(tagOf))].sort();

function operationOf(endpoint: Endpoint): ZodOpenApiOperationObject {
  const { access, clerical, name, title, summary } = endpoint;
  const { responses, ...operation } = endpoint.operation;
  return {
    operationId: name,
    tags: [tagOf(endpoint)],
    summary: title,
    description: [purposeOf(name), summary].filter(Boolean).join('\n\n'),
    'x-roles': typeof access === 'string' ? access : [...access],
    ...(clerical && { 'x-clerical': true }),
    ...(REFUSAL_CODES[name] && { 'x-problem-codes': REFUSAL_CODES[name] }),
    ...operation,
    security: access === 'public' ? [{}, { bearer: [] }] : [{ bearer: [] }],
    responses: { ...responses, ...(endpoint.method === 'GET' && NOT_MODIFIED), ...problemResponses(endpoint) },
  };
}

function problemWords(status: number): string {
  const { zh, en } = problemTitle(status);
  return `${zh} (${en})`;
}

/** The problems an endpoint can answer with. */
function problemResponses({ kind, method, access }: Endpoint): ZodOpenApiOperationObject['responses'] {
  const never = new Set([
    ...(access === 'public' && method === 'GET' ? [403] : []),
    ...(method === 'GET' ? [409, 413, 415] : []),
    ...(kind === 'command' ? [] : [412]),
    405,
    // Told by the parser, before there is an operation.
    408,
    417,
    431,
  ]);
  const content = { 'application/problem+json': { schema: problemSchema } };
  return Object.fromEntries(
    PROBLEM_STATUSES.filter(status => !never.has(status)).map(status => [
      String(status),
      { description: problemWords(status), content },
    ]),
  );
}
