/** What every store of drafts promises, seen through drafts of two processes that share it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '../../events/envelope.ts';
import { accountIdSchema } from '../../events/ids.ts';
import type { DraftStore } from '../../infra/drafts/draft-store.ts';
import { createDrafts, DRAFT_DAYS, type Draft, type Drafts, MOST_DRAFTS } from '../../infra/drafts/drafts.ts';
import type { KeyStore } from '../../infra/vault/key-store.ts';
import { createVault, type RememberingVault } from '../../infra/vault/vault.ts';
import { temporaryDirectory } from '../support/log.ts';

export interface DraftStores {
  readonly keyStore: KeyStore;
  readonly draftStore: DraftStore;
  close(): Promise<void>;
}

const NOON = Date.parse('2024-03-20T04:00:00.000Z');
const DAY = 86_400_000;
const actor = (account: string, role: Actor['role'] = 'MSR', orgId = 'msr'): Actor => ({
  accountId: accountIdSchema.parse(account),
  role,
  orgId,
});
const [chen, li] = [actor('msr.chen'), actor('msr.li')];
/** The key of one showing of a form. */
const FORM = 'shown-at-noon';
const SECRET = '尚未公开的经济效益';

const draft = (address: string, text = SECRET): Draft => ({
  command: 'SubmitResults',
  address,
  about: '降低废品率',
  typed: [['content/results', text]],
});

/** `open` opens the stores that live at a directory, as another process would; the same directory is the same data. */
export function draftContract(name: string, open: (directory: string) => Promise<DraftStores>): void {
  describe(`drafts: ${name}`, () => {
    let directory: ReturnType<typeof temporaryDirectory>;
    let stores: DraftStores;
    let vault: RememberingVault;
    let now: number;

    const clock = { now: () => new Date(now).toISOString() };
    const over = (each: DraftStore): Drafts =>
      createDrafts({ store: each, vault, clock, subjectOf: async ({ accountId }) => `person-of-${accountId}` });
    let drafts: Drafts;

    beforeEach(async () => {
      now = NOON;
      directory = temporaryDirectory();
      stores = await open(directory.path);
      vault = await createVault(stores.keyStore);
      drafts = over(stores.draftStore);
    });
    afterEach(async () => {
      await stores.close();
      directory[Symbol.dispose]();
    });

    it('given that one is kept, then another process finds it, the latest text at one address', async () => {
      await drafts.keep(chen, draft('/act/SubmitResults?projectId=a', '先写的'), FORM);
      now += 1_000;
      await drafts.keep(chen, draft('/act/SubmitResults?projectId=a'), FORM);
      const again = await open(directory.path);
      const kept = await over(again.draftStore).at(chen, '/act/SubmitResults?projectId=a');
      expect(kept).toEqual({ ...draft('/act/SubmitResults?projectId=a'), savedAt: clock.now() });
      await again.close();
    });

    it('given another account, or the same in another role, then it is not there', async () => {
      await drafts.keep(chen, draft('/act/SubmitResults'), FORM);
      for (const other of [li, actor('msr.chen', 'SUP', 'sup'), actor('msr.chen', 'MSR', 'another')]) {
        expect(await drafts.at(other, '/act/SubmitResults')).toBeUndefined();
        expect(await drafts.of(other)).toEqual([]);
        await drafts.discard(other, '/act/SubmitResults');
      }
      expect(await drafts.of(chen)).toHaveLength(1);
    });

    it('given several, then the latest stands first; one that is thrown away is gone', async () => {
      for (const each of ['a', 'b', 'c']) {
        await drafts.keep(chen, draft(`/act/SubmitResults?projectId=${each}`), FORM);
        now += 1_000;
      }
      await drafts.discard(chen, '/act/SubmitResults?projectId=b');
      expect((await drafts.of(chen)).map(({ address }) => address.at(-1))).toEqual(['c', 'a']);
    });

    it('given what is stored, then nothing of it can be read but when it was saved', async () => {
      await drafts.keep(chen, draft('/act/SubmitResults?projectId=a'), FORM);
      const [stored] = await stores.draftStore.draftsOf(
        vault.keyed(JSON.stringify(['drafts', 'msr.chen', 'MSR', 'msr'])),
      );
      const text = JSON.stringify(stored);
      for (const word of [SECRET, 'SubmitResults', 'projectId', '降低废品率', '"msr.chen"'])
        expect(text).not.toContain(word);
    });

    it('given that the person is erased, then his drafts cannot be read by anybody; he may begin anew', async () => {
      await drafts.keep(chen, draft('/act/SubmitResults'), FORM);
      await vault.erase('person-of-msr.chen');
      expect(await drafts.at(chen, '/act/SubmitResults')).toBeUndefined();
      expect(await drafts.of(chen)).toEqual([]);
      await drafts.keep(chen, draft('/act/SubmitResults', '重新写的'), FORM);
      expect((await drafts.at(chen, '/act/SubmitResults'))?.typed).toEqual([['content/results', '重新写的']]);
    });

    it('given that it was sent, then what comes later from the same form is not kept, also by another process; from another form it is', async () => {
      const address = '/act/SubmitResults?projectId=a';
      await drafts.keep(chen, draft(address), FORM);
      await drafts.discard(chen, address, FORM);
      const again = await open(directory.path);
      for (const each of [drafts, over(again.draftStore)])
        await expect(each.keep(chen, draft(address), FORM)).rejects.toMatchObject({ code: 'form-over' });
      expect(await drafts.of(chen)).toEqual([]);
      await drafts.keep(li, draft(address), FORM);
      await over(again.draftStore).keep(chen, draft(address), 'shown-later');
      expect(await drafts.of(chen)).toHaveLength(1);
      await again.close();
    });

    it('given that it is kept while it is sent, then whichever comes first, nothing is left', async () => {
      for (let n = 0; n < 20; n += 1) {
        const [address, form] = [`/act/SubmitResults?projectId=${n}`, `form-${n}`];
        const acts = [() => drafts.keep(chen, draft(address), form), () => drafts.discard(chen, address, form)];
        await Promise.allSettled((n % 2 === 0 ? acts : acts.toReversed()).map(act => act()));
      }
      expect(await drafts.of(chen)).toEqual([]);
    });

    it('given that one is old, then it is not shown, and is forgotten when the next is kept', async () => {
      await drafts.keep(chen, draft('/act/SubmitResults?projectId=old'), FORM);
      now += DRAFT_DAYS * DAY + 1;
      expect(await drafts.of(chen)).toEqual([]);
      await drafts.keep(li, draft('/act/SubmitResults'), FORM);
      now = NOON;
      expect(await drafts.of(chen)).toEqual([]);
    });

    it('given as many as an account may have, then no other is kept, and each of them still can be', async () => {
      for (let n = 0; n < MOST_DRAFTS; n += 1)
        await drafts.keep(chen, draft(`/act/SubmitResults?projectId=${n}`), FORM);
      await expect(drafts.keep(chen, draft('/act/SubmitResults?projectId=more'), FORM)).rejects.toMatchObject({
        code: 'too-many-drafts',
      });
      await drafts.keep(chen, draft('/act/SubmitResults?projectId=0', '改过的'), FORM);
      await drafts.keep(li, draft('/act/SubmitResults?projectId=more'), FORM);
      expect(await drafts.of(chen)).toHaveLength(MOST_DRAFTS);
    });
  });
}
