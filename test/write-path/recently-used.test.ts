import { expect, it } from 'vitest';
import { recentlyUsed } from '../../services/recently-used.ts';

it('given more than it remembers, then what was looked up longest ago is given up', () => {
  const known = recentlyUsed<string, number>(2);
  known.set('first', 1).set('second', 2);
  expect(known.get('first')).toBe(1);
  known.set('third', 3);
  expect([...known.keys()].sort()).toEqual(['first', 'third']);
});

it('given a memory for very many, then it takes no room before it holds them', () => {
  // Room for so many would be gigabytes, or more than an array holds.
  const known = recentlyUsed<number, number>(2 ** 40).set(1, 1);
  expect(known.get(1)).toBe(1);
});
