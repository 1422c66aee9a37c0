/** A ledger that has far to go is made on two threads: the same leaves in the same order, whoever makes them. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Position, START } from '../../events/ids.ts';
import { SqliteEventStore } from '../../infra/event-store/sqlite.ts';
import { SqliteLog } from '../../infra/event-store/sqlite-log.ts';
import { type LeafPage, leavesFrom } from '../../infra/ledger/leaves.ts';
import { SaltKey } from '../../infra/ledger/record.ts';
import { LeavesAhead } from '../../infra/ledger/thread/leaves-ahead.ts';
import { newEvent, stream, temporaryDirectory } from '../support/log.ts';

const SECRET = Buffer.alloc(32, 5);
const EVENTS = 2_000;
const TOGETHER = 500;
const LIMIT = 50;

describe('leaves of a long stretch of the log', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let log: SqliteLog;
  let alarms: string[];
  beforeEach(async () => {
    directory = temporaryDirectory();
    const store = new SqliteEventStore({ path: join(directory.path, 'events.db') });
    for (let from = 0; from < EVENTS; from += TOGETHER) {
      const events = Array.from({ length: TOGETHER }, (_, at) => newEvent(`e${from + at}`));
      await store.append(stream(`from-${from}`), -1, events);
    }
    await store.close();
    log = new SqliteLog(join(directory.path, 'events.db'));
    alarms = [];
  });
  afterEach(() => {
    log.close();
    directory[Symbol.dispose]();
  });

  /** All leaves, page after page from when the second thread is there, and how many pages were made by this one. */
  async function made(threadDirectory = directory.path, far = 100) {
    const own = leavesFrom({ log, salts: new SaltKey(SECRET), hash: 'sha256' });
    const ownPages: Position[] = [];
    const leaves = new LeavesAhead({
      data: { directory: threadDirectory, hash: 'sha256', secret: SECRET },
      own: (after, limit) => {
        ownPages.push(after);
        return own(after, limit);
      },
      log,
      alarm: message => alarms.push(message),
      far,
    });
    const pages: LeafPage[] = [];
    try {
      while (far < EVENTS && alarms.length === 0 && ownPages.length % 2 === 0) {
        await leaves.after(START, LIMIT);
        await leaves.after(String(LIMIT) as Position, LIMIT);
        await new Promise(resolve => setTimeout(resolve, 5));
      }
      ownPages.length = 0;
      for (let after = START; ; ) {
        const page = await leaves.after(after, LIMIT);
        const last = page.positions.at(-1);
        if (last === undefined) break;
        pages.push(page);
        after = last;
      }
    } finally {
      await leaves.close();
    }
    return { pages, ownPages: ownPages.length };
  }

  const all = async () => leavesFrom({ log, salts: new SaltKey(SECRET), hash: 'sha256' })(START, EVENTS);
  const together = (pages: readonly LeafPage[]) => ({
    entries: Buffer.concat(pages.map(({ entries }) => entries)),
    positions: pages.flatMap(({ positions }) => positions),
    eventIds: pages.flatMap(({ eventIds }) => eventIds),
  });

  it('given two threads, then the leaves are those that one makes, and each thread makes some', async () => {
    const { pages, ownPages } = await made();
    expect(together(pages)).toEqual(await all());
    expect(ownPages).toBeLessThan(EVENTS / LIMIT);
    expect(alarms).toEqual([]);
  });

  it('given a second thread that fails (planted: a directory without a log), then it is told once and all are made here', async () => {
    const { pages, ownPages } = await made(join(directory.path, 'nowhere'));
    expect(together(pages)).toEqual(await all());
    expect(ownPages).toBe(EVENTS / LIMIT + 1);
    expect(alarms).toEqual(['the second thread of the ledger failed, going on without it']);
  });

  it('given little to go, then no second thread is started', async () => {
    const { pages, ownPages } = await made(join(directory.path, 'nowhere'), EVENTS + 1);
    expect(together(pages)).toEqual(await all());
    expect(ownPages).toBe(EVENTS / LIMIT + 1);
    expect(alarms).toEqual([]);
  });
});
