/**
 * Places for what is held open or long at work: event streams, exports, reports, waits, offers. There are so many of each; of
 * those a caller has only some, and callers who have not signed in have some all together, so that they cannot fill the
 * room of those who have. A place is given back on every path: it can only be had for the time of a task.
 */

import { networkOf } from './address.ts';
import { Problem } from './problem.ts';
import { tellPlaces } from './rate-limit.ts';
import type { RequestContext } from './request-context.ts';

export type PlaceKind = 'stream' | 'export' | 'report' | 'wait' | 'offer';

interface Room {
  readonly all: number;
  /** Of all, those that callers may have who have not signed in. */
  readonly anonymous: number;
  /** One account, or one network of callers who have not signed in. */
  readonly each: number;
  /** Milliseconds after which a place is taken back by breaking the connection off; none for what may stay. */
  readonly longestMs?: number;
}

export type Rooms = Readonly<Record<PlaceKind, Room>>;

/** A whole authority may stand behind one address; a stream costs some kilobytes, an export or a report processor time. */
const ROOMS: Rooms = {
  stream: { all: 2_000, anonymous: 1_000, each: 60 },
  export: { all: 60, anonymous: 10, each: 20, longestMs: 600_000 },
  report: { all: 60, anonymous: 10, each: 20, longestMs: 600_000 },
  wait: { all: 1_000, anonymous: 500, each: 200 },
  // Signed in alone: each asks the gates of all commands on a thing, or on every row of a page.
  offer: { all: 100, anonymous: 0, each: 20 },
};

const NAMES: Readonly<Record<PlaceKind, { readonly zh: string; readonly en: string }>> = {
  stream: { zh: '推送连接', en: 'event streams' },
  export: { zh: '导出', en: 'exports' },
  report: { zh: '报告', en: 'reports' },
  wait: { zh: '等待', en: 'waits' },
  offer: { zh: '可办事项查询', en: 'questions for offers' },
};

/** Seconds. */
const RETRY_AFTER: Readonly<Record<PlaceKind, number>> = { stream: 30, export: 10, report: 10, wait: 2, offer: 2 };

type Occupant = Pick<RequestContext, 'req' | 'res' | 'caller'>;

export class Places {
  readonly #rooms: Rooms;
  readonly #taken: Record<PlaceKind, { all: number; anonymous: number; readonly each: Map<string, number> }>;

  constructor(rooms: Rooms = ROOMS) {
    this.#rooms = rooms;
    const empty = () => ({ all: 0, anonymous: 0, each: new Map<string, number>() });
    this.#taken = { stream: empty(), export: empty(), report: empty(), wait: empty(), offer: empty() };
  }

  /** Places taken now. */
  get taken(): Readonly<Record<PlaceKind, number>> {
    const { stream, export: exports, report, wait, offer } = this.#taken;
    return { stream: stream.all, export: exports.all, report: report.all, wait: wait.all, offer: offer.all };
  }

  /**
   * Does a task in a place. `closed` tells the task that nobody listens any more, even when that was so before it began;
   * whatever the task waits for must end with it. Throws a {@link Problem}: 429 when the caller has all he may have, 503
   * when there is no room.
   */
  async hold<T>(kind: PlaceKind, occupant: Occupant, task: (closed: AbortSignal) => Promise<T>): Promise<T> {
    const leave = this.#enter(kind, occupant);
    const { closed, forget } = closingOf(occupant, this.#rooms[kind].longestMs);
    try {
      return await task(closed);
    } finally {
      forget();
      leave();
    }
  }

  #enter(kind: PlaceKind, { req, res, caller }: Occupant): () => void {
    const [room, taken] = [this.#rooms[kind], this.#taken[kind]];
    const who = caller ? `account ${caller.actor.accountId}` : `network ${networkOf(req)}`;
    const own = taken.each.get(who) ?? 0;
    if (own >= room.each) {
      tellPlaces(res, `${kind}s`, { each: room.each, left: 0 });
      throw tooManyOfOne(kind, room.each);
    }
    if (taken.all >= room.all || (!caller && taken.anonymous >= room.anonymous)) throw noRoom(kind);
    tellPlaces(res, `${kind}s`, { each: room.each, left: room.each - own - 1 });
    const count = (change: 1 | -1) => {
      taken.all += change;
      if (!caller) taken.anonymous += change;
      const left = (taken.each.get(who) ?? 0) + change;
      if (left === 0) taken.each.delete(who);
      else taken.each.set(who, left);
    };
    count(1);
    return () => count(-1);
  }
}

/**
 * An answer that waits behind another on its connection is not told when that breaks, and one that has broken off already
 * tells nobody again.
 */
function closingOf(
  { req, res }: Pick<Occupant, 'req' | 'res'>,
  longestMs: number | undefined,
): { closed: AbortSignal; forget: () => void } {
  const closing = new AbortController();
  const end = () => closing.abort();
  const timer = longestMs === undefined ? undefined : setTimeout(() => req.socket.destroy(), longestMs);
  if (res.destroyed || req.socket.destroyed) end();
  res.once('close', end);
  req.socket.once('close', end);
  return {
    closed: closing.signal,
    forget() {
      clearTimeout(timer);
      res.off('close', end);
      req.socket.off('close', end);
    },
  };
}

function tooManyOfOne(kind: PlaceKind, limit: number): Problem {
  const { zh, en } = NAMES[kind];
  return new Problem(
    429,
    `too-many-${kind}s`,
    `同一账户或同一地址同时最多${limit}个${zh}`,
    `One account or address has at most ${limit} ${en} at a time`,
    retryAfter(kind),
  );
}

function noRoom(kind: PlaceKind): Problem {
  const { zh, en } = NAMES[kind];
  return new Problem(
    503,
    `no-room-for-${kind}s`,
    `${zh}过多，请稍后再试`,
    `Too many ${en}, try later`,
    retryAfter(kind),
  );
}

const retryAfter = (kind: PlaceKind) => ({ headers: { 'Retry-After': String(RETRY_AFTER[kind]) } });
