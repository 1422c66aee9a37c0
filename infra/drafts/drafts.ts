/**
 * What somebody has typed into a form and not sent: kept for his account, in the role in which he acts, until it is sent,
 * discarded, or old. It is sealed with the key of the person who has the account; erasing him makes it unreadable for good.
 */
import { z } from 'zod';
import type { Actor } from '../../events/envelope.ts';
import type { Instant } from '../../events/time.ts';
import type { Clock, Vault } from '../../services/ports.ts';
import { Problem } from '../http/problem.ts';
import { SealBroken } from '../vault/vault.ts';
import type { DraftStore, KeptText } from './draft-store.ts';

/** Of one account in one role. */
export const MOST_DRAFTS = 30;
/** Of what was typed into one form, in UTF-8. */
export const MOST_DRAFT_BYTES = 400_000;
/** As long as a file is kept that was uploaded and not attached; after the last time that the draft was saved. */
export const DRAFT_DAYS = 30;

const draftSchema = z.strictObject({
  /** Name of the command. */
  command: z.string(),
  /** Where the form stands: its path with what it is about, e.g. `/act/SubmitResults?projectId=2024-7k3m9qwz`. */
  address: z.string(),
  /** What the form is about, as its owner calls it. */
  about: z.string(),
  /** By the names of the controls. */
  typed: z.array(z.tuple([z.string(), z.string()])),
});
export type Draft = z.infer<typeof draftSchema>;

export interface KeptDraft extends Draft {
  readonly savedAt: Instant;
}

export interface Drafts {
  /**
   * `form` is the key of the one showing of the form that it was typed into. Throws a {@link Problem} where there are too
   * many, it is too large, or that form was sent or thrown away meanwhile.
   */
  keep(owner: Actor, draft: Draft, form: string): Promise<void>;
  /** The draft of the form at an address; undefined where there is none that can still be read. */
  at(owner: Actor, address: string): Promise<KeptDraft | undefined>;
  /** All of them, the latest first. */
  of(owner: Actor): Promise<readonly KeptDraft[]>;
  /** And whatever is still on its way from the form with this key. */
  discard(owner: Actor, address: string, form?: string): Promise<void>;
}

export interface DraftPorts {
  readonly store: DraftStore;
  readonly vault: Pick<Vault, 'seal' | 'open' | 'keyed'>;
  readonly clock: Clock;
  /** The person whose key seals what an account types. */
  subjectOf(owner: Actor): Promise<string>;
}

const DAY_MS = 86_400_000;

export function createDrafts({ store, vault, clock, subjectOf }: DraftPorts): Drafts {
  const ownerOf = ({ accountId, role, orgId }: Actor) =>
    vault.keyed(JSON.stringify(['drafts', accountId, role, orgId]));
  const idOf = (owner: Actor, address: string) => vault.keyed(JSON.stringify(['draft', ownerOf(owner), address]));
  const formOf = (owner: Actor, form: string) => vault.keyed(JSON.stringify(['form', ownerOf(owner), form]));
  const keptSince = () => new Date(Date.parse(clock.now()) - DRAFT_DAYS * DAY_MS).toISOString();

  async function opened({ content, savedAt }: KeptText): Promise<KeptDraft | undefined> {
    if (savedAt < keptSince()) return undefined;
    try {
      const text = await vault.open(content);
      return text === undefined ? undefined : { ...draftSchema.parse(JSON.parse(text)), savedAt };
    } catch (error) {
      if (error instanceof SealBroken) return undefined;
      throw error;
    }
  }

  return {
    async keep(owner, draft, form) {
      const text = JSON.stringify(draft);
      if (Buffer.byteLength(text) > MOST_DRAFT_BYTES) throw tooLarge();
      await store.forgetBefore(keptSince());
      const content = await vault.seal(await subjectOf(owner), text);
      const whose = { id: idOf(owner, draft.address), owner: ownerOf(owner), form: formOf(owner, form) };
      const keeping = await store.keep({ ...whose, savedAt: clock.now(), content }, MOST_DRAFTS);
      if (keeping === 'too-many') throw tooMany();
      if (keeping === 'over') throw over();
    },

    async at(owner, address) {
      const found = await store.draft(idOf(owner, address));
      const draft = found?.owner === ownerOf(owner) ? await opened(found) : undefined;
      return draft?.address === address ? draft : undefined;
    },

    async of(owner) {
      const found = await Promise.all((await store.draftsOf(ownerOf(owner))).map(opened));
      return found.filter(draft => draft !== undefined);
    },

    discard: (owner, address, form) =>
      store.discard(idOf(owner, address), form === undefined ? form : { over: formOf(owner, form), at: clock.now() }),
  };
}

function tooMany(): Problem {
  return new Problem(
    409,
    'too-many-drafts',
    `草稿已满 ${MOST_DRAFTS} 份（本系统制度），没有保存：请先提交或者丢弃旧的草稿`,
    `There are ${MOST_DRAFTS} drafts already (house rule): send or discard one first`,
  );
}

function over(): Problem {
  return new Problem(
    409,
    'form-over',
    '此表单已经提交或者丢弃，此后填写的内容没有保存为草稿：请重新打开表单',
    'This form has been sent or thrown away, and what was typed since is not kept: open it anew',
  );
}

function tooLarge(): Problem {
  return new Problem(
    413,
    'draft-too-large',
    `填写的内容超过 ${MOST_DRAFT_BYTES / 1_000} kB（本系统制度），没有保存为草稿`,
    `What was typed is larger than a draft may be (${MOST_DRAFT_BYTES / 1_000} kB, house rule)`,
  );
}
