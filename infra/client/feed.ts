/** The events of the service: pulled page by page, or followed as they come. At least once, in log order. */
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { endingWith } from '../ending.ts';
import type { CloudEvent } from '../integrators/cloud-event.ts';
import { type ApiConnection, mayPass, pauseAfter } from './connection.ts';

export interface FeedOptions {
  /** Where the reader has come to, as it was told; from the first event on where it is left out. */
  readonly after?: string | undefined;
  /** Kinds of events, e.g. `project-plan.published`. */
  readonly types?: readonly string[];
  readonly noun?: string;
  readonly article?: string;
  readonly project?: string;
  readonly organisation?: string;
  readonly signal?: AbortSignal;
}

export interface PullOptions extends FeedOptions {
  /** Events a page, at most 1000. */
  readonly limit?: number;
  /** Seconds to wait at the end for the next event, at most 30: then there is no last page. */
  readonly wait?: number;
}

/** Events, and where one has come to with them: what is kept with what one made of them. */
export interface PulledPage {
  readonly events: readonly CloudEvent[];
  readonly after: string;
}

/** Pages until the end of the log; with `wait` for ever, an empty one now and then. */
export async function* pull(
  connection: ApiConnection,
  options: PullOptions,
): AsyncGenerator<PulledPage, void, undefined> {
  const { signal, limit, wait = 0, ...start } = options;
  let { after } = options;
  for (;;) {
    const query = queryOf({ ...start, after }, { limit, wait: wait === 0 ? undefined : wait });
    const answer = await connection.request({ path: `/events${query}`, signal });
    const events = (await answer.json()) as readonly CloudEvent[];
    const reached = cursorOf(answer);
    yield { events, after: reached };
    if (events.length === 0 && wait === 0 && reached === after) return;
    after = reached;
  }
}

/** An event as it came, or that all there is has come. */
export type Followed =
  | { readonly kind: 'event'; readonly event: CloudEvent; readonly after: string }
  | { readonly kind: 'caught-up' };

/** The service has ended the stream for good: the session is over, or a right to read has been taken away. */
export class StreamEnded extends Error {
  override readonly name = 'StreamEnded';
  readonly code: string;

  constructor(code: string) {
    super(`事件推送已结束 (the stream of events has ended): ${code}`);
    this.code = code;
  }
}

/** Follows the stream for ever; where it is cut off it goes on behind the last event. */
export async function* follow(
  connection: ApiConnection,
  options: FeedOptions,
): AsyncGenerator<Followed, void, undefined> {
  const { signal, ...start } = options;
  let { after } = options;
  for (let attempt = 0; ; attempt += 1) {
    let cut: unknown;
    try {
      for await (const followed of streamed(connection, { ...start, after }, signal)) {
        attempt = 0;
        if (followed.kind === 'event') after = followed.after;
        yield followed;
      }
    } catch (error) {
      if (signal?.aborted || !(mayPass(error) || isCut(error))) throw error;
      cut = error;
    }
    await pauseAfter(attempt, cut, signal);
  }
}

/** A stream on which not even a heartbeat came for so long is dead, whatever lies between; milliseconds. */
const SILENT_MS = 45_000;

/** One connection, until it is cut off. */
async function* streamed(
  connection: ApiConnection,
  start: FeedOptions,
  signal: AbortSignal | undefined,
): AsyncGenerator<Followed, void, undefined> {
  const silence = new AbortController();
  const { ended, forget } = endingWith(signal, silence.signal);
  const deadline = setTimeout(() => silence.abort(new Silent()), SILENT_MS);
  try {
    const answer = await connection.request({ path: `/events/stream${queryOf(start, {})}`, signal: ended });
    const decoder = new TextDecoder();
    const heard = new TransformStream<Uint8Array, string>({
      transform(bytes, controller) {
        deadline.refresh();
        controller.enqueue(decoder.decode(bytes, { stream: true }));
      },
    });
    const frames = (answer.body as ReadableStream<Uint8Array>)
      .pipeThrough(heard)
      .pipeThrough(new EventSourceParserStream());
    for await (const { event = 'message', id, data } of frames) {
      if (event === 'end') throw new StreamEnded((JSON.parse(data) as { code: string }).code);
      if (event === 'caught-up') yield { kind: 'caught-up' };
      else yield { kind: 'event', event: JSON.parse(data) as CloudEvent, after: id ?? '' };
    }
  } finally {
    clearTimeout(deadline);
    silence.abort(new Silent());
    forget();
  }
}

class Silent extends Error {
  override readonly name = 'Silent';
}

/** Whether a connection broke off, and nobody said anything against another. */
function isCut(error: unknown): boolean {
  return error instanceof Silent || (error instanceof Error && /terminated|aborted|ECONN/.test(error.message));
}

type Members = Readonly<Record<string, string | number | undefined>>;

function queryOf({ types, signal: _ends, ...others }: FeedOptions, more: Members): string {
  const members: Members = { ...others, types: types?.join(','), ...more };
  const given = Object.entries(members).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return query.size === 0 ? '' : `?${query}`;
}

/** Where a page ends, as its link to the next one says. */
function cursorOf({ headers }: Response): string {
  const after = /[?&]after=([^&>]*)/.exec(headers.get('link') ?? '')?.[1];
  if (after === undefined) throw new Error('没有下一页的地址 (the answer does not say where its page ends)');
  return decodeURIComponent(after);
}
