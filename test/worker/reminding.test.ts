/** Reminding from end to end: read models, queue, write path and log. What is lost is the queue; what counts is the log. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import { START, streamId } from '../../events/ids.ts';
import { type Reminder, reminderSent } from '../../events/reminder.ts';
import { createDirectoryBlobs } from '../../infra/blobs/directory.ts';
import { SqliteEventStore } from '../../infra/event-store/sqlite.ts';
import type { JobKind, Jobs } from '../../infra/jobs/jobs.ts';
import { SqliteKeyStore } from '../../infra/vault/sqlite-key-store.ts';
import { createVault } from '../../infra/vault/vault.ts';
import { reminderJobs, reminderSchedule } from '../../infra/worker/reminding.ts';
import { boards } from '../../projections/application/boards.ts';
import type { Reader } from '../../projections/ports.ts';
import { deadlines } from '../../projections/programme/deadlines.ts';
import { bodyRegister } from '../../projections/registry/bodies.ts';
import { reminders } from '../../projections/reminder/reminders.ts';
import { createHandle, type Handle } from '../../services/handle.ts';
import { NO_STREAM, StoreUnavailable } from '../../services/ports.ts';
import { control, samples } from '../support/controls.ts';
import { readerOf } from '../support/fold.ts';
import { newFact, temporaryDirectory } from '../support/log.ts';
import { describeWith } from '../support/servers.ts';
import { embeddedQueue, type LosableQueue, redisQueue } from './queues.ts';

const { plan } = samples['work-plan.published'];
const projectIds = ['2024-aaaa0001', '2024-aaaa0002', '2024-aaaa0003'] as const;

const SOON = '2024-05-30T02:00:00.000Z';
const LATE = '2024-06-01T02:00:00.000Z';

let directory: ReturnType<typeof temporaryDirectory>;
let store: SqliteEventStore;
let handle: Handle;
let reader: Reader;
let now: string;
let appended: number;
const opened: Jobs[] = [];
const queues = new Set<LosableQueue>();
const keepers: SqliteKeyStore[] = [];

const clock = { now: () => now };

beforeEach(async () => {
  directory = temporaryDirectory();
  store = new SqliteEventStore({ path: `${directory.path}/events.db` });
  handle = await writePath();
  appended = 0;
  now = SOON;
  await happened(
    control('recommending-body.registered'),
    control('work-plan.published'),
    control('application-window.opened'),
    ...projectIds.flatMap(projectId => [
      control('application.started', { projectId }),
      control('application.submitted', { projectId }),
    ]),
  );
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map(jobs => jobs.close()));
  await Promise.all([...queues].map(queue => queue.lose()));
  queues.clear();
  for (const keyStore of keepers.splice(0)) keyStore.close();
  await store.close();
  directory[Symbol.dispose]();
});

/** A write path as each process has its own, over the log that they share. */
async function writePath(): Promise<Handle> {
  const keyStore = new SqliteKeyStore(`${directory.path}/vault.db`);
  keepers.push(keyStore);
  const vault = await createVault(keyStore);
  return createHandle({ store, vault, blobs: createDirectoryBlobs(`${directory.path}/files`), clock });
}

/** Puts facts on the log and lets the read models catch up. */
async function happened(...drafts: DecidedEvent[]): Promise<void> {
  for (const draft of drafts) {
    appended += 1;
    await store.append(streamId(`past-${appended}`), NO_STREAM, [newFact(`past-${appended}`, draft)]);
  }
  await catchUp();
}

/** Brings the read models to the head of the log, but for the events that they are to lack. */
async function catchUp(has: (event: RecordedEvent) => boolean = () => true): Promise<void> {
  const events = (await store.readAll(START, 10_000)).filter(has);
  reader = readerOf([deadlines, boards, bodyRegister, reminders], { events });
}

/** A worker over the shared log with a queue of its own. */
async function openWorker(queue: LosableQueue, write: Handle = handle) {
  queues.add(queue);
  const jobs = await queue.open();
  opened.push(jobs);
  const kinds = reminderJobs({
    handle: write,
    jobs,
    clock,
    get reader() {
      return reader;
    },
  });
  const [derive] = kinds as [JobKind<unknown>, JobKind<unknown>];
  return {
    jobs,
    kinds,
    derive: () => derive.run({}, running('derive')),
    work: () => jobs.work(kinds),
  };
}

function running(id: string) {
  return { id, attempt: 1, progress: async () => undefined, signal: new AbortController().signal };
}

async function idle(jobs: Jobs): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    const { waiting, active, delayed, dead } = await jobs.counts();
    if (dead > 0) throw new Error(JSON.stringify(await jobs.dead(10)));
    if (waiting + active + delayed === 0) return;
    await new Promise(resolve => setTimeout(resolve, 25));
  }
  throw new Error('the queue does not come to rest');
}

async function sent(): Promise<string[]> {
  const events = await store.readAll(START, 10_000);
  return events
    .filter(({ type }) => type === reminderSent.type)
    .map(({ data }) => data as Reminder)
    .map(({ projectId, stage, dueOn }) => `${projectId} ${stage} ${dueOn}`)
    .toSorted();
}

const each = (stage: string, dueOn: string, ids: readonly string[] = projectIds) =>
  ids.map(projectId => `${projectId} ${stage} ${dueOn}`);

function reminding(queueOf: () => LosableQueue): void {
  let queue: LosableQueue;
  beforeEach(() => {
    queue = queueOf();
  });

  it('given duties due soon, then each is reminded of once, and once more when it is overdue', async () => {
    const worker = await openWorker(queue);
    await worker.work();
    await worker.derive();
    await idle(worker.jobs);
    expect(await sent()).toEqual(each('due-soon', '2024-05-31'));
    await catchUp();
    now = LATE;
    for (let round = 0; round < 3; round += 1) {
      await worker.derive();
      await idle(worker.jobs);
    }
    expect(await sent()).toEqual([...each('due-soon', '2024-05-31'), ...each('overdue', '2024-05-31')].toSorted());
  });

  it('given a reminder on the log, when the read model shows it, then no job is added; when it lags, nothing is recorded twice', async () => {
    const worker = await openWorker(queue);
    await worker.work();
    await worker.derive();
    await idle(worker.jobs);
    await catchUp();
    await worker.jobs.close();
    await queue.lose();
    const next = await openWorker(queue);
    await next.derive();
    expect((await next.jobs.counts()).waiting).toBe(0);
    // Behind the reminders, and with a later plan that leaves their day as it was.
    await happened(control('work-plan.amended', { plan }));
    const before = await store.head();
    await catchUp(({ type }) => type !== reminderSent.type);
    await next.derive();
    expect((await next.jobs.counts()).waiting).toBe(3);
    await next.work();
    await idle(next.jobs);
    expect(await store.head()).toBe(before);
  });

  it('given jobs that are lost before they run, when the next derivation comes, then no duty is lost', async () => {
    const first = await openWorker(queue);
    await first.derive();
    expect((await first.jobs.counts()).waiting).toBe(3);
    await first.jobs.close();
    await queue.lose();
    const second = await openWorker(queue);
    expect((await second.jobs.counts()).waiting).toBe(0);
    await second.work();
    await second.derive();
    await idle(second.jobs);
    expect(await sent()).toEqual(each('due-soon', '2024-05-31'));
  });

  it('given two workers that derive and send at once, each with its own queue, then each reminder is recorded once', async () => {
    const workers = [await openWorker(queue), await openWorker(queueOf(), await writePath())];
    await Promise.all(workers.map(({ work }) => work()));
    await Promise.all(workers.flatMap(({ derive }) => [derive(), derive()]));
    await Promise.all(workers.map(({ jobs }) => idle(jobs)));
    expect(await sent()).toEqual(each('due-soon', '2024-05-31'));
  });

  it('given a job that waits, when its act is done or its day put off meanwhile, then nobody is reminded', async () => {
    const worker = await openWorker(queue);
    await worker.derive();
    const [done] = projectIds;
    await happened(control('application.withdrawn', { projectId: done }));
    await worker.work();
    await idle(worker.jobs);
    expect(await sent()).toEqual(each('due-soon', '2024-05-31', projectIds.slice(1)));
  });

  it('given an amended deadline, then each is reminded of the new day', async () => {
    const worker = await openWorker(queue);
    await worker.work();
    await worker.derive();
    await idle(worker.jobs);
    const later = { ...plan, deadlines: { ...plan.deadlines, verification: '2024-06-04' } };
    await happened(control('work-plan.amended', { plan: later }));
    await worker.derive();
    await idle(worker.jobs);
    expect(await sent()).toEqual([...each('due-soon', '2024-05-31'), ...each('due-soon', '2024-06-04')].toSorted());
  });

  it('is scheduled, every ten minutes, once', async () => {
    const worker = await openWorker(queue);
    await worker.jobs.schedule([reminderSchedule]);
    await worker.jobs.schedule([reminderSchedule]);
    expect((await worker.jobs.counts()).delayed).toBe(1);
  });
}

describe('embedded', () => reminding(() => embeddedQueue(directory.path)));

describeWith('REDIS_URL', url => describe('Redis', () => reminding(() => redisQueue(url))));

describe('outages', () => {
  it('given a queue that fails halfway, then the derivation fails, and the next one adds the rest', async () => {
    const worker = await openWorker(embeddedQueue(directory.path));
    const add = worker.jobs.add.bind(worker.jobs);
    let adds = 0;
    worker.jobs.add = async (...job) => {
      adds += 1;
      if (adds === 2) throw new StoreUnavailable('planted');
      await add(...job);
    };
    await expect(worker.derive()).rejects.toThrow(StoreUnavailable);
    await worker.derive();
    await worker.work();
    await idle(worker.jobs);
    expect(await sent()).toEqual(each('due-soon', '2024-05-31'));
  });

  it('given a log that does not answer, then the job fails, to be tried again', async () => {
    const down: Handle = async () => {
      throw new StoreUnavailable('planted');
    };
    const worker = await openWorker(embeddedQueue(directory.path), down);
    const [, send] = worker.kinds;
    await worker.derive();
    const reminder = { ...samples['reminder.sent'], projectId: projectIds[0] };
    await expect(send?.run(reminder, running('send'))).rejects.toThrow(StoreUnavailable);
    expect(send?.attempts).toBeGreaterThan(100);
    expect(await sent()).toEqual([]);
  });
});
