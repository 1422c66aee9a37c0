import { describe, expect, it } from 'vitest';
import type { Actor } from '../../events/envelope.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import * as review from '../../services/application/review.ts';
import { application } from '../../services/application/state.ts';
import type { AnyCommand } from '../../services/command.ts';
import * as monitoring from '../../services/implementation/monitoring.ts';
import * as commands from '../../services/implementation/unit.ts';
import { control, samples } from '../support/controls.ts';
import { folded } from '../support/folded.ts';
import { decide, factsOf, refusalOf } from '../support/given.ts';
import {
  ask,
  closed,
  completed,
  deviationsOf,
  listed,
  monitored,
  NOW,
  plan,
  reported,
  stopped,
  terminated,
  UNIT,
  underway,
  unlisted,
  workPlan,
} from './sample.ts';

const OTHER: Actor = { ...UNIT, orgId: '91120110MA05Y56789' };
const reason = '现场条件变化';
const measured = {
  monitoredOn: '2024-08-20',
  measurements: [{ metricId: 'scrap-rate', value: 4.1 }],
  evaluation: '废品率下降',
  evidence: [],
};
const ending = { completedOn: '2024-08-20', summary: '目标全部达到' };
const stageOf = (cycle: number, stage: string) => ({ cycle, stage, summary: `${stage}阶段完成`, evidence: [] });

const EVERY: readonly (readonly [string, AnyCommand, object])[] = [
  ['提交实施方案', commands.submitImplementationPlan, { plan: { ...plan, summary: '另案' } }],
  ['修订实施方案', commands.reviseImplementationPlan, { plan, reason }],
  ['报告阶段', commands.reportPdcaStage, stageOf(1, '计划')],
  ['监测', monitoring.recordMonitoring, measured],
  ['调整策略', monitoring.adjustStrategy, { becauseOf: 1, adjustment: '增加预热' }],
  ['完成', monitoring.declareProjectCompleted, ending],
  ['终止', monitoring.requestTermination, { reason }],
];

describe('第十五条 只有已列入项目计划的本单位项目可以实施', () => {
  it.each(EVERY)('%s', (_name, command, input) => {
    expect(refusalOf(ask(command, input, { past: unlisted }))).toMatchObject({
      code: 'wrong-stage',
      rule: { article: 'art-15' },
    });
    expect(refusalOf(ask(command, input, { past: underway, actor: OTHER })).kind).toBe('hidden');
    expect(refusalOf(ask(command, input)).kind).toBe('hidden');
    expect(refusalOf(ask(command, input, { past: terminated })).code).toBe('wrong-stage');
  });

  it.each(EVERY)('D-34 stopped for fraud, then no more: %s', (_name, command, input) => {
    const past = command === commands.submitImplementationPlan ? listed : underway;
    expect(refusalOf(ask(command, input, { past, known: stopped })).code).toBe('project-stopped');
  });
});

describe('第十五条 制定项目实施方案', () => {
  const submit = (change: object = {}, past = listed) =>
    ask(commands.submitImplementationPlan, { plan: { ...plan, ...change } }, { past });

  it('given the project is listed, then its plan is submitted, once; another one is a revision', () => {
    expect(factsOf(submit())).toEqual([
      { type: 'implementation-plan.submitted', data: samples['implementation-plan.submitted'] },
    ]);
    expect(factsOf(submit({}, underway))).toEqual([]);
    expect(refusalOf(submit({ summary: '另案' }, underway)).code).toBe('wrong-stage');
  });

  it.each([
    ['plan-ends-before-start', { endsOn: '2024-07-15' }],
    ['milestone-outside-plan', { endsOn: '2024-08-30' }],
    ['milestone-repeated', { milestones: [plan.milestones[0], plan.milestones[0]] }],
    ['metric-repeated', { metrics: [plan.metrics[0], plan.metrics[0]] }],
  ])('given a plan that contradicts itself, then it is refused: %s', (code, change) => {
    expect(refusalOf(submit(change))).toMatchObject({ code, kind: 'invalid' });
  });

  it('given a change, then the plan is revised with a reason; without a change it is refused, repeated it is recorded once', () => {
    const revise = (change: object, past = underway) =>
      ask(commands.reviseImplementationPlan, { plan: { ...plan, ...change }, reason }, { past });
    expect(revise({ endsOn: '2024-10-15' })).toMatchObject([{ data: { version: 2, reason }, reason }]);
    expect(refusalOf(revise({})).code).toBe('plan-unchanged');
    const drafts = revise({ endsOn: '2024-10-15' }) as readonly DecidedEvent[];
    const revised = [...underway, ...drafts.map(draft => ({ draft, actor: UNIT }))];
    expect(factsOf(revise({ endsOn: '2024-10-15' }, revised))).toEqual([]);
    expect(refusalOf(revise({ endsOn: '2024-07-15' })).code).toBe('plan-ends-before-start');
    expect(refusalOf(revise({ endsOn: '2024-10-15' }, listed)).code).toBe('wrong-stage');
  });
});

describe('第十五条 遵循计划、执行、检查、处理程序', () => {
  const report = (cycle: number, stage: string, past: Parameters<typeof ask>[2] = { past: underway }) =>
    ask(commands.reportPdcaStage, stageOf(cycle, stage), past);

  it.each([
    ['执行', 1, []],
    ['检查', 1, ['计划']],
    ['处理', 1, ['计划', '执行']],
    ['计划', 2, ['计划', '执行', '检查']],
    ['计划', 1, ['计划']],
    ['执行', 2, ['计划', '执行', '检查', '处理']],
  ] as const)('given %s of cycle %i out of its turn, then it is refused', (stage, cycle, done) => {
    expect(refusalOf(report(cycle, stage, { past: [...underway, ...reported(1, ...done)] }))).toMatchObject({
      code: 'pdca-out-of-order',
      rule: { article: 'art-15' },
    });
  });

  it('given its turn, then it is recorded once, and a new cycle follows 处理', () => {
    expect(factsOf(report(1, '计划'))).toMatchObject([{ type: 'pdca-stage.reported' }]);
    expect(factsOf(report(2, '计划', { past: closed }))).toHaveLength(1);
    const again = [...underway, control('pdca-stage.reported', stageOf(1, '计划') as never)];
    expect(factsOf(report(1, '计划', { past: again }))).toEqual([]);
    const evidence = [{ sha256: 'e'.repeat(64), name: '另一附件.pdf', classification: 'internal' }];
    const otherwise = { ...stageOf(1, '计划'), evidence };
    expect(refusalOf(ask(commands.reportPdcaStage, otherwise, { past: again })).code).toBe('recorded-otherwise');
  });

  it('given no implementation plan, then 计划 can be reported and 执行 cannot', () => {
    expect(factsOf(report(1, '计划', { past: listed }))).toHaveLength(1);
    expect(refusalOf(report(1, '执行', { past: [...listed, ...reported(1, '计划')] })).code).toBe(
      'no-implementation-plan',
    );
  });

  it('按计划推进 given the day of the milestone is over, then it is recorded and flagged', () => {
    const late = report(1, '计划', { past: underway, now: '2024-07-31T16:00:00.000Z' });
    expect(late).toMatchObject([{ deviations: [{ code: 'pdca-stage-late', basis: { article: 'art-15' } }] }]);
    const onTime = report(1, '计划', { past: underway, now: '2024-07-31T15:59:59.999Z' });
    expect(onTime).toMatchObject([{ deviations: [] }]);
  });
});

describe('第十五条 定期监测和评估', () => {
  const monitor = (change: object = {}, circumstances: Parameters<typeof ask>[2] = {}) =>
    ask(monitoring.recordMonitoring, { ...measured, ...change }, { past: underway, ...circumstances });

  it('given planned metrics, then a record with the next number, once', () => {
    expect(factsOf(monitor())).toMatchObject([{ type: 'progress.monitored', data: { record: 1 } }]);
    expect(factsOf(monitor({}, { past: monitored }))).toMatchObject([{ data: { record: 2 } }]);
    const again = [...underway, control('progress.monitored', { ...measured, record: 1 })];
    expect(factsOf(monitor({}, { past: again }))).toEqual([]);
    const evidence = [{ sha256: 'e'.repeat(64), name: '另一附件.pdf', classification: 'internal' }];
    expect(refusalOf(monitor({ evidence }, { past: again })).code).toBe('recorded-otherwise');
  });

  it('given a metric the plan does not have, or one twice, then it is refused', () => {
    const foreign = { measurements: [{ metricId: 'energy', value: 1 }] };
    expect(refusalOf(monitor(foreign))).toMatchObject({ code: 'metric-not-planned', rule: { article: 'art-15' } });
    const twice = { measurements: [...measured.measurements, ...measured.measurements] };
    expect(refusalOf(monitor(twice)).code).toBe('metric-repeated');
  });

  it('given a day to come, or one before the last monitoring, then it is refused', () => {
    expect(refusalOf(monitor({ monitoredOn: '2024-08-21' })).code).toBe('day-in-future');
    expect(refusalOf(monitor({ monitoredOn: '2024-08-09' }, { past: monitored })).code).toBe('monitoring-out-of-order');
  });

  it('DL-9 given the interval of the work plan has passed, then it is recorded and flagged under the plan', () => {
    const deviations = (monitoredOn: string, circumstances: Parameters<typeof ask>[2] = {}) =>
      deviationsOf(monitor({ monitoredOn }, { now: `${monitoredOn}T02:00:00.000Z`, ...circumstances }));
    expect(deviations('2024-10-16')).toEqual([]);
    expect(deviations('2024-10-17')).toMatchObject([
      { code: 'monitoring-late', basis: { plan: 2024, version: 1, item: 'deadlines.monitoringEveryMonths' } },
    ]);
    expect(deviations('2024-11-10', { past: monitored })).toEqual([]);
    expect(deviations('2024-11-11', { past: monitored })).toHaveLength(1);
    const monthly = { plan: workPlan({ monitoringEveryMonths: 1 }) };
    expect(deviations('2024-08-17', { known: monthly })).toHaveLength(1);
    const both = expect.stringMatching(/2024-10-16.*2024-10-17/);
    expect(deviations('2024-10-16', { now: '2024-10-17T02:00:00.000Z' })).toMatchObject([
      { code: 'monitoring-late', zh: both, en: both },
    ]);
  });
});

describe('第十五条 及时调整实施策略', () => {
  const adjust = (becauseOf: number, past = monitored) =>
    ask(monitoring.adjustStrategy, { becauseOf, adjustment: '增加模具预热工序' }, { past });

  it('given a monitoring record, then it is cited, once; without one it is refused', () => {
    expect(factsOf(adjust(1))).toMatchObject([{ type: 'strategy.adjusted', data: { becauseOf: 1 } }]);
    expect(factsOf(adjust(1, [...monitored, { draft: control('strategy.adjusted') }]))).toEqual([]);
    expect(refusalOf(adjust(2))).toMatchObject({ code: 'monitoring-record-unknown', rule: { article: 'art-15' } });
    expect(refusalOf(adjust(1, [...underway])).code).toBe('monitoring-record-unknown');
  });
});

describe('D-19 项目完成', () => {
  const complete = (circumstances: Parameters<typeof ask>[2], change: object = {}) =>
    ask(monitoring.declareProjectCompleted, { ...ending, ...change }, circumstances);

  it('given no closed cycle, then it is refused under 第十五条', () => {
    const open = [...underway, ...reported(1, '计划', '执行', '检查')];
    expect(refusalOf(complete({ past: open }))).toMatchObject({ code: 'no-closed-cycle', rule: { article: 'art-15' } });
  });

  it('given the work plan asks for more cycles, then it refuses, and no article does', () => {
    const known = { plan: workPlan({}, { minimumPdcaCycles: 2 }) };
    expect(refusalOf(complete({ past: closed, known }))).toMatchObject({
      code: 'too-few-cycles',
      rule: { plan: 2024, version: 1, item: 'options.minimumPdcaCycles' },
    });
    const twice = [...closed, ...reported(2, '计划', '执行', '检查', '处理')];
    expect(factsOf(complete({ past: twice, known }))).toMatchObject([{ data: { closedCycles: 2 } }]);
  });

  it('given a closed cycle, then it is complete; never monitored or after its plan, it is flagged', () => {
    const codes = (circumstances: Parameters<typeof ask>[2], change: object = {}) =>
      deviationsOf(complete(circumstances, change)).map(({ code }) => code);
    expect(codes({ past: [...closed, { draft: control('progress.monitored') }] })).toEqual([]);
    expect(codes({ past: closed })).toEqual(['never-monitored']);
    const late = { past: closed, now: '2024-10-01T02:00:00.000Z' };
    expect(codes(late, { completedOn: '2024-10-01' })).toEqual(['never-monitored', 'completion-late']);
    expect(codes(late, { completedOn: '2024-09-30' })).toEqual(['never-monitored', 'completion-late']);
    const punctual = { past: closed, now: '2024-09-30T02:00:00.000Z' };
    expect(codes(punctual, { completedOn: '2024-09-30' })).toEqual(['never-monitored']);
  });

  it('given a day to come, or the end has come already, then it is refused', () => {
    expect(refusalOf(complete({ past: closed }, { completedOn: '2024-08-21' })).code).toBe('day-in-future');
    expect(refusalOf(complete({ past: completed })).code).toBe('wrong-stage');
  });
});

describe('D-44 列入计划后的撤出即终止', () => {
  it('given it is listed or underway, then it ends with a reason; a completed one does not', () => {
    for (const past of [listed, underway]) {
      expect(ask(monitoring.requestTermination, { reason }, { past })).toMatchObject([
        { type: 'project.terminated', reason },
      ]);
    }
    expect(refusalOf(ask(monitoring.requestTermination, { reason }, { past: completed })).code).toBe('wrong-stage');
  });

  it('given it has ended, then the application fold knows, and it is not carried over', () => {
    expect(folded(application, terminated)?.stage).toBe('terminated');
    expect(folded(application, underway)?.stage).toBe('listed');
    const carryOver = decide(review.carryOverProject, {
      past: terminated,
      input: { projectId: samples['project.listed'].projectId, toYear: 2025, reason },
      now: NOW,
      known: {},
    });
    expect(refusalOf(carryOver).code).toBe('wrong-stage');
  });
});
