/** 公示 and objections, where the work plan asks for them (D-17): nothing is recognised while an objection is open. */
import { z } from 'zod';
import { evidenceSchema, RECOMMENDING_ROLES } from '../../events/envelope.ts';
import { type ProjectId, projectIdSchema, yearSchema } from '../../events/ids.ts';
import {
  objectionDismissed,
  objectionIdSchema,
  objectionRaised,
  objectionUpheld,
  publicNoticeClosed,
  publicNoticeOpened,
} from '../../events/recognition.ts';
import { isOver } from '../../events/rules/lateness.ts';
import type { PlanInForce, ProgrammeYear } from '../../events/rules/plan.ts';
import { lineSchema, paragraphSchema, urlSchema } from '../../events/text.ts';
import type { CivilDate } from '../../events/time.ts';
import { command, type Given, sealedPerson } from '../command.ts';
import { isRejection, notFound, type Rejection, refuseByPlan } from '../rejection.ts';
import { again } from '../repeat.ts';
import { calendarFrom, dueAfter } from '../working-days.ts';
import { closedFault, onList, refuseOption } from './guards.ts';
import { type ExcellentList, isObjectedTo, type Notice } from './list.ts';
import { recognisedProjectsOf } from './reads.ts';

const PLAN_ITEM = 'options.publicNotice';
const input = { year: yearSchema };

/** Of one notice, whose text is recorded as one; more are for the next, which can be opened at once. */
export const RESULTS_A_NOTICE = 500;

interface NoticePlan extends PlanInForce {
  readonly workingDays: number;
}

/** The plan that asks for a notice, or why there is none. */
function noticePlan({ inForce }: ProgrammeYear): NoticePlan | Rejection {
  const workingDays = inForce?.plan.options.publicNotice?.workingDays;
  if (inForce && workingDays !== undefined) return { ...inForce, workingDays };
  return refuseOption(
    inForce,
    'publicNotice',
    'no-public-notice',
    '工作方案未规定公示',
    'The work plan asks for no public notice',
  );
}

/** Kept by the review and not under notice so far. */
function unnoticed({ reviews, notices }: ExcellentList) {
  const noticed = new Set(notices.flatMap(({ projects }) => projects));
  return Object.values(reviews)
    .flatMap(({ kept }) => kept)
    .filter(id => !noticed.has(id))
    .sort();
}

export const openPublicNotice = command({
  ...onList,
  name: 'OpenPublicNotice',
  title: '公示拟认定优秀成果',
  records: [publicNoticeOpened],
  summary: `Opens the notice that the work plan asks for, over the results that the review keeps; of more than ${RESULTS_A_NOTICE} the rest in another.`,
  input: z.strictObject({ ...input, url: urlSchema }),
  reads: (asked, state, { today }) => ({
    ...onList.reads(asked),
    projects: recognisedProjectsOf(unnoticed(state)),
    calendar: calendarFrom(today),
  }),
  gate(state, { today }, { programme, projects, calendar }) {
    const plan = closedFault(programme) ?? noticePlan(programme);
    if (isRejection(plan)) return plan;
    const kept = projects.flatMap(project => {
      if (!project?.submission) return [];
      const { projectId, unitName, submission } = project;
      return [{ projectId, title: submission.content.title, unitName }];
    });
    const list = kept.slice(0, RESULTS_A_NOTICE);
    if (list.length === 0) {
      return refuseByPlan(
        plan,
        PLAN_ITEM,
        'nothing-to-notice',
        '没有待公示的成果',
        'There is no result to give notice of',
      );
    }
    const { workingDays } = plan;
    const due = dueAfter(calendar, today, { plan, item: PLAN_ITEM, count: workingDays });
    if (isRejection(due)) return due;
    const term = { workingDays, from: today, lastDay: due.date, countedBy: due.countedBy };
    return { notice: state.notices.length + 1, list, term };
  },
  decide: ({ notice, list, term }, { year, url }) => [publicNoticeOpened.of({ year, notice, list, ...term, url })],
});

export const raiseObjection = command({
  ...onList,
  name: 'RaiseObjection',
  title: '提出异议',
  records: [objectionRaised],
  summary: 'Records an objection under the real name, which stays secret; the authority enters those of the public.',
  allow: ['MSR', 'UNIT', ...RECOMMENDING_ROLES],
  input: z.strictObject({
    ...input,
    projectId: projectIdSchema,
    objector: z.strictObject({ name: lineSchema, phone: lineSchema }),
    grounds: paragraphSchema,
    evidence: z.array(evidenceSchema).max(20).default([]),
  }),
  readsTyped: (asked, _state, { actor }) => ({
    objector: sealedPerson(actor.role === 'MSR' ? 'public' : actor.orgId, asked.objector),
  }),
  gate(state, { today }, { programme }) {
    const plan = noticePlan(programme);
    if (isRejection(plan)) return plan;
    const latest = state.notices.at(-1);
    if (!latest) return refuseByPlan(plan, PLAN_ITEM, 'no-notice-yet', '尚未公示', 'No notice has been opened yet');
    const open = state.notices.filter(notice => isOpen(notice, today));
    return open.length > 0 ? { ...state, plan, open } : noticeOver(plan, latest);
  },
  dueOn: ({ open }) => open.map(({ lastDay }) => lastDay).sort()[0],
  decide(state, { year, projectId, grounds, evidence }, { today, newId }, { objector }) {
    const notice = state.notices.find(({ projects }) => projects.includes(projectId));
    if (!notice) return notFound();
    if (!isOpen(notice, today)) return noticeOver(state.plan, notice);
    const objectionId = `objection-${newId}`;
    if (state.objections[objectionId]) return [];
    return [objectionRaised.of({ year, objectionId, projectId, notice: notice.notice, objector, grounds, evidence })];
  },
});

function isOpen({ closed, lastDay }: Notice, today: CivilDate): boolean {
  return !closed && !isOver(lastDay, today);
}

function noticeOver(plan: NoticePlan, { lastDay }: Notice): Rejection {
  return refuseByPlan(plan, PLAN_ITEM, 'notice-over', `公示已于 ${lastDay} 期满`, `The notice ended on ${lastDay}`);
}

export const decideObjection = command({
  ...onList,
  name: 'DecideObjection',
  title: '处理异议',
  records: [objectionUpheld, objectionDismissed],
  summary: 'Upholds or dismisses an objection, with a reason; what it is upheld against is not recognised.',
  input: z.strictObject({
    ...input,
    objectionId: objectionIdSchema,
    outcome: z.enum(['upheld', 'dismissed']),
    reason: paragraphSchema,
  }),
  about: (state, { year, objectionId }) => {
    const projectId = state.objections[objectionId]?.projectId;
    return { year, ...(projectId !== undefined && { projectId }) };
  },
  gate: (state, _given, _known, { objectionId }) => state.objections[objectionId] ?? notFound(),
  done: ({ outcome }) => outcome !== undefined,
  decide(objection, { year, objectionId, outcome, reason }, _given, { programme }) {
    if (objection.outcome === outcome) return again(objection.reason, reason);
    if (objection.outcome) {
      const plan = noticePlan(programme);
      if (isRejection(plan)) return plan;
      return refuseByPlan(plan, PLAN_ITEM, 'objection-decided', '异议已作出处理', 'The objection has been decided');
    }
    const fact = outcome === 'upheld' ? objectionUpheld : objectionDismissed;
    return [fact.of({ year, objectionId, projectId: objection.projectId, reason }, { reason })];
  },
});

export const closePublicNotice = command({
  ...onList,
  name: 'ClosePublicNotice',
  title: '结束公示',
  records: [publicNoticeClosed],
  summary: 'Ends a notice that has run its days and whose objections are all decided.',
  input: publicNoticeClosed.schema,
  gate(state, given, { programme }, { notice: number }) {
    const plan = noticePlan(programme);
    if (isRejection(plan)) return plan;
    const notice = state.notices.find(each => each.notice === number);
    if (!notice) return notFound();
    if (notice.closed) return notice;
    return runningFault(plan, notice, given) ?? undecidedFault(plan, state, notice) ?? notice;
  },
  done: ({ closed }) => closed,
  decide: ({ notice, closed }, { year }) => (closed ? [] : [publicNoticeClosed.of({ year, notice })]),
});

function runningFault(plan: NoticePlan, { lastDay }: Notice, { today }: Given): Rejection | undefined {
  if (isOver(lastDay, today)) return undefined;
  return refuseByPlan(plan, PLAN_ITEM, 'notice-running', `公示至 ${lastDay} 期满`, `The notice runs until ${lastDay}`);
}

function undecidedFault(plan: NoticePlan, state: ExcellentList, { projects }: Notice): Rejection | undefined {
  const open = projects.filter(id => isObjectedTo(state, id, undefined));
  if (open.length === 0) return undefined;
  return refuseByPlan(
    plan,
    PLAN_ITEM,
    'objection-open',
    `异议尚未处理完毕：${open.join('、')}`,
    `Objections are open: ${open.join(', ')}`,
  );
}

/** Why a result cannot be recognised yet, or at all: an objection counts even if the plan has dropped the notice since. */
export function publicNoticeFault(
  state: ExcellentList,
  projectId: ProjectId,
  { inForce }: ProgrammeYear,
): Rejection | undefined {
  const refused = (code: string, zh: string, en: string) => refuseOption(inForce, 'publicNotice', code, zh, en);
  if (isObjectedTo(state, projectId, undefined)) {
    return refused('objection-open', '该成果的异议尚未处理', 'An objection to this result is open');
  }
  if (isObjectedTo(state, projectId, 'upheld')) {
    return refused('objection-upheld', '该成果的异议成立', 'An objection to this result was upheld');
  }
  if (inForce?.plan.options.publicNotice === undefined) return undefined;
  if (state.notices.some(({ closed, projects }) => closed && projects.includes(projectId))) return undefined;
  return refused('notice-not-over', '该成果尚未公示或公示尚未结束', 'The notice of this result is not over');
}
