/**
 * Work that is done later, at least once. Jobs only carry duties: what is due follows from the log, so that a queue that
 * lost everything is filled again by adding the same ids.
 */
import type { z } from 'zod';
import type { Instant } from '../../events/time.ts';

export interface Backoff {
  /** Milliseconds before the second attempt; doubled with each one after it. */
  readonly baseMs: number;
  /** Milliseconds that no pause exceeds. */
  readonly maxMs: number;
}

/** What a process must know of a kind of work to add it. */
export interface JobSpec<T> {
  /** Lower-case letters, digits and hyphens. */
  readonly name: string;
  /** Data is checked when the job runs: it may have been added by an older version. */
  readonly schema: z.ZodType<T>;
  /** Runs that may fail before the job is given up. */
  readonly attempts: number;
  readonly backoff: Backoff;
}

/** A kind of work as the worker knows it. */
export interface JobKind<T> extends JobSpec<T> {
  /** Must be safe to repeat: a job can run again after it has run to its end. */
  run(data: T, job: RunningJob): Promise<void>;
}

export interface RunningJob {
  readonly id: string;
  /** From 1. */
  readonly attempt: number;
  progress(done: number, of: number): Promise<void>;
  /** Aborted when the process cannot wait any longer for the job, or another worker has taken it over. */
  readonly signal: AbortSignal;
}

/** Adds a job each time its cron pattern matches the clock of Tianjin. The ids of its jobs begin with `repeat:`. */
export interface Schedule {
  /** Lower-case letters, digits and hyphens. */
  readonly name: string;
  /** Five fields, or six with seconds first. */
  readonly cron: string;
  readonly kind: JobSpec<unknown>;
  readonly data: unknown;
}

/** A job that was given up: its attempts were used up, its data was bad, or it took its worker down again and again. */
export interface DeadJob {
  readonly kind: string;
  readonly id: string;
  readonly data: unknown;
  /** Runs that failed. */
  readonly attempts: number;
  readonly reason: string;
  readonly failedAt: Instant;
}

export interface JobProgress {
  readonly done: number;
  readonly of: number;
}

/** `delayed` holds the next run of each schedule too. */
export type JobState = 'waiting' | 'active' | 'delayed' | 'dead' | 'completed';

/** All methods but `work` and `close` throw StoreUnavailable within seconds when the queue cannot be reached. */
export interface Jobs {
  /** An id is unique within its kind: while the job is waiting, active, dead or remembered, adding it changes nothing. */
  add<T>(kind: JobSpec<T>, id: string, data: T, options?: { readonly delayMs?: number }): Promise<void>;
  /** Makes these all the schedules there are. One that already stands is left alone, with a run that is overdue. */
  schedule(schedules: readonly Schedule[]): Promise<void>;
  /** Starts taking jobs of these kinds; others wait for a worker that knows them. Without it the process only adds. */
  work(kinds: readonly JobKind<unknown>[], options?: { readonly concurrency?: number }): Promise<void>;
  /** The jobs that were given up last, newest first. */
  dead(limit: number): Promise<readonly DeadJob[]>;
  /** Gives a dead job all its attempts again; false if it is not dead. */
  retry(kind: string, id: string): Promise<boolean>;
  counts(): Promise<Readonly<Record<JobState, number>>>;
  progressOf(kind: string, id: string): Promise<JobProgress | undefined>;
  /** Whether jobs can be added now. */
  ready(): Promise<boolean>;
  /** Takes no more jobs, waits for those that run, for a bounded time, then leaves. */
  close(): Promise<void>;
}

export const DEFAULT_CONCURRENCY = 4;
/** How long finished jobs are remembered, and how many. */
export const REMEMBERED = { ageMs: 86_400_000, count: 10_000 };
/** Workers that may die with a job in hand before it is taken for the cause. */
export const MAX_INTERRUPTIONS = 5;
/** How long a closing process waits for the jobs that run, in milliseconds. */
export const DRAIN_MS = 20_000;
/** After that they are told to stop, and have this long to do so. */
export const ABORT_GRACE_MS = 1_000;

const NAME = /^[a-z][a-z0-9-]*$/;

/** Throws RangeError for the name of a kind or of a schedule that an engine could not keep. */
export function checkName(name: string): void {
  if (!NAME.test(name)) throw new RangeError(`not a name of a job kind or schedule: ${JSON.stringify(name)}`);
}

/** Throws RangeError for an id that is empty or belongs to the schedules. */
export function checkId(id: string): void {
  if (id === '' || isOccurrence(id)) throw new RangeError(`not an id of a job: ${JSON.stringify(id)}`);
}

/** The id of the job that a schedule adds for an instant. */
export function occurrenceId(schedule: string, epochMs: number): string {
  return `repeat:${schedule}:${epochMs}`;
}

/** Whether a job was added by its schedule; its id says for when. */
export function isOccurrence(id: string): boolean {
  return id.startsWith('repeat:');
}
