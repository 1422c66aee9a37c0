/** What many readers of the same feed share, and when it is read anew. */
import { expect, it } from 'vitest';
import type { FeedPage } from '../../infra/http/feed-sources.ts';
import { sharingPages } from '../../infra/http/shared-pages.ts';
import { type EventLog, NoSuchPosition } from '../../projections/ports.ts';

/** A feed of numbered events, how often it was read, and a clock. */
function feed() {
  let [length, readings, now] = [0, 0, 0];
  type Listener = Parameters<EventLog['onAppend']>[0];
  const listeners = new Set<Listener>();
  const onAppend = (listener: Listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  const source = {
    async after(cursor: string, limit: number): Promise<FeedPage> {
      readings += 1;
      if (Number(cursor) > length) throw new NoSuchPosition();
      const places = Array.from(
        { length: Math.min(limit, length - Number(cursor)) },
        (_, at) => Number(cursor) + at + 1,
      );
      return { events: [], last: places.at(-1)?.toString(), looked: places.length };
    },
  };
  const stopping = new AbortController();
  const shared = sharingPages(source, { onAppend }, stopping.signal, () => now);
  return {
    readers: (count: number, cursor: string, limit = 10) =>
      Promise.all(Array.from({ length: count }, async () => (await shared.after(cursor, limit)).last)),
    append() {
      length += 1;
      for (const listener of listeners) listener([]);
    },
    /** As a read model that comes behind. */
    come() {
      length += 1;
    },
    wait(ms: number) {
      now += ms;
    },
    readings: () => readings,
    stop: () => stopping.abort(),
    listening: () => listeners.size,
  };
}

it('given a thousand readers at one place, then it is read once for all of them', async () => {
  const { append, readers, readings } = feed();
  append();
  expect(new Set(await readers(1_000, '0'))).toEqual(new Set(['1']));
  expect(new Set(await readers(1_000, '1'))).toEqual(new Set([undefined]));
  expect(readings()).toBe(2);
});

it('given an append, then whoever reads after it is told of it', async () => {
  const { append, readers } = feed();
  expect(await readers(1, '0')).toEqual([undefined]);
  append();
  expect(await readers(2, '0')).toEqual(['1', '1']);
  append();
  expect(await readers(2, '0')).toEqual(['2', '2']);
});

it('given an append while a page is read, then whoever comes after it does not wait for that page', async () => {
  const { append, readers } = feed();
  const before = readers(1, '0');
  append();
  expect([await before, await readers(1, '0')]).toEqual([[undefined], ['1']]);
});

it('given a read model that comes behind its log, then it is found a second later at the latest', async () => {
  const { come, readers, wait } = feed();
  expect(await readers(1, '0')).toEqual([undefined]);
  come();
  wait(999);
  expect(await readers(1, '0')).toEqual([undefined]);
  wait(1);
  expect(await readers(1, '0')).toEqual(['1']);
});

it('given a full page, then an append does not have it read again', async () => {
  const { append, readers, readings } = feed();
  for (let n = 0; n < 3; n += 1) append();
  await readers(1, '0', 2);
  append();
  expect(await readers(5, '0', 2)).toEqual(['2', '2', '2', '2', '2']);
  expect(readings()).toBe(1);
});

it('given readers of other places and lengths, then each is given his own', async () => {
  const { append, readers } = feed();
  for (let n = 0; n < 3; n += 1) append();
  expect(await Promise.all([readers(1, '0', 2), readers(1, '0', 1), readers(1, '2', 2)])).toEqual([
    ['2'],
    ['1'],
    ['3'],
  ]);
});

it('given a place that is none, then each who names it is refused, and it is not kept', async () => {
  const { append, readers, readings } = feed();
  await expect(readers(1, '1')).rejects.toThrow(NoSuchPosition);
  await expect(readers(1, '1')).rejects.toThrow(NoSuchPosition);
  expect(readings()).toBe(2);
  append();
  expect(await readers(1, '1')).toEqual([undefined]);
});

it('given more places than are held, then the oldest is read again', async () => {
  const { append, readers, readings } = feed();
  for (let n = 0; n < 40; n += 1) append();
  for (let at = 0; at <= 32; at += 1) await readers(1, `${at}`);
  await readers(1, '32');
  expect(readings()).toBe(33);
  await readers(1, '0');
  expect(readings()).toBe(34);
});

it('given the server stops, then appends are listened to no longer', () => {
  const { stop, listening } = feed();
  expect(listening()).toBe(1);
  stop();
  expect(listening()).toBe(0);
});
