/** The log beneath webhooks is replaced: each goes on from its place in the new one, its holder is told, and nothing is passed over. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { START } from '../../events/ids.ts';
import { SqliteEventStore } from '../../infra/event-store/sqlite.ts';
import { placeOnLog } from '../../infra/webhooks/another-log.ts';
import { SqliteWebhooks } from '../../infra/webhooks/sqlite-store.ts';
import type { Parked } from '../../infra/webhooks/store.ts';
import { webhookState } from '../contracts/webhooks.ts';
import { control } from '../support/controls.ts';
import { newFact, stream, temporaryDirectory } from '../support/log.ts';

const AT = '2024-06-01T02:00:00.000Z';
const ID = webhookState().id;
const facts = (name: string, count: number) =>
  Array.from({ length: count }, (_, at) => newFact(`${name}-${at}`, control('organising-work.recorded')));

let directory: ReturnType<typeof temporaryDirectory>;
let log: SqliteEventStore;
let store: SqliteWebhooks;
beforeEach(() => {
  directory = temporaryDirectory();
  log = new SqliteEventStore({ path: join(directory.path, 'events.db') });
  store = new SqliteWebhooks(join(directory.path, 'webhooks.db'));
});
afterEach(async () => {
  await log.close();
  await store.close();
  directory[Symbol.dispose]();
});

/** The log that is there now: what both logs have, after so many events that only this one has. */
async function logWith(common: ReturnType<typeof facts>, before = 0): Promise<void> {
  await log.append(stream('one'), -1, [...facts('only-here', before), ...common]);
}

/** A webhook that was sent events of the log that was, the first at position 1; then stood at a cursor. */
async function sentTo(ids: readonly string[], cursor: string, parked: readonly Parked[] = []): Promise<void> {
  for (const [index, messageId] of ids.entries()) {
    const entry = {
      webhookId: ID,
      number: index + 1,
      messageId,
      cursor: String(index + 1),
      type: 'x',
      attempt: 1,
      at: AT,
    };
    await store.log({ ...entry, outcome: 'delivered', status: 204 });
  }
  await store.create(webhookState({ cursor, parked, entries: ids.length, verifiedAt: AT }));
}

async function placed(): Promise<{ cursor: string; parked: number; told: unknown }> {
  await placeOnLog(store, log, { at: AT });
  const { cursor, parked = [] } = (await store.get(ID)) ?? webhookState();
  const [newest] = await store.entriesOf(ID, Number.MAX_SAFE_INTEGER, 1);
  return { cursor, parked: parked.length, told: newest && { outcome: newest.outcome, cursor: newest.cursor } };
}

const common = facts('common', 4);
const lost = facts('lost', 3);
const idsOf = (events: ReturnType<typeof facts>) => events.map(({ id }) => id);
const waiting = (eventId: string | undefined): Parked => ({
  ...{ eventId: eventId ?? '', subject: 's', after: '1', attempts: 2, dueAt: 0, since: 0 },
});

describe('a webhook over another log', () => {
  it('given one of who oversees, beyond the end of an older copy, then behind the last event that the copy has', async () => {
    await logWith(common);
    await sentTo(idsOf([...common, ...lost]), '7');
    expect(await placed()).toEqual({ cursor: '4', parked: 0, told: { outcome: 'log-replaced', cursor: '4' } });
  });

  it('given positions that are others in this log, then the event is found, and its position is translated', async () => {
    await logWith(common, 10);
    await sentTo(idsOf(common), '4');
    expect((await placed()).cursor).toBe('14');
  });

  it('given a position at which another event stands now, then it is not gone on from there', async () => {
    await logWith(facts('another', 9));
    await sentTo(idsOf(common), '4');
    expect(await placed()).toEqual({ cursor: START, parked: 0, told: { outcome: 'log-replaced', cursor: undefined } });
  });

  it('given one of a party, whose cursor is an event, then it stays where the event is there, else goes on before', async () => {
    await logWith(common);
    await sentTo(idsOf(common), idsOf(common)[2] as string);
    expect((await placed()).cursor).toBe(idsOf(common)[2]);
    await store.replace({ ...((await store.get(ID)) ?? webhookState()), cursor: idsOf(lost)[0] as string, version: 3 });
    expect((await placed()).cursor).toBe(idsOf(common)[3]);
  });

  it('given one that its holder has set back, then it is not moved past where he has set it', async () => {
    await logWith(common);
    await sentTo(idsOf(common), '2');
    expect((await placed()).cursor).toBe('2');
  });

  it('given events that were not taken yet, then it goes on before the first of them', async () => {
    await logWith(common);
    await sentTo(idsOf(common), '4', [waiting(idsOf(common)[2]), waiting(idsOf(lost)[0])]);
    expect(await placed()).toMatchObject({ cursor: '2', parked: 0 });
  });

  it('given one that has not begun, then it is as it was', async () => {
    await logWith(common);
    await sentTo([], START);
    expect(await placed()).toEqual({ cursor: START, parked: 0, told: undefined });
    expect((await store.get(ID))?.version).toBe(1);
  });
});
