/** The batches of a body in a year (art-17b): a fold over their stream. */

import { hash } from 'node:crypto';
import { untouched } from '../../events/event-type.ts';
import type { Position, ProjectId } from '../../events/ids.ts';
import { type BatchedResult, batchText, type ResultEvent } from '../../events/result.ts';
import type { Fold } from '../command.ts';

export type Verdict =
  | { readonly recommended: true; readonly opinion: string | undefined }
  | { readonly recommended: false; readonly reason: string };

export interface ResultBatch {
  readonly batch: number;
  readonly position: Position;
  readonly projects: readonly BatchedResult[];
  readonly verdicts: ReadonlyMap<ProjectId, Verdict>;
  /** The root it was forwarded with. */
  readonly forwarded: string | undefined;
}

/** In the order of their numbers. */
export const batches: Fold<readonly ResultBatch[], ResultEvent> = {
  name: 'result/batches',
  initial: [],
  evolve(state, event) {
    switch (event.type) {
      case 'results.compiled': {
        const { batch, position, projects } = event.data;
        return [...state, { batch, position, projects, verdicts: new Map(), forwarded: undefined }];
      }
      case 'result.recommended':
        return judged(state, event.data, { recommended: true, opinion: event.data.opinion });
      case 'result.not-recommended':
        return judged(state, event.data, { recommended: false, reason: event.data.reason });
      case 'result-batch.forwarded':
        return changed(state, event.data.batch, () => ({ forwarded: event.data.root }));
      case 'result-document.attached':
      case 'result-undertaking.signed':
      case 'results.submitted':
      case 'results.supplemented':
      case 'results.withdrawn':
        return state;
      default:
        return untouched(state, event);
    }
  },
};

function judged(
  state: readonly ResultBatch[],
  { batch, projectId }: { readonly batch: number; readonly projectId: ProjectId },
  verdict: Verdict,
): readonly ResultBatch[] {
  return changed(state, batch, ({ verdicts }) => ({ verdicts: new Map(verdicts).set(projectId, verdict) }));
}

function changed(
  state: readonly ResultBatch[],
  number: number,
  change: (batch: ResultBatch) => Partial<ResultBatch>,
): readonly ResultBatch[] {
  return state.map(batch => (batch.batch === number ? { ...batch, ...change(batch) } : batch));
}

/** Pins what a batch recommends and declines. */
export function batchRoot(projects: readonly BatchedResult[], declined: readonly BatchedResult[]): string {
  return hash('sha256', batchText(projects, declined));
}
