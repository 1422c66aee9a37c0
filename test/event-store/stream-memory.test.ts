/** What is remembered of streams, and when the memory is not to be trusted. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import type { Position } from '../../events/ids.ts';
import { FRESH_MS, StreamMemory } from '../../infra/event-store/stream-memory.ts';
import { stream } from '../support/log.ts';

const A = stream('a');
const heard = { position: '0' as Position, heardAt: 0, isCaughtUp: true, contactsLost: 0 };
let now: number;
let memory: StreamMemory;

beforeEach(() => {
  now = 10_000;
  Object.assign(heard, { position: '0', heardAt: now, isCaughtUp: true, contactsLost: 0 });
  memory = new StreamMemory({ heard, now: () => now });
});

const event = (revision: number, position = revision + 1, streamId = A): RecordedEvent =>
  ({ streamId, revision, position: String(position) }) as RecordedEvent;
const events = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => event(from + at));
const revisions = (after: number) => memory.recall(A, after)?.map(({ revision }) => revision);

async function givenRead(to: number): Promise<void> {
  await memory.during(A, -1, async () => events(0, to));
}

describe('the memory of streams', () => {
  it('knows nothing of a stream that was never asked about', () => {
    memory.delivered([event(0)]);
    expect(revisions(-1)).toBeUndefined();
  });

  it('knows where a stream ends that was read, also one that is not there', async () => {
    await givenRead(2);
    expect(revisions(2)).toEqual([]);
    expect(revisions(0)).toEqual([1, 2]);
    await memory.during(stream('none'), -1, async () => []);
    expect(memory.recall(stream('none'), -1)).toEqual([]);
  });

  it('is carried on by what is appended and by what is delivered of others, in whichever order they come', async () => {
    await givenRead(0);
    await memory.during(A, 0, async () => events(1, 2));
    memory.delivered([event(1), event(2), event(3)]);
    expect(revisions(0)).toEqual([1, 2, 3]);
    await memory.during(A, 1, async () => events(2, 2));
    expect(revisions(0)).toEqual([1, 2, 3]);
  });

  it('keeps the last events, and says so of earlier ones', async () => {
    await givenRead(99);
    expect(revisions(99)).toEqual([]);
    expect(revisions(60)).toHaveLength(39);
    expect(revisions(10)).toBeUndefined();
  });

  it('takes no answer for the last word that more was delivered behind meanwhile', async () => {
    await memory.during(A, -1, async () => {
      memory.delivered([event(0), event(1)]);
      return events(0, 0);
    });
    expect(revisions(0)).toBeUndefined();
  });

  it('does not know how a stream stands after a call that failed', async () => {
    await givenRead(0);
    const failing = memory.during(A, 0, () => Promise.reject(new Error('planted')));
    await expect(failing).rejects.toThrow('planted');
    expect(revisions(0)).toBeUndefined();
  });

  it.each<[string, () => void]>([
    ['the subscription was not heard for a second', () => (now += FRESH_MS)],
    ['it has not caught up', () => Object.assign(heard, { isCaughtUp: false })],
    [
      'it owes us what we appended a second ago',
      () => {
        memory.appended([event(1)], now);
        now += FRESH_MS;
        heard.heardAt = now;
      },
    ],
    ['the log may have lost events', () => memory.forgetAll()],
  ])('is not asked while %s', async (_why, disturb) => {
    await givenRead(1);
    expect(revisions(1)).toEqual([]);
    disturb();
    expect(revisions(1)).toBeUndefined();
  });

  it('is asked while the subscription is behind, up to a second after the last append that it has delivered', async () => {
    await givenRead(1);
    heard.isCaughtUp = false;
    memory.appended([event(1)], now);
    expect(revisions(1)).toBeUndefined();
    now += 400;
    memory.delivered([event(1)]);
    expect(revisions(1)).toEqual([]);
    now += FRESH_MS - 401;
    expect(revisions(1)).toEqual([]);
    now += 1;
    expect(revisions(1)).toBeUndefined();
  });

  it('is not asked when contact was lost after what was delivered, until more of ours is', async () => {
    await givenRead(1);
    heard.isCaughtUp = false;
    memory.appended([event(1)], now);
    memory.delivered([event(1)]);
    heard.contactsLost += 1;
    expect(revisions(1)).toBeUndefined();
    memory.appended([event(2)], now);
    memory.delivered([event(2)]);
    expect(revisions(2)).toEqual([]);
  });

  it('given contact was lost, then what was delivered before it does not count again with what is delivered after it', async () => {
    await givenRead(1);
    heard.isCaughtUp = false;
    memory.appended([event(1)], now);
    memory.delivered([event(1)]);
    heard.contactsLost += 1;
    memory.appended([event(2)], now - FRESH_MS);
    memory.delivered([event(2)]);
    expect(revisions(2)).toBeUndefined();
  });

  it('is asked too when what was appended had been delivered before it was acknowledged', async () => {
    await givenRead(1);
    heard.isCaughtUp = false;
    heard.position = event(2).position;
    memory.appended([event(2)], now - 1);
    expect(revisions(1)).toEqual([]);
    memory.forgetAll();
    await givenRead(1);
    expect(revisions(1)).toBeUndefined();
  });

  it('is asked again when what was owed is delivered', async () => {
    await givenRead(1);
    memory.appended([event(1)], now);
    now += FRESH_MS;
    heard.heardAt = now;
    memory.delivered([event(1)]);
    expect(revisions(1)).toEqual([]);
  });
});

describe('what we have appended and the subscription has not delivered', () => {
  const positions = () => memory.undelivered?.map(({ position }) => position);

  it('is known in the order of the log until it is delivered', async () => {
    memory.appended([event(3), event(4)], now);
    memory.appended([event(1)], now);
    expect(positions()).toEqual(['2', '4', '5']);
    heard.position = '4' as Position;
    memory.delivered([event(1), event(2), event(3)]);
    expect(positions()).toEqual(['5']);
  });

  it('is not known while the memory is not to be trusted', async () => {
    memory.appended([event(1)], now);
    now += FRESH_MS;
    expect(positions()).toBeUndefined();
  });

  it('given more than is kept, then it is not known before those that were not kept are delivered', async () => {
    for (let revision = 0; revision < 6_000; revision += 1) memory.appended([event(revision)], now);
    expect(positions()).toBeUndefined();
    memory.delivered([event(4_999)]);
    expect(positions()).toBeUndefined();
    memory.delivered([event(5_998)]);
    expect(positions()).toEqual(['6000']);
  });
});
