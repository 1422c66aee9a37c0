/** Several processes project into one store: every event once in every row, whoever lives and whoever dies. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Position } from '../../events/ids.ts';
import type { Projection } from '../../projections/projection.ts';
import { StoreUnavailable } from '../../services/ports.ts';
import { type TestDatabase, testDatabase } from '../support/mongodb.ts';
import { describeWith } from '../support/servers.ts';
import { MemoryLog } from './support/memory-log.ts';
import { openProcess, type Process, TIMES } from './support/processes.ts';

const WAIT_MS = 20_000;
/** A step of a fight is over long before. */
const STEP_MS = 30_000;

interface Tally {
  readonly count: number;
  readonly seen: readonly Position[];
}

/** Counts the events of each stream and lists them: an event taken twice, or not at all, shows. */
function counting(name: string, version = 1): Projection {
  return {
    name,
    version,
    question: 'Which events has each stream?',
    indexes: [],
    handlers: [
      {
        types: ['organising-work.recorded'],
        rowIds: ({ streamId }) => [streamId],
        evolve(row, { data, position }) {
          if ((data as { poison?: true }).poison) throw new Error('planted: poison');
          const { count, seen } = (row as Tally | undefined) ?? { count: 0, seen: [] };
          return { count: count + 1, seen: [...seen, position] };
        },
      },
    ],
  };
}
const projections = ['one', 'two', 'three'].map(name => counting(name));

/** A process that finds its database away ends, and whoever watches over it starts it again. */
function asSupervised<T>(begin: () => Promise<T>): Promise<T> {
  return vi.waitFor(begin, { timeout: WAIT_MS, interval: 200 });
}

/** The same sequence of choices for the same seed. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return sides => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

describeWith('MONGODB_URL', url => {
  let database: TestDatabase;
  let log: MemoryLog;
  let processes: Process[];

  beforeEach(() => {
    database = testDatabase(url);
    log = new MemoryLog();
    processes = [];
  });
  afterEach(async () => {
    for (const { projector } of processes) await projector.stop();
    await database.close();
  });

  async function open(options: Partial<Parameters<typeof openProcess>[1]> = {}): Promise<Process> {
    const opened = await asSupervised(() => openProcess(database, { log, projections, ...options }));
    processes.push(opened);
    return opened;
  }
  async function start(options: Parameters<typeof open>[0] = {}): Promise<Process> {
    const opened = await open(options);
    await opened.projector.start();
    return opened;
  }
  const watcher = (options: Parameters<typeof open>[0] = {}) => open({ ...options, projects: false });

  async function rowsOf({ projector, store }: Process, projection: Projection): Promise<Record<string, Tally>> {
    const rows: Record<string, Tally> = {};
    for await (const [id, text] of store.scan(projector.specOf(projection))) rows[id] = JSON.parse(text) as Tally;
    return rows;
  }

  /** The rows as the log says they must be. */
  async function expected(poison: ReadonlySet<Position> = new Set()): Promise<Record<string, Tally>> {
    const rows: Record<string, { count: number; seen: Position[] }> = {};
    for (const { streamId, position } of await log.readAll('0' as Position, 1_000_000)) {
      if (poison.has(position)) continue;
      rows[streamId] ??= { count: 0, seen: [] };
      const row = rows[streamId] as { count: number; seen: Position[] };
      row.count += 1;
      row.seen.push(position);
    }
    return rows;
  }

  /** Says which step did not come to its end. */
  async function within<T>(step: string, task: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${step} did not end in ${STEP_MS} ms`)), STEP_MS);
    });
    return Promise.race([task, late]).finally(() => clearTimeout(timer));
  }

  describe('projectors that fight for leases under restarts', () => {
    it.each([1, 2, 8])(
      'apply every event to every row exactly once (seed %i)',
      async seed => {
        const roll = dice(seed);
        const poison = new Set<Position>();
        let writing = true;
        onTestFinished(() => {
          writing = false;
        });
        const writer = (async () => {
          while (writing) {
            const bad = roll(40) === 0;
            const position = log.append('abc'[roll(3)] as string, bad ? { poison: true } : {});
            if (bad) poison.add(position);
            await pause(roll(8));
          }
        })();
        const running = [await within('the first start', start()), await within('the second start', start())];
        for (let round = 0; round < 14; round += 1) {
          await pause(200 + roll(500));
          const victim = running[roll(running.length)] as Process;
          const misfortune = roll(4);
          if (misfortune === 0) victim.fate.freeze(TIMES.ttlMs + roll(1_500));
          if (misfortune === 1) log.interrupt();
          if (misfortune >= 2) {
            if (misfortune === 2) victim.fate.kill();
            else await within('a stop', victim.projector.stop());
            running.splice(running.indexOf(victim), 1);
            const next = await open();
            asSupervised(() => next.projector.start()).catch(() => undefined);
            running.push(next);
          }
        }
        writing = false;
        await writer;
        const view = await watcher();
        await within('the start of a watcher', view.projector.start());
        expect(await view.projector.reached(await log.head(), WAIT_MS)).toBe(true);
        const count = (await log.readAll('0' as Position, 1_000_000)).length;
        for (const projection of projections) {
          expect(await rowsOf(view, projection)).toEqual(await expected(poison));
          const stored = (await view.projector.checkpoints()).filter(other => other.projection === projection.name);
          expect(stored).toMatchObject([
            { generation: 1, handled: count - poison.size, quarantined: poison.size, ignored: 0, unknown: 0 },
          ]);
          const setAside = (await view.store.quarantine()).filter(event => event.projection === projection.name);
          expect(new Set(setAside.map(({ position }) => position))).toEqual(poison);
        }
      },
      120_000,
    );
  });

  describe('processes that share read models', () => {
    it('first started all at once on an empty store, make each generation once', async () => {
      log.append('a');
      const opened = [await open(), await open(), await open()];
      await Promise.all(opened.map(({ projector }) => projector.start()));
      const stored = await (opened[0] as Process).store.checkpoints();
      expect(stored.map(({ projection, generation, state }) => [projection, generation, state]).sort()).toEqual([
        ['one', 1, 'live'],
        ['three', 1, 'live'],
        ['two', 1, 'live'],
      ]);
      for (const projection of projections)
        expect(await rowsOf(opened[1] as Process, projection)).toEqual(await expected());
    });

    it('one that only watches says that there are no rows yet, and starts when others have made them', async () => {
      log.append('a');
      const view = await watcher();
      const starting = view.projector.start();
      expect(() => view.projector.specOf(projections[0] as Projection)).toThrow(StoreUnavailable);
      expect(view.projector.state()).toBe('starting');
      await start();
      await starting;
      expect(view.projector.state()).toBe('following');
      const position = log.append('a');
      expect(await view.projector.reached(position, WAIT_MS)).toBe(true);
      expect(await rowsOf(view, projections[0] as Projection)).toEqual(await expected());
      expect(await view.projector.reached('99' as Position, 100)).toBe(false);
    });

    it('a rebuild and a rollback asked for anywhere are done by the owner, and all follow the swap', async () => {
      for (let at = 0; at < 2_500; at += 1) log.append('abc'[at % 3] as string);
      const owner = await start();
      const view = await watcher();
      await view.projector.start();
      const [one] = projections as [Projection];
      const before = view.projector.specOf(one).name;
      owner.fate.slowBy = 120;
      const progress: string[] = [];
      const report = await view.projector.rebuild('one', ({ done }) => progress.push(done));
      expect(report).toMatchObject({ projection: 'one', generation: 2, rows: 3, rowsBefore: 3, differing: 0 });
      expect(progress.length).toBeGreaterThan(0);
      owner.fate.slowBy = 0;
      expect(view.projector.specOf(one).name).not.toBe(before);
      await view.projector.rollback('one');
      expect(view.projector.specOf(one).name).toBe(before);
      expect(await rowsOf(view, one)).toEqual(await expected());
      await expect(view.projector.rollback('two')).rejects.toBeInstanceOf(RangeError);
      await expect(view.projector.rebuild('none')).rejects.toBeInstanceOf(RangeError);
      const all = await view.projector.rebuildAll(['one', 'two', 'three']);
      expect(all.map(({ differing }) => differing)).toEqual([0, 0, 0]);
    });

    it('a rebuild whose owner is killed half-way is finished by the next', async () => {
      for (let at = 0; at < 5_000; at += 1) log.append('abc'[at % 3] as string);
      const first = await start();
      const view = await watcher();
      await view.projector.start();
      first.fate.slowBy = 200;
      let second: Promise<Process> | undefined;
      const report = await view.projector.rebuild('one', () => {
        first.fate.kill();
        second ??= start();
      });
      expect(second).toBeDefined();
      await second;
      expect(report).toMatchObject({ generation: 2, rows: 3, differing: 0 });
      expect(await rowsOf(view, projections[0] as Projection)).toEqual(await expected());
    });

    it('those that know a newer version build it, and older ones go on reading theirs', async () => {
      for (let at = 0; at < 50; at += 1) log.append('a');
      const older = await start();
      const newer = await start({ projections: [counting('one', 2), ...projections.slice(1)] });
      expect(newer.projector.specOf({ name: 'one' }).name).toBe('one_v2_g2');
      expect(older.projector.specOf({ name: 'one' }).name).toBe('one_v1_g1');
      expect(await rowsOf(newer, { ...counting('one', 2) })).toEqual(await expected());
      await newer.projector.stop();
      const position = log.append('a');
      expect(await older.projector.reached(position, WAIT_MS)).toBe(true);
    });

    it('one that finds that the log lost events halts, and its rows stay', async () => {
      for (let at = 0; at < 20; at += 1) log.append('a');
      const { projector, alarms } = await start();
      const rows = await expected();
      log.truncate('15' as Position);
      log.interrupt();
      for (let turn = 0; turn < 400 && projector.state() !== 'halted'; turn += 1) await pause(10);
      expect(projector.state()).toBe('halted');
      expect(alarms.map(({ message }) => message)).toEqual(['the log lost events it had acknowledged']);
      expect(await projector.reached('1' as Position, 50)).toBe(false);
      expect(await rowsOf(processes[0] as Process, projections[0] as Projection)).toEqual(rows);
    });
  });
});
