/** The grants of an account as the log has them at this moment. */
import {
  type AccountEvent,
  accountHolderRenamed,
  accountRegistered,
  accountStream,
  type Grant,
} from '../../events/account.ts';
import type { Actor } from '../../events/envelope.ts';
import { isOneOf } from '../../events/event-type.ts';
import type { AccountId } from '../../events/ids.ts';
import { type Grants, grants } from '../../events/rules/grants.ts';
import { type EventStore, NO_STREAM, readable, type Vault } from '../../services/ports.ts';
import { recentlyUsed } from '../../services/recently-used.ts';
import { SealBroken } from '../vault/vault.ts';

const CACHED_ACCOUNTS = 20_000;

/** Only events that were not read before are read: a revocation counts from the moment it is recorded. */
export function createGrantsReader(store: Pick<EventStore, 'readStream'>): (accountId: AccountId) => Promise<Grants> {
  const seen = recentlyUsed<AccountId, { readonly state: Grants; readonly revision: number }>(CACHED_ACCOUNTS);
  return async accountId => {
    const before = seen.get(accountId) ?? { state: grants.initial, revision: NO_STREAM };
    const events = await store.readStream(accountStream(accountId), before.revision);
    const last = events.at(-1);
    if (!last) return before.state;
    const state = (readable(events) as readonly AccountEvent[]).reduce(grants.evolve, before.state);
    seen.set(accountId, { state, revision: last.revision });
    return state;
  };
}

/** The roles that are held beside the one in which somebody acts, each once. */
export function otherRoles(held: readonly Grant[], actor: Pick<Actor, 'role' | 'orgId'>): readonly Grant[] {
  const roles = new Map(held.map(grant => [`${grant.role}/${grant.orgId}`, grant]));
  roles.delete(`${actor.role}/${actor.orgId}`);
  return [...roles.values()];
}

const isNaming = isOneOf([accountRegistered, accountHolderRenamed]);

/** The person who has an account, as the vault knows him; undefined where no account is on record. */
export function createHolders(
  store: Pick<EventStore, 'readStream'>,
): (accountId: AccountId) => Promise<string | undefined> {
  return async accountId => (await namingOf(store, accountId))?.data.name.subject;
}

async function namingOf(store: Pick<EventStore, 'readStream'>, accountId: AccountId) {
  const events = readable(await store.readStream(accountStream(accountId), NO_STREAM));
  return (events as readonly AccountEvent[]).findLast(isNaming);
}

/** The name of the person who has an account; undefined once it was erased, or when it does not open. */
export function createNames(
  store: Pick<EventStore, 'readStream'>,
  vault: Pick<Vault, 'open'>,
): (accountId: AccountId) => Promise<string | undefined> {
  return async accountId => {
    const named = await namingOf(store, accountId);
    if (!named) return undefined;
    return vault.open(named.data.name).catch(error => {
      if (error instanceof SealBroken) return undefined;
      throw error;
    });
  };
}
