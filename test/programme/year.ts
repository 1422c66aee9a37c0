/** A year under test: its log, the plan it follows, and a way to send it commands with everything read from that log. */
import { projectApproved, projectListed } from '../../events/application.ts';
import { calendarEventTypes, calendarStream } from '../../events/calendar.ts';
import type { Actor, RecordedEvent } from '../../events/envelope.ts';
import { expertEventTypes } from '../../events/expert.ts';
import {
  bodyIdSchema,
  creditCodeSchema,
  type Position,
  positionSchema,
  projectIdSchema,
  type StreamId,
} from '../../events/ids.ts';
import {
  applicationWindowOpened,
  PLANNED_PHASES,
  programmeEventTypes,
  programmeOpened,
  type WorkPlan,
  workPlanPublished,
} from '../../events/programme.ts';
import { regulationInForce, rulebookEventTypes } from '../../events/rulebook.ts';
import { REGULATION } from '../../events/statute.ts';
import type { CivilDate, Instant } from '../../events/time.ts';
import type { AnyCommand, Decision } from '../../services/command.ts';
import { type Programme, programmeState } from '../../services/programme/state.ts';
import { isRejection } from '../../services/rejection.ts';
import { MSR, NOW, type Past, recorded } from '../support/given.ts';
import { type Sent as Asked, PastLog } from '../support/past-log.ts';

export const YEAR = 2024;
export const URL = 'https://scjg.tj.gov.cn/plan.html';

/** 10:00 Asia/Shanghai. */
export const morningOf = (date: CivilDate): Instant => `${date}T02:00:00.000Z`;

export const plan: WorkPlan = {
  title: '2024年天津市质量攻关工作方案',
  steps: PLANNED_PHASES.map(phase => ({ phase, procedure: `${phase}程序`, requirements: `${phase}要求` })),
  deadlines: {
    applicationOpens: '2024-03-15',
    applicationCloses: '2024-04-30',
    supplementWorkingDays: 5,
    verification: '2024-05-31',
    municipalReview: '2024-06-14',
    projectPlanPublication: '2024-06-28',
    training: '2024-08-30',
    results: '2024-10-31',
    evaluation: '2024-11-29',
    exchangeMeeting: '2024-12-20',
    monitoringEveryMonths: 3,
    visitsPerYear: 1,
  },
  options: { requiredDocuments: [], similarityThreshold: 0.5 },
  panelRules: '不少于5人，单数',
  scoringRulesRef: '评定标准第1版',
};

export function planWith(deadlines: Partial<WorkPlan['deadlines']>): WorkPlan {
  return { ...plan, deadlines: { ...plan.deadlines, ...deadlines } };
}

export const inForce: Past = {
  draft: regulationInForce.of({
    doc: REGULATION,
    from: '2023-12-29',
    lastDay: '2028-12-28',
    lastDayByCivilCode: '2028-12-29',
  }),
};
export const opened: Past = {
  draft: programmeOpened.of({ year: YEAR, title: '2024年度质量攻关', regulation: REGULATION }),
};
export const published: Past = {
  draft: workPlanPublished.of({ year: YEAR, version: 1, plan, docHash: 'a'.repeat(64), url: URL }),
};
export const windowOpened: Past = {
  draft: applicationWindowOpened.of({ year: YEAR, opensAt: morningOf('2024-03-15'), closesOn: '2024-04-30' }),
};
export const planned: readonly Past[] = [inForce, opened, published];
export const running: readonly Past[] = [...planned, windowOpened];

/** The approval and listing of a project, in the order of one decision. */
export function listing(number: string, approver: Actor = MSR, year = YEAR): readonly Past[] {
  const projectId = projectIdSchema.parse(`${year}-${number}`);
  const project = {
    projectId,
    year,
    uscc: creditCodeSchema.parse('91350100M000100Y43'),
    unitName: '天津样例有限公司',
    title: `攻关题目 ${number}`,
    bodyId: bodyIdSchema.parse('heping'),
    bodyName: '和平区市场监督管理局',
  };
  return [
    { draft: projectApproved.of({ projectId, opinion: '同意', materialsRoot: 'c'.repeat(64) }), actor: approver },
    { draft: projectListed.of(project), actor: approver },
  ];
}

export const headOf = (log: readonly Past[]): Position => positionSchema.parse(String(log.length));

const ofProgramme = typesOf(programmeEventTypes);
const ofCalendar = typesOf(calendarEventTypes);
const kinds: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['rulebook', typesOf(rulebookEventTypes)],
  ['calendar', ofCalendar],
  ['expertbank', typesOf(expertEventTypes)],
]);

const isOfYear = ({ data }: RecordedEvent, stream: string) =>
  stream === calendarStream((data as { year: number }).year);

function typesOf(kinds: readonly { readonly type: string }[]): ReadonlySet<string> {
  return new Set(kinds.map(kind => kind.type));
}

/** The log of a year, which says by its kinds what stands in which stream. */
class YearLog extends PastLog {
  constructor(log: readonly Past[]) {
    super();
    this.events.push(...log.map(recorded));
  }

  override of(stream: StreamId): readonly RecordedEvent[] {
    const types = kinds.get(stream.split('-')[0] as string) ?? ofProgramme;
    return this.events.filter(event => types.has(event.type) && (types !== ofCalendar || isOfYear(event, stream)));
  }
}

export interface Sent extends Omit<Asked, 'commandId'> {
  readonly input: unknown;
}

const made = (log: readonly Past[], command: AnyCommand, { input, ...sent }: Sent) =>
  new YearLog(log).decide(command, input, sent);

/** Sends a command to the year on a log. */
export async function send(log: readonly Past[], command: AnyCommand, sent: Sent): Promise<Decision> {
  return (await made(log, command, sent)).decision;
}

/** The work-plan version that a command's events would be stamped with. */
export async function stampOf(log: readonly Past[], command: AnyCommand, sent: Sent): Promise<number | undefined> {
  const { known } = await made(log, command, sent);
  return command.planVersion?.(known as never);
}

/** The year as decided so far. */
export function yearOf(log: readonly Past[]): Programme {
  const events = log.map(recorded).filter(event => ofProgramme.has(event.type));
  return (events as never[]).reduce(programmeState.evolve, programmeState.initial);
}

/** The log after a decision; fails on a refusal. */
export function appended(log: readonly Past[], decision: Decision, { actor = MSR, now = NOW }: Partial<Sent> = {}) {
  if (isRejection(decision)) throw new Error(`refused: ${decision.code} ${decision.en}`);
  return [...log, ...decision.map((draft): Past => ({ draft, actor, at: now }))];
}
