/** What a training session must know of the year and of the projects whose people it trains. */

import {
  type applicationStarted,
  type projectCarriedOver,
  type projectListed,
  projectStream,
} from '../../events/application.ts';
import { type EventOf, untouched } from '../../events/event-type.ts';
import type { CreditCode, ProjectId } from '../../events/ids.ts';
import type { Sealed } from '../../events/personal.ts';
import { type Dependency, type Fold, stateOf } from '../command.ts';

export interface TrainedProject {
  readonly uscc: CreditCode;
  readonly listed: boolean;
  /** The year of the application and, once carried over, the next one. */
  readonly years: readonly number[];
}

type LifeEvent = EventOf<typeof applicationStarted | typeof projectListed | typeof projectCarriedOver>;

export const trainedProject: Fold<TrainedProject | undefined, LifeEvent> = {
  name: 'training/project',
  initial: undefined,
  evolve(state, event) {
    switch (event.type) {
      case 'application.started':
        return { uscc: event.data.uscc, listed: false, years: [event.data.year] };
      case 'project.listed':
        return state && { ...state, listed: true };
      case 'project.carried-over':
        return state && { ...state, years: [...state.years, event.data.toYear] };
      default:
        return untouched(state, event);
    }
  },
};

export function trainedProjectOf(projectId: ProjectId): Dependency<TrainedProject | undefined> {
  return stateOf(trainedProject, projectStream(projectId));
}

/** A person of the project's unit, sealed as the same person whoever enrols him; undefined for no project. */
export function personOf(projectId: ProjectId, name: string): Dependency<Sealed | undefined> {
  return {
    async resolve(sources) {
      const found = await sources.stream(trainedProject, projectStream(projectId));
      return found && sources.seal(sources.subjectOf(found.uscc, name), name);
    },
  };
}
