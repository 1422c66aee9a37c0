/**
 * What is to be done next for a webhook, and where it stands after it: pure, so that the order can be told without a server.
 * Events of one subject are sent one after another; while one is not taken, those of its subject wait behind it, and those
 * of others go on.
 */
import type { FeedEvent } from '../http/feed-sources.ts';
import type { Parked, WebhookState } from './store.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Before the second attempt, the third and so on; milliseconds. The ten attempts span three days (Standard Webhooks). */
export const WAITS: readonly number[] = [
  ...[5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR],
  ...[10 * HOUR, 14 * HOUR, 20 * HOUR, DAY],
];
/** By how much a wait is longer or shorter, so that receivers that come back are not met by all at once. */
const JITTER = 0.1;
/** The longest that a receiver can ask to be left alone. */
const LONGEST_PAUSE = DAY;
/** With so many subjects that are not taken it is the receiver who is away: nothing new is sent. */
const BLOCKED_SUBJECTS = 5;
/** Events that wait; beyond it the feed is not read on. */
const MOST_PARKED = 200;

export type Next =
  | { readonly do: 'send-again'; readonly parked: Parked }
  /** The events after the cursor; nothing is due before `until` unless there are some. */
  | { readonly do: 'read-on'; readonly until: number }
  | { readonly do: 'wait'; readonly until: number };

/** What is due now; `now` in milliseconds since 1970, as all times here. */
export function nextOf({ parked, pausedUntil }: WebhookState, now: number): Next {
  if (pausedUntil > now) return { do: 'wait', until: pausedUntil };
  const heads = headsOf(parked);
  const due = heads.find(({ dueAt }) => dueAt <= now);
  if (due) return { do: 'send-again', parked: due };
  const until = Math.min(...heads.map(({ dueAt }) => dueAt));
  const mayReadOn = heads.length < BLOCKED_SUBJECTS && parked.length < MOST_PARKED;
  return { do: mayReadOn ? 'read-on' : 'wait', until };
}

/** The first that waits of each subject. */
function headsOf(parked: readonly Parked[]): readonly Parked[] {
  const heads = new Map<string, Parked>();
  for (const each of parked) if (!heads.has(each.subject)) heads.set(each.subject, each);
  return [...heads.values()];
}

/** An event is not sent before those of its subject that wait. */
export function waitsBehind({ parked }: WebhookState, { event }: FeedEvent): boolean {
  return parked.some(({ subject }) => subject === event.subject);
}

/** An event that waits behind another, or that was not taken the first time. */
export function parkedOf({ event }: FeedEvent, after: string): Parked {
  return { eventId: event.id, subject: event.subject, after, attempts: 0, dueAt: 0, since: 0 };
}

/** It was taken, or may not be sent any more. */
export function withoutParked(state: WebhookState, { eventId }: Parked): WebhookState {
  return { ...state, parked: state.parked.filter(each => each.eventId !== eventId) };
}

/** It waits from now on, in its place. */
export function withParked(state: WebhookState, parked: Parked): WebhookState {
  const isThere = state.parked.some(({ eventId }) => eventId === parked.eventId);
  const all = isThere
    ? state.parked.map(each => (each.eventId === parked.eventId ? parked : each))
    : [...state.parked, parked];
  return { ...state, parked: all };
}

/**
 * A further attempt was in vain: when the next is due, or undefined where there is none any more. `random` is from 0 to 1;
 * `retryAfterMs` is what the receiver has asked for.
 */
export function afterFailure(
  parked: Parked,
  now: number,
  random: number,
  retryAfterMs: number | undefined,
): Parked | undefined {
  const attempts = parked.attempts + 1;
  const wait = WAITS[attempts - 1];
  if (wait === undefined) return undefined;
  const spread = wait * (1 + JITTER * (2 * random - 1));
  const dueAt = now + Math.max(spread, Math.min(retryAfterMs ?? 0, LONGEST_PAUSE));
  return { ...parked, attempts, dueAt: Math.round(dueAt), since: parked.since || now };
}

/** Until when nothing is sent to a receiver that asks for it. */
export function pauseOf(now: number, retryAfterMs: number | undefined): number {
  return retryAfterMs === undefined ? 0 : now + Math.min(retryAfterMs, LONGEST_PAUSE);
}
