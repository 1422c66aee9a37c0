/** What one process asks of the owner of a projection: an order is on record until its asker has read the outcome. */
import { setTimeout as pause } from 'node:timers/promises';
import { StoreUnavailable } from '../../services/ports.ts';
import type { OnProgress, Progress, RebuildReport } from './projector.ts';

export type OrderKind = 'rebuild' | 'rollback';

export interface Order {
  readonly id: string;
  readonly kind: OrderKind;
  readonly projection: string;
  /** The live generation when the order was first begun, so that a second owner knows whether it was carried out. */
  readonly from?: number;
  readonly progress?: Progress;
  readonly outcome?: Outcome;
}

export type Outcome =
  | { readonly done: true; readonly report?: RebuildReport }
  /** `refused` is a fault of the question. */
  | { readonly done: false; readonly refused: boolean; readonly message: string };

export interface OrderStore {
  place(order: Pick<Order, 'id' | 'kind' | 'projection'>): Promise<void>;
  read(id: string): Promise<Order | undefined>;
  /** Those without an outcome, oldest first. */
  open(): Promise<readonly Order[]>;
  update(id: string, change: Pick<Order, 'from'> | Pick<Order, 'progress'> | Pick<Order, 'outcome'>): Promise<void>;
  remove(id: string): Promise<void>;
}

const ASK_MS = 100;

export interface Asking {
  readonly orders: OrderStore;
  readonly signal: AbortSignal;
  readonly onProgress?: OnProgress | undefined;
  /** The order is on record: whoever carries it out need not wait until he looks again. */
  placed?(): void;
}

/**
 * Waits until whoever owns the projection has carried an order out, through outages and changes of owner. Throws
 * RangeError when the order made no sense, StoreUnavailable when it failed or the signal came.
 */
export async function outcomeOf(
  order: Pick<Order, 'id' | 'kind' | 'projection'>,
  { orders, signal, onProgress, placed }: Asking,
): Promise<RebuildReport | undefined> {
  await orders.place(order);
  placed?.();
  let told: string | undefined;
  while (!signal.aborted) {
    const { outcome, progress } = (await unlessUnavailable(orders.read(order.id))) ?? {};
    if (progress && progress.done !== told) onProgress?.(progress);
    told = progress?.done ?? told;
    if (outcome) {
      await unlessUnavailable(orders.remove(order.id));
      return resultOf(outcome);
    }
    await pause(ASK_MS);
  }
  throw new StoreUnavailable(`stopped while waiting for ${order.kind} of ${order.projection}`);
}

function resultOf(outcome: Outcome): RebuildReport | undefined {
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
