/** When a thread gives back the memory that its work has left behind. */
import { getHeapStatistics } from 'node:v8';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { collectingAtRest, collectWhole } from '../../infra/runner/thread/collect-at-rest.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function thread() {
  let collections = 0;
  const worked = collectingAtRest({ collect: () => (collections += 1), worthwhile: 100, restMs: 5_000 });
  let come = 0;
  const work = (events: number) => {
    come += events;
    worked(come);
  };
  return { work, collections: () => collections };
}

it('given much work and then rest, then it collects once', () => {
  const { work, collections } = thread();
  work(1_000);
  expect(collections()).toBe(0);
  vi.advanceTimersByTime(5_000);
  expect(collections()).toBe(1);
  vi.advanceTimersByTime(100_000);
  expect(collections()).toBe(1);
});

it('given little work, then it never collects; given as much as is worth it in the end, then it does', () => {
  const { work, collections } = thread();
  work(99);
  vi.advanceTimersByTime(100_000);
  expect(collections()).toBe(0);
  work(1);
  vi.advanceTimersByTime(5_000);
  expect(collections()).toBe(1);
});

it('given work that goes on, then it waits for the end of it', () => {
  const { work, collections } = thread();
  for (let second = 0; second < 60; second += 1) {
    work(100);
    vi.advanceTimersByTime(1_000);
  }
  expect(collections()).toBe(0);
  vi.advanceTimersByTime(4_000);
  expect(collections()).toBe(1);
});

it('given garbage, then a collection leaves none of it in the heap', () => {
  const used = () => getHeapStatistics().used_heap_size;
  collectWhole();
  const before = used();
  let garbage: unknown[] | undefined = Array.from({ length: 500_000 }, (_, at) => ({ at }));
  const full = used();
  expect(full - before).toBeGreaterThan(10_000_000);
  expect(garbage.length).toBe(500_000);
  garbage = undefined;
  collectWhole();
  expect(used() - before).toBeLessThan((full - before) / 2);
});
