import { describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../services/ports.ts';
import { turns } from '../../services/turns.ts';

describe('turns', () => {
  it('given tasks of one key, then they run one after another; those of other keys do not wait', async () => {
    const inTurn = turns();
    const told: string[] = [];
    const task = (name: string) => async () => {
      told.push(`${name} starts`);
      await new Promise(resolve => setImmediate(resolve));
      told.push(`${name} ends`);
    };
    await Promise.all([inTurn('a', task('one')), inTurn('a', task('two')), inTurn('b', task('other'))]);
    expect(told.filter(entry => !entry.startsWith('other'))).toEqual([
      'one starts',
      'one ends',
      'two starts',
      'two ends',
    ]);
    expect(told.indexOf('other starts')).toBeLessThan(told.indexOf('one ends'));
  });

  it('given one that is refused or breaks, then the next one runs', async () => {
    const inTurn = turns();
    const first = inTurn('a', () => Promise.reject(new Error('planted')));
    const second = inTurn('a', async () => 'ran');
    await expect(first).rejects.toThrow('planted');
    expect(await second).toBe('ran');
  });

  it('given one whose store is gone, then those behind it fail with it at once, and later ones try again', async () => {
    const inTurn = turns();
    let tried = 0;
    const gone = () => {
      tried += 1;
      return Promise.reject(new StoreUnavailable('planted'));
    };
    const waiting = await Promise.allSettled([inTurn('a', gone), inTurn('a', gone), inTurn('a', gone)]);
    expect(waiting.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(tried).toBe(1);
    expect(await inTurn('a', async () => 'back')).toBe('back');
  });
});
