/** Events of kinds that this program does not know are told by name and counted, once for the log. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openSystem, type System } from '../infra/compose/system.ts';
import { readConfig } from '../infra/config.ts';
import { printStatus } from '../infra/observability/status.ts';
import { answerReport, reportNumbered } from '../projections/report/answer.ts';
import type { AnyReport } from '../projections/report/report.ts';
import { readModelHealth } from '../projections/supervision/health.ts';
import { UNTOLD, unknownKindOf, unknownKinds, unknownKindsOf } from '../projections/unknown-kinds.ts';
import { NO_STREAM } from '../services/ports.ts';
import { logOf, readerOf, told } from './support/fold.ts';
import { newEvent, stream, temporaryDirectory } from './support/log.ts';

const ofKind = (type: string, name: string, visibility?: 'case-only') => {
  const event = newEvent(name);
  return { ...event, type, meta: { ...event.meta, ...(visibility && { visibility }) } };
};

describe('a log with kinds of a later program', () => {
  const data = temporaryDirectory();
  let system: System;

  beforeAll(async () => {
    system = await openSystem(readConfig({ GONGGUAN_DATA: data.path }), {
      alarm: message => expect.unreachable(message),
    });
    await system.follow();
    await system.events.append(stream('later'), NO_STREAM, [
      ofKind('quality-award.granted', 'a'),
      newEvent('known'),
      ofKind('staff.praised', 'b', 'case-only'),
      ofKind('quality-award.granted', 'c'),
    ]);
    expect(await system.projector.reached(await system.events.head(), 20_000)).toBe(true);
  });
  afterAll(async () => {
    await system.close();
    data[Symbol.dispose]();
  });
  afterEach(() => vi.restoreAllMocks());

  const AWARD = { type: 'quality-award.granted', events: 2, first: '1', last: '4' };
  const SECRET = { type: UNTOLD, events: 1, first: '3', last: '3' };

  it('health names them, once for all read models; what is for the supervising body alone is counted unnamed', async () => {
    const { unknownKinds: found, readModels } = await readModelHealth(system.reader);
    expect(found).toEqual([AWARD, SECRET]);
    expect(readModels.find(({ name }) => name === 'boards')?.unknown).toBe(3);
    for (const { complete } of readModels) expect(complete).toBe(true);
  });

  it('so does the command line', async () => {
    const printed = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    vi.spyOn(console, 'table').mockImplementation(() => undefined);
    await printStatus(system);
    const lines = printed.mock.calls.map(([line]) => String(line)).filter(line => line.includes('未知种类'));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('quality-award.granted 2 个');
    expect(lines.join()).not.toContain('staff.praised');
  });

  it('and report 13, up to the position it is asked for', async () => {
    const ask = (asOf?: string) =>
      answerReport(
        reportNumbered(13) as AnyReport,
        { parameters: {}, asOf },
        { role: 'SUP' },
        { log: system.events, reader: system.reader },
      );
    const whole = await ask();
    expect(whole.verdict).toContain('有2种事件本版本不认识');
    expect(whole.faults).toBe(0);
    const rows = whole.rows.filter(({ cells }) => cells.readModel === '台账事件种类');
    expect(rows.map(({ says }) => says)).toEqual([
      '台账中的事件种类 quality-award.granted 本版本不认识，共2个，位置 1 至 4',
      expect.stringContaining(`${UNTOLD} 本版本不认识，共1个`),
    ]);
    expect((await ask('2')).rows.find(({ cells }) => cells.readModel === '台账事件种类')?.cells.unknown).toBe(1);
  });
});

describe('the kinds of events', () => {
  it('given those that are known, then none is told of', () => {
    const [known] = logOf([told('programme.opened')]);
    if (!known) throw new Error('no event');
    expect(unknownKindOf(known)).toBeUndefined();
    expect(unknownKindOf({ ...known, type: 'nobody.knows' })).toBe('nobody.knows');
  });

  it('given an event whose surroundings cannot be read, then nobody knows whom its name is for', () => {
    const fault = { of: 'meta', reason: 'its meta is not JSON' } as const;
    const [known] = logOf([told('programme.opened')]);
    if (!known) throw new Error('no event');
    expect(unknownKindOf({ ...known, type: 'nobody.knows', fault })).toBe(UNTOLD);
  });

  it('given rows of an earlier program, which did not know a kind that this one knows, then it is not told of', async () => {
    const [event] = logOf([told('programme.opened')]);
    if (!event) throw new Error('no event');
    const reader = readerOf([unknownKinds], { events: [{ ...event, type: 'nobody.knows' }] });
    expect(await unknownKindsOf(reader)).toHaveLength(1);
    const learnt = {
      ...reader,
      find: async () => ({ rows: [JSON.stringify({ type: 'programme.opened', events: 1 })] }),
    };
    expect(await unknownKindsOf(learnt)).toEqual([]);
  });
});
