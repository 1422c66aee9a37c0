/** Question 14: the bundle of the whole log, judged by its verifier, and which event is the first bad one. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import { judgeLedger } from '../../infra/ledger/judging.ts';
import { answerReport, type ReportPorts, reportNumbered } from '../../projections/report/answer.ts';
import type { AnyReport } from '../../projections/report/report.ts';
import { SigningHouse } from '../ledger/signing-house.ts';
import { ask, portsOf } from './support.ts';

let house: SigningHouse;
beforeEach(async () => {
  house = await SigningHouse.open();
});
afterEach(() => house[Symbol.asyncDispose]());

/** The log as somebody left it who got at the store. */
function tampered(change: (events: readonly RecordedEvent[]) => readonly RecordedEvent[]): ReportPorts['log'] {
  const log = house.house.world.store;
  const all = async () => change(await log.readAll('0' as never, 10_000));
  return {
    head: () => log.head(),
    newest: async () => (await all()).at(-1),
    readTypes: () => Promise.reject(new Error('the verdict names events of all types')),
    readAll: async (after, limit) =>
      (await all()).filter(({ position }) => Number(position) > Number(after)).slice(0, limit),
  };
}

async function asked(log: ReportPorts['log'] = house.house.world.store) {
  const { reader } = portsOf([]);
  const judge = () => judgeLedger({ ledger: house.ledger, log, clock: { now: () => house.house.world.now } });
  return answerReport(reportNumbered(14) as AnyReport, { parameters: {} }, { role: 'SUP' }, { log, reader, judge });
}

const signedLog = async () => {
  await house.house.world.happened('work-plan.published');
  await house.house.world.happened('reminder.sent');
  house.start();
  return house.signed();
};
const changed = (event: RecordedEvent, change: Partial<RecordedEvent>): RecordedEvent => {
  const { data, meta } = event;
  return { ...event, data, meta, ...change };
};

describe('问题14 证据包离线核验', () => {
  it('尚无检查点的，说明没有可核验的', async () => {
    expect((await asked()).verdict).toBe('账本尚无检查点，没有可核验的证据包。');
    expect(await ask(14, {}, [])).toMatchObject({ faults: 0, rows: [] });
  });

  it('完好的台账：逐项相符，并写明检查点、联署和时间戳', async () => {
    const { size } = await signedLog();
    const { verdict, faults, rows } = await asked();
    expect(faults).toBe(0);
    expect(verdict).toMatch(/^完好：/);
    expect(rows[0]?.cells).toMatchObject({
      item: '检查点',
      detail: expect.stringContaining(`含${size}个事件；尚无见证人联署；尚无可信时间戳`),
    });
    expect(rows.map(({ cells }) => cells.item)).toContain('每个事件的内容');
  });

  it('改动一个字，指出是哪一个事件', async () => {
    await signedLog();
    const [, , third] = await house.house.world.log();
    const at = third?.position ?? '';
    const answer = await asked(
      tampered(events =>
        events.map(event => (event.position === at ? changed(event, { dataText: `${event.dataText} ` }) : event)),
      ),
    );
    expect(answer.faults).toBeGreaterThan(0);
    expect(answer.verdict).toContain(`（位置 ${at}）`);
    const fault = answer.rows.find(row => row.fault && row.cells.position === at);
    expect(fault?.rests).toMatchObject([{ position: at, eventId: third?.id }]);
  });

  it('截去末尾、调换两个，同样不完好', async () => {
    await signedLog();
    const cut = await asked(tampered(events => events.slice(0, -1)));
    const swapped = await asked(
      tampered(events => {
        const [first, second, ...rest] = events as [RecordedEvent, RecordedEvent, ...RecordedEvent[]];
        return [changed(second, { position: first.position }), changed(first, { position: second.position }), ...rest];
      }),
    );
    for (const { faults, verdict } of [cut, swapped]) {
      expect(faults).toBeGreaterThan(0);
      expect(verdict).toMatch(/^不完好：/);
    }
  });
});
