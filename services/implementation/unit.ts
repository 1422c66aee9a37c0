/** The project unit carries its project out (art-15): the implementation plan, and the four steps of each cycle. */
import { z } from 'zod';
import type { Deviation } from '../../events/envelope.ts';
import { projectIdSchema } from '../../events/ids.ts';
import {
  type ImplementationPlan,
  implementationPlanRevised,
  implementationPlanSchema,
  implementationPlanSubmitted,
  pdcaStageReported,
} from '../../events/implementation.ts';
import { actDays, lateDeviations } from '../../events/rules/lateness.ts';
import { paragraphSchema } from '../../events/text.ts';
import { command, type Given } from '../command.ts';
import type { Reaches } from '../reach.ts';
import { isRejection, type Rejection, refuse, refuseForm } from '../rejection.ts';
import { again } from '../repeat.ts';
import { ownImplementation } from './guards.ts';
import {
  BY_REGULATION,
  byUnit,
  hasRepeats,
  IMPLEMENTATION_ARTICLE,
  isSameContent,
  noPlan,
  ownAt,
  ownUnderway,
} from './own.ts';
import { type Implementation, nextStage } from './state.ts';

const input = { projectId: projectIdSchema };

/** A project may begin before its listing, and be carried over. */
const IN_YEARS: Reaches = {
  'plan.startsOn': { notBefore: { programme: -1 } },
  'plan.endsOn': { notAfter: { programme: 5 } },
};

function planUnchanged(): Rejection {
  return refuse(
    IMPLEMENTATION_ARTICLE,
    'plan-unchanged',
    '项目实施方案没有变化，无须修订',
    'The implementation plan is as it was',
  );
}

/** A plan that contradicts itself. */
function planFault({ startsOn, endsOn, milestones, metrics }: ImplementationPlan): Rejection | undefined {
  const invalid = (code: string, zh: string, en: string) => refuseForm('invalid', code, zh, en);
  if (endsOn < startsOn)
    return invalid('plan-ends-before-start', '实施方案起止日期颠倒', 'The plan ends before it starts');
  if (milestones.some(({ dueOn }) => dueOn < startsOn || dueOn > endsOn)) {
    return invalid('milestone-outside-plan', '节点不在实施期内', 'A milestone lies outside the period of the plan');
  }
  if (hasRepeats(milestones.map(({ cycle, stage }) => `${cycle} ${stage}`))) {
    return invalid('milestone-repeated', '同一轮次同一阶段只设一个节点', 'A stage of a cycle has one milestone');
  }
  if (hasRepeats(metrics.map(({ metricId }) => metricId))) {
    return invalid('metric-repeated', '指标编号重复', 'A metric is named twice');
  }
  return undefined;
}

export const submitImplementationPlan = command({
  ...byUnit,
  name: 'SubmitImplementationPlan',
  title: '提交项目实施方案',
  records: [implementationPlanSubmitted],
  summary:
    'Submits the implementation plan of a listed project, with milestones and metrics; the implementation begins.',
  reach: IN_YEARS,
  input: z.strictObject({ ...input, plan: implementationPlanSchema }),
  saidAgain(state, { plan }, given) {
    const own = ownImplementation(state, given.actor);
    return !isRejection(own) && own.plan && isSameContent(own.plan.content, plan) ? [] : undefined;
  },
  gate: (state, given, known) => ownAt(state, given, known, ['listed']),
  decide(_listed, { projectId, plan }) {
    return planFault(plan) ?? [implementationPlanSubmitted.of({ projectId, version: 1, plan })];
  },
});

export const reviseImplementationPlan = command({
  ...byUnit,
  name: 'ReviseImplementationPlan',
  title: '修订项目实施方案',
  records: [implementationPlanRevised],
  summary: 'Replaces the implementation plan, with a reason; earlier versions stay on file.',
  reach: IN_YEARS,
  input: z.strictObject({ ...input, plan: implementationPlanSchema, reason: paragraphSchema }),
  gate: ownUnderway,
  decide(own, { projectId, plan, reason }) {
    if (isSameContent(own.plan.content, plan)) return own.plan.reason === reason ? [] : planUnchanged();
    const version = own.plan.version + 1;
    return planFault(plan) ?? [implementationPlanRevised.of({ projectId, version, plan, reason }, { reason })];
  },
});

export const reportPdcaStage = command({
  ...byUnit,
  name: 'ReportPdcaStage',
  title: '报告PDCA阶段',
  records: [pdcaStageReported],
  summary:
    'Reports 计划, 执行, 检查 or 处理 of a cycle, in this order; after the day of the unit’s own plan it is flagged.',
  input: pdcaStageReported.schema,
  gate: (state, given, known) => ownAt(state, given, known, ['listed', 'implementing']),
  dueOn: own => milestoneOf(own, nextStage(own))?.dueOn,
  decide(own, input, given) {
    const { cycle, stage, evidence } = input;
    const reported = own.reports.find(report => report.cycle === cycle && report.stage === stage);
    if (reported?.summary === input.summary) return again(reported, input);
    const next = nextStage(own);
    if (cycle !== next.cycle || stage !== next.stage) {
      return refuse(
        IMPLEMENTATION_ARTICLE,
        'pdca-out-of-order',
        `应遵循计划、执行、检查、处理程序：下一步为第${next.cycle}轮“${next.stage}”`,
        `The order is 计划, 执行, 检查, 处理: next is ${next.stage} of cycle ${next.cycle}`,
      );
    }
    if (stage !== '计划' && !own.plan) return noPlan();
    return [pdcaStageReported.of(input, { evidence, deviations: lateStage(own, input, given) })];
  },
});

/** 按计划推进: the milestone of the stage is over. */
function lateStage(
  own: Implementation,
  reported: { readonly cycle: number; readonly stage: string },
  given: Given,
): Deviation[] {
  const { cycle, stage } = reported;
  const milestone = milestoneOf(own, reported);
  return lateDeviations(milestone?.dueOn, actDays(given.effectiveAt, given.now), {
    code: 'pdca-stage-late',
    basis: BY_REGULATION,
    zh: `第${cycle}轮“${stage}”晚于项目实施方案的 ${milestone?.dueOn}`,
    en: `${stage} of cycle ${cycle} was reported after ${milestone?.dueOn}, the day of the implementation plan`,
  });
}

/** What the unit's own plan says of a stage. */
function milestoneOf(
  { plan }: Implementation,
  { cycle, stage }: { readonly cycle: number; readonly stage: string },
): ImplementationPlan['milestones'][number] | undefined {
  return plan?.content.milestones.find(planned => planned.cycle === cycle && planned.stage === stage);
}
