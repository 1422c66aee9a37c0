/**
 * Sends the events of webhooks, each at its own pace, at least once, those of a subject in order. A process takes a webhook
 * for a while; where it stands is written after each attempt as one change that nobody else's overtakes, so that whoever goes
 * on, after whatever end of this process, sends again what may not have arrived, under the same id.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor } from '../../events/envelope.ts';
import type { AccountId } from '../../events/ids.ts';
import type { Clock, Vault } from '../../services/ports.ts';
import type { FeedEvent, FeedSource } from '../http/feed-sources.ts';
import type { Alarm } from '../observability/alarm.ts';
import type { Pause } from '../time-slices.ts';
import type { PostWebhook } from './post.ts';
import { afterFailure, nextOf, parkedOf, pauseOf, waitsBehind, withoutParked, withParked } from './progress.ts';
import { type SendingResult, sendMessage } from './sending.ts';
import type { Parked, WebhookState, WebhookStore } from './store.ts';

/** A webhook as the log has it, while its holder may receive. */
export interface Registration {
  readonly url: string;
  /** All that the holder may see unless told. */
  readonly types?: readonly string[];
  readonly actor: Actor;
}

/** Why a webhook is ended without its holder. */
export type EndCause = 'gone' | 'failing';

export interface DispatcherPorts {
  readonly store: WebhookStore;
  readonly vault: Pick<Vault, 'open'>;
  readonly clock: Clock;
  readonly post: PostWebhook;
  /** What an actor may see. */
  readonly feedOf: (actor: Actor) => FeedSource;
  /** Undefined for one that has ended, or whose holder may not receive now. */
  readonly registered: (accountId: AccountId, id: string) => Promise<Registration | undefined>;
  /** Puts on the log that a webhook has ended, and so tells its holder. */
  readonly end: (accountId: AccountId, id: string, cause: EndCause, reason: string) => Promise<void>;
  /** Puts on record what an event shows of material, before it is sent. Throws where it may not be shown. */
  readonly recordShown: (actor: Actor, id: string, event: FeedEvent) => Promise<void>;
  /** Calls back after appends; returns how to stop that. */
  readonly onAppend: (listener: () => void) => () => void;
  readonly alarm: Alarm;
  /** Unique for this process. */
  readonly owner: string;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Between pages of the feed: with stores that answer on this thread nothing else lets go of it. */
  readonly pause: Pause;
  readonly pollMs?: number;
}

const PAGE = 100;
/** How long a webhook is left to the process that has it, after its last change; longer than any request. */
const OWNED_MS = 60_000;
/** How often a process looks for webhooks that have something to do. */
const POLL_MS = 2_000;
/** Appends within this time are looked at together. */
const REST_MS = 50;

/** Somebody else has changed where the webhook stands: another process, or its holder. */
class Overtaken extends Error {}

export interface Dispatcher {
  start(): void;
  /** Does all that is to be done for one webhook now; alarms tell what kept it from that. */
  serve(id: string): Promise<void>;
  /** Resolves when nothing is being sent any more. */
  stop(): Promise<void>;
}

/** Takes the webhooks that have something to do, until it is stopped. */
export function createDispatcher(ports: DispatcherPorts): Dispatcher {
  const { store, clock, alarm, pollMs = POLL_MS } = ports;
  const running = new Map<string, Promise<void>>();
  const stopping = new AbortController();
  let wake = () => {};
  let hasGrown = false;
  let looking: Promise<void> | undefined;
  const nowMs = () => Date.parse(clock.now());

  /** Ends when something is appended, or the process stops, after a time at the latest. */
  function idle(ms: number): Promise<void> {
    if (hasGrown || stopping.signal.aborted) return Promise.resolve();
    return new Promise(resolve => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function look(): Promise<void> {
    const forget = ports.onAppend(() => {
      hasGrown = true;
      wake();
    });
    while (!stopping.signal.aborted) {
      hasGrown = false;
      await takeUp().catch(error => alarm('webhooks cannot be looked at', { error: String(error) }));
      // Whoever appends without a pause does not have webhooks looked at without one.
      await sleep(REST_MS);
      await idle(pollMs);
    }
    forget();
  }

  async function takeUp(): Promise<void> {
    for (const { id } of await store.all()) {
      if (running.has(id)) continue;
      running.set(
        id,
        serve(id).finally(() => running.delete(id)),
      );
    }
  }

  async function serve(id: string): Promise<void> {
    try {
      await run(id);
    } catch (error) {
      if (!(error instanceof Overtaken)) alarm('a webhook cannot be served', { webhook: id, error: String(error) });
    }
  }

  async function run(id: string): Promise<void> {
    for (;;) {
      await ports.pause();
      const state = await store.get(id);
      if (stopping.signal.aborted || !state?.verifiedAt || isOthers(state)) return;
      const registration = await ports.registered(state.accountId, id);
      if (!registration || !(await advance(state, registration))) return;
    }
  }

  const isOthers = ({ owner, ownedUntil }: WebhookState) => owner !== ports.owner && ownedUntil > nowMs();

  async function save(state: WebhookState): Promise<WebhookState> {
    const next = { ...state, version: state.version + 1, owner: ports.owner, ownedUntil: nowMs() + OWNED_MS };
    if (!(await store.replace(next))) throw new Overtaken();
    return next;
  }

  /** Does what is next; whether there may be more to do now. */
  async function advance(state: WebhookState, registration: Registration): Promise<boolean> {
    const next = nextOf(state, nowMs());
    if (next.do === 'wait') return false;
    if (next.do === 'send-again') return sendAgain(state, next.parked, registration);
    return readOn(state, registration);
  }

  async function readOn(found: WebhookState, registration: Registration): Promise<boolean> {
    const { types, actor } = registration;
    const page = await ports.feedOf(actor).after(found.cursor, PAGE);
    if (page.last === undefined) return false;
    // Taken before anything is sent: two who read the same place do not both send.
    let state = isMine(found) ? found : await save(found);
    let before = state.cursor;
    for (const event of page.events) {
      const { cursor } = event;
      if (types === undefined || types.includes(event.kind)) {
        const parked = parkedOf(event, before);
        if (waitsBehind(state, event)) state = await save({ ...withParked(state, parked), cursor });
        else if (nextOf(state, nowMs()).do !== 'read-on' || stopping.signal.aborted) return true;
        else {
          const after = await attempt(state, registration, event, parked);
          if (!after) return false;
          state = await save({ ...after, cursor });
        }
      }
      before = cursor;
    }
    if (state.cursor !== page.last) await save({ ...state, cursor: page.last });
    return true;
  }

  const isMine = ({ owner, ownedUntil }: WebhookState) => owner === ports.owner && ownedUntil > nowMs();

  async function sendAgain(found: WebhookState, parked: Parked, registration: Registration): Promise<boolean> {
    const state = isMine(found) ? found : await save(found);
    const event = await readAgain(parked, registration);
    if (!event) {
      await save(withoutParked(state, parked));
      return true;
    }
    const after = await attempt(state, registration, event, parked);
    if (after) await save(after);
    return after !== undefined;
  }

  /** Undefined when the holder may not see it any more: nothing that he sees stands between it and the place before it. */
  async function readAgain({ after, eventId }: Parked, { actor }: Registration): Promise<FeedEvent | undefined> {
    const feed = ports.feedOf(actor);
    for (let cursor = after; ; ) {
      await ports.pause();
      const { events, last } = await feed.after(cursor, PAGE);
      const [first] = events;
      if (first) return first.event.id === eventId ? first : undefined;
      if (last === undefined) return undefined;
      cursor = last;
    }
  }

  /** Where the webhook stands after an attempt, yet to be written; undefined where it has ended with it. */
  async function attempt(
    state: WebhookState,
    registration: Registration,
    event: FeedEvent,
    parked: Parked,
  ): Promise<WebhookState | undefined> {
    const result = await sendShown(state, registration, event);
    const number = state.entries + 1;
    await store.log({
      webhookId: state.id,
      number,
      messageId: event.event.id,
      cursor: event.cursor,
      type: event.event.type,
      attempt: parked.attempts + 1,
      at: clock.now(),
      ...entryOf(result),
    });
    const logged = { ...state, entries: number };
    if (result.outcome === 'delivered') return withoutParked(logged, parked);
    const now = nowMs();
    const retryAfterMs = result.answer?.retryAfterMs;
    const later = afterFailure(parked, now, ports.random(), retryAfterMs);
    if (result.outcome === 'gone' || !later) {
      const cause = result.outcome === 'gone' ? 'gone' : 'failing';
      await ports.end(state.accountId, state.id, cause, reasonNotTaken(result));
      return undefined;
    }
    return { ...withParked(logged, later), pausedUntil: Math.max(state.pausedUntil, pauseOf(now, retryAfterMs)) };
  }

  async function sendShown(
    state: WebhookState,
    { url, actor }: Registration,
    event: FeedEvent,
  ): Promise<SendingResult> {
    try {
      await ports.recordShown(actor, state.id, event);
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error)) throw error;
      return { outcome: 'refused', reason: String(error.code) };
    }
    return sendMessage(url, { id: event.event.id, body: event.text }, state, ports);
  }

  return {
    serve,
    start() {
      looking ??= look();
    },
    async stop() {
      stopping.abort();
      wake();
      await looking;
      await Promise.all(running.values());
    },
  };
}

/** What the delivery log says of an attempt. */
export function entryOf({ outcome, answer, reason }: SendingResult) {
  return {
    outcome: outcome === 'gone' ? ('failed' as const) : outcome,
    ...(answer && { status: answer.status }),
    ...(reason !== undefined && { reason }),
  };
}

/** Why it was not taken, for people. */
export function reasonNotTaken({ answer, reason }: SendingResult): string {
  return reason ?? `HTTP ${answer?.status}`;
}
