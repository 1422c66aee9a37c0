/** The state of a fold over facts, as a reading of a command would give it. */
import type { RecordedEvent } from '../../events/envelope.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import type { Fold } from '../../services/command.ts';
import { type Past, recorded } from './given.ts';

export function folded<S, E extends RecordedEvent>(fold: Fold<S, E>, facts: readonly (DecidedEvent | Past)[]): S {
  return facts.map(recorded).reduce((state, event) => fold.evolve(state, event as E) ?? state, fold.initial);
}
