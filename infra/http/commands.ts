/** Commands as POST endpoints: path, body and headers become a command request, its outcome an answer. */
import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { positionSchema } from '../../events/ids.ts';
import { isClerical } from '../../events/rules/mandate.ts';
import { type ArticleId, articleLabel } from '../../events/statute.ts';
import { paragraphSchema, textFault } from '../../events/text.ts';
import { instantSchema, shanghaiDate } from '../../events/time.ts';
import { oversees } from '../../projections/query.ts';
import type { QueryRoute } from '../../projections/route.ts';
import type { AnyCommand } from '../../services/command.ts';
import type { Accepted, CommandRequest, Handle } from '../../services/handle.ts';
import { derivedId, digestOf } from '../../services/identifiers.ts';
import type { Clock } from '../../services/ports.ts';
import { isRejection, type Rejection } from '../../services/rejection.ts';
import type { CommandRoute } from '../../services/route.ts';
import { readJson } from './body.ts';
import { BASE, type Endpoint, parametersOf } from './endpoint.ts';
import type { HandOver, HandOvers } from './handover.ts';
import { faultsOf, invalidInput } from './input.ts';
import { languageOf } from './language.ts';
import { addressAt, templateFor } from './location.ts';
import { outcomeOf, outcomeShape } from './outcome.ts';
import { invalid, Problem, problemOfRejection } from './problem.ts';
import { callerOf, type RequestContext, sendJson } from './request-context.ts';

export interface CommandPorts {
  readonly handle: Handle;
  readonly clock: Clock;
  readonly handOvers: HandOvers;
  /** Where things are read. */
  readonly queries: readonly QueryRoute[];
}

/**
 * The POST of a command: path parameters are part of its input, an idempotency key names it. A refusal is thrown as a
 * problem; else it answers where the stream stands after it.
 */
export function commandEndpoint(route: CommandRoute, ports: CommandPorts): Endpoint {
  const { path, command } = route;
  const parameters = pathParameters(path, command);
  const readAt = templateFor(route, ports.queries);
  const handOver = ports.handOvers.get(command.name);
  return {
    kind: 'command',
    method: 'POST',
    path: `${BASE}${path}`,
    name: command.name,
    title: command.title,
    summary: command.summary,
    access: command.allow,
    ...(isClerical(command.name) && { clerical: true as const }),
    ...(command.hidden && { hidden: true as const }),
    operation: operationOf(command, parameters, handOver),
    async handle(context) {
      const { actor } = callerOf(context);
      const body = await readJson(context.req);
      const input = withParameters(body, context.req.params, parameters);
      const request = requestOf(context, command, actor, input);
      const fault = pathFault(body, parameters) ?? streamFault(command, input, request, context.req, ports.clock);
      const outcome = await ports.handle(command, fault ? UNREADABLE : input, request);
      if (isRejection(outcome)) {
        throw fault && isInvalid(outcome) ? fault : problemInLanguage(outcome, command, input, context.req);
      }
      const location = readAt && addressAt(readAt, input as Readonly<Record<string, unknown>>, idOf(outcome));
      sendAccepted(context, outcome, { location, handedOver: await handOver?.of(outcome) });
    },
  };
}

/** Fits no command: with it the write path says whether the caller may send one at all, and no more. */
const UNREADABLE = undefined;

const isInvalid = ({ code }: Rejection) => code === 'invalid-input';

interface PathParameter {
  readonly name: string;
  readonly numeric: boolean;
}

function pathParameters(path: string, command: AnyCommand): readonly PathParameter[] {
  return parametersOf(path).map(name => {
    const schema = command.input.shape[name] as z.ZodType | undefined;
    if (!schema) throw new Error(`${command.name}: path parameter ${name} is no field of the input`);
    const { type } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
    return { name, numeric: type === 'integer' || type === 'number' };
  });
}

const WHOLE_NUMBER = /^(0|[1-9]\d{0,15})$/;

/** A field must come from one place only. */
function pathFault(body: unknown, parameters: readonly PathParameter[]): Problem | undefined {
  const twice = parameters.find(({ name }) => typeof body === 'object' && body !== null && Object.hasOwn(body, name));
  return (
    twice && invalid('field-in-path', `/${twice.name}`, '该字段由路径给出，请求体不得重复', 'The path gives this field')
  );
}

/** The input of the command. */
function withParameters(
  body: unknown,
  values: Readonly<Record<string, string | string[]>>,
  parameters: readonly PathParameter[],
): unknown {
  if (parameters.length === 0 || typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const input: Record<string, unknown> = { ...body };
  for (const { name, numeric } of parameters) {
    const value = values[name];
    input[name] = numeric && typeof value === 'string' && WHOLE_NUMBER.test(value) ? Number(value) : value;
  }
  return input;
}

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,100}$/;

function requestOf(context: RequestContext, command: AnyCommand, actor: CommandRequest['actor'], input: unknown) {
  const { headers } = context.req;
  const effectiveAt = effectiveAtOf(headers);
  const reason = reasonOf(headers);
  const seen = headers['if-match'] === undefined ? undefined : seenRevision(headers['if-match']);
  if (seen && !maySeeRevisions(context)) {
    throw new Problem(400, 'if-match-not-offered', '专家账户不使用 If-Match', 'If-Match is not offered to experts');
  }
  const request: CommandRequest = {
    actor,
    commandId: commandIdOf(context, command, actor.accountId),
    requestDigest: digestOf([input, effectiveAt, reason]),
    correlationId: context.correlationId,
    ...(seen && { expectedRevision: seen.revision }),
    ...(effectiveAt !== undefined && { effectiveAt }),
    ...(reason !== undefined && { reason }),
  };
  return request;
}

/** A key belongs to an account, a command and the resource it is sent to. */
function commandIdOf({ req, requestId }: RequestContext, command: AnyCommand, accountId: string): string {
  const key = req.headers['idempotency-key'];
  if (key === undefined) return requestId;
  if (typeof key !== 'string' || !IDEMPOTENCY_KEY.test(key)) {
    throw new Problem(400, 'malformed-key', '幂等键格式错误', 'Idempotency-Key needs 1 to 100 visible characters');
  }
  const resource = Object.values(req.params).join('/');
  return `k-${hash('sha256', [accountId, command.name, resource, key].join('|'), 'hex').slice(0, 32)}`;
}

function effectiveAtOf(headers: IncomingMessage['headers']): string | undefined {
  const value = headers['x-effective-at'];
  if (value === undefined) return undefined;
  const parsed = instantSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Problem(
    400,
    'malformed-effective-at',
    'X-Effective-At 应为 UTC 时间，精确到毫秒',
    'X-Effective-At must be a UTC instant with milliseconds',
  );
}

/** Header values are ASCII, so the reason comes URI-encoded. */
function reasonOf(headers: IncomingMessage['headers']): string | undefined {
  const value = headers['x-backdating-reason'];
  if (value === undefined) return undefined;
  const parsed = paragraphSchema.safeParse(decoded(String(value)));
  if (parsed.success && textFault(parsed.data, 'paragraph') === undefined) return parsed.data;
  throw new Problem(
    400,
    'malformed-reason',
    'X-Backdating-Reason 应为经 URI 编码的文字',
    'X-Backdating-Reason must be URI-encoded text',
  );
}

function decoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

const ENTITY_TAG = /^"([^"@]{1,200})@(0|[1-9]\d{0,14})"$/;

function seenRevision(ifMatch: string): { readonly stream: string; readonly revision: number } {
  const [, stream, revision] = ENTITY_TAG.exec(ifMatch) ?? [];
  if (stream !== undefined) return { stream, revision: Number(revision) };
  throw new Problem(400, 'malformed-if-match', 'If-Match 格式错误', 'If-Match must be one ETag of this API');
}

/** A tag of another thing never matches this one, whatever its revision. */
function streamFault(
  command: AnyCommand,
  input: unknown,
  request: CommandRequest,
  req: IncomingMessage,
  clock: Clock,
): Problem | undefined {
  const ifMatch = req.headers['if-match'];
  if (ifMatch === undefined) return undefined;
  const parsed = command.input.safeParse(input);
  if (!parsed.success) return undefined;
  const now = clock.now();
  const target = command.stream(parsed.data, {
    actor: request.actor,
    commandId: request.commandId,
    now,
    today: shanghaiDate(now),
    effectiveAt: request.effectiveAt ?? now,
    newId: derivedId(request.commandId),
  });
  if (seenRevision(ifMatch).stream === target) return undefined;
  return new Problem(412, 'other-stream', 'If-Match 指向另一对象', 'If-Match names another thing');
}

/** The write path reports faults of form in one language; here they get the caller's. */
function problemInLanguage(rejection: Rejection, command: AnyCommand, input: unknown, req: IncomingMessage): Problem {
  const faults = isInvalid(rejection) ? faultsOf(command.input, input, languageOf(req)) : [];
  return faults.length > 0 ? invalidInput(faults) : problemOfRejection(rejection);
}

/** An expert shares streams with others of whose acts he must learn nothing, not even how many there were (art-18). */
function maySeeRevisions({ caller }: RequestContext): boolean {
  return caller?.actor.role !== 'EXPERT';
}

/** The stream's name without its kind: the id the thing has everywhere else in the API. */
function idOf({ streamId }: Accepted): string {
  return streamId.slice(streamId.indexOf('-') + 1);
}

interface Besides {
  /** Where the thing is read; for one that is new. */
  readonly location: string | undefined;
  readonly handedOver: object | undefined;
}

function sendAccepted(context: RequestContext, outcome: Accepted, { location, handedOver }: Besides): void {
  const { streamId, revision, position, events } = outcome;
  const told = outcomeOf(outcome, {
    language: languageOf(context.req),
    oversees: oversees(context.caller?.actor),
  });
  const created = events[0]?.revision === 0;
  const id = idOf(outcome);
  if (!maySeeRevisions(context)) {
    // Where a stream stands that others write too would tell what they did: only what he has just recorded is his.
    const own = events.length > 0 ? { id, position } : { id };
    sendJson(context, 200, JSON.stringify({ ...own, ...told }), ['Cache-Control', 'no-store']);
    return;
  }
  sendJson(context, created ? 201 : 200, JSON.stringify({ id, revision, position, ...told, ...handedOver }), [
    'Cache-Control',
    'no-store',
    'ETag',
    `"${streamId}@${revision}"`,
    ...(created && location ? ['Location', location] : []),
  ]);
}

const acceptedSchema = z.object({
  id: z.string().meta({ description: 'Id of the thing, as in the paths of the API' }),
  revision: z.int().optional().meta({ description: 'Revision of its last event; not told to experts' }),
  position: positionSchema.optional().meta({
    description:
      'Send it as X-Consistency-Position to read your own write; not told to experts who recorded nothing new',
  }),
  ...outcomeShape,
});

const commandHeaders = {
  'Idempotency-Key': z
    .string()
    .optional()
    .meta({ description: '1 to 100 visible characters; a retry is recorded once' }),
  'If-Match': z.string().optional().meta({ description: '"<stream>@<revision>" as last seen' }),
};

/** Only of acts that take place outside and are entered later. */
const statedTimeHeaders = {
  'X-Effective-At': instantSchema.optional().meta({ description: 'When the act took place, if entered later' }),
  'X-Backdating-Reason': z.string().optional().meta({ description: 'Why it is entered later; URI-encoded text' }),
};

function headersOf({ enteredLater }: AnyCommand): z.ZodObject {
  return z.object(enteredLater ? { ...commandHeaders, ...statedTimeHeaders } : commandHeaders);
}

/** The articles that what a command records rests on; none where it is of the work plan or a rule of the house. */
function articlesOf({ records }: AnyCommand): readonly ArticleId[] {
  return [...new Set(records.flatMap(({ basis }) => ('article' in basis ? [basis.article] : [])))];
}

function operationOf(
  command: AnyCommand,
  parameters: readonly PathParameter[],
  handOver: HandOver | undefined,
): Endpoint['operation'] {
  const shape: Record<string, z.ZodType> = command.input.shape;
  const inPath = new Set(parameters.map(({ name }) => name));
  const inBody = Object.entries(shape).filter(([name]) => !inPath.has(name));
  const success = {
    headers: z.object({ ETag: z.string().optional() }),
    content: {
      'application/json': { schema: handOver ? acceptedSchema.extend(handOver.schema.shape) : acceptedSchema },
    },
  };
  return {
    requestParams: {
      header: headersOf(command),
      ...(inPath.size > 0 && {
        path: z.object(Object.fromEntries([...inPath].map(name => [name, shape[name]]))) as never,
      }),
    },
    requestBody: {
      required: inBody.some(([, schema]) => !schema.safeParse(undefined).success),
      content: { 'application/json': { schema: z.strictObject(Object.fromEntries(inBody)) } },
    },
    responses: {
      200: { description: 'Recorded on a thing that was there, or recorded before', ...success },
      201: {
        description: 'Recorded; the thing is new',
        ...success,
        headers: success.headers.extend({ Location: z.string().optional() }),
      },
    },
    'x-articles': articlesOf(command).map(id => ({ article: id, label: articleLabel(id) })),
  };
}
