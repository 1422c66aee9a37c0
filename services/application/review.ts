/** The municipal authority's review (art-13): approve and list, reject, decide on held projects, carry over (art-04). */
import { z } from 'zod';
import {
  heldProjectDecided,
  municipalReviewStarted,
  projectApproved,
  projectCarriedOver,
  projectHeld,
  projectListed,
  projectRejected,
} from '../../events/application.ts';
import { projectIdSchema, yearSchema } from '../../events/ids.ts';
import { actDays, lateUnderPlan } from '../../events/rules/lateness.ts';
import { isSamePerson, type Persons } from '../../events/rules/persons.ts';
import type { ProgrammeYear } from '../../events/rules/plan.ts';
import { paragraphSchema } from '../../events/text.ts';
import { command, type Given } from '../command.ts';
import { exclusionsNow, suspensionFault } from '../exclusion.ts';
import { personsNow, twoPersonsFault } from '../persons.ts';
import { isRejection, notFound, type Rejection, refuse } from '../rejection.ts';
import { again } from '../repeat.ts';
import {
  applicationStageFault,
  banGate,
  onApplication,
  type Submitted,
  samePersonFault,
  submittedProject,
} from './guards.ts';
import { programmeOf } from './reads.ts';
import { type ApplicationState, type Hold, isEligible } from './state.ts';

const byReviewer = {
  ...onApplication,
  allow: ['MSR'] as const,
  reads: (_input: unknown, state: ApplicationState | undefined) => ({
    programme: programmeOf(state),
    exclusions: exclusionsNow,
    persons: personsNow,
  }),
};

const input = { projectId: projectIdSchema };

/** DL-7: the day by which the plan wants the review done. */
const reviewDay = (_passed: unknown, _given: Given, { programme }: { readonly programme: ProgrammeYear }) =>
  programme.inForce?.plan.deadlines.municipalReview;

export const startMunicipalReview = command({
  ...byReviewer,
  name: 'StartMunicipalReview',
  title: '开始立项审核',
  records: [municipalReviewStarted],
  summary: 'Takes up the review of a recommended project.',
  input: z.strictObject(input),
  gate(state, { actor }, { persons }) {
    const project = submittedProject(state, ['recommended'], 'art-13');
    if (isRejection(project) || project.reviewer) return project;
    return samePersonFault(project, actor, persons) ?? project;
  },
  done: ({ reviewer }) => reviewer !== undefined,
  dueOn: reviewDay,
  decide: ({ reviewer }, { projectId }, { actor }) =>
    reviewer ? [] : [municipalReviewStarted.of({ projectId, reviewer: actor.accountId })],
});

/** The project under review, if the caller may decide on it. */
function underReview(
  state: ApplicationState | undefined,
  { actor }: Given,
  { persons }: { readonly persons: Persons },
): Submitted | Rejection {
  const project = submittedProject(state, ['recommended'], 'art-13');
  if (isRejection(project)) return project;
  if (!project.reviewer) {
    return refuse('art-13', 'review-not-started', '尚未开始立项审核', 'The municipal review has not been started');
  }
  return samePersonFault(project, actor, persons) ?? project;
}

export const approveProject = command({
  ...byReviewer,
  name: 'ApproveProject',
  title: '通过立项审核',
  records: [projectHeld, projectApproved, projectListed],
  summary:
    'Approves and lists a recommended, eligible project in one decision; a unit excluded since submission has it held.',
  input: z.strictObject({ ...input, opinion: paragraphSchema }),
  gate(state, given, known) {
    const project = underReview(state, given, known);
    if (isRejection(project)) return project;
    const held = banGate(project, known.exclusions, given.today);
    if (isRejection(held)) return held;
    // What is held is held, whether it could be approved or not.
    if (held) return { project, held };
    return suspensionFault(known.exclusions, project.projectId) ?? assessmentFault(project) ?? { project, held };
  },
  dueOn: reviewDay,
  decide({ project, held }, { projectId, opinion }, given, known) {
    if (held) return held;
    const { year, uscc, unitName, title, bodyId, bodyName, jurisdiction, submission } = project;
    const listing = { projectId, year, uscc, unitName, title, bodyId, bodyName };
    const deviations = lateUnderPlan(
      known.programme.inForce,
      'project.approved',
      actDays(given.effectiveAt, given.now),
      LATE_REVIEW,
    );
    return [
      projectApproved.of({ projectId, opinion, materialsRoot: submission.materialsRoot }, { deviations }),
      projectListed.of({ ...listing, ...(jurisdiction && { jurisdiction }) }),
    ];
  },
});

const LATE_REVIEW = { code: 'municipal-review-late', zh: '立项审核', en: 'municipal review' };

/** What approval rests on: the definition of art-03 and eligibility under art-08, both on the materials recommended. */
function assessmentFault(project: Submitted): Rejection | undefined {
  const { definition } = project.assessment;
  if (!definition) {
    return refuse(
      'art-03',
      'definition-not-assessed',
      '尚未评估是否符合质量攻关定义',
      'Conformity with the definition has not been assessed',
    );
  }
  if (!definition.conforms) {
    return refuse('art-03', 'definition-not-met', '不符合质量攻关定义', 'The project does not meet the definition');
  }
  if (!isEligible(project)) {
    return refuse(
      'art-08',
      'eligibility-not-confirmed',
      '申报条件尚未确认或不符合，不得立项',
      'Eligibility is not confirmed for these materials',
    );
  }
  return undefined;
}

export const rejectProject = command({
  ...byReviewer,
  name: 'RejectProject',
  title: '未通过立项审核',
  records: [projectRejected],
  summary: 'Rejects a recommended project, with a reason.',
  input: z.strictObject({ ...input, reason: paragraphSchema }),
  gate: underReview,
  dueOn: reviewDay,
  decide(_project, { projectId, reason }, given, known) {
    const deviations = lateUnderPlan(
      known.programme.inForce,
      'project.rejected',
      actDays(given.effectiveAt, given.now),
      LATE_REVIEW,
    );
    return [projectRejected.of({ projectId, reason }, { reason, deviations })];
  },
});

export const decideHeldProject = command({
  ...byReviewer,
  name: 'DecideHeldProject',
  title: '暂缓项目处理决定',
  records: [heldProjectDecided, projectRejected],
  summary: 'A second person decides whether a held project goes on or stops; stopping rejects it (D-33).',
  input: z.strictObject({ ...input, decision: z.enum(['proceed', 'stop']), reason: paragraphSchema }),
  gate(state, { actor }, { persons }) {
    const project = submittedProject(state, ['submitted', 'returned', 'recommended'], 'art-25');
    if (isRejection(project)) return project;
    const { hold } = project;
    if (!hold || hold.decision) {
      return refuse('art-25', 'not-held', '项目没有待决定的暂缓', 'The project is not held');
    }
    return holderFault(hold, actor.accountId, persons) ?? samePersonFault(project, actor, persons) ?? project;
  },
  decide(_project, { projectId, decision, reason }) {
    const decided = heldProjectDecided.of({ projectId, decision, reason }, { reason });
    return decision === 'proceed' ? [decided] : [decided, projectRejected.of({ projectId, reason }, { reason })];
  },
});

function holderFault({ heldBy }: Hold, accountId: string, persons: Persons): Rejection | undefined {
  if (!isSamePerson(persons, heldBy, accountId)) return undefined;
  return twoPersonsFault(
    'same-person',
    '暂缓项目应由另一人作出处理决定',
    'another person than the one at whose act it was held must decide',
  );
}

export const carryOverProject = command({
  ...byReviewer,
  name: 'CarryOverProject',
  title: '结转下一年度',
  records: [projectCarriedOver],
  summary: 'Carries a listed project over to the next year (D-4).',
  input: z.strictObject({ ...input, toYear: yearSchema, reason: paragraphSchema }),
  gate: state => (state ? (applicationStageFault(state, ['listed'], 'art-04') ?? state) : notFound()),
  done: ({ carriedOver }) => carriedOver !== undefined,
  decide(state, { projectId, toYear, reason }) {
    if (state.carriedOver?.toYear === toYear) return again(state.carriedOver.reason, reason);
    if (state.carriedOver !== undefined || toYear !== state.year + 1) {
      return refuse(
        'art-04',
        'not-next-year',
        '项目只能结转至下一年度，且只能结转一次',
        'A project is carried over once, to the next year only',
      );
    }
    return [projectCarriedOver.of({ projectId, fromYear: state.year, toYear, reason }, { reason })];
  },
});
