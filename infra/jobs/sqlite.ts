/** The embedded jobs: one SQLite file, one process. A timer sleeps until the next job is due. */
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailable } from '../../services/ports.ts';
import type { Alarm } from '../observability/alarm.ts';
import { unavailable } from '../observability/outage.ts';
import { closeDatabase } from '../sqlite.ts';
import {
  ABORT_GRACE_MS,
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
  type Schedule,
} from './jobs.ts';
import { BadJobData, perform, settlesWithin } from './perform.ts';
import { type JobRow, JobRows } from './sqlite-rows.ts';
import { checkSchedule, nextOccurrence, retryDelay } from './timing.ts';

/** The longest sleep: a clock that was set or a machine that slept is noticed within a minute. */
const MAX_SLEEP_MS = 60_000;
/** Pause before the file is tried again after it could not be written. */
const FILE_RETRY_MS = 1_000;

export interface SqliteJobsOptions {
  readonly path: string;
  readonly alarm: Alarm;
  /** Epoch milliseconds; the system's clock unless told. */
  readonly now?: () => number;
  /** From 0 to 1, for the pauses between attempts. */
  readonly random?: () => number;
  readonly drainMs?: number;
  /** Another process works on the file: jobs that are active are its own. */
  readonly beside?: boolean;
}

export class SqliteJobs implements Jobs {
  readonly #rows: JobRows;
  readonly #options: Required<SqliteJobsOptions>;
  readonly #running = new Map<Promise<void>, AbortController>();
  readonly #kinds = new Map<string, JobKind<unknown>>();
  /** JSON array of the names of the kinds. */
  #kindNames = '[]';
  #concurrency = 0;
  #timer: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: SqliteJobsOptions) {
    this.#options = { now: Date.now, random: Math.random, drainMs: DRAIN_MS, beside: false, ...options };
    this.#rows = new JobRows(options.path);
    if (!this.#options.beside) this.#rows.takeUp(this.#options.now());
  }

  async add<T>(kind: JobSpec<T>, id: string, data: T, options: { readonly delayMs?: number } = {}): Promise<void> {
    checkName(kind.name);
    checkId(id);
    const text = JSON.stringify(data);
    this.#write(() => this.#rows.add(kind.name, id, text, this.#options.now() + (options.delayMs ?? 0)));
    this.#wake();
  }

  async schedule(schedules: readonly Schedule[]): Promise<void> {
    for (const schedule of schedules) checkSchedule(schedule);
    const now = this.#options.now();
    const rows = schedules.map(({ name, cron, kind, data }) => {
      return { name, cron, kind: kind.name, data: JSON.stringify(data), at: nextOccurrence(cron, now) };
    });
    this.#write(() => this.#rows.putSchedules(rows));
    this.#wake();
  }

  async work(kinds: readonly JobKind<unknown>[], options: { readonly concurrency?: number } = {}): Promise<void> {
    for (const kind of kinds) {
      checkName(kind.name);
      this.#kinds.set(kind.name, kind);
    }
    this.#kindNames = JSON.stringify([...this.#kinds.keys()]);
    this.#concurrency = options.concurrency ?? DEFAULT_CONCURRENCY;
    this.#wake();
  }

  async dead(limit: number): Promise<readonly DeadJob[]> {
    return this.#write(() => this.#rows.dead(limit)).map(row => ({
      kind: row.kind,
      id: row.id,
      data: JSON.parse(row.data),
      attempts: row.attempts,
      reason: row.reason ?? '',
      failedAt: new Date(row.at).toISOString(),
    }));
  }

  async retry(kind: string, id: string): Promise<boolean> {
    const revived = this.#write(() => this.#rows.revive(kind, id, this.#options.now()));
    if (revived) this.#wake();
    return revived;
  }

  async counts(): Promise<Readonly<Record<JobState, number>>> {
    return this.#write(() => this.#rows.counts(this.#options.now()));
  }

  async progressOf(kind: string, id: string): Promise<JobProgress | undefined> {
    const progress = this.#write(() => this.#rows.progressOf(kind, id));
    return progress === undefined ? undefined : (JSON.parse(progress) as JobProgress);
  }

  async ready(): Promise<boolean> {
    return !this.#closing;
  }

  close(): Promise<void> {
    this.#closing ??= this.#drain().then(() => closeDatabase(this.#rows.database));
    return this.#closing;
  }

  async #drain(): Promise<void> {
    clearTimeout(this.#timer);
    if (await settlesWithin(Promise.all(this.#running.keys()), this.#options.drainMs)) return;
    for (const controller of this.#running.values()) controller.abort(new Error('the process is closing'));
    await settlesWithin(Promise.all(this.#running.keys()), ABORT_GRACE_MS);
  }

  #write<T>(write: () => T): T {
    if (this.#closing) throw new StoreUnavailable('the jobs are closed');
    try {
      return write();
    } catch (error) {
      throw unavailable(error, 'the file of the jobs cannot be used');
    }
  }

  /** Looks for work after `ms`, or when it would have anyway, if that is sooner. */
  #wake(ms = 0): void {
    clearTimeout(this.#timer);
    if (this.#closing || this.#kinds.size === 0) return;
    this.#timer = setTimeout(() => this.#takeDue(), Math.min(ms, MAX_SLEEP_MS));
  }

  #takeDue(): void {
    try {
      const now = this.#options.now();
      this.#rows.fireSchedules(now);
      while (this.#running.size < this.#concurrency) {
        const row = this.#rows.claim(this.#kindNames, now);
        if (!row) break;
        this.#start(row);
      }
      const due = this.#rows.nextDue(this.#kindNames);
      // With every hand full, the next to finish looks again.
      if (due !== undefined && this.#running.size < this.#concurrency) this.#wake(Math.max(due - now, 1));
    } catch (error) {
      this.#options.alarm('jobs cannot be taken', { error });
      this.#wake(FILE_RETRY_MS);
    }
  }

  #start(row: JobRow): void {
    const controller = new AbortController();
    const run = this.#run(row, controller.signal).finally(() => {
      this.#running.delete(run);
      this.#wake();
    });
    this.#running.set(run, controller);
  }

  async #run(row: JobRow, signal: AbortSignal): Promise<void> {
    const kind = this.#kinds.get(row.kind) as JobKind<unknown>;
    const { id, attempts } = row;
    const progress = async (done: number, of: number) => this.#rows.progress(row, JSON.stringify({ done, of }));
    try {
      await perform(kind, JSON.parse(row.data), { id, attempt: attempts + 1, progress, signal });
      await this.#record(() => this.#rows.complete(row, this.#options.now()));
    } catch (error) {
      await this.#record(() => this.#fail(kind, row, error));
    }
  }

  #fail(kind: JobKind<unknown>, row: JobRow, error: unknown): void {
    const attempts = row.attempts + 1;
    const reason = error instanceof Error ? error.message : String(error);
    if (attempts < kind.attempts && !(error instanceof BadJobData)) {
      this.#rows.waitAgain(row, this.#options.now() + retryDelay(kind.backoff, attempts, this.#options.random), reason);
      return;
    }
    this.#rows.bury(row, this.#options.now(), reason);
    this.#options.alarm('a job was given up', { kind: row.kind, id: row.id, attempts, reason });
  }

  /** What became of a job is written once the file takes it; a process that closes before runs the job again. */
  async #record(write: () => void): Promise<void> {
    for (;;) {
      try {
        return write();
      } catch (error) {
        this.#options.alarm('the outcome of a job cannot be written', { error });
        if (this.#closing) return;
        await sleep(FILE_RETRY_MS);
      }
    }
  }
}
