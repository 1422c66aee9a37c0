/**
 * The embedded event store: one SQLite file. Appends of one event-loop turn share a transaction and so a disk sync;
 * each is acknowledged after it. Positions are dense and given inside the only writing transaction, so that a reader
 * who has seen position n has seen all before it.
 */
import { LRUCache } from 'lru-cache';
import type { RecordedEvent } from '../../events/envelope.ts';
import type { Position, StreamId } from '../../events/ids.ts';
import { type EventLog, NoSuchPosition } from '../../projections/ports.ts';
import {
  type EventStore,
  type NewEvent,
  NO_STREAM,
  StoreUnavailable,
  WrongExpectedRevision,
} from '../../services/ports.ts';
import { CHECKPOINTED_ELSEWHERE, closeDatabase, type Database, openDatabase, startCheckpointer } from '../sqlite.ts';
import {
  arrays,
  COLUMNS,
  type Dictionaries,
  type EventRow,
  eventOf,
  idBytes,
  prepareReadAll,
  readHead,
  SCHEMA,
  StreamDictionary,
  TypeDictionary,
} from './sqlite-rows.ts';
import { StoredEvent } from './stored-event.ts';

/** Enough for the inner pages of the indexes of a million events. */
const CACHE_KIB = 32_768;
const CACHED_STREAMS = 50_000;
/** Turns of the event loop that a group of appends may gather. */
const GATHERING_TURNS = 8;

interface Head {
  readonly key: number;
  readonly revision: number;
}

/** The stream is known not to be there. */
const ABSENT: Head = { key: 0, revision: NO_STREAM };

interface Prepared extends NewEvent {
  readonly dataText: string;
  readonly metaText: string;
}

interface Pending {
  readonly stream: StreamId;
  readonly expected: number;
  readonly events: readonly Prepared[];
  resolve(events: readonly RecordedEvent[]): void;
  reject(error: Error): void;
}

export interface SqliteEventStoreOptions {
  readonly path: string;
  /** Checkpoints on a second thread; off for short-lived stores. */
  readonly checkpointThread?: boolean;
}

export class SqliteEventStore implements EventStore, EventLog {
  readonly #database: Database;
  readonly #heads = new LRUCache<string, Head>({ max: CACHED_STREAMS });
  readonly #types: TypeDictionary;
  readonly #dictionaries: Dictionaries;
  readonly #listeners = new Set<(events: readonly RecordedEvent[]) => void>();
  readonly #statements: ReturnType<typeof prepareAll>;
  readonly #checkpointer: ReturnType<typeof startCheckpointer> | undefined;
  #queue: Pending[] = [];
  #position: number;
  #closed = false;

  constructor(options: SqliteEventStoreOptions) {
    const threaded = options.checkpointThread ?? false;
    this.#database = openDatabase(options.path, {
      synchronous: 'FULL',
      cacheKib: CACHE_KIB,
      ...(threaded && { autoCheckpointPages: CHECKPOINTED_ELSEWHERE }),
    });
    this.#database.exec(SCHEMA);
    this.#statements = prepareAll(this.#database);
    this.#types = new TypeDictionary(this.#database);
    this.#dictionaries = { types: this.#types, streams: new StreamDictionary(this.#database) };
    this.#position = readHead(this.#database);
    if (threaded) this.#checkpointer = startCheckpointer(options.path, 'FULL');
  }

  async append(stream: StreamId, expected: number, events: readonly NewEvent[]): Promise<readonly RecordedEvent[]> {
    this.#refuseIfClosed();
    const prepared = events.map(event => ({
      ...event,
      dataText: JSON.stringify(event.data),
      metaText: JSON.stringify(event.meta),
    }));
    return new Promise((resolve, reject) => {
      this.#queue.push({ stream, expected, events: prepared, resolve, reject });
      if (this.#queue.length === 1) setImmediate(() => this.#flushWhenQuiet(1, 0));
    });
  }

  async readStream(stream: StreamId, after: number): Promise<readonly RecordedEvent[]> {
    this.#refuseIfClosed();
    const head = this.#head(stream);
    if (head.revision <= after) return [];
    const rows = this.#statements.readStream.all(head.key, after) as unknown as EventRow[];
    return rows.map(row => eventOf(row, this.#dictionaries));
  }

  async readAll(after: Position, limit: number): Promise<readonly RecordedEvent[]> {
    this.#refuseIfClosed();
    if (Number(after) > this.#position) throw new NoSuchPosition();
    if (Number(after) === this.#position) return [];
    const rows = this.#statements.readAll.all(Number(after), limit) as unknown as EventRow[];
    return rows.map(row => eventOf(row, this.#dictionaries));
  }

  async head(): Promise<Position> {
    this.#refuseIfClosed();
    return String(this.#position) as Position;
  }

  async holds(position: Position): Promise<boolean> {
    this.#refuseIfClosed();
    return Number(position) <= this.#position;
  }

  ordinal(position: Position): number {
    return Number(position);
  }

  onAppend(listener: (events: readonly RecordedEvent[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Commits what is queued, then closes. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#queue.length > 0) this.#flush();
    await this.#checkpointer?.stop();
    closeDatabase(this.#database);
  }

  #refuseIfClosed(): void {
    if (this.#closed) throw new StoreUnavailable('the event store is closed');
  }

  /** While each turn of the event loop brings more appends, they wait for one another and share one sync. */
  #flushWhenQuiet(queued: number, turns: number): void {
    const now = this.#queue.length;
    if (now > queued && turns < GATHERING_TURNS) setImmediate(() => this.#flushWhenQuiet(now, turns + 1));
    else this.#flush();
  }

  #flush(): void {
    const batch = this.#queue;
    this.#queue = [];
    if (batch.length === 0) return;
    try {
      this.#commit(batch);
    } catch (error) {
      if (batch.length > 1) this.#commitOneByOne(batch);
      else batch[0]?.reject(new StoreUnavailable('the append could not be made durable', { cause: error }));
    }
  }

  /** One bad append must not refuse its neighbours. */
  #commitOneByOne(batch: readonly Pending[]): void {
    for (const pending of batch) {
      try {
        this.#commit([pending]);
      } catch (error) {
        pending.reject(new StoreUnavailable('the append could not be made durable', { cause: error }));
      }
    }
  }

  /** All of a batch in one transaction; in-memory heads change only once it is durable. */
  #commit(batch: readonly Pending[]): void {
    const heads = new Map<StreamId, Head>();
    const newTypes = new Map<string, { key: number; type: string; version: number }>();
    const accepted: { pending: Pending; events: RecordedEvent[] }[] = [];
    const refused: Pending[] = [];
    let position = this.#position;
    this.#statements.begin.run();
    try {
      for (const pending of batch) {
        const head = heads.get(pending.stream) ?? this.#head(pending.stream);
        if (head.revision !== pending.expected) {
          refused.push(pending);
          continue;
        }
        const key = head.key || Number(this.#statements.insertStream.run(pending.stream).lastInsertRowid);
        const events: RecordedEvent[] = [];
        let revision = pending.expected;
        for (const event of pending.events) {
          position += 1;
          revision += 1;
          const { id, type, schemaVersion, data, meta, dataText, metaText } = event;
          this.#statements.insertEvent.run(
            position,
            key,
            revision,
            idBytes(id),
            this.#typeKey(type, schemaVersion, newTypes),
            dataText,
            metaText,
          );
          const at = String(position) as Position;
          const stored = new StoredEvent(at, pending.stream, revision, id, type, schemaVersion, dataText, metaText);
          events.push(stored.withValues(data, meta));
        }
        heads.set(pending.stream, { key, revision });
        accepted.push({ pending, events });
      }
      this.#statements.commit.run();
    } catch (error) {
      if (this.#database.isTransaction) this.#statements.rollback.run();
      throw error;
    }
    this.#position = position;
    for (const [stream, head] of heads) this.#heads.set(stream, head);
    for (const name of newTypes.values()) this.#types.remember(name);
    for (const pending of refused) pending.reject(new WrongExpectedRevision(pending.stream, pending.expected));
    for (const { pending, events } of accepted) pending.resolve(events);
    const durable = accepted.flatMap(({ events }) => events);
    if (durable.length > 0) this.#notify(durable);
  }

  /** A listener that fails must neither undo an append that is durable nor keep it from the other listeners. */
  #notify(events: readonly RecordedEvent[]): void {
    for (const listener of this.#listeners) {
      try {
        listener(events);
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error));
      }
    }
  }

  #head(stream: StreamId): Head {
    const cached = this.#heads.get(stream);
    if (cached) return cached;
    const row = this.#statements.head.get(stream);
    const head = row ? { key: row.key as number, revision: (row.revision as number | null) ?? NO_STREAM } : ABSENT;
    this.#heads.set(stream, head);
    return head;
  }

  #typeKey(type: string, version: number, added: Map<string, { key: number; type: string; version: number }>): number {
    const name = `${type}@${version}`;
    const known = this.#types.keyOf(type, version) ?? added.get(name)?.key;
    if (known !== undefined) return known;
    const key = Number(this.#statements.insertType.run(type, version).lastInsertRowid);
    added.set(name, { key, type, version });
    return key;
  }
}

function prepareAll(database: Database) {
  return {
    begin: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
    rollback: database.prepare('ROLLBACK'),
    head: database.prepare(
      'SELECT key, (SELECT max(revision) FROM events WHERE stream = key) AS revision FROM streams WHERE id = ?',
    ),
    insertStream: database.prepare('INSERT INTO streams (id) VALUES (?)'),
    insertType: database.prepare('INSERT INTO types (type, version) VALUES (?, ?)'),
    insertEvent: database.prepare(
      'INSERT INTO events (position, stream, revision, id, type, data, meta) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    readStream: arrays(database, `SELECT ${COLUMNS} FROM events WHERE stream = ? AND revision > ? ORDER BY revision`),
    readAll: prepareReadAll(database),
  };
}
