/** Every report by both times: what is known by a day (recorded time), and what of it had happened (valid time). */
import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import { addDays } from '../../events/time.ts';
import { csvOf } from '../../projections/report/export.ts';
import { reports } from '../../projections/report/index.ts';
import { told } from '../support/fold.ts';
import { MEMBERS, scored, whole } from './evaluation-story.ts';
import { byUnit, CASES, type Case, clerical, clerk, dayBefore, entered } from './late-acts.ts';
import { APPLICANT, ask, PEOPLE, PROJECT, story, UNIT, VERIFIER, YEAR } from './support.ts';

describe('所知时间与有效时间', () => {
  it('每一份可按有效时间提问的报告都在表中', () => {
    const answering = reports.filter(({ validTime }) => typeof validTime === 'string').map(({ number }) => number);
    expect(Object.keys(CASES).map(Number)).toEqual(answering);
    expect(reports.map(({ number }) => number).filter(number => !answering.includes(number))).toEqual([2, 13, 14]);
  });

  describe.each(Object.entries(CASES).map(([number, each]) => [Number(number), each] as const))(
    '问题%i',
    (number, each) => {
      const log = entered(each, 'late');
      const day = dayBefore(log);
      const asked = (asking: object, of = log) => ask(number, each.parameters, of, asking);

      it('当日所知的不含其后才录入的行为', async () => {
        expect(await asked({ asOf: day })).toMatchObject(each.without);
      });

      it('当日有效的含其后补录的行为', async () => {
        expect(await asked({ validAt: day })).toMatchObject(each.with);
        expect(await asked({})).toMatchObject(each.entered ?? each.with);
      });

      it('两者并用：当日有效而当日尚不知的不在内', async () => {
        expect(await asked({ asOf: day, validAt: day })).toMatchObject(each.without);
      });

      it('该日之后才发生的行为不在内', async () => {
        expect(await asked({ validAt: day }, entered(each, 'on its day'))).toMatchObject(each.without);
      });
    },
  );
});

describe('有效时间', () => {
  const listed = [told('project.listed', {}, { at: '2024-03-10T02:00:00.000Z' }), told('training.attended')];
  const visited = (visitedOn: string) =>
    story(listed, told('visit.recorded', { visitedOn }, { actor: VERIFIER, at: '2024-03-20T02:00:00.000Z' }));

  it('自行载明日期的事项计入该日，不论何时登记', async () => {
    const faults = async (validAt: string, log: RecordedEvent[]) =>
      (await ask(12, { year: YEAR }, log, { validAt })).faults;
    expect(await faults('2024-03-12', visited('2024-03-12'))).toBe(0);
    expect(await faults('2024-03-12', visited('2024-03-13'))).toBe(1);
    expect(await faults('2024-03-12', visited('2024-03-05'))).toBe(0);
    const { rows } = await ask(1, { project: PROJECT }, visited('2024-03-12'), { validAt: '2024-03-12' });
    expect(rows.at(-1)?.cells).toMatchObject({ effectiveAt: '2024-03-12', recordedAt: '2024-03-20 10:00' });
    expect((await ask(2, { project: PROJECT, on: '2024-03-12' }, visited('2024-03-12'))).verdict).toContain(
      '其中1项在该日之后才录入',
    );
  });

  it('时刻之时发生的在内，此后的不在内', async () => {
    const log = story(PEOPLE, told('application.started', {}, byUnit));
    const at = log.at(-1)?.meta.effectiveAt as string;
    const justBefore = new Date(Date.parse(at) - 1).toISOString();
    expect((await ask(1, { project: PROJECT }, log, { validAt: at })).rows).toHaveLength(1);
    expect((await ask(1, { project: PROJECT }, log, { validAt: justBefore })).rows).toHaveLength(0);
  });

  it('某日终了以北京时间计', async () => {
    const lateEvening = { ...byUnit, at: '2024-03-10T15:59:59.999Z' };
    const log = story(PEOPLE, told('application.started', {}, lateEvening));
    expect((await ask(1, { project: PROJECT }, log, { validAt: '2024-03-10' })).rows).toHaveLength(1);
    expect((await ask(1, { project: PROJECT }, log, { validAt: '2024-03-09' })).rows).toHaveLength(0);
  });

  it('问题1、10：身份和委托仍按录入时的记录判断，不因排除其后的行为而误报', async () => {
    const gap = story(PEOPLE, told('application.started', {}, byUnit), told('document.attached', {}, byUnit), {
      ...told('guidance.issued', {}, { actor: VERIFIER }),
      circumstances: { effectiveAt: '2024-03-05T03:00:00.000Z', reason: '系统停机' },
    });
    const answer = await ask(1, { project: PROJECT }, gap, { validAt: '2024-03-05' });
    expect(answer.rows.map(({ rests }) => rests[0]?.type)).toEqual(['application.started', 'guidance.issued']);
    expect(answer.faults).toBe(0);
    const beforeAccount = { effectiveAt: '2024-03-01T01:00:00.000Z', reason: '系统停机' };
    const early = story(clerical, told('unit.registered', {}, { actor: clerk, circumstances: beforeAccount }));
    expect(await ask(10, {}, early, { validAt: '2024-03-02' })).toMatchObject({ faults: 0, rows: [{}] });
  });

  it('问题5：补录的回避使当时的评分表不具备资格', async () => {
    const recused = told('expert.recused', { panelId: '2024-equipment', expertId: MEMBERS[0], uscc: UNIT } as never, {
      at: '2024-04-10T02:00:00.000Z',
      circumstances: { effectiveAt: '2024-03-21T03:00:00.000Z', reason: '系统停机' },
    });
    const log = story(whole(scored), recused);
    expect(await ask(5, {}, log)).toMatchObject({ faults: 0 });
    expect(await ask(5, {}, log, { validAt: '2024-04-01' })).toMatchObject({
      faults: 1,
      rows: [{ cells: { flaw: expect.stringContaining('已回避该单位') } }, {}, {}],
    });
    expect(await ask(5, {}, log, { validAt: '2024-04-01', asOf: '2024-04-09' })).toMatchObject({ faults: 0 });
  });

  it('问题3：该日之后发生的补录不在内', async () => {
    const log = entered(CASES[3] as Case, 'late');
    const happened = dayBefore(log);
    expect((await ask(3, {}, log, { validAt: happened })).rows).toHaveLength(1);
    expect((await ask(3, {}, log, { validAt: addDays(happened, -1) })).rows).toHaveLength(0);
  });

  it('问题11：未问日期的，以有效时间的当日为准', async () => {
    const banned = told('unit.application-ban-imposed', { from: '2024-03-10', lastDay: '2029-03-10' });
    const log = story(banned, told('unit.registered', {}, { at: '2024-03-20T02:00:00.000Z' }));
    const verdict = async (validAt: string) => (await ask(11, { unit: UNIT }, log, { validAt })).verdict;
    expect(await verdict('2024-03-09')).toContain('于 2024-03-09 不处于');
    expect(await verdict('2024-03-10')).toContain('于 2024-03-10 处于');
  });

  it('问题11：期间开始之前发生、期间内才录入的，按发生之日不在期间内', async () => {
    const started = told('application.started', {}, { actor: APPLICANT, at: '2024-02-01T02:00:00.000Z' });
    const banned = told('unit.application-ban-imposed', { from: '2024-03-02', lastDay: '2029-03-02' });
    const late = told(
      'application.submitted',
      {},
      {
        actor: APPLICANT,
        circumstances: { effectiveAt: '2024-03-01T02:00:00.000Z', reason: '系统停机' },
      },
    );
    const inTime = told('application.submitted', {}, byUnit);
    expect(await ask(11, { unit: UNIT }, story(started, banned, late))).toMatchObject({ faults: 1 });
    expect(await ask(11, { unit: UNIT }, story(started, banned, late), { validAt: '2024-03-10' })).toMatchObject({
      rows: [{ cells: { kind: '不接受申报' } }],
    });
    expect(await ask(11, { unit: UNIT }, story(started, banned, inTime), { validAt: '2024-03-10' })).toMatchObject({
      faults: 1,
    });
  });

  it('无法读取的事件同样不被略去', async () => {
    const log = story(PEOPLE, told('project.listed')).map(event =>
      event.type === 'project.listed' ? { ...event, data: null } : event,
    );
    expect(await ask(12, { year: YEAR }, log, { validAt: '2024-03-31' })).toMatchObject({
      faults: 1,
      verdict: expect.stringContaining('另有1个事件无法读取'),
    });
  });

  it('答复和导出都注明有效时间', async () => {
    const answer = await ask(3, {}, story(PEOPLE), { asOf: '2', validAt: '2024-03-01' });
    expect(answer.asOf).toEqual({ position: '2', validAt: '2024-03-01' });
    expect(answer.verdict).toBe('有效时间 2024-03-01：没有事后录入或补录的行为。');
    const lines = csvOf(answer).split('\r\n');
    expect(lines[3]).toBe('截至,"位置 2，有效时间 2024-03-01"'.replaceAll('"', ''));
    expect(lines[4]).toBe(`结论,${answer.verdict}`);
  });

  it('对问题没有意义的，说明理由而不予答复', async () => {
    for (const [number, parameters, why] of [
      [2, { project: PROJECT, on: '2024-03-01' }, '有效时间由 on 指定'],
      [13, {}, '按日志位置清点'],
    ] as const) {
      await expect(ask(number, parameters, story(PEOPLE), { validAt: '2024-03-01' })).rejects.toThrow(why);
    }
  });
});
