/** Drafts that processes on several machines share. */
import type { Collection, Db } from 'mongodb';
import type { Instant } from '../../events/time.ts';
import { answered } from '../mongodb.ts';
import { IndexedCollections } from '../mongodb-indexed.ts';
import type { DraftStore, Keeping, KeptText, StoredDraft } from './draft-store.ts';

type DraftDocument = Omit<StoredDraft, 'id'> & { readonly _id: string };

interface OverDocument {
  readonly _id: string;
  readonly at: Instant;
}

export class MongoDrafts extends IndexedCollections implements DraftStore {
  readonly #drafts: Collection<DraftDocument>;
  readonly #over: Collection<OverDocument>;

  constructor(database: Db) {
    super();
    this.#drafts = database.collection('drafts');
    this.#over = database.collection('formsOver');
  }

  /**
   * Several that are kept at once by one owner may be one or two too many: the bound is against heaps, not exact. That a
   * form is over is exact: it is noted before its draft is discarded, and asked again after the draft was written.
   */
  async keep({ id, ...draft }: StoredDraft, most: number): Promise<Keeping> {
    await this.indexed();
    const { owner, form } = draft;
    if (await this.#isOver(form)) return 'over';
    const others = await answered(this.#drafts.countDocuments({ owner, _id: { $ne: id } }, { limit: most }));
    if (others >= most) return 'too-many';
    await answered(this.#drafts.replaceOne({ _id: id }, draft, { upsert: true }));
    if (!(await this.#isOver(form))) return 'kept';
    await answered(this.#drafts.deleteOne({ _id: id, form }));
    return 'over';
  }

  async #isOver(form: string): Promise<boolean> {
    return (await answered(this.#over.findOne({ _id: form }))) !== null;
  }

  async draft(id: string): Promise<KeptText | undefined> {
    const found = await answered(this.#drafts.findOne({ _id: id }));
    return found ? draftOf(found) : undefined;
  }

  async draftsOf(owner: string): Promise<readonly KeptText[]> {
    const found = await answered(this.#drafts.find({ owner }).sort({ savedAt: -1, _id: 1 }).toArray());
    return found.map(draftOf);
  }

  async discard(id: string, form?: { readonly over: string; readonly at: Instant }): Promise<void> {
    if (form) {
      await answered(this.#over.updateOne({ _id: form.over }, { $setOnInsert: { at: form.at } }, { upsert: true }));
    }
    await answered(this.#drafts.deleteOne({ _id: id }));
  }

  async forgetBefore(instant: Instant): Promise<void> {
    await answered(this.#drafts.deleteMany({ savedAt: { $lt: instant } }));
    await answered(this.#over.deleteMany({ at: { $lt: instant } }));
  }

  protected async createIndexes(): Promise<void> {
    await answered(this.#drafts.createIndex({ owner: 1, savedAt: -1 }));
    await answered(this.#drafts.createIndex({ savedAt: 1 }));
    await answered(this.#over.createIndex({ at: 1 }));
  }
}

function draftOf({ _id, owner, savedAt, content }: DraftDocument): KeptText {
  return { id: _id, owner, savedAt, content };
}
