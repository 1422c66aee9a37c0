/** Who holds which role on a date: the fold over an account's life that every command is checked against. */
import type { AccountEvent, Grant } from '../events/account.ts';
import type { Actor } from '../events/envelope.ts';
import type { CivilDate, Instant } from '../events/time.ts';
import type { Fold } from './command.ts';

export interface Standing {
  readonly registered: boolean;
  readonly disabled: boolean;
  readonly grants: readonly Grant[];
  /** Since when nobody signs in to the account without its second factor; undefined where there is none. */
  readonly secondFactorSince?: Instant | undefined;
}

export const standing: Fold<Standing, AccountEvent> = {
  name: 'standing',
  initial: { registered: false, disabled: false, grants: [] },
  evolve(state, event) {
    switch (event.type) {
      case 'account.registered':
        return { registered: true, disabled: false, grants: [event.data.grant] };
      case 'account.identity-stated':
        return state;
      case 'account.role-granted':
        return { ...state, grants: [...state.grants, event.data.grant] };
      case 'account.role-revoked': {
        const { role, orgId, lastDay } = event.data;
        return {
          ...state,
          grants: state.grants.map(grant =>
            grant.role === role && grant.orgId === orgId && (!grant.lastDay || grant.lastDay > lastDay)
              ? { ...grant, lastDay }
              : grant,
          ),
        };
      }
      case 'account.disabled':
        return { ...state, disabled: true };
      case 'account.enabled':
        return { ...state, disabled: false };
      case 'account.second-factor-confirmed':
        return { ...state, secondFactorSince: event.meta.recordedAt };
      case 'account.second-factor-removed':
        return { ...state, secondFactorSince: undefined };
      default:
        return state;
    }
  },
};

/** The grants that hold on a date; none for a disabled account. */
export function grantsOn(state: Standing, date: CivilDate): readonly Grant[] {
  if (state.disabled) return [];
  return state.grants.filter(grant => grant.from <= date && (!grant.lastDay || date <= grant.lastDay));
}

/** Whether the actor holds the role for the organisation on the date. */
export function holdsRole(state: Standing, actor: Actor, date: CivilDate): boolean {
  return grantsOn(state, date).some(grant => grant.role === actor.role && grant.orgId === actor.orgId);
}
