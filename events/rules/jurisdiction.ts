/**
 * The recommending bodies, and who is in charge of an industry or a district (art-06): which body may act on a day, and who
 * answers for what was addressed to a body that has handed its charge over since.
 */

import { type BodyEvent, type BodyKind, isSameJurisdiction, type Jurisdiction } from '../body.ts';
import { untouched } from '../event-type.ts';
import type { BodyId } from '../ids.ts';
import type { CivilDate } from '../time.ts';

interface Charge {
  readonly bodyId: BodyId;
  readonly jurisdiction: Jurisdiction;
  readonly from: CivilDate;
  /** To whom it was handed over, and the first day on which that body is in charge. */
  readonly handedOver?: { readonly to: BodyId; readonly on: CivilDate };
}

/** Everything that bodies have ever been in charge of, in the order in which it was recorded. */
export type Charges = readonly Charge[];

export const NO_CHARGES: Charges = [];

export function chargesAfter(state: Charges, event: BodyEvent): Charges {
  switch (event.type) {
    case 'jurisdiction.assigned': {
      const { bodyId, jurisdiction, from } = event.data;
      return [...state, { bodyId, jurisdiction, from }];
    }
    case 'jurisdiction.transferred': {
      const { fromBodyId, toBodyId: to, jurisdiction, from: on } = event.data;
      const isHandedOver = (charge: Charge) =>
        charge.bodyId === fromBodyId && isSameJurisdiction(charge.jurisdiction, jurisdiction) && !charge.handedOver;
      const ended = state.map(charge => (isHandedOver(charge) ? { ...charge, handedOver: { to, on } } : charge));
      return [...ended, { bodyId: to, jurisdiction, from: on }];
    }
    case 'recommending-body.registered':
    case 'recommending-body.renamed':
      return state;
    default:
      return untouched(state, event);
  }
}

export interface RegisteredBody {
  readonly kind: BodyKind;
  readonly name: string;
  readonly from: CivilDate;
  /** Since when it has its present name, and what shows that, where it has had another. */
  readonly renamed?: { readonly changedOn: CivilDate; readonly document: string };
}

export interface Bodies {
  readonly registered: ReadonlyMap<string, RegisteredBody>;
  readonly charges: Charges;
}

/** The whole stream of the recommending bodies. */
export const bodies = {
  name: 'bodies',
  initial: { registered: new Map(), charges: NO_CHARGES } as Bodies,
  evolve({ registered, charges }: Bodies, event: BodyEvent): Bodies {
    switch (event.type) {
      case 'recommending-body.registered': {
        const { bodyId, kind, name, from } = event.data;
        return { registered: new Map(registered).set(bodyId, { kind, name, from }), charges };
      }
      case 'recommending-body.renamed': {
        const { bodyId, name, changedOn, document } = event.data;
        const body = registered.get(bodyId);
        if (!body) return { registered, charges };
        return {
          registered: new Map(registered).set(bodyId, { ...body, name, renamed: { changedOn, document } }),
          charges,
        };
      }
      case 'jurisdiction.assigned':
      case 'jurisdiction.transferred':
        return { registered, charges: chargesAfter(charges, event) };
    }
  },
};

/** Charges of a jurisdiction that hold on a day or begin after it; those handed over before they began never do. */
export function chargesFrom(state: Charges, jurisdiction: Jurisdiction, day: CivilDate): Charges {
  return state.filter(
    ({ jurisdiction: held, from, handedOver }) =>
      isSameJurisdiction(held, jurisdiction) && (!handedOver || (handedOver.on > day && handedOver.on > from)),
  );
}

/** The bodies in charge on a day: at most one of a district; an industry can have its authority and associations. */
export function bodiesInCharge(state: Charges, jurisdiction: Jurisdiction, date: CivilDate): readonly BodyId[] {
  return chargesFrom(state, jurisdiction, date)
    .filter(({ from }) => from <= date)
    .map(({ bodyId }) => bodyId);
}

/** Where a project belongs: a district bureau is in charge by the unit's district, all others by its industry. */
export interface Scope {
  readonly district: string | undefined;
  readonly industry: string;
}

/**
 * The district by which a bureau is in charge of a project: the one under which it was addressed, for a unit that moves takes
 * no project along. Early applications did not say; theirs is the unit's.
 */
export function districtOfProject(
  { jurisdiction }: { readonly jurisdiction?: Jurisdiction | undefined },
  unitDistrict: string | undefined,
): string | undefined {
  return jurisdiction && 'district' in jurisdiction ? jurisdiction.district : unitDistrict;
}

function covers({ jurisdiction }: Pick<Charge, 'jurisdiction'>, scope: Scope): boolean {
  return 'industry' in jurisdiction
    ? jurisdiction.industry === scope.industry
    : jurisdiction.district === scope.district;
}

/** The charges of a body over a scope that had begun by a date. */
function chargesOf(state: Charges, bodyId: BodyId, scope: Scope, date: CivilDate): Charges {
  return state.filter(charge => charge.bodyId === bodyId && charge.from <= date && covers(charge, scope));
}

function holds({ handedOver }: Charge, date: CivilDate): boolean {
  return !handedOver || date < handedOver.on;
}

/** The charge under which a body is in charge of a scope on a date. */
export function chargeHeld(state: Charges, bodyId: BodyId, scope: Scope, date: CivilDate): Charge | undefined {
  return chargesOf(state, bodyId, scope, date).find(charge => holds(charge, date));
}

/**
 * The body in charge on a date of a project that was addressed to one: that body, or whoever took over from it since.
 * Undefined when nobody is.
 */
export function bodyInCharge(state: Charges, addressed: BodyId, scope: Scope, date: CivilDate): BodyId | undefined {
  const asked = new Set<BodyId>();
  let bodyId: BodyId | undefined = addressed;
  while (bodyId !== undefined && !asked.has(bodyId)) {
    asked.add(bodyId);
    const own: Charges = chargesOf(state, bodyId, scope, date);
    if (own.some(charge => holds(charge, date))) return bodyId;
    bodyId = own.at(-1)?.handedOver?.to;
  }
  return undefined;
}

/** A body, and the charge under which something was addressed to it. */
export interface Addressee {
  readonly bodyId: BodyId;
  readonly jurisdiction: Jurisdiction;
}

/** The charge of a body over a scope, if it ever held one. */
export function chargeOver(state: Charges, bodyId: BodyId, scope: Scope): Addressee | undefined {
  const charge = state.find(held => held.bodyId === bodyId && covers(held, scope));
  return charge && { bodyId, jurisdiction: charge.jurisdiction };
}

/** The body that answers on a date for what was addressed to another: the charge is followed from hand to hand. */
export function inChargeOn(state: Charges, addressee: Addressee, date: CivilDate): BodyId {
  let { bodyId } = addressee;
  for (const { bodyId: from, jurisdiction, handedOver } of state) {
    const passedOn = from === bodyId && handedOver !== undefined && handedOver.on <= date;
    if (passedOn && isSameJurisdiction(jurisdiction, addressee.jurisdiction)) bodyId = handedOver.to;
  }
  return bodyId;
}
