/**
 * Where a project stands, from its application to its published result (domain 1.5), and which steps take it there. What
 * panels and the review think of a result before it is published is for those who oversee: the acts that tell it are
 * kept apart from those that everybody concerned knows.
 */
import {
  applicationReturned,
  applicationWithdrawn,
  type completenessFailed,
  type completenessVerified,
  eligibilityConfirmed,
  projectApproved,
  projectCarriedOver,
  projectHeld,
  projectListed,
  projectNotRecommended,
  projectRecommended,
  projectRejected,
  type truthfulnessFailed,
  type truthfulnessVerified,
} from '../application.ts';
import type { EventOf } from '../event-type.ts';
import { implementationPlanSubmitted, projectCompleted, projectTerminated, visitRecorded } from '../implementation.ts';
import { excellentResultRecognised, objectionUpheld } from '../recognition.ts';
import { resultNotRecommended, resultRecommended, resultsWithdrawn } from '../result.ts';

/** Where a project can stand: on its way, sent back or held up, and at an end. */
export const JOURNEY_STAGES = [
  'started',
  'submitted',
  'verified',
  'recommended',
  'approved',
  'listed',
  'implementing',
  'completed',
  'results-submitted',
  'results-forwarded',
  'evaluated',
  'proposed',
  'recognised',
  'published',
  'returned',
  'held',
  'results-declined',
  'withdrawn',
  'declined',
  'rejected',
  'stopped',
  'terminated',
  'not-proposed',
  'removed',
  'revoked',
  'overturned',
] as const;
export type JourneyStage = (typeof JOURNEY_STAGES)[number];

/** A project that has ended moves no more, even if it stands on a list that somebody acts on as a whole. */
const CLOSED = ['withdrawn', 'declined', 'rejected', 'stopped', 'terminated'] as const satisfies JourneyStage[];

/** Nobody owes these projects anything more. */
export const ENDS: ReadonlySet<JourneyStage> = new Set([
  ...CLOSED,
  'published',
  'not-proposed',
  'removed',
  'revoked',
  'overturned',
]);

/** Steps of the funnel in their order, then the ways out of it: every stage, and acts that change none. */
export const JOURNEY_STEPS = [
  'started',
  'submitted',
  'verified',
  'recommended',
  'eligible',
  'approved',
  'listed',
  'implementing',
  'visited',
  'completed',
  'results-submitted',
  'results-recommended',
  'results-forwarded',
  'evaluated',
  'proposed',
  'recognised',
  'published',
  'commended',
  'returned',
  'declined',
  'withdrawn',
  'held',
  'rejected',
  'stopped',
  'terminated',
  'carried-over',
  'results-declined',
  'not-proposed',
  'removed',
  'revoked',
  'overturned',
] as const;
export type JourneyStep = (typeof JOURNEY_STEPS)[number];

const CONFIDENTIAL = ['evaluated', 'proposed', 'not-proposed', 'removed', 'recognised'] as const;

/** What the panels and the review think of results is not for the recommending bodies before it is published. */
export const CONFIDENTIAL_STEPS: ReadonlySet<JourneyStep> = new Set(CONFIDENTIAL);

/** Where a project stands as those know who do not oversee, whatever became of its publication afterwards. */
export type ToldStage = Exclude<JourneyStage, (typeof CONFIDENTIAL)[number] | 'revoked' | 'overturned'>;

const UNTOLD: ReadonlySet<string> = new Set([...CONFIDENTIAL, 'revoked', 'overturned']);

export const TOLD_STAGES = JOURNEY_STAGES.filter((stage): stage is ToldStage => !UNTOLD.has(stage));

/** Acts on one project that everybody concerned knows of, and that do nothing but take it a step on, out or back. */
export const TOLD_ACTS = [
  applicationReturned,
  applicationWithdrawn,
  projectRecommended,
  projectNotRecommended,
  eligibilityConfirmed,
  projectHeld,
  projectApproved,
  projectRejected,
  projectListed,
  projectCarriedOver,
  implementationPlanSubmitted,
  visitRecorded,
  projectCompleted,
  projectTerminated,
  resultsWithdrawn,
  resultRecommended,
  resultNotRecommended,
] as const;

/** The same with those that only the overseeing know of. */
export const JOURNEY_ACTS = [...TOLD_ACTS, objectionUpheld, excellentResultRecognised] as const;

/** The step that each of these acts is. */
export const STEP_OF_ACT = {
  'application.returned': 'returned',
  'application.withdrawn': 'withdrawn',
  'project.recommended': 'recommended',
  'project.not-recommended': 'declined',
  'eligibility.confirmed': 'eligible',
  'project.held': 'held',
  'project.approved': 'approved',
  'project.rejected': 'rejected',
  'project.listed': 'listed',
  'project.carried-over': 'carried-over',
  'implementation-plan.submitted': 'implementing',
  'visit.recorded': 'visited',
  'project.completed': 'completed',
  'project.terminated': 'terminated',
  'results.withdrawn': 'completed',
  'result.recommended': 'results-recommended',
  'result.not-recommended': 'results-declined',
  'objection.upheld': 'removed',
  'excellent-result.recognised': 'recognised',
} as const satisfies Record<(typeof JOURNEY_ACTS)[number]['type'], JourneyStep>;

/** The step that the decision about a held project is (art-25). */
export function stepOfHeld({ decision }: { readonly decision: 'proceed' | 'stop' }): 'recommended' | 'stopped' {
  return decision === 'proceed' ? 'recommended' : 'stopped';
}

/** The stage after a step: the same one if the step is none, or if the project has ended. */
export function stageAfter<Stage extends JourneyStage, Step extends JourneyStep>(
  stage: Stage,
  step: Step,
): Stage | Extract<Step, JourneyStage> {
  return isStage(step) && !(CLOSED as readonly JourneyStage[]).includes(stage) ? step : stage;
}

function isStage<Step extends JourneyStep>(step: Step): step is Extract<Step, JourneyStage> {
  return (JOURNEY_STAGES as readonly JourneyStep[]).includes(step);
}

/** The versions of the material that have passed the two checks of art-12, by their hash, since it was last handed in. */
export interface PassedChecks {
  readonly completeness?: string | undefined;
  readonly truthfulness?: string | undefined;
}

type CheckType = EventOf<
  typeof completenessVerified | typeof completenessFailed | typeof truthfulnessVerified | typeof truthfulnessFailed
>['type'];

/** What has passed after a check of art-12; one that is made again and fails has not. */
export function passedAfter(passed: PassedChecks, type: CheckType, materialsRoot: string): PassedChecks {
  const check = type.startsWith('completeness') ? 'completeness' : 'truthfulness';
  const { [check]: _before, ...other } = passed;
  return type.endsWith('.verified') ? { ...other, [check]: materialsRoot } : other;
}

/**
 * The step that a check of art-12 is: verified once both have passed on one version, which is the one handed in last where
 * that is known. None once a body has judged.
 */
export function stepOfCheck(
  stage: string,
  { completeness, truthfulness }: PassedChecks,
  handedIn = completeness,
): 'submitted' | 'verified' | undefined {
  if (stage !== 'submitted' && stage !== 'verified') return undefined;
  const both = completeness !== undefined && completeness === truthfulness && completeness === handedIn;
  return both ? 'verified' : 'submitted';
}
