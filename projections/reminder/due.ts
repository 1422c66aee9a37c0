/**
 * Which reminders are due: each organisation is told once that a duty will soon be due, and once that it is overdue. Read
 * from the plan in force and from where every project stands, so that nothing has to be remembered between two answers.
 */
import { MUNICIPAL_AUTHORITY } from '../../events/account.ts';
import type { BodyKind } from '../../events/body.ts';
import type { Role } from '../../events/envelope.ts';
import type { ProjectId } from '../../events/ids.ts';
import { type Reminder, type ReminderStage, reminderIdOf } from '../../events/reminder.ts';
import { isOver } from '../../events/rules/lateness.ts';
import { addDays, type CivilDate, type Instant, shanghaiDate } from '../../events/time.ts';
import { boards } from '../application/boards.ts';
import type { ProjectProgress } from '../application/progress.ts';
import type { Reader } from '../ports.ts';
import { type DeadlineRow, deadlines } from '../programme/deadlines.ts';
import { all, load, pagesOf } from '../query.ts';
import { bodyRegister } from '../registry/bodies.ts';

/** Civil days. A house rule: neither the regulation nor the work plan says how long ahead of its last day a duty is near. */
export const SOON_DAYS = 7;

/** The item of the work plan that dates what is owed to a project. Another act is another row. */
export const ITEM_OF_ACT: Readonly<Record<string, string>> = {
  supplement: 'supplementWorkingDays',
  verification: 'verification',
  'municipal-review': 'municipalReview',
  listing: 'projectPlanPublication',
};

const ROLE_OF_BODY: Readonly<Record<BodyKind, Role>> = {
  'industry-authority': 'REC-I',
  association: 'REC-A',
  'district-bureau': 'REC-D',
};

interface Calendar {
  readonly today: CivilDate;
  /** By `{year}/{item}`. */
  readonly deadlines: ReadonlyMap<string, DeadlineRow>;
  readonly roleOf: ReadonlyMap<string, Role>;
}

/** Every reminder that is due, whether or not it has been sent, a page of projects at a time. */
export async function* remindersDue(reader: Reader, now: Instant): AsyncIterable<readonly Reminder[]> {
  const calendar = await calendarOf(reader, now);
  yield [...calendar.deadlines.values()].flatMap(deadline => yearlyReminder(deadline, calendar) ?? []);
  for await (const projects of pagesOf(reader, boards, { owedBy: { $gt: '' } })) {
    yield projects.flatMap(project => projectReminder(project, calendar) ?? []);
  }
}

/** Whether a reminder that was due is so still: the duty may have been done, or put off, since. */
export async function isDueStill(reader: Reader, reminder: Reminder, now: Instant): Promise<boolean> {
  const { year, item, projectId } = reminder;
  const calendar = await calendarOf(reader, now);
  const deadline = calendar.deadlines.get(`${year}/${item}`);
  const project = projectId && (await load(reader, boards, projectId));
  const current = project ? projectReminder(project, calendar) : deadline && yearlyReminder(deadline, calendar);
  return current !== undefined && reminderIdOf(current) === reminderIdOf(reminder);
}

async function calendarOf(reader: Reader, now: Instant): Promise<Calendar> {
  const [planned, registered] = await Promise.all([all(reader, deadlines, {}), all(reader, bodyRegister, {})]);
  return {
    today: shanghaiDate(now),
    deadlines: new Map(planned.map(deadline => [`${deadline.year}/${deadline.item}`, deadline])),
    roleOf: new Map(registered.map(({ bodyId, kind }) => [bodyId, ROLE_OF_BODY[kind]])),
  };
}

/** What is done once a year is done by the municipal authority. */
function yearlyReminder(deadline: DeadlineRow, { today }: Calendar): Reminder | undefined {
  const { yearly, doneAt, dueOn } = deadline;
  if (!yearly || doneAt !== undefined || dueOn === undefined) return undefined;
  return reminderOf(deadline, { orgId: MUNICIPAL_AUTHORITY, role: 'MSR' }, dueOn, today);
}

function projectReminder(project: ProjectProgress, { deadlines, roleOf, today }: Calendar): Reminder | undefined {
  const { owedBy: orgId, owes = '' } = project;
  const [year, act = ''] = owes.split('/');
  const deadline = deadlines.get(`${year}/${ITEM_OF_ACT[act]}`);
  const dueOn = project.dueOn ?? deadline?.dueOn;
  if (orgId === undefined || deadline === undefined || dueOn === undefined) return undefined;
  // Until the act of the year is done, its own reminder speaks for all projects.
  if (deadline.yearly && deadline.doneAt === undefined) return undefined;
  const role = roleOf.get(orgId) ?? (deadline.owedBy[0] as Role);
  const reminder = reminderOf(deadline, { orgId, role }, dueOn, today);
  return reminder && { ...reminder, projectId: project.projectId as ProjectId, projectTitle: project.title };
}

function reminderOf(
  { year, deadline, item, title, duty, planVersion }: DeadlineRow,
  owedBy: Reminder['owedBy'],
  dueOn: CivilDate,
  today: CivilDate,
): Reminder | undefined {
  const stage = stageOn(dueOn, today);
  return stage && { year, deadline, item, title, duty, planVersion, stage, dueOn, owedBy };
}

function stageOn(dueOn: CivilDate, today: CivilDate): ReminderStage | undefined {
  if (isOver(dueOn, today)) return 'overdue';
  return dueOn <= addDays(today, SOON_DAYS) ? 'due-soon' : undefined;
}
