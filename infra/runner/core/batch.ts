/** What a page of events makes of one generation, on its way to the store. */
import type { Checkpoint, CollectionWrites, Quarantined, ReadStore } from '../../../projections/ports.ts';

/** What a generation is given with a page of events. */
export interface PageContext {
  readonly store: ReadStore;
  readonly now: string;
  /** The identity of the log. */
  readonly log: string | undefined;
  /** Asks for the checkpoint to be stored even when nothing but the position has changed. */
  readonly save: boolean;
  /** The batch before, if it is still on its way to the store; settled before this one is written. */
  readonly after?: GenerationBatch | undefined;
}

/** Rows and checkpoint as a page leaves them; neither counts before the store has both. */
export interface GenerationBatch {
  readonly writes: CollectionWrites;
  readonly checkpoint: Checkpoint;
  /** Whether the checkpoint must be stored now; one that passed nothing but ignored events can wait. */
  readonly due: boolean;
  /** Events passed at its end since the checkpoint was last stored. */
  readonly unsaved: number;
  readonly quarantined: readonly Quarantined[];
  /** The checkpoint once more, where it is to be kept beside later ones. */
  readonly marks: readonly Checkpoint[];
  /** Takes the new checkpoint and rows over into memory; call it once the store has them. */
  settle(): void;
}
