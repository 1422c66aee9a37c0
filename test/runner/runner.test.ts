/** Projections account for every event, resume where they were, and a rebuild equals what went on live. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { START, type StreamId } from '../../events/ids.ts';
import { SqliteEventStore } from '../../infra/event-store/sqlite.ts';
import { SqliteReadStore } from '../../infra/read-store/sqlite.ts';
import { ProjectionRunner } from '../../infra/runner/core/runner.ts';
import { RunnerStopped } from '../../infra/runner/core/runner-ports.ts';
import { openDatabase } from '../../infra/sqlite.ts';
import type { EventLog } from '../../projections/ports.ts';
import type { Handler, Projection } from '../../projections/projection.ts';
import { type NewEvent, NO_STREAM, StoreUnavailable } from '../../services/ports.ts';
import { control } from '../support/controls.ts';
import { newEvent, newFact, stream, temporaryDirectory } from '../support/log.ts';
import { entries, streams, testProjections, types } from '../support/projections.ts';

/** A read store whose next commits can be made to fail. */
class FaultyReadStore extends SqliteReadStore {
  faults = 0;
  override async commit(...work: Parameters<SqliteReadStore['commit']>): Promise<void> {
    if (this.faults > 0) {
      this.faults -= 1;
      throw new Error('planted: the disk is full');
    }
    await super.commit(...work);
  }
}

let directory: ReturnType<typeof temporaryDirectory>;
let log: SqliteEventStore;
let store: FaultyReadStore;
let alarms: { readonly message: string; readonly details: object }[];
let revisions: Map<StreamId, number>;
let commands: number;
const runners: ProjectionRunner[] = [];

beforeEach(() => {
  directory = temporaryDirectory();
  log = new SqliteEventStore({ path: `${directory.path}/events.db` });
  store = new FaultyReadStore(`${directory.path}/read.db`);
  alarms = [];
  revisions = new Map();
  commands = 0;
});
afterEach(async () => {
  for (const runner of runners.splice(0)) await runner.stop();
  await log.close();
  store.close();
  directory[Symbol.dispose]();
});

function runnerOf(projections: readonly Projection[], over: EventLog = log): ProjectionRunner {
  const runner = new ProjectionRunner({
    log: over,
    store,
    projections,
    now: () => '2024-03-20T02:00:00.000Z',
    alarm: (message, details) => alarms.push({ message, details }),
  });
  runners.push(runner);
  return runner;
}

async function started(...projections: readonly Projection[]): Promise<ProjectionRunner> {
  const runner = runnerOf(projections);
  await runner.start();
  return runner;
}

/** All asked for at once, in appends of a size that a log takes. */
async function append(name: string, ...events: readonly NewEvent[]): Promise<void> {
  const id = stream(name);
  const revision = revisions.get(id) ?? NO_STREAM;
  revisions.set(id, revision + events.length);
  const parts = Array.from({ length: Math.ceil(events.length / 500) }, (_, part) => part * 500);
  await Promise.all(parts.map(at => log.append(id, revision + at, events.slice(at, at + 500))));
}

const work = (data?: object) => {
  commands += 1;
  return newEvent(`command-${commands}`, { kind: '会议', detail: '部署', ...data });
};
const works = (count: number) => Array.from({ length: count }, () => work());
const fact = (name: Parameters<typeof control>[0]) => {
  commands += 1;
  return newFact(`command-${commands}`, control(name));
};

/** Waits until the live rows hold everything, and checks that nothing went missing on the way. */
async function settled(runner: ProjectionRunner, ...projections: readonly Projection[]): Promise<void> {
  expect(await runner.reached(await log.head(), 5_000)).toBe(true);
  for (const projection of projections) {
    const { handled, ignored, unknown, quarantined, position } = runner.live(projection).checkpoint;
    expect([projection.name, handled + ignored + unknown + quarantined]).toEqual([projection.name, Number(position)]);
  }
}

async function rowsOf(runner: ProjectionRunner, projection: Projection): Promise<Record<string, unknown>> {
  const rows: Record<string, unknown> = {};
  for await (const [id, text] of store.scan(runner.live(projection).spec)) rows[id] = JSON.parse(text);
  return rows;
}

/** The same projection, counting how often each event was folded. */
function counted(projection: Projection): Projection & { readonly folded: Map<string, number> } {
  const folded = new Map<string, number>();
  const counting = <H extends Omit<Handler<unknown>, 'types'>>(handler: H): H => ({
    ...handler,
    evolve(row, event, key) {
      folded.set(event.position, (folded.get(event.position) ?? 0) + 1);
      return handler.evolve(row, event, key);
    },
  });
  return {
    ...projection,
    folded,
    handlers: projection.handlers.map(counting),
    ...(projection.every && { every: counting(projection.every) }),
  };
}

/** Refuses works that say so, in its second handler. */
const squeamish: Projection = {
  name: 'squeamish',
  version: 1,
  question: 'Which works can be taken?',
  indexes: [],
  handlers: [
    {
      types: ['organising-work.recorded'],
      rowIds: ({ data }) => {
        if ((data as { poison?: string }).poison === 'keys') throw new Error('no key');
        return ['total'];
      },
      evolve: row => ({ count: ((row as { count: number } | undefined)?.count ?? 0) + 1 }),
    },
    {
      types: ['organising-work.recorded'],
      rowIds: ({ streamId }) => [streamId],
      evolve: (_row, { data }) => {
        if ((data as { poison?: string }).poison === 'evolve') throw new TypeError('cannot take it');
        return { taken: true };
      },
    },
  ],
};

describe('every event is accounted for', () => {
  it('as handled, ignored by type, or unknown', async () => {
    const runner = await started(streams, types);
    await append('a', work(), fact('programme.closed'), newEvent('x', {}, 'thing.from-the-future'), work());
    await settled(runner, streams, types);
    expect(runner.live(streams).checkpoint).toMatchObject({ handled: 2, ignored: 1, unknown: 1, quarantined: 0 });
    expect(runner.live(types).checkpoint).toMatchObject({ handled: 4, ignored: 0, unknown: 0, quarantined: 0 });
    expect(await store.checkpoints()).toEqual([runner.live(streams).checkpoint, runner.live(types).checkpoint]);
  });

  it.each([
    ['keys', 'Error: no key'],
    ['evolve', 'TypeError: cannot take it'],
  ])(
    'a poison event is set aside whole, with its reason and an alarm, and others go on (in %s)',
    async (poison, reason) => {
      const runner = await started(squeamish, streams);
      const bad = work({ poison });
      await append('a', work(), bad, work());
      await append('b', work());
      await settled(runner, squeamish, streams);
      expect(runner.live(squeamish).checkpoint).toMatchObject({ handled: 3, quarantined: 1 });
      const expected = {
        projection: 'squeamish',
        generation: 1,
        position: '2',
        eventId: bad.id,
        type: bad.type,
        reason,
      };
      expect(await store.quarantine()).toEqual([expected]);
      expect(alarms).toEqual([{ message: 'event quarantined', details: expected }]);
      expect(await rowsOf(runner, squeamish)).toMatchObject({ total: { count: 3 }, 'test-b': { taken: true } });
      expect(runner.live(streams).checkpoint).toMatchObject({ handled: 4, quarantined: 0 });
    },
  );

  it('an event whose bytes cannot be read is set aside too', async () => {
    const runner = await started(squeamish);
    await append('a', work(), { ...work(), data: { toJSON: () => undefined } } as NewEvent).catch(() => undefined);
    revisions.delete(stream('a'));
    await append('a', { ...work(), data: null });
    await settled(runner, squeamish);
    expect(runner.live(squeamish).checkpoint).toMatchObject({ handled: 0, quarantined: 1 });
  });
});

describe('following the log', () => {
  it('rows are made, changed and removed by their events', async () => {
    const runner = await started(...testProjections);
    await append('a', work(), work());
    await append('b', work(), fact('expert.removed'));
    await settled(runner, ...testProjections);
    expect(await rowsOf(runner, streams)).toEqual({
      'test-a': { stream: 'test-a', events: 2, lastCommand: 'command-2' },
    });
    expect(Object.keys(await rowsOf(runner, entries))).toHaveLength(3);
  });

  it('generations at different positions catch up in one pass, none repeating what it has', async () => {
    const [early, late] = [counted(streams), counted(types)];
    await append('a', ...works(30));
    await (await started(early)).stop();
    await append('a', ...works(20));
    early.folded.clear();
    const runner = await started(early, late);
    await settled(runner, early, late);
    expect([...early.folded.keys()]).toEqual(Array.from({ length: 20 }, (_, at) => String(at + 31)));
    expect(late.folded.size).toBe(50);
    expect(runner.live(early).checkpoint.handled).toBe(50);
  });

  it('a restart goes on where the last run was, without repeating an event', async () => {
    const projection = counted(streams);
    for (let run = 0; run < 4; run += 1) {
      const runner = await started(projection);
      await append('a', ...works(10));
      await settled(runner, projection);
      await runner.stop();
    }
    expect(projection.folded.size).toBe(40);
    expect([...projection.folded.values()].every(times => times === 1)).toBe(true);
    const runner = await started(projection);
    expect(await rowsOf(runner, projection)).toMatchObject({ 'test-a': { events: 40 } });
  });

  it('events delivered twice, or late, count once', async () => {
    const before: Parameters<Parameters<EventLog['onAppend']>[0]>[0][number][] = [];
    const repeating: EventLog = {
      readAll: (after, limit) => log.readAll(after, limit),
      head: () => log.head(),
      knownHead: () => log.knownHead(),
      holds: position => log.holds(position),
      identity: () => log.identity(),
      ordinal: position => log.ordinal(position),
      onAppend: listener =>
        log.onAppend(events => {
          listener(events);
          before.push(...events);
          listener([...before]);
        }),
    };
    const runner = runnerOf(testProjections, repeating);
    await runner.start();
    for (let round = 0; round < 10; round += 1) await append('a', work(), work());
    await settled(runner, ...testProjections);
    expect(await rowsOf(runner, streams)).toMatchObject({ 'test-a': { events: 20 } });
    expect(Object.keys(await rowsOf(runner, entries))).toHaveLength(20);
  });

  it('events that arrive while a start still catches up are neither skipped nor taken early', async () => {
    for (let batch = 0; batch < 5; batch += 1) await append('a', ...works(1_000));
    const projection = counted(streams);
    const runner = runnerOf([projection]);
    let appended = 0;
    const starting = runner.start(() => {
      if (appended < 3) void append('b', work());
      appended += 1;
    });
    await starting;
    await settled(runner, projection);
    expect(projection.folded.size).toBe(5_003);
    expect(await rowsOf(runner, projection)).toMatchObject({ 'test-a': { events: 5_000 }, 'test-b': { events: 3 } });
  });

  it('more events at once than are kept in memory are read from the log instead', async () => {
    const projection = counted(streams);
    const runner = await started(projection);
    await append('a', work());
    await append('a', ...works(20_500));
    await append('a', work());
    await settled(runner, projection);
    expect(projection.folded.size).toBe(20_502);
    expect(await rowsOf(runner, projection)).toMatchObject({ 'test-a': { events: 20_502 } });
  });

  it('a commit that fails is tried again, with an alarm, and nothing is lost', async () => {
    const runner = await started(...testProjections);
    await append('a', ...works(3));
    await settled(runner);
    store.faults = 2;
    await append('a', ...works(3));
    await append('b', ...works(3));
    await settled(runner, ...testProjections);
    expect(alarms.map(({ message }) => message)).toEqual(Array(2).fill('projecting failed, trying again'));
    expect(await rowsOf(runner, streams)).toMatchObject({ 'test-a': { events: 6 }, 'test-b': { events: 3 } });
    expect(Object.keys(await rowsOf(runner, entries))).toHaveLength(9);
  });
});

describe('reading one’s own write', () => {
  it('is told when every live row has it, and when it does not come in time', async () => {
    const runner = await started(streams, types);
    const waiting = runner.reached('1' as never, 5_000);
    await append('a', work());
    expect(await waiting).toBe(true);
    expect(await runner.reached('1' as never, 0)).toBe(true);
    expect(await runner.reached('2' as never, 20)).toBe(false);
  });

  it('is told by a runner that has just started and finds nothing new', async () => {
    await append('a', ...works(10));
    const runner = runnerOf([streams]);
    const waiting = runner.reached('10' as never, 60_000);
    await runner.start();
    expect(await Promise.race([waiting, 'not told'])).toBe(true);
  });

  it('is told at once when the runner stops', async () => {
    const runner = await started(streams);
    const waiting = runner.reached('99' as never, 60_000);
    await runner.stop();
    expect(await waiting).toBe(false);
  });
});

describe('rebuilding', () => {
  it('gives the rows that were made live, while appends go on', async () => {
    const runner = await started(...testProjections);
    for (let batch = 0; batch < 4; batch += 1) await append('a', ...works(900), fact('expert.suspended'));
    let [writing, written] = [true, 0];
    const writer = (async () => {
      while (writing) {
        await append('b', work(), fact('expert.reinstated'));
        written += 2;
      }
    })();
    const reports = await runner.rebuildAll(testProjections.map(({ name }) => name));
    writing = false;
    await writer;
    expect(written).toBeGreaterThan(2);
    expect(reports.map(({ projection, differing }) => [projection, differing])).toEqual([
      ['streams', 0],
      ['types', 0],
      ['entries', 0],
    ]);
    await settled(runner, ...testProjections);
    for (const projection of testProjections) {
      expect(runner.live(projection).checkpoint).toMatchObject({ generation: 2, state: 'live' });
      const rebuilt = await rowsOf(runner, projection);
      await runner.rollback(projection.name);
      expect(await rowsOf(runner, projection)).toEqual(rebuilt);
    }
  });

  it('reports its progress', async () => {
    const runner = await started(streams);
    for (let batch = 0; batch < 3; batch += 1) await append('a', ...works(800));
    await settled(runner);
    const progress: string[] = [];
    await runner.rebuild('streams', ({ projection, done, head }) => progress.push(`${projection} ${done}/${head}`));
    expect(progress).toEqual(['streams 1000/2400', 'streams 2000/2400', 'streams 2400/2400']);
  });

  it('finds rows that were tampered with: changed, removed, added', async () => {
    const runner = await started(streams);
    for (const name of ['a', 'b', 'c', 'd']) await append(name, work());
    await settled(runner);
    const outside = openDatabase(`${directory.path}/read.db`, { synchronous: 'NORMAL' });
    const table = `"${runner.live(streams).spec.name}"`;
    outside.exec(`UPDATE ${table} SET doc = '{"stream":"test-a","events":5,"lastCommand":"x"}' WHERE id = 'test-a'`);
    outside.exec(`DELETE FROM ${table} WHERE id = 'test-c'`);
    outside.exec(`INSERT INTO ${table} (id, doc) VALUES ('test-z', '{}')`);
    outside.close();
    expect(await runner.rebuild('streams')).toMatchObject({
      generation: 2,
      rows: 4,
      rowsBefore: 4,
      differing: 3,
      examples: ['test-a', 'test-c', 'test-z'],
    });
    expect(await rowsOf(runner, streams)).toMatchObject({ 'test-a': { events: 1 }, 'test-c': { events: 1 } });
  });

  it('compares rows whose ids lie beyond the basic plane in the order of the store', async () => {
    const named: Projection = {
      ...streams,
      name: 'named',
      handlers: [
        {
          types: ['organising-work.recorded'],
          rowIds: ({ data }) => [(data as { kind: string }).kind],
          evolve: (_row, { data }) => data,
        },
      ],
    };
    const runner = await started(named);
    for (const kind of ['𠮷野', '（软件）', '石化', '\uff21', '🀄']) await append('a', work({ kind }));
    await settled(runner);
    const outside = openDatabase(`${directory.path}/read.db`, { synchronous: 'NORMAL' });
    outside.exec(`DELETE FROM "${runner.live(named).spec.name}" WHERE id = '\uff21'`);
    outside.close();
    expect(await runner.rebuild('named')).toMatchObject({ rows: 5, rowsBefore: 4, differing: 1, examples: ['\uff21'] });
  });

  it('can be rolled back, once, to rows that have gone on in the meantime', async () => {
    const runner = await started(streams);
    await append('a', work());
    await settled(runner);
    await runner.rebuild('streams');
    await append('a', work());
    await settled(runner);
    await runner.rollback('streams');
    expect(runner.live(streams).checkpoint).toMatchObject({ generation: 1, state: 'live' });
    expect(await rowsOf(runner, streams)).toMatchObject({ 'test-a': { events: 2 } });
    await append('a', work());
    await settled(runner, streams);
    expect(await rowsOf(runner, streams)).toMatchObject({ 'test-a': { events: 3 } });
    await runner.stop();
    const again = await started(streams);
    expect(again.live(streams).checkpoint.generation).toBe(1);
    await again.rollback('streams');
    expect(again.live(streams).checkpoint.generation).toBe(2);
  });

  it('without an earlier generation there is nothing to roll back to, and no other name to rebuild', async () => {
    const runner = await started(streams);
    await expect(runner.rollback('streams')).rejects.toThrow(RangeError);
    await expect(runner.rebuild('none')).rejects.toThrow(RangeError);
  });

  it('keeps one earlier generation and drops those before it', async () => {
    const runner = await started(streams);
    await append('a', work());
    for (let time = 0; time < 4; time += 1) await runner.rebuild('streams');
    const kept = (await store.checkpoints()).map(({ generation, state }) => [generation, state]);
    expect(kept).toEqual([
      [4, 'retired'],
      [5, 'live'],
    ]);
  });

  it('asked for twice at once, it is done twice, one after the other', async () => {
    const runner = await started(streams);
    for (let batch = 0; batch < 3; batch += 1) await append('a', ...works(700));
    const reports = await Promise.all([runner.rebuild('streams'), runner.rebuild('streams')]);
    expect(reports.map(({ generation, differing }) => [generation, differing])).toEqual([
      [2, 0],
      [3, 0],
    ]);
    expect(runner.live(streams).checkpoint.handled).toBe(2_100);
  });

  it('of an empty log leaves an empty live generation', async () => {
    const runner = await started(streams);
    expect(await runner.rebuild('streams')).toMatchObject({ generation: 2, rows: 0, differing: 0 });
    await append('a', work());
    await settled(runner, streams);
    await runner.rollback('streams');
    expect(await rowsOf(runner, streams)).toMatchObject({ 'test-a': { events: 1 } });
  });

  it('stopped half-way, it does not go live; the next start resumes it', async () => {
    const projection = counted(streams);
    for (let batch = 0; batch < 6; batch += 1) await append('a', ...works(1_000));
    const runner = await started(projection);
    const rebuilding = runner.rebuild('streams', ({ done }) => {
      if (done === '4000') void runner.stop();
    });
    await expect(rebuilding).rejects.toBeInstanceOf(RunnerStopped);
    await runner.stop();
    expect(await store.checkpoints()).toMatchObject([
      { generation: 1, state: 'live', position: '6000' },
      { generation: 2, state: 'building', position: '4000' },
    ]);
    projection.folded.clear();
    const resumed = await started(projection);
    expect(resumed.live(projection).checkpoint).toMatchObject({ generation: 2, state: 'live', handled: 6_000 });
    expect(projection.folded.size).toBe(2_000);
    expect(await rowsOf(resumed, projection)).toMatchObject({ 'test-a': { events: 6_000 } });
  });

  it('a commit that fails while rebuilding leaves the live rows, and the next attempt resumes', async () => {
    const runner = await started(streams);
    await append('a', work());
    await settled(runner);
    store.faults = 1;
    await expect(runner.rebuild('streams')).rejects.toThrow('planted');
    expect(runner.live(streams).checkpoint.generation).toBe(1);
    await runner.rebuild('streams');
    expect(runner.live(streams).checkpoint.generation).toBe(2);
  });
});

describe('a new version of a projection', () => {
  const second = counted({
    ...streams,
    version: 2,
    handlers: [
      {
        types: ['organising-work.recorded'],
        rowIds: ({ streamId }) => [streamId],
        evolve: (row, { streamId }) => ({
          id: streamId,
          works: ((row as { works: number } | undefined)?.works ?? 0) + 1,
        }),
      },
    ],
  });

  it('is built beside the old one and takes over when it is complete; readers wait meanwhile', async () => {
    const old = await started(streams);
    for (let batch = 0; batch < 3; batch += 1) await append('a', ...works(800));
    await settled(old);
    await old.stop();
    const runner = runnerOf([second]);
    let refused = 0;
    await runner.start(() => {
      expect(() => runner.live(second)).toThrow(StoreUnavailable);
      refused += 1;
    });
    expect(refused).toBe(3);
    expect(await rowsOf(runner, second)).toEqual({ 'test-a': { id: 'test-a', works: 2_400 } });
    await append('a', work());
    await settled(runner, second);
    await runner.stop();
    // The earlier program finds its own rows again, and goes on from where it was.
    const back = await started(streams);
    expect(back.live(streams).checkpoint).toMatchObject({ version: 1, generation: 1, handled: 2_401 });
    expect(await rowsOf(back, streams)).toMatchObject({ 'test-a': { events: 2_401 } });
  });

  it('only the last version before it is kept', async () => {
    await append('a', work());
    for (const version of [1, 2, 3]) await (await started({ ...streams, version })).stop();
    expect((await store.checkpoints()).map(({ version }) => version)).toEqual([2, 3]);
  });

  it('an empty log has nothing to build', async () => {
    await (await started(streams)).stop();
    const runner = await started({ ...streams, version: 2 });
    expect(runner.live(streams).checkpoint).toMatchObject({ version: 2, position: START, state: 'live' });
  });
});
