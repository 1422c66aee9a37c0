/** Rebuilding a read model into MongoDB, beside bare bulk upserts of the same sequence of rows through the same driver. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Document } from 'mongodb';
import { SqliteEventStore } from '../../infra/event-store/sqlite.ts';
import { type Mongo, openMongo } from '../../infra/mongodb.ts';
import { MongoReadStore } from '../../infra/read-store/mongodb.ts';
import { ProjectionRunner } from '../../infra/runner/core/runner.ts';
import { caseFiles } from '../../projections/application/case-file.ts';
import type { Row } from '../../projections/ports.ts';
import type { Projection } from '../../projections/projection.ts';
import { units } from '../../projections/registry/units.ts';
import { trailEntries } from '../../projections/trail/entries.ts';
import type { Area, Bench } from './bench.ts';
import { count, inTurn, secondsOf } from './measure.ts';

/** Each with the least ratio. Units are written once in 28 events: there the bare side is spared reading the log. */
const MEASURED: readonly (readonly [Projection, number | undefined])[] = [
  [caseFiles as Projection, 0.5],
  [trailEntries as Projection, 0.5],
  [units as Projection, undefined],
];
/** Rows that the bare driver writes at once. */
const BATCH = 1_000;

export const rebuildMongoDb: Area = {
  name: 'rebuild-mongodb',
  long: true,
  async run(bench) {
    const url = process.env.MONGODB_URL;
    if (!url) {
      console.error('  SKIPPED: MONGODB_URL is not set');
      return;
    }
    const events = bench.size(200_000, (await bench.lab.year()).length);
    const path = join(await bench.lab.systemWith(events), 'events.db');
    const log = new SqliteEventStore({ path, checkpointThread: true });
    // Only now: making a log leaves a client no time to keep its connections alive.
    const mongo = await openMongo(url, { namespace: 'unused' });
    const db = mongo.db.client.db(`bench_${randomUUID().replaceAll('-', '')}`);
    try {
      await measure(bench, log, { ...mongo, db });
    } finally {
      await db.dropDatabase();
      await mongo.close();
      await log.close();
    }
  },
};

async function measure({ report, rounds }: Bench, log: SqliteEventStore, mongo: Mongo): Promise<void> {
  const events = Number(await log.head());
  for (const [projection, must] of MEASURED) {
    const store = new Recording(mongo);
    const runner = runnerOf(projection, log, store);
    await runner.start();
    const { written } = store.endRecording();
    const took = await inTurn(rounds, {
      ours: () => secondsOf(() => runner.rebuild(projection.name)),
      bare: () => writeBare(mongo, projection, written),
    });
    await runner.stop();
    const speed = (seconds: readonly number[]) => `${count((events * seconds.length) / sum(seconds))} events/s`;
    report.ratioOf(
      {
        area: `rebuild of ${projection.name} into MongoDB over ${count(events)} events`,
        values: took.ours.map((seconds, at) => (took.bare[at] as number) / seconds),
        limit: `bare bulkWrite of the same ${count(written.length)} rows: ${speed(took.bare)}`,
        ...(must !== undefined && { must: { atLeast: must } }),
      },
      speed(took.ours),
    );
  }
}

function runnerOf(projection: Projection, log: SqliteEventStore, store: MongoReadStore) {
  return new ProjectionRunner({
    log,
    store,
    projections: [projection],
    now: () => new Date().toISOString(),
    alarm: (message, details) => {
      throw new Error(`${message} ${JSON.stringify(details)}`);
    },
  });
}

/** Remembers every row that is written, in order. */
class Recording extends MongoReadStore {
  readonly #written: Row[] = [];
  #isRecording = true;

  endRecording(): { readonly written: readonly Row[] } {
    this.#isRecording = false;
    return { written: this.#written };
  }

  override commit(...[writes, ...rest]: Parameters<MongoReadStore['commit']>): Promise<void> {
    if (this.#isRecording) {
      for (const [_id, { row }] of writes.flatMap(({ rows }) => [...rows]))
        if (row) this.#written.push({ _id, ...row });
    }
    return super.commit(writes, ...rest);
  }
}

/** Seconds. The rows are documents as they are, under the same indexes; they are gone before the next round. */
async function writeBare(
  { db }: Mongo,
  { indexes }: Pick<Projection, 'indexes'>,
  rows: readonly Row[],
): Promise<number> {
  const collection = db.collection<Document & { _id: string }>(`bare_${randomUUID()}`);
  for (const index of indexes) {
    const fields = 'each' in index ? [index.each, index.orderedBy] : index.fields;
    await collection.createIndex(Object.fromEntries(fields.map(field => [field, 1])));
  }
  const seconds = await secondsOf(async () => {
    for (let at = 0; at < rows.length; at += BATCH) {
      const operations = rows.slice(at, at + BATCH).map(({ _id, ...replacement }) => ({
        replaceOne: { filter: { _id: _id as string }, replacement, upsert: true },
      }));
      await collection.bulkWrite(operations, { ordered: false });
    }
  });
  await collection.drop();
  return seconds;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
