/** One generation of a projection's rows, as the store knows it. */
import { START } from '../../../events/ids.ts';
import { NO_ROOTS } from '../../../projections/event-sets.ts';
import { projections } from '../../../projections/index.ts';
import type { Checkpoint, CollectionSpec, ReadStore } from '../../../projections/ports.ts';
import type { Projection } from '../../../projections/projection.ts';

/** Where the rows of a generation are. */
export function collectionOf(
  projection: Projection,
  { version, generation }: Pick<Checkpoint, 'version' | 'generation'>,
): CollectionSpec {
  return {
    name: `${projection.name}_v${version}_g${generation}`,
    indexes: projection.indexes,
    ...(projection.appendOnly && { appendOnly: true }),
  };
}

/** Drops every generation of every read model; the next start makes them anew. */
export async function dropGenerations(rows: ReadStore): Promise<void> {
  for (const checkpoint of await rows.checkpoints()) {
    const projection = projections.find(({ name }) => name === checkpoint.projection);
    if (projection) await rows.drop(collectionOf(projection, checkpoint), checkpoint);
  }
}

/** The checkpoint of a generation that has taken nothing yet; its term is set by its owner. */
export function firstCheckpoint(projection: Projection, generation: number, state: Checkpoint['state']): Checkpoint {
  return {
    projection: projection.name,
    version: projection.version,
    generation,
    state,
    position: START,
    handled: 0,
    ignored: 0,
    unknown: 0,
    quarantined: 0,
    roots: NO_ROOTS,
    updatedAt: '',
    term: 0,
  };
}

/** Which generation is live. Of two, which a swap that was cut short may leave, the one of the later term, then the newer. */
export function liveOf(checkpoints: readonly Checkpoint[]): Checkpoint | undefined {
  return checkpoints
    .filter(({ state }) => state === 'live')
    .toSorted((a, b) => a.term - b.term || a.generation - b.generation)
    .at(-1);
}

/** The live generations of the versions that a program knows, by name of projection. */
export function liveByName(
  checkpoints: readonly Checkpoint[],
  projections: readonly Projection[],
): ReadonlyMap<string, Checkpoint> {
  const live = new Map<string, Checkpoint>();
  for (const { name, version } of projections) {
    const own = checkpoints.filter(other => other.projection === name && other.version === version);
    const checkpoint = liveOf(own);
    if (checkpoint) live.set(name, checkpoint);
  }
  return live;
}
