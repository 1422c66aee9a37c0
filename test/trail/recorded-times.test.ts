/** What is asked by time of a log whose recorded times went back: the order of positions decides. */

import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import { trailNames } from '../../projections/names.ts';
import { recordedTimes, timesOf } from '../../projections/recorded-times.ts';
import { readModelHealth } from '../../projections/supervision/health.ts';
import { trailEntries } from '../../projections/trail/entries.ts';
import { queries } from '../../projections/trail/http.ts';
import { ask as askReport, faultsOf, PROJECT, story } from '../report/support.ts';
import { ask, logOf, readerOf, told } from '../support/fold.ts';
import fc from '../support/properties.ts';

const SUPERVISOR = { accountId: 'sup.li', role: 'SUP', orgId: 'sup' } as never;
const at = (second: number) => new Date(Date.parse('2024-03-20T04:00:00.000Z') + second * 1_000).toISOString();

/** A log of one kind of act, recorded at these seconds. */
const logAt = (seconds: readonly number[]): RecordedEvent[] =>
  logOf(seconds.map(() => told('organising-work.recorded'))).map((event, index) => {
    const meta = { ...event.meta, recordedAt: at(seconds[index] as number), effectiveAt: at(seconds[index] as number) };
    return { ...event, meta, metaText: JSON.stringify(meta) };
  });
const MODELS = [trailEntries, trailNames, recordedTimes];

async function positions(seconds: readonly number[], filter: object): Promise<number[]> {
  const reader = readerOf(MODELS, { events: logAt(seconds) });
  const answer = await ask(queries, 'ReadTrail', { ...filter, order: 'asc', limit: '200' }, SUPERVISOR, reader);
  return (answer as { items: { position: string }[] }).items.map(({ position }) => Number(position));
}

/** By definition: the first event recorded at an instant or later parts the log. */
function expected(seconds: readonly number[], from: number | undefined, to: number | undefined): number[] {
  const firstAt = (second: number) => {
    const found = seconds.findIndex(each => each >= second);
    return found < 0 ? seconds.length : found;
  };
  const [first, last] = [from === undefined ? 0 : firstAt(from), to === undefined ? seconds.length : firstAt(to)];
  return seconds.map((_, index) => index + 1).slice(first, Math.max(first, last));
}

describe('the trail by time', () => {
  // The clock was set back by 20 s after the third event.
  const setBack = [0, 10, 30, 10, 20, 40];

  it('as known at an instant is what stands before the first event that has reached it', async () => {
    expect(await positions(setBack, { asOf: at(25) })).toEqual([1, 2]);
    expect(await positions(setBack, { asOf: at(35) })).toEqual([1, 2, 3, 4, 5]);
    expect(await positions(setBack, { asOf: at(99) })).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('from an instant on is what stands from that event on', async () => {
    expect(await positions(setBack, { from: at(15) })).toEqual([3, 4, 5, 6]);
    expect(await positions(setBack, { from: at(15), to: at(35) })).toEqual([3, 4, 5]);
    expect(await positions(setBack, { from: at(41) })).toEqual([]);
  });

  it('given any times, then both are as defined', async () => {
    const second = fc.integer({ min: 0, max: 30 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(second, { minLength: 1, maxLength: 12 }),
        fc.option(second, { nil: undefined }),
        fc.option(second, { nil: undefined }),
        async (seconds, from, to) => {
          const filter = { ...(from !== undefined && { from: at(from) }), ...(to !== undefined && { asOf: at(to) }) };
          expect(await positions(seconds, filter)).toEqual(expected(seconds, from, to));
        },
      ),
      { seed: 11, numRuns: 300 },
    );
  });
});

describe('whether recorded times go back', () => {
  it('is counted over the whole log', async () => {
    const reader = readerOf(MODELS, { events: logAt([0, 10, 30, 10, 20, 40]), now: at(38) });
    expect(await timesOf(reader)).toEqual({ latest: at(40), wentBack: 2, widestMs: 20_000 });
    expect(await readModelHealth(reader)).toMatchObject({
      recordedTimes: { latest: at(40), wentBack: 2, widestMs: 20_000, clockBehindMs: 2_000 },
    });
  });

  it('a log in order has nothing to tell, nor has an empty one', async () => {
    expect(await timesOf(readerOf(MODELS, { events: logAt([0, 0, 5]) }))).toMatchObject({ wentBack: 0, widestMs: 0 });
    expect(await readModelHealth(readerOf(MODELS, { events: [] }))).toMatchObject({
      recordedTimes: { wentBack: 0, clockBehindMs: 0 },
    });
  });
});

describe('reports', () => {
  it('问题13 记录时间倒退超出容许范围的列为问题，指明事件', async () => {
    expect(faultsOf(await askReport(13, {}, logAt([0, 10, 4, 12])))).toEqual([
      { says: expect.stringContaining('1个事件的记录时间早于在前的事件，至多早6秒，超出容许范围的1个'), at: [3] },
    ]);
  });

  it('问题13 几台机器时钟的微小差别不算问题；次序不乱的没有这一行', async () => {
    const near = await askReport(13, {}, logAt([0, 10, 9, 12]));
    expect(near).toMatchObject({ faults: 0, rows: [{ cells: { readModel: '台账记录时间', complete: '是' } }] });
    expect((await askReport(13, {}, logAt([0, 10, 12]))).rows).toEqual([]);
    expect((await askReport(13, {}, logAt([0, 10, 4]), { asOf: '2' })).rows).toEqual([]);
  });

  it('截至某一时刻所知，以首个达到该时刻的事件为界', async () => {
    const seconds = [0, 10, 30, 10, 20, 40];
    const life = [told('application.started'), ...Array.from({ length: 5 }, () => told('document.attached'))];
    const log = story(...life).map((event, index) => {
      const meta = { ...event.meta, recordedAt: at(seconds[index] as number) };
      return { ...event, meta, metaText: JSON.stringify(meta) };
    });
    const known = async (asOf: string) => (await askReport(1, { project: PROJECT }, log, { asOf })).rows.length;
    expect(await known(at(25))).toBe(2);
    expect(await known(at(35))).toBe(5);
    expect(await known(at(99))).toBe(6);
  });
});
