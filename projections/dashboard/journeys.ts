/** The way of every project of a year (domain 1.5): the rows behind R-D1, R-D2 and R-D5. */
import {
  applicationReturned,
  applicationStarted,
  applicationSubmitted,
  applicationSupplemented,
  applicationWithdrawn,
  completenessFailed,
  completenessVerified,
  eligibilityConfirmed,
  heldProjectDecided,
  projectApproved,
  projectCarriedOver,
  projectHeld,
  projectListed,
  projectNotRecommended,
  projectRecommended,
  projectRejected,
  truthfulnessFailed,
  truthfulnessVerified,
} from '../../events/application.ts';
import { fraudDecisionTaken, fraudulentProjectsStopped } from '../../events/enforcement.ts';
import { excellentListProposed, technicalEvaluationCompleted } from '../../events/evaluation.ts';
import {
  implementationPlanSubmitted,
  projectCompleted,
  projectTerminated,
  visitRecorded,
} from '../../events/implementation.ts';
import {
  commendationIssued,
  excellentListReturned,
  excellentListReviewed,
  excellentResultRecognised,
  excellentResultsPublished,
  objectionUpheld,
} from '../../events/recognition.ts';
import {
  resultBatchForwarded,
  resultNotRecommended,
  resultRecommended,
  resultsSubmitted,
  resultsWithdrawn,
} from '../../events/result.ts';
import { on, projection } from '../projection.ts';
import type { JourneyStep } from './definitions.ts';
import {
  actOn,
  checked,
  handedIn,
  type Journey,
  journeyBegun,
  journeyEvaluated,
  judged,
  reviewed,
  taken,
} from './journey.ts';

/** Acts on one project that do nothing but take it a step on, out or back. */
const STEP_OF = {
  'application.returned': 'returned',
  'application.withdrawn': 'withdrawn',
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
} as const satisfies Record<string, JourneyStep>;

const ownProject = ({ data }: { readonly data: { readonly projectId: string } }) => data.projectId;
const idOf = ({ projectId }: { readonly projectId: string }) => projectId;

export const journeys = projection<Journey>({
  name: 'project-journeys',
  version: 1,
  question: '各项目走到哪一步、各环节用时多久 (Which steps has each project taken, and how long did each stage last?)',
  material: { none: '只有各环节的日期 (the days of each step)' },
  indexes: [{ fields: ['year'] }],
  handlers: [
    on([applicationStarted], ownProject, (row, event) => row ?? journeyBegun(event)),
    on([applicationSubmitted, applicationSupplemented], ownProject, (row, event) => row && handedIn(row, event)),
    on(
      [completenessVerified, completenessFailed, truthfulnessVerified, truthfulnessFailed],
      ownProject,
      (row, event) => row && checked(row, event),
    ),
    on([projectRecommended], ownProject, (row, event) => row && judged(row, 'recommended', event)),
    on([projectNotRecommended], ownProject, (row, event) => row && judged(row, 'declined', event)),
    on([heldProjectDecided], ownProject, (row, event) => {
      const step = event.data.decision === 'proceed' ? 'recommended' : 'stopped';
      return row && taken(row, step, actOn(row, event));
    }),
    on(
      [
        applicationReturned,
        applicationWithdrawn,
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
        objectionUpheld,
        excellentResultRecognised,
      ],
      ownProject,
      (row, event) => row && taken(row, STEP_OF[event.type], actOn(row, event)),
    ),
    on([resultsSubmitted], ownProject, (row, event) => {
      const { bodyId } = event.data;
      return row && taken({ ...row, bodyId }, 'results-submitted', { at: event.meta.recordedAt, bodyId });
    }),
    on(
      [resultBatchForwarded],
      ({ data }) => data.projects.map(idOf),
      (row, event) => row && taken(row, 'results-forwarded', actOn(row, event)),
    ),
    on(
      [technicalEvaluationCompleted, excellentListReturned],
      ({ data }) => data.projects,
      (row, event) => row && journeyEvaluated(row, event),
    ),
    on(
      [excellentListProposed],
      ({ data }) => data.list.map(idOf),
      (row, event) => row && taken(row, 'proposed', actOn(row, event)),
    ),
    on(
      [excellentListReviewed],
      ({ data }) => [...data.kept, ...data.removed.map(idOf)],
      (row, event) => row && reviewed(row, event),
    ),
    on(
      [excellentResultsPublished],
      ({ data }) => data.projects,
      (row, event) => row && taken(row, 'published', actOn(row, event)),
    ),
    on(
      [commendationIssued],
      ({ meta }) => meta.about.projectId,
      (row, event) => row && taken(row, 'commended', actOn(row, event)),
    ),
    on(
      [fraudulentProjectsStopped],
      ({ data }) => data.projectIds,
      (row, event) => row && taken(row, 'stopped', actOn(row, event)),
    ),
    on(
      [fraudDecisionTaken],
      ({ data }) => data.revoked.map(({ projectId }) => projectId),
      (row, { data: { caseId }, meta }) =>
        row && { ...row, revocations: [...row.revocations, { caseId, at: meta.recordedAt }] },
    ),
  ],
});
