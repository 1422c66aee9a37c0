/** What is delivered by a server that keeps few events for whoever is live, and drops him who does not take them at once. */
import { describe, expect, it } from 'vitest';
import { START } from '../../events/ids.ts';
import { randomFrom } from '../model/random.ts';
import { link } from '../support/eventstoredb/log.ts';
import { append, eventually, ids, TIMING, unavailable, wired } from '../support/eventstoredb/wiring.ts';
import { openProxy } from '../support/proxy.ts';

const wire = wired();
let streams = 0;

/** Appended by somebody else, so many at once. */
function burst(count: number, prefix = 'test.test-'): readonly string[] {
  return Array.from({ length: count }, () => {
    streams += 1;
    const proposal = link('any');
    wire.server.log.append(`${prefix}burst-${streams}`, undefined, [proposal]);
    return proposal.id;
  });
}

const some = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
const GENERATIONS = [
  ['24.2 and later', () => undefined],
  ['before', () => wire.server.speakAsOldServers()],
] as const;

describe.each(GENERATIONS)('on servers of %s', (which, speak) => {
  it('a burst that is more than the server keeps is delivered in full, alarms nobody, and makes nobody doubt the log', async () => {
    speak();
    const appended: string[] = [];
    for (const count of [33, 200, 32, 1_000]) {
      await eventually(() => expect(wire.store.freshness.isLive).toBe(true));
      appended.push(...burst(count));
      await eventually(() => expect(wire.told).toEqual(appended));
    }
    expect(wire.server.subscriptions.drops).toBeGreaterThanOrEqual(3);
    expect(wire.store.interruptions()).toMatchObject({
      slow: which === 'before' ? wire.server.subscriptions.drops : 0,
      broken: 0,
    });
    expect(wire.alarms).toEqual([]);
  });

  it.each([1, 2])('through scores of drops and breaks nothing is missed or told twice (seed %i)', async seed => {
    speak();
    const random = randomFrom(seed);
    const appended: string[] = [];
    const disturb = [
      () => wire.server.subscriptions.overwhelm(),
      () => wire.server.subscriptions.break(),
      () => wire.server.subscriptions.end(),
      () => wire.server.subscriptions.redeliver(1 + random.below(20)),
      () => void burst(random.below(100), 'other.account-'),
    ];
    const isThere = () => wire.toldEvents.length === appended.length && wire.store.freshness.isLive;
    for (let round = 0; round < 125; round += 1) {
      appended.push(...burst(random.below(100)));
      if (random.next() < 0.4) random.of(disturb)();
      for (let patience = random.below(150); patience > 0 && !isThere(); patience -= 1) await some(1);
    }
    await eventually(() => expect(wire.toldEvents).toHaveLength(appended.length));
    expect(wire.toldEvents).toEqual(appended);
    expect(wire.alarms).toEqual([]);
    expect(wire.server.subscriptions.drops).toBeGreaterThan(40);
  });

  it('a position that the server does not know is left for one that it knows, without haste and with no alarm', async () => {
    speak();
    const [mine] = await append(wire.store, 1);
    burst(1, 'other.account-');
    await wire.store.head();
    wire.server.subscriptions.disowned.add(wire.server.log.records.at(-1)?.position as number);
    wire.server.subscriptions.end();
    await some(3 * TIMING.checkMs);
    const appended = burst(3);
    await eventually(() => expect(wire.toldEvents).toEqual([mine?.id, ...appended]));
    expect(wire.store.interruptions()).toMatchObject({ broken: 1 });
    expect(wire.server.asked.subscribe).toBeLessThan(6);
    expect(wire.alarms).toEqual([]);
  });

  it('one that is refused again and again is asked for less and less, and told once', async () => {
    speak();
    const [mine] = await append(wire.store, 1);
    await eventually(() => expect(wire.told).toEqual([mine?.id]));
    for (const { position } of wire.server.log.records) wire.server.subscriptions.disowned.add(position);
    wire.server.subscriptions.end();
    await eventually(() => expect(wire.alarms).toHaveLength(1));
    await some(2.5 * TIMING.silenceMs);
    expect(wire.server.asked.subscribe).toBeLessThan(14);
    expect(wire.alarms).toHaveLength(1);
    expect(wire.told).toEqual([mine?.id, 'interrupted']);
    wire.server.subscriptions.disowned.clear();
    const more = await append(wire.store, 1);
    await eventually(() => expect(wire.toldEvents).toEqual(ids([mine as never, ...more])));
    await eventually(() => expect(wire.store.freshness.isLive).toBe(true));
    expect(wire.alarms).toHaveLength(1);
  });

  it('where others lost what was searched, and wrote on, it finds its place with no alarm', async () => {
    speak();
    const [mine] = await append(wire.store, 1);
    const before = wire.server.log.records.length;
    burst(50, 'other.account-');
    const late = await wire.open();
    await wire.store.close();
    wire.told = [];
    wire.follow(late);
    wire.server.log.truncate(wire.server.log.records[before]?.position as number);
    burst(60, 'other.longer-account-');
    wire.server.subscriptions.end();
    const appended = burst(2);
    await eventually(() => expect(wire.toldEvents).toEqual(appended));
    expect(ids(await late.readAll(START, 10))).toEqual([mine?.id, ...appended]);
    expect(wire.alarms).toEqual([]);
    await late.close();
  });
});

describe('how fresh delivery is', () => {
  it('is known: live when the server has said that nothing is left, and not through an interruption', async () => {
    await eventually(() => expect(wire.store.freshness.isLive).toBe(true));
    const heardAt = wire.store.freshness.heardAt;
    const [mine] = await append(wire.store, 1);
    await eventually(() => expect(wire.told).toEqual([mine?.id]));
    expect(wire.store.freshness).toMatchObject({ position: mine?.position, isLive: true });
    expect(wire.store.freshness.heardAt).toBeGreaterThan(heardAt);
    wire.server.subscriptions.catchUpMs = 500;
    wire.server.subscriptions.end();
    await eventually(() => expect(wire.store.freshness.isLive).toBe(false));
    await eventually(() => expect(wire.server.asked.subscribe).toBe(2));
    expect(wire.store.freshness.isLive).toBe(false);
    await eventually(() => expect(wire.store.freshness.isLive).toBe(true));
  });

  it('that speaks and comes no nearer to the head is told once, and goes on', async () => {
    const [mine] = await append(wire.store, 1);
    await eventually(() => expect(wire.told).toEqual([mine?.id]));
    wire.server.subscriptions.catchUpMs = 3 * TIMING.silenceMs;
    wire.server.subscriptions.end();
    await eventually(() => expect(wire.server.asked.subscribe).toBe(2));
    const appended = burst(2);
    await eventually(() => expect(wire.alarms.join()).toContain('lags'));
    await eventually(() => expect(wire.toldEvents).toEqual([mine?.id, ...appended]));
    expect(wire.alarms).toHaveLength(1);
    expect(wire.server.asked.subscribe).toBe(2);
  });
});

describe('a server before 23.10, which does not say that nothing is left', () => {
  it('is not taken for one that is interrupted all the time when it is idle', async () => {
    wire.server.speakAsOldServers();
    wire.server.subscriptions.saysCaughtUp = false;
    for (let broken = 1; broken <= 3; broken += 1) {
      wire.server.subscriptions.break();
      await some(1.5 * TIMING.silenceMs);
      expect(wire.store.freshness.isLive).toBe(false);
    }
    expect(wire.store.interruptions()).toMatchObject({ broken: 3 });
    expect(wire.alarms).toEqual([]);
    const [mine] = await append(wire.store, 1);
    await eventually(() => expect(wire.toldEvents).toEqual([mine?.id]));
  });
});

describe('a subscription that is refused for long', () => {
  it('hides no second loss of contact: nothing is acknowledged on a log that has become another one meanwhile', async () => {
    const seldom = await wire.open(wire.server.url, { checkMs: 60_000 });
    await wire.store.close();
    await eventually(() => expect(seldom.freshness.isLive).toBe(true));
    wire.server.refuse('unavailable', ['subscribe']);
    wire.server.subscriptions.break();
    await eventually(() => expect(seldom.interruptions()).toMatchObject({ broken: 1 }));
    const [last] = await append(seldom, 1);
    await wire.server.stop();
    await some(TIMING.silenceMs);
    wire.server.log.truncate(Number(last?.position));
    await wire.server.resume();
    await eventually(async () => expect(await seldom.holds(START)).toBe(true));
    const before = wire.server.log.records.length;
    await unavailable(append(seldom, 1));
    expect(wire.server.log.records).toHaveLength(before);
    await seldom.close();
  });
});

describe('a server that stands still and goes on', () => {
  it('has lost nothing, tells nothing twice, and alarms nobody', async () => {
    const [host = '', port] = wire.server.address.split(':');
    await using line = await openProxy({ host, port: Number(port) });
    const distant = await wire.open(`esdb://127.0.0.1:${line.port}?tls=false`);
    await wire.store.close();
    wire.told = [];
    wire.follow(distant);
    await append(distant, 2);
    await eventually(() => expect(wire.told).toHaveLength(2));
    await line.switchTo('paused');
    await unavailable(append(distant, 1));
    const missed = burst(50);
    await some(2 * TIMING.silenceMs);
    await line.switchTo('pass');
    await eventually(() => append(distant, 1).then(() => undefined));
    await eventually(async () => expect(wire.toldEvents).toEqual(ids(await distant.readAll(START, 1_000))));
    expect(wire.toldEvents).toEqual(expect.arrayContaining([...missed]));
    expect(wire.alarms).toEqual([]);
    await distant.close();
  });
});
