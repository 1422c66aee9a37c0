/** Who may not take part in the evaluation for now: a suspension holds until the case behind it is found groundless (art-26). */
import { evaluationDutySuspended, misconductCaseClosed } from '../events/enforcement.ts';
import type { EventsOf } from '../events/event-type.ts';
import { isAmong, type Persons } from '../events/rules/persons.ts';
import type { CivilDate } from '../events/time.ts';
import { type Fold, stateOfLog } from './command.ts';

interface Suspension {
  readonly misconductId: string;
  readonly accountId: string;
  readonly from: CivilDate;
}

export type Suspensions = readonly Suspension[];

const kinds = [evaluationDutySuspended, misconductCaseClosed] as const;

export const suspensions: Fold<Suspensions, EventsOf<typeof kinds>> = {
  name: 'suspensions',
  initial: [],
  evolve(state, event) {
    switch (event.type) {
      case 'evaluation-duty.suspended': {
        const { misconductId, accountId, from } = event.data;
        return [...state, { misconductId, accountId, from }];
      }
      case 'misconduct-case.closed': {
        const { misconductId, outcome } = event.data;
        return outcome === 'founded' ? state : state.filter(suspension => suspension.misconductId !== misconductId);
      }
    }
  },
};

/** All suspensions up to now. */
export const suspensionsNow = stateOfLog(
  suspensions,
  kinds.map(({ type }) => type),
  'lately',
);

/** Whether the person behind an account is suspended, under whichever account of his. */
export function isSuspended(state: Suspensions, persons: Persons, accountId: string, today: CivilDate): boolean {
  const holding = state.filter(suspension => suspension.from <= today);
  return isAmong(
    persons,
    accountId,
    holding.map(suspension => suspension.accountId),
  );
}
