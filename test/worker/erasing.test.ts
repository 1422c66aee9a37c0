/** Destroying keys from end to end: register, queue, vault and log, and what is left when a process dies in between. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Sealed } from '../../events/personal.ts';
import type { Jobs } from '../../infra/jobs/jobs.ts';
import { type ErasingPorts, eraseNow, erasureJobs, erasureSchedule } from '../../infra/worker/erasing.ts';
import type { Reader } from '../../projections/ports.ts';
import { StoreUnavailable } from '../../services/ports.ts';
import { WANG, World } from '../privacy/world.ts';
import { describeWith } from '../support/servers.ts';
import { embeddedQueue, type LosableQueue, redisQueue } from './queues.ts';

let world: World;
let jobs: Jobs;
let wang: Sealed;
let erasureId: string;

async function down(): Promise<never> {
  throw new StoreUnavailable('planted');
}

/** Ports over the world as it is now; some of them planted. */
async function ports(planted: Partial<ErasingPorts> = {}): Promise<ErasingPorts> {
  const { handle, store: log, vault } = world;
  return { handle, log, vault, reader: await world.reader(), ...planted };
}

/** One run of the job, as a queue would start it. */
async function run(planted: Partial<ErasingPorts> = {}): Promise<void> {
  const [erase] = erasureJobs(await ports(planted));
  const signal = new AbortController().signal;
  await erase?.run({}, { id: 'run', attempt: 1, progress: async () => undefined, signal });
}

const stages = async () => (await world.facts()).map(({ type }) => type.replace('personal-data.', ''));
const ERASED = ['erasure-ordered', 'erasure-confirmed', 'erased'];

beforeEach(async () => {
  world = await World.open();
  wang = await world.named();
  await world.yearClosed();
  erasureId = await world.ordered();
});
afterEach(() => world[Symbol.asyncDispose]());

describe('what the job does', () => {
  it('given an order that nobody has confirmed, then the key stays', async () => {
    await run();
    expect(await world.vault.open(wang)).toBe('王芳');
    expect(await stages()).toEqual(ERASED.slice(0, 1));
  });

  it('given it is confirmed, then the key is destroyed, other people’s stay, and the log says so', async () => {
    const li = await world.named({ ...WANG, name: '李娜' });
    await world.confirmed(erasureId);
    await run();
    expect(await world.vault.open(wang)).toBeUndefined();
    expect(await world.vault.open(li)).toBe('李娜');
    expect(await stages()).toEqual(ERASED);
    await world.restart();
    expect(await world.vault.open(wang)).toBeUndefined();
  });

  it('given a key that is being read while it is destroyed, then it is not remembered', async () => {
    await world.restart();
    await Promise.all([world.vault.open(wang), world.vault.erase(wang.subject)]);
    expect(await world.vault.open(wang)).toBeUndefined();
  });

  it('given the process dies before the destruction, then the next run finds the confirmation on the log', async () => {
    await world.confirmed(erasureId);
    await expect(run({ vault: { erase: down } })).rejects.toThrow(StoreUnavailable);
    expect(await stages()).toEqual(ERASED.slice(0, 2));
    await world.restart();
    expect(await world.vault.open(wang)).toBe('王芳');
    await run();
    expect(await world.vault.open(wang)).toBeUndefined();
    expect(await stages()).toEqual(ERASED);
  });

  it('given the process dies between the destruction and its record, then the next run records it', async () => {
    await world.confirmed(erasureId);
    await expect(run({ handle: down })).rejects.toThrow(StoreUnavailable);
    await world.restart();
    expect(await world.vault.open(wang)).toBeUndefined();
    expect(await stages()).toEqual(ERASED.slice(0, 2));
    await run();
    expect(await stages()).toEqual(ERASED);
  });

  it('given it ran before, when the register lags and the person has come back, then what he gave anew stays', async () => {
    await world.confirmed(erasureId);
    const lagging: Reader = await world.reader();
    await run();
    const again = await world.named();
    await run({ reader: lagging });
    expect(await world.vault.open(again)).toBe('王芳');
    expect(await world.vault.open(wang)).toBeUndefined();
    expect(await stages()).toEqual(ERASED);
  });

  it('given two workers at once, then it is recorded once', async () => {
    await world.confirmed(erasureId);
    await Promise.all([run(), run()]);
    expect(await stages()).toEqual(ERASED);
  });
});

function queued(queueOf: () => LosableQueue): void {
  let queue: LosableQueue;
  beforeEach(async () => {
    queue = queueOf();
    jobs = await queue.open();
  });
  afterEach(async () => {
    await jobs.close();
    await queue.lose();
  });

  async function idle(): Promise<void> {
    await expect
      .poll(() => jobs.counts(), { timeout: 10_000 })
      .toMatchObject({ waiting: 0, active: 0, delayed: 0, dead: 0 });
  }

  it('given a job that is lost, when the next one comes, then the confirmed erasure is carried out', async () => {
    await world.confirmed(erasureId);
    await eraseNow(jobs, randomUUID());
    await jobs.close();
    await queue.lose();
    jobs = await queue.open();
    await jobs.work(erasureJobs(await ports()));
    await eraseNow(jobs, randomUUID());
    await idle();
    expect(await world.vault.open(wang)).toBeUndefined();
    expect(await stages()).toEqual(ERASED);
  });

  it('is scheduled, within seconds', async () => {
    await world.confirmed(erasureId);
    await jobs.schedule([erasureSchedule]);
    await jobs.work(erasureJobs(await ports()));
    await expect.poll(stages, { timeout: 15_000, interval: 200 }).toEqual(ERASED);
  });
}

describe('embedded', () => queued(() => embeddedQueue(world.path)));

describeWith('REDIS_URL', url => describe('Redis', () => queued(() => redisQueue(url))));
