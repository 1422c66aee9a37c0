import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { MAX_INTERRUPTIONS } from '../../infra/jobs/jobs.ts';
import { SqliteJobs, type SqliteJobsOptions } from '../../infra/jobs/sqlite.ts';
import { JobRows } from '../../infra/jobs/sqlite-rows.ts';
import { jobsContract, soon } from '../contracts/jobs.ts';
import { temporaryDirectory } from '../support/log.ts';
import { gate, recordingKind } from './kinds.ts';

const directory = temporaryDirectory();
afterAll(() => directory[Symbol.dispose]());

const pathOf = (place: string) => join(directory.path, place);

jobsContract('SQLite', async place => new SqliteJobs({ path: pathOf(place), alarm: () => undefined, drainMs: 800 }));

describe('the embedded jobs', () => {
  let opened: SqliteJobs[] = [];
  let places = 0;

  const open = (path: string, options: Partial<SqliteJobsOptions> = {}) => {
    const jobs = new SqliteJobs({ path, alarm: () => undefined, drainMs: 800, ...options });
    opened.push(jobs);
    return jobs;
  };
  const newPath = () => {
    places += 1;
    return pathOf(`embedded-${places}`);
  };

  afterEach(async () => {
    await Promise.all(opened.map(jobs => jobs.close()));
    opened = [];
  });

  it('a job that was running when the process died runs again at the next start', async () => {
    const path = newPath();
    const kind = recordingKind();
    const dying = new JobRows(path);
    dying.add('counting', 'id', '{"n":1}', 0);
    dying.claim('["counting"]', Date.now());
    dying.database.close();

    const jobs = open(path);
    expect(await jobs.counts()).toMatchObject({ waiting: 1, active: 0 });
    await jobs.work([kind]);
    await soon(async () => expect((await jobs.counts()).completed).toBe(1));
    expect(kind.runs).toEqual(['id 1 1']);
  });

  it('a job that is running in another process is left to it by those who only look', async () => {
    const path = newPath();
    const working = new JobRows(path);
    working.add('counting', 'id', '{"n":1}', 0);
    working.claim('["counting"]', Date.now());
    expect(await open(path, { beside: true }).counts()).toMatchObject({ waiting: 0, active: 1 });
    working.database.close();
  });

  it('a job that takes its process down again and again is given up, and can be retried', async () => {
    const path = newPath();
    for (let death = 0; death <= MAX_INTERRUPTIONS; death += 1) {
      const dying = new JobRows(path);
      dying.takeUp(Date.now());
      dying.add('counting', 'id', '{"n":1}', 0);
      expect(dying.claim('["counting"]', Date.now())).toMatchObject({ id: 'id' });
      dying.database.close();
    }
    const jobs = open(path);
    expect(await jobs.dead(10)).toMatchObject([{ id: 'id', reason: expect.stringContaining('process ended') }]);
    expect(await jobs.retry('counting', 'id')).toBe(true);
    expect(await jobs.counts()).toMatchObject({ waiting: 1, dead: 0 });
  });

  it('sleeps until the next job is due', async () => {
    const now = vi.fn(Date.now);
    const jobs = open(newPath(), { now });
    const kind = recordingKind();
    await jobs.work([kind]);
    await jobs.add(kind, 'id', { n: 1 }, { delayMs: 1_000 });
    now.mockClear();
    await soon(() => expect(kind.runs).toHaveLength(1));
    expect(now.mock.calls.length).toBeLessThan(10);
  });

  it('with every hand full it waits for one, not for the clock', async () => {
    const door = gate();
    const now = vi.fn(Date.now);
    const jobs = open(newPath(), { now });
    const kind = recordingKind(() => door.opened);
    await jobs.work([kind], { concurrency: 1 });
    await jobs.add(kind, 'a', { n: 1 });
    await jobs.add(kind, 'b', { n: 2 });
    await soon(() => expect(kind.runs).toHaveLength(1));
    now.mockClear();
    await new Promise(resolve => setTimeout(resolve, 200));
    expect(now).not.toHaveBeenCalled();
    door.open();
    await soon(() => expect(kind.runs).toHaveLength(2));
  });

  it('runs of a schedule that were missed while nobody worked make one job together', async () => {
    let at = Date.parse('2024-07-01T00:00:00.000Z');
    const jobs = open(newPath(), { now: () => at });
    const kind = recordingKind();
    await jobs.schedule([{ name: 'hourly', cron: '0 * * * *', kind, data: { n: 1 } }]);
    at = Date.parse('2024-07-03T00:30:00.000Z');
    await jobs.work([kind]);
    await soon(() => expect(kind.runs).toHaveLength(1));
    expect(kind.runs).toEqual([`repeat:hourly:${Date.parse('2024-07-01T01:00:00.000Z')} 1 1`]);
    await soon(async () => expect(await jobs.counts()).toMatchObject({ waiting: 0, delayed: 1, completed: 1 }));
  });

  it('finished jobs are forgotten after a day', async () => {
    let at = Date.parse('2024-07-01T00:00:00.000Z');
    const jobs = open(newPath(), { now: () => at });
    const kind = recordingKind();
    await jobs.work([kind]);
    await jobs.add(kind, 'old', { n: 1 });
    await soon(async () => expect((await jobs.counts()).completed).toBe(1));
    at = Date.parse('2024-07-02T00:00:01.000Z');
    await jobs.add(kind, 'new', { n: 2 });
    await soon(() => expect(kind.runs).toHaveLength(2));
    await soon(async () => expect(await jobs.counts()).toMatchObject({ active: 0, completed: 1 }));
    await jobs.add(kind, 'old', { n: 3 });
    await soon(() => expect(kind.runs).toEqual(['old 1 1', 'new 2 1', 'old 3 1']));
  });

  it('an outcome that cannot be written is written later, and the job does not run twice', async () => {
    const path = newPath();
    const alarms: string[] = [];
    const jobs = open(path, { alarm: message => alarms.push(message) });
    const saboteur = new JobRows(path).database;
    const kind = recordingKind(() => saboteur.exec('ALTER TABLE job RENAME TO away'));
    await jobs.work([kind]);
    await jobs.add(kind, 'id', { n: 1 });
    await soon(() => expect(alarms).toContain('the outcome of a job cannot be written'));
    saboteur.exec('ALTER TABLE away RENAME TO job');
    saboteur.close();
    await soon(async () => expect((await jobs.counts()).completed).toBe(1));
    expect(kind.runs).toEqual(['id 1 1']);
  });
});
