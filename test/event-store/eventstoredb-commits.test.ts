/** The server in the tests commits as real ones were measured to, so that what is measured on it says something of them. */
import { describe, expect, it } from 'vitest';
import { NO_STREAM } from '../../services/ports.ts';
import { type CommitClock, Commits, OF_23_10_8 } from '../support/eventstoredb/commits.ts';
import { append, event, wired } from '../support/eventstoredb/wiring.ts';
import { stream } from '../support/log.ts';

/** Its time passes when it is told to. */
class TestClock implements CommitClock {
  #now = 0;
  #calls: { readonly at: number; readonly call: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, call: () => void): void {
    this.#calls.push({ at: this.#now + ms, call });
    this.#calls.sort((a, b) => a.at - b.at);
  }

  pass(ms: number): void {
    const until = this.#now + ms;
    for (let next = this.#calls[0]; next && next.at <= until; next = this.#calls[0]) {
      this.#calls.shift();
      this.#now = next.at;
      next.call();
    }
    this.#now = until;
  }
}

const SECONDS = 4;

/** Appends a second of writers that each append again as soon as they are answered, and cost nothing themselves. */
function rateOf(writers: number): number {
  const clock = new TestClock();
  const commits = new Commits(OF_23_10_8, clock);
  let committed = 0;
  const write = () =>
    commits.add(() => {
      committed += 1;
      write();
    });
  for (let writer = 0; writer < writers; writer += 1) write();
  clock.pass(SECONDS * 1_000);
  return committed / SECONDS;
}

describe('a server that commits as EventStoreDB 23.10.8 does', () => {
  it.each([
    [1, 208, 286],
    [32, 1_570, 1_960],
    [64, 3_300, 3_600],
    [256, 3_600, 3_700],
  ])('lets %i writers append %i to %i times a second, as the bare client was measured to', (writers, least, most) => {
    expect(rateOf(writers)).toBeGreaterThan(least * 0.95);
    expect(rateOf(writers)).toBeLessThan(most * 1.05);
  });

  it('is never slower for one writer more', () => {
    const rates = Array.from({ length: 80 }, (_, at) => rateOf(at + 1));
    expect(rates.filter((rate, at) => rate < (rates[at - 1] ?? 0) * 0.99)).toEqual([]);
  });
});

describe('an append that is not committed yet', () => {
  const wire = wired();

  it('is neither answered nor read; those that are due together are committed together, in order', async () => {
    const clock = new TestClock();
    wire.server.appends.commits = new Commits(OF_23_10_8, clock);
    const answered: string[] = [];
    const written = ['a', 'b', 'c'].map(async name => {
      await wire.store.append(stream(name), NO_STREAM, [event()]);
      answered.push(name);
    });
    await expect.poll(() => wire.server.asked.append).toBe(3);
    clock.pass(3);
    expect(wire.server.log.stream('test.a')).toEqual([]);
    expect(answered).toEqual([]);
    clock.pass(30);
    await Promise.all(written);
    expect(answered).toEqual(['a', 'b', 'c']);
    wire.server.appends.commits = undefined;
    await append(wire.store, 1);
  });
});
