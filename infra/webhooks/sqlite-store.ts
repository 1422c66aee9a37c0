/** The embedded store of webhooks: a SQLite file of its own. */
import { type Database, transaction } from '../sqlite.ts';
import { SqliteFile } from '../sqlite-file.ts';
import { type DeliveryEntry, ENTRIES_KEPT, type WebhookState, type WebhookStore } from './store.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS webhooks (id TEXT PRIMARY KEY, version INTEGER NOT NULL, state TEXT NOT NULL)
    STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS deliveries (webhook TEXT NOT NULL, number INTEGER NOT NULL, entry TEXT NOT NULL,
    PRIMARY KEY (webhook, number)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS moved_to (log TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
`;

/** What is kept, as it is with another log. */
export interface PlacesAnew {
  state(state: WebhookState): WebhookState;
  entry(entry: DeliveryEntry): DeliveryEntry;
}

interface Row {
  readonly state: string;
}

export class SqliteWebhooks extends SqliteFile implements WebhookStore {
  readonly #statements: ReturnType<typeof prepareAll>;

  constructor(path: string) {
    super(path, { schema: SCHEMA, outage: 'the file of the webhooks cannot be used' });
    this.#statements = prepareAll(this.database);
  }

  create(state: WebhookState): Promise<boolean> {
    const { insert } = this.#statements;
    return this.answered(() => insert.run(state.id, state.version, JSON.stringify(state)).changes === 1);
  }

  get(id: string): Promise<WebhookState | undefined> {
    return this.answered(() => {
      const row = this.#statements.select.get(id) as Row | undefined;
      return row && JSON.parse(row.state);
    });
  }

  all(): Promise<readonly WebhookState[]> {
    return this.answered(() =>
      (this.#statements.selectAll.all() as unknown as Row[]).map(({ state }) => JSON.parse(state)),
    );
  }

  replace(state: WebhookState): Promise<boolean> {
    const { id, version } = state;
    const { update } = this.#statements;
    return this.answered(() => update.run(version, JSON.stringify(state), id, version - 1).changes === 1);
  }

  remove(id: string): Promise<void> {
    return this.answered(() => void this.#statements.delete.run(id));
  }

  log(entry: DeliveryEntry): Promise<void> {
    const { webhookId, number } = entry;
    return this.answered(() => {
      this.#statements.putEntry.run(webhookId, number, JSON.stringify(entry));
      this.#statements.pruneEntries.run(webhookId, number - ENTRIES_KEPT);
    });
  }

  entriesOf(webhookId: string, before: number, limit: number): Promise<readonly DeliveryEntry[]> {
    return this.answered(() => {
      const rows = this.#statements.selectEntries.all(webhookId, before, limit) as unknown as { entry: string }[];
      return rows.map(({ entry }) => JSON.parse(entry));
    });
  }

  /** Rewrites what names places of a log for another one, in one step, once: nothing where that was done for it before. */
  async rewriteFor(log: string, places: PlacesAnew): Promise<void> {
    const { movedTo, moveTo, selectAll, update, selectEveryEntry, putEntry } = this.#statements;
    transaction(this.database, () => {
      if (movedTo.get(log)) return;
      for (const { state } of selectAll.all() as unknown as Row[]) {
        const was: WebhookState = JSON.parse(state);
        const is = { ...places.state(was), version: was.version + 1 };
        update.run(is.version, JSON.stringify(is), is.id, was.version);
      }
      for (const row of selectEveryEntry.all() as unknown as { readonly entry: string }[]) {
        const is = places.entry(JSON.parse(row.entry));
        putEntry.run(is.webhookId, is.number, JSON.stringify(is));
      }
      moveTo.run(log);
    });
  }
}

function prepareAll(database: Database) {
  return {
    insert: database.prepare('INSERT INTO webhooks (id, version, state) VALUES (?, ?, ?) ON CONFLICT DO NOTHING'),
    select: database.prepare('SELECT state FROM webhooks WHERE id = ?'),
    selectAll: database.prepare('SELECT state FROM webhooks ORDER BY id'),
    update: database.prepare('UPDATE webhooks SET version = ?, state = ? WHERE id = ? AND version = ?'),
    delete: database.prepare('DELETE FROM webhooks WHERE id = ?'),
    putEntry: database.prepare('INSERT OR REPLACE INTO deliveries (webhook, number, entry) VALUES (?, ?, ?)'),
    pruneEntries: database.prepare('DELETE FROM deliveries WHERE webhook = ? AND number <= ?'),
    movedTo: database.prepare('SELECT 1 FROM moved_to WHERE log = ?'),
    moveTo: database.prepare('INSERT INTO moved_to (log) VALUES (?)'),
    selectEveryEntry: database.prepare('SELECT entry FROM deliveries'),
    selectEntries: database.prepare(
      'SELECT entry FROM deliveries WHERE webhook = ? AND number < ? ORDER BY number DESC LIMIT ?',
    ),
  };
}
