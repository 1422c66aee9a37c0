/** Much work for a server that is slow, busy or away: it adapts, waits, stops when told, and gives up in the end. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { patient } from '../infra/migrate.ts';
import { OutOfPatience, Pace, Stopped } from '../infra/pace.ts';
import { StoreUnavailable, WrongExpectedRevision } from '../services/ports.ts';
import { newFact, stream } from './support/log.ts';
import { createMemoryStore } from './support/memory-store.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const delay = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms));
const unavailable = () => Promise.reject(new StoreUnavailable('away'));
const answerIn = (ms: number) => () => delay(ms);

/** Does so many tasks, and gives what was going on at most. */
async function busiest(pace: Pace, count: number, task: () => Promise<unknown>): Promise<number> {
  let [running, most] = [0, 0];
  const works = Array.from({ length: count }, () =>
    pace.run(async () => {
      running += 1;
      most = Math.max(most, running);
      await task().finally(() => (running -= 1));
    }),
  );
  await vi.runAllTimersAsync();
  await Promise.all(works);
  return most;
}

describe('how much goes on at a time', () => {
  it('is no more than was said', async () => {
    expect(await busiest(new Pace({ most: 8 }), 100, answerIn(10))).toBe(8);
  });

  it('is halved once for a round of late answers, down to one, and grows by one with each round of timely ones', async () => {
    const pace = new Pace({ most: 16, lateMs: 100 });
    await busiest(pace, 16, answerIn(200));
    expect(pace.atOnce).toBe(8);
    await busiest(pace, 200, answerIn(200));
    expect(pace.atOnce).toBe(1);
    await busiest(pace, 1 + 2 + 3, answerIn(10));
    expect(pace.atOnce).toBeGreaterThanOrEqual(3);
    expect(await busiest(pace, 1_000, answerIn(10))).toBe(16);
  });

  it('is halved by a refusal', async () => {
    const pace = new Pace({ most: 16 });
    let refused = false;
    await busiest(pace, 16, () => {
      if (refused) return delay(1);
      refused = true;
      return unavailable();
    });
    expect(pace.atOnce).toBeLessThan(16);
  });
});

describe('an outage', () => {
  it('is waited for, with pauses that grow, and told to the operator', async () => {
    const alarm = vi.fn();
    const pace = new Pace({ alarm });
    let tries = 0;
    const working = pace.run(() => (++tries < 6 ? unavailable() : Promise.resolve('done')));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(tries).toBeLessThan(6);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await working).toBe('done');
    expect(alarm).toHaveBeenCalledWith(expect.stringContaining('等待'), { error: 'away' });
  });

  it('ends the work when patience is over, which is ten minutes unless told', async () => {
    const ended = new Pace().run(unavailable).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(9 * 60_000);
    expect(await Promise.race([ended, 'waits'])).toBe('waits');
    await vi.advanceTimersByTimeAsync(2 * 60_000);
    expect(await ended).toBeInstanceOf(OutOfPatience);
    expect(String(await ended)).toMatch(/10分钟.*10 min/);
  });

  it('that only people end is not waited for, and what is no outage neither', async () => {
    const byPeople = (['full', 'refused', 'damaged'] as const).map(reason => new StoreUnavailable('no', { reason }));
    for (const error of [...byPeople, new TypeError('a fault')]) {
      await expect(new Pace().run(() => Promise.reject(error))).rejects.toBe(error);
    }
  });
});

it('told to stop, what is under way ends, what waits does not begin, and an outage is waited for no longer', async () => {
  const told = new AbortController();
  const pace = new Pace({ most: 1, signal: told.signal });
  let begun = 0;
  const works = ['under way', 'waits'].map(() =>
    pace.run(() => {
      begun += 1;
      return begun === 1 ? delay(10) : unavailable();
    }),
  );
  const outcomes = Promise.allSettled([...works, pace.run(unavailable)]);
  await vi.advanceTimersByTimeAsync(1);
  told.abort();
  await vi.runAllTimersAsync();
  const [first, ...others] = await outcomes;
  expect(first?.status).toBe('fulfilled');
  for (const other of others) expect(other).toMatchObject({ reason: expect.any(Stopped) });
  expect(begun).toBe(1);
});

describe('a store that is waited for', () => {
  it('given an append that was made and not acknowledged, then it is made once', async () => {
    const store = createMemoryStore();
    const event = newFact('one');
    let cut = true;
    const cutting = patient(
      {
        ...store,
        async append(...call: Parameters<typeof store.append>) {
          const appended = await store.append(...call);
          if (!cut) return appended;
          cut = false;
          throw new StoreUnavailable('cut');
        },
      },
      new Pace(),
    );
    const appending = cutting.append(stream('a'), -1, [event]);
    await vi.runAllTimersAsync();
    expect((await appending).map(({ id }) => id)).toEqual([event.id]);
    expect(await store.readStream(stream('a'), -1)).toHaveLength(1);
    await expect(store.append(stream('a'), -1, [newFact('two')])).rejects.toBeInstanceOf(WrongExpectedRevision);
  });
});
