/** The store of webhooks that processes on several machines share. */
import type { Collection, Db } from 'mongodb';
import { answered, isDuplicate } from '../mongodb.ts';
import { IndexedCollections } from '../mongodb-indexed.ts';
import { type DeliveryEntry, ENTRIES_KEPT, type WebhookState, type WebhookStore } from './store.ts';

/** States and entries are kept as text: what they hold is nobody's to ask for but ours. */
interface StoredState {
  readonly _id: string;
  readonly version: number;
  readonly state: string;
}

interface StoredEntry {
  readonly _id: string;
  readonly webhook: string;
  readonly number: number;
  readonly entry: string;
}

export class MongoWebhooks extends IndexedCollections implements WebhookStore {
  readonly #states: Collection<StoredState>;
  readonly #entries: Collection<StoredEntry>;

  constructor(database: Db) {
    super();
    this.#states = database.collection('webhooks');
    this.#entries = database.collection('webhook_deliveries');
  }

  async create(state: WebhookState): Promise<boolean> {
    const { id: _id, version } = state;
    try {
      await answered(this.#states.insertOne({ _id, version, state: JSON.stringify(state) }));
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }

  async get(id: string): Promise<WebhookState | undefined> {
    const found = await answered(this.#states.findOne({ _id: id }));
    return found ? JSON.parse(found.state) : undefined;
  }

  async all(): Promise<readonly WebhookState[]> {
    const found = await answered(this.#states.find().sort({ _id: 1 }).toArray());
    return found.map(({ state }) => JSON.parse(state));
  }

  async replace(state: WebhookState): Promise<boolean> {
    const { id: _id, version } = state;
    const next = { version, state: JSON.stringify(state) };
    return (await answered(this.#states.replaceOne({ _id, version: version - 1 }, next))).matchedCount === 1;
  }

  async remove(id: string): Promise<void> {
    await answered(this.#states.deleteOne({ _id: id }));
  }

  async log(entry: DeliveryEntry): Promise<void> {
    await this.indexed();
    const { webhookId: webhook, number } = entry;
    const _id = `${webhook}/${number}`;
    const kept = { webhook, number, entry: JSON.stringify(entry) };
    await answered(this.#entries.replaceOne({ _id }, kept, { upsert: true }));
    await answered(this.#entries.deleteMany({ webhook, number: { $lte: number - ENTRIES_KEPT } }));
  }

  async entriesOf(webhookId: string, before: number, limit: number): Promise<readonly DeliveryEntry[]> {
    const asked = { webhook: webhookId, number: { $lt: before } };
    const found = await answered(this.#entries.find(asked).sort({ number: -1 }).limit(limit).toArray());
    return found.map(({ entry }) => JSON.parse(entry));
  }

  protected async createIndexes(): Promise<void> {
    await answered(this.#entries.createIndex({ webhook: 1, number: 1 }));
  }
}
