/** The views in MongoDB stand over whichever generation is live, and are turned beneath their readers. */
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { type Mongo, openMongo } from '../../infra/mongodb.ts';
import { MongoReadStore } from '../../infra/read-store/mongodb.ts';
import { dictionary } from '../../projections/reporting/dictionary.ts';
import { projectsTable } from '../../projections/reporting/projects.ts';
import { newDatabaseName, withDatabase } from '../support/mongodb.ts';
import { describeWith } from '../support/servers.ts';
import { applications, openReporting } from './support.ts';

const PROJECTS = 400;
const REBUILDS = 4;

interface Opened extends AsyncDisposable {
  readonly db: Mongo['db'];
  readonly rows: MongoReadStore;
}

async function openRows(url: string): Promise<Opened> {
  const mongo = await openMongo(withDatabase(url, newDatabaseName()), { namespace: 'unused' });
  return {
    db: mongo.db,
    rows: new MongoReadStore(mongo),
    async [Symbol.asyncDispose]() {
      await mongo.db.dropDatabase();
      await mongo.close();
    },
  };
}

describeWith('MONGODB_URL', url => {
  it('given a table in MongoDB, then its view has the columns of the dictionary and nothing else', async () => {
    await using mongo = await openRows(url);
    await using reporting = await openReporting({ rows: mongo.rows });
    await reporting.append(applications(2));
    const [row = {}] = await mongo.db.collection(projectsTable.view).find().sort({ project_id: 1 }).toArray();
    expect(row).toMatchObject({ project_id: '2024-00000000', year: 2024, stage: 'started' });
    const columns = projectsTable.columns.map(({ name }) => name);
    expect(Object.keys(row).filter(name => !columns.includes(name))).toEqual([]);
    const described = await mongo.db.collection('reporting_dictionary_v1').find().toArray();
    expect(described).toHaveLength(dictionary.flatMap(({ columns: of }) => of).length);
  });

  it('given it is rebuilt while it is read, then each reading gives one generation, whole', async () => {
    await using mongo = await openRows(url);
    await using reporting = await openReporting({ rows: mongo.rows });
    await reporting.append(applications(PROJECTS));
    const view = mongo.db.collection(projectsTable.view);
    const seen = new Set<string>();
    let done = false;
    const reading = (async () => {
      while (!done) {
        const rows = await view.find().toArray();
        seen.add(`${rows.length} of ${[...new Set(rows.map(({ title }) => title))]}`);
        await turn();
      }
    })();
    await vi.waitFor(() => expect(seen.size).toBeGreaterThan(0));
    const titles = Array.from({ length: REBUILDS }, (_, at) => `generation ${at}`);
    for (const [at, title] of titles.entries()) {
      const live = `${projectsTable.projection.name}_v1_g${at + 1}`;
      await mongo.db.collection(live).updateMany({}, { $set: { 'columns.title': title } });
      await reporting.runner.rebuild(projectsTable.projection.name);
    }
    done = true;
    await reading;
    const whole = new Set(['as it was', ...titles].map(title => `${PROJECTS} of ${title}`));
    // A mark is laid row by row: then alone two titles stand side by side.
    const told = [...seen].filter(each => !each.includes(','));
    expect(told.filter(each => !whole.has(each))).toEqual([]);
    expect(told).toContain(`${PROJECTS} of as it was`);
  }, 60_000);
});
