/** One event in the trail: what it came from, what came of it, and what stands beside it in its stream. */
import { z } from 'zod';
import type { RecordedEvent } from '../../events/envelope.ts';
import type { Condition, Reader } from '../ports.ts';
import { parsed } from '../query.ts';
import { entryOf, type TrailRow, trailEntries } from './entries.ts';
import { described, trailEntrySchema } from './query.ts';

/** cause: made it necessary; together: recorded by the same command; effect: it made that necessary; request: came in the same request. */
const RELATIONS = ['cause', 'together', 'effect', 'request'] as const;
type Relation = (typeof RELATIONS)[number];

/** More than these are for the trail. */
const RELATED = 50;

export const eventInTrailSchema = z.strictObject({
  entry: trailEntrySchema,
  related: z.array(z.strictObject({ relation: z.enum(RELATIONS), entry: trailEntrySchema })),
  /** The one before it in its stream. */
  before: trailEntrySchema.optional(),
  after: trailEntrySchema.optional(),
});
export type EventInTrail = z.infer<typeof eventInTrailSchema>;

/** The event need not stand in the trail itself, as those for the supervising body alone do not. */
export async function eventInTrail(event: RecordedEvent, reader: Reader): Promise<EventInTrail> {
  const own = entryOf(event);
  const [sameRequest, [before], [after]] = await Promise.all([
    found(reader, `correlation:${own.correlationId}`, 'asc', RELATED + 1),
    found(reader, `stream:${own.stream}`, 'desc', 1, { $lt: own.seq }),
    found(reader, `stream:${own.stream}`, 'asc', 1, { $gt: own.seq }),
  ]);
  const others = sameRequest.filter(({ seq }) => seq !== own.seq).slice(0, RELATED);
  const [entry, ...entries] = await described(
    [own, ...others, ...[before, after].filter(row => row !== undefined)],
    reader,
  );
  const at = (row: TrailRow | undefined) => row && entries.find(({ position }) => position === row.position);
  const [beside, behind] = [at(before), at(after)];
  return {
    entry: entry as EventInTrail['entry'],
    related: others.flatMap((row, index) => ({
      relation: relationTo(own, row),
      entry: entries[index] as EventInTrail['entry'],
    })),
    ...(beside && { before: beside }),
    ...(behind && { after: behind }),
  };
}

async function found(
  reader: Reader,
  facet: string,
  direction: 'asc' | 'desc',
  limit: number,
  seq?: Condition,
): Promise<TrailRow[]> {
  const where = { facets: { $all: [facet] }, ...(seq !== undefined && { seq }) };
  return parsed(trailEntries, await reader.find(trailEntries, { where, order: { by: ['seq'], direction }, limit }));
}

function relationTo(own: TrailRow, other: TrailRow): Relation {
  if (other.commandId === own.commandId) return 'together';
  if (own.causationId === other.commandId) return 'cause';
  return other.causationId === own.commandId ? 'effect' : 'request';
}
