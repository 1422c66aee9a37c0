/** What all jobs promise. An adapter's test opens them and runs this suite on it. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { DeadJob, Jobs } from '../../infra/jobs/jobs.ts';
import { StoreUnavailable } from '../../services/ports.ts';
import { gate, recordingKind } from '../jobs/kinds.ts';

export interface JobsTraits {
  /** Processes share the work; else one process owns it. */
  readonly shared?: true;
}

/** Waits for what a worker does by itself. */
export const soon = (expectation: () => void | Promise<void>) =>
  vi.waitFor(expectation, { timeout: 10_000, interval: 20 });

const pause = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms));

/** `open` opens the jobs that live at a place; the same place again holds the same jobs. */
export function jobsContract(name: string, open: (place: string) => Promise<Jobs>, traits: JobsTraits = {}): void {
  describe(`jobs: ${name}`, () => {
    let place: string;
    let jobs: Jobs;
    let others: Jobs[];

    const openAnother = async () => {
      const another = await open(place);
      others.push(another);
      return another;
    };
    const completed = (count: number) => soon(async () => expect((await jobs.counts()).completed).toBe(count));
    const died = (count: number) => soon(async () => expect((await jobs.counts()).dead).toBe(count));

    beforeEach(async () => {
      place = `jobs-${randomUUID()}`;
      others = [];
      jobs = await open(place);
    });
    afterEach(async () => {
      await Promise.all([jobs, ...others].map(each => each.close()));
    });

    it('each job runs once, with its data, id and attempt', async () => {
      const kind = recordingKind();
      await jobs.work([kind]);
      for (let n = 0; n < 10; n += 1) await jobs.add(kind, `id-${n}`, { n });
      await completed(10);
      expect(kind.runs.sort()).toEqual(Array.from({ length: 10 }, (_, n) => `id-${n} ${n} 1`));
    });

    it.each(['7', '0', 'a:b', '申报/2023:一号 𠮷', 'x'.repeat(300), ' '])('any text is an id: %j', async id => {
      const kind = recordingKind();
      await jobs.work([kind]);
      await jobs.add(kind, id, { n: 1 });
      await completed(1);
      expect(kind.runs).toEqual([`${id} 1 1`]);
    });

    it('an empty id, the id of a schedule and a name with other signs are refused', async () => {
      const kind = recordingKind();
      await expect(jobs.add(kind, '', { n: 1 })).rejects.toBeInstanceOf(RangeError);
      await expect(jobs.add(kind, 'repeat:nightly:0', { n: 1 })).rejects.toBeInstanceOf(RangeError);
      await expect(jobs.add({ ...kind, name: 'a:b' }, 'id', { n: 1 })).rejects.toBeInstanceOf(RangeError);
      expect(await jobs.counts()).toEqual({ waiting: 0, active: 0, delayed: 0, dead: 0, completed: 0 });
    });

    it('the same id again adds nothing while the job waits, runs, and after it ended; another kind has its own', async () => {
      const door = gate();
      const kind = recordingKind(() => door.opened);
      const other = recordingKind(undefined, { name: 'other' });
      await jobs.add(kind, 'id', { n: 1 });
      await jobs.add(kind, 'id', { n: 2 });
      await jobs.work([kind, other]);
      await soon(() => expect(kind.runs).toEqual(['id 1 1']));
      await jobs.add(kind, 'id', { n: 3 });
      door.open();
      await completed(1);
      await jobs.add(kind, 'id', { n: 4 });
      await jobs.add(other, 'id', { n: 5 });
      await completed(2);
      expect([...kind.runs, ...other.runs]).toEqual(['id 1 1', 'id 5 1']);
    });

    it('a job that fails runs again later, until it succeeds', async () => {
      const at: number[] = [];
      const kind = recordingKind(
        (_data, { attempt }) => {
          at.push(performance.now());
          if (attempt < 3) throw new Error('not yet');
        },
        { backoff: { baseMs: 200, maxMs: 200 } },
      );
      await jobs.work([kind]);
      await jobs.add(kind, 'id', { n: 1 });
      await completed(1);
      expect(kind.runs).toEqual(['id 1 1', 'id 1 2', 'id 1 3']);
      // Never less than half of the pause.
      expect((at[1] as number) - (at[0] as number)).toBeGreaterThan(90);
      expect((at[2] as number) - (at[1] as number)).toBeGreaterThan(90);
      expect((await jobs.counts()).dead).toBe(0);
    });

    it('a job whose attempts are used up is listed as dead, with its reason, and runs no more', async () => {
      const kind = recordingKind(() => Promise.reject(new Error('对方拒收')), { attempts: 2 });
      await jobs.work([kind]);
      await jobs.add(kind, 'first', { n: 1 });
      await died(1);
      await jobs.add(kind, 'second', { n: 2 });
      await died(2);
      await jobs.add(kind, 'first', { n: 1 });
      expect(await jobs.dead(10)).toEqual([
        {
          kind: 'counting',
          id: 'second',
          data: { n: 2 },
          attempts: 2,
          reason: '对方拒收',
          failedAt: expect.any(String),
        },
        {
          kind: 'counting',
          id: 'first',
          data: { n: 1 },
          attempts: 2,
          reason: '对方拒收',
          failedAt: expect.any(String),
        },
      ]);
      expect((await jobs.dead(1)).map(({ id }) => id)).toEqual(['second']);
      expect(kind.runs).toHaveLength(4);
    });

    it('what is thrown need not be an error', async () => {
      const kind = recordingKind(() => Promise.reject('nothing but text'), { attempts: 1 });
      await jobs.work([kind]);
      await jobs.add(kind, 'id', { n: 1 });
      await died(1);
      expect((await jobs.dead(1))[0]?.reason).toBe('nothing but text');
    });

    it('a dead job that is retried gets all its attempts again', async () => {
      let mended = false;
      const kind = recordingKind(
        (_data, { attempt }) => {
          if (!mended || attempt < 2) throw new Error('broken');
        },
        { attempts: 2 },
      );
      await jobs.work([kind]);
      await jobs.add(kind, 'id', { n: 1 });
      await died(1);
      mended = true;
      expect(await jobs.retry('counting', 'id')).toBe(true);
      await completed(1);
      expect(kind.runs).toEqual(['id 1 1', 'id 1 2', 'id 1 1', 'id 1 2']);
      expect(await jobs.dead(10)).toEqual([]);
      expect(await jobs.retry('counting', 'id')).toBe(false);
      expect(await jobs.retry('counting', 'never added')).toBe(false);
    });

    it('data that does not fit its kind is dead at once: it does not run, and does not stop the others', async () => {
      const kind = recordingKind();
      await jobs.add({ ...kind, schema: z.unknown() }, 'bad', { n: 'one' });
      await jobs.add(kind, 'good', { n: 2 });
      await jobs.work([kind], { concurrency: 1 });
      await completed(1);
      await died(1);
      expect(kind.runs).toEqual(['good 2 1']);
      expect((await jobs.dead(1))[0]).toMatchObject({ id: 'bad', data: { n: 'one' }, attempts: 1 });
    });

    it('a delayed job waits for its time', async () => {
      const kind = recordingKind();
      await jobs.work([kind]);
      await jobs.add(kind, 'later', { n: 1 }, { delayMs: 700 });
      const addedAt = performance.now();
      expect(await jobs.counts()).toMatchObject({ delayed: 1, waiting: 0 });
      await jobs.add(kind, 'now', { n: 2 });
      await completed(2);
      expect(performance.now() - addedAt).toBeGreaterThan(600);
      expect(kind.runs).toEqual(['now 2 1', 'later 1 1']);
    });

    it('a job of a kind that this worker does not know waits for one that does', async () => {
      const [known, unknown] = [recordingKind(), recordingKind(undefined, { name: 'newer' })];
      await jobs.work([known]);
      await jobs.add(unknown, 'a', { n: 1 });
      await jobs.add(known, 'b', { n: 2 });
      await completed(1);
      await soon(async () => expect(await jobs.counts()).toMatchObject({ active: 0, dead: 0 }));
      await jobs.close();
      jobs = await open(place);
      await jobs.work([known, unknown]);
      await completed(2);
      expect(unknown.runs).toEqual(['a 1 1']);
    });

    it('a schedule adds a job each time it is due', async () => {
      const kind = recordingKind();
      await jobs.work([kind]);
      await jobs.schedule([{ name: 'every-second', cron: '* * * * * *', kind, data: { n: 7 } }]);
      await soon(() => expect(kind.runs.length).toBeGreaterThanOrEqual(2));
      const [first, second] = kind.runs.map(run => /^repeat:every-second:(\d+)000 7 1$/.exec(run)?.[1]);
      expect(Number(second)).toBeGreaterThan(Number(first));
    });

    it('a schedule put again is replaced, and one no longer named is gone', async () => {
      const kind = recordingKind();
      const [yearly, secondly] = ['0 0 1 1 *', '* * * * * *'];
      await jobs.schedule([
        { name: 'a', cron: secondly, kind, data: { n: 1 } },
        { name: 'b', cron: secondly, kind, data: { n: 2 } },
        { name: 'c', cron: yearly, kind, data: { n: 3 } },
      ]);
      expect((await jobs.counts()).delayed).toBe(3);
      await jobs.schedule([
        { name: 'b', cron: yearly, kind, data: { n: 4 } },
        { name: 'c', cron: secondly, kind, data: { n: 5 } },
      ]);
      expect((await jobs.counts()).delayed).toBe(2);
      await jobs.work([kind]);
      await soon(() => expect(kind.runs.length).toBeGreaterThanOrEqual(2));
      expect(new Set(kind.runs.map(run => run.replace(/\d+ /, '')))).toEqual(new Set(['repeat:c:5 1']));
      await jobs.schedule([]);
      await soon(async () => expect(await jobs.counts()).toMatchObject({ delayed: 0, active: 0, waiting: 0 }));
    });

    it('a schedule that is put again as it stands keeps the run that is overdue', async () => {
      const kind = recordingKind();
      const schedules = [{ name: 'a', cron: '* * * * * *', kind, data: { n: 1 } }];
      await jobs.schedule(schedules);
      await pause(2_100);
      const putAgainAt = Date.now();
      await jobs.schedule(schedules);
      await jobs.work([kind]);
      await soon(() => expect(kind.runs.length).toBeGreaterThanOrEqual(1));
      expect(Number(kind.runs[0]?.split(/[: ]/)[2])).toBeLessThan(putAgainAt - 1_000);
    });

    it('a run of a schedule that died is listed and can be retried, though the schedule is gone', async () => {
      let mended = false;
      const kind = recordingKind(() => (mended ? undefined : Promise.reject(new Error('broken'))), { attempts: 1 });
      await jobs.work([kind]);
      await jobs.schedule([{ name: 'a', cron: '* * * * * *', kind, data: { n: 1 } }]);
      await soon(async () => expect((await jobs.counts()).dead).toBeGreaterThanOrEqual(1));
      await jobs.schedule([]);
      await soon(async () => expect(await jobs.counts()).toMatchObject({ delayed: 0, active: 0, waiting: 0 }));
      mended = true;
      const { id, data } = (await jobs.dead(1))[0] as DeadJob;
      expect([id, data]).toEqual([expect.stringMatching(/^repeat:a:\d+$/), { n: 1 }]);
      expect(await jobs.retry('counting', id)).toBe(true);
      await completed(1);
      expect((await jobs.counts()).delayed).toBe(0);
    });

    it.each([
      ['a pattern that is none', { cron: 'every night' }],
      ['data that does not fit', { data: { n: 'one' } }],
      ['a name with other signs', { name: 'a:b' }],
    ])('a schedule is refused for %s', async (_what, wrong) => {
      const schedule = { name: 'a', cron: '0 0 * * *', kind: recordingKind(), data: { n: 1 }, ...wrong };
      await expect(jobs.schedule([schedule])).rejects.toThrow();
      expect((await jobs.counts()).delayed).toBe(0);
    });

    it('progress can be read while a job runs and after', async () => {
      const door = gate();
      const kind = recordingKind(async (_data, job) => {
        await job.progress(3, 10);
        await door.opened;
      });
      await jobs.add(kind, 'id', { n: 1 });
      expect(await jobs.progressOf('counting', 'id')).toBeUndefined();
      await jobs.work([kind]);
      await soon(async () => expect(await jobs.progressOf('counting', 'id')).toEqual({ done: 3, of: 10 }));
      expect((await jobs.counts()).active).toBe(1);
      door.open();
      await completed(1);
      expect(await jobs.progressOf('counting', 'id')).toEqual({ done: 3, of: 10 });
      expect(await jobs.progressOf('counting', 'none')).toBeUndefined();
    });

    it('as many jobs run at a time as the worker has hands', async () => {
      let [now, most] = [0, 0];
      const kind = recordingKind(async () => {
        now += 1;
        most = Math.max(most, now);
        await pause(20);
        now -= 1;
      });
      for (let n = 0; n < 12; n += 1) await jobs.add(kind, `id-${n}`, { n });
      await jobs.work([kind], { concurrency: 3 });
      await completed(12);
      expect(most).toBe(3);
    });

    it('jobs that wait, are delayed or dead are still so when opened again', async () => {
      const failing = recordingKind(() => Promise.reject(new Error('broken')), { attempts: 1, name: 'failing' });
      await jobs.work([failing]);
      await jobs.add(failing, 'dead', { n: 0 });
      await died(1);
      const kind = recordingKind();
      await jobs.close();
      jobs = await open(place);
      await jobs.add(kind, 'waiting', { n: 1 });
      await jobs.add(kind, 'delayed', { n: 2 }, { delayMs: 300 });
      await jobs.close();
      jobs = await open(place);
      expect((await jobs.dead(10)).map(({ id }) => id)).toEqual(['dead']);
      await jobs.work([kind]);
      await completed(2);
      expect(kind.runs).toEqual(['waiting 1 1', 'delayed 2 1']);
    });

    it('closing takes no more jobs, in free hands neither, and waits for those that run', async () => {
      const doors = [gate(), gate()] as const;
      const kind = recordingKind(({ n }) => doors[n]?.opened);
      await jobs.work([kind], { concurrency: 3 });
      await jobs.add(kind, 'a', { n: 0 });
      await jobs.add(kind, 'b', { n: 1 });
      await soon(() => expect(kind.runs).toHaveLength(2));
      await jobs.add(kind, 'soon due', { n: 2 }, { delayMs: 200 });
      await pause(50);
      let closed = false;
      const closing = jobs.close().then(() => {
        closed = true;
      });
      await pause(300);
      doors[0].open();
      await pause(100);
      expect(closed).toBe(false);
      doors[1].open();
      await closing;
      expect(kind.runs).toHaveLength(2);
      jobs = await open(place);
      expect(await jobs.counts()).toMatchObject({ active: 0, completed: 2 });
      await jobs.work([kind]);
      await completed(3);
    });

    it('closed jobs are not ready and take nothing', async () => {
      expect(await jobs.ready()).toBe(true);
      await jobs.close();
      expect(await jobs.ready()).toBe(false);
      await expect(jobs.add(recordingKind(), 'id', { n: 1 })).rejects.toBeInstanceOf(StoreUnavailable);
    });

    it('a job that does not end is told to stop, and runs again elsewhere', async () => {
      const stopped = gate();
      const endless = recordingKind(
        (_data, { signal }) =>
          new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      );
      await jobs.work([endless]);
      await jobs.add(endless, 'id', { n: 1 });
      await soon(() => expect(endless.runs).toHaveLength(1));
      await jobs.close();
      jobs = await open(place);
      const kind = recordingKind(() => stopped.open());
      await jobs.work([kind]);
      await stopped.opened;
      await completed(1);
    });

    it.runIf(traits.shared)('two workers share the work, and no job runs on both', async () => {
      const kinds = [recordingKind(() => pause(5)), recordingKind(() => pause(5))] as const;
      const second = await openAnother();
      await Promise.all([jobs.work([kinds[0]], { concurrency: 2 }), second.work([kinds[1]], { concurrency: 2 })]);
      await Promise.all(Array.from({ length: 60 }, (_, n) => jobs.add(kinds[0], `id-${n}`, { n })));
      await completed(60);
      expect(kinds[0].runs.length).toBeGreaterThan(0);
      expect(kinds[1].runs.length).toBeGreaterThan(0);
      expect(new Set([...kinds[0].runs, ...kinds[1].runs]).size).toBe(60);
      expect(kinds[0].runs.length + kinds[1].runs.length).toBe(60);
    });

    it.runIf(traits.shared)('two processes that add the same id at once add one job', async () => {
      const second = await openAnother();
      const kind = recordingKind();
      await Promise.all(Array.from({ length: 20 }, (_, n) => (n % 2 ? jobs : second).add(kind, 'id', { n: 1 })));
      expect((await jobs.counts()).waiting).toBe(1);
    });
  });
}
