/**
 * Who holds which role, for which organisation, on a day (domain 1.2): the one fold over an account's events that commands
 * are checked against, registers show and reports look back with.
 */
import {
  type AccountEvent,
  accountDisabled,
  accountEnabled,
  accountRegistered,
  type Grant,
  roleGranted,
  roleRevoked,
} from '../account.ts';
import type { Actor } from '../envelope.ts';
import { type EventsOf, isOneOf } from '../event-type.ts';
import type { CivilDate, Instant } from '../time.ts';
import { type ApiKey, apiKeysAfter } from './api-keys.ts';
import { type Webhook, webhooksAfter } from './webhooks.ts';

/** What changes the roles of an account that is registered. */
export const grantChanges = [roleGranted, roleRevoked, accountDisabled, accountEnabled] as const;
const grantEventTypes = [accountRegistered, ...grantChanges] as const;
type GrantEvent = EventsOf<typeof grantEventTypes>;

export const isOfGrants = isOneOf(grantEventTypes);

/** The roles of an account: all that it was ever given, each with its term, in the order in which they were given. */
export interface HeldGrants {
  readonly disabled: boolean;
  readonly grants: readonly Grant[];
}

export const NO_GRANTS: HeldGrants = { disabled: false, grants: [] };

/** A revocation shortens a term and never lengthens one. */
export function grantsAfter({ disabled, grants: held }: HeldGrants, event: GrantEvent) {
  switch (event.type) {
    case 'account.registered':
      return { disabled: false, grants: [event.data.grant] };
    case 'account.role-granted':
      return { disabled, grants: [...held, event.data.grant] };
    case 'account.role-revoked': {
      const { role, orgId, lastDay } = event.data;
      const after = held.map(grant => (isShortenedBy(grant, role, orgId, lastDay) ? { ...grant, lastDay } : grant));
      return { disabled, grants: after };
    }
    case 'account.disabled':
      return { disabled: true, grants: [...held] };
    case 'account.enabled':
      return { disabled: false, grants: [...held] };
  }
}

/** Whether a grant is of the role for the organisation and lasts beyond the day. */
export function isShortenedBy(grant: Grant, role: string, orgId: string, lastDay: CivilDate): boolean {
  return grant.role === role && grant.orgId === orgId && (!grant.lastDay || grant.lastDay > lastDay);
}

/** The grants that hold on a day, first and last days included; none for a disabled account. */
export function grantsOn({ disabled, grants: held }: HeldGrants, date: CivilDate): readonly Grant[] {
  return disabled ? [] : held.filter(({ from, lastDay }) => from <= date && (!lastDay || date <= lastDay));
}

/** Whether the actor holds the role for the organisation on the day. */
export function holdsRole(state: HeldGrants, { role, orgId }: Actor, date: CivilDate): boolean {
  return grantsOn(state, date).some(grant => grant.role === role && grant.orgId === orgId);
}

/** What an account may do, and how its holder is let in. */
export interface Grants extends HeldGrants {
  readonly registered: boolean;
  /** Since when nobody signs in to the account without its second factor; undefined where there is none. */
  readonly secondFactorSince?: Instant | undefined;
  /** Keys of its programs, also those that open nothing any more. */
  readonly apiKeys?: readonly ApiKey[];
  /** Where events are sent for it, also those that have ended. */
  readonly webhooks?: readonly Webhook[];
}

export const grants = {
  name: 'grants',
  initial: { registered: false, ...NO_GRANTS } as Grants,
  evolve(state: Grants, event: AccountEvent): Grants {
    if (isOfGrants(event)) {
      const registered = state.registered || event.type === accountRegistered.type;
      return { ...state, registered, ...grantsAfter(state, event) };
    }
    if (event.type === 'account.second-factor-confirmed') {
      return { ...state, secondFactorSince: event.meta.recordedAt };
    }
    if (event.type === 'account.api-key-issued' || event.type === 'account.api-key-revoked') {
      return { ...state, apiKeys: apiKeysAfter(state.apiKeys ?? [], event) };
    }
    if (event.type === 'account.webhook-registered' || event.type === 'account.webhook-ended') {
      return { ...state, webhooks: webhooksAfter(state.webhooks ?? [], event) };
    }
    return event.type === 'account.second-factor-removed' ? { ...state, secondFactorSince: undefined } : state;
  },
};
