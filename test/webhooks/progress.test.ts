/** What is next for a webhook, told without a server. */
import { describe, expect, it } from 'vitest';
import type { FeedEvent } from '../../infra/http/feed-sources.ts';
import {
  afterFailure,
  nextOf,
  parkedOf,
  pauseOf,
  WAITS,
  waitsBehind,
  withoutParked,
  withParked,
} from '../../infra/webhooks/progress.ts';
import { webhookState } from '../contracts/webhooks.ts';

const HOUR = 3_600_000;
const NOW = 1_000_000;
const event = (id: string, subject = 'unit-1') => ({ cursor: id, event: { id, subject } }) as unknown as FeedEvent;
const failed = (id: string, subject = 'unit-1', dueAt = NOW + 1) => ({
  ...parkedOf(event(id, subject), '0'),
  attempts: 1,
  dueAt,
  since: NOW,
});

describe('what is next', () => {
  it('given nothing waits, then the feed is read on', () => {
    expect(nextOf(webhookState(), NOW)).toEqual({ do: 'read-on', until: Number.POSITIVE_INFINITY });
  });

  it('given the receiver asks to be left alone, then nothing, until then', () => {
    expect(nextOf(webhookState({ pausedUntil: NOW + 5 }), NOW)).toEqual({ do: 'wait', until: NOW + 5 });
    expect(nextOf(webhookState({ pausedUntil: NOW }), NOW).do).toBe('read-on');
  });

  it('given one waits, then those of its subject wait behind it, and those of others go on', () => {
    const state = webhookState({ parked: [failed('a')] });
    expect(waitsBehind(state, event('b'))).toBe(true);
    expect(waitsBehind(state, event('b', 'unit-2'))).toBe(false);
    expect(nextOf(state, NOW).do).toBe('read-on');
  });

  it('given one behind another, then it is not due before that was taken', () => {
    const behind = withParked(webhookState({ parked: [failed('a')] }), parkedOf(event('b'), 'a'));
    expect(nextOf(behind, NOW)).toMatchObject({ do: 'read-on', until: NOW + 1 });
    expect(nextOf(behind, NOW + 1)).toMatchObject({ do: 'send-again', parked: { eventId: 'a' } });
    const after = withoutParked(behind, failed('a'));
    expect(nextOf(after, NOW + 1)).toMatchObject({ do: 'send-again', parked: { eventId: 'b' } });
  });

  it('given five subjects are not taken, or two hundred events wait, then nothing new is sent', () => {
    const subjects = ['1', '2', '3', '4', '5'].map(subject => failed(`e${subject}`, subject, NOW + 10));
    expect(nextOf(webhookState({ parked: subjects.slice(1) }), NOW).do).toBe('read-on');
    expect(nextOf(webhookState({ parked: subjects }), NOW)).toEqual({ do: 'wait', until: NOW + 10 });
    const many = Array.from({ length: 200 }, (_, index) => failed(`e${index}`));
    expect(nextOf(webhookState({ parked: many }), NOW).do).toBe('wait');
  });
});

describe('when one that was not taken is due', () => {
  it('given no end of failures, then ten attempts over three days, and none after', () => {
    let parked = parkedOf(event('a'), '0');
    let now = NOW;
    const times: number[] = [now];
    for (;;) {
      const later = afterFailure(parked, now, 0.5, undefined);
      if (!later) break;
      parked = later;
      now = later.dueAt;
      times.push(now);
    }
    expect(times).toHaveLength(WAITS.length + 1);
    expect((now - NOW) / HOUR).toBeGreaterThan(72);
    expect((now - NOW) / HOUR).toBeLessThan(80);
    expect(parked.since).toBe(NOW);
  });

  it('given chance, then a tenth sooner or later', () => {
    const due = (random: number) => (afterFailure(parkedOf(event('a'), '0'), NOW, random, undefined)?.dueAt ?? 0) - NOW;
    expect([due(0), due(0.5), due(1)]).toEqual([4_500, 5_000, 5_500]);
  });

  it('given the receiver says when, then not before, and a day at most', () => {
    const due = (ms: number) => (afterFailure(parkedOf(event('a'), '0'), NOW, 0.5, ms)?.dueAt ?? 0) - NOW;
    expect([due(1), due(60_000), due(100 * HOUR)]).toEqual([5_000, 60_000, 24 * HOUR]);
    expect([pauseOf(NOW, undefined), pauseOf(NOW, 60_000), pauseOf(NOW, 100 * HOUR)]).toEqual([
      0,
      NOW + 60_000,
      NOW + 24 * HOUR,
    ]);
  });
});
