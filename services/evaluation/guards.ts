/** The gates that commands of several actors pass: which member, which standing, which sheets, which plan. */

import type { Deviation } from '../../events/envelope.ts';
import { evaluationStream } from '../../events/evaluation.ts';
import { comparePositions } from '../../events/ids.ts';
import type { PanelId } from '../../events/panel.ts';
import { yearOfPanel } from '../../events/panel.ts';
import { type Grants, grantsOn } from '../../events/rules/grants.ts';
import { actDays, lateUnderPlan } from '../../events/rules/lateness.ts';
import { standingToward } from '../../events/rules/panel.ts';
import { isAmong, type Persons } from '../../events/rules/persons.ts';
import type { ProgrammeYear } from '../../events/rules/plan.ts';
import type { Given } from '../command.ts';
import { personsNow, standingOfPerson, twoPersonsFault } from '../persons.ts';
import { programmeYearOf } from '../programme-year.ts';
import { isRejection, notFound, type Rejection, refuse, refuseByPlan, refuseForm } from '../rejection.ts';
import { handlersOf } from '../separation-of-duties.ts';
import { isSuspended, type Suspensions, suspensionsNow } from '../suspensions.ts';
import { isFresh } from './counting.ts';
import {
  type EvaluatedProject,
  type EvaluatingPanel,
  evaluatingPanelOf,
  hasSigned,
  type Taints,
  taintsNow,
  undertakingsOf,
} from './reads.ts';
import { type Aggregation, type Evaluation, evaluationState } from './state.ts';

/** What every command on one panel's evaluation declares. Who is not concerned is not told that there is one. */
export const onEvaluation = {
  hidden: true as const,
  fold: evaluationState,
  stream: (input: { readonly panelId: PanelId }) => evaluationStream(input.panelId),
  about: (_state: Evaluation, input: { readonly panelId: PanelId }) => ({ year: yearOfPanel(input.panelId) }),
  planVersion: (known: { readonly programme: ProgrammeYear }) => known.programme.inForce?.version,
};

/** What every act on an evaluation must know: programme year, panel, taints, persons. */
export const readsOfPanel = ({ panelId }: { readonly panelId: PanelId }) => ({
  programme: programmeYearOf(yearOfPanel(panelId)),
  panel: evaluatingPanelOf(panelId),
  taints: taintsNow,
  persons: personsNow,
});

/** The same, with undertakings of secrecy and suspensions (art-26). */
export const readsOfMember = (input: { readonly panelId: PanelId }, _state: Evaluation, { actor }: Given) => ({
  ...readsOfPanel(input),
  undertakings: undertakingsOf(actor.accountId),
  suspensions: suspensionsNow,
});

export interface KnownOfMember {
  readonly panel: EvaluatingPanel | undefined;
  readonly undertakings: readonly string[];
  readonly suspensions: Suspensions;
  readonly persons: Persons;
}

/** The panel, if the caller is a member of it who may take part in evaluation work at all; to others there is none. */
export function panelOfMember(known: KnownOfMember, { actor, today }: Given): EvaluatingPanel | Rejection {
  const { panel, undertakings, suspensions, persons } = known;
  if (panel?.status !== 'constituted' || !panel.members.some(member => member === actor.orgId)) return notFound();
  if (!hasSigned(undertakings, actor)) {
    return refuse(
      'art-26',
      'undertaking-missing',
      '尚未签署保密承诺，不得参与技术评定',
      'The confidentiality undertaking has not been signed',
      'forbidden',
    );
  }
  if (isSuspended(suspensions, persons, actor.accountId, today)) {
    return refuse(
      'art-26',
      'duty-suspended',
      '已暂停参与评定工作',
      'The person is suspended from evaluation work',
      'forbidden',
    );
  }
  return panel;
}

/** What the caller has had to do with the projects besides, by any account of his. */
export interface EvaluationHands {
  readonly persons: Persons;
  readonly standing: Grants;
  readonly handlers: ReadonlySet<string>;
}

/** Nobody judges what he applied for, verified, recommended or approved, and the authority never does. */
export function independenceFault(
  projects: readonly Pick<EvaluatedProject, 'uscc'>[],
  { actor, today }: Given,
  { persons, standing, handlers }: EvaluationHands,
): Rejection | undefined {
  const isParty = grantsOn(standing, today).some(
    ({ role, orgId }) => role === 'MSR' || (role === 'UNIT' && projects.some(({ uscc }) => uscc === orgId)),
  );
  if (!isParty && !isAmong(persons, actor.accountId, handlers)) return undefined;
  return twoPersonsFault(
    'not-independent',
    '申报、核实、推荐或审核该项目的人员以及市级主管部门人员不得评定',
    'whoever applied for, verified, recommended or approved a project, or acts for the authority, may not judge it',
  );
}

/** The same, with what the member has had to do with the projects besides. */
export const readsOfSpeaker = (input: { readonly panelId: PanelId }, state: Evaluation, given: Given) => ({
  ...readsOfMember(input, state, given),
  standing: standingOfPerson(given.actor),
  handlers: handlersOf(state.opening?.projects.map(({ projectId }) => projectId) ?? []),
});

/**
 * Who speaks on the ranking as a whole sees the scores of every unit, so that only a member who is free toward all of
 * them (art-18, D-24) and independent of all of them (art-19) may. The answer depends on his own standing alone.
 */
export function panelOfSpeaker(known: KnownOfMember & EvaluationHands, given: Given): EvaluatingPanel | Rejection {
  const panel = panelOfMember(known, given);
  if (isRejection(panel)) return panel;
  if (!isFreeTowardAll(panel, given.actor.orgId)) return notFree();
  return independenceFault(panel.projects, given, known) ?? panel;
}

export function isFreeTowardAll(panel: EvaluatingPanel, expertId: string): boolean {
  return panel.projects.every(({ uscc }) => standingToward(panel, expertId, uscc) === 'free');
}

function notFree(): Rejection {
  return refuse(
    'art-18',
    'recused-from-a-unit',
    '对参评单位有回避或未申明利害关系的成员，不参与整体评议',
    'A member who is recused from, or has not declared about, a unit does not discuss the ranking',
    'forbidden',
  );
}

/** MSR never scores and a scorer never runs the evaluation: two people out of one. */
export function scorerFault(
  { sheets }: Evaluation,
  { actor }: Given,
  { persons }: { readonly persons: Persons },
): Rejection | undefined {
  if (
    !isAmong(
      persons,
      actor.accountId,
      sheets.map(({ accountId }) => accountId),
    )
  )
    return undefined;
  return twoPersonsFault(
    'same-person',
    '参与评分的人员不得办理评分的组织事项',
    'whoever scored may not run the evaluation',
  );
}

/** Refuses what needs scoring to have been opened (art-20). */
export function notOpened(): Rejection {
  return refuse('art-20', 'scoring-not-opened', '尚未启动评分', 'Scoring has not been opened');
}

/** Refuses what needs scoring to be closed (art-20). */
export function stillOpen(): Rejection {
  return refuse('art-20', 'scoring-open', '评分尚未结束', 'Scoring is still open');
}

/** Whether the evaluation was found tainted and has not been aggregated since (art-26). */
function isTainted({ opening, aggregatedAt }: Evaluation, taints: Taints): boolean {
  const foundAt = opening && taints[opening.panelId];
  return foundAt !== undefined && aggregatedAt !== undefined && comparePositions(aggregatedAt, foundAt) < 0;
}

/** Says nothing of whose sheets they are: the case behind the finding is the supervisor's alone. */
export function taintFault(state: Evaluation, taints: Taints): Rejection | undefined {
  if (!isTainted(state, taints)) return undefined;
  return refuse(
    'art-26',
    'evaluation-tainted',
    '该技术评定已被认定受影响，须作废受影响的评分表并重新汇总',
    'The evaluation was found tainted: void the sheets concerned and aggregate again',
  );
}

/** The aggregation that decisions may rest on, or why there is none. */
export function soundAggregation(state: Evaluation, panel: EvaluatingPanel, taints: Taints): Aggregation | Rejection {
  if (!state.opening) return notOpened();
  if (state.openFor.length > 0) return stillOpen();
  if (!state.aggregation) {
    return refuse('art-20', 'not-aggregated', '评分尚未汇总', 'The scores have not been aggregated');
  }
  if (!isFresh(state, panel)) {
    return refuse(
      'art-20',
      'aggregate-stale',
      '汇总所依据的评分表已有变化，须重新汇总',
      'Sheets behind the aggregation have changed: aggregate again',
    );
  }
  return taintFault(state, taints) ?? state.aggregation;
}

/** Refuses under the plan in force; where none is in force there is only the rule of form. */
export function refuseUnderPlan(
  { inForce }: ProgrammeYear,
  item: string,
  code: string,
  zh: string,
  en: string,
): Rejection {
  return inForce ? refuseByPlan(inForce, item, code, zh, en) : refuseForm('conflict', code, zh, en);
}

/** DL-12: recorded and flagged. */
export function evaluationLateness(
  { inForce }: ProgrammeYear,
  act: 'scoring.closed' | 'technical-evaluation.completed',
  { effectiveAt, now }: Given,
): Deviation[] {
  const named = { code: 'evaluation-late', zh: '技术评定', en: 'technical evaluation' };
  return lateUnderPlan(inForce, act, actDays(effectiveAt, now), named);
}
