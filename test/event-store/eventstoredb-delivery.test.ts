/** What is delivered when the server drops, repeats, falls silent, or loses what it acknowledged. */
import { describe, expect, it, vi } from 'vitest';
import { type Position, START } from '../../events/ids.ts';
import { NO_STREAM } from '../../services/ports.ts';
import { append, event, eventually, ids, TIMING, unavailable, wired } from '../support/eventstoredb/wiring.ts';
import { stream } from '../support/log.ts';

const wire = wired();

describe('the subscription', () => {
  it.each([
    ['ended by the server', () => wire.server.subscriptions.end(), { broken: 1 }],
    ['broken', () => wire.server.subscriptions.break(), { broken: 1 }],
    ['silent, though open', () => wire.server.subscriptions.silence(), { silent: 1 }],
  ])('%s, goes on where it was: no gap, no repeat', async (_how, disturb, counts) => {
    await append(wire.store, 3);
    await eventually(() => expect(wire.told).toHaveLength(3));
    disturb();
    await append(wire.store, 5);
    await eventually(() => expect(wire.toldEvents).toHaveLength(8));
    await append(wire.store, 1);
    await eventually(() => expect(wire.toldEvents).toHaveLength(9));
    expect(wire.toldEvents).toEqual(ids(await wire.store.readAll(START, 100)));
    expect(wire.told.filter(entry => entry === 'interrupted')).toHaveLength(1);
    expect(wire.store.interruptions()).toMatchObject(counts);
    expect(wire.alarms).toHaveLength('silent' in counts ? 1 : 0);
  });

  it('that cannot be opened for long is told to the operator once, and keeps no event from anybody', async () => {
    wire.server.refuse('unavailable', ['subscribe']);
    wire.server.subscriptions.break();
    const appended = await append(wire.store, 40);
    await eventually(() => expect(wire.toldEvents).toEqual(ids(appended)));
    await eventually(() => expect(wire.alarms).toHaveLength(1));
    const asked = wire.server.asked.subscribe;
    await eventually(() => expect(wire.server.asked.subscribe).toBeGreaterThan(asked + 1));
    wire.server.refuse(undefined);
    const more = await append(wire.store, 1);
    await eventually(() => expect(wire.toldEvents).toEqual(ids([...appended, ...more])));
    expect(wire.alarms).toHaveLength(1);
    expect(wire.told.filter(entry => entry === 'interrupted')).toHaveLength(1);
    expect(wire.store.interruptions()).toMatchObject({ broken: 1 });
  });

  it('that goes silent is told to the operator with how far it had come', async () => {
    const [last] = await append(wire.store, 1);
    await eventually(() => expect(wire.told).toHaveLength(1));
    wire.server.subscriptions.silence();
    await append(wire.store, 1);
    await eventually(() => expect(wire.alarms[0]).toMatch(/interrupted.*silent/));
    expect(wire.alarms[0]).toContain(last?.position);
  });

  it('that searches long and says so is let to', async () => {
    await append(wire.store, 1);
    await eventually(() => expect(wire.told).toHaveLength(1));
    wire.server.subscriptions.catchUpMs = 3 * TIMING.silenceMs;
    wire.server.subscriptions.end();
    await append(wire.store, 1);
    await eventually(() => expect(wire.toldEvents).toHaveLength(2));
    await eventually(() => expect(wire.server.asked.subscribe).toBe(2));
    await new Promise(resolve => setTimeout(resolve, wire.server.subscriptions.catchUpMs));
    expect(wire.server.asked.subscribe).toBe(2);
  });

  it('goes on where a log ends that has lost the events of others behind it', async () => {
    const [mine] = await append(wire.store, 1);
    const [record] = wire.server.log.records;
    const others = Array.from({ length: 50 }, () => record as NonNullable<typeof record>);
    wire.server.log.append('other.account-c', NO_STREAM, others);
    const late = await wire.open();
    await wire.store.close();
    wire.told = [];
    wire.follow(late);
    const end = wire.server.log.records.find(({ id }) => id === mine?.id)?.position as number;
    wire.server.log.truncate(end + 1);
    await eventually(() => expect(wire.alarms.join()).toContain('the log ends before it'));
    const appended = await append(late, 2);
    await eventually(() => expect(wire.toldEvents).toEqual(ids(appended)));
    await late.close();
  });

  it('passes on once what the server delivers twice', async () => {
    await append(wire.store, 3);
    await eventually(() => expect(wire.told).toHaveLength(3));
    wire.server.subscriptions.redeliver(4);
    await append(wire.store, 1);
    await eventually(() => expect(wire.told).toHaveLength(4));
    expect(wire.told).toEqual(ids(await wire.store.readAll(START, 100)));
  });

  it('stays open and unalarmed while nothing is appended, or only others append', async () => {
    await append(wire.store, 1);
    const [record] = wire.server.log.records;
    wire.server.log.append('other.account-b', undefined, [record as NonNullable<typeof record>]);
    await new Promise(resolve => setTimeout(resolve, 2 * TIMING.silenceMs));
    expect(wire.alarms).toEqual([]);
    expect(wire.server.asked.subscribe).toBe(1);
  });

  it('keeps an event from no listener because another one fails', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    wire.store.onAppend(() => {
      throw new Error('planted');
    });
    const late: string[] = [];
    wire.store.onAppend(events => late.push(...ids(events)));
    const [appended] = await append(wire.store, 1);
    await eventually(() => expect(late).toEqual([appended?.id]));
    warned.mockRestore();
  });
});

describe('a log that has lost what it acknowledged', () => {
  it.each([
    ['and stays shorter', () => undefined],
    [
      'and has grown again by the events of others',
      () => {
        const [record] = wire.server.log.records;
        const others = Array.from({ length: 50 }, () => record as NonNullable<typeof record>);
        wire.server.log.append('other.account-c', NO_STREAM, others);
      },
    ],
  ])('%s: wire.alarms, stops delivery, and refuses to append', async (_how, grow) => {
    const [kept, lost] = await append(wire.store, 2);
    await eventually(() => expect(wire.told).toHaveLength(2));
    wire.server.log.truncate(Number(lost?.position));
    grow();
    await eventually(() => expect(wire.told).toEqual([kept?.id, lost?.id, 'interrupted']));
    expect(wire.alarms.filter(alarm => alarm.includes('has lost acknowledged events'))).toHaveLength(1);
    expect(await wire.store.holds(lost?.position as Position)).toBe(false);
    expect(await wire.store.holds(kept?.position as Position)).toBe(true);
    expect(ids(await wire.store.readAll(START, 10))).toEqual([kept?.id]);
    expect(await wire.store.head()).toBe(kept?.position);
    await unavailable(wire.store.append(stream('after'), NO_STREAM, [event()]));
    expect(wire.told).toHaveLength(3);
  });

  it('is no loss when only the events of others are gone', async () => {
    await append(wire.store, 1);
    const [record] = wire.server.log.records;
    const others = wire.server.log.append('other.account-c', NO_STREAM, [record as NonNullable<typeof record>]);
    await wire.store.head();
    wire.server.log.truncate(others === 'wrong-revision' ? 0 : others.position);
    await new Promise(resolve => setTimeout(resolve, 6 * TIMING.checkMs));
    await append(wire.store, 1);
    expect(wire.alarms.filter(alarm => alarm.includes('lost'))).toEqual([]);
    expect(await wire.store.readAll(START, 10)).toHaveLength(2);
  });

  it('stays in doubt as long as the second question is not answered', async () => {
    const doubting = await wire.open(wire.server.url, { doubtMs: 1_000 });
    await append(doubting, 1);
    await wire.store.close();
    const records = wire.server.log.records;
    wire.server.log.truncate(Number(records.at(-2)?.position));
    await new Promise(resolve => setTimeout(resolve, 7 * TIMING.checkMs));
    wire.server.refuse('unavailable', ['read']);
    await new Promise(resolve => setTimeout(resolve, 1_000));
    await unavailable(append(doubting, 1));
    expect(wire.server.asked.append).toBe(1);
    wire.server.log.restore(records);
    wire.server.refuse(undefined);
    await eventually(() => append(doubting, 1).then(() => undefined));
    expect(wire.alarms.filter(alarm => alarm.includes('lost'))).toEqual([]);
    await doubting.close();
  });

  it('is believed only when a second answer says so', async () => {
    const doubting = await wire.open(wire.server.url, { doubtMs: 2_000 });
    await append(doubting, 1);
    await wire.store.close();
    const records = wire.server.log.records;
    wire.server.log.truncate(Number(records.at(-2)?.position));
    await new Promise(resolve => setTimeout(resolve, 7 * TIMING.checkMs));
    await unavailable(append(doubting, 1));
    wire.server.log.restore(records);
    await new Promise(resolve => setTimeout(resolve, 2_000));
    expect(wire.alarms.filter(alarm => alarm.includes('lost'))).toEqual([]);
    await append(doubting, 1);
    await doubting.close();
  });
});
