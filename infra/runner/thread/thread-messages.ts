/** What the two ends of the projector thread say to each other. */
import type { Position } from '../../../events/ids.ts';
import type { CollectionSpec } from '../../../projections/ports.ts';
import type { ProjectionProgress, ProjectorState } from '../core/projector.ts';

export interface ThreadData {
  readonly directory: string;
  /** The collector of traces, if there is one. */
  readonly traces: string | undefined;
}

/** Calls of {@link Projector} that the thread answers. */
export type Method = 'start' | 'stop' | 'checkpoints' | 'rebuild' | 'rebuildAll' | 'rollback';

export type ToThread =
  | { readonly kind: 'grown' }
  | { readonly kind: 'call'; readonly id: number; readonly method: Method; readonly argument?: unknown };

export type FromThread =
  | { readonly kind: 'moved'; readonly position: Position }
  | { readonly kind: 'live'; readonly specs: ReadonlyMap<string, CollectionSpec> }
  | { readonly kind: 'state'; readonly state: ProjectorState }
  | { readonly kind: 'alarm'; readonly message: string; readonly details: object }
  | { readonly kind: 'progress'; readonly id: number; readonly progress: ProjectionProgress }
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly name: string; readonly message: string };
