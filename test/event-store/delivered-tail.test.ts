/** The end of the log as it was delivered. */
import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import type { Position } from '../../events/ids.ts';
import { DeliveredTail } from '../../infra/event-store/delivered-tail.ts';

const at = (position: number) => String(position) as Position;
const events = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ position: at(from + index) }) as RecordedEvent);
const since = (tail: DeliveredTail, position: number) => tail.after(at(position))?.map(event => Number(event.position));

describe('the tail of the log', () => {
  it('given what was delivered, then all after any place in it, and nothing of what was before', () => {
    const tail = new DeliveredTail(at(3), 10);
    tail.delivered(events(4, 5));
    tail.delivered(events(6, 6));
    expect(since(tail, 3)).toEqual([4, 5, 6]);
    expect(since(tail, 5)).toEqual([6]);
    expect(since(tail, 6)).toEqual([]);
    expect(since(tail, 2)).toBeUndefined();
  });

  it('given a log that may have lost events, then nothing before what is delivered next', () => {
    const tail = new DeliveredTail(at(0), 2_000);
    tail.delivered(events(1, 3));
    tail.delivered([]);
    expect(since(tail, 3)).toBeUndefined();
    tail.delivered(events(4, 5));
    expect(since(tail, 4)).toBeUndefined();
    tail.delivered(events(6, 7));
    expect(since(tail, 5)).toEqual([6, 7]);
  });

  it('given a long log, then its last two thousand events at least, and nothing is missing among them', () => {
    const tail = new DeliveredTail(at(0), 2_000);
    for (let from = 1; from < 10_000; from += 9) tail.delivered(events(from, from + 8));
    expect(since(tail, 8_000)).toHaveLength(1_999);
    expect(since(tail, 8_000)?.[0]).toBe(8_001);
    expect(since(tail, 100)).toBeUndefined();
  });
});
