/** When a thread gives back the memory that its work has left behind. */
import { getHeapStatistics } from 'node:v8';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { collectAtRest, collectOnce, collectWhole, workedHere } from '../infra/collect-at-rest.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A thread whose work is told, and what its collections take. */
function thread({ collectionMs = 100 } = {}) {
  let [worked, collections] = [0, 0];
  collectAtRest({
    worked: () => worked,
    collect() {
      collections += 1;
      worked += collectionMs;
    },
  });
  return {
    work(ms: number) {
      worked += ms;
    },
    collections: () => collections,
  };
}

it('given much work and then rest, then it collects once', () => {
  const { work, collections } = thread();
  work(2_000);
  vi.advanceTimersByTime(5_000);
  expect(collections()).toBe(0);
  vi.advanceTimersByTime(5_000);
  expect(collections()).toBe(1);
  vi.advanceTimersByTime(100_000);
  expect(collections()).toBe(1);
});

it('given little work, then it never collects; given as much as is worth it in the end, then it does', () => {
  const { work, collections } = thread();
  work(499);
  vi.advanceTimersByTime(100_000);
  expect(collections()).toBe(0);
  work(1);
  vi.advanceTimersByTime(5_000);
  expect(collections()).toBe(1);
});

it('given work that goes on, then it waits for the end of it', () => {
  const { work, collections } = thread();
  for (let second = 0; second < 60; second += 1) {
    work(200);
    vi.advanceTimersByTime(1_000);
  }
  expect(collections()).toBe(0);
  vi.advanceTimersByTime(5_000);
  expect(collections()).toBe(1);
});

it('given probes alone, then it is at rest: it collects what came before, and nothing after', () => {
  const { work, collections } = thread();
  work(1_000);
  for (let second = 0; second < 20; second += 1) {
    vi.advanceTimersByTime(1_000);
    work(10);
  }
  expect(collections()).toBe(1);
});

it('given a collection that takes longer than work that is worth one, then none follows from it', () => {
  const { work, collections } = thread({ collectionMs: 1_000 });
  work(1_000);
  vi.advanceTimersByTime(100_000);
  expect(collections()).toBe(1);
});

it('given a thread that computes, then that is the work it has done', async () => {
  vi.useRealTimers();
  // What is computed before the loop goes round once more belongs to the round before.
  await new Promise(resolve => setImmediate(resolve));
  const before = workedHere();
  const until = performance.now() + 30;
  while (performance.now() < until);
  await new Promise(resolve => setImmediate(resolve));
  expect(workedHere() - before).toBeGreaterThanOrEqual(29);
});

it.each([
  { name: 'one collection', collect: collectOnce },
  { name: 'a whole collection', collect: collectWhole },
])('given garbage, then $name leaves none of it in the heap', ({ collect }) => {
  const used = () => getHeapStatistics().used_heap_size;
  collectWhole();
  const before = used();
  let garbage: unknown[] | undefined = Array.from({ length: 500_000 }, (_, at) => ({ at }));
  const full = used();
  expect(full - before).toBeGreaterThan(10_000_000);
  expect(garbage.length).toBe(500_000);
  garbage = undefined;
  collect();
  expect(used() - before).toBeLessThan((full - before) / 2);
});
