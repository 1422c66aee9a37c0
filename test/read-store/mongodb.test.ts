import type { AnyBulkWriteOperation, BulkWriteOptions, Db } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Mongo, openMongo } from '../../infra/mongodb.ts';
import { MongoReadStore } from '../../infra/read-store/mongodb.ts';
import type { Checkpoint, CollectionSpec, Quarantined } from '../../projections/ports.ts';
import { StoreUnavailable } from '../../services/ports.ts';
import { readStoreContract, written } from '../contracts/read-store.ts';
import {
  newDatabaseName,
  type TestDatabase,
  testDatabase,
  through,
  withDatabase,
  writableServer,
} from '../support/mongodb.ts';
import { openProxy, type ProxyMode, type TcpProxy } from '../support/proxy.ts';
import { describeWith } from '../support/servers.ts';

const spec: CollectionSpec = { name: 'people_v1_g1', indexes: [{ fields: ['age'] }] };
const checkpoint: Checkpoint = {
  projection: 'people',
  version: 1,
  generation: 1,
  state: 'live',
  position: '20' as never,
  handled: 1,
  ignored: 0,
  unknown: 0,
  quarantined: 1,
  updatedAt: '2024-03-20T02:00:00.000Z',
  term: 1,
};
const setAside: Quarantined = {
  projection: 'people',
  generation: 1,
  position: '9' as never,
  eventId: '018e5b6a-0000-7000-8000-000000000001',
  type: 'unit.registered',
  reason: 'Error: planted',
};

/** Milliseconds: what every call to the server is bounded by, and some for a busy machine. */
const LARGE_WRITE_MS = 20_000;

describeWith('MONGODB_URL', url => {
  readStoreContract(
    'MongoDB',
    async () => {
      const mongo = await openMongo(withDatabase(url, newDatabaseName()), { namespace: 'unused' });
      return Object.assign(new MongoReadStore(mongo), {
        async close() {
          await mongo.db.dropDatabase();
          await mongo.close();
        },
      });
    },
    { guardsRows: true },
  );

  describe('the MongoDB read store', () => {
    let own: string;
    let mongo: Mongo;
    let store: MongoReadStore;

    beforeEach(async () => {
      own = withDatabase(url, newDatabaseName());
      mongo = await openMongo(own, { namespace: 'unused' });
      store = new MongoReadStore(mongo);
    });
    afterEach(async () => {
      await mongo.db.dropDatabase();
      await mongo.close();
    });

    it('keeps to the database that the URL names, and to the namespace where it names none', async () => {
      expect(own).toContain(`/${mongo.db.databaseName}`);
      const other = await openMongo(withDatabase(url, ''), { namespace: 'gongguan_elsewhere' });
      expect(other.db.databaseName).toBe('gongguan_elsewhere');
      await other.close();
    });

    it.each(['admin', 'config', 'local'])('refuses %s, which is the server’s own', async name => {
      const opening = openMongo(withDatabase(url, name), { namespace: 'unused' });
      await expect(opening).rejects.toThrow(RangeError);
    });

    it('ends with the newest row, whichever of sixteen writers that race for a new id comes last', async () => {
      const second = await openMongo(own, { namespace: 'unused' });
      const stores = [store, new MongoReadStore(second)];
      await Promise.all(stores.map(each => each.ensure(spec)));
      for (let round = 0; round < 40; round += 1) {
        const id = `new-${round}`;
        const positions = Array.from({ length: 16 }, (_, at) => ((at * 7 + round) % 16) + 1);
        await Promise.all(
          positions.map((position, at) => {
            const rows = written({ [id]: { id, age: position } }, position);
            return (stores[at % 2] as MongoReadStore).commit([{ collection: spec, rows }], [], []);
          }),
        );
        expect((await store.load(spec, [id])).get(id)).toEqual({ text: `{"id":"${id}","age":16}`, position: '16' });
      }
      await second.close();
    });

    it.each([
      ['older', 5, '{"id":"a","age":9}'],
      ['newer', 12, '{"id":"a","age":12}'],
    ])('tries again when another writer made the id in between with an %s row', async (_what, position, text) => {
      const other = () =>
        store.commit([{ collection: spec, rows: written({ a: { id: 'a', age: position } }, position) }], [], []);
      const loser = new MongoReadStore({ db: losingRace(mongo.db, other) });
      await loser.commit([{ collection: spec, rows: written({ a: { id: 'a', age: 9 } }, 9) }], [], []);
      expect(await store.getMany(spec, ['a'])).toEqual(new Map([['a', text]]));
    });

    it('leaves one checkpoint, of the highest term, when owners fight for it', async () => {
      const terms = [3, 1, 4, 2, 5, 4, 5, 1];
      const results = await Promise.allSettled(terms.map(term => store.commit([], [{ ...checkpoint, term }], [])));
      expect(results[4]?.status).toBe('fulfilled');
      expect((await store.checkpoints()).map(({ term }) => term)).toEqual([5]);
    });

    it('has the indexes that a projection declares, and makes them once', async () => {
      const declared = { ...spec, indexes: [{ fields: ['home.floor', 'age'] }, { each: 'tags', orderedBy: 'seq' }] };
      await Promise.all([store.ensure(declared), new MongoReadStore(mongo).ensure(declared)]);
      const keys = (await mongo.db.collection(spec.name).indexes()).map(({ key }) => key);
      expect(keys).toHaveLength(3);
      expect(keys).toContainEqual({ 'fields.home/floor': 1, 'fields.age': 1, _id: 1 });
      expect(keys).toContainEqual({ elements: 1, 'fields.seq': 1, _id: 1 });
    });

    it('refuses an id that is no Unicode text before it writes anything', async () => {
      const rows = written({ fine: { id: 'fine' }, '\ud800': { id: 'half' } });
      await expect(store.commit([{ collection: spec, rows }], [checkpoint], [setAside])).rejects.toThrow(RangeError);
      expect(await store.count(spec)).toBe(0);
      expect(await store.quarantine()).toEqual([]);
    });

    it('tells a fault of the program from an outage', async () => {
      const tooLarge = written({ a: { id: 'a', text: 'x'.repeat(17 << 20) } });
      const committing = store.commit([{ collection: spec, rows: tooLarge }], [], []);
      await expect(committing).rejects.toThrow();
      await expect(committing).rejects.not.toBeInstanceOf(StoreUnavailable);
    });
  });

  describe('the MongoDB read store behind a failing network', () => {
    let database: TestDatabase;
    let direct: Mongo;
    let mongo: Mongo;
    let proxy: TcpProxy;
    let store: MongoReadStore;

    beforeEach(async () => {
      database = testDatabase(url);
      proxy = await openProxy(await writableServer(url));
      direct = await database.connect();
      mongo = await openMongo(`${through(database.url, proxy.port)}&monitorCommands=true`, { namespace: 'unused' });
      store = new MongoReadStore(mongo);
      await store.ensure(spec);
    });
    afterEach(async () => {
      await mongo.close();
      await proxy.switchTo('refuse');
      await database.close();
    });

    const rowsAt = (position: number) => [
      { collection: spec, rows: written({ a: { id: 'a', age: position } }, position) },
    ];

    it('is not kept waiting for ever by a server that stands still in the middle of a large write', async () => {
      await store.commit(rowsAt(1), [checkpoint], []);
      await proxy.switchTo('frozen');
      const large = Object.fromEntries(
        Array.from({ length: 40 }, (_, at) => [`r${at}`, { id: `r${at}`, text: 'x'.repeat(1 << 20) }]),
      );
      const startedAt = performance.now();
      const committing = store.commit([{ collection: spec, rows: written(large, 2) }], [], []);
      await expect(committing).rejects.toBeInstanceOf(StoreUnavailable);
      expect(performance.now() - startedAt).toBeLessThan(LARGE_WRITE_MS);
      await proxy.switchTo('pass');
      await eventually(() => store.commit(rowsAt(3), [checkpoint], []));
      expect((await store.load(spec, ['a'])).get('a')?.position).toBe('3');
    }, 60_000);

    it.each(['refuse', 'black-hole', 'half-open', 'frozen'] as const)(
      'answers StoreUnavailable within seconds and recovers by itself: %s',
      async mode => {
        await store.commit(rowsAt(1), [checkpoint], []);
        await proxy.switchTo(mode);
        for (const ask of [() => store.commit(rowsAt(2), [], []), () => store.find(spec, { limit: 1 })]) {
          const startedAt = performance.now();
          await outcome(ask, mode);
          expect(performance.now() - startedAt).toBeLessThan(7_000);
        }
        await proxy.switchTo('pass');
        await eventually(() => store.commit(rowsAt(3), [checkpoint], []));
        expect(await store.checkpoints()).toEqual([checkpoint]);
        expect((await store.load(spec, ['a'])).get('a')?.position).toBe('3');
      },
      60_000,
    );

    it.each([
      ['rows', spec.name, { setAside: 1, rows: 0, checkpoints: 0 }],
      ['checkpoints', 'checkpoints', { setAside: 1, rows: 1, checkpoints: 0 }],
    ])(
      'has what comes before the %s when the network ends there, and the same commit completes it',
      async (_what, collection, stored) => {
        mongo.db.client.on('commandStarted', ({ command }) => {
          if (command.update === collection) void proxy.switchTo('refuse');
        });
        const committing = store.commit(rowsAt(20), [checkpoint], [setAside]);
        await expect(committing).rejects.toBeInstanceOf(StoreUnavailable);
        const seen = new MongoReadStore(direct);
        expect({
          setAside: (await seen.quarantine()).length,
          rows: await seen.count(spec),
          checkpoints: (await seen.checkpoints()).length,
        }).toEqual(stored);
        mongo.db.client.removeAllListeners('commandStarted');
        await proxy.switchTo('pass');
        await eventually(() => store.commit(rowsAt(20), [checkpoint], [setAside]));
        expect(await seen.checkpoints()).toEqual([checkpoint]);
        expect(await seen.quarantine()).toEqual([setAside]);
        expect(await seen.count(spec)).toBe(1);
      },
      60_000,
    );
  });
});

/**
 * A database where the first upsert of a row finds no document, and inserts when another writer has: what servers do now
 * and then that run upserts side by side, which the test server does not.
 */
function losingRace(db: Db, meanwhile: () => Promise<void>): Db {
  const real = db.collection(spec.name);
  let isLost = false;
  const racing = Object.assign(Object.create(real), {
    async bulkWrite(operations: readonly AnyBulkWriteOperation[], options: BulkWriteOptions) {
      if (isLost) return real.bulkWrite(operations, options);
      isLost = true;
      await meanwhile();
      return real.bulkWrite(operations.map(asInsert), options);
    },
  });
  const collection = (name: string) => (name === spec.name ? racing : db.collection(name));
  return Object.assign(Object.create(db), { collection });
}

function asInsert(operation: AnyBulkWriteOperation): AnyBulkWriteOperation {
  if (!('replaceOne' in operation)) return operation;
  const { filter, replacement } = operation.replaceOne;
  return { insertOne: { document: { ...replacement, _id: filter._id as never } } };
}

/** Dead connections may be found out before they are used; whatever else is answered must be an outage. */
async function outcome(ask: () => Promise<unknown>, mode: ProxyMode): Promise<void> {
  const error = await ask().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error === undefined && mode === 'half-open') return;
  expect(error).toBeInstanceOf(StoreUnavailable);
}

async function eventually(task: () => Promise<void>): Promise<void> {
  const until = performance.now() + 20_000;
  for (;;) {
    const error = await task().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error === undefined) return;
    if (!(error instanceof StoreUnavailable) || performance.now() > until) throw error;
  }
}
