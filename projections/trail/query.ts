/** Reading the trail: filters, as-of and pages. */
import { z } from 'zod';
import { basisLabel } from '../../events/basis-label.ts';
import { roleSchema } from '../../events/envelope.ts';
import { dateSchema, endOfDay, type Instant, instantSchema } from '../../events/time.ts';
import { Names } from '../names.ts';
import type { Condition, Query, Reader } from '../ports.ts';
import { credentialsOf, isProvisional, NO_CREDENTIALS } from '../provisional.ts';
import { articleParameter, parsed } from '../query.ts';
import { timesOf } from '../recorded-times.ts';
import { CHOICES } from './counts.ts';
import { type TrailRow, trailEntries } from './entries.ts';
import { keysOf, sealedIn, sentenceOf, whatOf } from './sentence.ts';

/** What the trail is narrowed by. */
export const trailFilters = {
  person: z.string().max(64).optional().meta({ description: '人员账户 (account id)' }),
  organisation: z.string().max(64).optional().meta({ description: '行为单位 (organisation of the actor)' }),
  role: roleSchema.optional(),
  concerns: z.string().max(64).optional().meta({ description: '所涉人员账户 (account that it was done about)' }),
  project: z.string().max(64).optional(),
  unit: z.string().max(64).optional().meta({ description: '申报单位统一社会信用代码' }),
  body: z.string().max(64).optional().meta({ description: '推荐单位' }),
  article: articleParameter.optional(),
  action: z.string().max(80).optional().meta({ description: '行为，即事件类型' }),
  year: z.coerce.number().int().optional(),
  flag: z.enum(['deviation', 'backdated', 'acted-as']).optional(),
  from: instantSchema.optional().meta({ description: '记录时间不早于' }),
  to: instantSchema.optional().meta({ description: '记录时间早于' }),
  asOf: z
    .union([instantSchema, dateSchema, z.string().regex(/^\d{1,19}$/)])
    .optional()
    .meta({ description: '截至某一位置、时刻或某日终了所知 (position, instant, or end of a day)' }),
  order: z.enum(['asc', 'desc']).default('desc'),
};

export const trailInput = z.strictObject({
  ...trailFilters,
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
});
export const trailExportInput = z.strictObject({ ...trailFilters, format: z.enum(['csv', 'ndjson']).default('csv') });

export type TrailFilter = Omit<z.infer<typeof trailExportInput>, 'format'>;

export const trailEntrySchema = z.strictObject({
  position: z.string(),
  eventId: z.string(),
  /** One Chinese sentence: when, who, what, under which article. */
  sentence: z.string(),
  /** The part of the sentence that says what was done. */
  what: z.string(),
  /** The actor’s password was set with the code of a reset, and the holder has not confirmed it. */
  provisional: z.literal(true).optional(),
  recordedAt: z.string(),
  effectiveAt: z.string(),
  backdated: z.boolean(),
  type: z.string(),
  person: z.strictObject({ accountId: z.string(), name: z.string() }),
  organisation: z.strictObject({ orgId: z.string(), name: z.string() }),
  role: z.string(),
  actedAs: z.string().optional(),
  entrustmentId: z.string().optional(),
  project: z.strictObject({ projectId: z.string(), title: z.string() }).optional(),
  unit: z.strictObject({ uscc: z.string(), name: z.string() }).optional(),
  body: z.strictObject({ bodyId: z.string(), name: z.string() }).optional(),
  basis: z.array(z.string()),
  phase: z.string(),
  reason: z.string().optional(),
  evidence: z.array(z.unknown()).optional(),
  deviations: z.array(z.unknown()).optional(),
});
export type TrailEntry = z.infer<typeof trailEntrySchema>;

export interface TrailPage {
  readonly entries: readonly TrailEntry[];
  readonly next?: string;
}

type OnePage = TrailFilter & { readonly limit: number; readonly cursor?: string | undefined };

/** One page of entries. Throws BadCursor. */
export async function readTrail(filter: OnePage, reader: Reader): Promise<TrailPage> {
  const { rows, next, knownUpTo } = await trailRows(filter, reader);
  const entries = await described(rows, reader, knownUpTo);
  return { entries, ...(next !== undefined && { next }) };
}

/** The same as it is stored, without names, and up to where things are known. */
export async function trailRows(filter: OnePage, reader: Reader) {
  const knownUpTo = await lastKnown(filter, reader);
  const where = await conditions(filter, knownUpTo, reader);
  if (!where) return { rows: [], next: undefined, knownUpTo };
  const query: Query = {
    where,
    order: { by: ['seq'], direction: filter.order },
    limit: filter.limit,
    ...(filter.cursor !== undefined && { cursor: filter.cursor }),
  };
  const page = await reader.find(trailEntries, query);
  return { rows: parsed(trailEntries, page), next: page.next, knownUpTo };
}

/** What of a filter is found by facets, as `kind:value`. */
export function facetsWanted(filter: TrailFilter): readonly string[] {
  return CHOICES.filter(name => filter[name] !== undefined).map(name => `${name}:${filter[name]}`);
}

/** The filter as conditions on indexes, or undefined when nothing can match. */
async function conditions(
  filter: TrailFilter,
  knownUpTo: number,
  reader: Reader,
): Promise<Record<string, Condition> | undefined> {
  const wanted = facetsWanted(filter);
  const { from, to } = filter;
  const first = from === undefined ? undefined : await firstAt(reader, from);
  if (from !== undefined && first === undefined) return undefined;
  const upper = Math.min(knownUpTo, to === undefined ? Number.MAX_SAFE_INTEGER : await lastBefore(reader, to));
  const bounded = first !== undefined || upper !== Number.MAX_SAFE_INTEGER;
  return {
    ...(wanted.length > 0 && { facets: { $all: wanted } }),
    ...(bounded && { seq: { ...(first !== undefined && { $gte: first }), $lte: upper } }),
  };
}

/**
 * The sequence number of the first entry that was recorded at an instant or later. A time range is a range of positions:
 * where recorded times went back on the log, what stands after that entry came later, whatever time it bears.
 */
async function firstAt(reader: Reader, instant: Instant): Promise<number | undefined> {
  let first = await earliest(reader, { recordedAt: { $gte: instant } });
  const { wentBack, widestMs } = (await timesOf(reader)) ?? { wentBack: 0, widestMs: 0 };
  if (first === undefined || wentBack === 0) return first?.seq;
  // An entry before it bears a later time, but by no more than times ever went back.
  for (let before: TrailRow | undefined = first; before; ) {
    const latest = new Date(Date.parse(first.recordedAt) + widestMs).toISOString();
    before = await earliest(reader, { recordedAt: { $gte: instant, $lte: latest }, seq: { $lt: first.seq } });
    first = before ?? first;
  }
  return first.seq;
}

async function earliest(reader: Reader, where: Record<string, Condition>): Promise<TrailRow | undefined> {
  const page = await reader.find(trailEntries, {
    where,
    order: { by: ['recordedAt', 'seq'], direction: 'asc' },
    limit: 1,
  });
  const [text] = page.rows;
  return text === undefined ? undefined : (JSON.parse(text) as TrailRow);
}

/** The sequence number that stands before the first entry of an instant or later. */
async function lastBefore(reader: Reader, instant: Instant): Promise<number> {
  const first = await firstAt(reader, instant);
  return first === undefined ? Number.MAX_SAFE_INTEGER : first - 1;
}

/** The sequence number up to which things are known, where the asker looks back. */
async function lastKnown({ asOf }: Pick<TrailFilter, 'asOf'>, reader: Reader): Promise<number> {
  if (asOf === undefined) return Number.MAX_SAFE_INTEGER;
  if (/^\d+$/.test(asOf)) return Number(asOf);
  return lastBefore(reader, dateSchema.safeParse(asOf).success ? endOfDay(asOf) : asOf);
}

/** Rows with their names filled in, and the mark of what is provisional by where the asker looks from. */
export async function described(
  rows: readonly TrailRow[],
  reader: Reader,
  knownUpTo = Number.MAX_SAFE_INTEGER,
): Promise<TrailEntry[]> {
  const names = await Names.of(rows.flatMap(keysOf), rows.flatMap(sealedIn), reader);
  const credentials = await credentialsOf(
    reader,
    rows.map(({ actor }) => actor.accountId),
  );
  return rows.map(row => {
    const own = credentials.get(row.actor.accountId) ?? NO_CREDENTIALS;
    return entryOf(row, names, isProvisional(own, row.seq, knownUpTo));
  });
}

function entryOf(row: TrailRow, names: Names, provisional: boolean): TrailEntry {
  const { actor, about } = row;
  const { projectId, uscc, bodyId } = about;
  const title = projectId && names.named('project', projectId);
  const unitName = uscc && names.named('unit', uscc);
  const bodyName = bodyId && names.named('body', bodyId);
  return {
    position: row.position,
    eventId: row.eventId,
    sentence: sentenceOf(row, names, provisional),
    what: whatOf(row, names),
    ...(provisional && { provisional }),
    recordedAt: row.recordedAt,
    effectiveAt: row.effectiveAt,
    backdated: row.backdated,
    type: row.type,
    person: { accountId: actor.accountId, name: names.person(actor.accountId) },
    organisation: { orgId: actor.orgId, name: names.organisation(actor.accountId, actor.orgId) },
    role: actor.role,
    ...(actor.actedAs && { actedAs: actor.actedAs }),
    ...(actor.entrustmentId && { entrustmentId: actor.entrustmentId }),
    ...(projectId && title && { project: { projectId, title } }),
    ...(uscc && unitName && { unit: { uscc, name: unitName } }),
    ...(bodyId && bodyName && { body: { bodyId, name: bodyName } }),
    basis: row.basis.map(basisLabel),
    phase: row.phase,
    ...(row.reason !== undefined && { reason: row.reason }),
    ...(row.evidence && { evidence: row.evidence }),
    ...(row.deviations && { deviations: row.deviations }),
  };
}
