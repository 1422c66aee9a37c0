/**
 * The programme year as every later act meets it: open or not, its application window, and the work plan in force, which
 * is the version published or amended last (art-09).
 */
import { type ProgrammeEvent, type WorkPlan, workPlanAmended, workPlanPublished } from '../programme.ts';
import type { CivilDate, Instant } from '../time.ts';
import { isOverAt } from './lateness.ts';

/** A published work plan: what refusals and deviations under it cite. */
export interface PlanInForce {
  readonly year: number;
  readonly version: number;
  readonly plan: WorkPlan;
}

export const planEventTypes = [workPlanPublished, workPlanAmended] as const;

/** The plan that such an event puts in force. */
export function planPutInForce({ data }: { readonly data: PlanInForce }): PlanInForce {
  const { year, version, plan } = data;
  return { year, version, plan };
}

export interface ApplicationWindow {
  readonly opensAt: Instant;
  /** Follows the plan: an amendment that moves the deadline moves the end of a window that is open. */
  readonly closesOn: CivilDate;
  readonly closedAt?: Instant;
}

export interface ProgrammeYear {
  readonly open: boolean;
  readonly inForce: PlanInForce | undefined;
  readonly window: ApplicationWindow | undefined;
}

export const programmeYear = {
  name: 'programme-year',
  initial: { open: false, inForce: undefined, window: undefined } as ProgrammeYear,
  evolve(state: ProgrammeYear, event: ProgrammeEvent): ProgrammeYear {
    switch (event.type) {
      case 'programme.opened':
        return { ...state, open: true };
      case 'programme.closed':
        return { ...state, open: false };
      case 'work-plan.published':
      case 'work-plan.amended': {
        const inForce = planPutInForce(event);
        const closesOn = inForce.plan.deadlines.applicationCloses;
        return { ...state, inForce, window: state.window && { ...state.window, closesOn } };
      }
      case 'application-window.opened': {
        const { opensAt, closesOn } = event.data;
        return { ...state, window: { opensAt, closesOn } };
      }
      case 'application-window.closed': {
        const { closedAt } = event.data;
        return { ...state, window: state.window && { ...state.window, closedAt } };
      }
      case 'work-plan.drafted':
      case 'work-plan.warned':
      case 'project-plan.compiled':
      case 'project-plan.published':
      case 'project-plan.amended':
        return state;
    }
  },
};

export type WindowState = 'not-opened' | 'open' | 'closed';

/** DL-5: whether applications are accepted at an instant; the last day counts to 24:00. */
export function windowAt({ window }: Pick<ProgrammeYear, 'window'>, at: Instant): WindowState {
  if (!window || at < window.opensAt) return 'not-opened';
  const { closesOn, closedAt } = window;
  return isOverAt(closesOn, at) || (closedAt !== undefined && at >= closedAt) ? 'closed' : 'open';
}
