/** The recommending body's story (art-12): verify completeness and truthfulness, then recommend, decline or return. */
import { z } from 'zod';
import {
  applicationReturned,
  completenessFailed,
  completenessVerified,
  projectHeld,
  projectNotRecommended,
  projectRecommended,
  supplementRequested,
  truthfulnessFailed,
  truthfulnessVerified,
  verificationStarted,
} from '../../events/application.ts';
import { canonicalJson } from '../../events/canonical.ts';
import { evidenceSchema, RECOMMENDING_ROLES } from '../../events/envelope.ts';
import { projectIdSchema } from '../../events/ids.ts';
import { type Grants, grantsOn } from '../../events/rules/grants.ts';
import type { Bodies } from '../../events/rules/jurisdiction.ts';
import { actDays, isOverAt, lateUnderPlan } from '../../events/rules/lateness.ts';
import type { PlanInForce, ProgrammeYear } from '../../events/rules/plan.ts';
import type { Calendar } from '../../events/rules/working-days.ts';
import { lineSchema, paragraphSchema } from '../../events/text.ts';
import { bodiesNow } from '../bodies.ts';
import { blobOf, command, type Dependency, type Given } from '../command.ts';
import { exclusionsNow } from '../exclusion.ts';
import { standingOfPerson } from '../persons.ts';
import { isRejection, notFound, type Rejection, refuse, refuseByHouse, refuseForm } from '../rejection.ts';
import { calendarFrom, type Due, dueAfter } from '../working-days.ts';
import { banGate, bodyInChargeOf, notInCharge, onApplication, type Submitted, submittedProject } from './guards.ts';
import { type ApplicantUnit, programmeOf, unitOf } from './reads.ts';
import type { ApplicationState, Check } from './state.ts';

const byBody = {
  ...onApplication,
  allow: RECOMMENDING_ROLES,
  reads: (_input: unknown, state: ApplicationState | undefined, given: Given) => ({
    programme: programmeOf(state),
    unit: unitOf(state),
    bodies: bodiesNow,
    exclusions: exclusionsNow,
    standing: standingOfPerson(given.actor),
  }),
};

interface Jurisdiction {
  readonly unit: ApplicantUnit;
  readonly bodies: Bodies;
  readonly standing: Grants;
}

/** The submitted project, if it is this body's to verify today, also by taking over from the body it was addressed to, and the caller is not staff of the unit. */
function addressed(state: ApplicationState | undefined, given: Given, known: Jurisdiction): Submitted | Rejection {
  if (!state) return notFound();
  return bodyFault(state, given, known) ?? submittedProject(state, ['submitted'], 'art-12');
}

function bodyFault(
  state: ApplicationState,
  given: Given,
  { unit, bodies, standing }: Jurisdiction,
): Rejection | undefined {
  const inCharge = bodyInChargeOf(state, { unit, bodies }, given.today);
  if (inCharge !== given.actor.orgId && state.bodyId !== given.actor.orgId) {
    return notFound();
  }
  if (grantsOn(standing, given.today).some(({ role, orgId }) => role === 'UNIT' && orgId === state.uscc)) {
    return refuseByHouse(
      'own-materials',
      'verifier-is-applicant',
      '申报单位人员不得核实本单位项目',
      'Staff of the submitting unit may not verify its project',
      'forbidden',
    );
  }
  return inCharge === given.actor.orgId ? undefined : notInCharge(state.bodyName, 'forbidden');
}

const input = { projectId: projectIdSchema };

/** DL-6: the day by which the plan wants what is recommended forwarded. */
const forwardingDay = (_project: Submitted, _given: Given, { programme }: { readonly programme: ProgrammeYear }) =>
  programme.inForce?.plan.deadlines.verification;

export const startVerification = command({
  ...byBody,
  name: 'StartVerification',
  title: '开始核实',
  records: [verificationStarted],
  summary: 'Takes up the verification of the materials submitted.',
  input: z.strictObject(input),
  gate: addressed,
  done: ({ verificationStarted }) => verificationStarted,
  dueOn: forwardingDay,
  decide(project, { projectId }) {
    if (project.verificationStarted) return [];
    return [verificationStarted.of({ projectId, materialsRoot: project.submission.materialsRoot })];
  },
});

export const requestSupplement = command({
  ...byBody,
  name: 'RequestSupplement',
  title: '要求补充材料',
  records: [supplementRequested],
  summary: 'Asks the unit to supplement its materials within the working days the plan allows (DL-6).',
  input: z.strictObject({ ...input, items: z.array(lineSchema).min(1).max(20) }),
  reads: (asked, state, given) => ({ ...byBody.reads(asked, state, given), calendar: calendarFrom(given.today) }),
  gate(state, given, known) {
    const project = addressed(state, given, known);
    return isRejection(project) ? project : (notStartedFault(project) ?? pendingFault(project, given) ?? project);
  },
  decide(_project, { projectId, items }, given, known) {
    const due = supplementDue(known.programme.inForce, known.calendar, given);
    if (isRejection(due)) return due;
    return [supplementRequested.of({ projectId, items, dueOn: due.date, countedBy: due.countedBy })];
  },
});

/** The day the answer is due. */
function supplementDue(plan: PlanInForce | undefined, calendar: Calendar, { today }: Given): Due | Rejection {
  if (!plan)
    return refuse('art-09', 'work-plan-not-published', '年度工作方案尚未公布', 'The work plan is not published');
  const count = plan.plan.deadlines.supplementWorkingDays;
  return dueAfter(calendar, today, { plan, item: 'deadlines.supplementWorkingDays', count });
}

/** The same once its verification has been taken up. */
function underVerification(
  state: ApplicationState | undefined,
  given: Given,
  known: Jurisdiction,
): Submitted | Rejection {
  const project = addressed(state, given, known);
  return isRejection(project) ? project : (notStartedFault(project) ?? project);
}

const check = { ...input, passed: z.boolean(), findings: paragraphSchema, evidence: z.array(evidenceSchema).min(1) };

export const recordCompletenessCheck = command({
  ...byBody,
  name: 'RecordCompletenessCheck',
  title: '核实完整性',
  records: [completenessVerified, completenessFailed],
  summary: 'Records whether the materials are complete, with findings and evidence.',
  input: z.strictObject(check),
  readsTyped: (asked, _state, given) => ({ own: uploadsAmong(asked, given) }),
  gate: underVerification,
  done: ({ submission, completeness }) => completeness?.materialsRoot === submission.materialsRoot,
  dueOn: forwardingDay,
  decide(project, { passed, ...result }, _given, known) {
    const fault = evidenceFault(project, result.evidence, known.own);
    if (fault) return fault;
    const { materialsRoot } = project.submission;
    const done = { ...result, passed, materialsRoot };
    if (isSameCheck(project.completeness, done)) return [];
    const outcome = passed ? completenessVerified : completenessFailed;
    return [outcome.of({ ...result, materialsRoot }, { evidence: result.evidence })];
  },
});

export const recordTruthfulnessCheck = command({
  ...byBody,
  name: 'RecordTruthfulnessCheck',
  title: '核实真实性',
  records: [truthfulnessVerified, truthfulnessFailed],
  summary: 'Records whether the materials are true, by which method, with findings and evidence.',
  input: z.strictObject({ ...check, method: lineSchema }),
  readsTyped: (asked, _state, given) => ({ own: uploadsAmong(asked, given) }),
  gate: underVerification,
  done: ({ submission, truthfulness }) => truthfulness?.materialsRoot === submission.materialsRoot,
  dueOn: forwardingDay,
  decide(project, { passed, ...result }, _given, known) {
    const fault = evidenceFault(project, result.evidence, known.own);
    if (fault) return fault;
    const { materialsRoot } = project.submission;
    const done = { ...result, passed, materialsRoot };
    if (isSameCheck(project.truthfulness, done)) return [];
    const outcome = passed ? truthfulnessVerified : truthfulnessFailed;
    return [outcome.of({ ...result, materialsRoot }, { evidence: result.evidence })];
  },
});

type Evidence = readonly Pick<z.infer<typeof evidenceSchema>, 'sha256'>[];

/** Which of the files that an act names its own organisation has uploaded. */
function uploadsAmong({ evidence }: { readonly evidence: Evidence }, { actor }: Given): Dependency<readonly string[]> {
  return {
    async resolve(sources) {
      const found = await Promise.all(evidence.map(({ sha256 }) => blobOf(actor, sha256).resolve(sources)));
      return found.flatMap(blob => blob?.sha256 ?? []);
    },
  };
}

/** What proves a check the body has uploaded, or the unit has attached: it opens no stranger's file by its digest. */
function evidenceFault({ documents }: Submitted, evidence: Evidence, own: readonly string[]): Rejection | undefined {
  const attached = documents.map(({ sha256 }) => sha256);
  const missing = evidence.filter(({ sha256 }) => !own.includes(sha256) && !attached.some(each => each === sha256));
  if (missing.length === 0) return undefined;
  return refuseForm('invalid', 'evidence-not-found', '核实依据文件尚未上传', 'No such file has been uploaded');
}

function isSameCheck(earlier: Check | undefined, now: Check): boolean {
  const said = ({ passed, findings, materialsRoot, method, evidence }: Check) =>
    canonicalJson({ passed, findings, materialsRoot, method: method ?? '', evidence });
  return earlier !== undefined && said(earlier) === said(now);
}

function notStartedFault(project: Submitted): Rejection | undefined {
  if (project.verificationStarted) return undefined;
  return refuse('art-12', 'verification-not-started', '尚未开始核实', 'Verification has not been started');
}

/** While the unit may still answer, nothing is decided over its head. */
function pendingFault({ supplement }: Submitted, { now }: Given): Rejection | undefined {
  if (!supplement || isOverAt(supplement.dueOn, now)) return undefined;
  return refuse(
    'art-12',
    'supplement-pending',
    `已要求补充材料，期限 ${supplement.dueOn}`,
    `A supplement is pending until ${supplement.dueOn}`,
  );
}

export const returnApplication = command({
  ...byBody,
  name: 'ReturnApplication',
  title: '退回申报材料',
  records: [applicationReturned],
  summary: 'Returns the materials for correction; the unit may submit again while the window is open (D-15, D-16).',
  input: z.strictObject({ ...input, reason: paragraphSchema }),
  gate: addressed,
  decide: (_project, { projectId, reason }) => [applicationReturned.of({ projectId, reason }, { reason })],
});

export const recommendProject = command({
  ...byBody,
  name: 'RecommendProject',
  title: '推荐立项',
  records: [projectRecommended, projectHeld],
  summary: 'Recommends the very materials that passed both checks, with an opinion.',
  input: z.strictObject({ ...input, opinion: paragraphSchema }),
  gate(state, given, known) {
    const project = addressed(state, given, known);
    return isRejection(project) ? project : (pendingFault(project, given) ?? checksFault(project) ?? project);
  },
  dueOn: forwardingDay,
  decide(project, { projectId, opinion }, given, known) {
    const held = banGate(project, known.exclusions, given.today);
    if (held) return held;
    const { materialsRoot } = project.submission;
    const deviations = lateUnderPlan(
      known.programme.inForce,
      'project.recommended',
      actDays(given.effectiveAt, given.now),
      LATE_RECOMMENDATION,
    );
    return [projectRecommended.of({ projectId, opinion, materialsRoot }, { deviations })];
  },
});

const LATE_RECOMMENDATION = { code: 'recommendation-late', zh: '推荐立项', en: 'recommendation' };

/** Both checks, each passed on the current materials; one that is still to be made has not failed. */
function checksFault({ submission, completeness, truthfulness }: Submitted): Rejection | undefined {
  const current = (done: Check | undefined) => (done?.materialsRoot === submission.materialsRoot ? done : undefined);
  const open = [
    { zh: '完整性', en: 'completeness', done: current(completeness) },
    { zh: '真实性', en: 'truthfulness', done: current(truthfulness) },
  ].filter(({ done }) => !done?.passed);
  if (open.length === 0) return undefined;
  const zh = open.map(check => `${check.zh}${check.done ? '核实未通过' : '尚未核实'}`).join('、');
  const en = open.map(check => `${check.en} ${check.done ? 'was not passed' : 'has not been checked'}`).join(', ');
  return refuse(
    'art-12',
    'checks-not-passed',
    `当前材料的${zh}，不得推荐`,
    `The current materials cannot be recommended: ${en}`,
  );
}

export const declineToRecommendProject = command({
  ...byBody,
  name: 'DeclineToRecommendProject',
  title: '不予推荐立项',
  records: [projectNotRecommended],
  summary: 'Declines to recommend, with a reason; final for this application (D-15).',
  input: z.strictObject({ ...input, reason: paragraphSchema }),
  gate: addressed,
  decide: (_project, { projectId, reason }) => [projectNotRecommended.of({ projectId, reason }, { reason })],
});
