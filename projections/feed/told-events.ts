/**
 * What the log tells those who do not oversee: to everybody what is public, to the unit and the bodies of a case what is for
 * its parties; in log order, each event with nothing about it that depends on what is hidden. Neither the position nor the
 * revision of an event is told, nor a position that it names: between two of them one could count what is hidden.
 */
import { catalogue, eventTypes } from '../../events/catalogue.ts';
import type { About, Actor, RecordedEvent, Role } from '../../events/envelope.ts';
import { type Position, sortablePosition } from '../../events/ids.ts';
import type { ArticleId } from '../../events/statute.ts';
import type { Instant } from '../../events/time.ts';
import type { Query, Reader } from '../ports.ts';
import { projection } from '../projection.ts';
import { isBody, isUnit, load } from '../query.ts';
import { withoutHidden } from '../redaction.ts';
import { addSubject, cloudEventType, type SubjectAttributes } from './cloud-attributes.ts';

export interface ToldEvent {
  readonly id: string;
  readonly type: string;
  /** Whose shape the data has. */
  readonly schemaVersion: number;
  readonly subject: string;
  readonly effectiveAt: Instant;
  readonly recordedAt: Instant;
  readonly visibility: 'public' | 'parties';
  readonly about: Pick<About, 'year' | 'projectId' | 'uscc' | 'bodyId'>;
  readonly articles: readonly ArticleId[];
  /** Who acted; which organisation, the parties alone are told. */
  readonly role: Role;
  readonly organisation?: string;
  readonly data: unknown;
}

/** An event ready to be told. */
export interface ToldText {
  readonly id: string;
  readonly type: string;
  /** Whose shape the data has. */
  readonly schemaVersion: number;
  /** The members of its CloudEvent as a JSON object, but for those that hold the address of the service. */
  readonly text: string;
}

interface ToldRow extends ToldText {
  /** {@link EVERYBODY}, or the organisation that is a party. */
  readonly reader: string;
  /** Orders the rows; never leaves the system. */
  readonly at: string;
}

/** The reader of what is public. */
const EVERYBODY = 'public';

const TOLD_TYPES = eventTypes
  .filter(({ visibility }) => visibility === 'public' || visibility === 'parties')
  .map(({ type }) => type);

const toldTypes: ReadonlySet<string> = new Set(TOLD_TYPES);

export const toldEvents = projection<ToldRow>({
  name: 'told-events',
  version: 2,
  question: '日志向社会和当事各方公开了什么 (what the log tells the public, and the parties of a case)',
  appendOnly: true,
  indexes: [{ fields: ['reader', 'at'] }],
  material: { none: '事件推送时另行记录调阅 (whoever hands events out puts on record what they hold)' },
  handlers: [
    {
      types: TOLD_TYPES,
      rowIds: event => readersOf(event).map(reader => rowId(event.id, reader)),
      evolve: (_row, event, key) => {
        const reader = readersOf(event).find(each => rowId(event.id, each) === key);
        if (reader === undefined) return undefined;
        const told = toldOf(event);
        const { id, type, schemaVersion } = told;
        return { id, type, schemaVersion, text: textOf(told), reader, at: sortablePosition(event.position) };
      },
    },
  ],
});

const rowId = (eventId: string, reader: string) => `${eventId} ${reader}`;

/** Everybody, or the organisations that are the parties of the case. */
function readersOf({ meta: { visibility, about } }: RecordedEvent): readonly string[] {
  if (visibility === 'public') return [EVERYBODY];
  if (visibility !== 'parties') return [];
  return [about.uscc, about.bodyId].filter(party => party !== undefined);
}

/** As whom a caller reads: everybody, and a unit or a body that is a party. */
function readsAs(caller: Actor | undefined): readonly string[] {
  const isParty = caller && (isUnit(caller, caller.orgId) || isBody(caller, caller.orgId));
  return isParty ? [EVERYBODY, caller.orgId] : [EVERYBODY];
}

/** Whether one who does not oversee is told of an event that can be read. */
export function isToldTo(caller: Actor | undefined, event: RecordedEvent): boolean {
  const readers = readersOf(event);
  return readsAs(caller).some(each => readers.includes(each));
}

/** What everybody is told of an event; undefined of one that is not public, or cannot be read. */
export function toldToAll(event: RecordedEvent): ToldEvent | undefined {
  return toldTypes.has(event.type) && !event.fault && isToldTo(undefined, event) ? toldOf(event) : undefined;
}

function toldOf(event: RecordedEvent): ToldEvent {
  const { id, type, streamId: subject, data, meta } = event;
  const { year, projectId, uscc, bodyId } = meta.about;
  const isPublic = meta.visibility === 'public';
  return {
    id,
    type,
    // Events are read in the shape of the day, whatever was stored.
    schemaVersion: catalogue.get(type)?.version ?? event.schemaVersion,
    subject,
    effectiveAt: meta.effectiveAt,
    recordedAt: meta.recordedAt,
    visibility: isPublic ? 'public' : 'parties',
    about: {
      ...(year !== undefined && { year }),
      ...(projectId !== undefined && { projectId }),
      ...(uscc !== undefined && { uscc }),
      ...(bodyId !== undefined && { bodyId }),
    },
    articles: articlesCited(event),
    role: meta.actor.role,
    ...(!isPublic && { organisation: meta.actor.orgId }),
    data: withoutHidden(data),
  };
}

/** Written once, when it is recorded: a feed is read many times, by many. */
function textOf({ id, type, subject, effectiveAt, recordedAt, about, articles, ...told }: ToldEvent): string {
  const attributes: SubjectAttributes = {};
  addSubject(attributes, about, articles);
  return JSON.stringify({
    id,
    type: cloudEventType(type),
    subject,
    datacontenttype: 'application/json',
    time: effectiveAt,
    recordedtime: recordedAt,
    ...attributes,
    actorrole: told.role,
    actororg: told.organisation,
    visibility: told.visibility,
    data: told.data,
  });
}

/** The articles that an event rests on, each once. */
export function articlesCited({ meta: { basis } }: RecordedEvent): readonly ArticleId[] {
  return [...new Set(basis.flatMap(each => ('article' in each ? [each.article] : [])))];
}

/**
 * Up to where everything is written that is told. Rows beyond are left for later: one before them may not be there yet. Undefined
 * while nothing is.
 */
export async function toldUpTo(reader: Reader): Promise<Position | undefined> {
  const checkpoints = await reader.checkpoints();
  return checkpoints.find(({ projection: name, state }) => name === toldEvents.name && state === 'live')?.position;
}

/**
 * What a caller who does not oversee is told after the event with this id, or from the first on, up to a position, at most
 * `limit`. Undefined when he was told of no event with the id.
 */
export async function toldAfter(
  reader: Reader,
  caller: Actor | undefined,
  id: string | undefined,
  { limit, upTo }: { readonly limit: number; readonly upTo: Position | undefined },
): Promise<readonly ToldText[] | undefined> {
  const readers = readsAs(caller);
  const after = id === undefined ? undefined : await rowOf(reader, id, readers);
  if (id !== undefined && !after) return undefined;
  if (upTo === undefined) return [];
  const at = { ...(after && { $gt: after.at }), $lte: sortablePosition(upTo) };
  const found = await Promise.all(readers.map(each => rowsFor(reader, { reader: each, at }, limit)));
  return found
    .flat()
    .toSorted((one, other) => (one.at < other.at ? -1 : 1))
    .slice(0, limit);
}

async function rowOf(reader: Reader, id: string, readers: readonly string[]): Promise<ToldRow | undefined> {
  for (const each of readers) {
    const row = await load(reader, toldEvents, rowId(id, each));
    if (row) return row;
  }
  return undefined;
}

async function rowsFor(reader: Reader, where: NonNullable<Query['where']>, limit: number): Promise<readonly ToldRow[]> {
  const { rows } = await reader.find(toldEvents, { where, order: { by: ['at'], direction: 'asc' }, limit });
  return rows.map(text => JSON.parse(text) as ToldRow);
}
