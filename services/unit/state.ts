/** The applicant unit: its registration, its recognition as a professional organisation, what was entered about it (art-08 （一）, D-49). */

import { z } from 'zod';
import type { CreditCode } from '../../events/ids.ts';
import { type UnitParticulars, unitParticulars } from '../../events/rules/particulars.ts';
import { lineSchema } from '../../events/text.ts';
import { type UnitEvent, type unitKindSchema, unitStream } from '../../events/unit.ts';
import type { RecordedChange } from '../change.ts';
import type { Fold } from '../command.ts';
import { type Rejection, refuseForm } from '../rejection.ts';

type Data<T extends UnitEvent['type']> = Extract<UnitEvent, { type: T }>['data'];

/** A decision from outside the system, entered by one person to be confirmed by another. */
interface EnteredBan {
  readonly entry: Data<'unit.outside-ban-entered'>;
  readonly by: string;
  readonly confirmed: boolean;
}

/** The lifting of such a decision, entered by one person to be confirmed by another. */
interface EnteredLifting {
  readonly entry: Data<'unit.ban-lifting-entered'>;
  readonly by: string;
  readonly confirmed: boolean;
}

export interface UnitState {
  /** Undefined before registration. */
  readonly kind?: z.infer<typeof unitKindSchema>;
  readonly particulars?: UnitParticulars | undefined;
  /** The latest change of particulars. */
  readonly change?: RecordedChange;
  readonly lastCheck?: Data<'unit.registration-verified'>;
  /** Documents that recognise the organisation. */
  readonly recognitions: readonly Data<'unit.professional-organisation-recognised'>[];
  /** Decisions from outside the system that were entered, by their number. */
  readonly enteredBans: Readonly<Record<string, EnteredBan>>;
  /** Liftings of such decisions, by the number of the decision. */
  readonly enteredLiftings: Readonly<Record<string, EnteredLifting>>;
  /** The units it succeeds to (D-32). */
  readonly successions: readonly Data<'unit.successor-recorded'>[];
}

export const unitState: Fold<UnitState, UnitEvent> = {
  name: 'unit',
  initial: { recognitions: [], enteredBans: {}, enteredLiftings: {}, successions: [] },
  evolve(state, event) {
    switch (event.type) {
      case 'unit.registered':
        return { ...state, kind: event.data.kind, particulars: unitParticulars.evolve(undefined, event) };
      case 'unit.renamed':
      case 'unit.particulars-changed': {
        const { changedOn, document } = event.data;
        const particulars = unitParticulars.evolve(state.particulars, event);
        return { ...state, particulars, change: { changedOn, document } };
      }
      case 'unit.registration-verified':
        return { ...state, lastCheck: event.data };
      case 'unit.professional-organisation-recognised':
        return { ...state, recognitions: [...state.recognitions, event.data] };
      case 'unit.outside-ban-entered': {
        const entered = { entry: event.data, by: event.meta.actor.accountId, confirmed: false };
        return { ...state, enteredBans: { ...state.enteredBans, [event.data.decision]: entered } };
      }
      case 'unit.application-ban-imposed': {
        const { decision } = event.data;
        const entered = state.enteredBans[decision];
        if (!entered) return state;
        return { ...state, enteredBans: { ...state.enteredBans, [decision]: { ...entered, confirmed: true } } };
      }
      case 'unit.ban-lifting-entered': {
        const entered = { entry: event.data, by: event.meta.actor.accountId, confirmed: false };
        return { ...state, enteredLiftings: { ...state.enteredLiftings, [event.data.decision]: entered } };
      }
      case 'unit.successor-recorded':
        return { ...state, successions: [...state.successions, event.data] };
      case 'unit.application-ban-lifted': {
        const { decision } = event.data;
        const entered = state.enteredLiftings[decision];
        if (!entered) return state;
        return { ...state, enteredLiftings: { ...state.enteredLiftings, [decision]: { ...entered, confirmed: true } } };
      }
    }
  },
};

/** What every command on one unit declares. */
export const onUnit = {
  fold: unitState,
  stream: (input: { readonly uscc: CreditCode }) => unitStream(input.uscc),
  about: (_state: UnitState, input: { readonly uscc: CreditCode }) => ({ uscc: input.uscc }),
};

/** Whom to reach in a unit, as people write it. */
export const contactSchema = z.strictObject({ name: lineSchema, phone: z.string().regex(/^\+?[0-9][0-9 -]{5,19}$/) });

export function inFuture(): Rejection {
  return refuseForm('invalid', 'date-in-future', '日期不得晚于今天', 'The date must not be later than today');
}
