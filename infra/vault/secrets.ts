/** Secrets of the installation, made on first use and kept in the vault file. */
import { randomBytes } from 'node:crypto';
import type { Database } from '../sqlite.ts';

const SECRET_BYTES = 32;

/** The 32-byte secret of a name; always the same for one vault file. */
export function secretOf(database: Database, name: string): Uint8Array {
  database.exec(
    'CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID',
  );
  database
    .prepare('INSERT INTO secrets (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING')
    .run(name, randomBytes(SECRET_BYTES));
  const row = database.prepare('SELECT value FROM secrets WHERE name = ?').get(name) as { value: Uint8Array };
  return row.value;
}
