/** What has been decided about a year: its work plan, its application window, its project plan. */
import type { Position, ProjectId } from '../../events/ids.ts';
import type { ProgrammeEvent, WorkPlan } from '../../events/programme.ts';
import { type PlanInForce, type ProgrammeYear, programmeYear } from '../../events/rules/plan.ts';
import type { Fold } from '../command.ts';

/** A text of the plan keeps its number for life: draft 3 is published as version 3. */
export interface PlanVersion {
  readonly version: number;
  readonly plan: WorkPlan;
}

export interface PublishedPlan extends PlanInForce {
  readonly url: string;
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

export interface Programme extends ProgrammeYear {
  readonly opened: boolean;
  readonly closed: boolean;
  /** What was said of the year at its end. */
  readonly summary?: string;
  readonly drafts: readonly PlanVersion[];
  /** Where the plan in force was published. */
  readonly url?: string;
  readonly compiled: readonly ListVersion[];
  readonly projectPlan?: PublishedList;
}

export const programmeState: Fold<Programme, ProgrammeEvent> = {
  name: 'programme',
  initial: { ...programmeYear.initial, opened: false, closed: false, drafts: [], compiled: [] },
  evolve(before, event) {
    const state = { ...before, ...programmeYear.evolve(before, event) };
    switch (event.type) {
      case 'programme.opened':
        return { ...state, opened: true };
      case 'programme.closed':
        return { ...state, closed: true, summary: event.data.summary };
      case 'work-plan.drafted': {
        const { version, plan } = event.data;
        return { ...state, drafts: [...state.drafts, { version, plan }] };
      }
      case 'work-plan.published':
      case 'work-plan.amended':
        return { ...state, url: event.data.url };
      case 'work-plan.warned':
      case 'application-window.opened':
      case 'application-window.closed':
        return state;
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
export function planInForce({ inForce, url = '' }: Programme): PublishedPlan | undefined {
  return inForce && { ...inForce, url };
}

/** One more than any version drafted or published; 1 for the first. */
export function nextPlanVersion(state: Programme): number {
  return 1 + Math.max(state.inForce?.version ?? 0, ...state.drafts.map(draft => draft.version));
}

/** One more than any version compiled or published; 1 for the first. */
export function nextListVersion(state: Programme): number {
  return 1 + Math.max(state.projectPlan?.version ?? 0, ...state.compiled.map(list => list.version));
}
