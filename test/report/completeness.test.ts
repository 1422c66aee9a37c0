/** Question 13 asked of read models that really went wrong: which event was skipped, taken twice, or set aside in silence. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import { START } from '../../events/ids.ts';
import { SqliteEventStore } from '../../infra/event-store/sqlite.ts';
import { SqliteReadStore } from '../../infra/read-store/sqlite.ts';
import { ProjectionRunner } from '../../infra/runner/core/runner.ts';
import { projections } from '../../projections/index.ts';
import type { EventLog } from '../../projections/ports.ts';
import { answerReport, reportNumbered } from '../../projections/report/answer.ts';
import type { AnyReport } from '../../projections/report/report.ts';
import { type NewEvent, NO_STREAM } from '../../services/ports.ts';
import { control } from '../support/controls.ts';
import { newEvent, newFact, stream, temporaryDirectory } from '../support/log.ts';
import { faultsOf } from './support.ts';

/** One takes every event, the other one kind in four. */
const CHOSEN = projections.filter(({ name }) => name === 'recorded-times' || name === 'units');
const WORK = 'organising-work.recorded';

/** A read store that forgets what was set aside. */
class Forgetful extends SqliteReadStore {
  override commit(...[writes, checkpoints, , marks]: Parameters<SqliteReadStore['commit']>): Promise<void> {
    return super.commit(writes, checkpoints, [], marks);
  }
}

let directory: ReturnType<typeof temporaryDirectory>;
let log: SqliteEventStore;
let store: SqliteReadStore;
let appended: number;

beforeEach(() => {
  directory = temporaryDirectory();
  log = new SqliteEventStore({ path: `${directory.path}/events.db` });
  store = new SqliteReadStore(`${directory.path}/rows.db`);
  appended = 0;
});
afterEach(async () => {
  store.close();
  await log.close();
  directory[Symbol.dispose]();
});

async function append(...events: readonly NewEvent[]): Promise<void> {
  for (let at = 0; at < events.length; at += 500) {
    const part = events.slice(at, at + 500);
    await log.append(stream('one'), appended === 0 ? NO_STREAM : appended - 1, part);
    appended += part.length;
  }
}

/** A unit at every fourth place, from the second; other work between. */
const mixed = (count: number) =>
  Array.from({ length: count }, (_, at) =>
    at % 4 === 1 ? newFact(`event-${at}`, control('unit.registered')) : newEvent(`event-${at}`),
  );

/** The log as a projector is given it, every page changed. */
function through(change: (page: readonly RecordedEvent[]) => readonly RecordedEvent[]): EventLog {
  return new Proxy(log, {
    get(target, name) {
      if (name === 'readAll')
        return async (...asked: Parameters<EventLog['readAll']>) => change(await target.readAll(...asked));
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

async function project(over: EventLog = log): Promise<void> {
  const runner = new ProjectionRunner({
    log: over,
    store,
    projections: CHOSEN,
    now: () => '2024-03-20T02:00:00.000Z',
    alarm: () => undefined,
  });
  await runner.start();
  await runner.stop();
}

async function asked() {
  const reader = {
    open: async () => undefined,
    checkpoints: () => store.checkpoints(),
    quarantine: () => store.quarantine(),
    marks: (generation: Parameters<SqliteReadStore['marks']>[0]) => store.marks(generation),
  };
  return answerReport(reportNumbered(13) as AnyReport, { parameters: {} }, { role: 'SUP' }, { log, reader });
}

const cellOf = ({ rows }: Awaited<ReturnType<typeof asked>>, name: string) =>
  rows.find(({ cells }) => String(cells.readModel).startsWith(name))?.cells ?? {};
/** With what is parsed only when it is asked for. */
const changed = (event: RecordedEvent, change: Partial<RecordedEvent>): RecordedEvent => {
  const { data, meta } = event;
  return { ...event, data, meta, ...change };
};
const lacking =
  (...positions: readonly number[]) =>
  (page: readonly RecordedEvent[]) =>
    page.filter(({ position }) => !positions.includes(Number(position)));

describe('问题13 集合的根', () => {
  it('完整的读模型：处理、略过、未知、隔离各集合的根相加等于日志的根', async () => {
    await append(...mixed(40), newEvent('later', {}, 'nobody.knows'), newEvent('broken', { kind: 7 }));
    await project();
    const answer = await asked();
    const sums = CHOSEN.map(({ name }) => {
      const cells = cellOf(answer, name);
      const roots = ['handledRoot', 'ignoredRoot', 'unknownRoot', 'quarantinedRoot'].map(key =>
        BigInt(`0x${cells[key]}`),
      );
      return [
        BigInt.asUintN(
          256,
          roots.reduce((sum, root) => sum + root),
        ),
        BigInt(`0x${cells.logRoot}`),
      ];
    });
    for (const [sum, logRoot] of sums) expect(sum).toBe(logRoot);
    expect(new Set(sums.map(([, logRoot]) => logRoot)).size).toBe(1);
    expect(faultsOf(answer)).toEqual([
      { says: expect.stringMatching(/^recorded-times（第1版）位置 42 的 .* 被隔离/), at: [42] },
    ]);
  });

  it('发现跳过的一个事件，并指出是哪一个', async () => {
    await append(...mixed(40));
    await project(through(lacking(6)));
    expect(faultsOf(await asked())).toEqual([
      { says: expect.stringContaining('位置 6 的 unit.registered被跳过，未处理'), at: [6] },
      { says: expect.stringContaining('位置 6 的 unit.registered被跳过，未处理'), at: [6] },
    ]);
  });

  it('略过的事件少了一个，同样指出', async () => {
    await append(...mixed(40));
    await project(through(lacking(7)));
    expect(faultsOf(await asked())).toMatchObject([
      { says: expect.stringContaining(`位置 7 的 ${WORK}被跳过，未处理`) },
      { says: expect.stringContaining(`位置 7 的 ${WORK}未记作略过`) },
    ]);
  });

  it('件数相符而处理了两次一个、漏了另一个的，也发现', async () => {
    await append(...mixed(40));
    const sixthForTenth = (page: readonly RecordedEvent[]) => {
      const sixth = page.find(({ position }) => position === '6');
      return page.map(event =>
        event.position === '10' && sixth ? changed(sixth, { position: event.position }) : event,
      );
    };
    await project(through(sixthForTenth));
    const answer = await asked();
    expect(cellOf(answer, 'units')).toMatchObject({ events: 40, handled: 10, due: 10 });
    for (const fault of faultsOf(answer)) {
      expect(fault.says).toContain('位置 10 的 unit.registered被跳过，未处理，位置 6 的 unit.registered被处理两次');
      expect(fault.at).toEqual([10, 6]);
    }
    expect(answer.faults).toBe(2);
  });

  it('隔离了而不在清单上的，指出是哪一个', async () => {
    store.close();
    store = new Forgetful(`${directory.path}/rows.db`);
    await append(...mixed(20), newEvent('broken', { kind: 7 }));
    await project();
    expect(faultsOf(await asked())).toEqual([
      { says: expect.stringContaining(`位置 21 的 ${WORK}被隔离而不在隔离清单`), at: [21] },
    ]);
  });

  it('读模型处理之后，台账中的内容被改动', async () => {
    await append(...mixed(40));
    await project(
      through(page =>
        page.map(event =>
          event.position === '6' ? changed(event, { dataText: event.dataText.replace('天津', '北京') }) : event,
        ),
      ),
    );
    expect(faultsOf(await asked())).toMatchObject([
      { says: expect.stringContaining('处理的与应处理的不是同一些事件，差在位置 0 之后至 40') },
      { says: expect.stringContaining('处理的与应处理的不是同一些事件，差在位置 0 之后至 40') },
    ]);
  });

  it('多处跳过时，由沿途留存的检查点指出第一处', async () => {
    await append(...mixed(12_100));
    await project(through(lacking(5_555, 5_999, 11_003, 11_102)));
    const [everything] = faultsOf(await asked());
    expect(everything?.says).toContain(`位置 5555 的 ${WORK}等2个事件被跳过，未处理`);
    expect(everything?.at).toEqual([5_555, 5_999]);
  });

  it('重建之后相符；从前版本开始的一代只有件数', async () => {
    await append(...mixed(20));
    await project(through(lacking(6)));
    for (const { roots, ...checkpoint } of await store.checkpoints()) {
      expect(roots).toBeDefined();
      await store.commit([], [{ ...checkpoint, handled: checkpoint.handled + 1 }], []);
    }
    const earlier = await asked();
    expect(earlier.faults).toBe(0);
    expect(cellOf(earlier, 'units')).toMatchObject({ complete: '是', handledRoot: '', logRoot: '' });
    const runner = new ProjectionRunner({ log, store, projections: CHOSEN, now: () => '', alarm: () => undefined });
    await runner.start();
    await runner.rebuildAll(CHOSEN.map(({ name }) => name));
    await runner.stop();
    const rebuilt = await asked();
    expect(rebuilt.faults).toBe(0);
    expect(cellOf(rebuilt, 'units').handledRoot).toMatch(/^[0-9a-f]{64}$/);
    expect(await log.readAll(START, 1)).toHaveLength(1);
  });
});
