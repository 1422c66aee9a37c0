/** Appending: the real event store beside a bare file and beside SQLite with one transaction an event. */
import { closeSync, fdatasyncSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type StreamId, streamId } from '../../events/ids.ts';
import { SqliteEventStore } from '../../infra/event-store/sqlite.ts';
import { openDatabase } from '../../infra/sqlite.ts';
import { NO_STREAM } from '../../services/ports.ts';
import type { Area } from './bench.ts';
import { EVENT_BYTES, newEvents } from './events.ts';
import { inTurn, repeat, repeatSync, type Sample } from './measure.ts';

const REGION_BYTES = 64 * 1024 * 1024;

export const append: Area = {
  name: 'append',
  async run(bench) {
    const { report, lab, rounds } = bench;
    const seconds = bench.seconds(1, 0.3);
    const directory = lab.newDirectory('append');
    const path = (name: string) => join(directory, name);
    const ours = (writers: number) => () =>
      withStore(path(`store-${writers}-${Math.random()}.db`), store => writing(store, writers, seconds));
    const raw = (group: number, region: number) => () => rawWrites(path('raw'), group, region, seconds);

    const alone = await inTurn(rounds, {
      ours: ours(1),
      preallocated: raw(1, REGION_BYTES),
      growing: raw(1, 0),
    });
    const C1 = 'append, 1 writer';
    const preallocated = 'raw write + fdatasync, preallocated';
    report.ratio({
      area: C1,
      ours: alone.ours,
      limit: alone.preallocated,
      limitName: preallocated,
      must: { atLeast: 0.33 },
    });
    report.ratio({
      area: C1,
      ours: alone.ours,
      limit: alone.growing,
      limitName: 'raw write + fdatasync, growing file',
    });

    for (const { writers, must, tail } of [
      { writers: 64, must: 6, tail: 3 },
      { writers: 256, must: 7, tail: 4 },
    ]) {
      const area = `append, ${writers} writers`;
      const together = await inTurn(rounds, {
        ours: ours(writers),
        single: () => singleCommits(path(`single-${writers}-${Math.random()}.db`), seconds),
        growing: raw(writers, 0),
      });
      const limitName = 'SQLite, one transaction an event';
      report.ratio({ area, ours: together.ours, limit: together.single, limitName, must: { atLeast: must } });
      report.tail(area, together.ours, { atMost: tail });
      const group = `raw, groups of ${writers}, growing file`;
      report.ratio({ area, ours: together.ours, limit: together.growing, limitName: group });
    }
  },
};

/** A store that already holds a million events beside an empty one. */
export const appendLarge: Area = {
  name: 'append-large',
  long: true,
  async run(bench) {
    const { report, lab, rounds } = bench;
    const seconds = bench.seconds(1, 0.3);
    const held = bench.size(1_000_000, 100_000);
    const system = lab.copyOf(await lab.longSystem(held));
    const empty = join(lab.newDirectory('append-large'), 'empty');
    for (const writers of [64, 256]) {
      const { large, small } = await inTurn(rounds, {
        large: () => withStore(join(system, 'events.db'), store => writing(store, writers, seconds)),
        small: () => withStore(`${empty}-${Math.random()}.db`, store => writing(store, writers, seconds)),
      });
      report.ratio({
        area: `append, ${writers} writers, store of ${held.toLocaleString('en')}`,
        ours: large,
        limit: small,
        limitName: 'empty store',
        must: { atLeast: 0.8 },
      });
    }
  },
};

async function withStore<T>(path: string, task: (store: SqliteEventStore) => Promise<T>): Promise<T> {
  const store = new SqliteEventStore({ path, checkpointThread: true });
  try {
    return await task(store);
  } finally {
    await store.close();
  }
}

/** Each writer appends to a stream of its own, which is new in every run. */
function writing(store: SqliteEventStore, writers: number, seconds: number): Promise<Sample> {
  const run = String(Date.now());
  const next = newEvents();
  const streams = Array.from({ length: writers }, (_, writer) => ({
    id: streamId(`bench-${run}-${writer}`) as StreamId,
    revision: NO_STREAM,
  }));
  return repeat({ seconds, writers }, async writer => {
    const stream = streams[writer] as (typeof streams)[number];
    await store.append(stream.id, stream.revision, [next()]);
    stream.revision += 1;
  });
}

/** What the file system can do: groups of events written at once, each group synced. */
async function rawWrites(path: string, group: number, regionBytes: number, seconds: number): Promise<Sample> {
  const bytes = Buffer.alloc(EVENT_BYTES * group, 'x');
  const file = openSync(path, 'w+');
  for (let at = 0; at < regionBytes; at += bytes.length) writeSync(file, bytes, 0, bytes.length, at);
  fsyncSync(file);
  let at = 0;
  const sample = await repeatSync(
    { seconds },
    () => {
      writeSync(file, bytes, 0, bytes.length, at);
      fdatasyncSync(file);
      at += bytes.length;
      if (regionBytes > 0 && at + bytes.length > regionBytes) at = 0;
    },
    group,
  );
  ftruncateSync(file, 0);
  closeSync(file);
  return sample;
}

/** The plainest durable log on the same binding: every append a transaction of its own. */
async function singleCommits(path: string, seconds: number): Promise<Sample> {
  const database = openDatabase(path, { synchronous: 'FULL' });
  database.exec(`CREATE TABLE events (position INTEGER PRIMARY KEY, stream TEXT NOT NULL, revision INTEGER NOT NULL,
    id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, data TEXT NOT NULL, meta TEXT NOT NULL, UNIQUE (stream, revision))`);
  const insert = database.prepare(
    'INSERT INTO events (stream, revision, id, type, data, meta) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const next = newEvents();
  let made = 0;
  const sample = await repeatSync({ seconds }, () => {
    const { id, type, data, meta } = next();
    insert.run(`bench-${made % 64}`, Math.floor(made / 64), id, type, JSON.stringify(data), JSON.stringify(meta));
    made += 1;
  });
  database.close();
  return sample;
}
