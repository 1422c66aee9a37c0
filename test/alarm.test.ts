/** What happens a thousand times in an outage is told twice: when it begins, and with its count when it is over. */
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFaultLog } from '../infra/http/fault-log.ts';
import { oncePerEpisode } from '../infra/observability/alarm.ts';
import { StoreUnavailable, WrongExpectedRevision } from '../services/ports.ts';

const QUIET_MS = 30_000;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('an alarm', () => {
  let told: { message: string; details: object }[];
  let alarm: (message: string, details: object) => void;
  beforeEach(() => {
    told = [];
    alarm = oncePerEpisode((message, details) => told.push({ message, details }));
  });

  it('that comes again and again is told at once, and with its count and its time when it is over', async () => {
    for (let at = 0; at < 1_000; at += 1) {
      alarm('projecting failed, trying again', { error: `no answer at ${at}` });
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(told).toEqual([{ message: 'projecting failed, trying again', details: { error: 'no answer at 0' } }]);
    await vi.advanceTimersByTimeAsync(QUIET_MS);
    expect(told.slice(1)).toEqual([
      { message: '已停止 (over): projecting failed, trying again', details: { times: 1_000, seconds: 100 } },
    ]);
  });

  it('that came once has no end, and the next of its kind is a new one', async () => {
    alarm('jobs cannot be taken', { error: 'busy' });
    await vi.advanceTimersByTimeAsync(2 * QUIET_MS);
    alarm('jobs cannot be taken', { error: 'busy' });
    expect(told).toHaveLength(2);
  });

  it.each([
    [{ error: 'one cause' }, { error: 'another cause' }],
    [{ projection: 'trail' }, { projection: 'boards' }],
  ])('of another cause, or of another thing, is another: %j', (one, other) => {
    alarm('failed', one);
    alarm('failed', other);
    expect(told.map(({ details }) => details)).toEqual([one, other]);
  });
});

describe('requests that fail', () => {
  let lines: Record<string, unknown>[];
  let tell: ReturnType<typeof createFaultLog>;
  beforeEach(() => {
    lines = [];
    tell = createFaultLog(pino({ level: 'warn' }, { write: (line: string) => lines.push(JSON.parse(line)) }));
  });

  it('in an outage are one line at its beginning, without a stack, and one at its end', async () => {
    for (let at = 0; at < 1_612; at += 1) {
      const cause = new Error(`14 UNAVAILABLE: connect ECONNREFUSED 127.0.0.1:${40_000 + at}`);
      tell(new StoreUnavailable(`EventStoreDB cannot serve now: ${cause.message}`, { cause }), `request-${at}`);
    }
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ msg: 'request refused', correlationId: 'request-0' });
    expect(JSON.stringify(lines)).not.toContain('    at ');
    await vi.advanceTimersByTimeAsync(QUIET_MS);
    expect(lines.slice(1)).toMatchObject([{ msg: 'requests are refused no more', times: 1_612, seconds: 0 }]);
  });

  it('at one place are of one kind, whatever names their messages hold', () => {
    for (const project of 'abcdefghij') tell(new WrongExpectedRevision(`project-${project}` as never, 3), project);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ msg: 'request failed', err: { stack: expect.stringContaining('    at ') } });
    tell(new TypeError('elsewhere'), 'k');
    expect(lines).toHaveLength(2);
  });
});
