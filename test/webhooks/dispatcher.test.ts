/**
 * Delivery of webhooks: at least once, in order per subject, to whoever fails, is away, or answers and is not heard, and
 * through the end of a process between any two steps.
 */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FeedSource } from '../../infra/http/feed-sources.ts';
import { createDispatcher, type EndCause } from '../../infra/webhooks/dispatcher.ts';
import type { PostWebhook, WebhookAnswer } from '../../infra/webhooks/post.ts';
import { SqliteWebhooks } from '../../infra/webhooks/sqlite-store.ts';
import type { WebhookStore } from '../../infra/webhooks/store.ts';
import { TargetForbidden } from '../../infra/webhooks/target.ts';
import { webhookState } from '../contracts/webhooks.ts';
import { temporaryDirectory } from '../support/log.ts';

const ID = 'w7m2p9qx';
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const HOUR = 3_600_000;

interface Event {
  readonly id: string;
  readonly subject: string;
  readonly type: string;
}

/** So many events of three subjects and two kinds, in turn. */
const eventsOf = (count: number): Event[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `e${String(index + 1).padStart(3, '0')}`,
    subject: `s${index % 3}`,
    type: index % 4 === 3 ? 'other' : 'wanted',
  }));

function feedOver(events: readonly Event[]): FeedSource {
  return {
    async after(cursor, limit) {
      const from = Number(cursor);
      const page = events.slice(from, from + limit);
      return {
        events: page.map((event, index) => ({
          cursor: String(from + index + 1),
          kind: event.type,
          event: event as never,
          text: JSON.stringify(event),
        })),
        last: page.length > 0 ? String(from + page.length) : undefined,
        looked: page.length,
      };
    },
  };
}

/** What a receiver does with a message: its status, `lost` when it took it and was not heard, `away` when it is not there. */
type Receive = (id: string, attempt: number) => number | 'lost' | 'away' | Partial<WebhookAnswer>;

class Crash extends Error {}

let directory: ReturnType<typeof temporaryDirectory>;
let files = 0;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory[Symbol.dispose]());

/** A webhook over events, with a receiver, a clock of its own, and processes that follow one another. */
async function world(events: readonly Event[], receive: Receive = () => 204, types: readonly string[] = ['wanted']) {
  files += 1;
  const store = new SqliteWebhooks(join(directory.path, `webhooks-${files}.db`));
  await store.create(webhookState({ id: ID, verifiedAt: '2024-03-20T02:00:00.000Z' }));
  const clock = { ms: Date.parse('2024-03-20T02:00:00.000Z'), now: () => new Date(clock.ms).toISOString() };
  /** Ids in the order in which the receiver took them. */
  const taken: string[] = [];
  const sent: string[] = [];
  const ended: [EndCause, string][] = [];
  const alarms: string[] = [];
  const shown: string[] = [];
  let random = 1;
  let pauses = 0;
  const nextRandom = () => {
    random = (random * 48_271) % 2_147_483_647;
    return random / 2_147_483_647;
  };

  const post: PostWebhook = async (_address, headers, body) => {
    const id = headers['webhook-id'] as string;
    expect((JSON.parse(body) as Event).id).toBe(id);
    sent.push(id);
    const answer = receive(id, sent.filter(each => each === id).length);
    if (answer === 'away') throw new Error('ECONNREFUSED');
    const whole = { status: 204, retryAfterMs: undefined, body: '' };
    const told =
      answer === 'lost' ? whole : typeof answer === 'number' ? { ...whole, status: answer } : { ...whole, ...answer };
    if (told.status >= 200 && told.status < 300) taken.push(id);
    if (answer === 'lost') throw new Error('socket hang up');
    return told;
  };

  /** A process; it dies at a step when told, before or after what the step does. */
  function process(owner: string, diesAt = Number.POSITIVE_INFINITY) {
    let steps = 0;
    const dying = <A extends unknown[], R>(act: (...args: A) => Promise<R>) => {
      return async (...args: A): Promise<R> => {
        steps += 1;
        if (steps >= diesAt && steps % 2 === 1) throw new Crash();
        if (steps > diesAt) throw new Crash();
        const result = await act(...args);
        steps += 1;
        if (steps >= diesAt) throw new Crash();
        return result;
      };
    };
    const dyingStore = {
      get: (id: string) => store.get(id),
      all: () => store.all(),
      replace: dying(state => store.replace(state)),
      log: dying(entry => store.log(entry)),
    } as WebhookStore;
    const dispatcher = createDispatcher({
      store: dyingStore,
      vault: { open: async () => SECRET },
      clock,
      post: dying(post),
      feedOf: () => feedOver(events),
      registered: async () =>
        ended.length > 0
          ? undefined
          : {
              url: 'https://hook.example.cn/',
              types,
              actor: { accountId: 'msr.chen' as never, orgId: 'msr', role: 'MSR' },
            },
      async end(_account, _id, cause, reason) {
        ended.push([cause, reason]);
      },
      recordShown: async (_actor, _id, { event }) => void shown.push(event.id),
      onAppend: () => () => undefined,
      alarm: (message, details) => alarms.push(`${message} ${JSON.stringify(details)}`),
      owner,
      random: nextRandom,
      pause() {
        pauses += 1;
        return undefined;
      },
    });
    return { serve: () => dispatcher.serve(ID), steps: () => steps };
  }

  /** Serves until nothing more is to come, the clock going on by what is waited for. */
  async function settle(owner = 'one', hours = 100) {
    const end = clock.ms + hours * HOUR;
    const { serve } = process(owner);
    for (;;) {
      await serve();
      const state = await store.get(ID);
      const due = [...(state?.parked.map(({ dueAt }) => dueAt) ?? []), state?.pausedUntil ?? 0].filter(
        at => at > clock.ms,
      );
      if (due.length === 0 || ended.length > 0 || Math.min(...due) > end) return;
      clock.ms = Math.min(...due);
    }
  }
  const entries = async () => (await store.entriesOf(ID, 1_000_000, 1_000)).toReversed();
  return { store, clock, taken, sent, ended, alarms, shown, process, settle, entries, pauses: () => pauses };
}

const wanted = (events: readonly Event[]) => events.filter(({ type }) => type === 'wanted').map(({ id }) => id);

/** Each event once, after those of its subject that came before it; what was taken twice bore one id. */
function expectExact(taken: readonly string[], events: readonly Event[]): void {
  const first = [...new Set(taken)];
  expect(first.toSorted()).toEqual(wanted(events));
  for (const subject of ['s0', 's1', 's2']) {
    const ofSubject = first.filter(id => events.find(event => event.id === id)?.subject === subject);
    expect(ofSubject).toEqual(ofSubject.toSorted());
  }
}

describe('delivery', () => {
  it('given a receiver that takes all, then each once, in the order of the feed, and of its kinds alone', async () => {
    const events = eventsOf(250);
    const { settle, taken, entries, shown, alarms } = await world(events);
    await settle();
    expect(taken).toEqual(wanted(events));
    expect(shown).toEqual(wanted(events));
    const log = await entries();
    expect(log.map(({ number, messageId }) => [number, messageId])).toEqual(taken.map((id, index) => [index + 1, id]));
    expect(alarms).toEqual([]);
  });

  it('given a long feed of which it wants nothing, then others have their turn between its pages', async () => {
    const { settle, pauses, sent } = await world(eventsOf(1_000), () => 204, ['another kind']);
    await settle();
    expect(sent).toEqual([]);
    expect(pauses()).toBeGreaterThanOrEqual(10);
  });

  it('given one that is not taken, then its subject waits, others go on, and then all of it follows in order', async () => {
    const events = eventsOf(12);
    const { settle, taken, process, clock } = await world(events, (id, attempt) =>
      id === 'e001' && attempt < 3 ? 500 : 204,
    );
    await process('one').serve();
    expect(taken).toEqual(['e002', 'e003', 'e005', 'e006', 'e009', 'e011']);
    await process('one').serve();
    clock.ms += 6_000;
    await process('one').serve();
    expect(taken).not.toContain('e001');
    await settle();
    expect(taken.slice(6)).toEqual(['e001', 'e007', 'e010']);
    expectExact(taken, events);
  });

  it('given it says when to come again, then nothing at all is sent before', async () => {
    const events = eventsOf(6);
    const { process, sent, clock, taken } = await world(events, (_id, attempt) =>
      attempt === 1 && sent.length === 1 ? { status: 503, retryAfterMs: 600_000 } : 204,
    );
    await process('one').serve();
    clock.ms += 599_000;
    await process('one').serve();
    expect(sent).toEqual(['e001']);
    clock.ms += 1_000;
    await process('one').serve();
    expectExact(taken, events);
    expect(taken).toHaveLength(5);
  });

  it('given it wants no more (410), then it is ended at once, and told why', async () => {
    const { settle, sent, ended } = await world(eventsOf(6), id => (id === 'e002' ? 410 : 204));
    await settle();
    expect(sent).toEqual(['e001', 'e002']);
    expect(ended).toEqual([['gone', 'HTTP 410']]);
  });

  it('given it takes nothing for three days, then it is ended as failing, not before', async () => {
    const { settle, ended, clock, entries } = await world(eventsOf(6), () => 500);
    const began = clock.ms;
    await settle();
    expect(ended).toEqual([['failing', 'HTTP 500']]);
    expect(clock.ms - began).toBeGreaterThan(70 * HOUR);
    const last = (await entries()).at(-1);
    const attempts = (await entries()).filter(({ messageId }) => messageId === last?.messageId);
    expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it.each([301, 302, 307, 308, 400, 404, 429, 500])('given %i, then it was not taken', async status => {
    const { process, store } = await world(eventsOf(1), () => status);
    await process('one').serve();
    expect((await store.get(ID))?.parked).toMatchObject([{ eventId: 'e001', attempts: 1 }]);
  });

  it('given an event that may not be seen any more, then it is not sent again', async () => {
    const events = eventsOf(3);
    const { process, sent, clock, store } = await world(events, id => (id === 'e001' ? 500 : 204));
    await process('one').serve();
    events[0] = { ...(events[0] as Event), id: 'hidden-now' };
    clock.ms += 10_000;
    await process('one').serve();
    expect(sent.filter(id => id === 'e001')).toHaveLength(1);
    expect((await store.get(ID))?.parked).toEqual([]);
  });

  it('given an address that may not be reached, then the delivery log says so', async () => {
    const { process, entries } = await world(eventsOf(1), () => {
      throw new TargetForbidden('hook.example.cn');
    });
    await process('one').serve();
    expect(await entries()).toMatchObject([
      { outcome: 'refused', reason: expect.stringContaining('不是允许推送的地址') },
    ]);
  });
});

describe('two processes', () => {
  it('given one has the webhook, then the other sends nothing before it has let go', async () => {
    const events = eventsOf(6);
    const { process, sent, clock, store } = await world(events);
    const state = await store.get(ID);
    await store.replace({ ...state, version: 2, owner: 'one', ownedUntil: clock.ms + 60_000 } as never);
    await process('two').serve();
    expect(sent).toEqual([]);
    clock.ms += 60_001;
    await process('two').serve();
    expect(sent).toEqual(wanted(events));
  });

  it('given the holder has it sent again meanwhile, then whoever sends writes nothing over it', async () => {
    const events = eventsOf(6);
    let replay: () => Promise<void> = async () => undefined;
    const { process, store, taken, alarms } = await world(events, id => {
      if (id === 'e003') void replay();
      return 204;
    });
    replay = async () => {
      replay = async () => undefined;
      const state = await store.get(ID);
      await store.replace({ ...state, version: (state?.version ?? 0) + 1, cursor: '0', parked: [] } as never);
    };
    await process('one').serve();
    await process('one').serve();
    expect(taken).toEqual(['e001', 'e002', 'e003', ...wanted(events)]);
    expect(alarms).toEqual([]);
  });
});

describe('the end of a process between any two steps', () => {
  const events = eventsOf(9);
  const receive: Receive = (id, attempt) =>
    id === 'e002' && attempt === 1 ? 500 : id === 'e005' && attempt === 1 ? 'lost' : 204;

  it('given it dies at any step, then another goes on: nothing is lost, and what comes twice bears its id', async () => {
    const whole = await world(events, receive);
    await whole.settle();
    const probe = await world(events, receive);
    const counting = probe.process('count');
    await counting.serve();
    const steps = counting.steps();
    expect(steps).toBeGreaterThan(20);
    for (let diesAt = 1; diesAt <= steps; diesAt += 1) {
      const { process, settle, taken, clock } = await world(events, receive);
      await process('dying', diesAt).serve();
      clock.ms += 61_000;
      await settle('next');
      expectExact(taken, events);
    }
  });
});

describe('a hundred receivers that fail, are away, ask for time, take and are not heard, and processes that die', () => {
  it('each ends with exactly the visible events, in order per subject, duplicates by one id', async () => {
    for (let seed = 1; seed <= 100; seed += 1) {
      let chance = seed;
      const draw = () => {
        chance = (chance * 48_271) % 2_147_483_647;
        return chance / 2_147_483_647;
      };
      const events = eventsOf(20 + Math.floor(draw() * 40));
      const { process, settle, taken, clock, ended } = await world(events, () => {
        const at = draw();
        if (at < 0.1) return 500;
        if (at < 0.2) return 'away';
        if (at < 0.3) return 'lost';
        return at < 0.33 ? { status: 429, retryAfterMs: 30_000 } : 204;
      });
      for (let n = 0; n < 3; n += 1) {
        await process(`dying-${n}`, 1 + Math.floor(draw() * 30)).serve();
        clock.ms += 61_000;
      }
      await settle('last', 1_000);
      expect([seed, ended]).toEqual([seed, []]);
      expectExact(taken, events);
    }
  }, 120_000);
});

describe('looking for what is to be sent', () => {
  it('given appends without a pause, then they are looked at together, the last among them, and none is slept through', async () => {
    const all = vi.fn(async () => []);
    const looks = () => all.mock.calls.length;
    let append = () => {};
    const dispatcher = createDispatcher({
      store: { all } as never,
      clock: { now: () => '2024-03-20T02:00:00.000Z' },
      onAppend: (listener: () => void) => {
        append = listener;
        return () => undefined;
      },
      owner: 'one',
      pollMs: 600_000,
    } as never);
    dispatcher.start();
    const began = performance.now();
    for (let at = 0; at < 100; at += 1) {
      append();
      await new Promise(resolve => setTimeout(resolve, 1));
    }
    expect(looks()).toBeLessThanOrEqual(2 + (performance.now() - began) / 50);
    await expect.poll(looks, { timeout: 5_000 }).toBeGreaterThan(1);
    const before = looks();
    await new Promise(resolve => setTimeout(resolve, 120));
    append();
    await expect.poll(looks, { timeout: 5_000 }).toBeGreaterThan(before);
    await dispatcher.stop();
  });
});
