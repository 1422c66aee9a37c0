/** The tables of the embedded jobs. `at` is when a waiting job is due, or when a finished one ended, in epoch milliseconds. */
import { type Database, openDatabase, transaction } from '../sqlite.ts';
import { type JobState, MAX_INTERRUPTIONS, occurrenceId, REMEMBERED } from './jobs.ts';
import { nextOccurrence } from './timing.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS job (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    data TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'active', 'dead', 'completed')),
    at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    interruptions INTEGER NOT NULL DEFAULT 0,
    progress TEXT,
    reason TEXT,
    UNIQUE (kind, id)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS job_due ON job (state, at, seq);
  CREATE TABLE IF NOT EXISTS schedule (
    name TEXT PRIMARY KEY,
    cron TEXT NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;

export interface JobRow {
  readonly seq: number;
  readonly kind: string;
  readonly id: string;
  readonly data: string;
  readonly at: number;
  /** Runs that failed. */
  readonly attempts: number;
  readonly reason: string | null;
}

export interface ScheduleRow {
  readonly name: string;
  readonly cron: string;
  readonly kind: string;
  readonly data: string;
  readonly at: number;
}

const INTERRUPTED = `the process ended ${MAX_INTERRUPTIONS + 1} times while the job ran`;

export class JobRows {
  readonly #database: Database;
  readonly #statements: ReturnType<typeof prepareAll>;

  constructor(path: string) {
    this.#database = openDatabase(path, { synchronous: 'FULL', cacheKib: 1_024 });
    this.#database.exec(SCHEMA);
    this.#statements = prepareAll(this.#database);
  }

  /** Jobs that were active when the last process ended wait again. */
  takeUp(now: number): void {
    this.#database
      .prepare(`UPDATE job SET interruptions = interruptions + 1,
        state = iif(interruptions < ${MAX_INTERRUPTIONS}, 'waiting', 'dead'),
        reason = iif(interruptions < ${MAX_INTERRUPTIONS}, reason, ?), at = iif(interruptions < ${MAX_INTERRUPTIONS}, at, ?)
        WHERE state = 'active'`)
      .run(INTERRUPTED, now);
  }

  get database(): Database {
    return this.#database;
  }

  add(kind: string, id: string, data: string, at: number): void {
    this.#statements.add.run(kind, id, data, at);
  }

  /** The job that has been due longest becomes active. */
  claim(kinds: string, now: number): JobRow | undefined {
    return this.#statements.claim.get(kinds, now) as JobRow | undefined;
  }

  complete(row: JobRow, now: number): void {
    transaction(this.#database, () => {
      this.#statements.complete.run(now, row.seq);
      this.#statements.forgetOld.run(now - REMEMBERED.ageMs);
      this.#statements.forgetMany.run(REMEMBERED.count);
    });
  }

  waitAgain(row: JobRow, at: number, reason: string): void {
    this.#statements.fail.run('waiting', at, reason, row.seq);
  }

  bury(row: JobRow, now: number, reason: string): void {
    this.#statements.fail.run('dead', now, reason, row.seq);
  }

  progress(row: JobRow, progress: string): void {
    this.#statements.progress.run(progress, row.seq);
  }

  progressOf(kind: string, id: string): string | undefined {
    const row = this.#statements.progressOf.get(kind, id) as { progress: string | null } | undefined;
    return row?.progress ?? undefined;
  }

  dead(limit: number): readonly JobRow[] {
    return this.#statements.dead.all(limit) as unknown as JobRow[];
  }

  revive(kind: string, id: string, now: number): boolean {
    return this.#statements.revive.run(now, kind, id).changes === 1;
  }

  counts(now: number): Readonly<Record<JobState, number>> {
    return { ...(this.#statements.counts.get({ now }) as Record<JobState, number>) };
  }

  /** When the next job or schedule is due, in epoch milliseconds. */
  nextDue(kinds: string): number | undefined {
    const { at } = this.#statements.nextDue.get(kinds) as { at: number | null };
    return at ?? undefined;
  }

  /** Replaces the set of schedules; one that stands as it is keeps the time it is due. */
  putSchedules(rows: readonly ScheduleRow[]): void {
    transaction(this.#database, () => {
      this.#statements.dropSchedules.run(JSON.stringify(rows.map(({ name }) => name)));
      for (const { name, cron, kind, data, at } of rows) this.#statements.putSchedule.run(name, cron, kind, data, at);
    });
  }

  /** Adds the jobs of schedules that are due; occurrences missed while nobody worked make one job together. */
  fireSchedules(now: number): void {
    const due = this.#statements.dueSchedules.all(now) as unknown as ScheduleRow[];
    if (due.length === 0) return;
    transaction(this.#database, () => {
      for (const { name, cron, kind, data, at } of due) {
        this.add(kind, occurrenceId(name, at), data, at);
        this.#statements.moveSchedule.run(nextOccurrence(cron, now), name);
      }
    });
  }
}

const KNOWN = 'kind IN (SELECT value FROM json_each(?1))';

function prepareAll(database: Database) {
  const prepare = (sql: string) => database.prepare(sql);
  return {
    add: prepare(`INSERT INTO job (kind, id, data, state, at) VALUES (?, ?, ?, 'waiting', ?)
      ON CONFLICT (kind, id) DO NOTHING`),
    claim: prepare(`UPDATE job SET state = 'active' WHERE seq = (
        SELECT seq FROM job WHERE state = 'waiting' AND at <= ?2 AND ${KNOWN} ORDER BY at, seq LIMIT 1
      ) RETURNING seq, kind, id, data, at, attempts, reason`),
    complete: prepare(`UPDATE job SET state = 'completed', at = ?, reason = NULL WHERE seq = ?`),
    forgetOld: prepare(`DELETE FROM job WHERE state = 'completed' AND at < ?`),
    forgetMany: prepare(`DELETE FROM job WHERE seq IN (
      SELECT seq FROM job WHERE state = 'completed' ORDER BY at DESC, seq DESC LIMIT -1 OFFSET ?)`),
    fail: prepare('UPDATE job SET state = ?, at = ?, reason = ?, attempts = attempts + 1 WHERE seq = ?'),
    progress: prepare('UPDATE job SET progress = ? WHERE seq = ?'),
    progressOf: prepare('SELECT progress FROM job WHERE kind = ? AND id = ?'),
    dead: prepare(`SELECT seq, kind, id, data, at, attempts, reason FROM job WHERE state = 'dead'
      ORDER BY at DESC, seq DESC LIMIT ?`),
    revive: prepare(`UPDATE job SET state = 'waiting', at = ?, attempts = 0, interruptions = 0
      WHERE kind = ? AND id = ? AND state = 'dead'`),
    counts: prepare(`SELECT
      count(*) FILTER (WHERE state = 'waiting' AND at <= :now) AS waiting,
      count(*) FILTER (WHERE state = 'active') AS active,
      count(*) FILTER (WHERE state = 'waiting' AND at > :now) + (SELECT count(*) FROM schedule) AS delayed,
      count(*) FILTER (WHERE state = 'dead') AS dead,
      count(*) FILTER (WHERE state = 'completed') AS completed
      FROM job`),
    nextDue: prepare(`SELECT min(at) AS at FROM (
      SELECT min(at) AS at FROM job WHERE state = 'waiting' AND ${KNOWN} UNION ALL SELECT min(at) FROM schedule)`),
    dropSchedules: prepare('DELETE FROM schedule WHERE name NOT IN (SELECT value FROM json_each(?))'),
    putSchedule: prepare(`INSERT INTO schedule (name, cron, kind, data, at) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET cron = excluded.cron, kind = excluded.kind, data = excluded.data, at = excluded.at
      WHERE (cron, kind, data) IS NOT (excluded.cron, excluded.kind, excluded.data)`),
    dueSchedules: prepare('SELECT name, cron, kind, data, at FROM schedule WHERE at <= ?'),
    moveSchedule: prepare('UPDATE schedule SET at = ? WHERE name = ?'),
  };
}
