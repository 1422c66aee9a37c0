import { describe, expect, it } from 'vitest';
import { bullIdOf, jobIdOf } from '../../infra/jobs/bullmq-ids.ts';
import { nextOccurrence, retryDelay } from '../../infra/jobs/timing.ts';

describe('the pause before the next attempt', () => {
  const backoff = { baseMs: 1_000, maxMs: 10_000 };

  it('doubles with each failure, up to its bound', () => {
    const longest = [1, 2, 3, 4, 5, 50, 5_000].map(attempt => retryDelay(backoff, attempt, () => 1));
    expect(longest).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000]);
  });

  it('is by chance, never less than half', () => {
    expect([0, 0.5, 1].map(chance => retryDelay(backoff, 1, () => chance))).toEqual([500, 750, 1_000]);
  });
});

describe('a cron pattern', () => {
  const next = (cron: string, instant: string) => new Date(nextOccurrence(cron, Date.parse(instant))).toISOString();

  it('is read by the clock of Tianjin', () => {
    expect(next('30 8 * * *', '2024-07-01T00:00:00.000Z')).toBe('2024-07-01T00:30:00.000Z');
    expect(next('0 0 1 1 *', '2023-12-31T15:59:59.000Z')).toBe('2023-12-31T16:00:00.000Z');
  });

  it('comes after the instant, not at it', () => {
    expect(next('0 * * * *', '2024-07-01T03:00:00.000Z')).toBe('2024-07-01T04:00:00.000Z');
  });

  it('that never comes is refused', () => {
    expect(() => nextOccurrence('0 0 31 2 *', 0)).toThrow(RangeError);
  });
});

describe("BullMQ's job ids", () => {
  it.each(['7', 'a:b', '申报 一号', '.', 'a.b', 'repeat:nightly:1700000000000'])('give back %j', id => {
    const bullId = bullIdOf('counting', id);
    expect(jobIdOf(bullId)).toBe(id);
    expect(bullId).not.toMatch(/^\d+$/);
  });

  it('keep kinds apart', () => {
    expect(bullIdOf('a', '1')).not.toBe(bullIdOf('b', '1'));
  });
});
