/** Who is in charge of an industry or a district, and who takes over what was addressed to a body before (art-06). */
import type { BodyEvent, Jurisdiction } from './body.ts';
import type { BodyId } from './ids.ts';
import type { CivilDate } from './time.ts';

interface Handover {
  readonly from: BodyId;
  readonly to: BodyId;
  readonly jurisdiction: Jurisdiction;
  /** First day of the body that receives. */
  readonly on: CivilDate;
}

export interface Charges {
  /** Everything a body has ever been in charge of. */
  readonly held: readonly { readonly bodyId: BodyId; readonly jurisdiction: Jurisdiction }[];
  /** In the order in which they were recorded. */
  readonly handovers: readonly Handover[];
}

export const NO_CHARGES: Charges = { held: [], handovers: [] };

export function chargesAfter(state: Charges, event: BodyEvent): Charges {
  switch (event.type) {
    case 'jurisdiction.assigned': {
      const { bodyId, jurisdiction } = event.data;
      return { ...state, held: [...state.held, { bodyId, jurisdiction }] };
    }
    case 'jurisdiction.transferred': {
      const { fromBodyId: from, toBodyId: to, jurisdiction, from: on } = event.data;
      return {
        held: [...state.held, { bodyId: to, jurisdiction }],
        handovers: [...state.handovers, { from, to, jurisdiction, on }],
      };
    }
    default:
      return state;
  }
}

/** A body, and the charge under which something was addressed to it. */
export interface Addressee {
  readonly bodyId: BodyId;
  readonly jurisdiction: Jurisdiction;
}

/** The charge of a body that covers an industry or a district, if it ever held one. */
export function chargeOver(
  { held }: Charges,
  bodyId: BodyId,
  scope: { readonly industry: string; readonly district: string | undefined },
): Addressee | undefined {
  return held.find(
    ({ bodyId: holder, jurisdiction }) =>
      holder === bodyId &&
      ('industry' in jurisdiction
        ? jurisdiction.industry === scope.industry
        : jurisdiction.district === scope.district),
  );
}

/** The body that answers on a date for what was addressed to another: the charge is followed from hand to hand. */
export function inChargeOn({ handovers }: Charges, addressee: Addressee, date: CivilDate): BodyId {
  let { bodyId } = addressee;
  for (const { from, to, jurisdiction, on } of handovers) {
    if (from === bodyId && on <= date && isSameJurisdiction(jurisdiction, addressee.jurisdiction)) bodyId = to;
  }
  return bodyId;
}

export function isSameJurisdiction(one: Jurisdiction, other: Jurisdiction): boolean {
  return 'industry' in one
    ? 'industry' in other && one.industry === other.industry
    : 'district' in other && one.district === other.district;
}
