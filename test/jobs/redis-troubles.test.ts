import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { type BullTimings, openBullJobs } from '../../infra/jobs/bullmq.ts';
import { WrongEvictionPolicy } from '../../infra/jobs/eviction-policy.ts';
import type { Jobs } from '../../infra/jobs/jobs.ts';
import { StoreUnavailable } from '../../services/ports.ts';
import { soon } from '../contracts/jobs.ts';
import { gate, recordingKind, SHORT_LOCKS } from './kinds.ts';
import { describeWithRedisServer, RedisServer } from './redis-server.ts';

const PERSISTENT = ['--appendonly', 'yes', '--appendfsync', 'always'];
const FORBIDDEN_CONFIG = ['--rename-command', 'CONFIG', ''];

describeWithRedisServer('jobs when Redis is in trouble', () => {
  let server: RedisServer;
  let opened: Jobs[] = [];
  let alarms: string[] = [];

  const open = async (timings: Partial<BullTimings> = {}, url = () => server.url) => {
    const alarm = (message: string, details: object) => alarms.push(`${message} ${JSON.stringify(details)}`);
    const jobs = await openBullJobs({
      address: { url },
      namespace: 'troubled',
      alarm,
      timings: { answerMs: 1_000, drainMs: 500, ...timings },
    });
    opened.push(jobs);
    return jobs;
  };

  afterEach(async () => {
    server.thaw();
    await Promise.all(opened.map(jobs => jobs.close()));
    await server.remove();
    [opened, alarms] = [[], []];
  });

  describe('the eviction policy', () => {
    it.each([
      ['is told', []],
      ['must be read from INFO, CONFIG being forbidden', FORBIDDEN_CONFIG],
    ])('that drops jobs is refused at start, where it %s', async (_where, configuration) => {
      server = await RedisServer.start('--maxmemory-policy', 'allkeys-lru', ...configuration);
      const refusal = await open().catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(WrongEvictionPolicy);
      expect((refusal as Error).message).toMatch(/请改为 noeviction.*allkeys-lru.*set it to noeviction/);
    });

    it('noeviction is accepted where CONFIG is forbidden', async () => {
      server = await RedisServer.start(...FORBIDDEN_CONFIG);
      expect(await (await open()).ready()).toBe(true);
    });

    it('that is changed later raises an alarm and is not ready, until it is put right', async () => {
      server = await RedisServer.start();
      const jobs = await open({ watchMs: 50 });
      await server.ask(redis => redis.config('SET', 'maxmemory-policy', 'volatile-lru'));
      await soon(async () => expect(await jobs.ready()).toBe(false));
      expect(alarms.join()).toContain('volatile-lru');
      await server.ask(redis => redis.config('SET', 'maxmemory-policy', 'noeviction'));
      await soon(async () => expect(await jobs.ready()).toBe(true));
    });
  });

  describe('the user', () => {
    /** The line of the documentation, for the namespace of these tests. */
    const aclOf = (password: string): string[] => {
      const line = /^ACL (SETUSER gongguan .*)$/m.exec(readFileSync('infra/README.md', 'utf8'))?.[1] ?? '';
      return line.replace('PASSWORD', password).replace('gongguan:', 'troubled:').split(' ');
    };
    const setPassword = (password: string) =>
      server.ask(redis => redis.call('ACL', ...aclOf(password).toSpliced(2, 0, 'reset')));
    const urlOf = (password: string) => server.url.replace('//', `//gongguan:${password}@`);

    it('with the rights of the documentation has all that jobs need', async () => {
      server = await RedisServer.start();
      await setPassword('secret');
      const jobs = await open({}, () => urlOf('secret'));
      const kind = recordingKind();
      await jobs.schedule([{ name: 'yearly', cron: '0 0 1 1 *', kind, data: { n: 0 } }]);
      await jobs.work([kind]);
      await jobs.add(kind, 'a', { n: 1 });
      await soon(() => expect(kind.runs).toEqual(['a 1 1']));
      await soon(async () => expect(await jobs.counts()).toMatchObject({ completed: 1, delayed: 1 }));
      expect(await jobs.dead(10)).toEqual([]);
    });

    it.each([
      ['whose password is wrong', 'sign-in', [], /拒绝登录.*REDIS_URL_FILE.*WRONGPASS/],
      ['who may not read what it must', 'right', ['-info'], /请授予：.*INFO.*NOPERM/],
    ])('%s ends the start with a sentence that holds no password', async (_who, kind, less, sentence) => {
      server = await RedisServer.start();
      await setPassword('secret');
      await server.ask(redis => redis.call('ACL', 'SETUSER', 'gongguan', ...less));
      const refused = await open({}, () => urlOf(kind === 'right' ? 'secret' : 'not-this')).catch(error => error);
      expect(refused).toMatchObject({ name: 'EngineRefused', kind, reason: 'refused' });
      expect(String(refused)).toMatch(sentence);
      expect(`${String(refused)} ${inspect(refused)} ${alarms}`).not.toContain('not-this');
    });

    it('given another password while it runs, then callers are refused, and it goes on once the address has it', async () => {
      server = await RedisServer.start();
      await setPassword('secret');
      let url = urlOf('secret');
      const jobs = await open({}, () => url);
      const kind = recordingKind();
      await jobs.work([kind]);
      await setPassword('another');
      await server.ask(redis => redis.call('CLIENT', 'KILL', 'USER', 'gongguan'));
      await soon(() => expect(jobs.add(kind, 'a', { n: 1 })).rejects.toMatchObject({ name: 'EngineRefused' }));
      url = urlOf('another');
      await soon(() => jobs.add(kind, 'b', { n: 2 }));
      await soon(() => expect(kind.runs).toContain('b 2 1'));
      expect(alarms.filter(told => told.includes('WRONGPASS'))).toHaveLength(1);
      expect(alarms.join()).not.toContain('secret');
    });
  });

  it('a Redis that does not answer at start is unavailable', async () => {
    server = await RedisServer.start();
    await server.kill();
    await expect(open()).rejects.toBeInstanceOf(StoreUnavailable);
  });

  it('what FLUSHALL took can be added again by the same ids, and schedules come back by themselves', async () => {
    server = await RedisServer.start();
    const jobs = await open({ watchMs: 50 });
    const kind = recordingKind();
    await jobs.schedule([{ name: 'yearly', cron: '0 0 1 1 *', kind, data: { n: 0 } }]);
    await jobs.add(kind, 'a', { n: 1 });
    await jobs.add(kind, 'b', { n: 2 }, { delayMs: 60_000 });
    await server.ask(redis => redis.flushall());
    await soon(async () => expect(await jobs.counts()).toMatchObject({ waiting: 0, delayed: 1 }));
    await jobs.add(kind, 'a', { n: 1 });
    await jobs.work([kind]);
    await soon(async () => expect((await jobs.counts()).completed).toBe(1));
    expect(kind.runs).toEqual(['a 1 1']);
  });

  it('FLUSHALL under a worker: it goes on with what is added after', async () => {
    server = await RedisServer.start();
    const jobs = await open();
    const door = gate();
    const kind = recordingKind(() => door.opened);
    await jobs.work([kind], { concurrency: 1 });
    await jobs.add(kind, 'a', { n: 1 });
    await soon(() => expect(kind.runs).toHaveLength(1));
    await server.ask(redis => redis.flushall());
    door.open();
    await jobs.add(kind, 'b', { n: 2 });
    await soon(() => expect(kind.runs).toEqual(['a 1 1', 'b 2 1']));
  });

  it.each([
    ['killed and started again', { break: () => server.kill(), mend: () => server.restart() }],
    ['frozen for a while', { break: async () => server.freeze(), mend: async () => server.thaw() }],
  ])('while Redis is %s, callers are told within seconds; then the worker goes on by itself', async (_how, trouble) => {
    server = await RedisServer.start(...PERSISTENT);
    const [api, worker] = [await open(), await open()];
    const kind = recordingKind();
    await worker.work([kind]);
    await api.add(kind, 'before', { n: 1 });
    await api.add(kind, 'acknowledged', { n: 2 }, { delayMs: 1_500 });
    await soon(() => expect(kind.runs).toEqual(['before 1 1']));

    await trouble.break();
    const askedAt = performance.now();
    await expect(api.add(kind, 'refused', { n: 3 })).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(api.counts()).rejects.toBeInstanceOf(StoreUnavailable);
    expect(performance.now() - askedAt).toBeLessThan(8_000);
    expect(await api.ready()).toBe(false);

    await trouble.mend();
    await soon(async () => expect(await api.ready()).toBe(true));
    await api.add(kind, 'after', { n: 4 });
    await soon(() => expect(kind.runs).toEqual(expect.arrayContaining(['acknowledged 2 1', 'after 4 1'])));
    expect(alarms.every(alarm => alarm.startsWith('trouble in the jobs on Redis'))).toBe(true);
  });

  it('closing does not hang on a Redis that is gone', async () => {
    server = await RedisServer.start();
    const jobs = await open();
    await jobs.work([recordingKind()]);
    await server.kill();
    const closingAt = performance.now();
    await jobs.close();
    expect(performance.now() - closingAt).toBeLessThan(8_000);
  });

  describe('a worker that gives no sign of life', () => {
    const children: ChildProcess[] = [];
    afterEach(() => {
      for (const child of children.splice(0)) child.kill('SIGKILL');
    });

    /** A worker in a process of its own, and the lines it prints. */
    const spawnWorker = () => {
      const lines: string[] = [];
      const child = spawn(
        process.execPath,
        ['--import', './infra/typescript.js', 'test/jobs/processes/work.ts', server.url, 'troubled'],
        { stdio: ['ignore', 'pipe', 'pipe'] },
      );
      const collect = (text: string) => lines.push(...text.trim().split('\n'));
      child.stdout.setEncoding('utf8').on('data', collect);
      child.stderr.setEncoding('utf8').on('data', collect);
      children.push(child);
      return { child, lines };
    };

    it('a blocked event loop: the job runs a second time elsewhere, and both workers live on', async () => {
      server = await RedisServer.start();
      const jobs = await open(SHORT_LOCKS);
      const { child, lines } = spawnWorker();
      const kind = recordingKind();
      await jobs.add(kind, 'blocked', { n: 4_000 });
      await soon(() => expect(lines).toEqual(['begins blocked']));
      await jobs.work([kind], { concurrency: 1 });
      await soon(() => expect(kind.runs).toEqual(['blocked 4000 1']));
      await soon(() => expect(lines).toContain('ends blocked'));
      await jobs.close();
      const again = await open(SHORT_LOCKS);
      await again.add(kind, 'next', { n: 0 });
      await soon(async () => expect((await again.counts()).completed).toBe(2));
      expect(lines.filter(line => line.startsWith('begins'))).toEqual(['begins blocked', 'begins next']);
      expect(kind.runs).toHaveLength(1);
      expect(await again.counts()).toMatchObject({ waiting: 0, active: 0, delayed: 0, dead: 0 });
      expect(child.exitCode).toBeNull();
    });

    it('a killed process: its job runs again elsewhere', async () => {
      server = await RedisServer.start();
      const jobs = await open(SHORT_LOCKS);
      const { child, lines } = spawnWorker();
      const kind = recordingKind();
      await jobs.add(kind, 'orphan', { n: 60_000 });
      await soon(() => expect(lines).toEqual(['begins orphan']));
      child.kill('SIGKILL');
      await jobs.work([kind]);
      await soon(async () => expect((await jobs.counts()).completed).toBe(1));
      expect(kind.runs).toHaveLength(1);
    });
  });
});
