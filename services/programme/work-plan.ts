/** The work plan of a year: drafted, published, amended in numbered versions (art-09). */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../../events/canonical.ts';
import { yearSchema } from '../../events/ids.ts';
import {
  type WorkPlan,
  workPlanAmended,
  workPlanDrafted,
  workPlanPublished,
  workPlanSchema,
  workPlanWarned,
} from '../../events/programme.ts';
import { dueDay } from '../../events/rules/lateness.ts';
import { paragraphSchema, urlSchema } from '../../events/text.ts';
import { command, type Given } from '../command.ts';
import { isRejection, type Rejection, refuse } from '../rejection.ts';
import { again } from '../repeat.ts';
import { calendarOf } from '../working-days.ts';
import { changesBetween } from './changes.ts';
import { activeExperts } from './experts.ts';
import { type Finding, findingsOn } from './plan-options.ts';
import { amendmentFault, planFault } from './plan-rules.ts';
import { nextPlanVersion, type Programme, type PublishedPlan, planInForce } from './state.ts';
import { lateForHalfYear, planVersionOf, running, runningUnderPlan, underPlan } from './year.ts';

export const draftWorkPlan = command({
  ...underPlan,
  name: 'DraftWorkPlan',
  title: '起草工作方案',
  records: [workPlanDrafted],
  summary: 'Puts down a draft of the work plan; what the plan must say is checked when it is published.',
  reach: { 'plan.deadlines.*': { notBefore: { programme: -1 }, notAfter: { programme: 1 } } },
  input: z.strictObject({ year: yearSchema, plan: workPlanSchema }),
  gate: running,
  done: isPublished,
  dueOn: workPlanDay,
  decide(state, { year, plan }) {
    if (isPublished(state)) return alreadyPublished();
    const latest = state.drafts.at(-1);
    if (latest && documentHash(latest.plan) === documentHash(plan)) return [];
    return [workPlanDrafted.of({ year, version: nextPlanVersion(state), plan })];
  },
});

export const publishWorkPlan = command({
  ...underPlan,
  name: 'PublishWorkPlan',
  title: '公布工作方案',
  records: [workPlanPublished, workPlanWarned],
  summary: 'Publishes a draft as the work plan of the year; after 30 June a deviation is recorded, never a refusal.',
  input: z.strictObject({ year: yearSchema, version: z.int().min(1), url: urlSchema }),
  reads: measured,
  gate(state) {
    const year = running(state);
    if (isRejection(year) || isPublished(year) || year.drafts.length > 0) return year;
    return refuse('art-09', 'draft-not-found', '尚未起草工作方案', 'No work plan has been drafted yet');
  },
  done: isPublished,
  dueOn: workPlanDay,
  decide(state, { year, version, url }, given, known) {
    const current = planInForce(state);
    if (current) return current.version === version && current.url === url ? [] : alreadyPublished();
    const draft = state.drafts.find(candidate => candidate.version === version);
    if (!draft) {
      return refuse('art-09', 'draft-not-found', `没有第 ${version} 稿工作方案`, `There is no draft ${version}`);
    }
    const { plan } = draft;
    const deviations = lateForHalfYear(year, given, {
      code: 'work-plan-late',
      zh: '工作方案公布',
      en: 'The work plan was published',
    });
    const findings = findingsOn(plan, { ...known, year, today: given.today, windowOpened: state.window !== undefined });
    const told = warnings(year, version, findings);
    return (
      planFault(plan, findings) ?? [
        workPlanPublished.of({ year, version, plan, docHash: documentHash(plan), url }, { deviations }),
        ...told,
      ]
    );
  },
});

export const amendWorkPlan = command({
  ...underPlan,
  name: 'AmendWorkPlan',
  title: '修订工作方案',
  records: [workPlanAmended, workPlanWarned],
  summary: 'Publishes the next version of the work plan; it neither acts backwards nor shortens a running deadline.',
  reach: { 'plan.deadlines.*': { notBefore: { programme: -1 }, notAfter: { programme: 1 } } },
  input: z.strictObject({ year: yearSchema, plan: workPlanSchema, reason: paragraphSchema, url: urlSchema }),
  reads: measured,
  gate: runningUnderPlan,
  decide(state, { year, plan, reason, url }, given, known) {
    const { current } = state;
    const changes = changesBetween(current.plan, plan);
    if (changes.length === 0) return again(current.url, url);
    const version = nextPlanVersion(state);
    const docHash = documentHash(plan);
    const findings = findingsOn(plan, { ...known, year, today: given.today, windowOpened: state.window !== undefined });
    const told = warnings(year, version, findings);
    return (
      planFault(plan, findings) ??
      backwardsOrShorter(state, current, year, plan, given.today) ?? [
        workPlanAmended.of({
          year,
          version,
          plan,
          fromVersion: current.version,
          changes: [...changes],
          reason,
          docHash,
          url,
        }),
        ...told,
      ]
    );
  },
});

/** What a plan is measured against, besides the year itself. */
function measured({ year }: { readonly year: number }, state: Programme) {
  return { ...planVersionOf(state), calendar: calendarOf(year, year + 1), activeExperts };
}

/** Published all the same, and said aloud on the plan's own page. */
function warnings(year: number, version: number, findings: readonly Finding[]) {
  const told = findings.filter(({ refused }) => !refused).map(({ refused: _no, ...warning }) => warning);
  return told.length > 0 ? [workPlanWarned.of({ year, version, warnings: told })] : [];
}

function backwardsOrShorter(
  state: Programme,
  current: PublishedPlan,
  year: number,
  plan: WorkPlan,
  today: string,
): Rejection | undefined {
  const { version } = current;
  const windowOpened = state.window !== undefined;
  return amendmentFault({ year, version, before: current.plan.deadlines, windowOpened, today }, plan.deadlines);
}

function isPublished(state: Programme): boolean {
  return planInForce(state) !== undefined;
}

/** By when the plan is to be published (D-5). */
function workPlanDay(_state: Programme, _given: Given, _known: unknown, { year }: { readonly year: number }) {
  return dueDay(workPlanPublished.type, year, undefined);
}

function alreadyPublished(): Rejection {
  return refuse(
    'art-09',
    'work-plan-already-published',
    '工作方案已公布，请以修订方式变更',
    'The work plan has been published; amend it',
  );
}

/** What readers can recompute from the published plan. */
function documentHash(plan: WorkPlan): string {
  return hash('sha256', canonicalJson(plan));
}
