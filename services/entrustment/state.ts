/** A third party's way to its mandate: capability first, then scope and term (art-05 （二）). */
import type { EntrustmentEvent } from '../../events/entrustment.ts';
import { type Mandate, mandate } from '../../events/rules/mandate.ts';
import type { CivilDate } from '../../events/time.ts';
import type { Fold } from '../command.ts';

export interface Entrustment {
  /** Credit code of the third party whose capability was verified. */
  readonly capable?: string;
  readonly mandate: Mandate;
  /** Why it was ended before its term. */
  readonly terminatedFor?: string;
}

export const entrustment: Fold<Entrustment, EntrustmentEvent> = {
  name: 'entrustment',
  initial: { mandate: mandate.initial },
  evolve(state, event) {
    const next = { ...state, mandate: mandate.evolve(state.mandate, event) };
    if (event.type === 'entrustment.terminated') return { ...next, terminatedFor: event.data.reason };
    return event.type === 'third-party.capability-verified' ? { ...next, capable: event.data.uscc } : next;
  },
};

/** First and last day of an entrustment, both included. */
export interface Term {
  readonly from: CivilDate;
  readonly lastDay: CivilDate;
}

/** The term of the entrustment, or undefined before it is given. */
export function termOf(state: Entrustment): Term | undefined {
  const { from, lastDay } = state.mandate;
  return from !== undefined && lastDay !== undefined ? { from, lastDay } : undefined;
}
