/**
 * The embedded event store: one SQLite file. Appends of one event-loop turn share a transaction and so a disk sync;
 * each is acknowledged after it. Positions are dense and given inside the only writing transaction, so that a reader
 * who has seen position n has seen all before it.
 *
 * After an error of the disk the connection is suspect: nothing is acknowledged before a new one has made a trial commit
 * durable and has found every event that was acknowledged. A file that was deleted or replaced takes no more events.
 */
import type { RecordedEvent, TypesPage } from '../../events/envelope.ts';
import type { Position, StreamId } from '../../events/ids.ts';
import { type EventLog, NoSuchPosition } from '../../projections/ports.ts';
import { refuseTooLarge, withTexts } from '../../services/append-size.ts';
import {
  type EventStore,
  type LogTail,
  type NewEvent,
  NO_STREAM,
  StoreUnavailable,
  WrongExpectedRevision,
} from '../../services/ports.ts';
import { recentlyUsed } from '../../services/recently-used.ts';
import { reasonOf, unavailable } from '../observability/outage.ts';
import { FileReplaced, OwnFile } from '../own-file.ts';
import {
  CHECKPOINTED_ELSEWHERE,
  type Checkpointer,
  closeDatabase,
  type Database,
  openDatabase,
  rollBack,
  startCheckpointer,
} from '../sqlite.ts';
import { DeliveredTail } from './delivered-tail.ts';
import {
  arrays,
  COLUMNS,
  type Dictionaries,
  type EventRow,
  ensureLogId,
  eventOfRow,
  eventsAfter,
  idBytes,
  isAt,
  prepareReadAll,
  prepareReadTypes,
  proveDurable,
  readHead,
  SCHEMA,
  StreamDictionary,
  TypeDictionary,
  typesAfter,
} from './sqlite-rows.ts';
import { StoredEvent } from './stored-event.ts';

/** Enough for the inner pages of the indexes of a million events. */
const CACHE_KIB = 32_768;
const CACHED_STREAMS = 50_000;
/** Of the end of the log; the rest is read as quickly. */
const TAIL_EVENTS = 256;
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
  /** The disk failed, or serves again. */
  alarm?(message: string, details: object): void;
}

/** A connection with all that is prepared on it. */
interface Opened {
  readonly database: Database;
  readonly types: TypeDictionary;
  readonly dictionaries: Dictionaries;
  readonly statements: ReturnType<typeof prepareAll>;
}

export class SqliteEventStore implements EventStore, EventLog {
  readonly #options: SqliteEventStoreOptions;
  readonly #heads = recentlyUsed<string, Head>(CACHED_STREAMS);
  readonly #listeners = new Set<(events: readonly RecordedEvent[]) => void>();
  readonly #checkpointer: Checkpointer | undefined;
  readonly #file: OwnFile;
  readonly #identity: string;
  readonly #tail: DeliveredTail;
  #opened: Opened;
  #queue: Pending[] = [];
  #position: number;
  /** The disk has failed under the connection. */
  #suspect = false;
  /** Why no event is taken any more before the process is started anew. */
  #over: StoreUnavailable | undefined;
  #closed = false;

  constructor(options: SqliteEventStoreOptions) {
    this.#options = options;
    const database = this.#connect();
    database.exec(SCHEMA);
    this.#identity = ensureLogId(database);
    this.#opened = preparedOn(database);
    this.#position = readHead(database);
    this.#tail = new DeliveredTail(String(this.#position) as Position, TAIL_EVENTS);
    this.#file = new OwnFile(options.path);
    if (options.checkpointThread) this.#checkpointer = startCheckpointer(options.path, 'FULL', this.#alarm);
  }

  #connect(): Database {
    return openDatabase(this.#options.path, {
      synchronous: 'FULL',
      cacheKib: CACHE_KIB,
      ...(this.#options.checkpointThread && { autoCheckpointPages: CHECKPOINTED_ELSEWHERE }),
    });
  }

  readonly #alarm = (message: string, details: object): void => this.#options.alarm?.(message, details);

  async append(stream: StreamId, expected: number, events: readonly NewEvent[]): Promise<readonly RecordedEvent[]> {
    this.#refuseIfClosed();
    const prepared = events.map(withTexts);
    refuseTooLarge(prepared);
    return new Promise((resolve, reject) => {
      this.#queue.push({ stream, expected, events: prepared, resolve, reject });
      if (this.#queue.length === 1) setImmediate(() => this.#flushWhenQuiet(1, 0));
    });
  }

  async readStream(stream: StreamId, after: number): Promise<readonly RecordedEvent[]> {
    this.#refuseIfClosed();
    const head = this.#head(stream);
    if (head.revision <= after) return [];
    const rows = this.#opened.statements.readStream.all(head.key, after) as unknown as EventRow[];
    return rows.map(row => eventOfRow(row, this.#opened.dictionaries));
  }

  /** The file is this process's own. */
  recall(stream: StreamId, after: number): readonly RecordedEvent[] | undefined {
    this.#refuseIfClosed();
    return this.#head(stream).revision <= after ? [] : undefined;
  }

  recallLog(after: Position): LogTail | undefined {
    this.#refuseIfClosed();
    const events = this.#tail.after(after);
    return events && { events, own: [] };
  }

  async readAll(after: Position, limit: number): Promise<readonly RecordedEvent[]> {
    this.#refuseIfClosed();
    if (Number(after) > this.#position) throw new NoSuchPosition();
    if (Number(after) === this.#position) return [];
    const { statements, dictionaries } = this.#opened;
    return eventsAfter(statements.readAll, dictionaries, Number(after), limit);
  }

  async readTypes(types: readonly string[], after: Position): Promise<TypesPage> {
    this.#refuseIfClosed();
    if (Number(after) > this.#position) throw new NoSuchPosition();
    const { statements, dictionaries } = this.#opened;
    return typesAfter(statements.readTypes, dictionaries, types, { after, head: this.#position });
  }

  async head(): Promise<Position> {
    this.#refuseIfClosed();
    return String(this.#position) as Position;
  }

  knownHead(): Promise<Position> {
    return this.head();
  }

  async newest(): Promise<RecordedEvent | undefined> {
    this.#refuseIfClosed();
    const { statements, dictionaries } = this.#opened;
    return eventsAfter(statements.readAll, dictionaries, this.#position - 1, 1)[0];
  }

  async holds(position: Position, eventId?: string): Promise<boolean> {
    this.#refuseIfClosed();
    return Number(position) <= this.#position && isAt(this.#opened.database, position, eventId);
  }

  /** Asked every few seconds whether anything is appended or not: another file under this name is found out by it. */
  async identity(): Promise<string> {
    try {
      this.#file.check();
    } catch (error) {
      this.#end(error as FileReplaced);
      throw error;
    }
    return this.#identity;
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
    closeDatabase(this.#opened.database);
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
      if (this.#over) throw this.#over;
      this.#file.check();
      if (this.#suspect) this.#reopen();
      this.#commit(batch);
    } catch (error) {
      if (reasonOf(error)) this.#suspect = true;
      if (batch.length > 1 && isOfOne(error)) this.#commitOneByOne(batch);
      else this.#reject(batch, error);
    }
  }

  /** One bad append must not refuse its neighbours. */
  #commitOneByOne(batch: readonly Pending[]): void {
    for (const pending of batch) {
      try {
        if (this.#suspect) this.#reopen();
        this.#commit([pending]);
      } catch (error) {
        if (reasonOf(error)) this.#suspect = true;
        this.#reject([pending], error);
      }
    }
  }

  #reject(batch: readonly Pending[], error: unknown): void {
    if (error instanceof FileReplaced) this.#end(error);
    const cause = unavailable(error, 'the append could not be made durable');
    for (const pending of batch) pending.reject(cause);
  }

  /** Takes no more events; followers ask again what the log holds. */
  #end(cause: StoreUnavailable): void {
    if (this.#over) return;
    this.#over = cause;
    this.#alarm('the log takes no more events', { error: cause.message });
    this.#notify([]);
  }

  /**
   * Goes on over a connection that has proved itself: the disk takes a commit, and holds what was acknowledged. Throws
   * when it does not.
   */
  #reopen(): void {
    const database = this.#connect();
    try {
      proveDurable(database);
      this.#goOnOver(database);
    } catch (error) {
      closeQuietly(database);
      throw error;
    }
  }

  #goOnOver(database: Database): void {
    const head = readHead(database);
    if (head < this.#position) {
      const lost = `the log ends at ${head}, events up to ${this.#position} were acknowledged`;
      this.#end(new StoreUnavailable(lost, { reason: 'damaged' }));
      throw this.#over;
    }
    const grown = head > this.#position;
    const opened = preparedOn(database);
    closeQuietly(this.#opened.database);
    this.#opened = opened;
    this.#heads.clear();
    this.#position = head;
    this.#suspect = false;
    this.#alarm('the log takes events again', {});
    // An append whose commit failed may be there after all: its command finds itself done when it is repeated.
    if (grown) this.#notify([]);
  }

  /** All of a batch in one transaction; in-memory heads change only once it is durable. */
  #commit(batch: readonly Pending[]): void {
    const heads = new Map<StreamId, Head>();
    const newTypes = new Map<string, { key: number; type: string; version: number }>();
    const accepted: { pending: Pending; events: RecordedEvent[] }[] = [];
    const refused: Pending[] = [];
    let position = this.#position;
    this.#opened.statements.begin.run();
    try {
      for (const pending of batch) {
        const head = heads.get(pending.stream) ?? this.#head(pending.stream);
        if (head.revision !== pending.expected) {
          refused.push(pending);
          continue;
        }
        const key = head.key || Number(this.#opened.statements.insertStream.run(pending.stream).lastInsertRowid);
        const events: RecordedEvent[] = [];
        let revision = pending.expected;
        for (const event of pending.events) {
          position += 1;
          revision += 1;
          const { id, type, schemaVersion, data, meta, dataText, metaText } = event;
          this.#opened.statements.insertEvent.run(
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
      this.#opened.statements.commit.run();
      this.#file.check();
    } catch (error) {
      rollBack(this.#opened.database);
      throw error;
    }
    this.#position = position;
    for (const [stream, head] of heads) this.#heads.set(stream, head);
    for (const name of newTypes.values()) this.#opened.types.remember(name);
    for (const pending of refused) pending.reject(new WrongExpectedRevision(pending.stream, pending.expected));
    for (const { pending, events } of accepted) pending.resolve(events);
    const durable = accepted.flatMap(({ events }) => events);
    if (durable.length > 0) this.#notify(durable);
  }

  /** A listener that fails must neither undo an append that is durable nor keep it from the other listeners. */
  #notify(events: readonly RecordedEvent[]): void {
    this.#tail.delivered(events);
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
    const row = this.#opened.statements.head.get(stream);
    const head = row ? { key: row.key as number, revision: (row.revision as number | null) ?? NO_STREAM } : ABSENT;
    this.#heads.set(stream, head);
    return head;
  }

  #typeKey(type: string, version: number, added: Map<string, { key: number; type: string; version: number }>): number {
    const name = `${type}@${version}`;
    const known = this.#opened.types.keyOf(type, version) ?? added.get(name)?.key;
    if (known !== undefined) return known;
    const key = Number(this.#opened.statements.insertType.run(type, version).lastInsertRowid);
    added.set(name, { key, type, version });
    return key;
  }
}

function preparedOn(database: Database): Opened {
  const types = new TypeDictionary(database);
  const dictionaries = { types, streams: new StreamDictionary(database) };
  return { database, types, dictionaries, statements: prepareAll(database) };
}

/** Whether it is one append that cannot be stored, and not the store that cannot. */
function isOfOne(error: unknown): boolean {
  return !(error instanceof StoreUnavailable) && reasonOf(error) === undefined;
}

function closeQuietly(database: Database): void {
  try {
    database.close();
  } catch {
    // It had failed already; what it held ends with the process.
  }
}

function prepareAll(database: Database) {
  return {
    begin: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
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
    readTypes: prepareReadTypes(database),
  };
}
