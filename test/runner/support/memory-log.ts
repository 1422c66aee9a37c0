/** A log in memory that can interrupt its delivery and lose its end. */
import type { RecordedEvent } from '../../../events/envelope.ts';
import { comparePositions, type Position, START } from '../../../events/ids.ts';
import type { EventLog } from '../../../projections/ports.ts';
import { newEvent, stream } from '../../support/log.ts';

type Listener = Parameters<EventLog['onAppend']>[0];

export class MemoryLog implements EventLog {
  #events: RecordedEvent[] = [];
  readonly #listeners = new Set<Listener>();
  /** While it is set, nobody is told of what is appended. */
  silent = false;

  /** Oldest first. */
  get events(): readonly RecordedEvent[] {
    return this.#events;
  }

  /** Appends a work to a stream and tells the listeners. */
  append(name: string, data: object = {}): Position {
    const position = String(Number(this.#head()) + 1) as Position;
    const event = newEvent(`command-${position}`, { kind: '会议', detail: '部署', ...data });
    const texts = { dataText: JSON.stringify(event.data), metaText: JSON.stringify(event.meta) };
    const recorded: RecordedEvent = { ...event, ...texts, position, streamId: stream(name), revision: 0 };
    this.#events.push(recorded);
    if (!this.silent) this.#tell([recorded]);
    return position;
  }

  /** Loses everything after a position. */
  truncate(after: Position): void {
    this.#events = this.#events.filter(({ position }) => comparePositions(position, after) <= 0);
  }

  /** Tells the listeners that they may have missed events. */
  interrupt(): void {
    this.#tell([]);
  }

  async readAll(after: Position, limit: number): Promise<readonly RecordedEvent[]> {
    return this.#events.filter(({ position }) => comparePositions(position, after) > 0).slice(0, limit);
  }

  async head(): Promise<Position> {
    return this.#head();
  }

  knownHead(): Promise<Position> {
    return this.head();
  }

  async holds(position: Position, eventId?: string): Promise<boolean> {
    if (position === START) return true;
    return this.#events.some(event => event.position === position && (eventId ?? event.id) === event.id);
  }

  async identity(): Promise<string> {
    return 'memory';
  }

  ordinal(position: Position): number {
    return Number(position);
  }

  onAppend(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #head(): Position {
    return this.#events.at(-1)?.position ?? START;
  }

  #tell(events: readonly RecordedEvent[]): void {
    for (const listener of this.#listeners) listener(events);
  }
}
