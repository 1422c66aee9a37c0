/**
 * The log for integrators: a pull feed of CloudEvents 1.0 and the same as server-sent events. At least once, ordered by
 * position. What a caller may not see is left out, and the cursor moves past it.
 */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Actor, RecordedEvent } from '../../events/envelope.ts';
import { type Position, positionSchema, START } from '../../events/ids.ts';
import type { EventLog } from '../../projections/ports.ts';
import type { Clock } from '../../services/ports.ts';
import type { Identity } from '../identity/identity.ts';
import { BASE, type Endpoint } from './endpoint.ts';
import { type Exchange, sendText, startStream } from './exchange.ts';
import { parseInput, queryOf } from './input.ts';
import { Problem } from './problem.ts';

export interface FeedPorts {
  readonly log: EventLog;
  readonly identity: Identity;
  readonly clock: Clock;
  /** Whether a caller may see an event; the public is undefined. */
  readonly maySee: (caller: Actor | undefined, event: RecordedEvent) => boolean;
  /** Ends all streams when the server stops. */
  readonly stopping: AbortSignal;
  readonly heartbeatMs?: number;
}

const MAX_LIMIT = 1_000;
const STREAM_PAGE = 200;
const MAX_STREAMS = 500;
const HEARTBEAT_MS = 15_000;
/** A reader who takes nothing in for so long is cut off; he resumes from the last id he has. */
const STALLED_MS = 30_000;

const typesSchema = z
  .string()
  .max(2_000)
  .transform(text => text.split(','))
  .pipe(z.array(z.string().regex(/^[a-z0-9.-]{3,80}$/)).max(100))
  .meta({ override: { type: 'string', description: 'Event types, separated by commas' } });

const startSchema = z.strictObject({
  after: positionSchema.default(START).meta({ description: 'Position of the last event seen' }),
  types: typesSchema.optional(),
});
const pullSchema = startSchema.extend({
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(100).meta({ description: 'Events looked at' }),
});

const cloudEventSchema = z.object({
  specversion: z.literal('1.0'),
  id: z.string(),
  source: z.string(),
  type: z.string(),
  subject: z.string().meta({ description: 'Stream' }),
  time: z.string(),
  datacontenttype: z.literal('application/json'),
  dataschema: z.string(),
  sequence: positionSchema,
  revision: z.int(),
  data: z.unknown(),
});

/**
 * Roles that see what is internal; the supervising body sees the restricted material too, and cases about staff, except
 * each of its people his own.
 */
export function seesByRole(caller: Actor | undefined, event: RecordedEvent): boolean {
  const { visibility, about } = event.meta;
  if (visibility === 'case-only') return caller?.role === 'SUP' && about.accountId !== caller.accountId;
  if (visibility === 'public' || caller?.role === 'SUP') return true;
  return caller?.role === 'MSR' && (visibility === 'parties' || visibility === 'internal');
}

/** A JSON array of CloudEvents 1.0. */
const BATCH = 'application/cloudevents-batch+json';

export function feedEndpoints(ports: FeedPorts): readonly Endpoint[] {
  let streams = 0;
  return [
    {
      kind: 'builtin',
      method: 'GET',
      path: `${BASE}/events`,
      name: 'PullEvents',
      title: '事件拉取',
      summary: 'A batch of CloudEvents after a position; poll the next link again when the batch is empty.',
      access: 'public',
      operation: {
        requestParams: { query: pullSchema },
        responses: {
          200: {
            description: 'Events the caller may see',
            headers: z.object({ Link: z.string() }),
            content: { [BATCH]: { schema: z.array(cloudEventSchema) } },
          },
        },
      },
      handle: exchange => pull(exchange, ports),
    },
    {
      kind: 'builtin',
      method: 'GET',
      path: `${BASE}/events/stream`,
      name: 'StreamEvents',
      title: '事件推送',
      summary: 'The same as server-sent events: id is the position, resume with Last-Event-ID.',
      access: 'public',
      operation: {
        requestParams: { query: startSchema, header: z.object({ 'Last-Event-ID': positionSchema.optional() }) },
        responses: { 200: { description: 'Events', content: { 'text/event-stream': { schema: z.string() } } } },
      },
      async handle(exchange) {
        if (streams >= MAX_STREAMS) {
          throw new Problem(503, 'too-many-streams', '推送连接过多', 'Too many streams are open', {
            headers: { 'Retry-After': '30' },
          });
        }
        streams += 1;
        try {
          await stream(exchange, ports);
        } finally {
          streams -= 1;
        }
      },
    },
  ];
}

async function pull(exchange: Exchange, ports: FeedPorts): Promise<void> {
  const { req, caller } = exchange;
  const { after, limit, types } = parseInput(pullSchema, queryOf(req.url, Object.keys(pullSchema.shape)), req);
  const events = await ports.log.readAll(after, limit);
  const wanted = events.filter(event => isWanted(event, types) && ports.maySee(caller?.actor, event));
  const query = new URLSearchParams({
    after: events.at(-1)?.position ?? after,
    limit: String(limit),
    ...(types && { types: types.join(',') }),
  });
  const batch = JSON.stringify(wanted.map(event => cloudEvent(event, caller?.actor)));
  const headers = ['Cache-Control', 'no-store', 'Link', `<${BASE}/events?${query}>; rel="next"`];
  sendText(exchange, 200, `${BATCH}; charset=utf-8`, batch, headers);
}

function isWanted(event: RecordedEvent, types: readonly string[] | undefined): boolean {
  return types?.includes(event.type) ?? true;
}

function cloudEvent(event: RecordedEvent, caller: Actor | undefined): z.infer<typeof cloudEventSchema> {
  return {
    specversion: '1.0',
    id: event.id,
    source: '/gongguan',
    type: event.type,
    subject: event.streamId,
    time: event.meta.recordedAt,
    datacontenttype: 'application/json',
    dataschema: `urn:gongguan:event:${event.type}:${event.schemaVersion}`,
    sequence: event.position,
    revision: event.revision,
    data: caller ? event.data : withoutSealed(event.data),
  };
}

/** Not even the sealed form of a personal value leaves for the public. */
function withoutSealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter(item => !isSealed(item)).map(withoutSealed);
  if (typeof value !== 'object' || value === null) return value;
  const open = Object.entries(value).filter(([, member]) => !isSealed(member));
  return Object.fromEntries(open.map(([name, member]) => [name, withoutSealed(member)]));
}

function isSealed(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'sealed' in value && 'subject' in value;
}

/**
 * Reads on from the log at the pace of the reader: nothing is buffered for him, so a slow one is merely behind, and
 * nothing can be skipped.
 */
async function stream(exchange: Exchange, ports: FeedPorts): Promise<void> {
  const { req, res } = exchange;
  const { after, types } = parseInput(startSchema, queryOf(req.url, Object.keys(startSchema.shape)), req);
  let position = resumeFrom(req.headers['last-event-id']) ?? after;
  // A position that was made up is refused while it still can be.
  await ports.log.readAll(position, 1);
  const closed = new AbortController();
  const end = () => closed.abort();
  res.once('close', end);
  ports.stopping.addEventListener('abort', end);
  const appended = appendSignal(ports.log, closed.signal);
  startStream(exchange, 'text/event-stream; charset=utf-8', ['X-Accel-Buffering', 'no']);
  res.flushHeaders();
  let caughtUp = false;
  try {
    while (!closed.signal.aborted && (await mayContinue(exchange, ports))) {
      appended.reset();
      const events = await ports.log.readAll(position, STREAM_PAGE);
      const last = events.at(-1);
      if (last) {
        position = last.position;
        await write(res, framesOf(events, exchange, ports, types), closed.signal);
      } else if (!caughtUp) {
        caughtUp = true;
        await write(res, `event: caught-up\ndata: {"position":"${position}"}\n\n`, closed.signal);
      } else if (!(await appended.within(ports.heartbeatMs ?? HEARTBEAT_MS))) {
        await write(res, ': heartbeat\n\n', closed.signal);
      }
    }
  } finally {
    ports.stopping.removeEventListener('abort', end);
    closed.abort();
    res.end();
  }
}

function resumeFrom(header: string | string[] | undefined): Position | undefined {
  if (header === undefined || header === '') return undefined;
  const parsed = positionSchema.safeParse(header);
  if (parsed.success) return parsed.data;
  throw new Problem(400, 'malformed-position', 'Last-Event-ID 格式错误', 'Last-Event-ID must be a position');
}

/** A page as frames. The last frame carries the id of the page's end, whether or not its event may be seen. */
function framesOf(
  events: readonly RecordedEvent[],
  { caller }: Exchange,
  ports: FeedPorts,
  types: readonly string[] | undefined,
): string {
  const frames = events
    .filter(event => isWanted(event, types) && ports.maySee(caller?.actor, event))
    .map(
      event =>
        `id: ${event.position}\nevent: ${event.type}\ndata: ${JSON.stringify(cloudEvent(event, caller?.actor))}\n\n`,
    );
  return `${frames.join('')}id: ${events.at(-1)?.position}\n\n`;
}

/** Grants may have been revoked, or the session may have ended, since the stream was opened. */
async function mayContinue({ caller }: Exchange, { identity, clock }: FeedPorts): Promise<boolean> {
  if (!caller) return true;
  return caller.expiresAt > Date.parse(clock.now()) && (await identity.holds(caller.actor));
}

/** Waits while the reader is behind; cuts him off when he takes nothing in. */
async function write(res: ServerResponse, text: string, closed: AbortSignal): Promise<void> {
  if (closed.aborted || res.write(text)) return;
  const patience = AbortSignal.any([closed, AbortSignal.timeout(STALLED_MS)]);
  try {
    await once(res, 'drain', { signal: patience });
  } catch {
    res.destroy();
  }
}

/** Remembers appends between a read that found nothing and the wait that follows, so that none is slept through. */
function appendSignal(log: EventLog, closed: AbortSignal) {
  let appended = false;
  let wake: () => void = () => undefined;
  const unsubscribe = log.onAppend(() => {
    appended = true;
    wake();
  });
  closed.addEventListener('abort', () => {
    unsubscribe();
    wake();
  });
  return {
    reset() {
      appended = false;
    },
    /** Whether something was appended within a time. */
    async within(ms: number): Promise<boolean> {
      if (!appended && !closed.aborted) {
        await new Promise<void>(resolve => {
          const timer = setTimeout(resolve, ms);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      return appended;
    },
  };
}
