/**
 * Events for integrators: a pull feed of CloudEvents 1.0 and the same as server-sent events. At least once, in log order.
 * Whoever does not oversee gets what is public and what is for the parties of his own cases, and nothing from which one
 * could tell how much else there is.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { materialIn } from '../../events/rules/material.ts';
import { instantSchema } from '../../events/time.ts';
import { isRecommending, oversees } from '../../projections/query.ts';
import { Openings } from '../compose/access.ts';
import { endingWith } from '../ending.ts';
import type { AuthenticatedCaller } from '../identity/identity.ts';
import { SEEN_MS } from '../identity/sessions.ts';
import { BASE, type Endpoint } from './endpoint.ts';
import { type FeedFilter, soughtIn } from './feed-filter.ts';
import { pullEndpoint } from './feed-pull.ts';
import { noteShown, recordShown } from './feed-shown.ts';
import { type Cursor, type FeedEvent, type FeedPage, type FeedSource, feedFor } from './feed-sources.ts';
import { cursorSchema, type FeedPorts, feedStart } from './feed-start.ts';
import { appendSignal, type Ended, whyEnded } from './following.ts';
import { parseInput, queryOf } from './input.ts';
import { sendPiece } from './pieces.ts';
import { Problem } from './problem.ts';
import { callerOf, isHeadOnly, type RequestContext, sendHead, sendJson, startStream } from './request-context.ts';
import { sharingPages } from './shared-pages.ts';

/** Events that are looked at without a pause: some milliseconds of work. */
const PAGE = 100;
const HEARTBEAT_MS = 15_000;
/** A stream of what is public looks once in so long when it has caught up: what is appended meanwhile goes out together. */
const LOOK_MS = 100;
/** After which a browser that was cut off asks again. */
const RETRY_MS = 3_000;

const streamSchema = z.strictObject({
  ...feedStart,
  named: z
    .string()
    .regex(/^(true|false)$/)
    .default('false')
    .meta({
      override: { type: 'boolean', default: false },
      description:
        'Whether each frame has its event type for a name, for listeners of some types; else it is a `message`',
    }),
});

interface StreamPorts extends FeedPorts {
  /** What a caller reads; undefined for everybody. */
  readonly sourceFor: (caller: AuthenticatedCaller | undefined) => FeedSource;
}

const ticketSchema = z
  .string()
  .max(8_000)
  .optional()
  .meta({ description: 'Says who asks, and for what; nothing else is said beside it' });
const issuedSchema = z.object({ ticket: z.string(), expiresAt: instantSchema });

const askedFor = ({ url }: RequestContext['req']) => queryOf(url, Object.keys(streamSchema.shape));

const EVENT_STREAM = 'text/event-stream; charset=utf-8';
/** Said to the reverse proxy. */
const UNBUFFERED = ['X-Accel-Buffering', 'no'];
/** Pull and server-sent events as CloudEvents 1.0: what the caller may see, in log order, at least once. */
export function feedEndpoints(feedPorts: FeedPorts): readonly Endpoint[] {
  const everybody = sharingPages(feedFor(undefined, feedPorts), feedPorts.log, feedPorts.stopping);
  const ports: StreamPorts = {
    ...feedPorts,
    sourceFor: caller => (caller ? feedFor(caller.actor, feedPorts) : everybody),
  };
  return [
    pullEndpoint(ports),
    {
      kind: 'builtin',
      method: 'GET',
      path: `${BASE}/events/stream`,
      name: 'StreamEvents',
      title: '事件推送',
      summary:
        'The same as server-sent events: resume with Last-Event-ID. `caught-up` says that all there is has been sent; `end`, with a code, that the stream ends for good. A browser that has signed in elsewhere opens it by a ticket (IssueStreamTicket).',
      access: 'public',
      scope: 'events',
      ticketed: true,
      operation: {
        requestParams: {
          query: streamSchema.extend({ ticket: ticketSchema }),
          header: z.object({ 'Last-Event-ID': z.string().optional() }),
        },
        responses: { 200: { description: '事件 (Events)', content: { 'text/event-stream': { schema: z.string() } } } },
      },
      async handle(context) {
        const from = await startOf(context, ports);
        await askBefore(context, from, ports);
        if (isHeadOnly(context)) sendHead(context, EVENT_STREAM, UNBUFFERED);
        else await ports.places.hold('stream', context, closed => stream(context, from, closed, ports));
      },
    },
    {
      kind: 'builtin',
      method: 'POST',
      path: `${BASE}/events/tickets`,
      name: 'IssueStreamTicket',
      title: '领取推送凭证',
      summary:
        'A ticket for the `EventSource` of a browser, which can send no header: it opens one stream, once, within a minute, as the caller and with the parameters given here, at `/events/stream?ticket=…`. A stream that was cut off goes on with another, asked for `after` the last event.',
      access: 'signed-in',
      scope: 'events',
      operation: {
        requestParams: { query: streamSchema },
        responses: {
          200: { description: '推送凭证 (The ticket)', content: { 'application/json': { schema: issuedSchema } } },
        },
      },
      async handle(context) {
        await startOf(context, ports);
        sendJson(
          context,
          200,
          JSON.stringify(await ports.identity.ticketFor(callerOf(context), askedFor(context.req))),
        );
      },
    },
  ];
}

/** Whoever will meet material in a stream is asked for his undertaking before it begins. */
async function askBefore({ caller, ...context }: RequestContext, { filter: { types } }: Start, ports: FeedPorts) {
  if (!caller || !(oversees(caller.actor) || isRecommending(caller.actor))) return;
  const meetsMaterial = types === undefined || types.some(type => materialIn(type) !== undefined);
  if (meetsMaterial) await ports.recordAccess({ ...context, actor: caller.actor }, 'StreamEvents', []);
}

/** A stream ends where its reader may not open material any more: he learns why when he asks again. */
async function isOnRecord(context: RequestContext, shown: readonly FeedEvent[], end: Cursor, ports: FeedPorts) {
  if (!context.caller) return true;
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

interface Start {
  readonly cursor: Cursor;
  readonly filter: FeedFilter;
  /** Whether frames have names. */
  readonly named: boolean;
}

/** Where a stream starts; a cursor that was made up is refused while it still can be. */
async function startOf({ req, caller }: RequestContext, ports: StreamPorts): Promise<Start> {
  // What a ticket was given for stands in it, and nothing else beside it in the address.
  if (caller?.stream) queryOf(req.url, ['ticket']);
  const query = caller?.stream ?? askedFor(req);
  const { after, named, ...filter } = parseInput(streamSchema, query, req);
  const cursor = resumeFrom(req.headers['last-event-id']) ?? after;
  await ports.sourceFor(caller).after(cursor, 1);
  return { cursor, filter, named: named === 'true' };
}

/**
 * Reads on from the log at the pace of the reader: nothing is buffered for him, so a slow one is merely behind, and
 * nothing can be skipped.
 */
async function stream(
  context: RequestContext,
  { cursor: start, filter, named }: Start,
  closed: AbortSignal,
  ports: StreamPorts,
): Promise<void> {
  const { res, caller } = context;
  const { identity } = ports;
  const pause = ports.pauseFor(caller);
  const { ended, forget } = endingWith(closed, ports.stopping);
  const appended = appendSignal(ports.log, ended);
  const unwatch = caller && identity.onEnd(appended.wake);
  startStream(context, EVENT_STREAM, UNBUFFERED);
  res.flushHeaders();
  const source = ports.sourceFor(caller);
  let cursor = start;
  let caughtUp = false;
  const untilOver = async () => {
    await pause();
    return ended.aborted ? 'closed' : whyEnded(caller, identity);
  };
  try {
    await sendPiece(res, `retry: ${RETRY_MS}\n\n`, ended);
    let over: Ended | undefined;
    for (over = await untilOver(); over === undefined; over = await untilOver()) {
      appended.reset();
      const lookedAt = Date.now();
      const page = await source.after(cursor, PAGE);
      const { last } = page;
      if (last !== undefined) {
        cursor = last;
        const wanted = soughtIn(page.events, filter);
        if (!(await isOnRecord(context, wanted, last, ports))) {
          over = 'access-not-recorded';
          break;
        }
        const isWhole = wanted === page.events;
        await sendPiece(res, isWhole ? wholeFrames(page, last, named) : framesOf(wanted, last, named), ended);
      } else if (!caughtUp) {
        caughtUp = true;
        await sendPiece(res, `event: caught-up\ndata: {"position":"${cursor}"}\n\n`, ended);
      } else if (await quietly(appended, caller, ports)) {
        // Who has signed in has fewer beside him, and a right that may end at any moment.
        if (!caller) await sleep(Math.max(0, lookedAt + LOOK_MS - Date.now()));
      } else {
        await sendPiece(res, ': heartbeat\n\n', ended);
      }
    }
    if (over !== 'closed') await sendPiece(res, `event: end\ndata: {"code":"${over}"}\n\n`, ended);
  } finally {
    forget();
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

/** Bytes of whole pages, by whether frames have names: a thousand who are sent the same page are sent the same bytes. */
const pages = { named: new WeakMap<FeedPage, Uint8Array>(), plain: new WeakMap<FeedPage, Uint8Array>() };

function wholeFrames(page: FeedPage, last: Cursor, named: boolean): Uint8Array {
  const made = named ? pages.named : pages.plain;
  const frames = made.get(page) ?? Buffer.from(framesOf(page.events, last, named));
  made.set(page, frames);
  return frames;
}

/** A page as frames. The last frame carries the id of the page's end, whether or not its event may be seen. */
function framesOf(events: readonly FeedEvent[], last: Cursor, named: boolean): string {
  const nameOf = (kind: string) => (named ? `event: ${kind}\n` : '');
  const frames = events.map(({ cursor, kind, text }) => `id: ${cursor}\n${nameOf(kind)}data: ${text}\n\n`);
  return `${frames.join('')}id: ${last}\n\n`;
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
