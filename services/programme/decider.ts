/** What has been decided about a year: its work plan, its application window, its project plan. */
import type { Position, ProjectId } from '../../events/ids.ts';
import type { ProgrammeEvent, WorkPlan } from '../../events/programme.ts';
import { type CivilDate, type Instant, isAfterDeadline } from '../../events/time.ts';
import type { Fold } from '../command.ts';

/** A text of the plan keeps its number for life: draft 3 is published as version 3. */
export interface PlanVersion {
  readonly version: number;
  readonly plan: WorkPlan;
}

export interface PublishedPlan extends PlanVersion {
  readonly url: string;
}

export interface ApplicationWindow {
  readonly opensAt: Instant;
  /** Follows the plan: an amendment that extends the deadline extends the window. */
  readonly closesOn: CivilDate;
  readonly closedAt?: Instant;
}

/** A project list as of a position of the log. */
export interface ListVersion {
  readonly version: number;
  readonly position: Position;
  readonly listHash: string;
}

export interface PublishedList extends ListVersion {
  readonly url: string;
  readonly projects: readonly ProjectId[];
}

export interface Programme {
  readonly opened: boolean;
  readonly closed: boolean;
  /** What was said of the year at its end. */
  readonly summary?: string;
  readonly drafts: readonly PlanVersion[];
  readonly planInForce?: PublishedPlan;
  readonly window?: ApplicationWindow;
  readonly compiled: readonly ListVersion[];
  readonly projectPlan?: PublishedList;
}

export const programme: Fold<Programme, ProgrammeEvent> = {
  name: 'programme',
  initial: { opened: false, closed: false, drafts: [], compiled: [] },
  evolve(state, event) {
    switch (event.type) {
      case 'programme.opened':
        return { ...state, opened: true };
      case 'programme.closed':
        return { ...state, closed: true, summary: event.data.summary };
      case 'work-plan.drafted': {
        const { version, plan } = event.data;
        return { ...state, drafts: [...state.drafts, { version, plan }] };
      }
      case 'work-plan.published': {
        const { version, plan, url } = event.data;
        return { ...state, planInForce: { version, plan, url } };
      }
      case 'work-plan.amended': {
        const { version, plan, url } = event.data;
        const { window } = state;
        const closesOn = plan.deadlines.applicationCloses;
        return { ...state, planInForce: { version, plan, url }, ...(window && { window: { ...window, closesOn } }) };
      }
      case 'work-plan.warned':
        return state;
      case 'application-window.opened': {
        const { opensAt, closesOn } = event.data;
        return { ...state, window: { opensAt, closesOn } };
      }
      case 'application-window.closed':
        return state.window ? { ...state, window: { ...state.window, closedAt: event.data.closedAt } } : state;
      case 'project-plan.compiled': {
        const { version, position, listHash } = event.data;
        return { ...state, compiled: [...state.compiled, { version, position, listHash }] };
      }
      case 'project-plan.published':
      case 'project-plan.amended': {
        const { version, position, listHash, projects, url } = event.data;
        return { ...state, projectPlan: { version, position, listHash, projects, url } };
      }
    }
  },
};

/** The one current version of the work plan, once it has been published. */
export function planInForce(state: Programme): PublishedPlan | undefined {
  return state.planInForce;
}

/** Whether applications are accepted at an instant. */
export function windowAt(state: Programme, at: Instant): 'not-open' | 'open' | 'closed' {
  const { window } = state;
  if (!window || at < window.opensAt) return 'not-open';
  const closed = isAfterDeadline(at, window.closesOn) || (window.closedAt !== undefined && at >= window.closedAt);
  return closed ? 'closed' : 'open';
}

export function nextPlanVersion(state: Programme): number {
  return 1 + Math.max(state.planInForce?.version ?? 0, ...state.drafts.map(draft => draft.version));
}

export function nextListVersion(state: Programme): number {
  return 1 + Math.max(state.projectPlan?.version ?? 0, ...state.compiled.map(list => list.version));
}
