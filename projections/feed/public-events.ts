/**
 * What the log tells everybody: public events alone, in log order, each with nothing about it that depends on what is
 * hidden. Neither the position nor the revision of an event is told, nor a position that it names: between two of them one
 * could count what is not public.
 */
import { eventTypes } from '../../events/catalogue.ts';
import type { RecordedEvent } from '../../events/envelope.ts';
import { sortablePosition } from '../../events/ids.ts';
import type { Query, Reader } from '../ports.ts';
import { projection } from '../projection.ts';
import { load } from '../query.ts';

export interface PublicEvent {
  readonly id: string;
  /** Orders the rows; never leaves the system. */
  readonly at: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly subject: string;
  /** Instant of recording. */
  readonly time: string;
  readonly data: unknown;
}

const PUBLIC_TYPES = eventTypes.filter(({ visibility }) => visibility === 'public').map(({ type }) => type);

const isPublic = ({ meta }: RecordedEvent) => meta.visibility === 'public';

export const publicEvents = projection<PublicEvent>({
  name: 'public-events',
  version: 2,
  question: '日志向社会公开了什么 (what the log tells the public)',
  appendOnly: true,
  indexes: [{ fields: ['at'] }],
  handlers: [
    {
      types: PUBLIC_TYPES,
      rowIds: event => (isPublic(event) ? [event.id] : []),
      evolve: (_row, event) => rowOf(event),
    },
  ],
});

const publicTypes: ReadonlySet<string> = new Set(PUBLIC_TYPES);

/** What everybody is told of an event; undefined of one that is not public, or cannot be read. */
export function toldToAll(event: RecordedEvent): PublicEvent | undefined {
  return publicTypes.has(event.type) && !event.fault && isPublic(event) ? rowOf(event) : undefined;
}

function rowOf(event: RecordedEvent): PublicEvent {
  return {
    id: event.id,
    at: sortablePosition(event.position),
    type: event.type,
    schemaVersion: event.schemaVersion,
    subject: event.streamId,
    time: event.meta.recordedAt,
    data: withoutHidden(event.data),
  };
}

/** Fields of data that name a place in the log. */
const PLACES: ReadonlySet<string> = new Set(['position', 'corpusPosition']);

/** The data without sealed values, whose subjects tell persons apart, and without places in the log. */
function withoutHidden(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter(item => !isSealed(item)).map(withoutHidden);
  if (typeof value !== 'object' || value === null) return value;
  const open = Object.entries(value).filter(([name, member]) => !PLACES.has(name) && !isSealed(member));
  return Object.fromEntries(open.map(([name, member]) => [name, withoutHidden(member)]));
}

function isSealed(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'sealed' in value && 'subject' in value;
}

/**
 * Public events after the one with this id, or from the first on, at most `limit`. Undefined when no public event has the
 * id. Rows that stand beyond the checkpoint are left for later: one before them may not have been written yet.
 */
export async function publicEventsAfter(
  reader: Reader,
  id: string | undefined,
  limit: number,
): Promise<readonly PublicEvent[] | undefined> {
  const after = id === undefined ? undefined : await load(reader, publicEvents, id);
  if (id !== undefined && !after) return undefined;
  const checkpoints = await reader.checkpoints();
  const live = checkpoints.find(({ projection: name, state }) => name === publicEvents.name && state === 'live');
  if (!live) return [];
  const where: Query['where'] = { at: { ...(after && { $gt: after.at }), $lte: sortablePosition(live.position) } };
  const { rows } = await reader.find(publicEvents, { where, order: { by: ['at'], direction: 'asc' }, limit });
  return rows.map(text => JSON.parse(text) as PublicEvent);
}
