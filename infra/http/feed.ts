/**
 * Events for integrators: a pull feed of CloudEvents 1.0 and the same as server-sent events. At least once, in log order.
 * Whoever does not oversee gets what is public and what is for the parties of his own cases, and nothing from which one
 * could tell how much else there is.
 */
import { z } from 'zod';
import { positionSchema, START } from '../../events/ids.ts';
import { materialIn, ownedIn } from '../../events/rules/material.ts';
import type { EventLog } from '../../projections/ports.ts';
import { isRecommending, oversees } from '../../projections/query.ts';
import { Openings, type RecordAccess } from '../compose/access.ts';
import type { AuthenticatedCaller, IdentityService } from '../identity/identity.ts';
import { SEEN_MS } from '../identity/sessions.ts';
import { type CloudEvent, cloudEventSchema, kindNamed } from '../integrators/cloud-event.ts';
import type { Pause } from '../time-slices.ts';
import { BASE, type Endpoint } from './endpoint.ts';
import { type Cursor, type FeedEvent, type FeedSourcePorts, feedFor } from './feed-sources.ts';
import { parseInput, queryOf } from './input.ts';
import { sendPiece } from './pieces.ts';
import type { Places } from './places.ts';
import { Problem } from './problem.ts';
import { isHeadOnly, type RequestContext, sendHead, sendText, startStream } from './request-context.ts';

export interface FeedPorts extends FeedSourcePorts {
  readonly log: EventLog;
  readonly identity: IdentityService;
  readonly places: Places;
  /** Puts on record who is shown material. */
  readonly recordAccess: RecordAccess;
  /** Between pages of the log. */
  readonly pauseFor: (caller: AuthenticatedCaller | undefined) => Pause;
  /** Ends all streams when the server stops. */
  readonly stopping: AbortSignal;
  readonly heartbeatMs?: number;
}

const MAX_LIMIT = 1_000;
/** Events that are looked at without a pause: some milliseconds of work. */
const PAGE = 100;
const HEARTBEAT_MS = 15_000;

const typesSchema = z
  .string()
  .max(2_000)
  .transform(text => text.split(','))
  .pipe(z.array(z.string().regex(/^[a-z0-9.-]{3,80}$/)).max(100))
  .meta({ override: { type: 'string', description: 'Event types, separated by commas' } });

const cursorSchema = z.union([positionSchema, z.uuid()]);

const startSchema = z.strictObject({
  after: cursorSchema.default(START).meta({
    override: { type: 'string', default: START },
    description:
      'Where the reader has come to, as a page or a frame told it: an event’s id; to those who oversee, its position',
  }),
  types: typesSchema.optional(),
});
const pullSchema = startSchema.extend({
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(100).meta({ description: 'Events looked at' }),
});

const EVENT_STREAM = 'text/event-stream; charset=utf-8';
/** Said to the reverse proxy. */
const UNBUFFERED = ['X-Accel-Buffering', 'no'];
/** A JSON array of CloudEvents 1.0. */
const BATCH = 'application/cloudevents-batch+json';

/** Pull and server-sent events as CloudEvents 1.0: what the caller may see, in log order, at least once. */
export function feedEndpoints(ports: FeedPorts): readonly Endpoint[] {
  return [
    {
      kind: 'builtin',
      method: 'GET',
      path: `${BASE}/events`,
      name: 'PullEvents',
      title: '事件拉取',
      summary: 'A batch of CloudEvents after a cursor; poll the next link again when the batch is empty.',
      access: 'public',
      scope: 'events',
      operation: {
        requestParams: { query: pullSchema },
        responses: {
          200: {
            description: '当前用户可见的事件 (Events the caller may see)',
            headers: z.object({ Link: z.string() }),
            content: { [BATCH]: { schema: z.array(cloudEventSchema) } },
          },
        },
      },
      handle: context => pull(context, ports),
    },
    {
      kind: 'builtin',
      method: 'GET',
      path: `${BASE}/events/stream`,
      name: 'StreamEvents',
      title: '事件推送',
      summary: 'The same as server-sent events: resume with Last-Event-ID.',
      access: 'public',
      scope: 'events',
      operation: {
        requestParams: { query: startSchema, header: z.object({ 'Last-Event-ID': z.string().optional() }) },
        responses: { 200: { description: '事件 (Events)', content: { 'text/event-stream': { schema: z.string() } } } },
      },
      async handle(context) {
        const from = await startOf(context, ports);
        await askBefore(context, from, ports);
        if (isHeadOnly(context)) sendHead(context, EVENT_STREAM, UNBUFFERED);
        else await ports.places.hold('stream', context, closed => stream(context, from, closed, ports));
      },
    },
  ];
}

async function pull(context: RequestContext, ports: FeedPorts): Promise<void> {
  const { req, caller } = context;
  const { after, limit, types } = parseInput(pullSchema, queryOf(req.url, Object.keys(pullSchema.shape)), req);
  const [source, pause] = [feedFor(caller?.actor, ports), ports.pauseFor(caller)];
  const texts: string[] = [];
  const openings = new Openings();
  let cursor: Cursor = after;
  for (let left = limit; left > 0; ) {
    await pause();
    const { events, last, looked } = await source.after(cursor, Math.min(left, PAGE));
    if (last === undefined) break;
    const wanted = events.filter(({ event }) => isWanted(event, types));
    noteShown(wanted, openings);
    texts.push(...wanted.map(({ event }) => JSON.stringify(event)));
    cursor = last;
    left -= looked;
  }
  const query = new URLSearchParams({
    after: cursor,
    limit: String(limit),
    ...(types && { types: types.join(',') }),
  });
  await recordShown(context, 'PullEvents', openings, ports);
  const batch = `[${texts.join(',')}]`;
  const headers = ['Cache-Control', 'no-store', 'Link', `<${BASE}/events?${query}>; rel="next"`];
  sendText(context, 200, `${BATCH}; charset=utf-8`, batch, headers);
}

type Shows = Pick<FeedPorts, 'recordAccess'>;

/** In the place of an event that cannot be read nothing of it is shown. */
function noteShown(events: readonly FeedEvent[], openings: Openings): void {
  for (const { event, about = {} } of events) {
    const kind = materialIn(kindNamed(event.type));
    if (kind) for (const owned of ownedIn({ data: event.data, about })) openings.add(kind, owned);
  }
}

/** What events hold of material is put on record before they are handed out (art-26). */
async function recordShown(context: RequestContext, via: string, openings: Openings, { recordAccess }: Shows) {
  const { caller } = context;
  const opened = openings.take();
  if (caller && opened.length > 0) await recordAccess({ ...context, actor: caller.actor }, via, opened);
}

/** Whoever will meet material in a stream is asked for his undertaking before it begins. */
async function askBefore({ caller, ...context }: RequestContext, { types }: Start, ports: Shows) {
  if (!caller || !(oversees(caller.actor) || isRecommending(caller.actor))) return;
  const meetsMaterial = types === undefined || types.some(type => materialIn(type) !== undefined);
  if (meetsMaterial) await ports.recordAccess({ ...context, actor: caller.actor }, 'StreamEvents', []);
}

/** A stream ends where its reader may not open material any more: he learns why when he asks again. */
async function isOnRecord(context: RequestContext, shown: readonly FeedEvent[], end: Cursor, ports: Shows) {
  const openings = new Openings();
  noteShown(shown, openings);
  try {
    await recordShown({ ...context, requestId: `${context.requestId}-${end}` }, 'StreamEvents', openings, ports);
    return true;
  } catch (error) {
    if (error instanceof Problem) return false;
    throw error;
  }
}

function isWanted(event: CloudEvent, types: readonly string[] | undefined): boolean {
  return types?.includes(kindNamed(event.type)) ?? true;
}

interface Start {
  readonly cursor: Cursor;
  readonly types: readonly string[] | undefined;
}

/** Where a stream starts; a cursor that was made up is refused while it still can be. */
async function startOf({ req, caller }: RequestContext, ports: FeedPorts): Promise<Start> {
  const { after, types } = parseInput(startSchema, queryOf(req.url, Object.keys(startSchema.shape)), req);
  const cursor = resumeFrom(req.headers['last-event-id']) ?? after;
  await feedFor(caller?.actor, ports).after(cursor, 1);
  return { cursor, types };
}

/**
 * Reads on from the log at the pace of the reader: nothing is buffered for him, so a slow one is merely behind, and
 * nothing can be skipped.
 */
async function stream(
  context: RequestContext,
  { cursor: start, types }: Start,
  closed: AbortSignal,
  ports: FeedPorts,
): Promise<void> {
  const { res, caller } = context;
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
  startStream(context, EVENT_STREAM, UNBUFFERED);
  res.flushHeaders();
  const source = feedFor(caller?.actor, ports);
  let cursor = start;
  let caughtUp = false;
  const goesOn = async () => {
    await pause();
    return !ended.aborted && mayContinue(caller, identity);
  };
  try {
    while (await goesOn()) {
      appended.reset();
      const { events, last } = await source.after(cursor, PAGE);
      if (last !== undefined) {
        cursor = last;
        const wanted = events.filter(({ event }) => isWanted(event, types));
        if (!(await isOnRecord(context, wanted, last, ports))) break;
        await sendPiece(res, framesOf(wanted, last), ended);
      } else if (!caughtUp) {
        caughtUp = true;
        await sendPiece(res, `event: caught-up\ndata: {"position":"${cursor}"}\n\n`, ended);
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

function resumeFrom(header: string | string[] | undefined): Cursor | undefined {
  if (header === undefined || header === '') return undefined;
  const parsed = cursorSchema.safeParse(header);
  if (parsed.success) return parsed.data;
  throw new Problem(400, 'malformed-position', 'Last-Event-ID 格式错误', 'Last-Event-ID must be one that was sent');
}

/** A page as frames. The last frame carries the id of the page's end, whether or not its event may be seen. */
function framesOf(events: readonly FeedEvent[], last: Cursor): string {
  const frames = events.map(
    ({ cursor, event }) => `id: ${cursor}\nevent: ${kindNamed(event.type)}\ndata: ${JSON.stringify(event)}\n\n`,
  );
  return `${frames.join('')}id: ${last}\n\n`;
}

/** Grants may have been revoked, or the session may have ended, since the stream was opened. */
async function mayContinue(caller: AuthenticatedCaller | undefined, identity: IdentityService): Promise<boolean> {
  if (!caller) return true;
  return (await identity.stands(caller)) && (await identity.holds(caller.actor));
}

/**
 * Waits for the next append; whether there was one, or something else to look at, before a heartbeat was due. In between
 * the session is looked at: another process may have ended it.
 */
async function quietly(
  appended: ReturnType<typeof appendSignal>,
  caller: AuthenticatedCaller | undefined,
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
