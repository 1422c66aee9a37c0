/** The excellent results of earlier years, and what was done together to make them known (art-07, art-21). */
import type { RecognitionEvent } from '../../events/recognition.ts';
import type { Fold } from '../command.ts';

/** Ids of the results of earlier years. */
export const earlierResultIds: Fold<ReadonlySet<string>, RecognitionEvent> = {
  name: 'earlier-results',
  initial: new Set(),
  evolve: (state, event) =>
    event.type === 'excellent-result.earlier-recorded' ? new Set(state).add(event.data.resultId) : state,
};

export interface Coordination {
  readonly actions: ReadonlySet<string>;
  /** Results that are exemplars now. */
  readonly exemplars: ReadonlySet<string>;
}

export const coordination: Fold<Coordination, RecognitionEvent> = {
  name: 'coordination',
  initial: { actions: new Set(), exemplars: new Set() },
  evolve(state, event) {
    switch (event.type) {
      case 'excellent-result.earlier-recorded':
      case 'excellent-result.recognised':
        return state;
      case 'coordination-action.recorded':
        return { ...state, actions: new Set(state.actions).add(event.data.actionId) };
      case 'exemplar.designated':
        return { ...state, exemplars: new Set(state.exemplars).add(event.data.resultId) };
      case 'exemplar.withdrawn':
        return { ...state, exemplars: new Set([...state.exemplars].filter(id => id !== event.data.resultId)) };
    }
  },
};
