/** What one process asks of the owner of a projection: a request is on record until its asker has read the outcome. */
import { setTimeout as pause } from 'node:timers/promises';
import { StoreUnavailable } from '../../../services/ports.ts';
import type { OnProgress, ProjectionProgress, RebuildReport } from '../core/projector.ts';

export type RebuildRequestKind = 'rebuild' | 'rollback';

export interface RebuildRequest {
  readonly id: string;
  readonly kind: RebuildRequestKind;
  readonly projection: string;
  /** The live generation when the request was first begun, so that a second owner knows whether it was carried out. */
  readonly from?: number;
  readonly progress?: ProjectionProgress;
  readonly outcome?: RebuildOutcome;
}

export type RebuildOutcome =
  | { readonly done: true; readonly report?: RebuildReport }
  /** `refused` is a fault of the question. */
  | { readonly done: false; readonly refused: boolean; readonly message: string };

export interface RebuildRequestStore {
  place(request: Pick<RebuildRequest, 'id' | 'kind' | 'projection'>): Promise<void>;
  read(id: string): Promise<RebuildRequest | undefined>;
  /** Those without an outcome, oldest first. */
  open(): Promise<readonly RebuildRequest[]>;
  update(
    id: string,
    change: Pick<RebuildRequest, 'from'> | Pick<RebuildRequest, 'progress'> | Pick<RebuildRequest, 'outcome'>,
  ): Promise<void>;
  remove(id: string): Promise<void>;
}

const ASK_MS = 100;

export interface RequestOptions {
  readonly requests: RebuildRequestStore;
  readonly signal: AbortSignal;
  readonly onProgress?: OnProgress | undefined;
  /** The request is on record: whoever carries it out need not wait until he looks again. */
  placed?(): void;
}

/**
 * Waits until whoever owns the projection has carried a request out, through outages and changes of owner. Throws
 * RangeError when the request made no sense, StoreUnavailable when it failed or the signal came.
 */
export async function outcomeOfRequest(
  request: Pick<RebuildRequest, 'id' | 'kind' | 'projection'>,
  { requests, signal, onProgress, placed }: RequestOptions,
): Promise<RebuildReport | undefined> {
  await requests.place(request);
  placed?.();
  let told: string | undefined;
  while (!signal.aborted) {
    const { outcome, progress } = (await unlessUnavailable(requests.read(request.id))) ?? {};
    if (progress && progress.done !== told) onProgress?.(progress);
    told = progress?.done ?? told;
    if (outcome) {
      await unlessUnavailable(requests.remove(request.id));
      return resultOf(outcome);
    }
    await pause(ASK_MS);
  }
  throw new StoreUnavailable(`stopped while waiting for ${request.kind} of ${request.projection}`);
}

function resultOf(outcome: RebuildOutcome): RebuildReport | undefined {
  if (outcome.done) return outcome.report;
  throw outcome.refused ? new RangeError(outcome.message) : new StoreUnavailable(outcome.message);
}

async function unlessUnavailable<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof StoreUnavailable) return undefined;
    throw error;
  }
}
