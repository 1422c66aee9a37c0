/** R-S8: how far every read model has come, and whether it has accounted for every event. */
import { z } from 'zod';
import type { Checkpoint, Quarantined, Reader } from '../ports.ts';
import { distance } from '../query.ts';

export const readModelHealthSchema = z.strictObject({
  head: z.string(),
  readModels: z.array(
    z.strictObject({
      name: z.string(),
      version: z.int(),
      generation: z.int(),
      state: z.enum(['building', 'live', 'retired']),
      position: z.string(),
      /** How far the log is ahead, in positions. */
      lag: z.int(),
      handled: z.int(),
      ignored: z.int(),
      unknown: z.int(),
      quarantined: z.int(),
      /** Whether handled, ignored, unknown and quarantined events add up to the position: none was skipped. */
      complete: z.boolean(),
      updatedAt: z.string(),
    }),
  ),
  quarantine: z.array(
    z.strictObject({
      projection: z.string(),
      generation: z.int(),
      position: z.string(),
      eventId: z.string(),
      type: z.string(),
      reason: z.string(),
    }),
  ),
});
type ReadModelHealth = z.infer<typeof readModelHealthSchema>;

function healthOf(checkpoint: Checkpoint, head: string): ReadModelHealth['readModels'][number] {
  const { projection: name, version, generation, state, position, updatedAt } = checkpoint;
  const { handled, ignored, unknown, quarantined } = checkpoint;
  return {
    name,
    version,
    generation,
    state,
    position,
    lag: distance(position, head),
    handled,
    ignored,
    unknown,
    quarantined,
    // The embedded log numbers its events from 1 without a gap.
    complete: String(handled + ignored + unknown + quarantined) === position,
    updatedAt,
  };
}

export async function readModelHealth(reader: Reader): Promise<ReadModelHealth> {
  const [head, checkpoints, quarantine] = await Promise.all([reader.head(), reader.checkpoints(), reader.quarantine()]);
  return {
    head,
    readModels: checkpoints.map(checkpoint => healthOf(checkpoint, head)),
    quarantine: quarantine.map((event: Quarantined) => ({ ...event })),
  };
}
