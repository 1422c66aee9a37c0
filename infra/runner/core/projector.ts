/** What the rest of the system sees of projecting, whether it happens here, on a second thread or elsewhere. */
import type { Position } from '../../../events/ids.ts';
import type { Checkpoint, CollectionSpec, NamedProjection } from '../../../projections/ports.ts';
import type { Comparison } from './compare.ts';

export interface ProjectionProgress {
  readonly projection: string;
  readonly done: Position;
  readonly head: Position;
}

export type OnProgress = (progress: ProjectionProgress) => void;

export interface RebuildReport extends Comparison {
  readonly projection: string;
  readonly generation: number;
}

/** Halted: the log lost events that it had acknowledged. Rows stay as they are until people have looked at it. */
export type ProjectorState = 'starting' | 'following' | 'halted';

export interface Projector {
  /** Catches up with the log and follows it; resolves when every read model is at the head. */
  start(onProgress?: OnProgress): Promise<void>;
  /** Finishes the batch in hand and stops. */
  stop(): Promise<void>;
  state(): ProjectorState;
  /** Resolves true as soon as every live read model has taken the event at `position`, false after `ms`. */
  reached(position: Position, ms: number): Promise<boolean>;
  /** The live rows of a projection. Throws StoreUnavailable while there are none. */
  specOf(projection: NamedProjection): CollectionSpec;
  checkpoints(): Promise<readonly Checkpoint[]>;
  /** Builds a generation beside the live one, compares both, and swaps. Throws RangeError for an unknown name. */
  rebuild(name: string, onProgress?: OnProgress): Promise<RebuildReport>;
  /** Builds several in one pass over the log. */
  rebuildAll(names: readonly string[], onProgress?: OnProgress): Promise<readonly RebuildReport[]>;
  /** Makes the generation before the last swap live again. Throws RangeError when there is none. */
  rollback(name: string): Promise<void>;
}
