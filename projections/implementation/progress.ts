/** How far the implementation of each listed project is (art-15): plan, cycles, monitoring, metrics. */
import { z } from 'zod';
import { projectListed } from '../../events/application.ts';
import { type EventOf, untouched } from '../../events/event-type.ts';
import { yearSchema } from '../../events/ids.ts';
import {
  type ImplementationEvent,
  implementationEventTypes,
  implementationPlanSchema,
  type Measurement,
  type Metric,
  measurementSchema,
  metricSchema,
  milestoneSchema,
  pdcaStageSchema,
} from '../../events/implementation.ts';
import { dateSchema, instantSchema, shanghaiDate } from '../../events/time.ts';
import { chargeKey } from '../charges.ts';
import { on, projection } from '../projection.ts';

export const IMPLEMENTATION_STAGES = ['listed', 'implementing', 'completed', 'terminated'] as const;
export const implementationStageSchema = z.enum(IMPLEMENTATION_STAGES);

const reportSchema = z.strictObject({
  cycle: z.int(),
  stage: pdcaStageSchema,
  summary: z.string(),
  reportedOn: dateSchema,
});

const monitoringSchema = z.strictObject({
  record: z.int(),
  monitoredOn: dateSchema,
  measurements: z.array(measurementSchema),
  evaluation: z.string(),
});

/** A metric of the plan and what was measured last. */
export const plannedMetricSchema = metricSchema.extend({
  actual: z.number().optional(),
  measuredOn: dateSchema.optional(),
});
type PlannedMetric = z.infer<typeof plannedMetricSchema>;

export const implementationRowSchema = z.strictObject({
  projectId: z.string(),
  year: yearSchema,
  title: z.string(),
  uscc: z.string(),
  unitName: z.string(),
  bodyId: z.string(),
  bodyName: z.string(),
  /** The charge under which it came to the body: whoever takes that over follows it up from then on (art-06). */
  charge: z.string(),
  stage: implementationStageSchema,
  plan: implementationPlanSchema
    .omit({ milestones: true, metrics: true })
    .extend({ version: z.int(), submittedAt: instantSchema })
    .optional(),
  revisions: z.array(z.strictObject({ version: z.int(), reason: z.string(), at: instantSchema })),
  milestones: z.array(milestoneSchema),
  metrics: z.array(plannedMetricSchema),
  /** In the order of reporting; the last one is where the project stands. */
  reports: z.array(reportSchema),
  closedCycles: z.int(),
  monitorings: z.array(monitoringSchema),
  /** The day from which the next monitoring interval counts: the last monitoring, or the first plan. */
  countsFrom: dateSchema.optional(),
  adjustments: z.array(z.strictObject({ becauseOf: z.int(), adjustment: z.string(), at: instantSchema })),
  completed: z.strictObject({ completedOn: dateSchema, summary: z.string() }).optional(),
  terminated: z.strictObject({ reason: z.string(), at: instantSchema }).optional(),
});
export type ImplementationRow = z.infer<typeof implementationRowSchema>;

export const implementations = projection<ImplementationRow>({
  name: 'implementations',
  version: 3,
  question: '各项目实施到哪一步 (How far is the implementation of each listed project?)',
  material: { kind: 'implementation', of: ({ projectId, uscc }) => [{ projectId, uscc }] },
  indexes: [
    { fields: ['year', 'stage', 'countsFrom'] },
    { fields: ['year', 'uscc', 'stage', 'countsFrom'] },
    { fields: ['year', 'charge', 'stage', 'countsFrom'] },
  ],
  handlers: [
    on(
      [projectListed],
      ({ data }) => data.projectId,
      (row, event) => row ?? listed(event),
    ),
    on(
      implementationEventTypes,
      ({ data }) => data.projectId,
      (row, event) => row && advanced(row, event),
    ),
  ],
});

function listed({ data }: EventOf<typeof projectListed>): ImplementationRow {
  const { jurisdiction: _charge, ...project } = data;
  return {
    ...project,
    charge: chargeKey(data),
    stage: 'listed',
    revisions: [],
    milestones: [],
    metrics: [],
    reports: [],
    closedCycles: 0,
    monitorings: [],
    adjustments: [],
  };
}

function advanced(row: ImplementationRow, event: ImplementationEvent): ImplementationRow {
  const at = event.meta.effectiveAt;
  switch (event.type) {
    case 'implementation-plan.submitted': {
      const { version, plan } = event.data;
      const { milestones, metrics, ...outline } = plan;
      return {
        ...row,
        stage: 'implementing',
        plan: { ...outline, version, submittedAt: at },
        milestones,
        metrics: measured(metrics, row.metrics),
        countsFrom: row.countsFrom ?? shanghaiDate(at),
      };
    }
    case 'implementation-plan.revised': {
      const { version, plan, reason } = event.data;
      const { milestones, metrics, ...outline } = plan;
      return {
        ...row,
        plan: { ...outline, version, submittedAt: at },
        revisions: [...row.revisions, { version, reason, at }],
        milestones,
        metrics: measured(metrics, row.metrics),
      };
    }
    case 'pdca-stage.reported': {
      const { cycle, stage, summary } = event.data;
      const reports = [...row.reports, { cycle, stage, summary, reportedOn: shanghaiDate(event.meta.recordedAt) }];
      return { ...row, reports, closedCycles: reports.filter(report => report.stage === '处理').length };
    }
    case 'progress.monitored': {
      const { record, monitoredOn, measurements, evaluation } = event.data;
      return {
        ...row,
        monitorings: [...row.monitorings, { record, monitoredOn, measurements, evaluation }],
        metrics: row.metrics.map(metric => withActual(metric, measurements, monitoredOn)),
        countsFrom: monitoredOn,
      };
    }
    case 'strategy.adjusted': {
      const { becauseOf, adjustment } = event.data;
      return { ...row, adjustments: [...row.adjustments, { becauseOf, adjustment, at }] };
    }
    case 'project.completed': {
      const { completedOn, summary } = event.data;
      return { ...row, stage: 'completed', completed: { completedOn, summary } };
    }
    case 'project.terminated':
      return { ...row, stage: 'terminated', terminated: { reason: event.data.reason, at } };
    case 'visit.planned':
    case 'visit.recorded':
    case 'guidance.issued':
    case 'progress.urged':
    case 'problem.raised':
    case 'problem.resolved':
      return row;
    default:
      return untouched(row, event);
  }
}

/** A revised plan keeps what was measured of the metrics it keeps. */
function measured(metrics: readonly Metric[], before: readonly PlannedMetric[]): PlannedMetric[] {
  return metrics.map(metric => {
    const { actual, measuredOn } = before.find(({ metricId }) => metricId === metric.metricId) ?? {};
    return { ...metric, ...(actual !== undefined && { actual }), ...(measuredOn !== undefined && { measuredOn }) };
  });
}

function withActual(metric: PlannedMetric, measurements: readonly Measurement[], measuredOn: string): PlannedMetric {
  const measurement = measurements.find(({ metricId }) => metricId === metric.metricId);
  return measurement ? { ...metric, actual: measurement.value, measuredOn } : metric;
}
