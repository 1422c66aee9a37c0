/** The programme year as every later act meets it: open or not, its application window, and the work plan in force. */
import { type ProgrammeEvent, programmeStream, type WorkPlan } from '../events/programme.ts';
import { type CivilDate, endOfDay, type Instant } from '../events/time.ts';
import { type Fold, type Reading, stateOf } from './command.ts';
import { type Rejection, refuse } from './rejection.ts';

/** A published work plan: what refusals and deviations under it cite. */
export interface PlanInForce {
  readonly year: number;
  readonly version: number;
  readonly plan: WorkPlan;
}

export interface ProgrammeYear {
  readonly open: boolean;
  readonly inForce: PlanInForce | undefined;
  readonly window: { readonly opensAt: Instant; readonly closesOn: CivilDate; readonly closed: boolean } | undefined;
}

/** An amended plan moves the closing day of a window that is already open. */
export const programmeYear: Fold<ProgrammeYear, ProgrammeEvent> = {
  name: 'programme-year',
  initial: { open: false, inForce: undefined, window: undefined },
  evolve(state, event) {
    switch (event.type) {
      case 'programme.opened':
        return { ...state, open: true };
      case 'programme.closed':
        return { ...state, open: false };
      case 'work-plan.published':
      case 'work-plan.amended': {
        const { year, version, plan } = event.data;
        const closesOn = plan.deadlines.applicationCloses;
        return { ...state, inForce: { year, version, plan }, window: state.window && { ...state.window, closesOn } };
      }
      case 'application-window.opened': {
        const { opensAt, closesOn } = event.data;
        return { ...state, window: { opensAt, closesOn, closed: false } };
      }
      case 'application-window.closed':
        return { ...state, window: state.window && { ...state.window, closed: true } };
      default:
        return state;
    }
  },
};

export function programmeYearOf(year: number): Reading<ProgrammeYear> {
  return stateOf(programmeYear, programmeStream(year));
}

export function planInForceOf(year: number): Reading<PlanInForce | undefined> {
  return { resolve: async sources => (await programmeYearOf(year).resolve(sources)).inForce };
}

export function programmeNotOpen(year: number): Rejection {
  return refuse('art-04', 'programme-not-open', `${year} 年度活动未启动或已结束`, `The ${year} programme is not open`);
}

export type WindowState = 'not-opened' | 'open' | 'closed';

/** DL-5: the last day counts to 24:00. */
export function windowAt({ window }: ProgrammeYear, at: Instant): WindowState {
  if (!window || at < window.opensAt) return 'not-opened';
  return window.closed || at >= endOfDay(window.closesOn) ? 'closed' : 'open';
}
