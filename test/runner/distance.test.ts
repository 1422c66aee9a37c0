/** Projectors whose database is in another room: leases, start, restarts and rebuilds come to their end all the same. */
import { describe, expect, it } from 'vitest';
import { openMongo } from '../../infra/mongodb.ts';
import { MongoReadStore } from '../../infra/read-store/mongodb.ts';
import { MongoLeases } from '../../infra/runner/cluster/leases-mongodb.ts';
import { MongoRebuildRequests } from '../../infra/runner/cluster/rebuild-requests-mongodb.ts';
import { SharedProjector } from '../../infra/runner/cluster/shared-projector.ts';
import type { Projection } from '../../projections/projection.ts';
import { type TestDatabase, testDatabase, through, writableServer } from '../support/mongodb.ts';
import { type Distance, openProxy } from '../support/proxy.ts';
import { describeWith } from '../support/servers.ts';
import { MemoryLog } from './support/memory-log.ts';

/** As many as the product has. */
const MODELS = 83;
const projections = Array.from(
  { length: MODELS },
  (_, at): Projection => ({
    name: `model-${at}`,
    version: 1,
    question: 'How many events has each stream?',
    indexes: [],
    handlers: [
      {
        types: ['organising-work.recorded'],
        rowIds: ({ streamId }) => [streamId],
        evolve: row => ({ count: ((row as { count: number } | undefined)?.count ?? 0) + 1 }),
      },
    ],
  }),
);

/** Milliseconds each way. */
const DISTANCES = [
  { least: 5, most: 15 },
  { least: 20, most: 60 },
  { least: 75, most: 125 },
];

function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32;
  };
}

interface Room {
  readonly projector: SharedProjector;
  readonly store: MongoReadStore;
  readonly alarms: string[];
  close(): Promise<void>;
}

async function openRoom(database: TestDatabase, log: MemoryLog, port: number): Promise<Room> {
  const mongo = await openMongo(through(database.url, port), { namespace: 'unused' });
  const store = new MongoReadStore(mongo);
  const alarms: string[] = [];
  const projector = new SharedProjector({
    log,
    store,
    leases: new MongoLeases(mongo.aside),
    requests: new MongoRebuildRequests(mongo.db),
    projections,
    now: () => '2024-03-20T02:00:00.000Z',
    alarm: message => alarms.push(message),
    projects: true,
  });
  const close = async () => {
    await projector.stop();
    await mongo.close();
  };
  return { projector, store, alarms, close };
}

describeWith('MONGODB_URL', url => {
  describe.each(DISTANCES)('projectors whose database is $least to $most ms away', near => {
    it.concurrent.each([1, 3])(
      '%i of them keep their leases, start, restart and rebuild',
      async count => {
        const database = testDatabase(url);
        const distance: Distance = { ...near, chance: dice(count) };
        await using proxy = await openProxy(await writableServer(url), distance);
        await database.connect();
        const log = new MemoryLog();
        const rooms: Room[] = [];
        const open = async () => {
          const room = await openRoom(database, log, proxy.port);
          rooms.push(room);
          await room.projector.start();
          return room;
        };
        const lost = () => rooms.flatMap(({ alarms }) => alarms);
        try {
          for (let at = 0; at < 300; at += 1) log.append('abc'[at % 3] as string);
          for (let at = 0; at < count; at += 1) await open();
          await (rooms.shift() as Room).close();
          log.append('a');
          const last = await open();
          expect(await last.projector.reached(await log.head(), 30_000)).toBe(true);
          expect(await last.projector.rebuild('model-7')).toMatchObject({ generation: 2, rows: 3, differing: 0 });
          const row = await last.store.getMany(last.projector.specOf({ name: 'model-82' }), ['test-a']);
          expect(JSON.parse(row.get('test-a') as string)).toEqual({ count: 101 });
          expect(lost()).toEqual([]);
        } finally {
          await Promise.all(rooms.map(room => room.close()));
          await database.close();
        }
      },
      120_000,
    );
  });
});
