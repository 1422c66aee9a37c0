/** An event store in memory, for tests that need very many logs: the contract of the port, without a disk. */
import type { RecordedEvent } from '../../events/envelope.ts';
import type { Position, StreamId } from '../../events/ids.ts';
import { type EventTexts, refuseTooLarge, withTexts } from '../../services/append-size.ts';
import { type EventStore, type NewEvent, NO_STREAM, WrongExpectedRevision } from '../../services/ports.ts';

export interface MemoryStore extends EventStore {
  /** Everything recorded, oldest first. */
  readonly log: readonly RecordedEvent[];
}

/** A store that already holds a log. */
export function createMemoryStore(past: readonly RecordedEvent[] = []): MemoryStore {
  const log = [...past];
  const streams = new Map<StreamId, RecordedEvent[]>();
  for (const event of past) streamOf(event.streamId).push(event);

  function streamOf(id: StreamId): RecordedEvent[] {
    const known = streams.get(id) ?? [];
    streams.set(id, known);
    return known;
  }

  function record(stream: StreamId, event: NewEvent & EventTexts): RecordedEvent {
    const own = streamOf(stream);
    const recorded: RecordedEvent = {
      ...event,
      // What is read back is what was serialised, as from any other store.
      data: JSON.parse(event.dataText),
      position: String(log.length + 1) as Position,
      streamId: stream,
      revision: own.length,
    };
    own.push(recorded);
    log.push(recorded);
    return recorded;
  }

  return {
    log,
    async append(stream, expected, events) {
      const written = events.map(withTexts);
      refuseTooLarge(written);
      const revision = (streams.get(stream)?.length ?? 0) - 1;
      if (revision !== expected) throw new WrongExpectedRevision(stream, expected);
      return written.map(event => record(stream, event));
    },
    readStream: async (stream, after) => (streams.get(stream) ?? []).slice(after - NO_STREAM),
    readAll: async (after, limit) => log.slice(Number(after), Number(after) + limit),
    readTypes: async (types, after) => ({
      events: log.slice(Number(after)).filter(({ type }) => types.includes(type)),
      reached: String(log.length) as Position,
      isEnd: true,
    }),
    newest: async () => log.at(-1),
    head: async () => String(log.length) as Position,
  };
}
