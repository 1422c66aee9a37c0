import { describe, expect, it } from 'vitest';
import type { StreamId } from '../../events/ids.ts';
import { StoreUnavailable } from '../../services/ports.ts';
import { streamQueue } from '../../services/stream-queue.ts';
import { stream } from '../support/log.ts';

interface Task {
  readonly name: string;
  resolve(value: string): void;
  reject(error: unknown): void;
}

type CarryOut = (stream: StreamId, waiting: readonly Task[]) => Promise<number>;

/** Waits its turn under a name. */
function taking(carryOut: CarryOut) {
  const inTurn = streamQueue(carryOut);
  return (key: string, name: string) =>
    new Promise<string>((resolve, reject) => inTurn(stream(key), { name, resolve, reject }));
}

const settle = (waiting: readonly Task[]) => {
  for (const { name, resolve } of waiting) resolve(name);
  return waiting.length;
};
const later = () => new Promise(resolve => setImmediate(resolve));

describe('turns', () => {
  it('given tasks of one key, then what comes meanwhile waits and is carried out together; other keys do not wait', async () => {
    const told: string[] = [];
    const take = taking(async (key, waiting) => {
      const names = waiting.map(({ name }) => name).join(' ');
      told.push(`${key} ${names} starts`);
      await later();
      told.push(`${key} ${names} ends`);
      return settle(waiting);
    });
    const [a, b] = [stream('a'), stream('b')];
    await Promise.all([take('a', 'one'), take('a', 'two'), take('a', 'three'), take('b', 'other')]);
    expect(told.filter(entry => entry.startsWith(a))).toEqual([
      `${a} one starts`,
      `${a} one ends`,
      `${a} two three starts`,
      `${a} two three ends`,
    ]);
    expect(told.indexOf(`${b} other starts`)).toBeLessThan(told.indexOf(`${a} one ends`));
  });

  it('given that only some could be carried out, then the others are next, in their order', async () => {
    const rounds: string[][] = [];
    const take = taking(async (_key, waiting) => {
      rounds.push(waiting.map(({ name }) => name));
      await later();
      return settle(waiting.slice(0, 2));
    });
    await Promise.all(['one', 'two', 'three', 'four'].map(name => take('a', name)));
    expect(rounds).toEqual([['one'], ['two', 'three', 'four'], ['four']]);
  });

  it('given one that breaks, then the next one is carried out', async () => {
    const take = taking(async (_key, waiting) => {
      if (waiting[0]?.name === 'bad') throw new Error('planted');
      return settle(waiting);
    });
    const bad = take('a', 'bad');
    const good = take('a', 'good');
    await expect(bad).rejects.toThrow('planted');
    expect(await good).toBe('good');
  });

  it('given one whose store is gone, then those behind it fail with it at once, and later ones try again', async () => {
    let tried = 0;
    const take = taking(async (_key, waiting) => {
      tried += 1;
      if (waiting[0]?.name === 'gone') throw new StoreUnavailable('planted');
      return settle(waiting);
    });
    const waiting = await Promise.allSettled([take('a', 'gone'), take('a', 'behind'), take('a', 'behind')]);
    expect(waiting.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(tried).toBe(1);
    expect(await take('a', 'back')).toBe('back');
  });
});
