/** The tables as analysts read them who know nothing of this program: Python with pandas, over sqlite3 and pymongo. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { openMongo } from '../../infra/mongodb.ts';
import { MongoReadStore } from '../../infra/read-store/mongodb.ts';
import { dictionary } from '../../projections/reporting/dictionary.ts';
import { control, factNames } from '../support/controls.ts';
import { newDatabaseName, withDatabase } from '../support/mongodb.ts';
import { applications, fact, openReporting } from './support.ts';
import '../support/machine.ts';

interface Found {
  readonly columns: Readonly<Record<string, readonly string[]>>;
  readonly rows: Readonly<Record<string, number>>;
  readonly stages: Readonly<Record<string, number>>;
  readonly joined: number;
  readonly months: Readonly<Record<string, number>>;
}

const python = process.env.JUDGE_PYTHON;
const mongodb = process.env.MONGODB_URL;
if (!python) console.warn('SKIPPED: JUDGE_PYTHON is not set, pandas does not read the tables');

async function readBy(...address: readonly string[]): Promise<Found> {
  const reader = spawn(python ?? '', ['test/reporting/python/read.py', ...address], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  reader.stdin.end(dictionary.map(({ view }) => view).join('\n'));
  const [answer, [code]] = await Promise.all([text(reader.stdout), once(reader, 'exit')]);
  expect(code).toBe(0);
  return JSON.parse(answer) as Found;
}

/** A fact of every kind, and some applications. */
const story = () => [...factNames.map((name, at) => fact(`fact-${at}`, control(name))), ...applications(5)];

describe.skipIf(!python)('needs JUDGE_PYTHON: pandas', () => {
  it('given the SQLite file, then every view is read, grouped, joined and its times understood', async () => {
    await using reporting = await openReporting();
    await reporting.append(story());
    const found = await readBy('sqlite', reporting.path);
    for (const { view, columns } of dictionary) {
      expect(found.columns[view], view).toEqual(columns.map(({ name }) => name));
      expect(found.rows[view], view).toBeGreaterThan(0);
    }
    expect(found.stages.started).toBe(5);
    expect(found.joined).toBe(found.rows.reporting_projects_v1);
    expect(found.months).toEqual({ '2024-03': 6 });
    expect(found.rows.reporting_dictionary_v1).toBe(dictionary.flatMap(({ columns }) => columns).length);
  });

  it.skipIf(!mongodb)('given MongoDB, then pymongo reads the same', async () => {
    const database = newDatabaseName();
    const mongo = await openMongo(withDatabase(mongodb ?? '', database), { namespace: 'unused' });
    try {
      await using reporting = await openReporting({ rows: new MongoReadStore(mongo) });
      await reporting.append(story());
      const found = await readBy('mongodb', mongodb ?? '', database);
      for (const { view, columns } of dictionary) {
        // A column that no row has is in none of the documents.
        const known = columns.filter(({ nullable }) => !nullable).map(({ name }) => name);
        expect(found.columns[view], view).toEqual(expect.arrayContaining(known));
      }
      expect(found.stages.started).toBe(5);
      expect(found.months).toEqual({ '2024-03': 6 });
    } finally {
      await mongo.db.dropDatabase();
      await mongo.close();
    }
  });
});
