/**
 * One reading for all who read the same. A thousand streams of what is public stand at the same place and are woken by the
 * same append: what the first of them finds is what the others would find.
 */
import type { EventLog } from '../../projections/ports.ts';
import type { FeedPage, FeedSource } from './feed-sources.ts';

/** Milliseconds. Read models may come behind an append, and personal data is taken away, without one. */
const HELD_MS = 1_000;
/** Places at which many stand at once: the end, and where those are who catch up together. */
const HELD = 32;

interface Held {
  readonly page: Promise<FeedPage>;
  readonly since: number;
  /** Nothing will follow on it: more events stand behind it. */
  isFull: boolean;
}

/**
 * A source whose readers may all see the same. What is found is found anew after an append, except a page that is full.
 *
 * @param now milliseconds
 */
export function sharingPages(
  source: FeedSource,
  log: Pick<EventLog, 'onAppend'>,
  stopping: AbortSignal,
  now: () => number = Date.now,
): FeedSource {
  const held = new Map<string, Held>();
  const forget = log.onAppend(() => {
    for (const [place, { isFull }] of held) if (!isFull) held.delete(place);
  });
  stopping.addEventListener('abort', forget, { once: true });

  function read(place: string, cursor: string, limit: number): Promise<FeedPage> {
    const page = source.after(cursor, limit);
    const fresh: Held = { page, since: now(), isFull: false };
    held.delete(place);
    held.set(place, fresh);
    const [oldest] = held.keys();
    if (held.size > HELD && oldest !== undefined) held.delete(oldest);
    page.then(
      ({ looked }) => {
        fresh.isFull = looked === limit;
      },
      () => held.get(place) === fresh && held.delete(place),
    );
    return page;
  }

  return {
    after(cursor, limit) {
      const place = `${limit} ${cursor}`;
      const known = held.get(place);
      return known && now() - known.since < HELD_MS ? known.page : read(place, cursor, limit);
    },
  };
}
