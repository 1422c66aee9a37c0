/** What the commands on a year have in common: who sends them, on which stream, and that the year is running. */
import type { Deviation } from '../../events/envelope.ts';
import { type ProgrammeEvent, programmeStream } from '../../events/programme.ts';
import { actDays, endOfFirstHalf, lateDeviations } from '../../events/rules/lateness.ts';
import { REGULATION } from '../../events/statute.ts';
import { shanghaiMinute } from '../../events/time.ts';
import { type Dependency, type Fold, type Given, known } from '../command.ts';
import { type Rejection, refuse } from '../rejection.ts';
import { type Programme, type PublishedPlan, planInForce, programmeState } from './state.ts';

export interface OfYear {
  readonly year: number;
}

export const onYear = {
  allow: ['MSR'] as const,
  fold: programmeState as Fold<Programme, ProgrammeEvent>,
  stream: (input: OfYear) => programmeStream(input.year),
  about: (_state: Programme, input: OfYear) => ({ year: input.year }),
};

/** The plan version in force, read from the year itself, to be stamped on its events. */
export function planVersionOf(state: Programme): { readonly plan: Dependency<number | undefined> } {
  return { plan: known(planInForce(state)?.version) };
}

/** A command of a year that may already have a plan. */
export const underPlan = {
  ...onYear,
  reads: (_input: OfYear, state: Programme) => planVersionOf(state),
  planVersion: (from: { readonly plan: number | undefined }) => from.plan,
};

/** Why nothing can be decided on the year: it has not been opened, or is over. */
export function notRunning(state: Programme): Rejection | undefined {
  if (!state.opened) {
    return refuse('art-04', 'programme-not-open', '该年度活动尚未启动', 'The annual programme has not been opened');
  }
  if (state.closed) {
    return refuse('art-04', 'programme-closed', '该年度活动已结束', 'The annual programme is closed');
  }
  return undefined;
}

/** The year, if it is running. */
export function running(state: Programme): Programme | Rejection {
  return notRunning(state) ?? state;
}

/** A running year with its work plan. */
export interface PlannedYear extends Programme {
  readonly current: PublishedPlan;
}

/** The year, if it is running and its work plan has been published. */
export function runningUnderPlan(state: Programme): PlannedYear | Rejection {
  const current = planInForce(state);
  return notRunning(state) ?? (current ? { ...state, current } : noWorkPlan());
}

/** Refuses what rests on a work plan that was not published (art-09). */
function noWorkPlan(): Rejection {
  return refuse('art-09', 'work-plan-not-published', '工作方案尚未公布', 'The work plan has not been published');
}

/** The breach of "每年上半年" by an act after 30 June, 24:00 (D-5): recorded, never blocked. */
export function lateForHalfYear(
  year: number,
  { effectiveAt, now }: Given,
  act: { readonly code: string; readonly zh: string; readonly en: string },
): readonly Deviation[] {
  return lateDeviations(endOfFirstHalf(year), actDays(effectiveAt, now), {
    code: act.code,
    basis: { doc: REGULATION, article: 'art-09' },
    zh: `${act.zh}于 ${shanghaiMinute(now)}，晚于上半年截止时间（6月30日24:00）`,
    en: `${act.en} at ${shanghaiMinute(now)} (Asia/Shanghai), after the end of the first half-year (30 June, 24:00)`,
  });
}
