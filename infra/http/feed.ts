/**
 * The log for integrators: a pull feed of CloudEvents 1.0 and the same as server-sent events. At least once, ordered by
 * position. What a caller may not see is left out, and the cursor moves past it.
 */
import { z } from 'zod';
import type { Actor, Fault, RecordedEvent } from '../../events/envelope.ts';
import { type Position, positionSchema, START } from '../../events/ids.ts';
import type { EventLog } from '../../projections/ports.ts';
import type { Caller, Identity } from '../identity/identity.ts';
import { SEEN_MS } from '../identity/sessions.ts';
import type { Pause } from '../time-slices.ts';
import { BASE, type Endpoint } from './endpoint.ts';
import { type Exchange, isHeadOnly, sendHead, sendText, startStream } from './exchange.ts';
import { parseInput, queryOf } from './input.ts';
import { sendPiece } from './pieces.ts';
import type { Places } from './places.ts';
import { Problem } from './problem.ts';

export interface FeedPorts {
  readonly log: EventLog;
  readonly identity: Identity;
  /** Whether a caller, with the accounts that are his, may see an event; the public is undefined. */
  readonly maySee: typeof seesByRole;
  /** All accounts of the person behind one. */
  readonly accountsOf: (accountId: string) => Promise<ReadonlySet<string>>;
  readonly places: Places;
  /** Between pages of the log. */
  readonly pauseFor: (caller: Caller | undefined) => Pause;
  /** Ends all streams when the server stops. */
  readonly stopping: AbortSignal;
  readonly heartbeatMs?: number;
}

const MAX_LIMIT = 1_000;
/** Events that are looked at without a pause: some milliseconds of work. */
const PAGE = 200;
const HEARTBEAT_MS = 15_000;

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
  time: z.string().optional().meta({ description: 'Not known of an event that cannot be read' }),
  datacontenttype: z.literal('application/json'),
  dataschema: z.string(),
  sequence: positionSchema,
  revision: z.int(),
  data: z.unknown(),
});

/**
 * Roles that see what is internal; the supervising body sees the restricted material too, and cases about staff, except
 * each of its people his own: those about any of his accounts.
 */
export function seesByRole(
  caller: Actor | undefined,
  event: RecordedEvent,
  own: ReadonlySet<string> = new Set(caller && [caller.accountId]),
): boolean {
  const { visibility, about } = event.meta;
  if (visibility === 'case-only') return caller?.role === 'SUP' && !(about.accountId && own.has(about.accountId));
  if (visibility === 'public' || caller?.role === 'SUP') return true;
  return caller?.role === 'MSR' && (visibility === 'parties' || visibility === 'internal');
}

const EVENT_STREAM = 'text/event-stream; charset=utf-8';
/** Said to the reverse proxy. */
const UNBUFFERED = ['X-Accel-Buffering', 'no'];
/** A JSON array of CloudEvents 1.0. */
const BATCH = 'application/cloudevents-batch+json';

export function feedEndpoints(ports: FeedPorts): readonly Endpoint[] {
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
        const from = await startOf(exchange, ports);
        if (isHeadOnly(exchange)) sendHead(exchange, EVENT_STREAM, UNBUFFERED);
        else await ports.places.hold('stream', exchange, closed => stream(exchange, from, closed, ports));
      },
    },
  ];
}

async function pull(exchange: Exchange, ports: FeedPorts): Promise<void> {
  const { req, caller } = exchange;
  const { after, limit, types } = parseInput(pullSchema, queryOf(req.url, Object.keys(pullSchema.shape)), req);
  const pause = ports.pauseFor(caller);
  const own = await ownAccounts(caller?.actor, ports);
  const texts: string[] = [];
  let position = after;
  for (let left = limit; left > 0; ) {
    await pause();
    const events = await ports.log.readAll(position, Math.min(left, PAGE));
    const last = events.at(-1);
    if (!last) break;
    const wanted = events.filter(event => isWanted(event, types) && isFor(caller?.actor, event, own, ports.maySee));
    texts.push(...wanted.map(event => JSON.stringify(cloudEvent(event, caller?.actor))));
    position = last.position;
    left -= events.length;
  }
  const query = new URLSearchParams({
    after: position,
    limit: String(limit),
    ...(types && { types: types.join(',') }),
  });
  const batch = `[${texts.join(',')}]`;
  const headers = ['Cache-Control', 'no-store', 'Link', `<${BASE}/events?${query}>; rel="next"`];
  sendText(exchange, 200, `${BATCH}; charset=utf-8`, batch, headers);
}

/** They matter to the supervising body alone. */
async function ownAccounts(caller: Actor | undefined, ports: FeedPorts): Promise<ReadonlySet<string> | undefined> {
  return caller?.role === 'SUP' ? ports.accountsOf(caller.accountId) : undefined;
}

function isWanted(event: RecordedEvent, types: readonly string[] | undefined): boolean {
  return types?.includes(event.type) ?? true;
}

/** Stands in the feed for an event that cannot be read. */
const UNREADABLE = 'event.unreadable';

/** Who may see an event is said by its surroundings; without them only the supervisor. */
function isFor(
  caller: Actor | undefined,
  event: RecordedEvent,
  own: ReadonlySet<string> | undefined,
  maySee: FeedPorts['maySee'],
): boolean {
  return event.fault?.of === 'meta' ? caller?.role === 'SUP' : maySee(caller, event, own);
}

/** Keeps the place, says why to those who have signed in, and repeats nothing of what could not be read. */
function placeholder(event: RecordedEvent, fault: Fault, caller: Actor | undefined): z.infer<typeof cloudEventSchema> {
  return {
    specversion: '1.0',
    id: event.id,
    source: '/gongguan',
    type: UNREADABLE,
    subject: event.streamId,
    ...(fault.of !== 'meta' && { time: event.meta.recordedAt }),
    datacontenttype: 'application/json',
    dataschema: `urn:gongguan:event:${UNREADABLE}:1`,
    sequence: event.position,
    revision: event.revision,
    data: { type: event.type, schemaVersion: event.schemaVersion, ...(caller && { reason: fault.reason }) },
  };
}

function cloudEvent(event: RecordedEvent, caller: Actor | undefined): z.infer<typeof cloudEventSchema> {
  if (event.fault && event.fault.of !== 'kind') return placeholder(event, event.fault, caller);
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

interface Start {
  readonly position: Position;
  readonly types: readonly string[] | undefined;
}

/** Where a stream starts; a position that was made up is refused while it still can be. */
async function startOf({ req }: Exchange, { log }: FeedPorts): Promise<Start> {
  const { after, types } = parseInput(startSchema, queryOf(req.url, Object.keys(startSchema.shape)), req);
  const position = resumeFrom(req.headers['last-event-id']) ?? after;
  await log.readAll(position, 1);
  return { position, types };
}

/**
 * Reads on from the log at the pace of the reader: nothing is buffered for him, so a slow one is merely behind, and
 * nothing can be skipped.
 */
async function stream(
  exchange: Exchange,
  { position: after, types }: Start,
  closed: AbortSignal,
  ports: FeedPorts,
): Promise<void> {
  const { res, caller } = exchange;
  const { identity } = ports;
  const pause = ports.pauseFor(caller);
  const ending = new AbortController();
  const end = () => ending.abort();
  const ended = ending.signal;
  if (closed.aborted) end();
  closed.addEventListener('abort', end);
  ports.stopping.addEventListener('abort', end);
  const appended = appendSignal(ports.log, ended);
  const unwatch = caller && identity.onEnd(appended.wake);
  startStream(exchange, EVENT_STREAM, UNBUFFERED);
  res.flushHeaders();
  let position = after;
  let caughtUp = false;
  const goesOn = async () => {
    await pause();
    return !ended.aborted && mayContinue(caller, identity);
  };
  try {
    while (await goesOn()) {
      appended.reset();
      const events = await ports.log.readAll(position, PAGE);
      const last = events.at(-1);
      if (last) {
        position = last.position;
        const own = await ownAccounts(exchange.caller?.actor, ports);
        await sendPiece(res, framesOf(events, { exchange, own, ports, types }), ended);
      } else if (!caughtUp) {
        caughtUp = true;
        await sendPiece(res, `event: caught-up\ndata: {"position":"${position}"}\n\n`, ended);
      } else if (!(await quietly(appended, caller, ports))) {
        await sendPiece(res, ': heartbeat\n\n', ended);
      }
    }
  } finally {
    ports.stopping.removeEventListener('abort', end);
    unwatch?.();
    appended.forget();
    res.end();
  }
}

function resumeFrom(header: string | string[] | undefined): Position | undefined {
  if (header === undefined || header === '') return undefined;
  const parsed = positionSchema.safeParse(header);
  if (parsed.success) return parsed.data;
  throw new Problem(400, 'malformed-position', 'Last-Event-ID 格式错误', 'Last-Event-ID must be a position');
}

interface Following {
  readonly exchange: Exchange;
  readonly own: ReadonlySet<string> | undefined;
  readonly ports: FeedPorts;
  readonly types: readonly string[] | undefined;
}

function frameOf(event: z.infer<typeof cloudEventSchema>): string {
  return `id: ${event.sequence}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** A page as frames. The last frame carries the id of the page's end, whether or not its event may be seen. */
function framesOf(events: readonly RecordedEvent[], { exchange: { caller }, own, ports, types }: Following): string {
  const frames = events
    .filter(event => isWanted(event, types) && isFor(caller?.actor, event, own, ports.maySee))
    .map(event => frameOf(cloudEvent(event, caller?.actor)));
  return `${frames.join('')}id: ${events.at(-1)?.position}\n\n`;
}

/** Grants may have been revoked, or the session may have ended, since the stream was opened. */
async function mayContinue(caller: Caller | undefined, identity: Identity): Promise<boolean> {
  if (!caller) return true;
  return (await identity.stands(caller)) && (await identity.holds(caller.actor));
}

/**
 * Waits for the next append; whether there was one, or something else to look at, before a heartbeat was due. In between
 * the session is looked at: another process may have ended it.
 */
async function quietly(
  appended: ReturnType<typeof appendSignal>,
  caller: Caller | undefined,
  { identity, heartbeatMs = HEARTBEAT_MS }: FeedPorts,
): Promise<boolean> {
  if (!caller) return appended.within(heartbeatMs);
  for (let waited = 0; waited < heartbeatMs; waited += SEEN_MS) {
    if (await appended.within(Math.min(SEEN_MS, heartbeatMs - waited))) return true;
    if (!(await identity.stands(caller))) return true;
  }
  return false;
}

/** Remembers appends between a read that found nothing and the wait that follows, so that none is slept through. */
function appendSignal(log: EventLog, closed: AbortSignal) {
  let appended = false;
  let resume: () => void = () => undefined;
  const wake = () => {
    appended = true;
    resume();
  };
  const forget = log.onAppend(wake);
  closed.addEventListener('abort', () => resume(), { once: true });
  return {
    forget,
    /** As an append does. */
    wake,
    reset() {
      appended = false;
    },
    /** Whether something was appended within a time. */
    async within(ms: number): Promise<boolean> {
      if (!appended && !closed.aborted) {
        await new Promise<void>(resolve => {
          const timer = setTimeout(resolve, ms);
          resume = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      return appended;
    },
  };
}
