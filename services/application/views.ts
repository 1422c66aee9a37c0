/** What an application must know of other nouns: small folds over their streams, and the readings that fetch them. */
import { type UnitParticulars, unitParticulars } from '../../events/rules/particulars.ts';
import { type ProgrammeYear, programmeYear } from '../../events/rules/plan.ts';
import { type UnitEvent, unitStream } from '../../events/unit.ts';
import { type Fold, known, type Reading, stateOf } from '../command.ts';
import { programmeYearOf } from '../programme-year.ts';
import type { Application } from './decider.ts';

export interface Unit {
  /** What holds today. */
  readonly registration: UnitParticulars | undefined;
  /** Whether the register consulted shows it in Tianjin; undefined until it was consulted. */
  readonly inTianjin: boolean | undefined;
  /** Recognised by the industry authority (D-9). */
  readonly recognised: boolean;
}

export const unit: Fold<Unit, UnitEvent> = {
  name: 'application/unit',
  initial: { registration: undefined, inTianjin: undefined, recognised: false },
  evolve(state, event) {
    switch (event.type) {
      case 'unit.registered':
      case 'unit.renamed':
      case 'unit.particulars-changed':
        return { ...state, registration: unitParticulars.evolve(state.registration, event) };
      case 'unit.registration-verified':
        return { ...state, inTianjin: event.data.inTianjin };
      case 'unit.professional-organisation-recognised':
        return { ...state, recognised: true };
      default:
        return state;
    }
  },
};

/** The readings below answer with an empty view for a project that is not there: the decision refuses it anyway. */

export function programmeOf(state: Application | undefined): Reading<ProgrammeYear> {
  return state ? programmeYearOf(state.year) : known(programmeYear.initial);
}

export function unitOf(state: Application | undefined): Reading<Unit> {
  return state ? stateOf(unit, unitStream(state.uscc)) : known(unit.initial);
}
