/** The embedded log as a second thread reads it, through a connection of its own. */
import type { RecordedEvent, TypesPage } from '../../events/envelope.ts';
import type { Position } from '../../events/ids.ts';
import { type EventLog, NoSuchPosition, type TypedLog } from '../../projections/ports.ts';
import { type Database, openDatabase, type Statement } from '../sqlite.ts';
import {
  type Dictionaries,
  eventsAfter,
  isAt,
  prepareReadAll,
  prepareReadTypes,
  readHead,
  readLogId,
  StreamDictionary,
  TypeDictionary,
  typesAfter,
} from './sqlite-rows.ts';

/** Events handed to followers at a time. */
const PAGE = 1_000;

export class SqliteLog implements EventLog, TypedLog {
  readonly #database: Database;
  readonly #dictionaries: Dictionaries;
  readonly #readAll: Statement;
  readonly #readTypes: Statement;
  readonly #listeners = new Set<(events: readonly RecordedEvent[]) => void>();
  /** Followers have been told of the events up to here. */
  #told: number;

  constructor(path: string) {
    this.#database = openDatabase(path, { synchronous: 'FULL', readOnly: true });
    this.#dictionaries = {
      types: new TypeDictionary(this.#database),
      streams: new StreamDictionary(this.#database),
    };
    this.#readAll = prepareReadAll(this.#database);
    this.#readTypes = prepareReadTypes(this.#database);
    this.#told = readHead(this.#database);
  }

  async readAll(after: Position, limit: number): Promise<readonly RecordedEvent[]> {
    const events = this.#read(Number(after), limit);
    if (events.length === 0 && Number(after) > readHead(this.#database)) throw new NoSuchPosition();
    return events;
  }

  async readTypes(types: readonly string[], after: Position): Promise<TypesPage> {
    const head = readHead(this.#database);
    if (Number(after) > head) throw new NoSuchPosition();
    this.#dictionaries.types.refresh();
    return typesAfter(this.#readTypes, this.#dictionaries, types, { after, head });
  }

  async newest(): Promise<RecordedEvent | undefined> {
    return this.#read(readHead(this.#database) - 1, 1)[0];
  }

  async head(): Promise<Position> {
    return String(readHead(this.#database)) as Position;
  }

  knownHead(): Promise<Position> {
    return this.head();
  }

  async holds(position: Position, eventId?: string): Promise<boolean> {
    return Number(position) <= readHead(this.#database) && isAt(this.#database, position, eventId);
  }

  async identity(): Promise<string> {
    return readLogId(this.#database);
  }

  ordinal(position: Position): number {
    return Number(position);
  }

  onAppend(listener: (events: readonly RecordedEvent[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * The writer says that the log has grown: followers get what is new. When it cannot be read now they are told that
   * delivery was interrupted, and read it themselves.
   */
  grown(): void {
    try {
      while (this.#tellNext());
    } catch {
      for (const listener of this.#listeners) listener([]);
    }
  }

  #tellNext(): boolean {
    const events = this.#read(this.#told, PAGE);
    const last = events.at(-1);
    if (!last) return false;
    this.#told = Number(last.position);
    for (const listener of this.#listeners) listener(events);
    return true;
  }

  close(): void {
    this.#database.close();
  }

  #read(after: number, limit: number): readonly RecordedEvent[] {
    return eventsAfter(this.#readAll, this.#dictionaries, after, limit);
  }
}
