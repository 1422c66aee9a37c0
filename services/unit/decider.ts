/** The applicant unit: its registration, its recognition as a professional organisation, its bans (art-08 （一）, art-25). */
import type { z } from 'zod';
import { type BodyEvent, bodiesStream } from '../../events/body.ts';
import type { CivilDate } from '../../events/time.ts';
import type { UnitEvent, unitKindSchema } from '../../events/unit.ts';
import { type Fold, stateOf } from '../command.ts';

/** A ban on applications (art-25). */
export interface Ban {
  readonly decision: string;
  /** First and last day; the effective day of the decision is banned but not counted (D-31). */
  readonly from: CivilDate;
  readonly lastDay: CivilDate;
  /** First day on which it holds no longer, when it was lifted. */
  readonly liftedFrom?: CivilDate;
}

type Data<T extends UnitEvent['type']> = Extract<UnitEvent, { type: T }>['data'];

export interface Unit {
  /** Undefined before registration. */
  readonly kind?: z.infer<typeof unitKindSchema>;
  readonly lastCheck?: Data<'unit.registration-verified'>;
  /** Documents that recognise the organisation. */
  readonly recognitions: readonly Data<'unit.professional-organisation-recognised'>[];
  readonly bans: readonly Ban[];
  /** The units it succeeds to (D-32). */
  readonly successions: readonly Data<'unit.successor-recorded'>[];
}

export const unit: Fold<Unit, UnitEvent> = {
  name: 'unit',
  initial: { recognitions: [], bans: [], successions: [] },
  evolve(state, event) {
    switch (event.type) {
      case 'unit.registered':
        return { ...state, kind: event.data.kind };
      case 'unit.registration-verified':
        return { ...state, lastCheck: event.data };
      case 'unit.professional-organisation-recognised':
        return { ...state, recognitions: [...state.recognitions, event.data] };
      case 'unit.application-ban-imposed': {
        const { decision, from, lastDay } = event.data;
        return { ...state, bans: [...state.bans, { decision, from, lastDay }] };
      }
      case 'unit.successor-recorded':
        return { ...state, successions: [...state.successions, event.data] };
      case 'unit.application-ban-lifted': {
        const { from } = event.data;
        return { ...state, bans: state.bans.map(ban => (holdsOn(ban, from) ? { ...ban, liftedFrom: from } : ban)) };
      }
    }
  },
};

function holdsOn(ban: Ban, date: CivilDate): boolean {
  return ban.from <= date && date <= ban.lastDay && (ban.liftedFrom === undefined || date < ban.liftedFrom);
}

/** The ban that holds on a date. */
export function banOn(state: Unit, date: CivilDate): Ban | undefined {
  return state.bans.find(ban => holdsOn(ban, date));
}

/** A ban that shares a day with a period. */
export function banWithin(state: Unit, from: CivilDate, lastDay: CivilDate): Ban | undefined {
  return state.bans.find(ban => {
    const first = ban.from > from ? ban.from : from;
    return first <= lastDay && holdsOn(ban, first);
  });
}

const industryAuthorities: Fold<ReadonlySet<string>, BodyEvent> = {
  name: 'industry-authorities',
  initial: new Set(),
  evolve: (state, event) =>
    event.type === 'recommending-body.registered' && event.data.kind === 'industry-authority'
      ? new Set(state).add(event.data.bodyId)
      : state,
};

/** Ids of the bodies whose document can recognise a professional organisation (D-9). */
export const industryAuthoritiesKnown = stateOf(industryAuthorities, bodiesStream);
