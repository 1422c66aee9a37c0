/**
 * When an act came too late, and whether a last day is over: every comparison with a deadline is made here. A stated time explains and never repairs (D-47): an act that was recorded after its last day
 * is late, whatever is stated of it; where what is stated lies on the other side of that day, both are said.
 */
import type { EventTypeName } from '../catalogue.ts';
import type { Deviation } from '../envelope.ts';
import type { WorkPlan } from '../programme.ts';
import { type CivilDate, daysBetween, type Instant, shanghaiDate } from '../time.ts';
import type { PlanInForce } from './plan.ts';

/** The days of one act: the same two days unless it was entered later than it took place. */
export interface ActDays {
  /** On which it is stated to have taken place. */
  readonly stated: CivilDate;
  readonly recorded: CivilDate;
}

/** `entered-late`: stated as done in time, recorded after the last day. */
export type Lateness = 'in-time' | 'late' | 'entered-late';

/** The days of an act by its envelope, or by the day that the event itself tells. */
export function actDays(statedAt: Instant, recordedAt: Instant, told?: CivilDate): ActDays {
  return { stated: told ?? shanghaiDate(statedAt), recorded: shanghaiDate(recordedAt) };
}

/** Whether a last day, which counts to 24:00 in Asia/Shanghai, is over on a date. */
export function isOver(lastDay: CivilDate, on: CivilDate): boolean {
  return on > lastDay;
}

/** The same at an instant. */
export function isOverAt(lastDay: CivilDate, at: Instant): boolean {
  return isOver(lastDay, shanghaiDate(at));
}

/** Days by which a last day is over on a date; 0 while it is not. */
export function daysLate(lastDay: CivilDate, on: CivilDate): number {
  return isOver(lastDay, on) ? daysBetween(lastDay, on) : 0;
}

export function latenessOf(dueOn: CivilDate, { stated, recorded }: ActDays): Lateness {
  if (isOver(dueOn, stated)) return 'late';
  return isOver(dueOn, recorded) ? 'entered-late' : 'in-time';
}

/** Whether an act was recorded, or is stated, after its last day. */
export function isLate(dueOn: CivilDate, days: ActDays): boolean {
  return latenessOf(dueOn, days) !== 'in-time';
}

/** The breach of a deadline, both times with it where they lie on different sides; none without a deadline. */
export function lateDeviations(dueOn: CivilDate | undefined, days: ActDays, breach: Deviation): Deviation[] {
  if (dueOn === undefined || !isLate(dueOn, days)) return [];
  if (latenessOf(dueOn, days) === 'late') return [breach];
  const { stated, recorded } = days;
  return [
    {
      ...breach,
      zh: `${breach.zh}（所述发生日期为 ${stated}，录入于 ${recorded}，期限 ${dueOn} 在两者之间，仍按逾期记录）`,
      en: `${breach.en} (stated for ${stated}, recorded on ${recorded}: the last day, ${dueOn}, lies between, and it stays late)`,
    },
  ];
}

/** D-5: the last day of 每年上半年 of a programme year. */
export function endOfFirstHalf(year: number): CivilDate {
  return `${year}-06-30`;
}

type DatedItem = {
  [K in keyof WorkPlan['deadlines']]-?: NonNullable<WorkPlan['deadlines'][K]> extends string ? K : never;
}[keyof WorkPlan['deadlines']];

/** The item of the work plan that sets the last day of acts of a kind. */
const DUE_BY_PLAN = {
  'project.recommended': 'verification',
  'project.approved': 'municipalReview',
  'project.rejected': 'municipalReview',
  'project-plan.published': 'projectPlanPublication',
  'training.delivered': 'training',
  'result-batch.forwarded': 'resultsForwarding',
  'scoring.closed': 'evaluation',
  'technical-evaluation.completed': 'evaluation',
  'excellent-results.published': 'resultsPublication',
} as const satisfies Partial<Record<EventTypeName, DatedItem>>;
type DueByPlan = keyof typeof DUE_BY_PLAN;

/** Acts of 每年上半年 (art-09). */
const DUE_IN_FIRST_HALF: readonly string[] = [
  'work-plan.published',
  'application-window.opened',
] satisfies EventTypeName[];

/** By when an act of a kind is due in a programme year, by the regulation or the plan in force; undefined where neither says. */
export function dueDay(type: string, year: number, plan: PlanInForce | undefined): CivilDate | undefined {
  if (DUE_IN_FIRST_HALF.includes(type)) return endOfFirstHalf(year);
  const items: Readonly<Record<string, DatedItem>> = DUE_BY_PLAN;
  const item = items[type];
  return item && plan?.plan.deadlines[item];
}

/** An act in both languages, and what its lateness is called in the deviation register. */
export interface ActNamed {
  readonly code: string;
  readonly zh: string;
  readonly en: string;
}

/** The day that the plan in force sets for acts of a kind. */
export function dueUnderPlan(plan: PlanInForce | undefined, type: DueByPlan): CivilDate | undefined {
  return plan && dueDay(type, plan.year, plan);
}

/** The breach of the day that the plan in force sets for acts of a kind: recorded and flagged, never blocked. */
export function lateUnderPlan(
  plan: PlanInForce | undefined,
  type: DueByPlan,
  days: ActDays,
  { code, zh, en }: ActNamed,
): Deviation[] {
  if (!plan) return [];
  const due = dueUnderPlan(plan, type);
  return lateDeviations(due, days, {
    code,
    basis: { plan: plan.year, version: plan.version, item: `deadlines.${DUE_BY_PLAN[type]}` },
    zh: `${zh}晚于工作方案规定的 ${due}`,
    en: `The ${en} came after ${due}, the day the work plan sets`,
  });
}
