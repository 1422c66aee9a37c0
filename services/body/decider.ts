/** Which recommending body is in charge of which industry or district, on any date (art-06). */
import { type BodyEvent, type BodyKind, isSameJurisdiction, type Jurisdiction } from '../../events/body.ts';
import type { BodyId } from '../../events/ids.ts';
import { addDays, type CivilDate } from '../../events/time.ts';
import type { Fold } from '../command.ts';

interface RegisteredBody {
  readonly kind: BodyKind;
  readonly from: CivilDate;
}

/** A body in charge of something from a first to a last day; without one, until further notice. */
export interface Tenure {
  readonly bodyId: BodyId;
  readonly jurisdiction: Jurisdiction;
  readonly from: CivilDate;
  readonly lastDay?: CivilDate;
}

export interface Bodies {
  readonly registered: ReadonlyMap<BodyId, RegisteredBody>;
  readonly tenures: readonly Tenure[];
}

export const bodies: Fold<Bodies, BodyEvent> = {
  name: 'bodies',
  initial: { registered: new Map(), tenures: [] },
  evolve(state, event) {
    switch (event.type) {
      case 'recommending-body.registered': {
        const { bodyId, kind, from } = event.data;
        return { ...state, registered: new Map(state.registered).set(bodyId, { kind, from }) };
      }
      case 'jurisdiction.assigned': {
        const { bodyId, jurisdiction, from } = event.data;
        return { ...state, tenures: [...state.tenures, { bodyId, jurisdiction, from }] };
      }
      case 'jurisdiction.transferred': {
        const { fromBodyId, toBodyId, jurisdiction, from } = event.data;
        const kept = state.tenures.flatMap(tenure =>
          tenure.bodyId === fromBodyId && isSameJurisdiction(tenure.jurisdiction, jurisdiction)
            ? endedBefore(tenure, from)
            : [tenure],
        );
        return { ...state, tenures: [...kept, { bodyId: toBodyId, jurisdiction, from }] };
      }
    }
  },
};

/** What is left of a tenure when another body takes over on a day: nothing, if it had not begun. */
function endedBefore(tenure: Tenure, day: CivilDate): Tenure[] {
  if (tenure.from >= day) return [];
  return tenure.lastDay !== undefined && tenure.lastDay < day ? [tenure] : [{ ...tenure, lastDay: addDays(day, -1) }];
}

/** Tenures of a jurisdiction that hold on a day or begin after it. */
export function tenuresFrom(state: Bodies, jurisdiction: Jurisdiction, day: CivilDate): readonly Tenure[] {
  return state.tenures.filter(
    tenure =>
      isSameJurisdiction(tenure.jurisdiction, jurisdiction) && (tenure.lastDay === undefined || tenure.lastDay >= day),
  );
}

/** The bodies in charge on a date: at most one of a district; an industry can have its authority and associations. */
export function bodiesInCharge(state: Bodies, jurisdiction: Jurisdiction, date: CivilDate): readonly BodyId[] {
  return tenuresFrom(state, jurisdiction, date)
    .filter(tenure => tenure.from <= date)
    .map(tenure => tenure.bodyId);
}
