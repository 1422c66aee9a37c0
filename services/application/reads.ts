/** What an application must know of other nouns: small folds over their streams, and the dependencies that fetch them. */
import { untouched } from '../../events/event-type.ts';
import { type UnitParticulars, unitParticulars } from '../../events/rules/particulars.ts';
import { type ProgrammeYear, programmeYear } from '../../events/rules/plan.ts';
import { type UnitEvent, unitStream } from '../../events/unit.ts';
import { type Dependency, type Fold, known, stateOf } from '../command.ts';
import { programmeYearOf } from '../programme-year.ts';
import type { ApplicationState } from './state.ts';

export interface ApplicantUnit {
  /** What holds today. */
  readonly registration: UnitParticulars | undefined;
  /** Whether the register consulted shows it in Tianjin; undefined until it was consulted. */
  readonly inTianjin: boolean | undefined;
  /** Recognised by the industry authority (D-9). */
  readonly recognised: boolean;
}

export const applicantUnit: Fold<ApplicantUnit, UnitEvent> = {
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
      case 'unit.successor-recorded':
      case 'unit.outside-ban-entered':
      case 'unit.application-ban-imposed':
      case 'unit.ban-lifting-entered':
      case 'unit.application-ban-lifted':
        return state;
      default:
        return untouched(state, event);
    }
  },
};

/** The dependencies below answer with an empty state for a project that is not there: the decision refuses it anyway. */

export function programmeOf(state: ApplicationState | undefined): Dependency<ProgrammeYear> {
  return state ? programmeYearOf(state.year) : known(programmeYear.initial);
}

/** The unit of an application; an empty one for an application that is not there. */
export function unitOf(state: ApplicationState | undefined): Dependency<ApplicantUnit> {
  return state ? stateOf(applicantUnit, unitStream(state.uscc)) : known(applicantUnit.initial);
}
