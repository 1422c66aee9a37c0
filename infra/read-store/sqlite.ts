/** The embedded read store: rows as JSON documents in one SQLite file, with the indexed fields in columns. */
import { START } from '../../events/ids.ts';
import {
  type Checkpoint,
  type CollectionSpec,
  type CollectionWrites,
  eventsSeen,
  type GenerationOf,
  type Page,
  type Quarantined,
  type Query,
  type ReadStore,
  type Row,
  type Scalar,
  StaleTerm,
  type StoredRow,
} from '../../projections/ports.ts';
import type { ReportTable } from '../../projections/reporting/table.ts';
import { type RecentlyUsed, recentlyUsed } from '../../services/recently-used.ts';
import {
  closeDatabase,
  type Database,
  type DatabaseOptions,
  openDatabase,
  type Statement,
  transaction,
} from '../sqlite.ts';
import { checkpointIn, checkpointText } from './checkpoint-text.ts';
import { encodeCursor } from './cursor.ts';
import { columnsOf, elementIndexOf, elementsOf, scalarAt } from './indexed.ts';
import { columnName, elementTable, planCount, planSqlFind, quoted, type SqlPlan, valueTable } from './query-plan.ts';
import { SqliteReportViews } from './sqlite-report-views.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS checkpoints (
    projection TEXT NOT NULL, generation INTEGER NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (projection, generation)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS quarantine (
    projection TEXT NOT NULL, generation INTEGER NOT NULL, position TEXT NOT NULL, doc TEXT NOT NULL,
    PRIMARY KEY (projection, generation, position)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS marks (
    projection TEXT NOT NULL, generation INTEGER NOT NULL, events INTEGER NOT NULL, doc TEXT NOT NULL,
    PRIMARY KEY (projection, generation, events)
  ) STRICT, WITHOUT ROWID;
`;

const SCAN_PAGE = 500;
/** Values with more rows than this are all equally common to a query plan. */
const COUNTED_ROWS = 2_000;

/** What is prepared once for each collection. */
interface Collection {
  readonly spec: CollectionSpec;
  readonly columns: readonly string[];
  readonly get: Statement;
  readonly upsert: Statement;
  readonly remove: Statement;
  readonly elements: Elements | undefined;
  readonly plans: Map<string, Statement>;
}

/** The side table that finds rows by the elements of an array field; values are numbered to keep it small. */
interface Elements {
  readonly field: string;
  readonly orderedBy: string;
  /** By value, those that were met lately: many are met again with every row, and many never. */
  readonly keys: RecentlyUsed<string, number>;
  readonly insertValue: Statement;
  /** Of so many elements of one row. */
  insert(elements: number): Statement;
  readonly remove: Statement;
  readonly rowNumber: Statement;
}

const VALUES_REMEMBERED = 20_000;
/** Elements written by one statement. */
const ELEMENTS_AT_ONCE = 16;

export interface SqliteReadStoreOptions extends Pick<DatabaseOptions, 'autoCheckpointPages' | 'readOnly'> {
  /** The tables for BI tools that the file holds, and nothing else. */
  readonly reports?: readonly ReportTable[];
}

export class SqliteReadStore implements ReadStore {
  readonly #database: Database;
  readonly #collections = new Map<string, Collection>();

  readonly #readOnly: boolean;
  /** Over the tables for BI tools, where the file is of these. */
  readonly #views: SqliteReportViews | undefined;

  constructor(path: string, { reports, ...options }: SqliteReadStoreOptions = {}) {
    this.#database = openDatabase(path, { synchronous: 'NORMAL', ...options });
    this.#readOnly = options.readOnly ?? false;
    this.#views = reports && new SqliteReportViews(this.#database, reports);
    if (this.#readOnly) return;
    this.#database.exec(SCHEMA);
    this.#views?.describe();
  }

  close(): void {
    closeDatabase(this.#database, this.#readOnly);
  }

  async ensure(spec: CollectionSpec): Promise<void> {
    this.#open(spec);
  }

  async drop({ name }: CollectionSpec, { projection, generation }: Checkpoint): Promise<void> {
    this.#collections.delete(name);
    transaction(this.#database, () => {
      for (const table of [elementTable(name), valueTable(name), quoted(name)]) {
        this.#database.exec(`DROP TABLE IF EXISTS ${table}`);
      }
      for (const table of ['checkpoints', 'quarantine', 'marks']) {
        this.#database
          .prepare(`DELETE FROM ${table} WHERE projection = ? AND generation = ?`)
          .run(projection, generation);
      }
      this.#views?.turn(projection);
    });
  }

  async getMany(spec: CollectionSpec, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { get } = this.#open(spec);
    const found = new Map<string, string>();
    for (const id of ids) {
      const row = get.get(id) as unknown as [string] | undefined;
      if (row) found.set(id, row[0]);
    }
    return found;
  }

  /**
   * Rows and checkpoint are one transaction, so no row is ahead of it; but a checkpoint can be ahead of what its projector
   * knows, where it is of a file beside which another failed.
   */
  async load(spec: CollectionSpec, ids: readonly string[]): Promise<ReadonlyMap<string, StoredRow>> {
    const found = await this.getMany(spec, ids);
    const position = this.#views?.positionOf(spec.name) ?? START;
    return new Map([...found].map(([id, text]) => [id, { text, position }]));
  }

  async find(spec: CollectionSpec, query: Query): Promise<Page> {
    const collection = this.#open(spec);
    const plan = planSqlFind(spec, query, values => this.#keysOf(spec, values));
    if (!plan) return { rows: [] };
    const rows = this.#run(collection, plan);
    const page = rows.slice(0, query.limit);
    const last = page.at(-1);
    const more = rows.length > query.limit && last;
    return {
      rows: page.map(row => row[0] as string),
      ...(more && { next: encodeCursor(last.slice(1) as Scalar[]) }),
    };
  }

  async count(spec: CollectionSpec, where?: Query['where']): Promise<number> {
    const collection = this.#open(spec);
    const plan = planCount(spec, where, values => this.#keysOf(spec, values));
    return plan ? Number(this.#run(collection, plan)[0]?.[0]) : 0;
  }

  async *scan(spec: CollectionSpec): AsyncIterable<readonly [string, string]> {
    this.#open(spec);
    const page = this.#database.prepare(
      `SELECT id, doc FROM ${quoted(spec.name)} WHERE id > ? ORDER BY id LIMIT ${SCAN_PAGE}`,
    );
    page.setReturnArrays(true);
    for (let after = ''; ; ) {
      const rows = page.all(after) as unknown as [string, string][];
      yield* rows;
      const last = rows.at(-1);
      if (!last) return;
      after = last[0];
    }
  }

  async commit(
    writes: readonly CollectionWrites[],
    checkpoints: readonly Checkpoint[],
    quarantined: readonly Quarantined[],
    marks: readonly Checkpoint[] = [],
  ): Promise<void> {
    // Before the transaction: a table made inside it would vanish with a rollback, but be remembered here.
    const opened = writes.map(write => ({ collection: this.#open(write.collection), rows: write.rows }));
    try {
      transaction(this.#database, () => {
        for (const { collection, rows } of opened) this.#write(collection, rows);
        for (const checkpoint of checkpoints) this.#saveCheckpoint(checkpoint);
        this.#views?.follow(checkpoints);
        for (const mark of marks) this.#keep(mark);
        for (const event of quarantined) {
          this.#database
            .prepare('INSERT OR REPLACE INTO quarantine (projection, generation, position, doc) VALUES (?, ?, ?, ?)')
            .run(event.projection, event.generation, event.position, JSON.stringify(event));
        }
      });
    } catch (error) {
      for (const collection of this.#collections.values()) collection.elements?.keys.clear();
      this.#views?.forget();
      throw error;
    }
  }

  async checkpoints(): Promise<readonly Checkpoint[]> {
    const rows = this.#database.prepare('SELECT doc FROM checkpoints ORDER BY projection, generation').all();
    return rows.map(row => checkpointIn(row.doc as string));
  }

  async quarantine(): Promise<readonly Quarantined[]> {
    const rows = this.#database.prepare('SELECT doc FROM quarantine ORDER BY projection, generation, position').all();
    return rows.map(row => JSON.parse(row.doc as string) as Quarantined);
  }

  async marks({ projection, generation }: GenerationOf): Promise<readonly Checkpoint[]> {
    // Opened for reading, the file may be an earlier program's.
    if (!this.#statement("SELECT 1 FROM sqlite_master WHERE name = 'marks'").get()) return [];
    const rows = this.#statement('SELECT doc FROM marks WHERE projection = ? AND generation = ? ORDER BY events');
    return rows.all(projection, generation).map(row => checkpointIn(row.doc as string));
  }

  #keep(mark: Checkpoint): void {
    const { projection, generation } = mark;
    this.#statement('INSERT OR REPLACE INTO marks (projection, generation, events, doc) VALUES (?, ?, ?, ?)').run(
      projection,
      generation,
      eventsSeen(mark),
      checkpointText(mark),
    );
  }

  #saveCheckpoint(checkpoint: Checkpoint): void {
    const { projection, generation, term } = checkpoint;
    const select = this.#statement('SELECT doc FROM checkpoints WHERE projection = ? AND generation = ?');
    const stored = select.get(projection, generation)?.doc as string | undefined;
    if (stored && checkpointIn(stored).term > term) throw new StaleTerm(projection, term);
    this.#statement('INSERT OR REPLACE INTO checkpoints (projection, generation, doc) VALUES (?, ?, ?)').run(
      projection,
      generation,
      checkpointText(checkpoint),
    );
  }

  readonly #prepared = new Map<string, Statement>();

  #statement(sql: string): Statement {
    const known = this.#prepared.get(sql) ?? this.#database.prepare(sql);
    this.#prepared.set(sql, known);
    return known;
  }

  #write(collection: Collection, rows: CollectionWrites['rows']): void {
    for (const [id, { row }] of rows) {
      if (collection.elements) this.#forgetElements(collection, collection.elements, id);
      if (row === null) {
        collection.remove.run(id);
        continue;
      }
      const values = collection.columns.map(field => scalarAt(row, field));
      const { lastInsertRowid, changes } = collection.upsert.run(id, JSON.stringify(row), ...values);
      if (collection.elements && changes) this.#addElements(collection, collection.elements, row, id, lastInsertRowid);
    }
  }

  #forgetElements(collection: Collection, elements: Elements, id: string): void {
    if (collection.spec.appendOnly) return;
    const row = elements.rowNumber.get(id) as unknown as [number, string] | undefined;
    if (!row) return;
    const before = JSON.parse(row[1]) as Row;
    for (const value of elementsOf(before, elements.field)) {
      const key = elements.keys.get(value) ?? this.#valueKey(collection.spec, value);
      if (key !== undefined) elements.remove.run(key, scalarAt(before, elements.orderedBy), row[0]);
    }
  }

  #addElements(collection: Collection, elements: Elements, row: Row, id: string, inserted: number | bigint): void {
    const rowNumber = collection.spec.appendOnly ? inserted : (elements.rowNumber.get(id) as unknown as [number])[0];
    const sort = scalarAt(row, elements.orderedBy);
    const keys = elementsOf(row, elements.field).map(value => this.#ensureValueKey(collection, elements, value));
    for (let at = 0; at < keys.length; at += ELEMENTS_AT_ONCE) {
      const some = keys.slice(at, at + ELEMENTS_AT_ONCE);
      elements.insert(some.length).run(...some.flatMap(key => [key, sort, rowNumber]));
    }
  }

  #ensureValueKey(collection: Collection, elements: Elements, value: string): number {
    const known = elements.keys.get(value);
    if (known !== undefined) return known;
    const { changes, lastInsertRowid } = elements.insertValue.run(value);
    const key = changes ? Number(lastInsertRowid) : (this.#valueKey(collection.spec, value) as number);
    elements.keys.set(value, key);
    return key;
  }

  /** Keys of element values, the rarest first; undefined when one of them occurs nowhere. */
  #keysOf(spec: CollectionSpec, values: readonly string[]): readonly number[] | undefined {
    const keys: number[] = [];
    for (const value of values) {
      const key = this.#valueKey(spec, value);
      if (key === undefined) return undefined;
      keys.push(key);
    }
    if (keys.length === 1) return keys;
    const known = this.#statement(
      `SELECT count(*) AS known FROM (SELECT 1 FROM ${elementTable(spec.name)} WHERE value = ? LIMIT ${COUNTED_ROWS})`,
    );
    const rows = new Map(keys.map(key => [key, known.get(key)?.known as number]));
    return keys.sort((a, b) => (rows.get(a) as number) - (rows.get(b) as number));
  }

  #valueKey(spec: CollectionSpec, value: string): number | undefined {
    const row = this.#statement(`SELECT key FROM ${valueTable(spec.name)} WHERE value = ?`).get(value);
    return row?.key as number | undefined;
  }

  #run(collection: Collection, plan: SqlPlan): unknown[][] {
    let statement = collection.plans.get(plan.sql);
    if (!statement) {
      statement = this.#database.prepare(plan.sql);
      statement.setReturnArrays(true);
      collection.plans.set(plan.sql, statement);
    }
    return statement.all(...plan.parameters) as unknown as unknown[][];
  }

  #open(spec: CollectionSpec): Collection {
    const known = this.#collections.get(spec.name);
    if (known) return known;
    const columns = columnsOf(spec);
    const element = elementIndexOf(spec);
    if (!this.#readOnly) this.#createTables(spec, columns, element !== undefined);
    const arrays = (sql: string): Statement => {
      const statement = this.#database.prepare(sql);
      statement.setReturnArrays(true);
      return statement;
    };
    const inserts: Statement[] = [];
    const table = quoted(spec.name);
    const names = ['id', 'doc', ...columns.map(columnName)];
    const onConflict = spec.appendOnly
      ? 'NOTHING'
      : `UPDATE SET ${names
          .slice(1)
          .map(name => `${name} = excluded.${name}`)
          .join(', ')}`;
    const collection: Collection = {
      spec,
      columns,
      get: arrays(`SELECT doc FROM ${table} WHERE id = ?`),
      upsert: this.#database.prepare(
        `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')}) ON CONFLICT (id) DO ${onConflict}`,
      ),
      remove: this.#database.prepare(`DELETE FROM ${table} WHERE id = ?`),
      elements: element && {
        field: element.each,
        orderedBy: element.orderedBy,
        keys: recentlyUsed(VALUES_REMEMBERED),
        insertValue: this.#database.prepare(
          `INSERT INTO ${valueTable(spec.name)} (value) VALUES (?) ON CONFLICT (value) DO NOTHING`,
        ),
        insert: count => {
          inserts[count] ??= this.#database.prepare(
            `INSERT OR IGNORE INTO ${elementTable(spec.name)} (value, sort, rid) VALUES ${Array(count).fill('(?, ?, ?)').join(', ')}`,
          );
          return inserts[count];
        },
        remove: this.#database.prepare(
          `DELETE FROM ${elementTable(spec.name)} WHERE value = ? AND sort = ? AND rid = ?`,
        ),
        rowNumber: arrays(`SELECT rid, doc FROM ${table} WHERE id = ?`),
      },
      plans: new Map(),
    };
    this.#collections.set(spec.name, collection);
    return collection;
  }

  #createTables(spec: CollectionSpec, columns: readonly string[], hasElements: boolean): void {
    const table = quoted(spec.name);
    const definitions = ['rid INTEGER PRIMARY KEY', 'id TEXT NOT NULL UNIQUE', 'doc TEXT NOT NULL'];
    this.#database.exec(
      `CREATE TABLE IF NOT EXISTS ${table} (${[...definitions, ...columns.map(columnName)].join(', ')})`,
    );
    spec.indexes.forEach((index, at) => {
      const fields = 'each' in index ? [index.orderedBy] : index.fields;
      this.#database.exec(
        `CREATE INDEX IF NOT EXISTS ${quoted(`${spec.name}__${at}`)} ON ${table} (${fields.map(columnName).join(', ')}, id)`,
      );
    });
    if (!hasElements) return;
    this.#database.exec(`
      CREATE TABLE IF NOT EXISTS ${valueTable(spec.name)} (key INTEGER PRIMARY KEY, value TEXT NOT NULL UNIQUE);
      CREATE TABLE IF NOT EXISTS ${elementTable(spec.name)} (
        value INTEGER NOT NULL, sort NOT NULL, rid INTEGER NOT NULL, PRIMARY KEY (value, sort, rid)
      ) WITHOUT ROWID;
    `);
  }
}
