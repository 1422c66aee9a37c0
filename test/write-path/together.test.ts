/** Commands that wait for one stream go out together, and each is decided, told and recorded as if it had come alone. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { accountStream } from '../../events/account.ts';
import type { RecordedEvent } from '../../events/envelope.ts';
import type { Position } from '../../events/ids.ts';
import { organisingWorkRecorded } from '../../events/rulebook.ts';
import { type AnyCommand, command, type Fold, type Sources, stateOfLog } from '../../services/command.ts';
import { type Accepted, type CommandOutcome, type CommandRequest, createHandle } from '../../services/handle.ts';
import { digestOf } from '../../services/identifiers.ts';
import {
  Contention,
  type EventStore,
  type NewEvent,
  NO_STREAM,
  StoreUnavailable,
  WrongExpectedRevision,
} from '../../services/ports.ts';
import { recordEarlierExcellentResult } from '../../services/recognition/commands.ts';
import { refuse } from '../../services/rejection.ts';
import { control } from '../support/controls.ts';
import { MSR, NOW } from '../support/given.ts';
import { newFact, stream } from '../support/log.ts';
import { createMemoryStore, type MemoryStore } from '../support/memory-store.ts';

const works: Fold<number> = { name: 'works', initial: 0, evolve: count => count + 1 };
const positions: Fold<Position | undefined> = {
  name: 'last-position',
  initial: undefined,
  evolve: (_last, { position }) => position,
};
const allWorks = stateOfLog({ ...works, name: 'all-works' }, [organisingWorkRecorded.type]);

/** Records how many works the stream had. */
const recordWork = command({
  name: 'RegisterUnit',
  title: '记录工作',
  records: [organisingWorkRecorded],
  summary: 'A small command for these tests.',
  input: z.strictObject({ kind: z.string() }),
  allow: ['MSR'],
  fold: works,
  stream: () => stream('a'),
  about: () => ({ year: 2024 }),
  decide(state, { kind }) {
    if (kind === 'refused') return refuse('art-05', 'planted', '不予记录', 'Refused');
    if (kind === 'broken') throw new Error('planted');
    if (kind === 'nothing') return [];
    return [organisingWorkRecorded.of({ kind, detail: `${state + 1}` })];
  },
});

/** The same, of what all the log has. */
const recordOfLog: AnyCommand = {
  ...recordWork,
  reads: () => ({ all: allWorks }),
  decide: (_state, { kind }, _given, { all }) => [organisingWorkRecorded.of({ kind, detail: `log ${all}` })],
};

const accounts = stateOfLog({ ...works, name: 'accounts' }, ['account.registered']);

/** The same, of what the log has of another type. */
const recordOfAccounts: AnyCommand = {
  ...recordWork,
  reads: () => ({ all: accounts }),
  decide: (state, { kind }, _given, { all }) => [organisingWorkRecorded.of({ kind, detail: `${state + 1} of ${all}` })],
};

/** The same, of where the last event stands. */
const recordOfPosition: AnyCommand = {
  ...recordWork,
  fold: positions,
  decide: (last, { kind }) => [organisingWorkRecorded.of({ kind, detail: `after ${last}` })],
};

const grant = { role: 'MSR', orgId: 'msr', orgName: '市市场监督管理委员会', from: '2024-01-01' } as const;

interface Change {
  append?(store: MemoryStore, ...args: Parameters<EventStore['append']>): ReturnType<EventStore['append']>;
  isRemote?: true;
  recall?: EventStore['recall'];
}

/** A system whose store answers in a later turn, so that others come meanwhile, and counts the appends. */
async function givenSystem(change: Change = {}) {
  const memory = createMemoryStore();
  const account = newFact('account-msr', control('account.registered', { accountId: MSR.accountId, grant }));
  await memory.append(accountStream(MSR.accountId), NO_STREAM, [account]);
  const appends: string[][] = [];
  const pauses: number[] = [];
  const store: EventStore = {
    ...memory,
    ...(change.isRemote && { isRemote: true }),
    ...(change.recall && { recall: change.recall }),
    async append(to, expected, events) {
      appends.push(events.map(({ meta }) => meta.commandId));
      await new Promise(resolve => setImmediate(resolve));
      return change.append ? change.append(memory, to, expected, events) : memory.append(to, expected, events);
    },
  };
  const vault = { keyed: (text: string) => text } as never;
  const handle = createHandle({
    store,
    vault,
    blobs: {} as never,
    clock: { now: () => NOW },
    pause: async ms => void pauses.push(ms),
  });
  const send = (id: string, kind = 'work', of: AnyCommand = recordWork, more: Partial<CommandRequest> = {}) =>
    handle(
      of,
      { kind },
      {
        actor: MSR,
        commandId: id,
        requestDigest: digestOf({ kind }),
        correlationId: id,
        ...more,
      },
    );
  const details = async () =>
    (await memory.readStream(stream('a'), NO_STREAM)).map(event => (event.data as { detail: string }).detail);
  return { memory, appends, pauses, handle, send, details };
}

const accepted = (outcome: CommandOutcome): Accepted => {
  if (outcome.rejected) throw new Error(outcome.code);
  return outcome;
};
const ids = (events: readonly RecordedEvent[]) => events.map(({ meta }) => meta.commandId);

describe('commands that wait for one stream', () => {
  it('are decided in turn on what those before them make of it, and go out in one append', async () => {
    const { appends, send, details, memory } = await givenSystem();
    const outcomes = (await Promise.all(['1', '2', '3', '4'].map(id => send(id)))).map(accepted);
    expect(appends).toEqual([['1'], ['2', '3', '4']]);
    expect(await details()).toEqual(['1', '2', '3', '4']);
    expect(outcomes.map(({ revision }) => revision)).toEqual([0, 1, 2, 3]);
    expect(outcomes.map(({ events }) => ids(events))).toEqual([['1'], ['2'], ['3'], ['4']]);
    expect(outcomes.map(({ position }) => position)).toEqual(memory.log.slice(1).map(({ position }) => position));
  });

  it('are refused, broken or without effect each for itself', async () => {
    const { send, details } = await givenSystem();
    const outcomes = await Promise.allSettled([
      send('1'),
      send('2'),
      send('3', 'refused'),
      send('4', 'broken'),
      send('5', 'nothing'),
      send('6'),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect(outcomes[2]).toMatchObject({ value: { rejected: true, code: 'planted' } });
    expect(outcomes[4]).toMatchObject({ value: { revision: 1, events: [] } });
    expect(outcomes[5]).toMatchObject({ value: { revision: 2 } });
    expect(await details()).toEqual(['1', '2', '3']);
  });

  it('are all told, however many they are, one that breaks among them', async () => {
    const { send } = await givenSystem();
    const kinds = Array.from({ length: 150 }, (_, at) => (at % 50 === 2 ? 'broken' : 'work'));
    const outcomes = await Promise.allSettled(kinds.map((kind, at) => send(`${at}`, kind)));
    expect(outcomes.map(({ status }) => status)).toEqual(
      kinds.map(kind => (kind === 'broken' ? 'rejected' : 'fulfilled')),
    );
  });

  it('one that is repeated among them is recorded once, and under another body refused', async () => {
    const { send, details } = await givenSystem();
    const [, first, again, other] = await Promise.all([send('1'), send('2'), send('2'), send('2', 'other')]);
    expect(accepted(first as CommandOutcome)).toMatchObject({ revision: 1 });
    expect(accepted(again as CommandOutcome)).toMatchObject({
      revision: 1,
      position: accepted(first as CommandOutcome).position,
      events: [],
    });
    expect(other).toMatchObject({ rejected: true, code: 'idempotency-key-reused' });
    expect(await details()).toEqual(['1', '2']);
  });

  it('one that has seen an older revision than those before it leave is stale', async () => {
    const { send } = await givenSystem();
    const seen = (revision: number) => ({ seen: { revisions: [revision] } });
    const [, , stale, fresh] = await Promise.all([
      send('1'),
      send('2'),
      send('3', 'work', recordWork, seen(0)),
      send('4', 'work', recordWork, seen(1)),
    ]);
    expect(stale).toMatchObject({ rejected: true, code: 'stale-revision' });
    expect(accepted(fresh as CommandOutcome).revision).toBe(2);
  });

  it.each([
    ['the log', recordOfLog, 'log 2'],
    ['a position', recordOfPosition, 'after 3'],
  ])('one that asks for %s waits until those before it are recorded', async (_what, asking, told) => {
    const { appends, send, details } = await givenSystem();
    await Promise.all([send('1'), send('2'), send('3', 'work', asking), send('4')]);
    expect(appends.slice(0, 2)).toEqual([['1'], ['2']]);
    expect((await details())[2]).toBe(told);
    expect(await details()).toHaveLength(4);
  });

  it('go out together although they ask for the log, where none of them adds to what they ask for', async () => {
    const { appends, send, details } = await givenSystem();
    await Promise.all(['1', '2', '3', '4'].map(id => send(id, 'work', recordOfAccounts)));
    expect(appends).toEqual([['1'], ['2', '3', '4']]);
    expect(await details()).toEqual(['1 of 1', '2 of 1', '3 of 1', '4 of 1']);
  });

  it('go out together, where they are excellent results of earlier years: only its own id matters to each', async () => {
    const { memory, appends, handle } = await givenSystem();
    const recognised = control('excellent-result.recognised', { resultId: '2022-9' });
    await memory.append(stream('list'), NO_STREAM, [newFact('recognised', recognised)]);
    const register = (resultId: string, id: string) => {
      const about = { title: '降低轮毂轴承异响率', unitName: '天津某公司', problem: '异响率高', methods: ['PDCA'] };
      const source = { document: '2022年度优秀质量攻关成果名单' };
      const input = { resultId, year: 2022, ...about, results: '异响率由1.2%降至0.3%', source };
      const request = { actor: MSR, commandId: id, requestDigest: digestOf(input), correlationId: id };
      return handle(recordEarlierExcellentResult as AnyCommand, input, request);
    };
    const outcomes = await Promise.all(
      ['2022-1', '2022-2', '2022-3', '2022-2', '2022-9'].map((of, at) => register(of, `${at}`)),
    );
    expect(appends).toEqual([['0'], ['1', '2']]);
    expect(outcomes.map(outcome => outcome.rejected && outcome.code)).toEqual([
      ...[undefined, undefined, undefined],
      'result-exists',
      'result-exists',
    ]);
  });

  it('are all decided anew when another writer was first', async () => {
    let rivals = 1;
    const { send, details } = await givenSystem({
      async append(memory, to, expected, events) {
        if (expected === 0 && rivals > 0) {
          rivals -= 1;
          await memory.append(to, expected, [
            newFact('rival', control('organising-work.recorded', { detail: 'rival' })),
          ]);
          throw new WrongExpectedRevision(to, expected);
        }
        return memory.append(to, expected, events);
      },
    });
    const outcomes = await Promise.all([send('1'), send('2'), send('3')]);
    expect(outcomes.map(outcome => accepted(outcome).revision)).toEqual([0, 2, 3]);
    expect(await details()).toEqual(['1', 'rival', '3', '4']);
  });

  it('are told of contention when they never win, and are found recorded if they were', async () => {
    let lost = true;
    const { pauses, send, details } = await givenSystem({
      async append(memory, to, expected, events) {
        if (lost) throw new WrongExpectedRevision(to, expected);
        return memory.append(to, expected, events);
      },
    });
    await expect(send('1')).rejects.toBeInstanceOf(Contention);
    expect(pauses).toEqual([50, 100, 200, 400, 800, 1_600]);
    lost = false;
    expect(accepted(await send('1')).revision).toBe(0);
    expect(await details()).toEqual(['1']);
  });

  it('are tried one by one when they cannot be recorded together', async () => {
    const { send, details } = await givenSystem({
      async append(memory, to, expected, events) {
        if (events.length > 1 || events.some(({ meta }) => meta.commandId === 'large')) throw new Error('too large');
        return memory.append(to, expected, events);
      },
    });
    const outcomes = await Promise.allSettled([send('1'), send('2'), send('large'), send('3')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(await details()).toEqual(['1', '2', '3']);
  });

  it('fail together when the store is gone, and nothing of them is remembered', async () => {
    let gone = true;
    const { send, details } = await givenSystem({
      async append(memory, to, expected, events) {
        if (gone) throw new StoreUnavailable('planted');
        return memory.append(to, expected, events);
      },
    });
    const outcomes = await Promise.allSettled([send('1'), send('2'), send('3')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    gone = false;
    expect(accepted(await send('2'))).toMatchObject({ revision: 0 });
    expect(await details()).toEqual(['1']);
  });
});

describe('a store that is far away', () => {
  /** Knows nothing of what others have recorded since. */
  const forgetful = (): Change => ({
    isRemote: true,
    recall: (_stream, _after, freshness) => (freshness === 'lately' ? [] : undefined),
  });

  it('given what others have just recorded, then nobody is refused for not knowing of it', async () => {
    const { memory, send } = await givenSystem(forgetful());
    const rival: NewEvent = newFact('rival', control('organising-work.recorded', { detail: 'rival' }));
    expect(accepted(await send('1')).revision).toBe(0);
    await memory.append(stream('a'), 0, [rival]);
    const needsTwo: AnyCommand = {
      ...recordWork,
      decide: (state, { kind }) =>
        state < 2
          ? refuse('art-05', 'too-few', '尚不足', 'Too few')
          : [organisingWorkRecorded.of({ kind, detail: `${state + 1}` })],
    };
    expect(accepted(await send('2', 'work', needsTwo)).revision).toBe(2);
  });

  it('given what others have just recorded, then a decision on less is not recorded, and made anew', async () => {
    const { memory, send, details } = await givenSystem(forgetful());
    await send('1');
    await memory.append(stream('a'), 0, [newFact('rival', control('organising-work.recorded', { detail: 'rival' }))]);
    expect(accepted(await send('2')).revision).toBe(2);
    expect(await details()).toEqual(['1', 'rival', '3']);
  });

  it('given a command whose rules must miss nothing, then what it reads besides its stream is read', async () => {
    const asked: string[] = [];
    const { send } = await givenSystem({
      isRemote: true,
      recall(of, _after, freshness) {
        asked.push(`${of} ${freshness}`);
        return freshness === 'lately' ? [] : undefined;
      },
    });
    const reading: AnyCommand = {
      ...recordWork,
      exact: true,
      reads: () => ({
        other: { resolve: (sources: Sources) => sources.stream({ ...works, name: 'others' }, stream('b')) },
      }),
    };
    await send('1', 'work', reading);
    expect(asked.filter(entry => entry.startsWith(stream('b')))).toEqual([`${stream('b')} now`]);
  });
});
