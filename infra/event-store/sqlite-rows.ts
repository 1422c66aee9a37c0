/** How events lie in the SQLite file, for its writer and its readers. */
import { randomUUID } from 'node:crypto';
import type { RecordedEvent, TypesPage } from '../../events/envelope.ts';
import { type Position, START, type StreamId } from '../../events/ids.ts';
import { StoreUnavailable } from '../../services/ports.ts';
import { recentlyUsed } from '../../services/recently-used.ts';
import type { Database, Statement } from '../sqlite.ts';
import { StoredEvent } from './stored-event.ts';

export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS streams (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE IF NOT EXISTS types (key INTEGER PRIMARY KEY, type TEXT NOT NULL, version INTEGER NOT NULL, UNIQUE (type, version)) STRICT;
  CREATE TABLE IF NOT EXISTS events (
    position INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL REFERENCES streams (key),
    revision INTEGER NOT NULL,
    id BLOB NOT NULL UNIQUE,
    type INTEGER NOT NULL REFERENCES types (key),
    data TEXT NOT NULL,
    meta TEXT NOT NULL,
    UNIQUE (stream, revision)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS log (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id TEXT NOT NULL,
    proofs INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TRIGGER IF NOT EXISTS events_are_never_changed BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
  CREATE TRIGGER IF NOT EXISTS events_are_never_deleted BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
`;

export type EventRow = [
  position: number,
  stream: number,
  revision: number,
  /** 32 hexadecimal digits: text comes out of the database much faster than bytes. */
  id: string,
  type: number,
  data: string,
  meta: string,
];

/** Of an {@link EventRow}. */
export const COLUMNS = 'position, stream, revision, lower(hex(id)), type, data, meta';

/** A statement whose rows come as arrays, without the cost of names. */
export function arrays(database: Database, sql: string): Statement {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
}

/** Takes a position and a limit; gives the events after it, oldest first, as arrays of {@link COLUMNS}. */
export function prepareReadAll(database: Database): Statement {
  return arrays(database, `SELECT ${COLUMNS} FROM events WHERE position > ? ORDER BY position LIMIT ?`);
}

/**
 * Takes two positions, numbers of types as a JSON array, and a limit; gives the events of these types behind the first, up to the
 * second, oldest first, as arrays of {@link COLUMNS}. What is of other types is passed without its texts.
 */
export function prepareReadTypes(database: Database): Statement {
  const types = 'SELECT value FROM json_each(?)';
  return arrays(
    database,
    `SELECT ${COLUMNS} FROM events WHERE position > ? AND position <= ? AND type IN (${types}) ORDER BY position LIMIT ?`,
  );
}

/** The position of the last event; 0 when there is none. */
export function readHead(database: Database): number {
  return (database.prepare('SELECT max(position) AS head FROM events').get()?.head as number | null) ?? 0;
}

/** Whether the event with this id stands at a position; any, or none at the start, when none is told. */
export function isAt(database: Database, position: Position, eventId: string | undefined): boolean {
  if (eventId === undefined || position === START) return true;
  const row = database.prepare('SELECT lower(hex(id)) AS id FROM events WHERE position = ?').get(Number(position));
  return row !== undefined && idText(row.id as string) === eventId;
}

/** The identity of the log, made with it: a copy has the same, another log another. */
export function readLogId(database: Database): string {
  return database.prepare('SELECT id FROM log').get()?.id as string;
}

/** Gives a log its identity unless it has one. */
export function ensureLogId(database: Database): string {
  database.prepare('INSERT INTO log (one, id) VALUES (1, ?) ON CONFLICT DO NOTHING').run(randomUUID());
  return readLogId(database);
}

/** A commit of its own that nothing depends on. Throws when the disk does not take it. */
export function proveDurable(database: Database): void {
  database.exec('UPDATE log SET proofs = proofs + 1');
}

interface TypeName {
  readonly key: number;
  readonly type: string;
  readonly version: number;
}

/** Numbers for wire names and versions: an event row carries the number. */
export class TypeDictionary {
  readonly #byName = new Map<string, number>();
  readonly #byKey: TypeName[] = [];
  readonly #select: Statement;

  constructor(database: Database) {
    this.#select = database.prepare('SELECT key, type, version FROM types');
    this.refresh();
  }

  keyOf(type: string, version: number): number | undefined {
    return this.#byName.get(`${type}@${version}`);
  }

  /** Of all versions of some types. */
  keysOf(types: readonly string[]): readonly number[] {
    return this.#byKey.flatMap(name => (name && types.includes(name.type) ? [name.key] : []));
  }

  remember(name: TypeName): void {
    this.#byName.set(`${name.type}@${name.version}`, name.key);
    this.#byKey[name.key] = name;
  }

  /** A number that a writer has given since is looked up again. */
  nameOf(key: number): TypeName {
    if (!this.#byKey[key]) this.refresh();
    return this.#byKey[key] as TypeName;
  }

  /** Learns of what another writer has numbered since. */
  refresh(): void {
    for (const row of this.#select.all()) this.remember(row as unknown as TypeName);
  }
}

const REMEMBERED_STREAMS = 50_000;

/** The streams behind their numbers: an event row carries the number. */
export class StreamDictionary {
  readonly #byKey = recentlyUsed<number, StreamId>(REMEMBERED_STREAMS);
  readonly #select: Statement;

  constructor(database: Database) {
    this.#select = database.prepare('SELECT id FROM streams WHERE key = ?');
  }

  idOf(key: number): StreamId {
    const known = this.#byKey.get(key);
    if (known) return known;
    const id = this.#select.get(key)?.id as StreamId;
    this.#byKey.set(key, id);
    return id;
  }
}

export interface Dictionaries {
  readonly types: TypeDictionary;
  readonly streams: StreamDictionary;
}

/** A row as the event that was recorded; texts stay as they are stored until somebody reads them. */
export function eventOfRow(row: EventRow, { types, streams }: Dictionaries): RecordedEvent {
  const [position, stream, revision, id, typeKey, data, meta] = row;
  const { type, version } = types.nameOf(typeKey);
  const at = String(position) as Position;
  return new StoredEvent(at, streams.idOf(stream), revision, idText(id), type, version, data, meta);
}

/**
 * The events after a position, oldest first, by the statement of {@link prepareReadAll}. Throws {@link StoreUnavailable} where
 * what is damaged gives them in no order: whoever goes on behind the last one would read without end.
 */
export function eventsAfter(
  readAll: Statement,
  dictionaries: Dictionaries,
  after: number,
  limit: number,
): readonly RecordedEvent[] {
  return eventsInOrder(readAll.all(after, limit) as unknown as EventRow[], dictionaries, after);
}

/** Looked through at once for events of some types, and found: some milliseconds each. */
const LOOKED_THROUGH = 4_000;
const FOUND = 1_000;

/** Events of some types between a position and the head of the log, by the statement of {@link prepareReadTypes}. Throws as {@link eventsAfter}. */
export function typesAfter(
  readTypes: Statement,
  dictionaries: Dictionaries,
  types: readonly string[],
  { after, head }: { readonly after: Position; readonly head: number },
): TypesPage {
  if (Number(after) === head) return { events: [], reached: after, isEnd: true };
  const upTo = Math.min(Number(after) + LOOKED_THROUGH, head);
  const keys = JSON.stringify(dictionaries.types.keysOf(types));
  const rows = readTypes.all(Number(after), upTo, keys, FOUND) as unknown as EventRow[];
  const events = eventsInOrder(rows, dictionaries, Number(after));
  const reached = events.length < FOUND ? (String(upTo) as Position) : (events.at(-1) as RecordedEvent).position;
  return { events, reached, isEnd: Number(reached) === head };
}

/** The same of rows that have been read. */
export function eventsInOrder(
  rows: readonly EventRow[],
  dictionaries: Dictionaries,
  after: number,
): readonly RecordedEvent[] {
  let last = after;
  return rows.map(row => {
    const [position] = row;
    if (!(position > last)) {
      throw new StoreUnavailable(`position ${position} stands behind ${last}`, { reason: 'damaged' });
    }
    last = position;
    return eventOfRow(row, dictionaries);
  });
}

/** A UUID as its 16 bytes. */
export function idBytes(id: string): Uint8Array {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

function idText(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
