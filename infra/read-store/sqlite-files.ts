/**
 * The embedded read store as the two files it consists of. Tables for BI tools have a file of their own: it can be given away
 * without the rest, and whoever reads it for an hour keeps no other file from being tidied.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type {
  Checkpoint,
  CollectionSpec,
  CollectionWrites,
  GenerationOf,
  Page,
  Quarantined,
  Query,
  ReadStore,
  StoredRow,
} from '../../projections/ports.ts';
import { reportTables } from '../../projections/reporting/index.ts';
import { isReporting } from '../../projections/reporting/table.ts';
import type { DatabaseOptions } from '../sqlite.ts';
import { SqliteReadStore } from './sqlite.ts';

export const ROWS_FILE = 'rows.db';
export const REPORTING_FILE = 'reporting.db';

export interface SqliteRows extends ReadStore {
  close(): void;
}

/** Opens both files of a directory; for reading alone, a directory that an earlier program left may have only the first. */
export function openSqliteRows(
  directory: string,
  options: Pick<DatabaseOptions, 'autoCheckpointPages' | 'readOnly'> = {},
): SqliteRows {
  const rows = new SqliteReadStore(join(directory, ROWS_FILE), options);
  const path = join(directory, REPORTING_FILE);
  if (options.readOnly && !existsSync(path)) return rows;
  try {
    return new SqliteFiles(
      rows,
      new SqliteReadStore(path, { readOnly: options.readOnly ?? false, reports: reportTables }),
    );
  } catch (error) {
    rows.close();
    throw error;
  }
}

class SqliteFiles implements SqliteRows {
  readonly #rows: SqliteReadStore;
  readonly #reporting: SqliteReadStore;

  constructor(rows: SqliteReadStore, reporting: SqliteReadStore) {
    this.#rows = rows;
    this.#reporting = reporting;
  }

  close(): void {
    try {
      this.#reporting.close();
    } finally {
      this.#rows.close();
    }
  }

  ensure(spec: CollectionSpec): Promise<void> {
    return this.#of(spec.name).ensure(spec);
  }

  /** What was set aside stands with the rows, whatever projection it is of. */
  async drop(spec: CollectionSpec, checkpoint: Checkpoint): Promise<void> {
    if (isReporting(spec.name)) await this.#reporting.drop(spec, checkpoint);
    await this.#rows.drop(spec, checkpoint);
  }

  getMany(spec: CollectionSpec, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return this.#of(spec.name).getMany(spec, ids);
  }

  load(spec: CollectionSpec, ids: readonly string[]): Promise<ReadonlyMap<string, StoredRow>> {
    return this.#of(spec.name).load(spec, ids);
  }

  find(spec: CollectionSpec, query: Query): Promise<Page> {
    return this.#of(spec.name).find(spec, query);
  }

  count(spec: CollectionSpec, where?: Query['where']): Promise<number> {
    return this.#of(spec.name).count(spec, where);
  }

  scan(spec: CollectionSpec): AsyncIterable<readonly [string, string]> {
    return this.#of(spec.name).scan(spec);
  }

  /**
   * Each file in a transaction of its own. Tables go first: where the rest then fails and is tried again, they pass over the
   * events that they have taken.
   */
  async commit(
    writes: readonly CollectionWrites[],
    checkpoints: readonly Checkpoint[],
    quarantined: readonly Quarantined[],
    marks: readonly Checkpoint[] = [],
  ): Promise<void> {
    const ofTable = ({ projection }: GenerationOf) => isReporting(projection);
    const others = (each: GenerationOf) => !ofTable(each);
    const reports = writes.filter(({ collection }) => isReporting(collection.name));
    const rows = writes.filter(({ collection }) => !isReporting(collection.name));
    const reported = checkpoints.filter(ofTable);
    const set = marks.filter(ofTable);
    // First of all: it stands before a checkpoint passes it.
    const aside = quarantined.filter(ofTable);
    if (aside.length > 0) await this.#rows.commit([], [], aside);
    if (reports.length + reported.length + set.length > 0) await this.#reporting.commit(reports, reported, [], set);
    const rest = [checkpoints.filter(others), quarantined.filter(others), marks.filter(others)] as const;
    if (rows.length + rest[0].length + rest[1].length + rest[2].length > 0) await this.#rows.commit(rows, ...rest);
  }

  async checkpoints(): Promise<readonly Checkpoint[]> {
    return [...(await this.#rows.checkpoints()), ...(await this.#reporting.checkpoints())];
  }

  quarantine(): Promise<readonly Quarantined[]> {
    return this.#rows.quarantine();
  }

  marks(generation: GenerationOf): Promise<readonly Checkpoint[]> {
    return this.#of(generation.projection).marks(generation);
  }

  #of(name: string): SqliteReadStore {
    return isReporting(name) ? this.#reporting : this.#rows;
  }
}
