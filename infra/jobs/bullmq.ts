/** The production jobs: one BullMQ queue in Redis, whose keys all begin with the namespace. */
import { ErrorCode, type Job, type JobsOptions, Queue, type Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { StoreUnavailable } from '../../services/ports.ts';
import type { Address } from '../compose/engine-address.ts';
import { EngineRefused } from '../compose/engine-refused.ts';
import type { Alarm } from '../observability/alarm.ts';
import { bullIdOf, jobIdOf } from './bullmq-ids.ts';
import { drainWorker, QUEUE, startWorker, WORKER_TIMINGS, type WorkerTimings } from './bullmq-worker.ts';
import { WrongEvictionPolicy } from './eviction-policy.ts';
import {
  checkId,
  checkName,
  DEFAULT_CONCURRENCY,
  type DeadJob,
  DRAIN_MS,
  type JobKind,
  type JobProgress,
  type JobSpec,
  type JobState,
  type Jobs,
  occurrenceId,
  REMEMBERED,
  type Schedule,
} from './jobs.ts';
import { settlesWithin } from './perform.ts';
import { connectToAnswer, connectToWait, redisRefusalOf, requireNoEviction, sparingly } from './redis.ts';
import { checkSchedule, nextOccurrence, TIME_ZONE } from './timing.ts';

/** Milliseconds. */
export interface BullTimings extends WorkerTimings {
  /** How long a caller waits for Redis at most. */
  readonly answerMs: number;
  /** How often the eviction policy and the schedules are looked at again. */
  readonly watchMs: number;
  readonly drainMs: number;
}

const TIMINGS: BullTimings = { ...WORKER_TIMINGS, answerMs: 3_000, watchMs: 30_000, drainMs: DRAIN_MS };

export interface BullJobsOptions {
  readonly address: Address;
  /** Prefix of all keys. */
  readonly namespace: string;
  readonly alarm: Alarm;
  /** From 0 to 1, for the pauses between attempts. */
  readonly random?: () => number;
  readonly timings?: Partial<BullTimings>;
}

interface Settings extends Required<BullJobsOptions> {
  readonly timings: BullTimings;
  onError(error: Error): void;
}

/** Throws {@link WrongEvictionPolicy}, or StoreUnavailable when Redis does not answer. */
export async function openBullJobs(options: BullJobsOptions): Promise<BullJobs> {
  const timings = { ...TIMINGS, ...options.timings };
  const settings = { random: Math.random, ...options, timings, onError: sparingly(options.alarm) };
  const redis = connectToAnswer(options.address, timings.answerMs, `${options.namespace}:jobs`);
  redis.on('error', settings.onError);
  try {
    await requireNoEviction(redis);
    return new BullJobs(redis, await openQueue(redis, settings), settings);
  } catch (error) {
    redis.disconnect();
    throw error instanceof WrongEvictionPolicy ? error : unavailable(error);
  }
}

async function openQueue(redis: Redis, { namespace, onError }: Settings): Promise<Queue> {
  const queue = new Queue(QUEUE, {
    connection: redis,
    prefix: namespace,
    // Nobody reads BullMQ's stream of events.
    streams: { events: { maxLen: 100 } },
    settings: { repeatStrategy: (millis, { pattern }) => nextOccurrence(pattern as string, millis) },
  });
  queue.on('error', onError);
  await queue.waitUntilReady();
  return queue;
}

export class BullJobs implements Jobs {
  readonly #settings: Settings;
  readonly #redis: Redis;
  readonly #queue: Queue;
  readonly #watch: NodeJS.Timeout;
  #worker: Worker | undefined;
  #workerRedis: Redis | undefined;
  #schedules: readonly Schedule[] = [];
  #policyHolds = true;
  #closing: Promise<void> | undefined;

  /** Use {@link openBullJobs}. */
  constructor(redis: Redis, queue: Queue, settings: Settings) {
    this.#redis = redis;
    this.#queue = queue;
    this.#settings = settings;
    this.#watch = setInterval(() => this.#lookAfter(), settings.timings.watchMs).unref();
    redis.on('ready', () => this.#lookAfter());
  }

  async add<T>(kind: JobSpec<T>, id: string, data: T, options: { readonly delayMs?: number } = {}): Promise<void> {
    checkName(kind.name);
    checkId(id);
    const jobId = bullIdOf(kind.name, id);
    await this.#ask(() =>
      this.#queue.add(kind.name, data, { ...jobOptions(kind), jobId, delay: options.delayMs ?? 0 }),
    );
  }

  async schedule(schedules: readonly Schedule[]): Promise<void> {
    for (const schedule of schedules) checkSchedule(schedule);
    this.#schedules = schedules;
    await this.#ask(async () => {
      await this.#putMissingSchedules();
      const names = new Set(schedules.map(({ name }) => name));
      for (const { key } of await this.#queue.getJobSchedulers()) {
        if (!names.has(key)) await this.#queue.removeJobScheduler(key);
      }
    });
  }

  async work(kinds: readonly JobKind<unknown>[], options: { readonly concurrency?: number } = {}): Promise<void> {
    for (const { name } of kinds) checkName(name);
    const { address, namespace, onError } = this.#settings;
    this.#workerRedis = connectToWait(address, `${namespace}:worker`);
    this.#workerRedis.on('error', onError);
    this.#worker = startWorker({
      ...this.#settings,
      connection: this.#workerRedis,
      kinds,
      concurrency: options.concurrency ?? DEFAULT_CONCURRENCY,
    });
  }

  async dead(limit: number): Promise<readonly DeadJob[]> {
    const jobs: readonly Job<unknown>[] = await this.#ask(() => this.#queue.getFailed(0, limit - 1));
    return jobs.map(job => ({
      kind: job.name,
      id: jobIdOf(job.id as string),
      data: job.data,
      attempts: job.attemptsMade,
      reason: job.failedReason ?? '',
      failedAt: new Date(job.finishedOn ?? job.timestamp).toISOString(),
    }));
  }

  async retry(kind: string, id: string): Promise<boolean> {
    return this.#ask(async () => {
      const job = await this.#queue.getJob(bullIdOf(kind, id));
      if (!job) return false;
      try {
        await job.retry('failed', { resetAttemptsMade: true });
        return true;
      } catch (error) {
        if ((error as { code?: number }).code === ErrorCode.JobNotInState) return false;
        throw error;
      }
    });
  }

  async counts(): Promise<Readonly<Record<JobState, number>>> {
    const { wait = 0, ...counts } = await this.#ask(() =>
      this.#queue.getJobCounts('wait', 'active', 'delayed', 'failed', 'completed'),
    );
    const { active = 0, delayed = 0, failed = 0, completed = 0 } = counts;
    return { waiting: wait, active, delayed, dead: failed, completed };
  }

  async progressOf(kind: string, id: string): Promise<JobProgress | undefined> {
    const job = await this.#ask(() => this.#queue.getJob(bullIdOf(kind, id)));
    // Zero until the job has told any.
    return typeof job?.progress === 'object' ? (job.progress as JobProgress) : undefined;
  }

  /** Not while Redis does not answer, nor under a policy that drops jobs. */
  async ready(): Promise<boolean> {
    if (this.#closing || !this.#policyHolds) return false;
    return this.#redis.ping().then(
      () => true,
      () => false,
    );
  }

  /** Connections that stand, of the one to add and, in a worker, the one to take. */
  get connections(): number {
    return [this.#redis, this.#workerRedis].filter(redis => redis?.status === 'ready').length;
  }

  close(): Promise<void> {
    this.#closing ??= this.#leave();
    return this.#closing;
  }

  async #leave(): Promise<void> {
    clearInterval(this.#watch);
    // Jobs that still run may add others: their connection goes last.
    if (this.#worker) await drainWorker(this.#worker, this.#settings.timings.drainMs);
    this.#workerRedis?.disconnect();
    await settlesWithin(this.#queue.close(), this.#settings.timings.answerMs);
    this.#redis.disconnect();
  }

  /** Whatever keeps Redis from saying yes, nothing was acknowledged. */
  async #ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** A policy can be changed and a Redis emptied behind our back. */
  async #lookAfter(): Promise<void> {
    try {
      await requireNoEviction(this.#redis);
      this.#policyHolds = true;
      await this.#putMissingSchedules();
    } catch (error) {
      if (error instanceof WrongEvictionPolicy) {
        this.#policyHolds = false;
        this.#settings.alarm(error.message, { policy: error.policy });
      } else if (!this.#closing) this.#settings.onError(error as Error);
    }
  }

  async #putMissingSchedules(): Promise<void> {
    for (const schedule of this.#schedules) {
      const { name, cron, kind, data } = schedule;
      if (await this.#stands(schedule)) continue;
      const template = { name: kind.name, data, opts: jobOptions(kind) };
      await this.#queue.upsertJobScheduler(name, { pattern: cron, tz: TIME_ZONE }, template);
    }
  }

  /** As it is wanted, and with its next job: putting it again would take away one that is overdue. */
  async #stands({ name, cron, kind, data }: Schedule): Promise<boolean> {
    const there = await this.#queue.getJobScheduler(name);
    if (!there?.next || there.name !== kind.name || there.pattern !== cron) return false;
    if (JSON.stringify(there.template?.data) !== JSON.stringify(data)) return false;
    return (await this.#queue.getJob(occurrenceId(name, there.next))) !== undefined;
  }
}

function unavailable(error: unknown): StoreUnavailable {
  const refusal = redisRefusalOf(error);
  // Its message alone: the error holds the command that failed, and so the password where that is the sign-in.
  if (refusal) return new EngineRefused('Redis', refusal, (error as Error).message);
  return new StoreUnavailable('the Redis of the jobs does not answer', { cause: error });
}

function jobOptions({ attempts }: JobSpec<unknown>): JobsOptions {
  return {
    attempts,
    // Any name that is not BullMQ's own: the worker reckons the pause from the job's kind.
    backoff: { type: 'jittered' },
    removeOnComplete: { age: REMEMBERED.ageMs / 1_000, count: REMEMBERED.count },
    removeOnFail: false,
    stackTraceLimit: 1,
  };
}
