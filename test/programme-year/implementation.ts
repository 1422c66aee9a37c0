/** Implementation by the units and follow-up by the bodies in charge (art-15, art-16). */
import { describe, expect, it } from 'vitest';
import { OFFICE, officerOf, SUPERVISOR, UNITS, type Unit, YEAR } from './cast.ts';
import type { Year } from './year.ts';

const PLAN = {
  startsOn: '2024-07-26',
  endsOn: '2024-09-30',
  summary: '按要因逐项实施对策，固化工艺参数。',
  milestones: [
    { cycle: 1, stage: '计划', task: '现状调查和要因确认', dueOn: '2024-08-09' },
    { cycle: 1, stage: '执行', task: '对策实施', dueOn: '2024-08-30' },
    { cycle: 1, stage: '检查', task: '效果检查', dueOn: '2024-09-13' },
    { cycle: 1, stage: '处理', task: '标准化', dueOn: '2024-09-27' },
  ],
  metrics: [{ metricId: 'defects', title: '不合格率', measuredIn: '%', baseline: 8, target: 3 }],
};

export function implementation(year: Year): void {
  describe('七月至九月：实施、跟踪服务 (July to September: implementation and follow-up)', () => {
    const { haihe, jinmen, hospital, tainted } = UNITS;
    const at = (work: keyof Year['ids'], act: string) => `/projects/${year.ids[work]}/${act}`;
    const report = (unit: Unit, work: keyof Year['ids'], stage: string) =>
      year.as(unit.account).post(at(work, 'pdca-stages'), {
        cycle: 1,
        stage,
        summary: `${stage}阶段完成。`,
        evidence: [],
      });
    const monitor = (unit: Unit, work: keyof Year['ids'], monitoredOn: string, value: number) =>
      year.as(unit.account).post(at(work, 'monitorings'), {
        monitoredOn,
        measurements: [{ metricId: 'defects', value }],
        evaluation: '不合格率持续下降。',
        evidence: [],
      });
    const carriedOut: readonly (readonly [Unit, keyof Year['ids']])[] = [
      [haihe, 'castings'],
      [jinmen, 'brakes'],
      [hospital, 'continued'],
      [tainted, 'kept'],
    ];

    it('第十五条 先有实施方案，再执行；计划、执行、检查、处理依次进行', async () => {
      year.clock.set('2024-07-26');
      const plan = { plan: PLAN };
      const stage = { cycle: 1, stage: '执行', summary: '直接执行。', evidence: [] };
      expect(await year.as(haihe.account).refused(at('castings', 'pdca-stages'), stage)).toMatchObject({
        code: 'pdca-out-of-order',
        rule: 'art-15',
      });
      expect(await year.as(jinmen.account).refused(at('castings', 'implementation-plan'), plan)).toMatchObject({
        status: 404,
      });
      expect(await year.as(haihe.account).refused(at('withdrawn', 'implementation-plan'), plan)).toMatchObject({
        code: 'wrong-stage',
        rule: 'art-15',
      });
      const all = [...carriedOut, [haihe, 'energy'], [jinmen, 'late']] as const;
      for (const [unit, work] of all) await year.as(unit.account).post(at(work, 'implementation-plan'), plan);
      year.clock.set('2024-08-09');
      for (const [unit, work] of carriedOut) await report(unit, work, '计划');
      year.clock.set('2024-08-12');
      await report(haihe, 'energy', '计划');
      const revised = { plan: { ...PLAN, endsOn: '2024-12-20' }, reason: '设备到货推迟。' };
      await year.as(haihe.account).post(at('energy', 'implementation-plan/revision'), revised);
      await year.as(jinmen.account).post(at('late', 'termination'), { reason: '订单取消，锻件停产。' });
      for (const [unit, work] of carriedOut) await report(unit, work, '执行');
    });

    it('第十六条 负责的推荐单位走访、指导、督促，帮助解决问题', async () => {
      const officer = year.as(officerOf('d-binhai'));
      const visit = {
        visitedOn: '2024-08-20',
        kinds: ['指导', '检查'],
        place: '铸造车间',
        participants: ['刘强', '高洁'],
        findings: '对策按方案实施，测温点不足。',
      };
      await officer.post(at('castings', 'visit-plans'), { plannedOn: '2024-08-20', purpose: '检查对策实施。' });
      year.clock.set('2024-08-20');
      expect(await year.as(officerOf('d-hexi')).refused(at('castings', 'visits'), visit)).toMatchObject({
        status: 404,
      });
      expect(await officer.refused(at('castings', 'visits'), { ...visit, visitedOn: '2024-08-21' })).toMatchObject({
        code: 'day-in-future',
      });
      const ledger = () =>
        year.as(haihe.account).get<{ visits: { visitId: string; record?: object }[] }>(at('castings', 'follow-up'));
      const [planned] = (await ledger()).visits;
      const visitId = planned?.visitId;
      await officer.post(at('castings', 'visits'), { ...visit, visitId });
      await year.as(officerOf('a-qiche')).post(at('brakes', 'visits'), { ...visit, place: '机加工车间' });
      await officer.post(at('castings', 'guidance'), { opinion: '增加测温点，缩短采样间隔。', visitId });
      await officer.post(at('kept', 'urgings'), { matter: '尽快完成效果检查。', expectedBy: '2024-09-13' });
      await officer.post(at('castings', 'problems'), { description: '缺少在线测温设备。', visitId });
      await year.as(hospital.account).post(at('continued', 'problems'), { description: '信息系统接口未开放。' });
      expect((await ledger()).visits).toMatchObject([{ visitId, record: { participants: ['刘强', '高洁'] } }]);
      year.clock.set('2024-08-28');
      const [problem] = await officer.list<{ problemId: string }>(`/problems?year=${YEAR}`);
      const resolution = { resolution: '协调市质检院借用设备。' };
      await officer.post(`${at('castings', 'problems')}/${problem?.problemId}/resolution`, resolution);
      expect(await year.as(SUPERVISOR).list(`/problems?year=${YEAR}`)).toMatchObject([
        { projectId: year.ids.continued, age: 8, state: 'open' },
      ]);
      expect(await officer.list(`/problems?year=${YEAR}&state=resolved`)).toMatchObject([{ age: 8 }]);
    });

    it('第十五条 定期监测，依据监测调整策略；完成须走完一轮，晚于方案的如实标明', async () => {
      year.clock.set('2024-09-02');
      for (const [unit, work] of carriedOut) await monitor(unit, work, '2024-09-02', 5);
      const adjustment = { becauseOf: 1, adjustment: '增加模具预热工序。' };
      expect(
        await year.as(haihe.account).refused(at('castings', 'strategy-adjustments'), { ...adjustment, becauseOf: 2 }),
      ).toMatchObject({ code: 'monitoring-record-unknown', rule: 'art-15' });
      await year.as(haihe.account).post(at('castings', 'strategy-adjustments'), adjustment);
      year.clock.set('2024-09-13');
      for (const [unit, work] of carriedOut) await report(unit, work, '检查');
      const ending = { completedOn: '2024-09-13', summary: '目标达到。' };
      expect(await year.as(haihe.account).refused(at('castings', 'completion'), ending)).toMatchObject({
        code: 'no-closed-cycle',
        rule: 'art-15',
      });
      year.clock.set('2024-09-27');
      for (const [unit, work] of carriedOut) await report(unit, work, '处理');
      year.clock.set('2024-09-30');
      for (const [unit, work] of carriedOut) {
        await monitor(unit, work, '2024-09-30', 3);
        const completion = { completedOn: '2024-09-30', summary: '不合格率降到目标值，成果已标准化。' };
        await year.as(unit.account).post(at(work, 'completion'), completion);
      }
    });

    it('PDCA看板、跟踪服务台账、未走访项目：各看各的', async () => {
      const works = (rows: readonly { projectId: string }[]) =>
        new Set(rows.map(({ projectId }) => Object.entries(year.ids).find(([, id]) => id === projectId)?.[0]));
      const board = (by: string, query = '') =>
        year.as(by).list<{ projectId: string }>(`/pdca-board?year=${YEAR}${query}`);
      expect(works(await board(OFFICE))).toEqual(
        new Set(['castings', 'brakes', 'continued', 'kept', 'energy', 'late']),
      );
      expect(works(await board(OFFICE, '&stage=completed'))).toEqual(new Set(carriedOut.map(([, work]) => work)));
      expect(works(await board(officerOf('d-binhai')))).toEqual(new Set(['castings', 'kept']));
      expect(works(await board(haihe.account))).toEqual(new Set(['castings', 'energy']));
      expect(await year.as(haihe.account).get(at('castings', 'implementation'))).toMatchObject({
        stage: 'completed',
        closedCycles: 1,
        metrics: [{ baseline: 8, target: 3, actual: 3, achieved: 1 }],
        milestones: PLAN.milestones.map(({ stage }) => ({ stage, state: 'met' })),
      });
      expect(await year.as(jinmen.account).statusOf(at('castings', 'implementation'))).toBe(404);
      expect(await year.as(OFFICE).list(`/overdue-monitoring?year=${YEAR}`)).toEqual([]);
      const ledger = await year
        .as(SUPERVISOR)
        .list<{ projectId: string; visitsMade: number }>(`/follow-up?year=${YEAR}`);
      expect(works(ledger.filter(({ visitsMade }) => visitsMade > 0))).toEqual(new Set(['castings', 'brakes']));
      const unvisited = await year.as(SUPERVISOR).list<{ projectId: string }>(`/unvisited-projects?year=${YEAR}`);
      expect(works(unvisited)).toEqual(new Set(['continued', 'kept', 'energy']));
    });
  });
}
