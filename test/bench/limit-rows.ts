/** Rows read through the same binding and nothing else. */
import { join } from 'node:path';
import { openDatabase } from '../../infra/sqlite.ts';
import { rules } from '../../projections/registry/rules.ts';

export interface PlainRows {
  get(id: string): string | undefined;
  values(): readonly unknown[];
  close(): void;
}

/** The rules of a house as its read store holds them. */
export function ruleRows(directory: string): PlainRows {
  const database = openDatabase(join(directory, 'rows.db'), { synchronous: 'NORMAL', readOnly: true });
  const table = `"${rules.name}_v${rules.version}_g1"`;
  const select = database.prepare(`SELECT doc FROM ${table} WHERE id = ?`);
  const all = database.prepare(`SELECT doc FROM ${table}`);
  return {
    get: id => select.get(id)?.doc as string | undefined,
    values: () => all.all().map(row => JSON.parse(row.doc as string)),
    // The binding closes a database that nobody refers to, whatever becomes of its statements.
    close: () => database.close(),
  };
}
