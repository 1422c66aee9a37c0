/** What every store of webhooks promises to processes that share it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accountIdSchema } from '../../events/ids.ts';
import { type DeliveryEntry, ENTRIES_KEPT, type WebhookState, type WebhookStore } from '../../infra/webhooks/store.ts';
import { temporaryDirectory } from '../support/log.ts';

export const webhookState = (more: Partial<WebhookState> = {}): WebhookState => ({
  id: 'w7m2p9qx',
  accountId: accountIdSchema.parse('msr.chen'),
  cursor: '0',
  parked: [],
  secrets: [{ sealed: { subject: 'account-msr.chen', sealed: 'x' } }],
  pausedUntil: 0,
  entries: 0,
  owner: '',
  ownedUntil: 0,
  version: 1,
  ...more,
});

const entry = (number: number, webhookId = 'w7m2p9qx'): DeliveryEntry => ({
  webhookId,
  number,
  messageId: `m-${number}`,
  type: 'unit.registered',
  attempt: 1,
  at: '2024-03-20T02:00:00.000Z',
  outcome: 'delivered',
  status: 204,
});

/** `open` opens the store that lives at a directory, as another process would. */
export function webhookStoreContract(name: string, open: (directory: string) => Promise<WebhookStore>): void {
  describe(`webhooks: ${name}`, () => {
    let directory: ReturnType<typeof temporaryDirectory>;
    let [here, there]: WebhookStore[] = [];
    const stores = () => [here, there] as [WebhookStore, WebhookStore];

    beforeEach(async () => {
      directory = temporaryDirectory();
      here = await open(directory.path);
      there = await open(directory.path);
    });
    afterEach(async () => {
      for (const store of stores()) await store.close();
      directory[Symbol.dispose]();
    });

    it('given it is made, then once, for all who look, whole', async () => {
      const [one, other] = stores();
      const state = webhookState({
        parked: [{ eventId: 'e', subject: 's', after: '3', attempts: 2, dueAt: 5, since: 1 }],
        verifiedAt: '2024-03-20T02:00:00.000Z',
      });
      expect(await Promise.all([one.create(state), other.create(state)])).toHaveLength(2);
      expect(await other.create(state)).toBe(false);
      expect(await other.get(state.id)).toEqual(state);
      expect(await other.all()).toEqual([state]);
      expect(await one.get('other')).toBeUndefined();
    });

    it('given two change it at once, then one of them has', async () => {
      const [one, other] = stores();
      await one.create(webhookState());
      const changes = [one, other].map((store, index) =>
        store.replace(webhookState({ version: 2, cursor: String(index + 1) })),
      );
      const done = await Promise.all(changes);
      expect(done.filter(Boolean)).toHaveLength(1);
      expect(await other.get('w7m2p9qx')).toMatchObject({ version: 2, cursor: done[0] ? '1' : '2' });
      expect(await one.replace(webhookState({ version: 2, cursor: '9' }))).toBe(false);
    });

    it('given entries, then the newest first, a number once, and no more than are kept', async () => {
      const [one, other] = stores();
      for (const number of [1, 2, 3]) await one.log(entry(number));
      await one.log({ ...entry(2), outcome: 'failed', status: 500 });
      await one.log(entry(1, 'w-other'));
      const read = async (before: number, limit = 10) =>
        (await other.entriesOf('w7m2p9qx', before, limit)).map(({ number, outcome }) => `${number} ${outcome}`);
      expect(await read(1_000)).toEqual(['3 delivered', '2 failed', '1 delivered']);
      expect(await read(3, 1)).toEqual(['2 failed']);
      await one.log(entry(ENTRIES_KEPT + 2));
      expect(await read(1_000_000)).toEqual([`${ENTRIES_KEPT + 2} delivered`, '3 delivered']);
      expect(await other.entriesOf('w-other', 1_000, 10)).toHaveLength(1);
    });
  });
}
