/** The project unit measures, adjusts and ends its project (art-15). */
import { z } from 'zod';
import { type Deviation, evidenceSchema } from '../../events/envelope.ts';
import { projectIdSchema } from '../../events/ids.ts';
import {
  progressMonitored,
  projectCompleted,
  projectTerminated,
  strategyAdjusted,
} from '../../events/implementation.ts';
import { type ActDays, actDays, lateDeviations } from '../../events/rules/lateness.ts';
import type { PlanInForce } from '../../events/rules/plan.ts';
import { paragraphSchema } from '../../events/text.ts';
import { addMonths, type CivilDate, dateSchema } from '../../events/time.ts';
import { command } from '../command.ts';
import { isRejection, type Rejection, refuse, refuseByPlan, refuseForm } from '../rejection.ts';
import { again } from '../repeat.ts';
import { implementationFutureFault } from './guards.ts';
import {
  BY_REGULATION,
  byUnit,
  hasRepeats,
  IMPLEMENTATION_ARTICLE,
  isSameContent,
  ownAt,
  ownUnderway,
  type Underway,
} from './own.ts';
import { closedCycles, type Implementation, type Monitoring } from './state.ts';

const input = { projectId: projectIdSchema };

export const recordMonitoring = command({
  ...byUnit,
  name: 'RecordMonitoring',
  title: '监测评估进展和效果',
  records: [progressMonitored],
  summary:
    'Records measured values and their evaluation; later than the interval of the work plan it is flagged (DL-9).',
  enteredLater: true,
  input: z.strictObject({
    ...input,
    monitoredOn: dateSchema,
    measurements: progressMonitored.schema.shape.measurements,
    evaluation: paragraphSchema,
    evidence: z.array(evidenceSchema),
  }),
  gate: ownUnderway,
  dueOn: (own, _given, { plan }) => plan && nextMonitoring(own, plan),
  decide(own, input, given, known) {
    const last = own.monitorings.at(-1);
    if (last && isSameMonitoring(last, input)) return again(last.evidence, input.evidence);
    const fault = implementationFutureFault(input.monitoredOn, given) ?? monitoringFault(own, input);
    if (fault) return fault;
    const { evidence } = input;
    const deviations = lateMonitoring(own, known.plan, actDays(given.effectiveAt, given.now, input.monitoredOn));
    return [progressMonitored.of({ ...input, record: (last?.record ?? 0) + 1 }, { evidence, deviations })];
  },
});

function isSameMonitoring({ monitoredOn, measurements, evaluation }: Monitoring, now: Omit<Monitoring, 'record'>) {
  return isSameContent(
    { monitoredOn, measurements, evaluation },
    { monitoredOn: now.monitoredOn, measurements: now.measurements, evaluation: now.evaluation },
  );
}

function monitoringFault(
  { plan, monitorings }: Underway,
  { monitoredOn, measurements }: Omit<Monitoring, 'record'>,
): Rejection | undefined {
  const last = monitorings.at(-1);
  if (last && monitoredOn < last.monitoredOn) {
    return refuseForm(
      'invalid',
      'monitoring-out-of-order',
      `监测日期不得早于上次监测 ${last.monitoredOn}`,
      `The last monitoring was on ${last.monitoredOn}`,
    );
  }
  const planned = plan.content.metrics.map(({ metricId }) => metricId);
  const measured = measurements.map(({ metricId }) => metricId);
  if (hasRepeats(measured)) return refuseForm('invalid', 'metric-repeated', '指标编号重复', 'A metric is named twice');
  const foreign = measured.filter(metricId => !planned.includes(metricId));
  if (foreign.length === 0) return undefined;
  return refuse(
    IMPLEMENTATION_ARTICLE,
    'metric-not-planned',
    `实施方案中没有指标：${foreign.join('、')}`,
    `Not among the metrics of the implementation plan: ${foreign.join(', ')}`,
    'invalid',
  );
}

function nextMonitoring({ plan, monitorings }: Underway, workPlan: PlanInForce): CivilDate {
  return addMonths(monitorings.at(-1)?.monitoredOn ?? plan.since, workPlan.plan.deadlines.monitoringEveryMonths);
}

/** DL-9: the regulation says 定期, the work plan how often. */
function lateMonitoring(own: Underway, workPlan: PlanInForce | undefined, days: ActDays): Deviation[] {
  if (!workPlan) return [];
  const { year, version } = workPlan;
  const due = nextMonitoring(own, workPlan);
  return lateDeviations(due, days, {
    code: 'monitoring-late',
    basis: { plan: year, version, item: 'deadlines.monitoringEveryMonths' },
    zh: `监测晚于工作方案规定的间隔，应于 ${due}（含）前监测`,
    en: `Monitoring was due by ${due} at the interval of the work plan`,
  });
}

export const adjustStrategy = command({
  ...byUnit,
  name: 'AdjustStrategy',
  title: '调整实施策略',
  records: [strategyAdjusted],
  summary: 'Adjusts the strategy because of a monitoring record, which it cites.',
  input: strategyAdjusted.schema,
  gate(state, given, known) {
    const own = ownUnderway(state, given, known);
    return isRejection(own) || own.monitorings.length > 0 ? own : monitoringUnknown();
  },
  decide(own, input) {
    const { becauseOf, adjustment } = input;
    if (!own.monitorings.some(({ record }) => record === becauseOf)) return monitoringUnknown();
    if (own.adjustments.some(made => made.becauseOf === becauseOf && made.adjustment === adjustment)) return [];
    return [strategyAdjusted.of(input)];
  },
});

function monitoringUnknown(): Rejection {
  return refuse(
    IMPLEMENTATION_ARTICLE,
    'monitoring-record-unknown',
    '调整实施策略应依据监测评估记录',
    'A strategy is adjusted because of a monitoring record: there is none of this number',
    'invalid',
  );
}

export const declareProjectCompleted = command({
  ...byUnit,
  name: 'DeclareProjectCompleted',
  title: '项目完成',
  records: [projectCompleted],
  summary: 'Declares a project complete once its PDCA cycles are closed (D-19).',
  input: z.strictObject({ ...input, completedOn: dateSchema, summary: paragraphSchema }),
  gate(state, given, known) {
    const own = ownUnderway(state, given, known);
    return isRejection(own) ? own : (cyclesFault(own, known.plan) ?? own);
  },
  dueOn: ({ plan }) => plan.content.endsOn,
  decide(own, input, given) {
    const fault = implementationFutureFault(input.completedOn, given);
    if (fault) return fault;
    const deviations = completionDeviations(own, actDays(given.effectiveAt, given.now, input.completedOn));
    return [projectCompleted.of({ ...input, closedCycles: closedCycles(own) }, { deviations })];
  },
});

/** The article asks for the procedure, hence for one whole pass; more is the work plan's to ask. */
function cyclesFault(own: Implementation, workPlan: PlanInForce | undefined): Rejection | undefined {
  const closed = closedCycles(own);
  if (closed === 0) {
    return refuse(
      IMPLEMENTATION_ARTICLE,
      'no-closed-cycle',
      '尚未完成一轮计划、执行、检查、处理程序',
      'No cycle of 计划, 执行, 检查 and 处理 is closed yet',
    );
  }
  const minimum = workPlan?.plan.options.minimumPdcaCycles ?? 1;
  if (!workPlan || closed >= minimum) return undefined;
  return refuseByPlan(
    workPlan,
    'options.minimumPdcaCycles',
    'too-few-cycles',
    `工作方案要求至少完成${minimum}轮PDCA循环，已完成${closed}轮`,
    `The work plan asks for ${minimum} closed cycles; there are ${closed}`,
  );
}

function completionDeviations({ plan, monitorings }: Underway, days: ActDays): Deviation[] {
  const deviations: Deviation[] = [];
  if (monitorings.length === 0) {
    deviations.push({
      code: 'never-monitored',
      basis: BY_REGULATION,
      zh: '项目完成前未进行监测和评估',
      en: 'The project was completed without any monitoring',
    });
  }
  const { endsOn } = plan.content;
  const late = lateDeviations(endsOn, days, {
    code: 'completion-late',
    basis: BY_REGULATION,
    zh: `完成日期晚于项目实施方案的 ${endsOn}`,
    en: `The project was completed after ${endsOn}, the last day of its plan`,
  });
  return [...deviations, ...late];
}

export const requestTermination = command({
  ...byUnit,
  name: 'RequestTermination',
  title: '终止项目',
  records: [projectTerminated],
  summary: 'Ends a listed project before its completion, with a reason (D-44).',
  input: z.strictObject({ ...input, reason: paragraphSchema }),
  gate: (state, given, known) => ownAt(state, given, known, ['listed', 'implementing']),
  decide: (_own, { projectId, reason }) => [projectTerminated.of({ projectId, reason }, { reason })],
});
