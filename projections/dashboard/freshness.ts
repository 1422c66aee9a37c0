/** How far the read models behind a figure have come. */
import { comparePositions, positionSchema } from '../../events/ids.ts';
import type { NamedProjection, Reader } from '../ports.ts';
import { freshness } from '../query.ts';

/**
 * Where the last of several read models stands. To be asked before their rows: then everything up to there is counted,
 * whatever comes in between.
 */
export async function freshnessOf(reader: Reader, readModels: readonly NamedProjection[]) {
  const each = await Promise.all(readModels.map(readModel => freshness(reader, readModel)));
  return each.reduce((last, other) => (isBefore(other.asOfPosition, last.asOfPosition) ? other : last));
}

function isBefore(one: string, other: string): boolean {
  return comparePositions(positionSchema.parse(one), positionSchema.parse(other)) < 0;
}
