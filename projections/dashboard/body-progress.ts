/** R-D1 and R-D2: how many applications of a year reached each step, in total and by recommending body. */
import { z } from 'zod';
import {
  applicationReturned,
  applicationStarted,
  applicationSubmitted,
  applicationSupplemented,
  applicationWithdrawn,
  completenessVerified,
  eligibilityConfirmed,
  projectApproved,
  projectListed,
  projectNotRecommended,
  projectRecommended,
  projectRejected,
  truthfulnessVerified,
} from '../../events/application.ts';
import type { EventOf } from '../../events/fact.ts';
import { instantSchema } from '../../events/time.ts';
import type { Reader } from '../ports.ts';
import { projection, when } from '../projection.ts';
import { all, freshness, freshnessSchema } from '../query.ts';
import { definitionSchema, STEP_DEFINITIONS, STEPS, type Step } from './definitions.ts';
import { added, summed } from './tally.ts';

const openSchema = z.strictObject({
  /** Steps counted already. */
  seen: z.array(z.enum(STEPS)),
  /** First submission. */
  submittedAt: instantSchema.optional(),
  materialsRoot: z.string().optional(),
  completeness: z.string().optional(),
  truthfulness: z.string().optional(),
});
type Open = z.infer<typeof openSchema>;

const bodyProgressRowSchema = z.strictObject({
  year: z.int(),
  bodyId: z.string(),
  bodyName: z.string(),
  counts: z.partialRecord(z.enum(STEPS), z.int()),
  /** Whole days from the first submission to the opinion of the body, to the number of projects. */
  daysInVerification: z.record(z.string(), z.int()),
  /** Projects still on their way, so that a step taken again after a return counts once. */
  open: z.record(z.string(), openSchema),
});
export type BodyProgressRow = z.infer<typeof bodyProgressRowSchema>;

const KINDS = [
  applicationStarted,
  applicationSubmitted,
  applicationSupplemented,
  applicationReturned,
  applicationWithdrawn,
  completenessVerified,
  truthfulnessVerified,
  projectRecommended,
  projectNotRecommended,
  eligibilityConfirmed,
  projectApproved,
  projectRejected,
  projectListed,
] as const;
type ProgressEvent = EventOf<(typeof KINDS)[number]>;

const STEP_OF: Partial<Record<ProgressEvent['type'], Step>> = {
  'application.started': 'started',
  'application.submitted': 'submitted',
  'application.returned': 'returned',
  'application.withdrawn': 'withdrawn',
  'project.recommended': 'recommended',
  'project.not-recommended': 'declined',
  'eligibility.confirmed': 'eligible',
  'project.approved': 'approved',
  'project.rejected': 'rejected',
  'project.listed': 'listed',
};

const LAST: readonly Step[] = ['listed', 'rejected', 'withdrawn'];
const DAY_MS = 86_400_000;

export const bodyProgress = projection<BodyProgressRow>({
  name: 'body-progress',
  version: 1,
  question: '各年度、各推荐单位的项目进展到哪一步 (How many applications reached each step, by year and body?)',
  indexes: [{ fields: ['year'] }],
  handlers: [
    when(
      KINDS,
      ({ meta: { about } }) =>
        about.year === undefined || about.bodyId === undefined ? undefined : `${about.year}/${about.bodyId}`,
      (row, event) => {
        const { projectId } = event.data;
        const before = row ?? newRow(event);
        const known = before.open[projectId];
        if (!known && event.type !== 'application.started') return row;
        return counted(before, projectId, known ?? { seen: [] }, event);
      },
    ),
  ],
});

function newRow({ data, meta: { about } }: ProgressEvent): BodyProgressRow {
  const bodyName = 'bodyName' in data ? data.bodyName : (about.bodyId ?? '');
  return {
    year: about.year ?? 0,
    bodyId: about.bodyId ?? '',
    bodyName,
    counts: {},
    daysInVerification: {},
    open: {},
  };
}

function counted(row: BodyProgressRow, projectId: string, known: Open, event: ProgressEvent): BodyProgressRow {
  const checked = withMaterials(known, event);
  const step = stepOf(checked, event);
  const first = step !== undefined && !checked.seen.includes(step);
  const days = first ? verificationDays(checked, step, event) : undefined;
  const { [projectId]: _was, ...others } = row.open;
  const still = step === undefined || !LAST.includes(step);
  const now = first ? { ...checked, seen: [...checked.seen, step] } : checked;
  return {
    ...row,
    counts: first ? { ...row.counts, [step]: (row.counts[step] ?? 0) + 1 } : row.counts,
    daysInVerification: days === undefined ? row.daysInVerification : added(row.daysInVerification, [String(days)], 1),
    open: still ? { ...others, [projectId]: now } : others,
  };
}

function withMaterials(known: Open, event: ProgressEvent): Open {
  switch (event.type) {
    case 'application.submitted':
    case 'application.supplemented': {
      const { materialsRoot } = event.data;
      return { ...known, submittedAt: known.submittedAt ?? event.meta.effectiveAt, materialsRoot };
    }
    case 'completeness.verified':
      return { ...known, completeness: event.data.materialsRoot };
    case 'truthfulness.verified':
      return { ...known, truthfulness: event.data.materialsRoot };
    default:
      return known;
  }
}

function stepOf({ materialsRoot, completeness, truthfulness }: Open, event: ProgressEvent): Step | undefined {
  if (event.type !== 'completeness.verified' && event.type !== 'truthfulness.verified') return STEP_OF[event.type];
  return completeness === materialsRoot && truthfulness === materialsRoot ? 'verified' : undefined;
}

/** Whole days until the first opinion, favourable or not. */
function verificationDays({ seen, submittedAt }: Open, step: Step, { meta }: ProgressEvent): number | undefined {
  if (submittedAt === undefined || (step !== 'recommended' && step !== 'declined')) return undefined;
  if (seen.includes('recommended') || seen.includes('declined')) return undefined;
  return Math.max(0, Math.floor((Date.parse(meta.effectiveAt) - Date.parse(submittedAt)) / DAY_MS));
}

export const funnelSchema = z.strictObject({
  year: z.int(),
  ...freshnessSchema.shape,
  steps: z.array(z.strictObject({ step: z.enum(STEPS), projects: z.int(), definition: definitionSchema })),
});

export async function funnelOf(reader: Reader, year: number): Promise<z.infer<typeof funnelSchema>> {
  const rows = await all(reader, bodyProgress, { year });
  const total = summed(rows.map(row => row.counts));
  return {
    year,
    ...(await freshness(reader, bodyProgress)),
    steps: STEPS.map(step => ({ step, projects: total[step] ?? 0, definition: STEP_DEFINITIONS[step] })),
  };
}

const COMPARED = ['submitted', 'verified', 'recommended', 'declined', 'approved', 'listed'] as const;

const DAYS_DEFINITION = {
  zh: '自首次提交至推荐单位作出推荐或不予推荐意见的整日数；中位数和平均数按项目计算',
  en: 'Whole days from the first submission to the body’s first opinion, favourable or not; median and mean over projects',
};

export const comparisonSchema = z.strictObject({
  year: z.int(),
  ...freshnessSchema.shape,
  bodies: z.array(
    z.strictObject({
      bodyId: z.string(),
      bodyName: z.string(),
      received: z.int(),
      verified: z.int(),
      recommended: z.int(),
      declined: z.int(),
      approved: z.int(),
      listed: z.int(),
      daysInVerification: z.strictObject({ projects: z.int(), mean: z.number(), median: z.number() }).optional(),
    }),
  ),
  definitions: z.record(z.string(), definitionSchema),
});

export async function comparisonOf(reader: Reader, year: number): Promise<z.infer<typeof comparisonSchema>> {
  const rows = await all(reader, bodyProgress, { year });
  const { submitted: received, ...others } = Object.fromEntries(
    COMPARED.map(step => [step, STEP_DEFINITIONS[step]]),
  ) as Record<(typeof COMPARED)[number], { zh: string; en: string }>;
  return {
    year,
    ...(await freshness(reader, bodyProgress)),
    bodies: rows.map(compared),
    definitions: { received, ...others, daysInVerification: DAYS_DEFINITION },
  };
}

function compared({ bodyId, bodyName, counts, daysInVerification }: BodyProgressRow) {
  const days = spread(daysInVerification);
  return {
    bodyId,
    bodyName,
    received: counts.submitted ?? 0,
    verified: counts.verified ?? 0,
    recommended: counts.recommended ?? 0,
    declined: counts.declined ?? 0,
    approved: counts.approved ?? 0,
    listed: counts.listed ?? 0,
    ...(days && { daysInVerification: days }),
  };
}

/** Mean (to a tenth) and median of a histogram of whole days. */
function spread(histogram: BodyProgressRow['daysInVerification']) {
  const entries = Object.entries(histogram)
    .map(([day, projects]) => [Number(day), projects] as const)
    .sort(([one], [other]) => one - other);
  const projects = entries.reduce((sum, [, count]) => sum + count, 0);
  if (projects === 0) return undefined;
  const total = entries.reduce((sum, [day, count]) => sum + day * count, 0);
  const nth = (rank: number) => {
    let passed = 0;
    return entries.find(([, count]) => {
      passed += count;
      return passed >= rank;
    })?.[0] as number;
  };
  const median = (nth(Math.floor((projects + 1) / 2)) + nth(Math.ceil((projects + 1) / 2))) / 2;
  return { projects, mean: Math.round((total / projects) * 10) / 10, median };
}
