/**
 * The views by which BI tools read a SQLite file: names that stay, over whichever generation is live. They are turned to
 * another generation in the transaction that makes it live, so that a reader finds the one or the other and nothing between.
 */
import type { Position } from '../../events/ids.ts';
import type { Checkpoint } from '../../projections/ports.ts';
import { DICTIONARY_VIEWS, dictionaryRows } from '../../projections/reporting/dictionary.ts';
import type { ReportTable } from '../../projections/reporting/table.ts';
import { collectionOf, liveOf } from '../runner/core/generation.ts';
import { type Database, transaction } from '../sqlite.ts';
import { checkpointIn } from './checkpoint-text.ts';
import { quoted } from './query-plan.ts';

export class SqliteReportViews {
  readonly #database: Database;
  readonly #tables: ReadonlyMap<string, ReportTable>;
  /** The collection that each view is known to stand over. */
  readonly #over = new Map<string, string>();

  constructor(database: Database, tables: readonly ReportTable[]) {
    this.#database = database;
    this.#tables = new Map(tables.map(table => [table.projection.name, table]));
  }

  /** Writes the dictionary anew, and takes away views of tables that are no more. */
  describe(): void {
    transaction(this.#database, () => {
      for (const view of this.#strayViews()) this.#database.exec(`DROP VIEW ${quoted(view)}`);
      for (const [name, rows] of Object.entries(dictionaryRows())) {
        const columns = DICTIONARY_VIEWS[name as keyof typeof DICTIONARY_VIEWS];
        const table = quoted(`${name}_rows`);
        this.#database.exec(`DROP VIEW IF EXISTS ${name}; DROP TABLE IF EXISTS ${table}`);
        this.#database.exec(`CREATE TABLE ${table} (${columns.join(', ')})`);
        this.#database.exec(`CREATE VIEW ${name} AS SELECT ${columns.join(', ')} FROM ${table}`);
        const insert = this.#database.prepare(`INSERT INTO ${table} VALUES (${columns.map(() => '?').join(', ')})`);
        for (const row of rows) insert.run(...row);
      }
    });
  }

  /** In the transaction that writes the checkpoints. */
  follow(checkpoints: readonly Checkpoint[]): void {
    for (const checkpoint of checkpoints) {
      const table = this.#tables.get(checkpoint.projection);
      if (!table) continue;
      const isKnown = this.#over.get(table.view) === collectionOf(table.projection, checkpoint).name;
      if (checkpoint.state === 'live' ? !isKnown : isKnown) this.turn(checkpoint.projection);
    }
  }

  /** Over the generation that is live now; none where none is. */
  turn(projection: string): void {
    const table = this.#tables.get(projection);
    if (!table) return;
    const rows = this.#database.prepare('SELECT doc FROM checkpoints WHERE projection = ?').all(projection);
    const live = liveOf(rows.map(({ doc }) => checkpointIn(doc as string)));
    this.#database.exec(`DROP VIEW IF EXISTS ${table.view}`);
    this.#over.delete(table.view);
    if (!live) return;
    const { name } = collectionOf(table.projection, live);
    const columns = table.columns.map(column => `json_extract(doc, '$.${column.field}') AS ${quoted(column.name)}`);
    this.#database.exec(`CREATE VIEW ${table.view} AS SELECT ${columns.join(', ')} FROM ${quoted(name)}`);
    this.#over.set(table.view, name);
  }

  /** Where the generation whose rows these are stands in this file; undefined for one that has no checkpoint here. */
  positionOf(collection: string): Position | undefined {
    for (const { doc } of this.#database.prepare('SELECT doc FROM checkpoints').all()) {
      const checkpoint = checkpointIn(doc as string);
      const table = this.#tables.get(checkpoint.projection);
      if (table && collectionOf(table.projection, checkpoint).name === collection) return checkpoint.position;
    }
    return undefined;
  }

  /** What was turned in a transaction that is rolled back was not. */
  forget(): void {
    this.#over.clear();
  }

  #strayViews(): readonly string[] {
    const known = new Set([...this.#tables.values()].map(({ view }) => view));
    return this.#database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'view'")
      .all()
      .map(({ name }) => name as string)
      .filter(name => !known.has(name) && !Object.hasOwn(DICTIONARY_VIEWS, name));
  }
}
