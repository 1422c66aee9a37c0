/** The life of an account as its administrators need it: roles, password, a reset or a change under way. */
import type { AccountChange, AccountEvent } from '../../events/account.ts';
import type { AccountId } from '../../events/ids.ts';
import { type Grants, grants } from '../../events/rules/grants.ts';
import type { Instant } from '../../events/time.ts';
import type { Fold } from '../command.ts';

/** Waits for a second person. */
interface Pending {
  readonly id: string;
  readonly by: AccountId;
  readonly at: Instant;
}

export interface ProposedChange extends Pending {
  readonly change: AccountChange;
}

export interface Reset extends Pending {
  readonly needsSecondPerson: boolean;
  /** Set once there is a code. */
  readonly code?: { readonly givenTo: AccountId; readonly expiresAt: Instant };
  readonly used: boolean;
}

/** A credential that the holder has not confirmed. */
export interface Provisional {
  readonly resetId: string;
  readonly codeGivenTo: AccountId | undefined;
  readonly since: Instant;
  readonly vouchedBy?: AccountId;
}

export interface AccountState extends Grants {
  readonly hasPassword: boolean;
  /** The password was set with a code that one administrator alone had given out. */
  readonly singleHanded: boolean;
  readonly reset?: Reset | undefined;
  readonly provisional?: Provisional | undefined;
  readonly proposal?: ProposedChange | undefined;
  /** Why it was disabled, or enabled again, last. */
  readonly disabledOrEnabledFor?: string;
  /** The holder has been given a secret, and has not confirmed it. */
  readonly enrolling?: boolean;
  readonly factorReset?: Pending | undefined;
}

export const accountState: Fold<AccountState, AccountEvent> = {
  name: 'account/state',
  initial: { ...grants.initial, hasPassword: false, singleHanded: false },
  evolve(state, event) {
    const { accountId: by } = event.meta.actor;
    const at = event.meta.recordedAt;
    switch (event.type) {
      case 'account.change-proposed':
        return { ...state, proposal: { id: event.data.proposalId, by, at, change: event.data.change } };
      case 'account.change-confirmed':
        return { ...state, proposal: undefined };
      case 'account.credential-reset-ordered': {
        const { resetId: id, needsSecondPerson } = event.data;
        return { ...state, reset: { id, by, at, needsSecondPerson, used: false } };
      }
      case 'account.reset-code-issued':
        return {
          ...state,
          reset: state.reset && { ...state.reset, code: { givenTo: by, expiresAt: event.data.expiresAt } },
        };
      case 'account.password-set': {
        const { means, resetId, provisional } = event.data;
        if (means === 'holder') return { ...state, hasPassword: true };
        const codeGivenTo = state.reset?.code?.givenTo;
        return {
          ...state,
          hasPassword: true,
          singleHanded: means === 'reset-code' && state.reset?.needsSecondPerson === false,
          reset: state.reset && { ...state.reset, used: true },
          provisional: provisional && resetId !== undefined ? { resetId, codeGivenTo, since: at } : undefined,
        };
      }
      case 'account.credential-vouched':
        return { ...state, provisional: state.provisional && { ...state.provisional, vouchedBy: by } };
      case 'account.credential-confirmed':
        return { ...state, provisional: undefined };
      case 'account.credential-reset-confirmed':
        return state;
      case 'account.second-factor-enrolled':
        return { ...state, enrolling: true };
      case 'account.second-factor-reset-ordered':
        return { ...state, factorReset: { id: event.data.resetId, by, at } };
      case 'account.disabled':
      case 'account.enabled':
        return { ...state, ...grants.evolve(state, event), disabledOrEnabledFor: event.data.reason };
      case 'account.second-factor-confirmed':
      case 'account.second-factor-removed':
        return { ...state, ...grants.evolve(state, event), enrolling: false, factorReset: undefined };
      default:
        return { ...state, ...grants.evolve(state, event) };
    }
  },
};
