/** The excellent results of earlier years, and what was done together to make them known (art-07, art-21). */
import type { RecognitionEvent } from '../../events/recognition.ts';
import type { Fold } from '../command.ts';

export interface ExcellentResult {
  readonly title: string;
  readonly unitName: string;
}

/** Excellent results by id. */
export const excellentResults: Fold<ReadonlyMap<string, ExcellentResult>, RecognitionEvent> = {
  name: 'excellent-results',
  initial: new Map(),
  evolve(state, event) {
    if (event.type !== 'excellent-result.earlier-recorded') return state;
    const { resultId, title, unitName } = event.data;
    return new Map(state).set(resultId, { title, unitName });
  },
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
