/** R-O4: the PDCA board, overdue monitoring, and planned against actual metrics. The clock says what is overdue, no event does. */
import { z } from 'zod';
import { pdcaStageSchema } from '../../events/implementation.ts';
import { daysLate, isOver } from '../../events/rules/lateness.ts';
import { addMonths, type CivilDate, dateSchema, shanghaiDate } from '../../events/time.ts';
import type { Page, Reader } from '../ports.ts';
import { given, load, parsed } from '../query.ts';
import { type ImplementationRow, implementationRowSchema, implementations, plannedMetricSchema } from './progress.ts';
import { type Rhythm, rhythmOf } from './rhythm.ts';
import type { ProjectScope } from './scope.ts';

/** The next monitoring, at the interval of the work plan; absent before a plan and after the end. */
const monitoringSchema = z.strictObject({
  dueOn: dateSchema,
  overdue: z.boolean(),
  daysLate: z.int(),
  everyMonths: z.int(),
  /** The work-plan version that sets the interval. */
  planVersion: z.int(),
});

/** Share of the way from baseline to target that was gone at the last measurement; 1 is the target, absent if unmeasured. */
const metricSchema = plannedMetricSchema.extend({ achieved: z.number().optional() });

const computed = {
  metrics: z.array(metricSchema),
  monitoring: monitoringSchema.optional(),
  milestonesOverdue: z.int(),
};

export const boardItemSchema = implementationRowSchema
  .pick({
    projectId: true,
    year: true,
    title: true,
    uscc: true,
    unitName: true,
    bodyId: true,
    bodyName: true,
    stage: true,
    closedCycles: true,
  })
  .extend({
    ...computed,
    /** The step reported last. */
    at: z.strictObject({ cycle: z.int(), stage: pdcaStageSchema }).optional(),
  });
type BoardItem = z.infer<typeof boardItemSchema>;

const milestoneSchema = implementationRowSchema.shape.milestones.element.extend({
  state: z.enum(['pending', 'overdue', 'met', 'met-late']),
  reportedOn: dateSchema.optional(),
});

export const implementationSchema = implementationRowSchema.extend({
  ...computed,
  milestones: z.array(milestoneSchema),
});

function monitoringOf(row: ImplementationRow, rhythm: Rhythm, today: CivilDate): BoardItem['monitoring'] {
  if (row.stage !== 'implementing' || row.countsFrom === undefined) return undefined;
  const dueOn = addMonths(row.countsFrom, rhythm.monitoringEveryMonths);
  return {
    dueOn,
    overdue: isOver(dueOn, today),
    daysLate: daysLate(dueOn, today),
    everyMonths: rhythm.monitoringEveryMonths,
    planVersion: rhythm.planVersion,
  };
}

/** A metric that is only to be held, its target being its baseline, has no way to go. */
function achieved(metric: ImplementationRow['metrics'][number]): z.infer<typeof metricSchema> {
  const { baseline, target, actual } = metric;
  if (actual === undefined || target === baseline) return metric;
  return { ...metric, achieved: Math.round(((actual - baseline) / (target - baseline)) * 1000) / 1000 };
}

function milestonesOf({ milestones, reports, stage: standing }: ImplementationRow, today: CivilDate) {
  const awaited = standing === 'listed' || standing === 'implementing';
  return milestones.map((milestone): z.infer<typeof milestoneSchema> => {
    const { cycle, stage, dueOn } = milestone;
    const report = reports.find(candidate => candidate.cycle === cycle && candidate.stage === stage);
    if (!report) return { ...milestone, state: awaited && isOver(dueOn, today) ? 'overdue' : 'pending' };
    const { reportedOn } = report;
    return { ...milestone, state: isOver(dueOn, reportedOn) ? 'met-late' : 'met', reportedOn };
  });
}

function computedOf(row: ImplementationRow, rhythm: Rhythm, today: CivilDate) {
  const monitoring = monitoringOf(row, rhythm, today);
  return {
    metrics: row.metrics.map(achieved),
    milestonesOverdue: milestonesOf(row, today).filter(({ state }) => state === 'overdue').length,
    ...(monitoring && { monitoring }),
  };
}

function boardItem(row: ImplementationRow, rhythm: Rhythm, today: CivilDate): BoardItem {
  const { projectId, year, title, uscc, unitName, bodyId, bodyName, stage, closedCycles } = row;
  const last = row.reports.at(-1);
  return {
    ...{ projectId, year, title, uscc, unitName, bodyId, bodyName, stage, closedCycles },
    ...computedOf(row, rhythm, today),
    ...(last && { at: { cycle: last.cycle, stage: last.stage } }),
  };
}

type Asked = ProjectScope & { readonly year: number };

interface PageAsked {
  readonly limit: number;
  readonly cursor?: string;
}

/** The projects of a year, at a stage if it is named. */
export async function boardOf(
  reader: Reader,
  { year, stage, ...asked }: Asked & { readonly stage?: string | undefined },
  page: PageAsked,
) {
  const rhythm = await rhythmOf(reader, year);
  const found = await reader.find(implementations, { where: { year, ...asked, ...given({ stage }) }, ...page });
  return boardPage(reader, rhythm, found);
}

/** Projects whose monitoring is overdue, the longest first. */
export async function overdueMonitoring(reader: Reader, { year, ...asked }: Asked, page: PageAsked) {
  const rhythm = await rhythmOf(reader, year);
  // What counts from a later day is not due yet; at the end of a month what counts from this day may not be either.
  const lastDay = addMonths(shanghaiDate(reader.now), -rhythm.monitoringEveryMonths);
  const found = await reader.find(implementations, {
    where: { year, ...asked, stage: 'implementing', countsFrom: { $gt: '', $lte: lastDay } },
    order: { by: ['countsFrom'], direction: 'asc' },
    ...page,
  });
  const { items } = boardPage(reader, rhythm, found);
  return { page: found, items: items.filter(({ monitoring }) => monitoring?.overdue) };
}

function boardPage(reader: Reader, rhythm: Rhythm, page: Page): { page: Page; items: BoardItem[] } {
  const today = shanghaiDate(reader.now);
  return { page, items: parsed(implementations, page).map(row => boardItem(row, rhythm, today)) };
}

/** All about the implementation of one project. */
export async function implementationOf(
  reader: Reader,
  projectId: string,
): Promise<z.infer<typeof implementationSchema> | undefined> {
  const row = await load(reader, implementations, projectId);
  if (!row) return undefined;
  const rhythm = await rhythmOf(reader, row.year);
  const today = shanghaiDate(reader.now);
  return { ...row, ...computedOf(row, rhythm, today), milestones: milestonesOf(row, today) };
}
