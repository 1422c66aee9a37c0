import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TreeHash } from '../../infra/ledger/hashing.ts';
import { type Grown, LedgerReader } from '../../infra/ledger/reader.ts';
import { entryOf, recordOf, SaltKey } from '../../infra/ledger/record.ts';
import { SqliteLedgerStore } from '../../infra/ledger/sqlite-store.ts';
import type { LedgerStore } from '../../infra/ledger/store.ts';
import { MemoryLog } from '../runner/support/memory-log.ts';
import { temporaryDirectory } from '../support/log.ts';
import { treeHash } from './rfc6962.ts';

const tree = new TreeHash('sha256');
const salts = new SaltKey(Buffer.alloc(32, 3));
const entriesOf = (log: MemoryLog) =>
  log.events.map(event => Uint8Array.from(entryOf(recordOf(event, salts.saltsOf(event.id)))));

describe('the reader of the ledger', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let store: SqliteLedgerStore;
  let log: MemoryLog;
  let alarms: string[];
  let readers: LedgerReader[];

  beforeEach(() => {
    directory = temporaryDirectory();
    store = new SqliteLedgerStore(join(directory.path, 'ledger.db'));
    log = new MemoryLog();
    alarms = [];
    readers = [];
  });
  afterEach(async () => {
    for (const reader of readers) await reader.stop();
    await store.close();
    directory[Symbol.dispose]();
  });

  function reading(kept: LedgerStore = store, of: MemoryLog = log): LedgerReader {
    const reader = new LedgerReader({
      log: of,
      store: kept,
      tree,
      salts,
      alarm: message => alarms.push(message),
      recheckMs: 5,
      standByMs: 50,
    });
    readers.push(reader);
    reader.start();
    return reader;
  }

  const grownTo = (size: number, of: LedgerStore = store) =>
    expect.poll(async () => (await of.frontier())?.size, { timeout: 10_000, interval: 5 }).toBe(size);
  const halted = (reader: LedgerReader) => expect.poll(() => reader.state(), { interval: 5 }).toBe('halted');
  const append = (count: number) => Array.from({ length: count }, () => log.append('a'));
  const isOfTheLog = async () =>
    expect(Buffer.from((await store.frontier())?.root ?? [])).toEqual(treeHash(entriesOf(log)));

  it('given a log, then every event is in the ledger, in the order of the log, and those that come too', async () => {
    append(2_500);
    const reader = reading();
    await grownTo(2_500);
    append(300);
    await grownTo(2_800);
    await isOfTheLog();
    expect(await store.frontier()).toMatchObject({ log: 'memory', position: '2800', eventId: log.events.at(-1)?.id });
    expect(reader.state()).toBe('following');
    expect(alarms).toEqual([]);
  });

  it('given a reader that has stopped, when another is started, then it goes on where that was, and tells how far it is', async () => {
    append(700);
    const first = reading();
    await grownTo(700);
    await first.stop();
    append(50);
    const grown: Grown[] = [];
    const second = new LedgerReader({ log, store, tree, salts, alarm: message => alarms.push(message) });
    readers.push(second);
    second.onGrown(page => grown.push(page));
    second.start();
    await grownTo(750);
    expect(grown).toEqual([
      { size: 700, position: '700' },
      { size: 750, position: '750' },
    ]);
    await isOfTheLog();
  });

  it('given a store that is away for a while, then the reader goes on when it is back, and nothing is missing', async () => {
    append(10);
    let failures = 2;
    const weak = Object.create(store, {
      grow: {
        value: (...call: Parameters<LedgerStore['grow']>) => {
          failures -= 1;
          return failures >= 0 ? Promise.reject(new Error('planted: away')) : store.grow(...call);
        },
      },
      frontier: { value: () => store.frontier() },
      checkpointsAbove: { value: (size: number) => store.checkpointsAbove(size) },
    }) as LedgerStore;
    reading(weak);
    await grownTo(10);
    expect(alarms).toEqual(Array(2).fill('the ledger cannot grow, trying again'));
    await isOfTheLog();
  });

  it('given two readers of one ledger, then both may write, and every event is in it once', async () => {
    append(1_500);
    const other = new SqliteLedgerStore(join(directory.path, 'ledger.db'));
    const both = [reading(), reading(other)];
    for (let round = 0; round < 20; round += 1) {
      append(30);
      await pause(5);
    }
    await grownTo(2_100);
    await isOfTheLog();
    // The one that goes on when the other has ended is either.
    await both[0]?.stop();
    append(5);
    await grownTo(2_105);
    await isOfTheLog();
    await both[1]?.stop();
    await other.close();
    expect(alarms).toEqual([]);
  });

  describe('a log that contradicts the ledger', () => {
    it('given a log that was restored to an earlier state, when the reader is started, then it halts, and the ledger stays', async () => {
      append(300);
      await reading().stop();
      reading();
      await grownTo(300);
      for (const reader of readers) await reader.stop();
      log.truncate(log.events[249]?.position as never);
      const again = reading();
      await halted(again);
      append(200);
      await pause(20);
      expect(await store.frontier()).toMatchObject({ size: 300 });
      expect(alarms).toEqual(['the log contradicts the ledger']);
    });

    it('given a log that lost its end and grew again while delivery was interrupted, then the reader halts', async () => {
      append(300);
      const reader = reading();
      await grownTo(300);
      log.truncate(log.events[249]?.position as never);
      log.silent = true;
      for (let at = 0; at < 100; at += 1) log.append('b', { detail: `another ${at}` });
      const [original] = log.events.slice(-1);
      expect(original?.position).toBe('350');
      log.silent = false;
      // Ids of the planted log derive from positions: make the one at the ledger's place another.
      Object.assign(log.events[299] as object, { id: '00000000-0000-7000-8000-000000000000' });
      log.interrupt();
      await halted(reader);
      expect(await store.frontier()).toMatchObject({ size: 300 });
    });

    it('given another log, then the reader halts', async () => {
      append(3);
      await (async () => {
        const reader = reading();
        await grownTo(3);
        await reader.stop();
      })();
      class OtherLog extends MemoryLog {
        override identity = async () => 'another';
      }
      const other = new OtherLog();
      for (let at = 0; at < 5; at += 1) other.append('a');
      await halted(reading(store, other));
      expect(await store.frontier()).toMatchObject({ size: 3, log: 'memory' });
    });

    it('given an interruption in which nothing was lost, then the reader goes on', async () => {
      append(3);
      const reader = reading();
      await grownTo(3);
      log.interrupt();
      append(1);
      await grownTo(4);
      expect(reader.state()).toBe('following');
    });
  });

  describe('a tree that is made again under checkpoints', () => {
    const kept = (size: number, root: Uint8Array) =>
      store.keep({ size, root, note: 'a note\n', signedAt: '2026-11-29T00:00:00.000Z' });

    it('given the same log, then it leads through each of them', async () => {
      append(1_200);
      for (const size of [7, 256, 1_100]) await kept(size, treeHash(entriesOf(log).slice(0, size)));
      const reader = reading();
      await grownTo(1_200);
      expect(reader.state()).toBe('following');
    });

    it('given a log in which one event is another, then the reader halts at the first checkpoint over it', async () => {
      append(1_200);
      await kept(7, treeHash(entriesOf(log).slice(0, 7)));
      await kept(1_100, treeHash(entriesOf(log).slice(0, 1_100)));
      Object.assign(log.events[800] as object, { dataText: '{"planted":true}' });
      await halted(reading());
      expect((await store.frontier())?.size ?? 0).toBeLessThan(1_100);
    });

    it('given a log that ends before a checkpoint, then the reader halts', async () => {
      append(1_200);
      await kept(1_201, Buffer.alloc(32));
      await halted(reading());
      expect(alarms).toEqual(['the log contradicts the ledger']);
    });
  });
});
