/** The applicant unit: its registration, its recognition as a professional organisation, what was entered about it (art-08 （一）, D-49). */
import type { z } from 'zod';
import type { CreditCode } from '../../events/ids.ts';
import { type UnitEvent, type unitKindSchema, unitStream } from '../../events/unit.ts';
import type { Fold } from '../command.ts';

type Data<T extends UnitEvent['type']> = Extract<UnitEvent, { type: T }>['data'];

/** A decision from outside the system, entered by one person to be confirmed by another. */
interface EnteredBan {
  readonly entry: Data<'unit.outside-ban-entered'>;
  readonly by: string;
  readonly confirmed: boolean;
}

export interface Unit {
  /** Undefined before registration. */
  readonly kind?: z.infer<typeof unitKindSchema>;
  readonly lastCheck?: Data<'unit.registration-verified'>;
  /** Documents that recognise the organisation. */
  readonly recognitions: readonly Data<'unit.professional-organisation-recognised'>[];
  /** Decisions from outside the system that were entered, by their number. */
  readonly enteredBans: Readonly<Record<string, EnteredBan>>;
  /** The units it succeeds to (D-32). */
  readonly successions: readonly Data<'unit.successor-recorded'>[];
}

export const unit: Fold<Unit, UnitEvent> = {
  name: 'unit',
  initial: { recognitions: [], enteredBans: {}, successions: [] },
  evolve(state, event) {
    switch (event.type) {
      case 'unit.registered':
        return { ...state, kind: event.data.kind };
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
      case 'unit.successor-recorded':
        return { ...state, successions: [...state.successions, event.data] };
      case 'unit.application-ban-lifted':
        return state;
    }
  },
};

/** What every command on one unit declares. */
export const onUnit = {
  fold: unit,
  stream: (input: { readonly uscc: CreditCode }) => unitStream(input.uscc),
  about: (_state: Unit, input: { readonly uscc: CreditCode }) => ({ uscc: input.uscc }),
};
