/** Queries as GET endpoints: parsed parameters in, stored text out. */
import { z } from 'zod';
import type { ZodOpenApiContentObject } from 'zod-openapi';
import { comparePositions, type Position, positionSchema } from '../../events/ids.ts';
import { NoSuchPosition, type Reader } from '../../projections/ports.ts';
import { printableSchema } from '../../projections/printable.ts';
import type { Answer, QueryRoute } from '../../projections/route.ts';
import { asTable } from '../../projections/table.ts';
import type { Openings, RecordAccess } from '../compose/access.ts';
import type { AuthenticatedCaller } from '../identity/identity.ts';
import type { Print } from '../printing/prints-kept.ts';
import type { Pause } from '../time-slices.ts';
import { BASE, type Endpoint, parametersOf } from './endpoint.ts';
import { parseInput, queryOf } from './input.ts';
import { openingReader } from './opening-reader.ts';
import { sendPiece } from './pieces.ts';
import type { Places } from './places.ts';
import { notThere, Problem } from './problem.ts';
import {
  isHeadOnly,
  keptFor,
  type RequestContext,
  sendBytes,
  sendHead,
  sendJson,
  startStream,
} from './request-context.ts';

export interface QueryPorts {
  readonly reader: Reader;
  readonly recordAccess: RecordAccess;
  readonly print: Print;
  readonly places: Places;
  /** Between pieces of what is sent in many, and before what is long in the making. */
  readonly pauseFor: (caller: AuthenticatedCaller | undefined) => Pause;
  /** Waits until the read side has reached a position; false when it has not within the time. */
  readonly reached: (position: Position, ms: number) => Promise<boolean>;
}

/** What is needed to wait for a position of the log. */
export interface Awaiting extends Pick<QueryPorts, 'places' | 'reached'> {
  readonly reader: Pick<Reader, 'head'>;
}

/** Of a list that can be had as a table, whole, for spreadsheet programs. */
const formatSchema = z.object({
  format: z
    .enum(['json', 'csv'])
    .default('json')
    .meta({ description: 'csv：全部各行，供电子表格软件打开 (all rows, for spreadsheet programs)' }),
});

const CONSISTENCY_WAIT_MS = 2_000;
const PDF = 'application/pdf';
const NOT_STORED = ['Cache-Control', 'no-store'];
const STORED_SHORTLY = keptFor(15);

/**
 * The GET of a query. Waits for `X-Consistency-Position`, puts on record what the answer shows of material (art-26),
 * then sends it. Throws when a path parameter is no field of its input.
 */
export function queryEndpoint(route: QueryRoute, ports: QueryPorts): Endpoint {
  const inPath = parametersOf(route.path);
  const inQuery = Object.keys(route.input.shape).filter(name => !inPath.includes(name));
  for (const name of inPath) {
    if (!route.input.shape[name]) throw new Error(`${route.name}: path parameter ${name} is no field of the input`);
  }
  return {
    kind: 'query',
    method: 'GET',
    path: `${BASE}${route.path}`,
    name: route.name,
    title: route.title,
    summary: route.summary,
    access: route.allow,
    scope: 'data',
    get operation() {
      return operationOf(route, inPath, inQuery);
    },
    async handle(context) {
      const { req, caller } = context;
      const { format, ...values } = queryOf(req.url, route.table ? [...inQuery, 'format'] : inQuery);
      const asked = route.table ? parseInput(formatSchema, { format }, req).format : undefined;
      const given = asked === undefined && format !== undefined ? { ...values, format } : values;
      const input = parseInput(route.input, { ...given, ...req.params }, req, route.name);
      await awaitPosition(context, ports);
      const answer = await answerOf(asked === 'csv' ? asTable(route) : route, input, context, ports);
      await sendAnswer(context, answer, ports, caller ? NOT_STORED : STORED_SHORTLY);
    },
  };
}

/** What a query answers to the caller of a request who may ask it; what it shows of material is on record before. */
export async function answerOf(
  route: QueryRoute,
  input: z.infer<QueryRoute['input']>,
  context: RequestContext,
  ports: Pick<QueryPorts, 'reader' | 'recordAccess'>,
): Promise<Answer> {
  const { reader, openings } = openingReader(ports.reader, route);
  const answer = await route.answer(input as never, context.caller?.actor, reader);
  return onRecord(answer, openings, opened => record(context, route, opened, ports));
}

type Opened = ReturnType<Openings['take']>;

/** What the answer shows of material is put on record before it is sent, that of a stream before each piece. */
async function onRecord(answer: Answer, openings: Openings, put: (opened: Opened) => Promise<void>): Promise<Answer> {
  if (answer.kind === 'stream') return { ...answer, chunks: onRecordInPieces(answer.chunks, openings, put) };
  if (answer.kind !== 'none') await put(openings.take(answer.kind === 'json' ? answer.text : undefined));
  return answer;
}

async function* onRecordInPieces(
  chunks: AsyncIterable<string>,
  openings: Openings,
  put: (opened: Opened) => Promise<void>,
): AsyncIterable<string> {
  for await (const chunk of chunks) {
    await put(openings.take());
    yield chunk;
  }
}

async function record(
  context: RequestContext,
  { name }: QueryRoute,
  opened: Opened,
  ports: Pick<QueryPorts, 'recordAccess'>,
): Promise<void> {
  if (opened.length === 0) return;
  const { caller } = context;
  if (!caller) throw new Error(`${name} shows material to the public`);
  await ports.recordAccess({ ...context, actor: caller.actor }, name, opened);
}

/** Waits until the caller reads what he has written; throws a {@link Problem} where that is not within the time. */
export async function awaitPosition(context: RequestContext, { places, reached, reader }: Awaiting): Promise<void> {
  const header = context.req.headers['x-consistency-position'];
  if (header !== undefined) await awaitReached(header, context, { places, reached, reader });
}

/** The same of a position that came otherwise. */
export async function awaitReached(
  given: unknown,
  context: RequestContext,
  { places, reached, reader }: Awaiting,
): Promise<void> {
  const position = positionSchema.safeParse(given);
  if (!position.success) {
    throw new Problem(
      400,
      'malformed-position',
      'X-Consistency-Position 格式错误',
      'X-Consistency-Position must be a position that this API gave',
    );
  }
  await hasCaughtUp(position.data, context, { places, reached, reader });
}

/** The same of a position that is known to be one. */
export async function hasCaughtUp(
  position: Position,
  context: RequestContext,
  { places, reached, reader }: Awaiting,
): Promise<void> {
  if (await places.hold('wait', context, () => reached(position, CONSISTENCY_WAIT_MS))) return;
  if (comparePositions(position, await reader.head()) > 0) throw new NoSuchPosition();
  throw new Problem(503, 'read-model-behind', '数据尚在更新，请稍后重试', 'The read model has not caught up yet', {
    headers: { 'Retry-After': '1' },
  });
}

async function sendAnswer(
  context: RequestContext,
  answer: Answer,
  { print, places, pauseFor }: QueryPorts,
  caching: readonly string[],
): Promise<void> {
  const pause = pauseFor(context.caller);
  switch (answer.kind) {
    case 'none':
      throw notThere();
    case 'json':
      sendJson(context, 200, answer.text, answer.next ? [...caching, 'Link', nextLink(context, answer.next)] : caching);
      return;
    case 'paper': {
      const { title, number } = answer.paper;
      await pause();
      const name = ['Content-Disposition', attachment(`${title.zh} ${number}.pdf`)];
      sendBytes(context, PDF, await print(answer.paper), [...caching, ...name]);
      return;
    }
    case 'stream': {
      const head = [answer.mediaType, ['Content-Disposition', attachment(answer.filename)]] as const;
      if (isHeadOnly(context)) sendHead(context, ...head);
      else await places.hold('export', context, closed => sendStream(context, answer.chunks, head, { closed, pause }));
    }
  }
}

/** The `Link` header value of the next page: the same request with the cursor put in. */
export function nextLink({ req }: RequestContext, cursor: string): string {
  const [path = '', query] = req.originalUrl.split('?');
  const parameters = new URLSearchParams(query);
  parameters.set('cursor', cursor);
  return `<${path}?${parameters}>; rel="next"`;
}

/** The first piece is made before the head is sent, so that a failure to begin can still be told. */
async function sendStream(
  context: RequestContext,
  chunks: AsyncIterable<string>,
  head: readonly [mediaType: string, headers: readonly string[]],
  { closed, pause }: { readonly closed: AbortSignal; readonly pause: Pause },
): Promise<void> {
  const { res } = context;
  for await (const chunk of chunks) {
    if (closed.aborted) return;
    if (!res.headersSent) startStream(context, ...head);
    await sendPiece(res, chunk, closed);
    await pause();
  }
  if (!res.headersSent) startStream(context, ...head);
  res.end();
}

/** RFC 6266: the name as UTF-8. */
export function attachment(filename: string): string {
  const encoded = encodeURIComponent(filename).replace(/['()*]/g, sign => `%${sign.charCodeAt(0).toString(16)}`);
  return `attachment; filename*=UTF-8''${encoded}`;
}

export const queryHeaders = z.object({
  'X-Consistency-Position': positionSchema
    .optional()
    .meta({ description: 'Wait up to 2 s until this position can be read' }),
});

function operationOf(route: QueryRoute, inPath: readonly string[], inQuery: readonly string[]): Endpoint['operation'] {
  const pick = (names: readonly string[]) =>
    z.object(Object.fromEntries(names.map(name => [name, route.input.shape[name] as z.ZodType])));
  return {
    requestParams: {
      header: queryHeaders,
      ...(inPath.length > 0 && { path: pick(inPath) as never }),
      ...((inQuery.length > 0 || route.table) && {
        query: pick(inQuery).extend(route.table ? formatSchema.shape : {}) as never,
      }),
    },
    responses: {
      200: {
        description: route.title,
        content: contentOf(route),
        ...(route.paged && { headers: z.object({ Link: z.string().optional() }) }),
      },
    },
  };
}

/** What is a paper to the read side is a PDF to the outside. */
function contentOf({ output, paged, counted, table, files }: QueryRoute): ZodOpenApiContentObject {
  if (files) return Object.fromEntries(files.map(type => [type, { schema: { type: 'string' } }]));
  if (output === printableSchema) return { [PDF]: { schema: { type: 'string', format: 'binary' } } };
  const list = z.object({ items: z.array(output), next: z.string().optional() });
  const schema = paged ? (counted ? list.extend({ total: z.int() }) : list) : output;
  return {
    'application/json': { schema },
    ...(table && { 'text/csv': { schema: z.string() } }),
  };
}
