/**
 * The events that a server sends. What this process has proposed itself comes back to it in the texts that it sent: it takes
 * over the values that they were made from, which were checked then.
 */
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { LRUCache } from 'lru-cache';
import type { Position, StreamId } from '../../events/ids.ts';
import {
  META,
  metadataTextOf,
  type Namespace,
  NO_POSITION,
  type ProposedEvent,
  textOf,
} from './eventstoredb-messages.ts';
import { StoredEvent } from './stored-event.ts';

/** Proposed events that are remembered: more than can be under way together. */
const REMEMBERED = 2_048;

/** Where an event stands. */
interface Place {
  readonly position: Position;
  readonly streamId: StreamId;
  readonly revision: number;
}

export class ReceivedEvents {
  readonly #namespace: Namespace;
  readonly #proposed = new LRUCache<string, ProposedEvent>({ max: REMEMBERED });

  constructor(namespace: Namespace) {
    this.#namespace = namespace;
  }

  /** They are about to be appended. */
  proposed(events: readonly ProposedEvent[]): void {
    for (const event of events) this.#proposed.set(event.id, event);
  }

  /** The events among the answers to a read, as the log keeps them. */
  allOf(answers: readonly ReadResp[]): readonly StoredEvent[] {
    return answers.flatMap(answer => this.of(answer) ?? []);
  }

  /** Undefined for an answer that carries no event: a confirmation, a checkpoint. */
  of(answer: ReadResp): StoredEvent | undefined {
    const recorded = answer.getEvent()?.getEvent();
    if (!recorded) return undefined;
    const streamName = textOf(recorded.getStreamIdentifier()?.getStreamName_asU8() ?? new Uint8Array());
    const position = recorded.getCommitPosition();
    if (position === NO_POSITION) throw new Error(`the server gives no position for an event of ${streamName}`);
    const id = recorded.getId()?.getString() ?? '';
    const type = recorded.getMetadataMap().get('type') ?? '';
    const streamId = this.#namespace.streamId(streamName);
    const revision = Number(recorded.getStreamRevision());
    const [dataText, metadataText] = [textOf(recorded.getData_asU8()), textOf(recorded.getCustomMetadata_asU8())];
    const own = this.#proposed.peek(id);
    if (own && own.type === type && own.dataText === dataText && metadataTextOf(own) === metadataText)
      return recordedOf(own, { position: position as Position, streamId, revision });
    const { schemaVersion, metaText } = surroundingsOf(metadataText);
    return new StoredEvent(position as Position, streamId, revision, id, type, schemaVersion, dataText, metaText);
  }
}

/** An event of this process at its place in the log. */
export function recordedOf(event: ProposedEvent, { position, streamId, revision }: Place): StoredEvent {
  const { id, type, schemaVersion, data, meta, dataText, metaText } = event;
  const stored = new StoredEvent(position, streamId, revision, id, type, schemaVersion, dataText, metaText);
  return stored.withValues(data, meta);
}

/**
 * What {@link metadataTextOf} wrote, as it is stored: parsed and written anew it would be other bytes than those that the
 * ledger has hashed. An event that another program wrote into our streams is passed on without meta, for its readers to set
 * aside.
 */
function surroundingsOf(metadataText: string): { readonly schemaVersion: number; readonly metaText: string } {
  const at = metadataText.indexOf(META);
  if (at < 0) return OF_ANOTHER;
  const metaText = metadataText.slice(at + META.length, metadataText.lastIndexOf('}'));
  try {
    const { schemaVersion } = JSON.parse(`${metadataText.slice(0, at)}}`) as { schemaVersion?: number };
    JSON.parse(metaText);
    return { schemaVersion: schemaVersion ?? 0, metaText };
  } catch {
    return OF_ANOTHER;
  }
}

const OF_ANOTHER = { schemaVersion: 0, metaText: '{}' };
