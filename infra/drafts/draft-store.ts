/** Where unfinished forms are kept: working papers of an account, of bounded number, size and age; no fact, so not on the log. */
import type { Sealed } from '../../events/personal.ts';
import type { Instant } from '../../events/time.ts';

export interface KeptText {
  /** Tells the form of its owner from every other, and tells nobody which it is. */
  readonly id: string;
  /** The account with the role and organisation in which it was filled in, as one keyed digest. */
  readonly owner: string;
  readonly savedAt: Instant;
  /** What was typed, under the key of the person who has the account. */
  readonly content: Sealed;
}

/** With the one showing of the form that it was typed into, told from every other. */
export interface StoredDraft extends KeptText {
  readonly form: string;
}

/** `over`: the form was sent or thrown away meanwhile, and this came late. */
export type Keeping = 'kept' | 'too-many' | 'over';

/** All promises reject with StoreUnavailable while the store cannot be used. */
export interface DraftStore {
  /** Puts it in the place of an earlier one; nothing is kept where its owner has `most` others, or its form is over. */
  keep(draft: StoredDraft, most: number): Promise<Keeping>;
  draft(id: string): Promise<KeptText | undefined>;
  /** The latest first. */
  draftsOf(owner: string): Promise<readonly KeptText[]>;
  /** Whatever is still to come from the form, if it is told, is not kept any more: what is on its way may come later. */
  discard(id: string, form?: { readonly over: string; readonly at: Instant }): Promise<void>;
  /** Forgets what was saved, and which forms were over, before. */
  forgetBefore(instant: Instant): Promise<void>;
  close(): Promise<void>;
}
