/** Events as CloudEvents 1.0: one mapper for the feed, its stream and deliveries. */
import { z } from 'zod';
import { catalogue } from '../../events/catalogue.ts';
import { type About, type Fault, type RecordedEvent, roleSchema, VISIBILITIES } from '../../events/envelope.ts';
import { positionSchema, sortablePosition } from '../../events/ids.ts';
import { articlesCited, type ToldEvent } from '../../projections/feed/told-events.ts';
import { schemaAddress } from './catalogue.ts';

/** Types begin with the name of who defines them, from the right (CloudEvents 1.0, type). */
const DEFINED_BY = 'cn.gov.tj.gongguan.';

/** Stands for an event that cannot be read. */
export const UNREADABLE = 'event.unreadable';

/** The type of a kind of event outside. */
export function cloudEventType(kind: string): string {
  return `${DEFINED_BY}${kind}`;
}

/** The kind that a type names, with or without the name of who defines it. */
export function kindNamed(type: string): string {
  return type.startsWith(DEFINED_BY) ? type.slice(DEFINED_BY.length) : type;
}

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

/** What somebody who does not oversee is told. */
export function cloudEventOf(told: ToldEvent, address: ServiceAddress): CloudEvent {
  const { id, type, schemaVersion, subject, effectiveAt, recordedAt, about, articles, role, organisation } = told;
  return {
    ...common(address, { id, subject, kind: type, schema: schemaAddress(type, schemaVersion, true) }),
    time: effectiveAt,
    recordedtime: recordedAt,
    ...attributesOf(about, articles),
    actorrole: role,
    ...(organisation !== undefined && { actororg: organisation }),
    visibility: told.visibility,
    data: told.data,
  };
}

/** An event as it stands in the log, for those who oversee. */
export function cloudEventInLog(event: RecordedEvent, address: ServiceAddress): CloudEvent {
  const { fault, id, type, schemaVersion, streamId: subject } = event;
  if (fault && fault.of !== 'kind') return placeholder(event, fault, address);
  const { meta, data } = event;
  const { accountId, orgId, role, actedAs } = meta.actor;
  // Events are read in the shape of the day, whatever was stored.
  const schema = schemaAddress(type, catalogue.get(type)?.version ?? schemaVersion, false);
  return {
    ...common(address, { id, subject, kind: type, schema }),
    time: meta.effectiveAt,
    recordedtime: meta.recordedAt,
    ...attributesOf(meta.about, articlesCited(event)),
    actorrole: role,
    actororg: orgId,
    actor: accountId,
    ...(actedAs && { actedas: actedAs }),
    visibility: meta.visibility,
    ...placeOf(event),
    data,
  };
}

/** Keeps the place, says why, and repeats nothing of what could not be read. */
function placeholder(event: RecordedEvent, fault: Fault, address: ServiceAddress): CloudEvent {
  const { id, type, schemaVersion, streamId: subject } = event;
  return {
    ...common(address, { id, subject, kind: UNREADABLE }),
    ...(fault.of !== 'meta' && { time: event.meta.effectiveAt, recordedtime: event.meta.recordedAt }),
    ...placeOf(event),
    data: { type, schemaVersion, reason: fault.reason },
  };
}

interface Particulars {
  readonly id: string;
  readonly subject: string;
  readonly kind: string;
  /** Below the address of the service. */
  readonly schema?: string;
}

function common(address: ServiceAddress, { id, subject, kind, schema }: Particulars) {
  return {
    specversion: '1.0',
    id,
    source: `${address}/api/v1/events`,
    type: cloudEventType(kind),
    subject,
    datacontenttype: 'application/json',
    ...(schema !== undefined && { dataschema: `${address}${schema}` }),
  } as const;
}

function attributesOf({ year, projectId, uscc, bodyId }: About, articles: readonly string[]) {
  return {
    ...(articles.length > 0 && { articles: articles.join(' ') }),
    ...(year !== undefined && { year }),
    ...(projectId !== undefined && { project: projectId }),
    ...(uscc !== undefined && { unit: uscc }),
    ...(bodyId !== undefined && { body: bodyId }),
  };
}

function placeOf({ position, revision }: RecordedEvent) {
  return { sequence: sortablePosition(position), position, revision };
}
