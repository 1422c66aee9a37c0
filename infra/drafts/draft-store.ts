/** Where unfinished forms are kept: working papers of an account, of bounded number, size and age; no fact, so not on the log. */
import type { Sealed } from '../../events/personal.ts';
import type { Instant } from '../../events/time.ts';

export interface StoredDraft {
  /** Tells the form of its owner from every other, and tells nobody which it is. */
  readonly id: string;
  /** The account with the role and organisation in which it was filled in, as one keyed digest. */
  readonly owner: string;
  readonly savedAt: Instant;
  /** What was typed, under the key of the person who has the account. */
  readonly content: Sealed;
}

/** All promises reject with StoreUnavailable while the store cannot be used. */
export interface DraftStore {
  /** Puts it in the place of an earlier one. False, and nothing kept, where its owner has `most` others. */
  keep(draft: StoredDraft, most: number): Promise<boolean>;
  draft(id: string): Promise<StoredDraft | undefined>;
  /** The latest first. */
  draftsOf(owner: string): Promise<readonly StoredDraft[]>;
  discard(id: string): Promise<void>;
  /** Forgets what was saved before. */
  forgetBefore(instant: Instant): Promise<void>;
  close(): Promise<void>;
}
