/** Events as CloudEvents 1.0: one mapper for the feed, its stream and deliveries. */
import { z } from 'zod';
import { catalogue } from '../../events/catalogue.ts';
import { type Fault, type RecordedEvent, roleSchema, VISIBILITIES } from '../../events/envelope.ts';
import { positionSchema, sortablePosition } from '../../events/ids.ts';
import { addSubject, cloudEventType } from '../../projections/feed/cloud-attributes.ts';
import { articlesCited, type ToldText } from '../../projections/feed/told-events.ts';
import { schemaAddress } from './catalogue.ts';

/** Stands for an event that cannot be read. */
export const UNREADABLE = 'event.unreadable';

const toOverseers = 'told to those who oversee';

/** Structured mode. Names of extension attributes are lower-case letters, as CloudEvents want them. */
export const cloudEventSchema = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.string().min(1),
  subject: z.string().min(1).meta({ description: 'Stream' }),
  time: z.string().optional().meta({ description: 'When it took effect; not known of an event that cannot be read' }),
  datacontenttype: z.literal('application/json'),
  dataschema: z.string().optional().meta({ description: 'JSON Schema of the data' }),
  recordedtime: z.string().optional().meta({ description: 'When it was recorded' }),
  articles: z.string().optional().meta({ description: 'Articles it rests on, by id, separated by spaces' }),
  year: z.int().optional().meta({ description: 'Programme year' }),
  project: z.string().optional(),
  unit: z.string().optional(),
  body: z.string().optional(),
  actorrole: roleSchema.optional(),
  actororg: z.string().optional().meta({ description: 'Told to the parties and to those who oversee' }),
  actor: z
    .string()
    .optional()
    .meta({ description: `Account, ${toOverseers}` }),
  actedas: roleSchema.optional().meta({ description: `For whom a third party acted, ${toOverseers}` }),
  visibility: z.enum(VISIBILITIES).optional(),
  sequence: z
    .string()
    .optional()
    .meta({ description: `Orders the events as they stand in the log, ${toOverseers}` }),
  position: positionSchema.optional().meta({ description: `Place in the log, ${toOverseers}` }),
  revision: z
    .int()
    .optional()
    .meta({ description: `Place in the stream, ${toOverseers}` }),
  data: z.unknown(),
});
export type CloudEvent = z.infer<typeof cloudEventSchema>;

/** Where events come from and their schemas stand: the address of the service, without a slash at its end. */
export type ServiceAddress = string;

/** What somebody who does not oversee is told, as JSON. */
export function cloudEventTextOf({ type, schemaVersion, text }: ToldText, address: ServiceAddress): string {
  const schema = schemaAddress(type, schemaVersion, true);
  return `{"specversion":"1.0","source":"${address}/api/v1/events","dataschema":"${address}${schema}",${text.slice(1)}`;
}

/** An event as it stands in the log, for those who oversee. */
export function cloudEventInLog(event: RecordedEvent, address: ServiceAddress): CloudEvent {
  const { fault, type, schemaVersion } = event;
  if (fault && fault.of !== 'kind') return placeholder(event, fault, address);
  // What could not be read throws when it is asked for.
  const { meta, data } = event;
  const told = begun(address, event.id, event.streamId, type);
  // Events are read in the shape of the day, whatever was stored.
  told.dataschema = address + schemaAddress(type, catalogue.get(type)?.version ?? schemaVersion, false);
  told.time = meta.effectiveAt;
  told.recordedtime = meta.recordedAt;
  addSubject(told, meta.about, articlesCited(event));
  const { accountId, orgId, role, actedAs } = meta.actor;
  told.actorrole = role;
  told.actororg = orgId;
  told.actor = accountId;
  if (actedAs) told.actedas = actedAs;
  told.visibility = meta.visibility;
  addPlace(told, event);
  told.data = data;
  return told;
}

/** Keeps the place, says why, and repeats nothing of what could not be read. */
function placeholder(event: RecordedEvent, fault: Fault, address: ServiceAddress): CloudEvent {
  const { id, type, schemaVersion, streamId: subject } = event;
  const told = begun(address, id, subject, UNREADABLE);
  if (fault.of !== 'meta') {
    told.time = event.meta.effectiveAt;
    told.recordedtime = event.meta.recordedAt;
  }
  addPlace(told, event);
  told.data = { type, schemaVersion, reason: fault.reason };
  return told;
}

/**
 * The first attributes of every event. The others are added one by one: a feed makes thousands, and an object that is spread
 * together takes ten times as long.
 */
function begun(address: ServiceAddress, id: string, subject: string, kind: string): CloudEvent {
  const type = cloudEventType(kind);
  const source = `${address}/api/v1/events`;
  return { specversion: '1.0', id, source, type, subject, datacontenttype: 'application/json' } as CloudEvent;
}

function addPlace(event: CloudEvent, { position, revision }: RecordedEvent): void {
  event.sequence = sortablePosition(position);
  event.position = position;
  event.revision = revision;
}
