import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Position, START } from '../../events/ids.ts';
import { SqliteEventStore } from '../../infra/event-store/sqlite.ts';
import { SqliteLog } from '../../infra/event-store/sqlite-log.ts';
import { AlreadyRunning, lockDirectory, openDatabase } from '../../infra/sqlite.ts';
import { NoSuchPosition } from '../../projections/ports.ts';
import { NO_STREAM, StoreUnavailable } from '../../services/ports.ts';
import { eventStoreContract } from '../contracts/event-store.ts';
import { control } from '../support/controls.ts';
import { newEvent, newFact, stream, temporaryDirectory } from '../support/log.ts';

const at = (directory: string) => `${directory}/events.db`;

eventStoreContract('SQLite', async directory => new SqliteEventStore({ path: at(directory) }), {
  densePositions: true,
});
eventStoreContract(
  'SQLite, checkpointed by a thread',
  async directory => new SqliteEventStore({ path: at(directory), checkpointThread: true }),
  { densePositions: true },
);

// biome-ignore lint/suspicious/noControlCharactersInRegex: bytes of a file
const THIRD_ROW = /\x03([\x08-\x0b]\x00\x09)/;

describe('the SQLite event store', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let store: SqliteEventStore;

  beforeEach(() => {
    directory = temporaryDirectory();
    store = new SqliteEventStore({ path: at(directory.path) });
  });
  afterEach(async () => {
    await store.close();
    directory[Symbol.dispose]();
  });

  it.each([
    ['changed', `UPDATE events SET data = '{}'`],
    ['moved', 'UPDATE events SET position = position + 1'],
    ['deleted', 'DELETE FROM events'],
  ])('a stored event cannot be %s, even past the store', async (how, sql) => {
    await store.append(stream('a'), NO_STREAM, [newEvent('one')]);
    const outside = openDatabase(at(directory.path), { synchronous: 'FULL' });
    expect(() => outside.exec(sql)).toThrow(/events are never (changed|deleted)/);
    outside.close();
    expect(await store.readAll('0' as never, 10), how).toHaveLength(1);
  });

  it('given events of some types are asked for, then they come in order, wherever they stand, and nothing else', async () => {
    const KINDS = ['kind.one', 'kind.two', 'kind.three'];
    const events = Array.from({ length: 9_100 }, (_, at) => newEvent(`event-${at}`, {}, KINDS[at % 7 === 0 ? 1 : 0]));
    events.push(newEvent('late', {}, 'kind.three'));
    for (let from = 0; from < events.length; from += 500)
      await store.append(stream(`s${from}`), NO_STREAM, events.slice(from, from + 500));
    const found: string[] = [];
    const ends: boolean[] = [];
    for (let after = '0' as Position; !ends.at(-1); ) {
      const page = await store.readTypes(['kind.two', 'kind.three', 'kind.none'], after);
      expect(page.events.every(({ position }) => Number(position) > Number(after))).toBe(true);
      expect(Number(page.reached)).toBeGreaterThan(Number(after));
      found.push(...page.events.map(({ id }) => id));
      ends.push(page.isEnd);
      after = page.reached;
    }
    expect(found).toEqual(events.filter(({ type }) => type !== 'kind.one').map(({ id }) => id));
    expect(await store.readTypes(['kind.none'], await store.head())).toEqual({
      events: [],
      reached: await store.head(),
      isEnd: true,
    });
    // None is left out where more are found at once than are given.
    const all = await store.readTypes(KINDS, '0' as Position);
    expect([all.isEnd, all.reached]).toEqual([false, all.events.at(-1)?.position]);
  });

  it('an append that cannot be stored does not refuse its neighbours, and leaves no trace', async () => {
    await store.append(stream('a'), NO_STREAM, [newEvent('taken')]);
    const outcomes = await Promise.allSettled([
      store.append(stream('b'), NO_STREAM, [newEvent('b')]),
      store.append(stream('c'), NO_STREAM, [newEvent('c'), newEvent('taken')]),
      store.append(stream('d'), NO_STREAM, [newEvent('d', {}, 'type.seen-first-here')]),
      store.append(stream('b'), 0, [newEvent('b2')]),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: expect.any(StoreUnavailable) });
    const log = await store.readAll('0' as never, 10);
    expect(log.map(({ streamId, position }) => [streamId, position])).toEqual([
      [stream('a'), '1'],
      [stream('b'), '2'],
      [stream('d'), '3'],
      [stream('b'), '4'],
    ]);
    expect(log[2]?.type).toBe('type.seen-first-here');
    await store.append(stream('c'), NO_STREAM, [newEvent('c')]);
  });

  it('a subscriber that fails keeps nothing from the others and undoes no append', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const told: string[] = [];
    store.onAppend(() => {
      throw new Error('planted');
    });
    store.onAppend(events => told.push(...events.map(({ id }) => id)));
    const appended = await Promise.all([
      store.append(stream('a'), NO_STREAM, [newEvent('one')]),
      store.append(stream('b'), NO_STREAM, [newEvent('two')]),
    ]);
    expect(told).toEqual(appended.flat().map(({ id }) => id));
    expect(warned).toHaveBeenCalledOnce();
    warned.mockRestore();
  });

  it('given a damaged file whose positions do not rise, then it is told so instead of being read without end', async () => {
    const events = ['one', 'two', 'three'].map(id => newEvent(id));
    await store.append(stream('a'), NO_STREAM, events);
    await store.close();
    // The key of the third row stands before its head: length, and the types of what is the key again and of stream 1.
    const bytes = readFileSync(at(directory.path), 'latin1');
    expect(bytes).toMatch(THIRD_ROW);
    writeFileSync(at(directory.path), bytes.replace(THIRD_ROW, '\x01$1'), 'latin1');
    const log = new SqliteLog(at(directory.path));
    const damaged = { reason: 'damaged' };
    await expect(log.readAll('0' as never, 10)).rejects.toMatchObject(damaged);
    expect((await log.readAll('0' as never, 2)).map(({ position }) => position)).toEqual(['1', '2']);
    log.close();
    const reopened = new SqliteEventStore({ path: at(directory.path) });
    await expect(reopened.readAll('0' as never, 10)).rejects.toMatchObject(damaged);
    await reopened.close();
  });

  it('given somebody who only reads, then he finds by type what is recorded later too, of types that were not there', async () => {
    const log = new SqliteLog(at(directory.path));
    expect([await log.newest(), await log.readTypes(['title.reserved'], START)]).toEqual([
      undefined,
      { events: [], reached: START, isEnd: true },
    ]);
    const types = ['project.listed', 'title.reserved', 'project.listed'] as const;
    for (const [n, type] of types.entries())
      await store.append(stream(`s${n}`), NO_STREAM, [newFact(`fact-${n}`, control(type))]);
    const page = await log.readTypes(['title.reserved'], START);
    expect(page.events.map(({ type, position }) => [type, position])).toEqual([['title.reserved', '2']]);
    expect([page.reached, page.isEnd, (await log.newest())?.position]).toEqual(['3', true, '3']);
    await expect(log.readTypes(['title.reserved'], '4' as Position)).rejects.toBeInstanceOf(NoSuchPosition);
    log.close();
  });

  it('one directory has one writing process', () => {
    const lock = lockDirectory(directory.path);
    expect(() => lockDirectory(directory.path)).toThrow(AlreadyRunning);
    lock.close();
    lockDirectory(directory.path).close();
  });
});
