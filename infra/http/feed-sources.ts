/** Where the events of a feed come from: the log itself to those who oversee, to others what they are told of it. */
import type { About, Actor, RecordedEvent } from '../../events/envelope.ts';
import { type Position, positionSchema, START } from '../../events/ids.ts';
import { kindNamed } from '../../projections/feed/cloud-attributes.ts';
import { isToldTo, type ToldText, toldAfter, toldUpTo } from '../../projections/feed/told-events.ts';
import { type EventLog, NoSuchPosition, type Reader } from '../../projections/ports.ts';
import { oversees } from '../../projections/query.ts';
import { type CloudEvent, cloudEventInLog, cloudEventTextOf, type ServiceAddress } from '../integrators/cloud-event.ts';

/** Where a reader of a feed has come to; {@link START} before its first event. */
export type Cursor = string;

export interface FeedEvent {
  readonly cursor: Cursor;
  /** What happened, without the name of who defines it. */
  readonly kind: string;
  readonly event: CloudEvent;
  /** The same as JSON. */
  readonly text: string;
  /** What it is about; not known of an event whose surroundings cannot be read. */
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
  readonly address: ServiceAddress;
}

/** Those who oversee read the log itself; everybody else what is public, and the parties what is for them. */
export function feedFor(caller: Actor | undefined, ports: FeedSourcePorts): FeedSource {
  return caller && oversees(caller) ? logFeed(caller, ports) : toldFeed(caller, ports);
}

/** The log, with places in it; what the caller may not see is left out. */
function logFeed(caller: Actor, { log, maySee, accountsOf, address }: FeedSourcePorts): FeedSource {
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
        events: seen.map(event => new LoggedEvent(event, address)),
        last: events.at(-1)?.position,
        looked: events.length,
      };
    },
  };
}

/** How long a reader at the end waits for the read model to come to where the log is; milliseconds. */
const PROJECTED_WITHIN_MS = 2_000;

/** What is told those who do not oversee, without places in the log: its cursors are the ids of events. */
function toldFeed(caller: Actor | undefined, { reader, reached, address }: FeedSourcePorts): FeedSource {
  const read = async (cursor: Cursor, limit: number, upTo: Position | undefined): Promise<FeedPage> => {
    const found = await toldAfter(reader, caller, cursor === START ? undefined : cursor, { limit, upTo });
    if (!found) throw new NoSuchPosition();
    const events = found.map(told => new WrittenEvent(told, address));
    return { events, last: events.at(-1)?.cursor, looked: events.length };
  };
  return {
    async after(cursor, limit) {
      const head = await reader.head();
      // Where every read model has come to the head, none has to be asked how far it is.
      const isWhole = await reached(head, 0);
      const page = await read(cursor, limit, isWhole ? head : await toldUpTo(reader));
      if (isWhole || page.last !== undefined) return page;
      await reached(head, PROJECTED_WITHIN_MS);
      return read(cursor, limit, await toldUpTo(reader));
    },
  };
}

/** Whether one of those who oversee sees an event. Its surroundings say so; without them only the supervisor does. */
export function seesInLog(
  caller: Actor,
  event: RecordedEvent,
  own?: ReadonlySet<string>,
  maySee: FeedSourcePorts['maySee'] = seesByRole,
): boolean {
  return event.fault?.of === 'meta' ? caller.role === 'SUP' : maySee(caller, event, own);
}

/** As it is written already; read by those alone who look into it. */
class WrittenEvent implements FeedEvent {
  readonly cursor: Cursor;
  readonly kind: string;
  readonly text: string;
  #event: CloudEvent | undefined;

  constructor(told: ToldText, address: ServiceAddress) {
    this.cursor = told.id;
    this.kind = told.type;
    this.text = cloudEventTextOf(told, address);
  }

  get event(): CloudEvent {
    this.#event ??= JSON.parse(this.text) as CloudEvent;
    return this.#event;
  }

  get about(): About {
    const { year, project: projectId, unit: uscc, body: bodyId } = this.event;
    return { year, projectId, uscc, bodyId } as About;
  }
}

/** Written once for all who are sent it, when the first is. */
class LoggedEvent implements FeedEvent {
  readonly cursor: Cursor;
  readonly kind: string;
  readonly event: CloudEvent;
  readonly about?: About;
  #text: string | undefined;

  constructor(recorded: RecordedEvent, address: ServiceAddress) {
    this.cursor = recorded.position;
    this.event = cloudEventInLog(recorded, address);
    this.kind = kindNamed(this.event.type);
    if (recorded.fault?.of !== 'meta') this.about = recorded.meta.about;
  }

  get text(): string {
    this.#text ??= JSON.stringify(this.event);
    return this.#text;
  }
}

/**
 * Roles that see what is internal; the supervising body sees the restricted material too, and cases about staff, except
 * each of its people his own: those about any of his accounts; the unit and the bodies of a case see what is for its
 * parties.
 */
export function seesByRole(
  caller: Actor | undefined,
  event: RecordedEvent,
  own: ReadonlySet<string> = new Set(caller && [caller.accountId]),
): boolean {
  const { visibility, about } = event.meta;
  if (visibility === 'case-only') return caller?.role === 'SUP' && !(about.accountId && own.has(about.accountId));
  if (visibility === 'public' || caller?.role === 'SUP') return true;
  if (caller?.role === 'MSR') return visibility === 'parties' || visibility === 'internal';
  return isToldTo(caller, event);
}
