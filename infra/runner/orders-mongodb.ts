/** Orders as documents of the database that the projectors share. */
import type { Collection, Db } from 'mongodb';
import { answered } from '../mongodb.ts';
import type { Order, OrderStore } from './orders.ts';

interface OrderDocument extends Omit<Order, 'id'> {
  readonly _id: string;
  /** By the asker's clock; only to sweep away what no asker came back for. */
  readonly placedAt: Date;
}

const KEPT_MS = 24 * 3_600_000;

export class MongoOrders implements OrderStore {
  readonly #orders: Collection<OrderDocument>;

  constructor(db: Db) {
    this.#orders = db.collection('orders', { ignoreUndefined: true });
  }

  async place({ id, kind, projection }: Pick<Order, 'id' | 'kind' | 'projection'>): Promise<void> {
    const now = Date.now();
    await answered(this.#orders.deleteMany({ outcome: { $exists: true }, placedAt: { $lt: new Date(now - KEPT_MS) } }));
    await answered(this.#orders.insertOne({ _id: id, kind, projection, placedAt: new Date(now) }));
  }

  async read(id: string): Promise<Order | undefined> {
    const found = await answered(this.#orders.findOne({ _id: id }));
    return found ? orderOf(found) : undefined;
  }

  async open(): Promise<readonly Order[]> {
    const found = await answered(
      this.#orders
        .find({ outcome: { $exists: false } })
        .sort({ placedAt: 1 })
        .toArray(),
    );
    return found.map(orderOf);
  }

  async update(id: string, change: Parameters<OrderStore['update']>[1]): Promise<void> {
    await answered(this.#orders.updateOne({ _id: id }, { $set: change }));
  }

  async remove(id: string): Promise<void> {
    await answered(this.#orders.deleteOne({ _id: id }));
  }
}

function orderOf({ _id, placedAt: _, ...order }: OrderDocument): Order {
  return { id: _id, ...order };
}
