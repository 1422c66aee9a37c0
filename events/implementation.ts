/**
 * The project's own stream `project-{year}-{n}` after the listing: its implementation by the unit (art-15) and the
 * follow-up service of the body in charge (art-16).
 */
import { z } from 'zod';
import { evidenceSchema } from './envelope.ts';
import { type EventsOf, eventType } from './event-type.ts';
import { bodyIdSchema, projectIdSchema } from './ids.ts';
import { sealedSchema } from './personal.ts';
import { lineSchema, paragraphSchema } from './text.ts';
import { dateSchema } from './time.ts';

const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{1,62}$/);
export const visitIdSchema = slug.brand<'VisitId'>();
export type VisitId = z.infer<typeof visitIdSchema>;
export const guidanceIdSchema = slug.brand<'GuidanceId'>();
export const problemIdSchema = slug.brand<'ProblemId'>();
export type ProblemId = z.infer<typeof problemIdSchema>;

const implementation = { article: 'art-15', phase: '实施', visibility: 'parties' } as const;
const followUp = { article: 'art-16', phase: '跟踪服务', visibility: 'parties' } as const;

const project = { projectId: projectIdSchema };

/** 计划、执行、检查、处理, in the order of art-15. */
export const PDCA_STAGES = ['计划', '执行', '检查', '处理'] as const;
export const pdcaStageSchema = z.enum(PDCA_STAGES);
const cycleSchema = z.int().min(1).max(99);

/** What the project wants to move, from where to where. */
export const metricSchema = z.strictObject({
  metricId: slug,
  title: lineSchema,
  measuredIn: z.string().trim().min(1).max(20),
  baseline: z.number().min(-1e12).max(1e12),
  target: z.number().min(-1e12).max(1e12),
});
export type Metric = z.infer<typeof metricSchema>;

export const milestoneSchema = z.strictObject({
  cycle: cycleSchema,
  stage: pdcaStageSchema,
  task: paragraphSchema,
  dueOn: dateSchema,
});

/** 项目实施方案: what is done by when, and by what its success is measured. */
export const implementationPlanSchema = z.strictObject({
  startsOn: dateSchema,
  endsOn: dateSchema,
  summary: paragraphSchema,
  milestones: z.array(milestoneSchema).min(1).max(100),
  metrics: z.array(metricSchema).min(1).max(30),
});
export type ImplementationPlan = z.infer<typeof implementationPlanSchema>;

const planVersion = { ...project, version: z.int().min(1), plan: implementationPlanSchema };

export const implementationPlanSubmitted = eventType(
  'implementation-plan.submitted',
  { ...implementation, title: '提交项目实施方案' },
  z.strictObject(planVersion),
);

export const implementationPlanRevised = eventType(
  'implementation-plan.revised',
  { ...implementation, title: '修订项目实施方案' },
  z.strictObject({ ...planVersion, reason: paragraphSchema }),
);

export const pdcaStageReported = eventType(
  'pdca-stage.reported',
  { ...implementation, title: '报告PDCA阶段' },
  z.strictObject({
    ...project,
    cycle: cycleSchema,
    stage: pdcaStageSchema,
    summary: paragraphSchema,
    evidence: z.array(evidenceSchema),
  }),
);

export const measurementSchema = z.strictObject({
  metricId: slug,
  value: z.number().min(-1e12).max(1e12),
});
export type Measurement = z.infer<typeof measurementSchema>;

export const progressMonitored = eventType(
  'progress.monitored',
  { ...implementation, title: '监测评估进展和效果' },
  z.strictObject({
    ...project,
    /** 1 for the first monitoring of the project; what a strategy adjustment cites. */
    record: z.int().min(1),
    monitoredOn: dateSchema,
    measurements: z.array(measurementSchema).min(1).max(30),
    evaluation: paragraphSchema,
    evidence: z.array(evidenceSchema),
  }),
);

export const strategyAdjusted = eventType(
  'strategy.adjusted',
  { ...implementation, title: '调整实施策略' },
  z.strictObject({
    ...project,
    /** The monitoring record that called for it. */
    becauseOf: z.int().min(1),
    adjustment: paragraphSchema,
  }),
);

export const projectCompleted = eventType(
  'project.completed',
  { ...implementation, title: '项目完成' },
  z.strictObject({
    ...project,
    completedOn: dateSchema,
    closedCycles: z.int().min(0),
    summary: paragraphSchema,
  }),
);

export const projectTerminated = eventType(
  'project.terminated',
  { ...implementation, title: '终止项目' },
  z.strictObject({ ...project, reason: paragraphSchema }),
);

export const VISIT_KINDS = ['指导', '检查', '督促'] as const;

export const visitPlanned = eventType(
  'visit.planned',
  { ...followUp, title: '计划走访' },
  z.strictObject({
    ...project,
    visitId: visitIdSchema,
    bodyId: bodyIdSchema,
    plannedOn: dateSchema,
    purpose: paragraphSchema,
  }),
);

export const visitRecorded = eventType(
  'visit.recorded',
  { ...followUp, title: '记录走访' },
  z.strictObject({
    ...project,
    visitId: visitIdSchema,
    bodyId: bodyIdSchema,
    visitedOn: dateSchema,
    kinds: z.array(z.enum(VISIT_KINDS)).min(1),
    place: lineSchema,
    participants: z.array(sealedSchema).min(1).max(50),
    findings: paragraphSchema,
  }),
);

export const guidanceIssued = eventType(
  'guidance.issued',
  { ...followUp, title: '提出指导意见' },
  z.strictObject({
    ...project,
    guidanceId: guidanceIdSchema,
    bodyId: bodyIdSchema,
    opinion: paragraphSchema,
    visitId: visitIdSchema.optional(),
  }),
);

export const progressUrged = eventType(
  'progress.urged',
  { ...followUp, title: '督促项目进度' },
  z.strictObject({ ...project, bodyId: bodyIdSchema, matter: paragraphSchema, expectedBy: dateSchema }),
);

export const problemRaised = eventType(
  'problem.raised',
  { ...followUp, title: '提出问题' },
  z.strictObject({
    ...project,
    problemId: problemIdSchema,
    description: paragraphSchema,
    raisedOn: dateSchema,
    visitId: visitIdSchema.optional(),
  }),
);

export const problemResolved = eventType(
  'problem.resolved',
  { ...followUp, title: '解决问题' },
  z.strictObject({
    ...project,
    problemId: problemIdSchema,
    resolution: paragraphSchema,
    resolvedOn: dateSchema,
  }),
);

export const implementationEventTypes = [
  implementationPlanSubmitted,
  implementationPlanRevised,
  pdcaStageReported,
  progressMonitored,
  strategyAdjusted,
  projectCompleted,
  projectTerminated,
  visitPlanned,
  visitRecorded,
  guidanceIssued,
  progressUrged,
  problemRaised,
  problemResolved,
] as const;
export type ImplementationEvent = EventsOf<typeof implementationEventTypes>;
