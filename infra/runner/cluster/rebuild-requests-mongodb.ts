/** Requests as documents of the database that the projectors share. */
import type { Collection, Db } from 'mongodb';
import { answered } from '../../mongodb.ts';
import type { RebuildRequest, RebuildRequestStore } from './rebuild-requests.ts';

interface RebuildRequestDocument extends Omit<RebuildRequest, 'id'> {
  readonly _id: string;
  /** By the asker's clock; only to sweep away what no asker came back for. */
  readonly placedAt: Date;
}

const KEPT_MS = 24 * 3_600_000;

export class MongoRebuildRequests implements RebuildRequestStore {
  readonly #requests: Collection<RebuildRequestDocument>;

  constructor(db: Db) {
    this.#requests = db.collection('orders', { ignoreUndefined: true });
  }

  async place({ id, kind, projection }: Pick<RebuildRequest, 'id' | 'kind' | 'projection'>): Promise<void> {
    const now = Date.now();
    await answered(
      this.#requests.deleteMany({ outcome: { $exists: true }, placedAt: { $lt: new Date(now - KEPT_MS) } }),
    );
    await answered(this.#requests.insertOne({ _id: id, kind, projection, placedAt: new Date(now) }));
  }

  async read(id: string): Promise<RebuildRequest | undefined> {
    const found = await answered(this.#requests.findOne({ _id: id }));
    return found ? requestOf(found) : undefined;
  }

  async open(): Promise<readonly RebuildRequest[]> {
    const found = await answered(
      this.#requests
        .find({ outcome: { $exists: false } })
        .sort({ placedAt: 1 })
        .toArray(),
    );
    return found.map(requestOf);
  }

  async update(id: string, change: Parameters<RebuildRequestStore['update']>[1]): Promise<void> {
    await answered(this.#requests.updateOne({ _id: id }, { $set: change }));
  }

  async remove(id: string): Promise<void> {
    await answered(this.#requests.deleteOne({ _id: id }));
  }
}

function requestOf({ _id, placedAt: _, ...request }: RebuildRequestDocument): RebuildRequest {
  return { id: _id, ...request };
}
