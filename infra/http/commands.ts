/** Commands as POST endpoints: path, body and headers become a command request, its outcome an answer. */
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { positionSchema } from '../../events/ids.ts';
import { isClerical } from '../../events/rules/mandate.ts';
import { articleLabel } from '../../events/statute.ts';
import { oversees } from '../../projections/query.ts';
import type { AnyCommand } from '../../services/command.ts';
import type { Accepted } from '../../services/handle.ts';
import type { CommandRoute } from '../../services/route.ts';
import { articlesOf } from './articles.ts';
import { readJson } from './body.ts';
import { BASE, type Endpoint } from './endpoint.ts';
import { exampleOf } from './examples.ts';
import type { HandOver } from './handover.ts';
import { languageOf } from './language.ts';
import { addressAt, templateFor } from './location.ts';
import { outcomeOf, outcomeShape } from './outcome.ts';
import { callerOf, type RequestContext, sendJson } from './request-context.ts';
import {
  commandSender,
  IDEMPOTENCY_KEY,
  idOf,
  maySeeRevisions,
  type PathParameter,
  pathParameters,
  type SendingPorts,
} from './sending.ts';

/**
 * The POST of a command: path parameters are part of its input, an idempotency key names it. A refusal is thrown as a
 * problem; else it answers where the stream stands after it.
 */
export function commandEndpoint(route: CommandRoute, ports: SendingPorts): Endpoint {
  const { path, command } = route;
  const parameters = pathParameters(path, command);
  const readAt = templateFor(route, ports.queries);
  const handOver = ports.handOvers.get(command.name);
  const send = commandSender(route, ports);
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
    get operation() {
      return operationOf(command, parameters, { handOver, readAt });
    },
    async handle(context) {
      callerOf(context);
      const { headers, params } = context.req;
      const { input, outcome, handedOver } = await send(context, {
        body: await readJson(context.req),
        params,
        key: headers['idempotency-key'],
        ifMatch: headers['if-match'],
        effectiveAt: headers['x-effective-at'],
        reason: reasonOf(headers),
      });
      const location = readAt && addressAt(readAt, input as Readonly<Record<string, unknown>>, idOf(outcome));
      sendAccepted(context, outcome, { location, handedOver });
    },
  };
}

/** Header values are ASCII, so the reason comes URI-encoded; what is not cannot be read as text. */
function reasonOf(headers: IncomingMessage['headers']): string | undefined {
  const value = headers['x-backdating-reason'];
  if (value === undefined) return undefined;
  try {
    return decodeURIComponent(String(value));
  } catch {
    return '';
  }
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

const acceptedShape = {
  id: z.string().meta({ description: 'Id of the thing, as in the paths of the API' }),
  revision: z.int().optional().meta({ description: 'Revision of its last event; not told to experts' }),
  position: positionSchema.optional().meta({
    description:
      'Send it as X-Consistency-Position to read your own write; not told to experts who recorded nothing new',
  }),
  ...outcomeShape,
};
const acceptedSchema = z.object(acceptedShape).meta({ id: 'Accepted' });
/** The answer to a command. */
export type AcceptedAnswer = z.infer<typeof acceptedSchema>;

/** `*`, or strong tags as this API gives them: of a content, or of where a stream stands. */
const TAG = '"([A-Za-z0-9_-]{22}(-(br|gzip))?|[!#-?A-~]{1,200}@(0|[1-9]\\d{0,14}))"';
const TAGS = new RegExp(`^(\\*|${TAG}( *, *${TAG}){0,49})$`);
/** Visible ASCII, and characters of UTF-8 in octets (RFC 3986, 2.1; RFC 3629, 4), something to be seen among them. */
const OCTET = '%[89ABab][0-9A-Fa-f]';
const URI_ENCODED = new RegExp(
  `^([!-$&-~]|%2[1-9A-Fa-f]|%[3-6][0-9A-Fa-f]|%7[0-9A-Ea-e]|%[Ee][4-9]${OCTET}${OCTET})([!-$&-~]|%[2-6][0-9A-Fa-f]|%7[0-9A-Ea-e]|%[Ee][3-9]${OCTET}${OCTET})*$`,
);

const commandHeaders = {
  'Idempotency-Key': z.string().regex(IDEMPOTENCY_KEY).optional().meta({ description: 'A retry is recorded once' }),
  'If-Match': z.string().regex(TAGS).optional().meta({
    description:
      'ETags of what has been seen, separated by commas: that of an earlier answer to a command, "<stream>@<revision>", or of a GET without query string at this address or above it; * where anything will do',
  }),
};

/** Only of acts that take place outside and are entered later. */
const statedTimeHeaders = {
  'X-Effective-At': z
    .string()
    .regex(z.core.regexes.datetime({ precision: 3 }))
    .optional()
    .meta({ description: 'When the act took place, if entered later: UTC, to the millisecond' }),
  'X-Backdating-Reason': z
    .string()
    .regex(URI_ENCODED)
    .optional()
    .meta({ description: 'Why it is entered later; URI-encoded text' }),
};

function headersOf({ enteredLater }: AnyCommand): z.ZodObject {
  return z.object(enteredLater ? { ...commandHeaders, ...statedTimeHeaders } : commandHeaders);
}

function bodyOf(schema: z.ZodObject) {
  const example = exampleOf(schema);
  return { schema, ...(example !== undefined && { example }) };
}

function operationOf(
  command: AnyCommand,
  parameters: readonly PathParameter[],
  { handOver, readAt }: { readonly handOver: HandOver | undefined; readonly readAt: string | undefined },
): Endpoint['operation'] {
  const shape: Record<string, z.ZodType> = command.input.shape;
  const inPath = new Set(parameters.map(({ name }) => name));
  const inBody = Object.entries(shape).filter(([name]) => !inPath.has(name));
  const success = {
    headers: z.object({ ETag: z.string().optional() }),
    content: {
      'application/json': {
        schema: handOver ? z.object({ ...acceptedShape, ...handOver.schema.shape }) : acceptedSchema,
      },
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
      content: { 'application/json': bodyOf(z.strictObject(Object.fromEntries(inBody))) },
    },
    responses: {
      200: {
        description: '已记录，或者此前已记录 (Recorded on a thing that was there, or recorded before)',
        ...success,
      },
      201: {
        description: '已记录，新建了对象 (Recorded; the thing is new)',
        ...success,
        ...(readAt && { headers: success.headers.extend({ Location: z.string() }) }),
      },
    },
    'x-articles': articlesOf(command).map(id => ({ article: id, label: articleLabel(id) })),
  };
}
