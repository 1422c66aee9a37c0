/** What the unit's materials must be before they go to the body: art-10, the window, the undertaking, the documents. */
import type { Deviation } from '../../events/envelope.ts';
import type { Bodies } from '../../events/rules/jurisdiction.ts';
import { isOverAt } from '../../events/rules/lateness.ts';
import { type PlanInForce, type ProgrammeYear, windowAt } from '../../events/rules/plan.ts';
import { REGULATION } from '../../events/statute.ts';
import type { Given } from '../command.ts';
import { type Exclusions, stopFault } from '../exclusion.ts';
import { programmeNotOpen } from '../programme-year.ts';
import { isRejection, type Rejection, refuse, refuseByHouse, refuseByPlan } from '../rejection.ts';
import { applicationStageFault, banFault, bodyInChargeOf, notInCharge } from './guards.ts';
import type { PlainApplication } from './materials.ts';
import type { ApplicantUnit } from './reads.ts';
import type { ApplicationStage, ApplicationState } from './state.ts';
import { type Title, titleTaken } from './title.ts';

/** Stages in which the unit still writes. */
export const EDITABLE: readonly ApplicationStage[] = ['draft', 'returned'];

interface SubmissionKnown {
  readonly programme: ProgrammeYear;
  readonly unit: ApplicantUnit;
  readonly bodies: Bodies;
  readonly exclusions: Exclusions;
  readonly title: Title;
}

/** Why this project cannot be submitted now, whatever its content, were its title its own. */
export function submissionFault(own: ApplicationState, given: Given, known: SubmissionKnown): Rejection | undefined {
  const stage = applicationStageFault(own, EDITABLE, 'art-10');
  if (stage) return stage;
  const plan = planToApplyUnder(known.programme, own.year);
  if (isRejection(plan)) return plan;
  return (
    stopFault(known.exclusions, own.projectId) ??
    banFault(known.exclusions, own.uscc, given.today) ??
    (bodyInChargeOf(own, known, given.today) ? undefined : notInCharge(own.bodyName)) ??
    windowFault(own, known.programme, plan, given) ??
    undertakingFault(own) ??
    documentFault(own, plan)
  );
}

/** DL-5; the municipal authority can accept a late submission of one project. */
function windowFault(
  own: ApplicationState,
  state: ProgrammeYear,
  plan: PlanInForce,
  { now }: Given,
): Rejection | undefined {
  if (own.acceptedLate && !isOverAt(own.acceptedLate.until, now)) return undefined;
  switch (windowAt(state, now)) {
    case 'open':
      return undefined;
    case 'not-opened':
      return refuseByPlan(
        plan,
        'deadlines.applicationOpens',
        'window-not-open',
        '项目申报尚未启动',
        'Applications are not open yet',
      );
    case 'closed':
      return windowClosed(plan);
  }
}

/** What could not be submitted any more is not begun: the period of the plan is over, whether it was recorded or not. */
export function periodOverFault(state: ProgrammeYear, plan: PlanInForce, { now }: Given): Rejection | undefined {
  const isOver = windowAt(state, now) === 'closed' || isOverAt(plan.plan.deadlines.applicationCloses, now);
  return isOver ? windowClosed(plan) : undefined;
}

function windowClosed(plan: PlanInForce): Rejection {
  return refuseByPlan(
    plan,
    'deadlines.applicationCloses',
    'window-closed',
    '项目申报已截止',
    'The application window has closed',
  );
}

function undertakingFault(own: ApplicationState): Rejection | undefined {
  if (own.undertakingSigned) return undefined;
  return refuse(
    'art-10',
    'undertaking-not-signed',
    '应先签署材料完整性、真实性承诺；退回后须重新签署',
    'The undertaking of completeness and truthfulness must be signed first, and again after a return',
  );
}

/** art-10 names two kinds; 等 lets the plan ask for more. */
function documentFault(own: ApplicationState, plan: PlanInForce): Rejection | undefined {
  const isMissing = (kind: string) => !own.documents.some(document => document.kind === kind);
  const missing = ['可行性分析', '预期成效'].filter(isMissing);
  if (missing.length > 0) {
    return refuse(
      'art-10',
      'documents-missing',
      `缺少申报材料：${missing.join('、')}`,
      `Missing documents: ${missing.join(', ')}`,
    );
  }
  const missingByPlan = plan.plan.options.requiredDocuments.filter(isMissing);
  if (missingByPlan.length === 0) return undefined;
  return refuseByPlan(
    plan,
    'options.requiredDocuments',
    'documents-missing',
    `缺少工作方案要求的材料：${missingByPlan.join('、')}`,
    `Missing documents required by the work plan: ${missingByPlan.join(', ')}`,
  );
}

/** The reservation made ahead of this command; absent only if another project of the unit got in between. */
export function titleFault(own: ApplicationState, { heldBy }: Title): Rejection | undefined {
  if (heldBy === own.projectId) return undefined;
  if (heldBy) return titleTaken(heldBy);
  return refuseByHouse(
    'title-reservation',
    'title-not-reserved',
    '申报题目尚未登记',
    'The title has not been reserved',
  );
}

/** Refuses the category 其他 without words for it (art-10). */
export function contentFault(content: PlainApplication): Rejection | undefined {
  if (!content.categories.includes('其他') || content.otherCategory) return undefined;
  return refuse(
    ['art-08', '（二）'],
    'other-category-unnamed',
    '选择“其他”成效类别的，应写明具体类别',
    'The category 其他 must be named',
    'invalid',
  );
}

/** 群众性 (art-03): a team of one is let through and flagged. */
export function teamDeviations(content: PlainApplication): Deviation[] {
  if (content.participants.length > 1) return [];
  return [
    {
      code: 'single-person-team',
      basis: { doc: REGULATION, article: 'art-03' },
      zh: '参与人员仅一人，是否属于群众性质量活动待审核',
      en: 'The team has one person; whether this is a mass activity is for the reviewers',
    },
  ];
}

/** Refuses a supplement where none is awaited, or its day has passed (art-12). */
export function supplementFault(
  own: ApplicationState,
  { inForce }: ProgrammeYear,
  { now }: Given,
): Rejection | undefined {
  const stage = applicationStageFault(own, ['submitted'], 'art-12');
  if (stage) return stage;
  if (!own.supplement || !inForce) {
    return refuse('art-12', 'no-supplement-requested', '推荐单位未要求补充材料', 'No supplement has been asked for');
  }
  const { dueOn } = own.supplement;
  if (!isOverAt(dueOn, now)) return undefined;
  return refuseByPlan(
    inForce,
    'deadlines.supplementWorkingDays',
    'supplement-overdue',
    `补充材料期限为 ${dueOn}，已逾期`,
    `The supplement was due on ${dueOn}`,
  );
}

/** The plan in force of an open programme; nothing is submitted before it is published (art-09). */
export function planToApplyUnder({ open, inForce }: ProgrammeYear, year: number): PlanInForce | Rejection {
  if (!open) return programmeNotOpen(year);
  if (!inForce) {
    return refuse('art-09', 'work-plan-not-published', '年度工作方案尚未公布', 'The work plan is not published yet');
  }
  return inForce;
}
