/** Where the events of a feed come from, and what they look like: the log itself to those who oversee, to others what is public. */
import { z } from 'zod';
import type { About, Actor, Fault, RecordedEvent } from '../../events/envelope.ts';
import { type Position, positionSchema, START } from '../../events/ids.ts';
import { publicEventsAfter } from '../../projections/feed/public-events.ts';
import { type EventLog, NoSuchPosition, type Reader } from '../../projections/ports.ts';
import { oversees } from '../../projections/query.ts';

/** Where a reader of a feed has come to; {@link START} before its first event. */
export type Cursor = string;

export const cloudEventSchema = z.object({
  specversion: z.literal('1.0'),
  id: z.string(),
  source: z.string(),
  type: z.string(),
  subject: z.string().meta({ description: 'Stream' }),
  time: z.string().optional().meta({ description: 'Not known of an event that cannot be read' }),
  datacontenttype: z.literal('application/json'),
  dataschema: z.string(),
  sequence: positionSchema.optional().meta({ description: 'Place in the log; told to those who oversee' }),
  revision: z.int().optional().meta({ description: 'Place in the stream; told to those who oversee' }),
  data: z.unknown(),
});
export type CloudEvent = z.infer<typeof cloudEventSchema>;

export interface FeedEvent {
  readonly cursor: Cursor;
  readonly event: CloudEvent;
  /** What it is about, of an event of the log that can be read. */
  readonly about?: About;
}

/** Events after a place, and the place behind the last one that was looked at; `last` is undefined at the end. */
export interface FeedPage {
  readonly events: readonly FeedEvent[];
  readonly last: Cursor | undefined;
  readonly looked: number;
}

export interface FeedSource {
  /** Looks at up to `limit` events. Throws {@link NoSuchPosition} for a place that this feed never gave. */
  after(cursor: Cursor, limit: number): Promise<FeedPage>;
}

export interface FeedSourcePorts {
  readonly log: Pick<EventLog, 'readAll'>;
  readonly reader: Reader;
  /** Whether the read models come to a position within some milliseconds. */
  readonly reached: (position: Position, ms: number) => Promise<boolean>;
  /** Whether one of those who read the log itself, with the accounts that are his, may see an event. */
  readonly maySee: typeof seesByRole;
  /** All accounts of the person behind one. */
  readonly accountsOf: (accountId: string) => Promise<ReadonlySet<string>>;
}

/** Those who oversee read the log itself; everybody else, signed in or not, what is public. */
export function feedFor(caller: Actor | undefined, ports: FeedSourcePorts): FeedSource {
  return caller && oversees(caller) ? logFeed(caller, ports) : publicFeed(ports);
}

/** The log, with places in it; what the caller may not see is left out. */
function logFeed(caller: Actor, { log, maySee, accountsOf }: FeedSourcePorts): FeedSource {
  // Which accounts are his matters to the supervising body alone, and may change while he reads.
  const ownAccounts = async () => (caller.role === 'SUP' ? accountsOf(caller.accountId) : undefined);
  return {
    async after(cursor, limit) {
      const position = positionSchema.safeParse(cursor);
      if (!position.success) throw new NoSuchPosition();
      const events = await log.readAll(position.data, limit);
      const own = await ownAccounts();
      const seen = events.filter(event => seesInLog(caller, event, own, maySee));
      return {
        events: seen.map(feedEventOf),
        last: events.at(-1)?.position,
        looked: events.length,
      };
    },
  };
}

/** How long a reader at the end waits for the read model to come to where the log is; milliseconds. */
const PROJECTED_WITHIN_MS = 2_000;

/** What is public, without places in the log: its cursors are the ids of events. */
function publicFeed({ reader, reached }: FeedSourcePorts): FeedSource {
  const read = async (cursor: Cursor, limit: number): Promise<FeedPage> => {
    const found = await publicEventsAfter(reader, cursor === START ? undefined : cursor, limit);
    if (!found) throw new NoSuchPosition();
    const events = found.map(({ id, type, schemaVersion, subject, time, data }) => ({
      cursor: id,
      event: envelope({ id, type, schemaVersion, subject, time }, data),
    }));
    return { events, last: events.at(-1)?.cursor, looked: events.length };
  };
  return {
    async after(cursor, limit) {
      const page = await read(cursor, limit);
      if (page.last !== undefined) return page;
      await reached(await reader.head(), PROJECTED_WITHIN_MS);
      return read(cursor, limit);
    },
  };
}

/** Stands in the feed for an event that cannot be read. */
const UNREADABLE = 'event.unreadable';

/** Whether one of those who oversee sees an event. Its surroundings say so; without them only the supervisor does. */
export function seesInLog(
  caller: Actor,
  event: RecordedEvent,
  own?: ReadonlySet<string>,
  maySee: FeedSourcePorts['maySee'] = seesByRole,
): boolean {
  return event.fault?.of === 'meta' ? caller.role === 'SUP' : maySee(caller, event, own);
}

/** Keeps the place, says why, and repeats nothing of what could not be read. */
function placeholder(event: RecordedEvent, fault: Fault): CloudEvent {
  const { id, type, schemaVersion, streamId: subject, position, revision } = event;
  const time = fault.of === 'meta' ? undefined : event.meta.recordedAt;
  const data = { type, schemaVersion, reason: fault.reason };
  const common = envelope({ id, type: UNREADABLE, schemaVersion: 1, subject, time }, data);
  return { ...common, sequence: position, revision };
}

function cloudEventOf(event: RecordedEvent): CloudEvent {
  if (event.fault && event.fault.of !== 'kind') return placeholder(event, event.fault);
  const { id, type, schemaVersion, streamId: subject, position, revision } = event;
  const common = envelope({ id, type, schemaVersion, subject, time: event.meta.recordedAt }, event.data);
  return { ...common, sequence: position, revision };
}

function feedEventOf(event: RecordedEvent): FeedEvent {
  const shown = { cursor: event.position, event: cloudEventOf(event) };
  return event.fault?.of === 'meta' ? shown : { ...shown, about: event.meta.about };
}

interface Particulars {
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly subject: string;
  readonly time: string | undefined;
}

function envelope({ id, type, schemaVersion, subject, time }: Particulars, data: unknown): CloudEvent {
  return {
    specversion: '1.0',
    id,
    source: '/gongguan',
    type,
    subject,
    ...(time !== undefined && { time }),
    datacontenttype: 'application/json',
    dataschema: `urn:gongguan:event:${type}:${schemaVersion}`,
    data,
  };
}

/**
 * Roles that see what is internal; the supervising body sees the restricted material too, and cases about staff, except
 * each of its people his own: those about any of his accounts.
 */
export function seesByRole(
  caller: Actor | undefined,
  event: RecordedEvent,
  own: ReadonlySet<string> = new Set(caller && [caller.accountId]),
): boolean {
  const { visibility, about } = event.meta;
  if (visibility === 'case-only') return caller?.role === 'SUP' && !(about.accountId && own.has(about.accountId));
  if (visibility === 'public' || caller?.role === 'SUP') return true;
  return caller?.role === 'MSR' && (visibility === 'parties' || visibility === 'internal');
}
