/** The worker's side of the production jobs. */
import { DelayedError, type Job, UnrecoverableError, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Alarm } from '../observability/alarm.ts';
import { jobIdOf } from './bullmq-ids.ts';
import { ABORT_GRACE_MS, type JobKind, MAX_INTERRUPTIONS } from './jobs.ts';
import { BadJobData, perform, settlesWithin } from './perform.ts';
import { nextOccurrence, retryDelay } from './timing.ts';

export const QUEUE = 'jobs';

/** Milliseconds. */
export interface WorkerTimings {
  /** How long a job belongs to its worker without a sign of life. */
  readonly lockMs: number;
  /** How often the worker gives that sign. */
  readonly renewMs: number;
  /** How often workers look for jobs whose worker is gone. */
  readonly stalledMs: number;
  /** After how long a job of an unknown kind is offered again, to a worker of a newer version perhaps. */
  readonly unknownKindMs: number;
}

/**
 * An event loop that is blocked for 45 s keeps its jobs: the last sign of life is then at most 7.5 s older than the
 * block. One blocked longer loses them, and each runs a second time elsewhere. The jobs of a process that was killed run
 * again within `lockMs + stalledMs`; those of one that drained wait for nothing.
 */
export const WORKER_TIMINGS: WorkerTimings = {
  lockMs: 60_000,
  renewMs: 5_000,
  stalledMs: 10_000,
  unknownKindMs: 30_000,
};

export interface BullWorkerOptions {
  readonly connection: Redis;
  readonly namespace: string;
  readonly kinds: readonly JobKind<unknown>[];
  readonly concurrency: number;
  readonly timings: WorkerTimings;
  readonly random: () => number;
  readonly alarm: Alarm;
  onError(error: Error): void;
}

/** A worker that takes jobs from now on, through any loss of connection. */
export function startWorker(options: BullWorkerOptions): Worker {
  const { timings, random } = options;
  const kinds = new Map(options.kinds.map(kind => [kind.name, kind]));
  const worker = new Worker(QUEUE, (job, token, signal) => process(kinds, job, token, signal, timings), {
    connection: options.connection,
    prefix: options.namespace,
    concurrency: options.concurrency,
    lockDuration: timings.lockMs,
    lockRenewTime: timings.renewMs,
    stalledInterval: timings.stalledMs,
    maxStalledCount: MAX_INTERRUPTIONS,
    // BullMQ's 15 s before the outcome of a job is written again would outlast most outages.
    runRetryDelay: 1_000,
    settings: {
      repeatStrategy: (millis, { pattern }) => nextOccurrence(pattern as string, millis),
      backoffStrategy: (attempt, _type, _error, job) => {
        const kind = kinds.get(job?.name ?? '');
        return kind ? retryDelay(kind.backoff, attempt, random) : 0;
      },
    },
  });
  worker.on('error', options.onError);
  worker.on('lockRenewalFailed', bullIds => {
    for (const bullId of bullIds) worker.cancelJob(bullId, 'another worker has taken the job over');
  });
  worker.on('failed', (job, error) => {
    if (!job?.finishedOn) return;
    const { name: kind, attemptsMade: attempts } = job;
    options.alarm('a job was given up', { kind, id: jobIdOf(job.id as string), attempts, reason: error.message });
  });
  return worker;
}

async function process(
  kinds: ReadonlyMap<string, JobKind<unknown>>,
  job: Job,
  token: string | undefined,
  signal: AbortSignal | undefined,
  { unknownKindMs }: WorkerTimings,
): Promise<void> {
  const kind = kinds.get(job.name);
  if (!kind) {
    await job.moveToDelayed(Date.now() + unknownKindMs, token);
    throw new DelayedError();
  }
  const progress = (done: number, of: number) => job.updateProgress({ done, of });
  const running = {
    id: jobIdOf(job.id as string),
    attempt: job.attemptsMade + 1,
    progress,
    signal: signal as AbortSignal,
  };
  try {
    await perform(kind, job.data, running);
  } catch (error) {
    throw error instanceof BadJobData ? new UnrecoverableError(error.message) : asError(error);
  }
}

/** BullMQ reads `message` of whatever a job throws. */
function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** Lets the jobs that run come to their end; after `drainMs` tells them to stop, then leaves them to another worker. */
export async function drainWorker(worker: Worker, drainMs: number): Promise<void> {
  const closed = worker.close();
  if (await settlesWithin(closed, drainMs)) return;
  worker.cancelAllJobs('the process is closing');
  if (!(await settlesWithin(closed, ABORT_GRACE_MS))) await settlesWithin(worker.disconnect(), ABORT_GRACE_MS);
}
