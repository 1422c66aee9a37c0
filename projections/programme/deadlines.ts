/** R-O11: which deadlines the plan in force sets for a year, and which have passed without the act they are set for. */
import { z } from 'zod';
import { type Meta, type Role, roleSchema } from '../../events/envelope.ts';
import type { EventsOf } from '../../events/event-type.ts';
import { yearSchema } from '../../events/ids.ts';
import { applicationWindowOpened, projectPlanPublished, type WorkPlan } from '../../events/programme.ts';
import { exchangeMeetingCancelled, exchangeMeetingConvened } from '../../events/promotion.ts';
import { excellentResultsPublished } from '../../events/recognition.ts';
import { isLate, isOver } from '../../events/rules/lateness.ts';
import { planEventTypes } from '../../events/rules/plan.ts';
import { ARTICLE_IDS, type ArticleId } from '../../events/statute.ts';
import { dateSchema, instantSchema, shanghaiDate, startOfDay } from '../../events/time.ts';
import { trainingDelivered } from '../../events/training.ts';
import type { Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { all } from '../query.ts';

export const deadlineRowSchema = z.strictObject({
  year: yearSchema,
  /** Number in the deadline register, DL-5 to DL-14. */
  deadline: z.string(),
  /** Item of the work plan that sets it: its legal basis is the plan, not an article. */
  item: z.string(),
  title: z.string(),
  /** The duty it dates. */
  duty: z.enum(ARTICLE_IDS),
  owedBy: z.array(roleSchema),
  planVersion: z.int(),
  /** Last day, 24:00 Asia/Shanghai; absent for a term or a rhythm. */
  dueOn: dateSchema.optional(),
  /** For a term or a rhythm: how many of what. */
  every: z.strictObject({ count: z.int(), unit: z.enum(['working-days', 'months', 'times-a-year']) }).optional(),
  /** Whether one act of the year fulfils it; the others are owed project by project. */
  yearly: z.boolean(),
  doneAt: instantSchema.optional(),
  /** The day on which it was recorded that it was done: what was entered after the last day is late. */
  recordedOn: dateSchema.optional(),
});
export type DeadlineRow = z.infer<typeof deadlineRowSchema>;

interface PlannedDeadline {
  readonly deadline: string;
  readonly item: string;
  readonly title: string;
  readonly duty: ArticleId;
  readonly owedBy: readonly Role[];
  readonly yearly?: true;
  value(plan: WorkPlan): Pick<DeadlineRow, 'dueOn' | 'every'> | undefined;
}

const RECOMMENDING: readonly Role[] = ['REC-I', 'REC-A', 'REC-D'];
const dueOnDay = (dueOn: string | undefined) => (dueOn === undefined ? undefined : { dueOn });
const every = (count: number, unit: NonNullable<DeadlineRow['every']>['unit']) => ({ every: { count, unit } });

const PLANNED: readonly PlannedDeadline[] = [
  {
    deadline: 'DL-5',
    item: 'applicationOpens',
    title: '启动项目申报',
    duty: 'art-10',
    owedBy: ['MSR'],
    yearly: true,
    value: plan => dueOnDay(plan.deadlines.applicationOpens),
  },
  {
    deadline: 'DL-5',
    item: 'applicationCloses',
    title: '项目申报截止',
    duty: 'art-10',
    owedBy: ['UNIT'],
    value: plan => dueOnDay(plan.deadlines.applicationCloses),
  },
  {
    deadline: 'DL-6',
    item: 'supplementWorkingDays',
    title: '补充材料期限',
    duty: 'art-12',
    owedBy: ['UNIT'],
    value: plan => every(plan.deadlines.supplementWorkingDays, 'working-days'),
  },
  {
    deadline: 'DL-6',
    item: 'verification',
    title: '核实并提交推荐意见',
    duty: 'art-12',
    owedBy: RECOMMENDING,
    value: plan => dueOnDay(plan.deadlines.verification),
  },
  {
    deadline: 'DL-7',
    item: 'municipalReview',
    title: '立项审核',
    duty: 'art-13',
    owedBy: ['MSR'],
    value: plan => dueOnDay(plan.deadlines.municipalReview),
  },
  {
    deadline: 'DL-7',
    item: 'projectPlanPublication',
    title: '公布项目计划',
    duty: 'art-13',
    owedBy: ['MSR'],
    yearly: true,
    value: plan => dueOnDay(plan.deadlines.projectPlanPublication),
  },
  {
    deadline: 'DL-8',
    item: 'training',
    title: '培训',
    duty: 'art-14',
    owedBy: ['MSR'],
    yearly: true,
    value: plan => dueOnDay(plan.deadlines.training),
  },
  {
    deadline: 'DL-9',
    item: 'monitoringEveryMonths',
    title: '定期监测',
    duty: 'art-15',
    owedBy: ['UNIT'],
    value: plan => every(plan.deadlines.monitoringEveryMonths, 'months'),
  },
  {
    deadline: 'DL-10',
    item: 'visitsPerYear',
    title: '跟踪服务',
    duty: 'art-16',
    owedBy: RECOMMENDING,
    value: plan => every(plan.deadlines.visitsPerYear, 'times-a-year'),
  },
  {
    deadline: 'DL-11',
    item: 'results',
    title: '提交项目成果材料',
    duty: 'art-17a',
    owedBy: ['UNIT'],
    value: plan => dueOnDay(plan.deadlines.results),
  },
  {
    deadline: 'DL-11',
    item: 'resultsForwarding',
    title: '汇总推荐项目成果',
    duty: 'art-17b',
    owedBy: RECOMMENDING,
    value: plan => dueOnDay(plan.deadlines.resultsForwarding),
  },
  {
    deadline: 'DL-12',
    item: 'evaluation',
    title: '成果技术评定',
    duty: 'art-20',
    owedBy: ['MSR', 'EXPERT'],
    value: plan => dueOnDay(plan.deadlines.evaluation),
  },
  {
    deadline: 'DL-13',
    item: 'publicNotice',
    title: '公示期',
    duty: 'art-21',
    owedBy: ['MSR'],
    value: ({ options }) => options.publicNotice && every(options.publicNotice.workingDays, 'working-days'),
  },
  {
    deadline: 'DL-13',
    item: 'resultsPublication',
    title: '公布优秀成果',
    duty: 'art-21',
    owedBy: ['MSR'],
    yearly: true,
    value: plan => dueOnDay(plan.deadlines.resultsPublication),
  },
  {
    deadline: 'DL-14',
    item: 'exchangeMeeting',
    title: '召开成果交流会',
    duty: 'art-23',
    owedBy: ['MSR'],
    yearly: true,
    value: plan => dueOnDay(plan.deadlines.exchangeMeeting),
  },
];

const idOf = (year: number, { deadline, item }: Pick<PlannedDeadline, 'deadline' | 'item'>) =>
  `${year}/${deadline}/${item}`;
/** What a deadline of a work plan is for, by its item; undefined of what is none. */
export function deadlineTitle(item: string): string | undefined {
  return PLANNED.find(planned => planned.item === item)?.title;
}

const byKey = (year: number, key: string) => PLANNED.find(planned => idOf(year, planned) === key);
const keyOf = (year: number, item: string) =>
  PLANNED.filter(planned => planned.item === item).map(planned => idOf(year, planned));

/** The row of one deadline under a plan; a plan that does not set it leaves none. */
function fromPlan(
  row: DeadlineRow | undefined,
  { data }: EventsOf<typeof planEventTypes>,
  key: string,
): DeadlineRow | undefined {
  const planned = byKey(data.year, key);
  const value = planned?.value(data.plan);
  if (!planned || !value) return undefined;
  const { deadline, item, title, duty, owedBy, yearly = false } = planned;
  return {
    year: data.year,
    deadline,
    item,
    title,
    duty,
    owedBy: [...owedBy],
    planVersion: data.version,
    ...value,
    yearly,
    ...(row?.doneAt !== undefined && { doneAt: row.doneAt }),
    ...(row?.recordedOn !== undefined && { recordedOn: row.recordedOn }),
  };
}

export const deadlines = projection<DeadlineRow>({
  name: 'deadlines',
  version: 3,
  question: '现行工作方案规定的各项期限 (Which deadlines does the plan in force set?)',
  indexes: [{ fields: ['year'] }],
  handlers: [
    on(planEventTypes, ({ data }) => PLANNED.map(planned => idOf(data.year, planned)), fromPlan),
    on(
      [applicationWindowOpened],
      ({ data }) => keyOf(data.year, 'applicationOpens'),
      (row, { data, meta }) => row && done(row, data.opensAt, meta),
    ),
    on(
      [projectPlanPublished],
      ({ data }) => keyOf(data.year, 'projectPlanPublication'),
      (row, { meta }) => row && done(row, meta.effectiveAt, meta),
    ),
    on(
      [trainingDelivered],
      ({ data }) => keyOf(data.year, 'training'),
      (row, { data, meta }) => row && done(row, startOfDay(data.deliveredOn), meta),
    ),
    on(
      [excellentResultsPublished],
      ({ data }) => keyOf(data.year, 'resultsPublication'),
      (row, { meta }) => row && done(row, meta.effectiveAt, meta),
    ),
    on(
      [exchangeMeetingConvened],
      ({ data }) => keyOf(data.year, 'exchangeMeeting'),
      (row, { data, meta }) => row && done(row, startOfDay(data.heldOn), meta),
    ),
    on(
      [exchangeMeetingCancelled],
      ({ data }) => keyOf(data.year, 'exchangeMeeting'),
      (row, { data }) => row && withoutMeeting(row, startOfDay(data.heldOn)),
    ),
  ],
});

/** The first act that fulfils it counts. */
function done(row: DeadlineRow, doneAt: string, { recordedAt }: Meta): DeadlineRow {
  return row.doneAt === undefined ? { ...row, doneAt, recordedOn: shanghaiDate(recordedAt) } : row;
}

/** A meeting that was called off fulfils nothing. */
function withoutMeeting(row: DeadlineRow, heldAt: string): DeadlineRow {
  const { doneAt, recordedOn: _recordedOn, ...undone } = row;
  return doneAt === heldAt ? undone : row;
}

export const deadlineSchema = deadlineRowSchema.extend({
  /** `passed`: owed project by project, see the overdue list; `rhythm`: a term or a rhythm without a date of its own. */
  state: z.enum(['rhythm', 'pending', 'met', 'met-late', 'overdue', 'passed']),
});

function stateOn(row: DeadlineRow, today: string): z.infer<typeof deadlineSchema>['state'] {
  if (row.dueOn === undefined) return 'rhythm';
  if (row.doneAt !== undefined && row.recordedOn !== undefined) {
    return isLate(row.dueOn, { stated: shanghaiDate(row.doneAt), recorded: row.recordedOn }) ? 'met-late' : 'met';
  }
  if (!isOver(row.dueOn, today)) return 'pending';
  return row.yearly ? 'overdue' : 'passed';
}

/** The calendar of a year as of now, in the order of the register. */
export async function deadlinesOf(reader: Reader, year: number): Promise<z.infer<typeof deadlineSchema>[]> {
  const rows = await all(reader, deadlines, { year });
  const place = ({ item }: DeadlineRow) => PLANNED.findIndex(planned => planned.item === item);
  const today = shanghaiDate(reader.now);
  return rows.sort((a, b) => place(a) - place(b)).map(row => ({ ...row, state: stateOn(row, today) }));
}
