/** The clock of the system, which is asked often. */
import { afterEach, expect, it, vi } from 'vitest';
import { systemClock } from '../infra/compose/system.ts';

afterEach(() => vi.useRealTimers());

it('says what time it is: within a millisecond the same, after it the next, and set back the earlier one', () => {
  const times = [
    '2024-05-01T01:02:03.004Z',
    '2024-05-01T01:02:03.004Z',
    '2024-05-01T01:02:03.005Z',
    '2024-05-01T01:02:03.003Z',
  ];
  const said = times.map(time => {
    vi.useFakeTimers({ now: new Date(time) });
    return systemClock.now();
  });
  expect(said).toEqual(times);
});
