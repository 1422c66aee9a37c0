/** What a decision on results must know of other nouns. */
import type { EventOf } from '../../events/fact.ts';
import type { CreditCode } from '../../events/ids.ts';
import { type ProgrammeEvent, programmeStream, type WorkPlan } from '../../events/programme.ts';
import { type unitRegistered, unitStream } from '../../events/unit.ts';
import { type Fold, type Reading, stateOf } from '../command.ts';

/** A published work plan: what refusals and deviations under it cite. */
export interface PlanInForce {
  readonly year: number;
  readonly version: number;
  readonly plan: WorkPlan;
}

export interface Programme {
  readonly open: boolean;
  readonly inForce: PlanInForce | undefined;
}

export const programme: Fold<Programme, ProgrammeEvent> = {
  name: 'result/programme',
  initial: { open: false, inForce: undefined },
  evolve(state, event) {
    switch (event.type) {
      case 'programme.opened':
        return { ...state, open: true };
      case 'programme.closed':
        return { ...state, open: false };
      case 'work-plan.published':
      case 'work-plan.amended': {
        const { year, version, plan } = event.data;
        return { ...state, inForce: { year, version, plan } };
      }
      default:
        return state;
    }
  },
};

export function programmeOf(year: number): Reading<Programme> {
  return stateOf(programme, programmeStream(year));
}

/** The district a unit is registered in: a district bureau is in charge by it. */
export const district: Fold<string | undefined, EventOf<typeof unitRegistered>> = {
  name: 'result/district',
  initial: undefined,
  evolve: (state, event) => (event.type === 'unit.registered' ? event.data.district : state),
};

export function districtOf(uscc: CreditCode): Reading<string | undefined> {
  return stateOf(district, unitStream(uscc));
}
