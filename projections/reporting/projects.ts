/** 项目: every project with the stage it has reached, and the steps it has taken on the way (domain 1.5). */
import { z } from 'zod';
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
import { fraudulentProjectsStopped } from '../../events/enforcement.ts';
import {
  implementationPlanSubmitted,
  projectCompleted,
  projectTerminated,
  visitRecorded,
} from '../../events/implementation.ts';
import { commendationIssued, excellentResultsPublished } from '../../events/recognition.ts';
import {
  resultBatchForwarded,
  resultNotRecommended,
  resultRecommended,
  resultsSubmitted,
  resultsWithdrawn,
} from '../../events/result.ts';
import { reported } from './reportable.ts';
import { reportTable } from './table.ts';

/**
 * As those know a project who do not judge it: forwarded until its result is published. What became of a publication
 * afterwards stands in the table of revocations.
 */
const STAGES = [
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
  'published',
  'returned',
  'held',
  'results-declined',
  'withdrawn',
  'declined',
  'rejected',
  'stopped',
  'terminated',
] as const;
type Stage = (typeof STAGES)[number];

const projectRow = z.strictObject({
  projectId: z.string(),
  year: z.int(),
  title: z.string(),
  uscc: z.string(),
  unitName: z.string(),
  industry: z.string(),
  /** The body with which it lies. */
  bodyId: z.string(),
  stage: z.enum(STAGES),
  since: z.iso.datetime(),
  startedAt: z.iso.datetime(),
  /** For the first time. */
  submittedAt: z.iso.datetime().optional(),
  /** When both checks of art-12 had passed, for the first time. */
  verifiedAt: z.iso.datetime().optional(),
  listedAt: z.iso.datetime().optional(),
  publishedAt: z.iso.datetime().optional(),
});

interface ProjectRow extends z.infer<typeof projectRow> {
  /** The versions of the material that have passed the checks of art-12 since it was last handed in. */
  readonly passed: { readonly completeness?: string; readonly truthfulness?: string };
}

const CLOSED: ReadonlySet<Stage> = new Set(['withdrawn', 'declined', 'rejected', 'stopped', 'terminated']);

/** A project that has ended moves no more, even if it stands on a list that somebody acts on as a whole. */
function moved(row: ProjectRow, stage: Stage, at: string): ProjectRow {
  return stage === row.stage || CLOSED.has(row.stage) ? row : { ...row, stage, since: at };
}

/** Acts on one project that take it to another stage. */
const STAGE_AFTER = {
  'application.returned': 'returned',
  'application.withdrawn': 'withdrawn',
  'project.recommended': 'recommended',
  'project.not-recommended': 'declined',
  'project.held': 'held',
  'project.approved': 'approved',
  'project.rejected': 'rejected',
  'implementation-plan.submitted': 'implementing',
  'project.completed': 'completed',
  'project.terminated': 'terminated',
  'results.withdrawn': 'completed',
  'result.not-recommended': 'results-declined',
} as const satisfies Record<string, Stage>;

const ofProject = ({ about }: { readonly about: { readonly projectId?: string | undefined } }) => about.projectId;

export const projectsTable = reportTable<ProjectRow>({
  name: 'projects',
  version: 1,
  rows: 1,
  title: { zh: '项目', en: 'Projects' },
  question: '报表：项目及其所处环节 (for BI tools: the projects, and the stages they have reached)',
  row: projectRow,
  key: ['projectId'],
  handlers: [
    reported([applicationStarted], ofProject, (row, { recordedAt, data }) => {
      const { projectId, year, title, uscc, unitName, industry, bodyId } = data;
      const begun = { stage: 'started', since: recordedAt, startedAt: recordedAt, passed: {} } as const;
      return row ?? { projectId, year, title, uscc, unitName, industry, bodyId, ...begun };
    }),
    reported([applicationSubmitted, applicationSupplemented], ofProject, (row, { recordedAt }) => {
      const submittedAt = row?.submittedAt ?? recordedAt;
      return row && moved({ ...row, submittedAt, passed: {} }, 'submitted', recordedAt);
    }),
    reported(
      [completenessVerified, completenessFailed, truthfulnessVerified, truthfulnessFailed],
      ofProject,
      (row, { type, recordedAt, data: { materialsRoot } }) => {
        if (!row) return undefined;
        const check = type.startsWith('completeness') ? 'completeness' : 'truthfulness';
        const { [check]: _before, ...other }: ProjectRow['passed'] = row.passed;
        const passed: ProjectRow['passed'] = type.endsWith('.verified') ? { ...other, [check]: materialsRoot } : other;
        const next: ProjectRow = { ...row, passed };
        if (row.stage !== 'submitted' && row.stage !== 'verified') return next;
        const both = passed.completeness !== undefined && passed.completeness === passed.truthfulness;
        if (!both) return moved(next, 'submitted', recordedAt);
        return moved({ ...next, verifiedAt: row.verifiedAt ?? recordedAt }, 'verified', recordedAt);
      },
    ),
    reported(
      [
        applicationReturned,
        applicationWithdrawn,
        projectRecommended,
        projectNotRecommended,
        projectHeld,
        projectApproved,
        projectRejected,
        implementationPlanSubmitted,
        projectCompleted,
        projectTerminated,
        resultsWithdrawn,
        resultNotRecommended,
      ],
      ofProject,
      (row, { type, recordedAt }) => row && moved(row, STAGE_AFTER[type], recordedAt),
    ),
    reported(
      [heldProjectDecided],
      ofProject,
      (row, { recordedAt, data: { decision } }) =>
        row && moved(row, decision === 'proceed' ? 'recommended' : 'stopped', recordedAt),
    ),
    reported(
      [projectListed],
      ofProject,
      (row, { recordedAt }) => row && moved({ ...row, listedAt: row.listedAt ?? recordedAt }, 'listed', recordedAt),
    ),
    reported(
      [resultsSubmitted],
      ofProject,
      (row, { recordedAt, about: { bodyId } }) =>
        row && moved({ ...row, bodyId: bodyId ?? row.bodyId }, 'results-submitted', recordedAt),
    ),
    reported(
      [resultBatchForwarded],
      ({ data }) => data.projects.map(({ projectId }) => projectId),
      (row, { recordedAt }) => row && moved(row, 'results-forwarded', recordedAt),
    ),
    reported(
      [excellentResultsPublished],
      ({ data }) => data.projects,
      (row, { recordedAt }) =>
        row && moved({ ...row, publishedAt: row.publishedAt ?? recordedAt }, 'published', recordedAt),
    ),
    reported(
      [fraudulentProjectsStopped],
      ({ data }) => data.projectIds,
      (row, { recordedAt }) => row && moved(row, 'stopped', recordedAt),
    ),
  ],
});

/** What an act is called as a step of its project. */
const STEP_OF = {
  'application.started': 'started',
  'application.submitted': 'submitted',
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
  'results.submitted': 'results-submitted',
  'result.recommended': 'results-recommended',
  'result.not-recommended': 'results-declined',
  'commendation.issued': 'commended',
  'result-batch.forwarded': 'results-forwarded',
  'excellent-results.published': 'published',
} as const;
type Step = (typeof STEP_OF)[keyof typeof STEP_OF];

const stepRow = z.strictObject({
  projectId: z.string(),
  step: z.enum([...new Set(Object.values(STEP_OF))] as [Step, ...Step[]]),
  /** For the first time. */
  at: z.iso.datetime(),
  /** How often. */
  times: z.int(),
});
type StepRow = z.infer<typeof stepRow>;

const stepKey = (projectId: string, type: keyof typeof STEP_OF) => `${projectId} ${STEP_OF[type]}`;

function stepTaken(row: StepRow | undefined, at: string, key: string): StepRow {
  const [projectId = '', step] = key.split(' ') as [string, Step];
  return row ? { ...row, times: row.times + 1 } : { projectId, step, at, times: 1 };
}

export const projectStepsTable = reportTable<StepRow>({
  name: 'project_steps',
  version: 1,
  rows: 1,
  title: { zh: '项目走过的各步', en: 'Steps of projects' },
  question: '报表：项目走过的各步 (for BI tools: the steps that projects have taken)',
  row: stepRow,
  key: ['projectId', 'step'],
  handlers: [
    reported(
      [
        applicationStarted,
        applicationSubmitted,
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
        resultsSubmitted,
        resultRecommended,
        resultNotRecommended,
        commendationIssued,
      ],
      ({ type, about: { projectId } }) => (projectId === undefined ? undefined : stepKey(projectId, type)),
      (row, { recordedAt }, key) => stepTaken(row, recordedAt, key),
    ),
    reported(
      [resultBatchForwarded],
      ({ type, data }) => data.projects.map(({ projectId }) => stepKey(projectId, type)),
      (row, { recordedAt }, key) => stepTaken(row, recordedAt, key),
    ),
    reported(
      [excellentResultsPublished],
      ({ type, data }) => data.projects.map(projectId => stepKey(projectId, type)),
      (row, { recordedAt }, key) => stepTaken(row, recordedAt, key),
    ),
  ],
});
