/** The way of every project of a year (domain 1.5): the rows behind R-D1, R-D2 and R-D5. */
import {
  applicationStarted,
  applicationSubmitted,
  applicationSupplemented,
  completenessFailed,
  completenessVerified,
  heldProjectDecided,
  truthfulnessFailed,
  truthfulnessVerified,
} from '../../events/application.ts';
import { fraudDecisionTaken, fraudulentProjectsStopped } from '../../events/enforcement.ts';
import { excellentListProposed, technicalEvaluationCompleted } from '../../events/evaluation.ts';
import {
  commendationIssued,
  excellentListReturned,
  excellentListReviewed,
  excellentResultsPublished,
} from '../../events/recognition.ts';
import { resultBatchForwarded, resultsSubmitted } from '../../events/result.ts';
import { JOURNEY_ACTS, stepOfHeld } from '../../events/rules/stages.ts';
import { on, projection } from '../projection.ts';
import {
  acted,
  actOn,
  checked,
  handedIn,
  type Journey,
  journeyBegun,
  journeyEvaluated,
  reviewed,
  taken,
} from './journey.ts';

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
    on(JOURNEY_ACTS, ownProject, (row, event) => row && acted(row, event)),
    on([heldProjectDecided], ownProject, (row, event) => row && taken(row, stepOfHeld(event.data), actOn(row, event))),
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
