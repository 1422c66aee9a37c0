import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../events/envelope.ts';
import { type Position, START } from '../events/ids.ts';
import { readConfig } from '../infra/config.ts';
import { type DemoPorts, type DemoProgress, loadDemo, NotEmpty } from '../infra/demo/load.ts';
import { commandsByName, type House, openHouse } from '../infra/house.ts';
import { type EventStore, StoreUnavailable } from '../services/ports.ts';
import { control } from './support/controls.ts';
import { newFact, stream, temporaryDirectory } from './support/log.ts';

const LOADING = 300_000;

interface Demo extends Disposable {
  readonly house: House;
  readonly ports: DemoPorts;
}

async function openDemo(): Promise<Demo> {
  const directory = temporaryDirectory();
  const house = await openHouse(readConfig({ GONGGUAN_DATA: directory.path }), {
    alarm: (message, details) => {
      throw new Error(`${message}: ${JSON.stringify(details)}`);
    },
  });
  const { events: store, vault, blobs } = house;
  return {
    house,
    ports: { store, vault, blobs, commands: commandsByName, directory: directory.path },
    [Symbol.dispose]: () => directory[Symbol.dispose](),
  };
}

const quietly = () => undefined;

async function logOf(house: House): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for (let after: Position = START; ; after = events.at(-1)?.position ?? after) {
    const page = await house.events.readAll(after, 5_000);
    if (page.length === 0) return events;
    events.push(...page);
  }
}

class Interrupted extends Error {}

/** Goes dead at the n-th append, as when the power fails: nothing is taken after it. */
function dyingAt(store: EventStore, nth: number): EventStore {
  let appends = 0;
  return {
    append: async (...append) => {
      appends += 1;
      if (appends >= nth) throw new StoreUnavailable('power failure');
      return store.append(...append);
    },
    readStream: (...read) => store.readStream(...read),
    readAll: (...read) => store.readAll(...read),
    head: () => store.head(),
  };
}

/** Loads until an event of the kind asked for has been recorded in this load, then breaks off between two groups. */
async function loadUntil(demo: Demo, reached: (event: RecordedEvent) => boolean): Promise<void> {
  let stop = false;
  const unsubscribe = demo.house.events.onAppend(events => {
    stop ||= events.some(reached);
  });
  const breakOff = (_progress: DemoProgress) => {
    if (stop) throw new Interrupted();
  };
  await expect(loadDemo(demo.ports, breakOff)).rejects.toThrow(Interrupted);
  unsubscribe();
}

/** A comparison that a person still has to judge. */
function needsJudgement({ type, data }: RecordedEvent): boolean {
  if (type !== 'similarity.checked') return false;
  const { threshold, hits } = data as { threshold: number; hits: readonly { score: number }[] };
  return hits.some(({ score }) => score >= threshold);
}

describe('the demo year', () => {
  let demo: Demo;
  let log: readonly RecordedEvent[];

  beforeAll(async () => {
    demo = await openDemo();
    expect(await loadDemo(demo.ports, quietly)).toBe(true);
    log = await logOf(demo.house);
  }, LOADING);

  afterAll(async () => {
    await demo.house.close();
    demo[Symbol.dispose]();
  });

  const count = (type: string) => log.filter(event => event.type === type).length;

  it('has the size of 2024: 1,164 projects in the plan out of some 1,480 applications of 900 units', () => {
    expect(count('project.listed')).toBe(1_164);
    expect(count('unit.registered')).toBe(900);
    expect(Math.abs(count('application.started') - 1_480)).toBeLessThan(10);
    const published = log.find(({ type }) => type === 'project-plan.published');
    expect(published?.data).toMatchObject({ year: 2024, count: 1_164 });
  });

  it('has 39 recommending bodies, 16 of districts, 17 of industries, 6 associations', () => {
    const kinds = log
      .filter(({ type }) => type === 'recommending-body.registered')
      .map(({ data }) => (data as { kind: string }).kind);
    const of = (kind: string) => kinds.filter(candidate => candidate === kind).length;
    expect(kinds).toHaveLength(39);
    expect([of('district-bureau'), of('industry-authority'), of('association')]).toEqual([16, 17, 6]);
  });

  it('has what a real year has: returns, supplements, refusals, withdrawals and drafts', () => {
    for (const type of [
      'application.returned',
      'application.supplemented',
      'application.withdrawn',
      'project.not-recommended',
      'eligibility.denied',
      'similarity.adjudicated',
      'project.rejected',
    ]) {
      expect(count(type), type).toBeGreaterThan(10);
    }
    expect(count('application.started')).toBeGreaterThan(count('title.reserved'));
  });

  it('was recorded in the order of time', () => {
    const times = log.map(({ meta }) => meta.recordedAt);
    expect(times.every((time, at) => at === 0 || (times[at - 1] as string) <= time)).toBe(true);
    expect(log.every(({ meta }) => meta.effectiveAt <= meta.recordedAt)).toBe(true);
    expect(log.some(({ meta }) => meta.backdated)).toBe(false);
  });

  it('is loaded once: again, nothing is recorded', async () => {
    const head = await demo.house.events.head();
    expect(await loadDemo(demo.ports, quietly)).toBe(false);
    expect(await demo.house.events.head()).toBe(head);
  });

  it(
    'goes on where it was interrupted, and ends as if it had not been',
    async () => {
      const other = await openDemo();
      try {
        const dying = { ...other.ports, store: dyingAt(other.house.events, 3_000) };
        await expect(loadDemo(dying, quietly)).rejects.toThrow('power failure');
        await loadUntil(other, needsJudgement);
        await loadUntil(other, ({ type }) => type === 'project-plan.compiled');
        expect(await loadDemo(other.ports, quietly)).toBe(true);
        const ids = (events: readonly RecordedEvent[]) => events.map(({ id, type }) => `${type} ${id}`).sort();
        expect(ids(await logOf(other.house))).toEqual(ids(log));
        expect(await other.house.events.head()).toBe(await demo.house.events.head());
      } finally {
        await other.house.close();
        other[Symbol.dispose]();
      }
    },
    LOADING,
  );
});

describe('the demo year, in a directory with other data', () => {
  it('is not loaded', async () => {
    using demo = await openDemo();
    await demo.house.events.append(stream('own'), -1, [newFact('own-data', control('organising-work.recorded'))]);
    await expect(loadDemo(demo.ports, quietly)).rejects.toThrow(NotEmpty);
    expect(await demo.house.events.head()).toBe('1');
    await demo.house.close();
  });
});
