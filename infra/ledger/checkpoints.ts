/** When a checkpoint is signed, and for which act; pure. */
import { MILESTONES } from '../../events/catalogue.ts';
import type { RecordedEvent } from '../../events/envelope.ts';
import { comparePositions, type Position } from '../../events/ids.ts';

export interface CheckpointPolicy {
  /** Events after which one is signed at once. */
  readonly everyEvents: number;
  /** Milliseconds between two checkpoints of a log that grows; at most a day. */
  readonly everyMs: number;
}

/** What is not signed for yet. */
export interface Unsigned {
  readonly events: number;
  readonly milestone: boolean;
  /** Milliseconds since the last checkpoint; without end before the first. */
  readonly sinceMs: number;
}

/** Milliseconds until a checkpoint is to be signed, 0 for now; undefined while there is nothing to sign for. */
export function dueIn({ events, milestone, sinceMs }: Unsigned, policy: CheckpointPolicy): number | undefined {
  if (events <= 0) return undefined;
  if (milestone || events >= policy.everyEvents) return 0;
  return Math.max(0, policy.everyMs - sinceMs);
}

type Act = Pick<RecordedEvent, 'type' | 'position'>;

/** The milestones that no checkpoint covers yet. */
export class Milestones {
  readonly #types = new Map<Position, string>();

  /** Whatever of them is a milestone; in any order, and again. */
  note(events: readonly Act[]): void {
    for (const { type, position } of events) if (MILESTONES.has(type)) this.#types.set(position, type);
  }

  /** The type of the last one up to a position; undefined where there is none. */
  upTo(position: Position): string | undefined {
    const acts = [...this.#types].filter(([at]) => comparePositions(at, position) <= 0);
    return acts.sort(([a], [b]) => comparePositions(a, b)).at(-1)?.[1];
  }

  /** Those up to a position are covered. */
  covered(position: Position): void {
    for (const at of this.#types.keys()) if (comparePositions(at, position) <= 0) this.#types.delete(at);
  }
}
