/** 项目: every project with the stage it has reached, and the steps it has taken on the way (domain 1.5). */
import { z } from 'zod';
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
import { fraudulentProjectsStopped } from '../../events/enforcement.ts';
import { commendationIssued, excellentResultsPublished } from '../../events/recognition.ts';
import { resultBatchForwarded, resultsSubmitted, resultsWithdrawn } from '../../events/result.ts';
import {
  type JourneyStep,
  type PassedChecks,
  passedAfter,
  STEP_OF_ACT,
  stageAfter,
  stepOfCheck,
  stepOfHeld,
  TOLD_ACTS,
  TOLD_STAGES,
  type ToldStage,
} from '../../events/rules/stages.ts';
import { reported } from './reportable.ts';
import { reportTable } from './table.ts';

const projectRow = z.strictObject({
  projectId: z.string(),
  year: z.int(),
  title: z.string(),
  uscc: z.string(),
  unitName: z.string(),
  industry: z.string(),
  /** The body with which it lies. */
  bodyId: z.string(),
  /** As those know who do not judge it; what became of a publication afterwards stands in the table of revocations. */
  stage: z.enum(TOLD_STAGES),
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
  readonly passed: PassedChecks;
}

/** The row with a step taken; most steps are stages. */
function moved(row: ProjectRow, step: ToldStage | ToldStep, at: string): ProjectRow {
  const stage = stageAfter(row.stage, step);
  return stage === row.stage ? row : { ...row, stage, since: at };
}

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
        const passed = passedAfter(row.passed, type, materialsRoot);
        const step = stepOfCheck(row.stage, passed);
        if (step === undefined) return { ...row, passed };
        const verifiedAt = row.verifiedAt ?? (step === 'verified' ? recordedAt : undefined);
        return moved({ ...row, passed, ...(verifiedAt && { verifiedAt }) }, step, recordedAt);
      },
    ),
    reported(TOLD_ACTS, ofProject, (row, { type, recordedAt }) => {
      if (!row) return undefined;
      const listed = type === 'project.listed' ? { listedAt: row.listedAt ?? recordedAt } : {};
      return moved({ ...row, ...listed }, STEP_OF_ACT[type], recordedAt);
    }),
    reported(
      [heldProjectDecided],
      ofProject,
      (row, { recordedAt, data }) => row && moved(row, stepOfHeld(data), recordedAt),
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

/** Acts on one project that are counted as steps: what makes an earlier step stand again is none. */
const COUNTED_ACTS = [
  applicationStarted,
  applicationSubmitted,
  ...TOLD_ACTS.filter(kind => kind !== resultsWithdrawn),
  resultsSubmitted,
  commendationIssued,
];

const STEP_OF = {
  ...STEP_OF_ACT,
  'application.started': 'started',
  'application.submitted': 'submitted',
  'results.submitted': 'results-submitted',
  'commendation.issued': 'commended',
  'result-batch.forwarded': 'results-forwarded',
  'excellent-results.published': 'published',
} as const satisfies Record<string, JourneyStep>;
type CountedType = (typeof COUNTED_ACTS)[number]['type'] | 'result-batch.forwarded' | 'excellent-results.published';
type ToldStep = (typeof STEP_OF)[CountedType];

const COUNTED_TYPES: readonly CountedType[] = [
  ...COUNTED_ACTS.map(({ type }) => type),
  resultBatchForwarded.type,
  excellentResultsPublished.type,
];

const stepRow = z.strictObject({
  projectId: z.string(),
  step: z.enum(COUNTED_TYPES.map(type => STEP_OF[type])),
  /** For the first time. */
  at: z.iso.datetime(),
  /** How often. */
  times: z.int(),
});
type StepRow = z.infer<typeof stepRow>;

const stepKey = (projectId: string, type: CountedType) => `${projectId} ${STEP_OF[type]}`;

function stepTaken(row: StepRow | undefined, at: string, key: string): StepRow {
  const [projectId = '', step] = key.split(' ') as [string, ToldStep];
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
      COUNTED_ACTS,
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
