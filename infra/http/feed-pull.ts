/** The pull feed: pages of events in batch mode, from a cursor on; a reader at the end may wait for the next. */
import { z } from 'zod';
import { Openings } from '../compose/access.ts';
import { endingWith } from '../ending.ts';
import { IdentityRefused } from '../identity/refused.ts';
import { cloudEventSchema } from '../integrators/cloud-event.ts';
import type { Pause } from '../time-slices.ts';
import { BASE, type Endpoint } from './endpoint.ts';
import { type FeedFilter, filterParameters, isNarrowed, soughtIn } from './feed-filter.ts';
import { noteShown, recordShown } from './feed-shown.ts';
import { type Cursor, type FeedEvent, type FeedSource, feedFor } from './feed-sources.ts';
import { type FeedPorts, feedStart } from './feed-start.ts';
import { appendSignal, mayContinue } from './following.ts';
import { parseInput, queryOf } from './input.ts';
import { keptFor, type RequestContext, sendText } from './request-context.ts';

const MAX_LIMIT = 1_000;
/** Seconds; proxies wait for a minute. */
const MAX_WAIT = 30;
/** After so long without enough of what is sought the reader is told where the search has come to. */
const SEARCHED_MS = 20_000;
/** Events that are looked at without a pause: some milliseconds of work. */
const LOOKED_AT_ONCE = 250;

const pullSchema = z.strictObject({
  ...feedStart,
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(100).meta({ description: 'Events a page' }),
  wait: z.coerce
    .number()
    .int()
    .min(0)
    .max(MAX_WAIT)
    .default(0)
    .meta({ description: 'Seconds to wait at the end for the next event; an empty page when there is none' }),
});

/** What is told to one reader is his. */
const NOT_STORED = ['Cache-Control', 'no-store'];
/** A full page after a cursor stays what it is, for everybody. */
const KEPT = keptFor(3_600);
/** One that is not full grows: it may be kept, and is asked for again by its tag. */
const ASKED_AGAIN = keptFor(0, ', no-cache');

/** A JSON array of CloudEvents 1.0. */
const BATCH = 'application/cloudevents-batch+json';

/** The GET of the pull feed. */
export function pullEndpoint(ports: FeedPorts): Endpoint {
  return {
    kind: 'builtin',
    method: 'GET',
    path: `${BASE}/events`,
    name: 'PullEvents',
    title: '事件拉取',
    summary:
      'A page of CloudEvents after a cursor, empty at the end alone (or after 20 s without what is sought); the next link leads on, or asks again.',
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
    handle: context => ports.places.hold('wait', context, closed => pull(context, closed, ports)),
  };
}

async function pull(context: RequestContext, closed: AbortSignal, ports: FeedPorts): Promise<void> {
  const { req, caller } = context;
  const { after, limit, wait, ...filter } = parseInput(
    pullSchema,
    queryOf(req.url, Object.keys(pullSchema.shape)),
    req,
  );
  const { ended, forget } = endingWith(closed, ports.stopping);
  const sought = { filter, limit, ended, source: feedFor(caller?.actor, ports), pause: ports.pauseFor(caller) };
  const found = await searchAndWait(after, wait, sought, ports).finally(forget);
  if (closed.aborted) return;
  if (wait > 0 && !(await mayContinue(caller, ports.identity))) throw new IdentityRefused('token-expired');
  const openings = new Openings();
  noteShown(found.events, openings);
  await recordShown(context, 'PullEvents', openings, ports);
  const query = new URLSearchParams({
    after: found.cursor,
    limit: String(limit),
    ...(wait > 0 && { wait: String(wait) }),
    ...filterParameters(filter),
  });
  const batch = `[${found.events.map(({ text }) => text).join(',')}]`;
  const kept = caller ? NOT_STORED : found.events.length === limit ? KEPT : ASKED_AGAIN;
  const headers = [...kept, 'Link', `<${BASE}/events?${query}>; rel="next"`];
  sendText(context, 200, `${BATCH}; charset=utf-8`, batch, headers);
}

interface Sought {
  readonly filter: FeedFilter;
  readonly limit: number;
  readonly source: FeedSource;
  readonly pause: Pause;
  readonly ended: AbortSignal;
}

interface Found {
  readonly events: readonly FeedEvent[];
  /** Where the search has come to. */
  readonly cursor: Cursor;
}

/** Looks on until a page is full, or there is nothing more. */
async function search(after: Cursor, { filter, limit, source, pause, ended }: Sought): Promise<Found> {
  const events: FeedEvent[] = [];
  const until = Date.now() + SEARCHED_MS;
  let cursor = after;
  while (events.length < limit && !ended.aborted && Date.now() < until) {
    await pause();
    const left = limit - events.length;
    const page = await source.after(cursor, isNarrowed(filter) ? LOOKED_AT_ONCE : Math.min(left, LOOKED_AT_ONCE));
    if (page.last === undefined) break;
    const wanted = soughtIn(page.events, filter).slice(0, left);
    events.push(...wanted);
    cursor = wanted.length === left ? (wanted.at(-1)?.cursor ?? page.last) : page.last;
  }
  return { events, cursor };
}

/** The same; at the end waits for what is sought, at most so many seconds. */
async function searchAndWait(after: Cursor, seconds: number, sought: Sought, ports: FeedPorts): Promise<Found> {
  if (seconds === 0) return search(after, sought);
  const until = Date.now() + seconds * 1_000;
  const appended = appendSignal(ports.log, sought.ended);
  try {
    for (let from = after; ; ) {
      appended.reset();
      const found = await search(from, sought);
      const left = until - Date.now();
      if (found.events.length > 0 || left <= 0 || sought.ended.aborted) return found;
      from = found.cursor;
      await appended.within(left);
    }
  } finally {
    appended.forget();
  }
}
