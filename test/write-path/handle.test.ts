/** The write path over the real store: idempotent, conflict-safe, in order, and only for those who may. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { accountStream } from '../../events/account.ts';
import { entrustmentStream } from '../../events/entrustment.ts';
import { type Actor, metaSchema, type RecordedEvent } from '../../events/envelope.ts';
import { type AccountId, type Position, START, type StreamId } from '../../events/ids.ts';
import { organisingWorkRecorded } from '../../events/rulebook.ts';
import { createDirectoryBlobs } from '../../infra/blobs/directory.ts';
import { SqliteEventStore } from '../../infra/event-store/sqlite.ts';
import { SqliteKeyStore } from '../../infra/vault/sqlite-key-store.ts';
import { createVault } from '../../infra/vault/vault.ts';
import { type AnyCommand, command, type Fold, stateOf, stateOfLog } from '../../services/command.ts';
import {
  type Accepted,
  type CommandOutcome,
  type CommandRequest,
  createHandle,
  type Handle,
} from '../../services/handle.ts';
import { digestOf } from '../../services/identifiers.ts';
import { Contention, type NewEvent, NO_STREAM, StoreUnavailable, type Vault } from '../../services/ports.ts';
import { type Rejection, refuse } from '../../services/rejection.ts';
import { control } from '../support/controls.ts';
import { MSR, NOW } from '../support/given.ts';
import { newFact, stream, temporaryDirectory } from '../support/log.ts';

const works: Fold<number> = { name: 'works', initial: 0, evolve: count => count + 1 };

/** Records one work; the detail tells which number the decision gave it. */
const recordWork = command({
  name: 'RegisterUnit',
  title: '记录工作',
  records: [organisingWorkRecorded],
  summary: 'A small command for these tests.',
  input: z.strictObject({ to: z.string(), kind: z.string().min(1), times: z.int().default(1) }),
  allow: ['MSR'],
  fold: works,
  stream: input => stream(input.to),
  about: () => ({ year: 2024 }),
  decide(state, input) {
    if (input.kind === 'refused') return refuse('art-05', 'planted', '不予记录', 'Refused');
    if (input.kind === 'nothing') return [];
    return Array.from({ length: input.times }, (_, at) =>
      organisingWorkRecorded.of({ kind: input.kind, detail: `${state + at + 1}` }),
    );
  },
});

let directory: ReturnType<typeof temporaryDirectory>;
let store: SqliteEventStore;
let keyStore: SqliteKeyStore;
let vault: Vault;
let handle: Handle;
let now = NOW;

const anotherHandle = (): Handle =>
  createHandle({
    store,
    vault,
    blobs: createDirectoryBlobs(`${directory.path}/blobs`),
    clock: { now: () => now },
    pause: async () => {},
  });

beforeEach(async () => {
  directory = temporaryDirectory();
  store = new SqliteEventStore({ path: `${directory.path}/events.db` });
  keyStore = new SqliteKeyStore(`${directory.path}/vault.db`);
  vault = await createVault(keyStore);
  now = NOW;
  handle = anotherHandle();
  const grant = { role: 'MSR', orgId: 'msr', orgName: '市市场监督管理委员会', from: '2024-01-01' } as const;
  await store.append(accountStream(MSR.accountId), NO_STREAM, [
    onNewYear(newFact('account-msr', control('account.registered', { accountId: MSR.accountId, grant }))),
  ]);
});
afterEach(async () => {
  await store.close();
  await keyStore.close();
  directory[Symbol.dispose]();
});

/** The same, recorded before all else. */
function onNewYear(event: NewEvent): NewEvent {
  const at = '2024-01-01T01:00:00.000Z';
  return { ...event, meta: { ...event.meta, effectiveAt: at, recordedAt: at } };
}

const input = { to: 'a', kind: '会议' };

function request(commandId: string, change: Partial<CommandRequest> = {}): CommandRequest {
  return { actor: MSR, commandId, requestDigest: digestOf(input), correlationId: `c-${commandId}`, ...change };
}

function accepted(outcome: CommandOutcome): Accepted {
  if (outcome.rejected) throw new Error(`refused: ${outcome.code}`);
  return outcome;
}

function refused(outcome: CommandOutcome): Rejection {
  if (!outcome.rejected) throw new Error('accepted');
  return outcome;
}

const recorded = (name = 'a'): Promise<readonly RecordedEvent[]> => store.readStream(stream(name), NO_STREAM);

/** Closes and opens all again, as a restart does. */
async function restart(): Promise<void> {
  await store.close();
  store = new SqliteEventStore({ path: `${directory.path}/events.db` });
  handle = anotherHandle();
}

describe('a command', () => {
  it('is recorded with who, when, why, on which basis and about what', async () => {
    const outcome = accepted(
      await handle(recordWork, input, request('one', { reason: '年度安排', causationId: 'cause' })),
    );
    const [event] = await recorded();
    expect(outcome).toMatchObject({ streamId: stream('a'), revision: 0, position: event?.position });
    expect(metaSchema.parse(event?.meta)).toEqual({
      commandId: 'one',
      requestDigest: vault.keyed(digestOf(input)),
      correlationId: 'c-one',
      causationId: 'cause',
      actor: MSR,
      basis: [organisingWorkRecorded.basis],
      about: { year: 2024 },
      phase: '监督管理',
      effectiveAt: NOW,
      recordedAt: NOW,
      reason: '年度安排',
      visibility: 'internal',
    });
  });

  it('that is refused or changes nothing leaves no trace', async () => {
    expect(refused(await handle(recordWork, { ...input, kind: 'refused' }, request('one')))).toMatchObject({
      code: 'planted',
      rule: { article: 'art-05' },
    });
    expect(accepted(await handle(recordWork, { ...input, kind: 'nothing' }, request('two')))).toMatchObject({
      revision: NO_STREAM,
      position: START,
      events: [],
    });
    expect(await recorded()).toEqual([]);
  });

  it('of the wrong form is refused with a pointer to each fault', async () => {
    const outcome = refused(await handle(recordWork, { to: 'a', kind: '', 'a/b': 1 }, request('one')));
    expect(outcome).toMatchObject({ kind: 'invalid', code: 'invalid-input' });
    expect(outcome.faults?.map(({ pointer }) => pointer)).toContain('/kind');
  });
});

describe('a stream that nothing is remembered of', () => {
  it('given a command that looks at it in two ways, then it is read once', async () => {
    const counts: Fold<number> = { name: 'works-by-another-name', initial: 0, evolve: count => count + 1 };
    const looking: AnyCommand = { ...recordWork, reads: () => ({ seen: stateOf(counts, stream('a')) }) };
    accepted(await handle(looking, input, request('before')));
    let reads = 0;
    const readStream = store.readStream.bind(store);
    store.readStream = (of, after) => {
      if (of === stream('a')) reads += 1;
      return readStream(of, after);
    };
    handle = anotherHandle();
    accepted(await handle(looking, input, request('after')));
    expect(reads).toBe(1);
  });
});

describe('event ids', () => {
  it('are like UUIDv7, in the order of time, and follow from the command id alone', async () => {
    const ids: string[] = [];
    for (const [at, commandId] of ['zebra', 'apple', 'mango'].entries()) {
      now = new Date(Date.parse(NOW) + at).toISOString();
      accepted(await handle(recordWork, { ...input, to: commandId, times: 2 }, request(commandId)));
      ids.push(...(await recorded(commandId)).map(({ id }) => id));
    }
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(ids).size).toBe(6);
    const times = ids.map(id => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16));
    expect(times).toEqual([0, 0, 1, 1, 2, 2].map(ms => Date.parse(NOW) + ms));
    now = NOW;
    await store.close();
    store = new SqliteEventStore({ path: `${directory.path}/elsewhere.db` });
    handle = anotherHandle();
    await store.append(accountStream(MSR.accountId), NO_STREAM, [
      newFact(
        'm',
        control('account.registered', { grant: { role: 'MSR', orgId: 'msr', orgName: '市局', from: '2024-01-01' } }),
      ),
    ]);
    accepted(await handle(recordWork, { ...input, to: 'other', times: 2 }, request('zebra')));
    expect((await recorded('other')).map(({ id }) => id)).toEqual(ids.slice(0, 2));
  });
});

describe('the same command id', () => {
  it('is recorded once, and answers as it did the first time', async () => {
    const first = accepted(await handle(recordWork, { ...input, times: 2 }, request('one')));
    await handle(recordWork, input, request('two'));
    const again = accepted(await handle(recordWork, { ...input, times: 2 }, request('one')));
    expect(again).toEqual({ ...first, events: [], before: first.events });
    expect(await recorded()).toHaveLength(3);
  });

  it('sent many times at once is recorded once, through two handles as well', async () => {
    const handles = [handle, anotherHandle()];
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, at) => (handles[at % 2] as Handle)(recordWork, input, request('one'))),
    );
    expect(outcomes.filter(outcome => accepted(outcome).events.length > 0)).toHaveLength(1);
    expect(new Set(outcomes.map(outcome => accepted(outcome).revision))).toEqual(new Set([0]));
    expect(await recorded()).toHaveLength(1);
  });

  it('is known after a restart', async () => {
    await handle(recordWork, input, request('one'));
    await restart();
    expect(accepted(await handle(recordWork, input, request('one'))).events).toEqual([]);
    expect(await recorded()).toHaveLength(1);
  });

  it('tells all that it recorded, however much that was', async () => {
    const first = accepted(await handle(recordWork, { ...input, times: 40 }, request('many')));
    await handle(recordWork, input, request('other'));
    const again = accepted(await handle(recordWork, { ...input, times: 40 }, request('many')));
    expect(again.before).toEqual(first.events);
    expect(again.revision).toBe(39);
  });

  it('is known after a hundred others in the same stream, and with another body refused', async () => {
    const first = accepted(await handle(recordWork, input, request('one')));
    for (let at = 0; at < 100; at += 1) await handle(recordWork, input, request(`later-${at}`));
    expect(accepted(await handle(recordWork, input, request('one')))).toEqual({
      ...first,
      events: [],
      before: first.events,
    });
    const outcome = refused(await handle(recordWork, input, request('one', { requestDigest: digestOf('other') })));
    expect(outcome).toMatchObject({ code: 'idempotency-key-reused' });
    expect(await recorded()).toHaveLength(101);
  });

  it.each(['at once', 'after a restart'])('with another body is refused, %s', async moment => {
    await handle(recordWork, input, request('one'));
    if (moment === 'after a restart') await restart();
    const other = { ...input, kind: '培训' };
    const outcome = refused(await handle(recordWork, other, request('one', { requestDigest: digestOf(other) })));
    expect(outcome).toMatchObject({ kind: 'reused', code: 'idempotency-key-reused' });
    expect(await recorded()).toHaveLength(1);
  });
});

describe('writers who meet', () => {
  it('If-Match of an older revision is refused, and names both', async () => {
    await handle(recordWork, input, request('one'));
    await handle(recordWork, input, request('two', { seen: { revisions: [0] } }));
    const stale = refused(await handle(recordWork, input, request('three', { seen: { revisions: [0] } })));
    expect(stale).toMatchObject({ kind: 'stale', code: 'stale-revision' });
    expect(stale.zh).toContain('第 0 版，当前为第 1 版');
    expect(await recorded()).toHaveLength(2);
  });

  it('of two with the same If-Match one is refused', async () => {
    await handle(recordWork, input, request('one'));
    const second = anotherHandle();
    const outcomes = await Promise.all([
      handle(recordWork, input, request('two', { seen: { revisions: [0] } })),
      second(recordWork, input, request('three', { seen: { revisions: [0] } })),
    ]);
    expect(outcomes.filter(outcome => outcome.rejected)).toHaveLength(1);
    expect(await recorded()).toHaveLength(2);
  });

  it('through two handles all are recorded, each decided on what was before it', async () => {
    const handles = [handle, anotherHandle()];
    await Promise.all(
      Array.from({ length: 60 }, (_, at) => (handles[at % 2] as Handle)(recordWork, input, request(`w${at}`))),
    );
    const details = (await recorded()).map(({ data }) => (data as { detail: string }).detail);
    expect(details).toEqual(Array.from({ length: 60 }, (_, at) => `${at + 1}`));
  });

  it('a writer who always loses gives up loudly', async () => {
    const rival: AnyCommand = {
      ...recordWork,
      reads: () => ({
        rival: {
          resolve: async () => {
            const revision = (await recorded()).length - 1;
            await store.append(stream('a'), revision, [newFact(`rival-${revision}`)]);
          },
        },
      }),
    };
    await expect(handle(rival, input, request('one'))).rejects.toBeInstanceOf(Contention);
  });

  it('a store that cannot serve is an outage, not a refusal', async () => {
    await store.close();
    await expect(handle(recordWork, input, request('one'))).rejects.toBeInstanceOf(StoreUnavailable);
  });
});

describe('when an act took place', () => {
  const enteredLater: AnyCommand = { ...recordWork, enteredLater: true };
  const at = (effectiveAt: string, reason?: string, command = enteredLater) =>
    handle(command, input, request('one', { effectiveAt, ...(reason && { reason }) }));

  it('cannot be stated of what takes effect by being done here, not even for a moment ago', async () => {
    for (const effectiveAt of ['2024-03-01T02:00:00.000Z', '2024-03-20T01:59:59.999Z', NOW]) {
      expect(refused(await at(effectiveAt, '补录', recordWork)).code).toBe('takes-effect-when-done');
    }
    expect(await recorded()).toEqual([]);
  });

  it('cannot be later than now', async () => {
    expect(refused(await at('2024-03-20T02:00:00.001Z')).code).toBe('effective-in-future');
  });

  it('on an earlier day in Tianjin needs a reason, and is marked', async () => {
    // 23:59 in Tianjin.
    const yesterday = '2024-03-19T15:59:00.000Z';
    expect(refused(await at(yesterday)).code).toBe('backdating-needs-reason');
    accepted(await at(yesterday, '补录纸质记录'));
    expect((await recorded())[0]?.meta).toMatchObject({
      effectiveAt: yesterday,
      recordedAt: NOW,
      backdated: true,
      reason: '补录纸质记录',
    });
  });

  it('earlier on the same day in Tianjin needs none, though it is yesterday in UTC', async () => {
    accepted(await at('2024-03-19T16:00:00.000Z'));
    expect((await recorded())[0]?.meta.backdated).toBeUndefined();
  });
});

describe('who may', () => {
  const tpoAccount: Actor = { accountId: 'tpo.sun' as AccountId, orgId: 'tpo-2024', role: 'TPO' };

  async function entrust(change: Parameters<typeof control<'third-party.entrusted'>>[1] = {}): Promise<void> {
    const grant = { role: 'TPO', orgId: tpoAccount.orgId, orgName: '天津市质量协会', from: '2024-01-01' } as const;
    await store.append(accountStream(tpoAccount.accountId), NO_STREAM, [
      newFact('tpo', control('account.registered', { accountId: tpoAccount.accountId, grant })),
    ]);
    await store.append(entrustmentStream(tpoAccount.orgId as never), NO_STREAM, [
      newFact(
        'entrusted',
        control('third-party.entrusted', { scope: ['RegisterUnit'], from: '2024-03-01', ...change }),
      ),
    ]);
  }

  async function later(account: AccountId, fact: Parameters<typeof newFact>[1]): Promise<void> {
    const name = accountStream(account);
    const revision = (await store.readStream(name, NO_STREAM)).length - 1;
    await store.append(name, revision, [newFact(`later-${revision}`, fact)]);
  }

  it.each([
    ['an account that is not there', { ...MSR, accountId: 'nobody' as AccountId }],
    ['a role the account was never granted', { ...MSR, role: 'SUP' }],
    ['the right role for another organisation', { ...MSR, orgId: 'sup' }],
  ] as [string, Actor][])('not %s', async (_who, actor) => {
    expect(refused(await handle(recordWork, input, request('one', { actor }))).code).toBe('role-not-held');
    expect(await recorded()).toEqual([]);
  });

  it('not an account whose role was revoked or that was disabled, and again when it is enabled', async () => {
    const { accountId } = MSR;
    accepted(await handle(recordWork, input, request('one')));
    await later(accountId, control('account.disabled', { accountId }));
    expect(refused(await handle(recordWork, input, request('two'))).code).toBe('role-not-held');
    await later(accountId, control('account.enabled', { accountId }));
    accepted(await handle(recordWork, input, request('three')));
    const revoked = { accountId, role: 'MSR', orgId: 'msr', lastDay: '2024-03-20' } as const;
    await later(accountId, control('account.role-revoked', revoked));
    accepted(await handle(recordWork, input, request('four')));
    now = '2024-03-20T16:00:00.000Z';
    expect(refused(await handle(recordWork, input, request('five'))).code).toBe('role-not-held');
  });

  it('not a role that the command does not name; one that hides tells nobody that it is there', async () => {
    await entrust();
    const decision: AnyCommand = { ...recordWork, allow: ['SUP'] };
    expect(refused(await handle(decision, input, request('one'))).code).toBe('role-not-allowed');
    expect(refused(await handle({ ...decision, hidden: true }, input, request('one')))).toMatchObject({
      kind: 'hidden',
      code: 'not-found',
    });
  });

  it('the system only where a command names it', async () => {
    const system: Actor = { accountId: 'system' as AccountId, orgId: 'system', role: 'SYS' };
    expect(refused(await handle(recordWork, input, request('one', { actor: system }))).code).toBe('role-not-allowed');
    accepted(await handle({ ...recordWork, allow: ['SYS'] } as AnyCommand, input, request('one', { actor: system })));
  });

  it('第五条（二） the third party within scope and term, and the log says on whose behalf', async () => {
    await entrust();
    accepted(await handle(recordWork, input, request('one', { actor: tpoAccount })));
    expect((await recorded())[0]?.meta.actor).toEqual({ ...tpoAccount, actedAs: 'MSR', entrustmentId: 'tpo-2024' });
  });

  it.each([
    ['outside its scope', { scope: ['OpenApplications'] }, recordWork],
    ['before its term', { from: '2024-03-21' }, recordWork],
    ['after its term', { lastDay: '2024-03-19' }, recordWork],
    ['for a decision, whatever its scope says', {}, { ...recordWork, name: 'RecordWork' }],
  ] as [string, Parameters<typeof entrust>[0], AnyCommand][])(
    '第五条（二） the third party not %s',
    async (_why, change, sent) => {
      await entrust(change);
      expect(refused(await handle(sent, input, request('one', { actor: tpoAccount })))).toMatchObject({
        code: 'outside-entrustment',
        kind: 'forbidden',
        rule: { article: 'art-05', item: '（二）' },
      });
      expect(await recorded()).toEqual([]);
    },
  );

  it('第五条（二） the third party on the first and the last day of its term', async () => {
    await entrust({ from: '2024-03-20', lastDay: '2024-03-20' });
    accepted(await handle(recordWork, input, request('one', { actor: tpoAccount })));
    now = '2024-03-20T16:00:00.000Z';
    expect(refused(await handle(recordWork, input, request('two', { actor: tpoAccount }))).code).toBe(
      'outside-entrustment',
    );
  });
});

describe('a fold over the log', () => {
  const types = ['organising-work.recorded'];
  const details: Fold<readonly string[]> = {
    name: 'details',
    initial: [],
    evolve: (seen, event) => [...seen, `${event.streamId}@${event.revision}`],
  };

  /** What a decision is given by `stateOfLog` through a handle. */
  async function folded(through: Handle, upTo?: Position): Promise<readonly string[]> {
    let seen: readonly string[] = [];
    const asking: AnyCommand = {
      ...recordWork,
      reads: () => ({ seen: stateOfLog(details, types, upTo) }),
      decide(_state: unknown, _input: unknown, _given: unknown, known: { seen: readonly string[] }) {
        seen = known.seen;
        return [];
      },
    };
    accepted(await through(asking, input, request('asking')));
    return seen;
  }

  async function plainly(upTo: Position): Promise<readonly string[]> {
    const events = (await store.readAll(START, 100_000)).filter(
      event => types.includes(event.type) && Number(event.position) <= Number(upTo),
    );
    return events.reduce(details.evolve, details.initial);
  }

  it('is the same with and without what was kept of it, at every position, as the log grows', async () => {
    const streams: readonly StreamId[] = [stream('x'), stream('y')];
    for (let round = 0; round < 12; round += 1) {
      const name = streams[round % 2] as StreamId;
      const revision = (await store.readStream(name, NO_STREAM)).length - 1;
      await store.append(name, revision, [
        newFact(`r${round}-0`),
        newFact(`r${round}-1`, control('programme.closed')),
        newFact(`r${round}-2`),
      ]);
      const head = await store.head();
      const asked = [head, String((round * 7) % Number(head)), '5', head] as Position[];
      for (const upTo of asked) {
        const expected = await plainly(upTo);
        expect(await folded(handle, upTo)).toEqual(expected);
        expect(await folded(anotherHandle(), upTo)).toEqual(expected);
      }
      expect(await folded(handle)).toEqual(await plainly(head));
    }
  });

  it('asked for beyond the head keeps nothing that is not there yet', async () => {
    await store.append(stream('x'), NO_STREAM, [newFact('x0')]);
    expect(await folded(handle, '1000' as Position)).toHaveLength(1);
    await store.append(stream('x'), 0, [newFact('x1')]);
    expect(await folded(handle, '1000' as Position)).toHaveLength(2);
    expect(await folded(handle)).toHaveLength(2);
  });

  it('given many at once that ask for what nobody has asked before, then the log is read once for all of them', async () => {
    const facts = Array.from({ length: 1_500 }, (_, at) => newFact(`x${at}`));
    for (let from = 0; from < 1_500; from += 500)
      await store.append(stream('x'), from - 1, facts.slice(from, from + 500));
    handle = anotherHandle();
    let pages = 0;
    const readTypes = store.readTypes.bind(store);
    store.readTypes = (...asked) => {
      pages += 1;
      return readTypes(...asked);
    };
    const counted: AnyCommand = { ...recordWork, reads: () => ({ seen: stateOfLog(details, types, 'now') }) };
    const sent = Array.from({ length: 20 }, (_, at) =>
      handle(counted, { to: `y${at}`, kind: '会议' }, request(`y${at}`)),
    );
    for (const outcome of await Promise.all(sent)) accepted(outcome);
    expect(pages).toBe(2);
  });

  it('takes more than one page of the log', async () => {
    for (let from = 0; from < 2_500; from += 500) {
      const facts = Array.from({ length: 500 }, (_, at) => newFact(`x${from + at}`));
      await store.append(stream('x'), from - 1, facts);
    }
    expect(await folded(handle)).toHaveLength(2_500);
    expect(await folded(handle, '1501' as Position)).toHaveLength(1_500);
  });
});
