/** The embedded store of sign-ins: a SQLite file of its own, which any number of processes of a machine may open. */
import type { AccountId } from '../../events/ids.ts';
import type { Instant } from '../../events/time.ts';
import type { Database } from '../sqlite.ts';
import { SqliteFile } from '../sqlite-file.ts';
import type { AttemptCounter, Bounds, SignIn, SignInQuery, SignInStore, StoredSession } from './sign-in-store.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS sessions (id TEXT PRIMARY KEY, accountId TEXT NOT NULL, role TEXT NOT NULL,
    orgId TEXT NOT NULL, openedAt TEXT NOT NULL, expiresAt TEXT NOT NULL, address TEXT NOT NULL,
    epoch INTEGER, limited INTEGER NOT NULL, ended INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS sessions_account ON sessions (accountId, openedAt);
  CREATE TABLE IF NOT EXISTS marks (key TEXT PRIMARY KEY, count INTEGER NOT NULL, since INTEGER NOT NULL,
    until INTEGER NOT NULL, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS marks_expires ON marks (expires);
  CREATE TABLE IF NOT EXISTS sign_ins (id TEXT PRIMARY KEY, accountId TEXT NOT NULL, address TEXT NOT NULL,
    outcome TEXT NOT NULL, firstAt TEXT NOT NULL, at TEXT NOT NULL, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS sign_ins_at ON sign_ins (at, id);
  CREATE INDEX IF NOT EXISTS sign_ins_account ON sign_ins (accountId, at, id);
  CREATE INDEX IF NOT EXISTS sign_ins_outcome ON sign_ins (accountId, outcome, at, id);
  CREATE INDEX IF NOT EXISTS sign_ins_address ON sign_ins (address, at, id);
`;

type SessionRow = Omit<StoredSession, 'epoch' | 'limited'> & {
  readonly epoch: number | null;
  readonly limited: number;
};

export class SqliteSignIns extends SqliteFile implements SignInStore {
  readonly #statements: ReturnType<typeof prepareAll>;

  constructor(path: string) {
    super(path, { schema: SCHEMA, outage: 'the file of sign-ins cannot be used' });
    this.#statements = prepareAll(this.database);
  }

  openSession(session: StoredSession): Promise<boolean> {
    const { id, accountId, role, orgId, openedAt, expiresAt, address, epoch, limited } = session;
    const values = [id, accountId, role, orgId, openedAt, expiresAt, address, epoch ?? null, limited ? 1 : 0];
    return this.answered(() => this.#statements.insertSession.run(...values).changes === 1);
  }

  session(id: string): Promise<StoredSession | undefined> {
    return this.answered(() => {
      const row = this.#statements.selectSession.get(id) as SessionRow | undefined;
      return row && sessionOf(row);
    });
  }

  sessionsOf(accountId: AccountId, now: Instant): Promise<readonly StoredSession[]> {
    return this.answered(() =>
      (this.#statements.selectSessions.all(accountId, now) as unknown as SessionRow[]).map(sessionOf),
    );
  }

  completeSession(id: string): Promise<void> {
    return this.answered(() => void this.#statements.completeSession.run(id));
  }

  endSession(id: string): Promise<void> {
    return this.answered(() => void this.#statements.endSession.run(id));
  }

  endSessionsOf(accountId: AccountId): Promise<void> {
    return this.answered(() => void this.#statements.endSessions.run(accountId));
  }

  /** Those of a copy that takes the place of a store: they may have been ended in that. */
  endAllSessions(): Promise<void> {
    return this.answered(() => void this.#statements.endAllSessions.run());
  }

  mark(key: string): Promise<AttemptCounter | undefined> {
    return this.answered(() => this.#statements.selectMark.get(key) as AttemptCounter | undefined);
  }

  replaceMark(key: string, seen: AttemptCounter | undefined, next: AttemptCounter | undefined): Promise<boolean> {
    const { insertMark, updateMark, deleteMark } = this.#statements;
    const values = (mark: AttemptCounter) => [mark.count, mark.since, mark.until, mark.expires];
    return this.answered(() => {
      if (!seen) return next === undefined || insertMark.run(key, ...values(next)).changes === 1;
      if (!next) return deleteMark.run(key, ...values(seen)).changes === 1;
      return updateMark.run(...values(next), key, ...values(seen)).changes === 1;
    });
  }

  record({ id, accountId, address, outcome, at }: Omit<SignIn, 'firstAt' | 'count'>): Promise<void> {
    return this.answered(() => void this.#statements.record.run(id, accountId, address, outcome, at, at));
  }

  signIns({ accountId, address, outcome, since, before, limit }: SignInQuery): Promise<readonly SignIn[]> {
    const conditions: readonly [string, readonly string[] | undefined][] = [
      ['accountId = ?', accountId && [accountId]],
      ['address = ?', address !== undefined ? [address] : undefined],
      ['outcome = ?', outcome && [outcome]],
      ['at > ?', since !== undefined ? [since] : undefined],
      ['(at, id) < (?, ?)', before],
    ];
    const asked = conditions.filter(([, values]) => values);
    const where = asked.map(([condition]) => condition).join(' AND ') || 'TRUE';
    const values = asked.flatMap(([, given]) => given ?? []);
    return this.answered(
      () =>
        this.database
          .prepare(`SELECT * FROM sign_ins WHERE ${where} ORDER BY at DESC, id DESC LIMIT ?`)
          .all(...values, limit) as unknown as SignIn[],
    );
  }

  prune({ now, keptSince, entries, marks }: Bounds): Promise<void> {
    const { pruneSessions, pruneMarks, pruneOld, pruneSurplus, surplusMarks } = this.#statements;
    return this.answered(() => {
      pruneSessions.run(now);
      pruneMarks.run(Date.parse(now));
      surplusMarks.run(marks);
      pruneOld.run(keptSince);
      for (const kind of [0, 1]) pruneSurplus.run(kind, kind, entries);
    });
  }
}

function sessionOf({ epoch, limited, ...session }: SessionRow): StoredSession {
  return { ...session, epoch: epoch ?? undefined, limited: limited === 1 };
}

function prepareAll(database: Database) {
  const session = 'id, accountId, role, orgId, openedAt, expiresAt, address, epoch, limited';
  const seen = 'count = ? AND since = ? AND until = ? AND expires = ?';
  return {
    insertSession: database.prepare(
      `INSERT INTO sessions (${session}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    ),
    selectSession: database.prepare(`SELECT ${session} FROM sessions WHERE id = ? AND ended = 0`),
    selectSessions: database.prepare(
      `SELECT ${session} FROM sessions WHERE accountId = ? AND ended = 0 AND expiresAt > ? ORDER BY openedAt DESC, id`,
    ),
    completeSession: database.prepare('UPDATE sessions SET limited = 0 WHERE id = ?'),
    endSession: database.prepare('UPDATE sessions SET ended = 1 WHERE id = ?'),
    endSessions: database.prepare('UPDATE sessions SET ended = 1 WHERE accountId = ?'),
    endAllSessions: database.prepare('UPDATE sessions SET ended = 1'),
    selectMark: database.prepare('SELECT count, since, until, expires FROM marks WHERE key = ?'),
    insertMark: database.prepare(
      'INSERT INTO marks (key, count, since, until, expires) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    updateMark: database.prepare(
      `UPDATE marks SET count = ?, since = ?, until = ?, expires = ? WHERE key = ? AND ${seen}`,
    ),
    deleteMark: database.prepare(`DELETE FROM marks WHERE key = ? AND ${seen}`),
    record: database.prepare(`INSERT INTO sign_ins (id, accountId, address, outcome, firstAt, at, count)
      VALUES (?, ?, ?, ?, ?, ?, 1) ON CONFLICT (id) DO UPDATE SET at = excluded.at, count = count + 1`),
    pruneSessions: database.prepare('DELETE FROM sessions WHERE expiresAt <= ?'),
    pruneMarks: database.prepare('DELETE FROM marks WHERE expires <= ?'),
    surplusMarks: database.prepare(
      'DELETE FROM marks WHERE key IN (SELECT key FROM marks ORDER BY expires DESC LIMIT -1 OFFSET ?)',
    ),
    pruneOld: database.prepare('DELETE FROM sign_ins WHERE at < ?'),
    pruneSurplus: database.prepare(`DELETE FROM sign_ins WHERE (outcome = 'signed-in') = ? AND id IN
      (SELECT id FROM sign_ins WHERE (outcome = 'signed-in') = ? ORDER BY at DESC, id DESC LIMIT -1 OFFSET ?)`),
  };
}
