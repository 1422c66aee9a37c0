/** Carries out the orders for the projections this process owns. */
import { StaleTerm } from '../../projections/ports.ts';
import { StoreUnavailable } from '../../services/ports.ts';
import type { Order, OrderStore, Outcome } from './orders.ts';
import type { OnProgress } from './projector.ts';
import type { ProjectionRunner } from './runner.ts';
import { RunnerStopped } from './runner-ports.ts';

/** Milliseconds between two notes of progress. */
const NOTE_MS = 100;

export interface OrderDeskOptions {
  readonly orders: OrderStore;
  readonly runner: ProjectionRunner;
  alarm(message: string, details: object): void;
}

export class OrderDesk {
  readonly #options: OrderDeskOptions;
  #working: Promise<void> | undefined;
  #silent = false;

  constructor(options: OrderDeskOptions) {
    this.#options = options;
  }

  /** Looks for orders, unless some are in hand. */
  look(): void {
    this.#working ??= this.#work()
      .then(
        () => {
          this.#silent = false;
        },
        error => {
          if (!this.#silent) this.#options.alarm('orders cannot be carried out now', { error: String(error) });
          this.#silent = true;
        },
      )
      .finally(() => {
        this.#working = undefined;
      });
  }

  async idle(): Promise<void> {
    await this.#working;
  }

  async #work(): Promise<void> {
    const { orders, runner } = this.#options;
    const own = (await orders.open()).filter(({ projection }) => runner.lanes.has(projection));
    const rebuilds = new Map<string, Order>();
    for (const order of own) if (order.kind === 'rebuild') rebuilds.set(order.projection, order);
    if (rebuilds.size > 0) await this.#rebuild([...rebuilds.values()]);
    for (const order of own) if (order.kind === 'rollback') await this.#rollback(order);
  }

  /** Those that are asked for at the same time are built in one pass over the log. */
  async #rebuild(asked: readonly Order[]): Promise<void> {
    const { orders, runner } = this.#options;
    const open = new Map(asked.map(order => [order.projection, order]));
    try {
      await runner.rebuildAll([...open.keys()], this.#notes(asked), async report => {
        const order = open.get(report.projection) as Order;
        await orders.update(order.id, { outcome: { done: true, report } });
        open.delete(report.projection);
      });
    } catch (error) {
      for (const order of open.values()) await this.#failed(order, error);
    }
  }

  async #rollback(order: Order): Promise<void> {
    const { orders, runner } = this.#options;
    const from = order.from ?? runner.lanes.get(order.projection)?.checkpoint.generation;
    if (from === undefined) return;
    try {
      if (order.from === undefined) await orders.update(order.id, { from });
      await runner.rollback(order.projection, from);
      await orders.update(order.id, { outcome: { done: true } });
    } catch (error) {
      await this.#failed(order, error);
    }
  }

  /** What another owner, or this one a little later, can still do stays open. */
  async #failed(order: Order, error: unknown): Promise<void> {
    if ([RunnerStopped, StaleTerm, StoreUnavailable].some(kind => error instanceof kind)) return;
    const message = error instanceof Error ? error.message : String(error);
    const outcome: Outcome = { done: false, refused: error instanceof RangeError, message };
    await this.#options.orders.update(order.id, { outcome });
  }

  #notes(asked: readonly Order[]): OnProgress {
    const { orders } = this.#options;
    let notedAt = 0;
    return progress => {
      if (performance.now() - notedAt < NOTE_MS) return;
      notedAt = performance.now();
      // A note that is lost is replaced by the next.
      for (const { id, projection } of asked)
        orders.update(id, { progress: { ...progress, projection } }).catch(() => undefined);
    };
  }
}
