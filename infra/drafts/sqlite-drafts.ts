/** Drafts in a SQLite file of their own, which any number of processes of a machine may open. */
import type { Instant } from '../../events/time.ts';
import type { Database } from '../sqlite.ts';
import { SqliteFile } from '../sqlite-file.ts';
import type { DraftStore, Keeping, KeptText, StoredDraft } from './draft-store.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS drafts (id TEXT PRIMARY KEY, owner TEXT NOT NULL, savedAt TEXT NOT NULL,
    subject TEXT NOT NULL, sealed TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS drafts_owner ON drafts (owner, savedAt);
  CREATE INDEX IF NOT EXISTS drafts_savedAt ON drafts (savedAt);
  CREATE TABLE IF NOT EXISTS formsOver (form TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS formsOver_at ON formsOver (at);
`;

export interface Everything {
  readonly drafts: readonly KeptText[];
  /** Forms of which nothing is kept any more. */
  readonly over: readonly { readonly form: string; readonly at: Instant }[];
}

interface Row {
  readonly id: string;
  readonly owner: string;
  readonly savedAt: Instant;
  readonly subject: string;
  readonly sealed: string;
}

export class SqliteDrafts extends SqliteFile implements DraftStore {
  readonly #statements: ReturnType<typeof prepareAll>;

  constructor(path: string) {
    super(path, { schema: SCHEMA, outage: 'the file of the drafts cannot be used', overwrites: true });
    this.#statements = prepareAll(this.database);
  }

  /** Of one statement, so that no form is over in between. */
  keep({ id, owner, form, savedAt, content: { subject, sealed } }: StoredDraft, most: number): Promise<Keeping> {
    const values = [id, owner, savedAt, subject, sealed];
    return this.answered(() => {
      if (this.#statements.keep.run(...values, owner, id, most, form).changes === 1) return 'kept';
      return this.#statements.isOver.get(form) ? 'over' : 'too-many';
    });
  }

  draft(id: string): Promise<KeptText | undefined> {
    return this.answered(() => {
      const row = this.#statements.one.get(id) as Row | undefined;
      return row && draftOf(row);
    });
  }

  draftsOf(owner: string): Promise<readonly KeptText[]> {
    return this.answered(() => (this.#statements.all.all(owner) as unknown as Row[]).map(draftOf));
  }

  /** Of everybody. */
  everything(): Promise<Everything> {
    return this.answered(() => ({
      drafts: (this.#statements.everyDraft.all() as unknown as Row[]).map(draftOf),
      over: this.#statements.everyOver.all() as unknown as Everything['over'],
    }));
  }

  discard(id: string, form?: { readonly over: string; readonly at: Instant }): Promise<void> {
    return this.answered(() => {
      if (form) this.#statements.end.run(form.over, form.at);
      this.#statements.discard.run(id);
    });
  }

  forgetBefore(instant: Instant): Promise<void> {
    return this.answered(() => {
      this.#statements.forget.run(instant);
      this.#statements.forgetOver.run(instant);
    });
  }
}

function draftOf({ subject, sealed, ...row }: Row): KeptText {
  return { ...row, content: { subject, sealed } as KeptText['content'] };
}

function prepareAll(database: Database) {
  const columns = 'id, owner, savedAt, subject, sealed';
  return {
    keep: database.prepare(`INSERT INTO drafts (${columns}) SELECT ?, ?, ?, ?, ?
      WHERE (SELECT count(*) FROM drafts WHERE owner = ? AND id <> ?) < ?
        AND NOT EXISTS (SELECT 1 FROM formsOver WHERE form = ?)
      ON CONFLICT (id) DO UPDATE SET savedAt = excluded.savedAt, subject = excluded.subject, sealed = excluded.sealed`),
    one: database.prepare(`SELECT ${columns} FROM drafts WHERE id = ?`),
    all: database.prepare(`SELECT ${columns} FROM drafts WHERE owner = ? ORDER BY savedAt DESC, id`),
    everyDraft: database.prepare(`SELECT ${columns} FROM drafts`),
    everyOver: database.prepare('SELECT form, at FROM formsOver'),
    discard: database.prepare('DELETE FROM drafts WHERE id = ?'),
    forget: database.prepare('DELETE FROM drafts WHERE savedAt < ?'),
    end: database.prepare('INSERT INTO formsOver (form, at) VALUES (?, ?) ON CONFLICT (form) DO NOTHING'),
    isOver: database.prepare('SELECT 1 FROM formsOver WHERE form = ?'),
    forgetOver: database.prepare('DELETE FROM formsOver WHERE at < ?'),
  };
}
