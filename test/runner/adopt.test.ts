/** A runner takes projections over while it follows others, gives them up, and is told when it was ousted. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProjectionRunner } from '../../infra/runner/core/runner.ts';
import { RunnerStopped } from '../../infra/runner/core/runner-ports.ts';
import type { Checkpoint } from '../../projections/ports.ts';
import type { Projection } from '../../projections/projection.ts';
import { entries, streams, testProjections, types } from '../support/projections.ts';
import { MemoryLog } from './support/memory-log.ts';
import { TornReadStore } from './support/torn-store.ts';

let log: MemoryLog;
let store: TornReadStore;
let ousted: string[];
let alarms: { readonly message: string; readonly details: object }[];
const runners: ProjectionRunner[] = [];

beforeEach(() => {
  log = new MemoryLog();
  store = new TornReadStore();
  ousted = [];
  alarms = [];
});
afterEach(async () => {
  for (const runner of runners.splice(0)) await runner.stop();
});

function runnerOf(projections: readonly Projection[] = testProjections): ProjectionRunner {
  const runner = new ProjectionRunner({
    log,
    store,
    projections,
    now: () => '2024-03-20T02:00:00.000Z',
    alarm: (message, details) => alarms.push({ message, details }),
    ousted: name => ousted.push(name),
    saveWithinMs: 20,
    recheckMs: 20,
  });
  runners.push(runner);
  return runner;
}

const term = (name: string, value = 1): ReadonlyMap<string, number> => new Map([[name, value]]);
const stored = async (name: string): Promise<Checkpoint | undefined> =>
  (await store.checkpoints()).find(({ projection }) => projection === name);

async function works(count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    log.append('a');
    if (at % 10 === 0) await new Promise(resolve => setImmediate(resolve));
  }
}

async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 500; turn += 1) {
    if (await holds()) return;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  expect.fail('did not come to be');
}

describe('a projection that is given up in the middle of a swap', () => {
  it('is not followed any more, whatever is live now', async () => {
    await works(30);
    const runner = runnerOf();
    await runner.adopt(term('streams'));
    const commit = store.commit.bind(store);
    store.commit = async (...work) => {
      await commit(...work);
      const isSwap = work[1].some(({ generation, state }) => generation === 2 && state === 'live');
      if (isSwap) runner.drop('streams');
    };
    await expect(runner.rebuild('streams')).rejects.toThrow(RunnerStopped);
    store.commit = commit;
    expect(runner.liveGenerations.has('streams')).toBe(false);
    await runner.adopt(term('streams', 2));
    expect(runner.live(streams).checkpoint).toMatchObject({ generation: 2, term: 2, handled: 30 });
  });
});

describe('a projection that is adopted while others are followed', () => {
  it('catches up beside them and joins without a gap, however fast events come', async () => {
    const runner = runnerOf();
    await works(2_500);
    await runner.adopt(term('streams'));
    const writing = works(2_000);
    await runner.adopt(
      new Map([
        ['types', 3],
        ['entries', 5],
      ]),
    );
    await writing;
    expect(await runner.reached(await log.head(), 5_000)).toBe(true);
    for (const [projection, owned] of [
      [streams, 1],
      [types, 3],
      [entries, 5],
    ] as const) {
      expect(runner.live(projection).checkpoint).toMatchObject({ handled: 4_500, term: owned });
    }
    expect(await store.count(runner.specOf(entries))).toBe(4_500);
  });

  it('then given up, is on record where it stood, and another goes on from there', async () => {
    const [first, second] = [runnerOf(), runnerOf()];
    await first.adopt(new Map(testProjections.map(({ name }) => [name, 1])));
    await works(50);
    await first.relinquish('types');
    const left = await stored('types');
    expect(first.liveGenerations.has('types')).toBe(false);
    await works(50);
    await second.adopt(term('types', 2));
    await works(50);
    expect(await first.reached(await log.head(), 5_000)).toBe(true);
    expect(await second.reached(await log.head(), 5_000)).toBe(true);
    expect(Number(left?.position)).toBeLessThanOrEqual(50);
    expect(second.live(types).checkpoint).toMatchObject({ handled: 150, term: 2 });
    expect(first.live(streams).checkpoint).toMatchObject({ handled: 150, term: 1 });
  });
});

describe('a projection that another has taken over', () => {
  it('is dropped with the next commit and never written again; the others of that commit go on', async () => {
    const [first, second] = [runnerOf(), runnerOf()];
    await first.adopt(new Map(testProjections.map(({ name }) => [name, 1])));
    await works(20);
    expect(await first.reached(await log.head(), 5_000)).toBe(true);
    await second.adopt(term('types', 2));
    await works(20);
    expect(await first.reached(await log.head(), 5_000)).toBe(true);
    expect(await second.reached(await log.head(), 5_000)).toBe(true);
    await eventually(() => ousted.length > 0);
    expect(ousted).toEqual(['types']);
    expect([...first.liveGenerations.keys()].sort()).toEqual(['entries', 'streams']);
    expect(first.live(entries).checkpoint).toMatchObject({ handled: 40, quarantined: 0 });
    await eventually(async () => (await stored('types'))?.handled === 40);
    expect(await stored('types')).toMatchObject({ term: 2, handled: 40 });
  });

  it('is not taken up with an earlier term', async () => {
    await runnerOf().adopt(term('types', 4));
    const late = runnerOf();
    await late.adopt(term('types', 3));
    expect(ousted).toEqual(['types']);
    expect(late.liveGenerations.size).toBe(0);
  });

  it('does not go live in the hands of its former owner, who was building it', async () => {
    const [first, second] = [runnerOf(), runnerOf()];
    await works(3_000);
    await first.adopt(term('streams', 1));
    let taken: Promise<void> | undefined;
    const rebuilding = first.rebuild('streams', () => {
      taken ??= second.adopt(term('streams', 2));
    });
    await expect(rebuilding).rejects.toThrow();
    await taken;
    const live = (await store.checkpoints()).filter(({ state }) => state === 'live');
    expect(live).toMatchObject([{ projection: 'streams', term: 2, handled: 3_000 }]);
  });
});

describe('positions that others read', () => {
  it('are stored soon after the last event, also of projections that only ignore it', async () => {
    const idle: Projection = { ...streams, name: 'idle', handlers: [] };
    const runner = runnerOf([idle]);
    await runner.adopt(term('idle'));
    await works(30);
    await eventually(async () => (await stored('idle'))?.position === '30');
    expect(await stored('idle')).toMatchObject({ ignored: 30 });
  });
});

describe('a log that lost events it had acknowledged', () => {
  const lost = { message: 'the log lost events it had acknowledged', details: { positions: ['20'] } };

  it('halts projecting when delivery was interrupted, with an alarm, and rows stay', async () => {
    const runner = runnerOf();
    await runner.start();
    await works(20);
    await runner.reached(await log.head(), 5_000);
    log.truncate('15' as never);
    log.interrupt();
    await eventually(() => runner.state() === 'halted');
    await works(10);
    expect(alarms).toEqual([lost]);
    expect(await runner.reached('1' as never, 50)).toBe(false);
    expect(await store.count(runner.specOf(entries))).toBe(20);
  });

  it('is not followed by a new start either', async () => {
    const runner = runnerOf();
    await runner.start();
    await works(20);
    await runner.reached(await log.head(), 5_000);
    await runner.stop();
    log.truncate('15' as never);
    const again = runnerOf();
    await again.start();
    expect(again.state()).toBe('halted');
    expect(alarms).toEqual([lost]);
  });

  it('is asked twice: one that answers late is followed on, with what came in between', async () => {
    const runner = runnerOf();
    await runner.start();
    await works(20);
    await runner.reached(await log.head(), 5_000);
    log.silent = true;
    await works(7);
    log.silent = false;
    let asked = 0;
    const { holds } = log;
    log.holds = position => {
      asked += 1;
      return asked === 1 ? Promise.resolve(false) : holds.call(log, position);
    };
    log.interrupt();
    expect(await runner.reached(await log.head(), 5_000)).toBe(true);
    expect(runner.state()).toBe('following');
    expect(runner.live(streams).checkpoint.handled).toBe(27);
    expect(alarms).toEqual([]);
  });
});
