/** What commands ask of the server: one round trip each, less where they go out together, and never a stale refusal. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { accountStream } from '../../events/account.ts';
import { organisingWorkRecorded } from '../../events/rulebook.ts';
import { openEventStoreDb } from '../../infra/event-store/eventstoredb.ts';
import { type AnyCommand, command, type Fold, stateOf, stateOfLog } from '../../services/command.ts';
import { type Accepted, type CommandOutcome, createHandle } from '../../services/handle.ts';
import { digestOf } from '../../services/identifiers.ts';
import { type EventStore, NO_STREAM } from '../../services/ports.ts';
import { refuse } from '../../services/rejection.ts';
import { control } from '../support/controls.ts';
import { eventually, type Store, TIMING, wired } from '../support/eventstoredb/wiring.ts';
import { MSR, NOW } from '../support/given.ts';
import { newFact, stream } from '../support/log.ts';

const wire = wired();
const works: Fold<number> = { name: 'works', initial: 0, evolve: count => count + 1 };

/** Reads another stream besides its own and the sender's account. */
const recordWork = command({
  name: 'RegisterUnit',
  title: '记录工作',
  records: [organisingWorkRecorded],
  summary: 'A small command for these tests.',
  input: z.strictObject({ to: z.string(), atLeast: z.int().default(0) }),
  allow: ['MSR'],
  fold: works,
  stream: ({ to }) => stream(to),
  about: () => ({ year: 2024 }),
  reads: () => ({ consulted: stateOf(works, stream('consulted')) }),
  decide: (state, { atLeast }, _given, { consulted }) =>
    consulted < atLeast
      ? refuse('art-05', 'too-few', '尚不足', 'Too few')
      : [organisingWorkRecorded.of({ kind: '会议', detail: `${state + 1}` })],
});

/** Numbers what it records among all that is on the log. */
const recordNumbered: AnyCommand = {
  ...recordWork,
  reads: () => ({ all: stateOfLog({ ...works, name: 'all-works' }, [organisingWorkRecorded.type], 'lately') }),
  decide: (_state: unknown, _input: unknown, _given: unknown, { all }: { all: number }) => [
    organisingWorkRecorded.of({ kind: '会议', detail: `${all + 1}` }),
  ],
};

/** The first work of a stream, which nobody else is expected to have begun. */
const beginWork: AnyCommand = {
  ...recordWork,
  begins: true,
  decide: (state: number, { to }: { to: string }) =>
    state > 0 && to !== 'goes-on'
      ? refuse('art-05', 'begun', '已开始', 'Begun already')
      : [organisingWorkRecorded.of({ kind: '会议', detail: `${state + 1}` })],
};

const grant = { role: 'MSR', orgId: 'msr', orgName: '市市场监督管理委员会', from: '2024-01-01' } as const;

let senders = 0;

function sending(store: EventStore, of: AnyCommand = recordWork, now = NOW) {
  senders += 1;
  const sender = senders;
  const vault = { keyed: (text: string) => text } as never;
  const handle = createHandle({ store, vault, blobs: {} as never, clock: { now: () => now } });
  let count = 0;
  return (to: string, atLeast = 0): Promise<CommandOutcome> => {
    count += 1;
    const commandId = `command-${sender}-${count}`;
    const request = { actor: MSR, commandId, requestDigest: digestOf({ to }), correlationId: commandId };
    return handle(of, { to, atLeast }, request);
  };
}

async function givenAccount(store: EventStore): Promise<void> {
  const account = newFact('account-msr', control('account.registered', { accountId: MSR.accountId, grant }));
  await store.append(accountStream(MSR.accountId), NO_STREAM, [account]);
}

const accepted = (outcome: CommandOutcome): Accepted => {
  if (outcome.rejected) throw new Error(outcome.code);
  return outcome;
};

/** The store's own checks ask the server too. */
const WITHOUT_CHECKS = { ...TIMING, checkMs: 60_000 };

describe('the requests of commands', () => {
  let store: Store;

  beforeEach(async () => {
    store = await openEventStoreDb(wire.server.url, { namespace: 'test', alarm: () => {}, ...WITHOUT_CHECKS });
    await wire.store.close();
    await givenAccount(store);
  });
  afterEach(() => store.close());

  it('are one append each, once their streams are known', async () => {
    const send = sending(store);
    for (const to of ['a', 'b', 'c']) await send(to);
    await eventually(() => expect(store.recall(stream('a'), 0, 'lately')).toEqual([]));
    const before = { ...wire.server.asked };
    for (let round = 0; round < 10; round += 1) for (const to of ['a', 'b', 'c']) accepted(await send(to));
    expect(wire.server.asked.append - before.append).toBe(30);
    expect(wire.server.asked.read).toBe(before.read);
  });

  it('that look at the whole log are one append each too, and miss nothing that this process has recorded', async () => {
    const send = sending(store, recordNumbered);
    for (const to of ['a', 'b', 'c']) await send(to);
    await eventually(() => expect(store.recall(stream('a'), 0, 'lately')).toEqual([]));
    const before = { ...wire.server.asked };
    const numbers: string[] = [];
    for (let round = 0; round < 10; round += 1)
      for (const to of ['a', 'b', 'c']) {
        const { events } = accepted(await send(to));
        numbers.push(...events.map(({ data }) => (data as { detail: string }).detail));
      }
    expect(numbers).toEqual(Array.from({ length: 30 }, (_, at) => `${at + 4}`));
    expect(wire.server.asked.append - before.append).toBe(30);
    expect(wire.server.asked.read).toBe(before.read);
  });

  it('that begin their streams are one append each from the first on', async () => {
    const send = sending(store, beginWork);
    await send('a');
    await eventually(() => expect(store.recall(stream('a'), 0, 'lately')).toEqual([]));
    const before = { ...wire.server.asked };
    for (let at = 0; at < 10; at += 1) expect(accepted(await send(`new-${at}`)).revision).toBe(0);
    expect(wire.server.asked.append - before.append).toBe(10);
    expect(wire.server.asked.read).toBe(before.read);
  });

  it('that find their streams begun by another process are refused, or go on, by what stands there', async () => {
    const other = await openEventStoreDb(wire.server.url, { namespace: 'test', alarm: () => {}, ...WITHOUT_CHECKS });
    const [here, there] = [sending(store, beginWork), sending(other, beginWork)];
    for (const to of ['ends', 'goes-on']) accepted(await there(to));
    expect(await here('ends')).toMatchObject({ rejected: true, code: 'begun' });
    expect(accepted(await here('goes-on'))).toMatchObject({ revision: 1, events: [{ data: { detail: '2' } }] });
    await other.close();
  });

  it('that another process has recorded before are found, not recorded again', async () => {
    const other = await openEventStoreDb(wire.server.url, { namespace: 'test', alarm: () => {}, ...WITHOUT_CHECKS });
    const first = accepted(await sending(other, beginWork)('twice'));
    senders -= 1;
    const later = new Date(Date.parse(NOW) + 1).toISOString();
    const again = accepted(await sending(store, beginWork, later)('twice'));
    expect(again.before?.map(({ id }) => id)).toEqual(first.events.map(({ id }) => id));
    expect(await store.readStream(stream('twice'), NO_STREAM)).toHaveLength(1);
    await other.close();
  });

  it('are fewer than commands on one stream that many write at once', async () => {
    const send = sending(store);
    await send('a');
    const before = wire.server.asked.append;
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => send('a')));
    expect(outcomes.map(outcome => accepted(outcome).revision)).toEqual(Array.from({ length: 50 }, (_, at) => at + 1));
    expect(wire.server.asked.append - before).toBeLessThanOrEqual(3);
  });

  it('of two processes meet: what the one has recorded is neither missed nor overwritten by the other', async () => {
    const other = await openEventStoreDb(wire.server.url, { namespace: 'test', alarm: () => {}, ...TIMING });
    const [here, there] = [sending(store), sending(other)];
    const detail: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      detail.push(accepted(await here('both')).revision, accepted(await there('both')).revision);
    }
    expect(detail).toEqual(Array.from({ length: 40 }, (_, at) => at));
    const recorded = await store.readStream(stream('both'), NO_STREAM);
    expect(recorded.map(({ data }) => (data as { detail: string }).detail)).toEqual(
      Array.from({ length: 40 }, (_, at) => `${at + 1}`),
    );
    await other.close();
  });

  it('nobody is refused for what another process has just recorded, be the subscription silent or not', async () => {
    const other = await openEventStoreDb(wire.server.url, { namespace: 'test', alarm: () => {}, ...TIMING });
    const send = sending(store);
    accepted(await send('a'));
    wire.server.subscriptions.silence();
    await other.append(stream('consulted'), NO_STREAM, [newFact('one'), newFact('two')]);
    expect(accepted(await send('a', 2)).revision).toBe(1);
    await other.close();
  });

  it('a memory is not asked any more a second after the last append that was delivered, when nothing has come since', async () => {
    const send = sending(store);
    await send('a');
    await eventually(() => expect(store.recall(stream('a'), 0, 'lately')).toEqual([]));
    wire.server.subscriptions.silence();
    await eventually(() => expect(store.recall(stream('a'), 0, 'lately')).toBeUndefined());
  });

  it('an interrupted memory is made good: the streams are known again afterwards', async () => {
    const send = sending(store);
    await send('a');
    wire.server.subscriptions.break();
    for (let round = 0; round < 5; round += 1) accepted(await send('a'));
    await eventually(async () => {
      accepted(await send('a'));
      const before = wire.server.asked.read;
      accepted(await send('a'));
      expect(wire.server.asked.read).toBe(before);
    });
  });
});
