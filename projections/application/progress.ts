/** Where one project stands, since when, and who must act next (domain 1.5, up to the end of its implementation). */
import { z } from 'zod';
import { MUNICIPAL_AUTHORITY } from '../../events/account.ts';
import { applicationEventTypes, type applicationStarted } from '../../events/application.ts';
import { type EventOf, type EventsOf, untouched } from '../../events/event-type.ts';
import { sha256Schema } from '../../events/ids.ts';
import { implementationPlanSubmitted, projectCompleted, projectTerminated } from '../../events/implementation.ts';
import { passedAfter, stepOfCheck, stepOfHeld } from '../../events/rules/stages.ts';
import { dateSchema, instantSchema } from '../../events/time.ts';
import { chargeKey } from '../charges.ts';

export const PROJECT_STAGES = [
  'started',
  'submitted',
  'returned',
  'verified',
  'not-recommended',
  'recommended',
  'held',
  'stopped',
  'approved',
  'rejected',
  'listed',
  'implementing',
  'completed',
  'terminated',
  'withdrawn',
] as const;
export const projectStageSchema = z.enum(PROJECT_STAGES);
export type ProjectStage = z.infer<typeof projectStageSchema>;

/** What an organisation owes a project: the answer to a supplement request, or an act that the work plan dates. */
export const ACTS = ['supplement', 'verification', 'municipal-review', 'listing'] as const;
export type ProgressAct = (typeof ACTS)[number];

export const projectProgressSchema = z.strictObject({
  projectId: z.string(),
  year: z.int(),
  uscc: z.string(),
  unitName: z.string(),
  title: z.string(),
  industry: z.string(),
  bodyId: z.string(),
  bodyName: z.string(),
  /** The charge under which it came to the body: whoever takes that over acts from then on (art-06). */
  charge: z.string(),
  stage: projectStageSchema,
  /** When the stage was entered. */
  since: instantSchema,
  /** Version of the submitted materials; 0 before the first submission. */
  version: z.int(),
  materialsRoot: sha256Schema.optional(),
  /** Which materials passed each of the two checks of art-12. */
  passed: z.strictObject({ completeness: sha256Schema.optional(), truthfulness: sha256Schema.optional() }),
  /** Credit code, body id, or `msr`. */
  owedBy: z.string().optional(),
  /** `{year}/{act}`: what is owed. The day of a planned act stands in the plan in force, so that an amendment moves it. */
  owes: z.string().optional(),
  /** The day of a supplement, which the request itself sets. */
  dueOn: dateSchema.optional(),
});
export type ProjectProgress = z.infer<typeof projectProgressSchema>;

/** All that moves a project: the events of its application, and those that mark its implementation. */
export const lifeEventTypes = [
  ...applicationEventTypes,
  implementationPlanSubmitted,
  projectCompleted,
  projectTerminated,
] as const;
export type LifeEvent = EventsOf<typeof lifeEventTypes>;

export const owesKey = (year: number, act: ProgressAct) => `${year}/${act}`;

export function progressBegun({ data, meta }: EventOf<typeof applicationStarted>): ProjectProgress {
  const { jurisdiction: _charge, ...origin } = data;
  return { ...origin, charge: chargeKey(data), stage: 'started', since: meta.effectiveAt, version: 0, passed: {} };
}

/** The progress after an event; the same object when the event does not move the application. */
export function advanced(progress: ProjectProgress, event: LifeEvent): ProjectProgress {
  const at = event.meta.effectiveAt;
  switch (event.type) {
    case 'application.submitted':
    case 'application.supplemented': {
      const { version, materialsRoot } = event.data;
      return entered({ ...progress, version, materialsRoot, passed: {} }, 'submitted', at);
    }
    case 'supplement.requested':
      return owing(progress, progress.uscc, 'supplement', event.data.dueOn);
    case 'completeness.verified':
    case 'completeness.failed':
    case 'truthfulness.verified':
    case 'truthfulness.failed': {
      const passed = passedAfter(progress.passed, event.type, event.data.materialsRoot);
      const step = stepOfCheck(progress.stage, passed, progress.materialsRoot);
      return step === undefined ? { ...progress, passed } : entered({ ...progress, passed }, step, at);
    }
    case 'application.returned':
      return entered({ ...progress, passed: {} }, 'returned', at);
    case 'project.recommended':
      return entered(progress, 'recommended', at);
    case 'project.not-recommended':
      return entered(progress, 'not-recommended', at);
    case 'project.held':
      return entered(progress, 'held', at);
    case 'held-project.decided':
      return entered(progress, stepOfHeld(event.data), at);
    case 'project.approved':
      return entered(progress, 'approved', at);
    case 'project.rejected':
      return entered(progress, 'rejected', at);
    case 'project.listed':
      return entered(progress, 'listed', at);
    case 'implementation-plan.submitted':
      return entered(progress, 'implementing', at);
    case 'project.completed':
      return entered(progress, 'completed', at);
    case 'project.terminated':
      return entered(progress, 'terminated', at);
    case 'application.withdrawn':
      return entered(progress, 'withdrawn', at);
    case 'application.started':
    case 'document.attached':
    case 'undertaking.signed':
    case 'late-submission.accepted':
    case 'verification.started':
    case 'similarity.checked':
    case 'similarity.adjudicated':
    case 'definition-conformity.assessed':
    case 'expected-effect.assessed':
    case 'eligibility.confirmed':
    case 'eligibility.denied':
    case 'municipal-review.started':
    case 'project.carried-over':
      return progress;
    default:
      return untouched(progress, event);
  }
}

function entered(progress: ProjectProgress, stage: ProjectStage, at: string): ProjectProgress {
  const since = progress.stage === stage ? progress.since : at;
  const { owedBy: _by, owes: _act, dueOn: _on, ...rest } = progress;
  const next: ProjectProgress = { ...rest, stage, since };
  switch (stage) {
    case 'submitted':
    case 'verified':
      return owing(next, progress.bodyId, 'verification');
    case 'recommended':
    case 'held':
      return owing(next, MUNICIPAL_AUTHORITY, 'municipal-review');
    case 'approved':
      return owing(next, MUNICIPAL_AUTHORITY, 'listing');
    default:
      return next;
  }
}

function owing(progress: ProjectProgress, owedBy: string, act: ProgressAct, dueOn?: string): ProjectProgress {
  return { ...progress, owedBy, owes: owesKey(progress.year, act), ...(dueOn !== undefined && { dueOn }) };
}
