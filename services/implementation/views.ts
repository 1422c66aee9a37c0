/** What implementation and follow-up must know of other nouns: the work plan, the unit's district, the bodies in charge. */
import { type BodyEvent, bodiesStream, type Jurisdiction } from '../../events/body.ts';
import type { BodyId } from '../../events/ids.ts';
import { type ProgrammeEvent, programmeStream, type WorkPlan } from '../../events/programme.ts';
import type { CivilDate } from '../../events/time.ts';
import { type UnitEvent, unitStream } from '../../events/unit.ts';
import { type Fold, known, type Reading, stateOf } from '../command.ts';
import type { Implementation } from './decider.ts';

/** A published work plan: what refusals and deviations under it cite. */
export interface PlanInForce {
  readonly year: number;
  readonly version: number;
  readonly plan: WorkPlan;
}

export const planInForce: Fold<PlanInForce | undefined, ProgrammeEvent> = {
  name: 'implementation/plan-in-force',
  initial: undefined,
  evolve(state, event) {
    switch (event.type) {
      case 'work-plan.published':
      case 'work-plan.amended': {
        const { year, version, plan } = event.data;
        return { year, version, plan };
      }
      default:
        return state;
    }
  },
};

/** The district a unit is registered in. */
const district: Fold<string | undefined, UnitEvent> = {
  name: 'implementation/district',
  initial: undefined,
  evolve: (state, event) => (event.type === 'unit.registered' ? event.data.district : state),
};

interface Charge {
  readonly bodyId: BodyId;
  readonly jurisdiction: Jurisdiction;
  readonly from: CivilDate;
  /** To whom it was handed over, and the first day on which that body is in charge. */
  readonly handedOver?: { readonly to: BodyId; readonly on: CivilDate };
}

/** Who has been in charge of what, oldest first. */
export type Charges = readonly Charge[];

export const charges: Fold<Charges, BodyEvent> = {
  name: 'implementation/charges',
  initial: [],
  evolve(state, event) {
    switch (event.type) {
      case 'jurisdiction.assigned':
        return [...state, event.data];
      case 'jurisdiction.transferred': {
        const { fromBodyId, toBodyId, jurisdiction, from } = event.data;
        const isHandedOver = (charge: Charge) =>
          charge.bodyId === fromBodyId && isSame(charge.jurisdiction, jurisdiction) && !charge.handedOver;
        const handedOver = { to: toBodyId, on: from };
        return [
          ...state.map(charge => (isHandedOver(charge) ? { ...charge, handedOver } : charge)),
          { bodyId: toBodyId, jurisdiction, from },
        ];
      }
      default:
        return state;
    }
  },
};

function isSame(a: Jurisdiction, b: Jurisdiction): boolean {
  return 'industry' in a ? 'industry' in b && a.industry === b.industry : 'district' in b && a.district === b.district;
}

interface Scope {
  readonly district: string | undefined;
  readonly industry: string;
}

/**
 * The body in charge of a project on a date (art-06): the one it was addressed to, or whoever took over from it since.
 * Undefined when nobody is.
 */
export function bodyInCharge(state: Charges, addressed: BodyId, scope: Scope, date: CivilDate): BodyId | undefined {
  const covers = ({ jurisdiction }: Charge) =>
    'industry' in jurisdiction ? jurisdiction.industry === scope.industry : jurisdiction.district === scope.district;
  const asked = new Set<BodyId>();
  let bodyId: BodyId | undefined = addressed;
  while (bodyId !== undefined && !asked.has(bodyId)) {
    asked.add(bodyId);
    const own: Charges = state.filter(charge => charge.bodyId === bodyId && charge.from <= date && covers(charge));
    if (own.some(({ handedOver }) => !handedOver || date < handedOver.on)) return bodyId;
    bodyId = own.at(-1)?.handedOver?.to;
  }
  return undefined;
}

/** The readings below answer with an empty view for a project that is not there: the decision refuses it anyway. */

export function planOf(state: Implementation | undefined): Reading<PlanInForce | undefined> {
  return state ? stateOf(planInForce, programmeStream(state.year)) : known(undefined);
}

export function districtOf(state: Implementation | undefined): Reading<string | undefined> {
  return state ? stateOf(district, unitStream(state.uscc)) : known(undefined);
}

export function chargesNow(): Reading<Charges> {
  return stateOf(charges, bodiesStream);
}
