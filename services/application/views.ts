/** What an application must know of other nouns: small folds over their streams, and the readings that fetch them. */
import { accountStream } from '../../events/account.ts';
import { type BodyEvent, type BodyKind, bodiesStream, type Jurisdiction } from '../../events/body.ts';
import type { Actor } from '../../events/envelope.ts';
import type { BodyId } from '../../events/ids.ts';
import { type ProgrammeEvent, programmeStream, type WorkPlan } from '../../events/programme.ts';
import { type CivilDate, endOfDay, type Instant } from '../../events/time.ts';
import { type UnitEvent, unitStream } from '../../events/unit.ts';
import { type Fold, known, type Reading, stateOf } from '../command.ts';
import { type Standing, standing } from '../standing.ts';
import type { Application } from './decider.ts';

/** A published work plan: what refusals and deviations under it cite. */
export interface PlanInForce {
  readonly year: number;
  readonly version: number;
  readonly plan: WorkPlan;
}

export interface Programme {
  readonly open: boolean;
  readonly inForce: PlanInForce | undefined;
  readonly window: { readonly opensAt: Instant; readonly closesOn: CivilDate; readonly closed: boolean } | undefined;
}

/** The year as an applicant meets it. An amended plan moves the closing day of a window that is already open. */
export const programme: Fold<Programme, ProgrammeEvent> = {
  name: 'application/programme',
  initial: { open: false, inForce: undefined, window: undefined },
  evolve(state, event) {
    switch (event.type) {
      case 'programme.opened':
        return { ...state, open: true };
      case 'programme.closed':
        return { ...state, open: false };
      case 'work-plan.published':
      case 'work-plan.amended': {
        const { year, version, plan } = event.data;
        const closesOn = plan.deadlines.applicationCloses;
        return { ...state, inForce: { year, version, plan }, window: state.window && { ...state.window, closesOn } };
      }
      case 'application-window.opened':
        return {
          ...state,
          window: { opensAt: event.data.opensAt, closesOn: event.data.closesOn, closed: false },
        };
      case 'application-window.closed':
        return { ...state, window: state.window && { ...state.window, closed: true } };
      default:
        return state;
    }
  },
};

export type WindowState = 'not-opened' | 'open' | 'closed';

/** DL-5: the last day counts to 24:00. */
export function windowAt({ window }: Programme, at: Instant): WindowState {
  if (!window || at < window.opensAt) return 'not-opened';
  return window.closed || at >= endOfDay(window.closesOn) ? 'closed' : 'open';
}

export interface Unit {
  readonly registration:
    | {
        readonly name: string;
        readonly kind: string;
        readonly district: string;
        readonly industries: readonly string[];
      }
    | undefined;
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
      case 'unit.registered': {
        const { name, kind, district, industries } = event.data;
        return { ...state, registration: { name, kind, district, industries } };
      }
      case 'unit.registration-verified':
        return { ...state, inTianjin: event.data.inTianjin };
      case 'unit.professional-organisation-recognised':
        return { ...state, recognised: true };
      default:
        return state;
    }
  },
};

interface Charge {
  readonly bodyId: BodyId;
  readonly jurisdiction: Jurisdiction;
  readonly from: CivilDate;
  /** First day on which another body is in charge. */
  readonly handedOverOn?: CivilDate;
}

export interface Bodies {
  readonly registered: Readonly<Record<string, { readonly kind: BodyKind; readonly name: string }>>;
  readonly charges: readonly Charge[];
}

export const bodies: Fold<Bodies, BodyEvent> = {
  name: 'application/bodies',
  initial: { registered: {}, charges: [] },
  evolve(state, event) {
    switch (event.type) {
      case 'recommending-body.registered': {
        const { bodyId, kind, name } = event.data;
        return { ...state, registered: { ...state.registered, [bodyId]: { kind, name } } };
      }
      case 'jurisdiction.assigned':
        return { ...state, charges: [...state.charges, event.data] };
      case 'jurisdiction.transferred': {
        const { fromBodyId, toBodyId, jurisdiction, from } = event.data;
        const handedOver = state.charges.map(charge =>
          charge.bodyId === fromBodyId && isSame(charge.jurisdiction, jurisdiction) && charge.handedOverOn === undefined
            ? { ...charge, handedOverOn: from }
            : charge,
        );
        return { ...state, charges: [...handedOver, { bodyId: toBodyId, jurisdiction, from }] };
      }
      default:
        return state;
    }
  },
};

function isSame(a: Jurisdiction, b: Jurisdiction): boolean {
  return 'industry' in a ? 'industry' in b && a.industry === b.industry : 'district' in b && a.district === b.district;
}

/** Whether a body is in charge of a unit's district or of the industry on a date (art-06). */
export function isInCharge(
  state: Bodies,
  bodyId: BodyId,
  scope: { readonly district: string | undefined; readonly industry: string },
  date: CivilDate,
): boolean {
  return state.charges.some(
    ({ jurisdiction, ...charge }) =>
      charge.bodyId === bodyId &&
      charge.from <= date &&
      (charge.handedOverOn === undefined || date < charge.handedOverOn) &&
      ('industry' in jurisdiction
        ? jurisdiction.industry === scope.industry
        : jurisdiction.district === scope.district),
  );
}

/** The readings below answer with an empty view for a project that is not there: the decision refuses it anyway. */

export function programmeOf(state: Application | undefined): Reading<Programme> {
  return state ? stateOf(programme, programmeStream(state.year)) : known(programme.initial);
}

export function unitOf(state: Application | undefined): Reading<Unit> {
  return state ? stateOf(unit, unitStream(state.uscc)) : known(unit.initial);
}

export function bodiesNow(): Reading<Bodies> {
  return stateOf(bodies, bodiesStream);
}

/** The caller's own grants: a verifier must not be staff of the unit it verifies. */
export function standingOf(actor: Actor): Reading<Standing> {
  return stateOf(standing, accountStream(actor.accountId));
}
