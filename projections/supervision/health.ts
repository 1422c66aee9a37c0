/** R-S8: how far every read model has come, and whether it has accounted for every event. */
import { z } from 'zod';
import type { Position } from '../../events/ids.ts';
import { millisecondsBehind } from '../../events/rules/recorded-time.ts';
import { projections } from '../index.ts';
import { type Checkpoint, eventsSeen, type Quarantined, type Reader } from '../ports.ts';
import { timesOf } from '../recorded-times.ts';
import { unknownKindsOf } from '../unknown-kinds.ts';

export const readModelHealthSchema = z.strictObject({
  head: z.string(),
  /** Recorded times, which never go back where all is well. */
  recordedTimes: z.strictObject({
    latest: z.string().optional(),
    /** By how much the clock of this server is behind the latest. */
    clockBehindMs: z.number(),
    /** Events recorded earlier than one before them. */
    wentBack: z.int(),
    /** By how much at most. */
    widestMs: z.number(),
  }),
  /** Events of kinds that this version does not know; `first` and `last` are positions. */
  unknownKinds: z.array(z.strictObject({ type: z.string(), events: z.int(), first: z.string(), last: z.string() })),
  readModels: z.array(
    z.strictObject({
      name: z.string(),
      /** What is read from it; undefined where this version has no such read model any more. */
      question: z.string().optional(),
      version: z.int(),
      generation: z.int(),
      state: z.enum(['building', 'live', 'retired']),
      position: z.string(),
      /** Events that it has not taken yet; counting ends at {@link COUNTED_BEHIND}. */
      lag: z.int(),
      handled: z.int(),
      ignored: z.int(),
      unknown: z.int(),
      quarantined: z.int(),
      /** Whether handled, ignored, unknown and quarantined events add up to all events up to the position. */
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
export type ReadModelHealth = z.infer<typeof readModelHealthSchema>;

/** Where the log does not number its events, all who stand at one position must have seen as many as each other. */
function expectedAt({ position }: Checkpoint, checkpoints: readonly Checkpoint[], reader: Reader): number {
  const there = checkpoints.filter(other => other.position === position);
  return reader.ordinal(position) ?? Math.max(...there.map(eventsSeen));
}

/** Where log and read models stand, whether each accounts for every event, and what was set aside. */
export async function readModelHealth(reader: Reader): Promise<ReadModelHealth> {
  const [head, checkpoints, quarantine, times, unknown] = await Promise.all([
    reader.head(),
    reader.checkpoints(),
    reader.quarantine(),
    timesOf(reader),
    unknownKindsOf(reader),
  ]);
  const lags = new Map<Position, number>();
  for (const { position } of checkpoints) {
    if (!lags.has(position)) lags.set(position, await reader.behind(position));
  }
  return {
    head,
    recordedTimes: {
      ...(times ?? { wentBack: 0, widestMs: 0 }),
      clockBehindMs: times ? millisecondsBehind(reader.now, times.latest) : 0,
    },
    unknownKinds: unknown.map(kind => ({ ...kind })),
    readModels: checkpoints.map(checkpoint => ({
      name: checkpoint.projection,
      question: projections.find(({ name }) => name === checkpoint.projection)?.question,
      version: checkpoint.version,
      generation: checkpoint.generation,
      state: checkpoint.state,
      position: checkpoint.position,
      lag: lags.get(checkpoint.position) as number,
      handled: checkpoint.handled,
      ignored: checkpoint.ignored,
      unknown: checkpoint.unknown,
      quarantined: checkpoint.quarantined,
      complete: eventsSeen(checkpoint) === expectedAt(checkpoint, checkpoints, reader),
      updatedAt: checkpoint.updatedAt,
    })),
    quarantine: quarantine.map((event: Quarantined) => ({ ...event })),
  };
}
