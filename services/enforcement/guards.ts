/** The gates of a fraud case: which stage it is in, who may act on it, and what the procedure asks for first. */
import { type CaseId, caseStream } from '../../events/enforcement.ts';
import type { About, Actor } from '../../events/envelope.ts';
import { isOver } from '../../events/rules/lateness.ts';
import { isAmong, isSamePerson, type Persons } from '../../events/rules/persons.ts';
import type { PlanInForce } from '../../events/rules/plan.ts';
import { calendarYear } from '../../events/rules/years.ts';
import type { CivilDate } from '../../events/time.ts';
import type { Given } from '../command.ts';
import type { ExcellentResult, ExcellentResults } from '../excellent-results.ts';
import { personsNow, twoPersonsFault } from '../persons.ts';
import { planInForceOf } from '../programme-year.ts';
import { notFound, type Rejection, refuse, refuseByHouse, refuseByPlan } from '../rejection.ts';
import { type CaseStage, type FraudCase, fraudCase } from './case.ts';
import { type Evaluations, evaluationsNow, evaluatorsAmong } from './reads.ts';

/** What every command on one case declares. */
export const onCase = {
  fold: fraudCase,
  stream: (input: { readonly caseId: CaseId }) => caseStream(input.caseId),
  about: (state: FraudCase | undefined): About =>
    state ? { uscc: state.uscc, year: state.year, ...projectOf(state) } : {},
};

/** A trail of one project shows the case, if it is about this project alone. */
function projectOf({ projectIds }: FraudCase): About {
  const [projectId, ...others] = projectIds;
  return projectId !== undefined && others.length === 0 ? { projectId } : {};
}

/** What a finding or decision of the municipal authority rests on. */
export const byAuthorityOnCase = {
  ...onCase,
  allow: ['MSR'] as const,
  reads: (_input: unknown, state: FraudCase | undefined, given: Given) => ({
    plan: planInForceOf(state?.year ?? calendarYear(given.now)),
    evaluations: evaluationsNow,
    persons: personsNow,
  }),
  planVersion: (known: { readonly plan: PlanInForce | undefined }) => known.plan?.version,
};

const STAGE_LABELS: Readonly<Record<CaseStage, readonly [zh: string, en: string]>> = {
  reported: ['待立案', 'not opened yet'],
  open: ['核查中', 'under investigation'],
  established: ['已认定', 'established'],
  dismissed: ['已终结', 'dismissed'],
};

/** The case, if it stands in one of the stages. */
export function caseAt(state: FraudCase | undefined, stages: readonly CaseStage[]): FraudCase | Rejection {
  if (!state) return notFound();
  if (stages.includes(state.stage)) return state;
  const [zh, en] = STAGE_LABELS[state.stage];
  return refuse('art-25', 'wrong-stage', `案件${zh}，不能办理此事项`, `The case is ${en}: this cannot be done now`);
}

/** Refuses what the work plan rules and the text does not, under the plan where one is in force. */
function refuseByProcedure(plan: PlanInForce | undefined, code: string, zh: string, en: string): Rejection {
  return plan ? refuseByPlan(plan, 'options.fraudProcedure', code, zh, en) : refuseByHouse('due-process', code, zh, en);
}

/** Nobody judges what he evaluated, or decides what he found (D-35). */
export function judgeFault(
  state: FraudCase,
  { accountId }: Actor,
  { persons, evaluations }: { readonly persons: Persons; readonly evaluations: Evaluations },
  earlier?: string,
): Rejection | undefined {
  if (earlier !== undefined && isSamePerson(persons, accountId, earlier)) {
    return twoPersonsFault(
      'same-person',
      '认定与决定应由不同人员作出',
      'another person must decide than the one before',
      'conflict',
    );
  }
  if (!isAmong(persons, accountId, evaluatorsAmong(evaluations, state.projectIds))) return undefined;
  return twoPersonsFault(
    'took-part-in-evaluation',
    '参与该成果评定的人员不得办理此案',
    'whoever took part in the evaluation may not judge the case',
    'conflict',
  );
}

/** The unit is told and heard before anything is held against it, unless the plan does without. */
export function dueProcessFault(state: FraudCase, plan: PlanInForce | undefined): Rejection | undefined {
  const { notifyUnit, hearUnit } = plan?.plan.options.fraudProcedure ?? { notifyUnit: true, hearUnit: true };
  if (notifyUnit && !state.notice) {
    return refuseByProcedure(plan, 'unit-not-notified', '尚未告知项目单位', 'The unit has not been notified');
  }
  if (hearUnit && !state.statement) {
    return refuseByProcedure(plan, 'unit-not-heard', '尚未听取项目单位陈述', 'The unit has not been heard');
  }
  return undefined;
}

/** Whether the time for a statement is still running. */
export function mayStillAnswer({ notice }: FraudCase, today: CivilDate): boolean {
  return notice !== undefined && !isOver(notice.answerBy, today);
}

/** The live recognitions that a decision on the case would revoke. */
export function revocable(state: FraudCase, known: ExcellentResults): readonly ExcellentResult[] {
  return [...known.values()].filter(
    ({ resultId, projectId, revokedIn }) =>
      revokedIn === undefined &&
      (state.resultIds.includes(resultId) || (projectId !== undefined && state.projectIds.includes(projectId))),
  );
}

/** Projects of the case whose results have never been recognised and that still go on (D-34). */
export function stoppable(state: FraudCase, known: ExcellentResults) {
  const recognised = new Set([...known.values()].map(({ projectId }) => projectId));
  return state.projectIds.filter(id => !recognised.has(id) && !state.stopped.includes(id));
}
