/** What is common to small stores that are a SQLite file of their own, which any number of processes of a machine may open. */
import { unavailable } from './observability/outage.ts';
import { closeDatabase, type Database, openDatabase } from './sqlite.ts';

export interface FileKept {
  readonly schema: string;
  /** Said of an outage, e.g. `the file of the drafts cannot be used`. */
  readonly outage: string;
  /** What was thrown away is overwritten, not only left out. */
  readonly overwrites?: true;
}

/** A store whose every acknowledged change is on disk, and to whom a file that cannot be used is an outage like any other. */
export abstract class SqliteFile {
  protected readonly database: Database;
  readonly #outage: string;

  constructor(path: string, { schema, outage, overwrites }: FileKept) {
    this.database = openDatabase(path, { synchronous: 'FULL' });
    this.#outage = outage;
    if (overwrites) this.database.exec('PRAGMA secure_delete = ON');
    this.database.exec(schema);
  }

  async close(): Promise<void> {
    closeDatabase(this.database);
  }

  /** Rejects with StoreUnavailable where the file cannot be read or written now. */
  protected async answered<T>(answer: () => T): Promise<T> {
    try {
      return answer();
    } catch (error) {
      throw unavailable(error, this.#outage);
    }
  }
}
