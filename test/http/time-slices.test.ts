/** Long work is done in slices of time, and takes turns. */
import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import type { Position } from '../../events/ids.ts';
import { createReader } from '../../infra/compose/reader.ts';
import { TimeSlices } from '../../infra/time-slices.ts';
import { nameKey, trailNames } from '../../projections/names.ts';
import { answerReport, reportNumbered } from '../../projections/report/answer.ts';
import { NamesOfLog } from '../../projections/report/names.ts';
import type { AnyReport } from '../../projections/report/report.ts';
import { control } from '../support/controls.ts';
import { recorded } from '../support/given.ts';
import { openSite } from './support.ts';

/** A thread whose clock and turns are moved by hand. */
function thread(budgetMs: number) {
  let now = 0;
  const due: (() => void)[] = [];
  const slices = new TimeSlices({ budgetMs, now: () => now, later: callback => due.push(callback) });
  return {
    slices,
    work(ms: number) {
      now += ms;
    },
    /** One turn of the event loop, and all that goes on by itself in it. */
    async turn() {
      for (const callback of due.splice(0)) callback();
      await settled();
    },
  };
}

/** All microtasks are done. */
const settled = () => new Promise(resolve => setImmediate(resolve));

describe('time slices', () => {
  it('given time left in this turn, then there is nothing to wait for; given none, then a later turn', async () => {
    const { slices, work, turn } = thread(10);
    expect(slices.pause()).toBeUndefined();
    work(9);
    expect(slices.pause()).toBeUndefined();
    work(1);
    let resumed = false;
    const waiting = slices.pause()?.then(() => (resumed = true));
    await settled();
    expect(resumed).toBe(false);
    await turn();
    await waiting;
    expect(resumed).toBe(true);
  });

  it('given a long reader, then no turn lasts longer than the budget and a piece', async () => {
    const { slices, work, turn } = thread(10);
    let done = 0;
    let thisTurn = 0;
    const reading = (async () => {
      for (; done < 100; done += 1) {
        await slices.pause();
        work(4);
        thisTurn += 4;
      }
    })();
    const turns: number[] = [];
    for (await settled(); done < 100; await turn()) {
      turns.push(thisTurn);
      thisTurn = 0;
    }
    await reading;
    expect(Math.max(...turns)).toBeLessThan(10 + 4);
    expect(turns.length).toBeGreaterThan(30);
  });

  it('given many with little to do, then as many go on in a turn as there is time for', async () => {
    const { slices, work, turn } = thread(10);
    let done = 0;
    const task = async () => {
      await slices.pause();
      await Promise.resolve();
      work(3);
      done += 1;
    };
    slices.pause();
    work(10);
    const all = Promise.all(Array.from({ length: 12 }, task));
    const perTurn: number[] = [];
    for (let before = 0; done < 12; before = done) {
      await turn();
      perTurn.push(done - before);
    }
    await all;
    expect(perTurn).toEqual([4, 4, 4]);
  });

  it('given several, then they take turns, first come first served', async () => {
    const { slices, work, turn } = thread(1);
    const order: string[] = [];
    const reader = async (name: string) => {
      for (let page = 0; page < 3; page += 1) {
        await slices.pause();
        work(2);
        order.push(name);
      }
    };
    const all = Promise.all(['a', 'b', 'c'].map(reader));
    for (let turns = 0; turns < 12; turns += 1) await turn();
    await all;
    expect(order).toEqual(['a', 'b', 'c', 'a', 'b', 'c', 'a', 'b', 'c']);
  });
});

/** Pauses that are asked for while a task runs. */
function counting() {
  let asked = 0;
  const pause = () => {
    asked += 1;
    return undefined;
  };
  return { pause, asked: () => asked };
}

const EVENTS = 2_000;
const log = {
  head: async () => String(EVENTS) as Position,
  knownHead: async () => String(EVENTS) as Position,
  async readAll(after: Position, limit: number) {
    const count = Math.min(limit, EVENTS - Number(after));
    return Array.from({ length: count }, (_, at) => event(Number(after) + at + 1));
  },
  readTypes: async (_types: readonly string[], after: Position) => ({
    events: await log.readAll(after, EVENTS),
    reached: String(EVENTS) as Position,
    isEnd: true,
  }),
  newest: async () => event(EVENTS),
  holds: async () => true,
  identity: async () => 'log',
  ordinal: Number,
  onAppend: () => () => undefined,
};

function event(position: number): RecordedEvent {
  const actor = { accountId: 'msr.chen', orgId: 'msr', role: 'MSR' };
  const meta = { actor, basis: [], visibility: 'public', recordedAt: '2024-03-20T02:00:00.000Z', about: {} };
  const core = { position: String(position), id: 'id', streamId: 'rulebook', revision: position, type: 'x' };
  return { ...core, schemaVersion: 1, data: {}, meta, dataText: '{}', metaText: '' } as unknown as RecordedEvent;
}

/** Of a log of 2,000 events, at most so many pieces are looked at without a pause. */
const MOST = 250;

describe('whoever reads the log or many rows pauses', () => {
  it.each([
    { report: 7, reads: 'events of some types' },
    { report: 3, reads: 'all events' },
  ])('a report that reads $reads, on the way', async ({ report: number }) => {
    const { pause, asked } = counting();
    const reader = {
      open: async () => undefined,
      checkpoints: async () => [],
      quarantine: async () => [],
      marks: async () => [],
    };
    const report = reportNumbered(number) as AnyReport;
    await answerReport(report, { parameters: {} }, { role: 'SUP' }, { log, reader, pause });
    expect(asked()).toBeGreaterThanOrEqual(EVENTS / MOST);
  });

  it('the names that a report speaks of', async () => {
    const { pause, asked } = counting();
    const names = new NamesOfLog(pause);
    const one = recorded(control('unit.registered'));
    const units = Array.from({ length: EVENTS }, (_, n) => ({
      ...one,
      data: { ...(one.data as object), uscc: `u${n}` },
    }));
    for (const unit of units) names.take(unit);
    const keys = units.map((_, n) => nameKey('unit', `u${n}`));
    expect((await names.getMany(trailNames, keys)).size).toBe(EVENTS);
    expect(asked()).toBe(EVENTS);
  });

  it('every reading of rows and names', async () => {
    const { pause, asked } = counting();
    const nothing = async () => undefined;
    const rows = { getMany: async () => new Map(), find: async () => ({ rows: [] }), count: async () => 0 };
    const ports = { projections: [], projector: { specOf: () => ({}) }, rows, log, vault: { open: nothing }, pause };
    const reader = createReader(ports as never);
    const of = { name: 'x' };
    await reader.get(of, 'a');
    await reader.getMany(of, ['a']);
    await reader.find(of, { limit: 1 });
    await reader.count(of);
    await reader.behind('0' as Position);
    await reader.open({} as never);
    expect(asked()).toBe(6);
  });

  it('the document of the API, when somebody first asks for it, between its paths', async () => {
    const { pause, asked } = counting();
    const site = await openSite({ longWork: { pause, strangersPause: pause } });
    const document = (await (await site.call('GET', '/api/v1/openapi.json')).json()) as { paths: object };
    expect(asked()).toBeGreaterThanOrEqual(Object.keys(document.paths).length);
    const before = asked();
    await (await site.call('GET', '/api/v1/openapi.json')).text();
    expect(asked()).toBe(before);
    await site.close();
  });

  it('a stream, a pull and an export, between pages and pieces; strangers apart from those who have signed in', async () => {
    const [long, strangers] = [counting(), counting()];
    const site = await openSite({ log, longWork: { pause: long.pause, strangersPause: strangers.pause } });
    const followed = async (token?: string) => {
      const stream = await site.call('GET', '/api/v1/events/stream', token === undefined ? {} : { token });
      for await (const piece of stream.body as unknown as AsyncIterable<Uint8Array>) {
        if (Buffer.from(piece).includes('caught-up')) break;
      }
    };
    try {
      const sup = await site.signIn('sup.li');
      const pulled = await site.call('GET', '/api/v1/events?limit=1000', { token: sup });
      expect(((await pulled.json()) as unknown[]).length).toBe(1_000);
      expect(long.asked()).toBeGreaterThanOrEqual(1_000 / MOST);
      await followed(sup);
      expect(long.asked()).toBeGreaterThanOrEqual((1_000 + EVENTS) / MOST);
      expect(strangers.asked()).toBe(0);
      const before = long.asked();
      await followed();
      expect(strangers.asked()).toBeGreaterThan(0);
      const token = await site.signIn('msr.chen');
      await (await site.call('GET', '/api/v1/bulletins/export?count=20', { token })).text();
      expect(long.asked()).toBeGreaterThanOrEqual(before + 20);
    } finally {
      await site.close();
    }
  });
});
