/** How far the read models behind a figure have come. */
import { comparePositions, positionSchema } from '../../events/ids.ts';
import type { Caller, NamedProjection, Reader } from '../ports.ts';
import { freshness, freshnessSchema, oversees } from '../query.ts';

/**
 * Where the last of several read models stands. To be asked before their rows: then everything up to there is counted,
 * whatever comes in between.
 */
export async function freshnessOf(reader: Reader, readModels: readonly NamedProjection[]) {
  const each = await Promise.all(readModels.map(readModel => freshness(reader, readModel)));
  return each.reduce((last, other) => (isBefore(other.asOfPosition, last.asOfPosition) ? other : last));
}

/** The same where those who do not oversee read too: a place in the log counts what is hidden from them, so they are told none. */
export const freshnessToldSchema = freshnessSchema.partial();

/** As {@link freshnessOf}, for those who oversee; nothing for others. */
export async function freshnessTold(reader: Reader, readModels: readonly NamedProjection[], caller: Caller) {
  return oversees(caller) ? freshnessOf(reader, readModels) : {};
}

function isBefore(one: string, other: string): boolean {
  return comparePositions(positionSchema.parse(one), positionSchema.parse(other)) < 0;
}
