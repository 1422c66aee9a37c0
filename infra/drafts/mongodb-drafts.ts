/** Drafts that processes on several machines share. */
import type { Collection, Db } from 'mongodb';
import type { Instant } from '../../events/time.ts';
import { answered } from '../mongodb.ts';
import type { DraftStore, StoredDraft } from './draft-store.ts';

type DraftDocument = Omit<StoredDraft, 'id'> & { readonly _id: string };

export class MongoDrafts implements DraftStore {
  readonly #drafts: Collection<DraftDocument>;
  #indexed: Promise<void> | undefined;

  constructor(database: Db) {
    this.#drafts = database.collection('drafts');
  }

  /** Several that are kept at once by one owner may be one or two too many: the bound is against heaps, not exact. */
  async keep({ id, ...draft }: StoredDraft, most: number): Promise<boolean> {
    await this.#ready();
    const others = await answered(
      this.#drafts.countDocuments({ owner: draft.owner, _id: { $ne: id } }, { limit: most }),
    );
    if (others >= most) return false;
    await answered(this.#drafts.replaceOne({ _id: id }, draft, { upsert: true }));
    return true;
  }

  async draft(id: string): Promise<StoredDraft | undefined> {
    const found = await answered(this.#drafts.findOne({ _id: id }));
    return found ? draftOf(found) : undefined;
  }

  async draftsOf(owner: string): Promise<readonly StoredDraft[]> {
    const found = await answered(this.#drafts.find({ owner }).sort({ savedAt: -1, _id: 1 }).toArray());
    return found.map(draftOf);
  }

  async discard(id: string): Promise<void> {
    await answered(this.#drafts.deleteOne({ _id: id }));
  }

  async forgetBefore(instant: Instant): Promise<void> {
    await answered(this.#drafts.deleteMany({ savedAt: { $lt: instant } }));
  }

  async close(): Promise<void> {}

  /** Indexes are made with the first draft, once a process; an outage leaves them to the next. */
  #ready(): Promise<void> {
    this.#indexed ??= this.#createIndexes().catch((error: unknown) => {
      this.#indexed = undefined;
      throw error;
    });
    return this.#indexed;
  }

  async #createIndexes(): Promise<void> {
    await answered(this.#drafts.createIndex({ owner: 1, savedAt: -1 }));
    await answered(this.#drafts.createIndex({ savedAt: 1 }));
  }
}

function draftOf({ _id, ...draft }: DraftDocument): StoredDraft {
  return { id: _id, ...draft };
}
