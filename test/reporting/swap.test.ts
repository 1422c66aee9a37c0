/** Generations are swapped beneath readers in other processes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../infra/sqlite.ts';
import { projectsTable } from '../../projections/reporting/projects.ts';
import { applications, openReporting, type Reporting } from './support.ts';

const PROJECTS = 1_500;
const REBUILDS = 6;

/** Reads while `work` goes on; tells how often it read which answer. */
async function readDuring(
  { path }: Reporting,
  question: string,
  work: () => Promise<void>,
): Promise<ReadonlyMap<string, number>> {
  const program = ['--import', './infra/typescript.js', 'test/reporting/processes/reader.ts', path, question];
  const child = spawn(process.execPath, program, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe('reading');
  await work();
  child.stdin.end();
  const { value } = await lines.next();
  await once(child, 'exit');
  return new Map(Object.entries(JSON.parse(value as string) as Record<string, number>));
}

/** Makes the rows of the live generation such that they are told from those of the next. */
function mark(path: string, title: string): void {
  const database = openDatabase(path, { synchronous: 'NORMAL' });
  const view = database.prepare('SELECT sql FROM sqlite_master WHERE name = ?').get(projectsTable.view);
  const [, table] = /FROM ("[^"]+")$/.exec(view?.sql as string) ?? [];
  database.prepare(`UPDATE ${table} SET doc = json_set(doc, '$.title', ?)`).run(title);
  database.close();
}

const answer = (title: string) => JSON.stringify([{ title, n: PROJECTS }]);

describe('a table that is rebuilt while it is read', () => {
  it('then each reading gives one generation, whole: no error, nothing empty, nothing mixed', async () => {
    await using reporting = await openReporting();
    await reporting.append(applications(PROJECTS));
    const question = `SELECT title, count(*) AS n FROM ${projectsTable.view} GROUP BY title`;
    const titles = Array.from({ length: REBUILDS }, (_, at) => `generation ${at}`);
    const seen = await readDuring(reporting, question, async () => {
      for (const title of titles) {
        mark(reporting.path, title);
        await reporting.runner.rebuild(projectsTable.projection.name);
      }
    });
    expect(seen.has(answer('as it was'))).toBe(true);
    const possible = new Set(['as it was', ...titles].map(answer));
    expect([...seen.keys()].filter(each => !possible.has(each))).toEqual([]);
    expect(seen.size, 'more than one generation was read').toBeGreaterThan(1);
  }, 60_000);

  it('given a reader that stays in one reading, then writers go on, and it sees what it saw', async () => {
    await using reporting = await openReporting();
    await reporting.append(applications(3));
    const reader = openDatabase(reporting.path, { synchronous: 'NORMAL', readOnly: true });
    const count = () => reader.prepare(`SELECT count(*) AS n FROM ${projectsTable.view}`).get()?.n;
    reader.exec('BEGIN');
    expect(count()).toBe(3);
    await reporting.runner.rebuild(projectsTable.projection.name);
    await reporting.runner.rebuild(projectsTable.projection.name);
    expect(count()).toBe(3);
    reader.exec('COMMIT');
    expect(count()).toBe(3);
    reader.close();
  });

  it('given a generation is rolled back, then its rows are read again', async () => {
    await using reporting = await openReporting();
    await reporting.append(applications(2));
    mark(reporting.path, 'before');
    await reporting.runner.rebuild(projectsTable.projection.name);
    await reporting.runner.rollback(projectsTable.projection.name);
    const reader = openDatabase(reporting.path, { synchronous: 'NORMAL', readOnly: true });
    const titles = reader.prepare(`SELECT DISTINCT title FROM ${projectsTable.view}`).all();
    reader.close();
    expect(titles).toEqual([{ title: 'before' }]);
  });
});
