/** Which accounts are one natural person's: what every rule that counts people is told before it decides (D-46). */
import { accountStream } from '../events/account.ts';
import type { Actor } from '../events/envelope.ts';
import { type Identity, identityText, type StatedIdentity } from '../events/identity.ts';
import type { AccountId } from '../events/ids.ts';
import { type Grants, grants } from '../events/rules/grants.ts';
import {
  accountMark,
  accountsOf,
  NOBODY,
  type PersonEvent,
  type Persons,
  personEventTypes,
  personsAfter,
} from '../events/rules/persons.ts';
import { type Dependency, type Fold, type Sources, stateOfLog } from './command.ts';
import { type Rejection, type RejectionKind, refuseByHouse } from './rejection.ts';

export const personsFold: Fold<Persons, PersonEvent> = { name: 'persons', initial: NOBODY, evolve: personsAfter };

/** Everybody's accounts, as the log has them now. */
export const personsNow: Dependency<Persons> = stateOfLog(
  personsFold,
  personEventTypes.map(({ type }) => type),
  'lately',
);

/** An identity as the log keeps it, sealed as the subject's own. */
export function statedIdentity(subject: string, identity: Identity): Dependency<StatedIdentity> {
  return { resolve: sources => keptIdentity(sources, subject, identity) };
}

/** The same of somebody whom an organisation names, sealed with what else it gives about him. */
export function statedIdentityOf(orgId: string, name: string, identity: Identity): Dependency<StatedIdentity> {
  return { resolve: sources => keptIdentity(sources, sources.subjectOf(orgId, name), identity) };
}

async function keptIdentity(sources: Sources, subject: string, identity: Identity): Promise<StatedIdentity> {
  const text = identityText(identity);
  // Nothing else that is keyed begins so: what is equal here is an identity.
  const digest = sources.keyed(`identity ${text}`);
  return { kind: identity.kind, value: await sources.seal(subject, text), digest };
}

/** What the person behind an actor may do, by any account of his: his grants, those of disabled accounts among them. */
export function standingOfPerson({ accountId }: Pick<Actor, 'accountId'>): Dependency<Grants> {
  return {
    async resolve(sources) {
      const accounts = accountsOf(await personsNow.resolve(sources), accountMark(accountId)) as readonly AccountId[];
      const held = await Promise.all(accounts.map(id => sources.stream(grants, accountStream(id))));
      return {
        registered: held.some(({ registered }) => registered),
        disabled: false,
        grants: held.flatMap(({ grants }) => grants),
      };
    },
  };
}

/** Refuses under the rule that two persons act where one could be wrong alone: a rule of the house, of no article. */
export function twoPersonsFault(code: string, zh: string, en: string, kind: RejectionKind = 'forbidden'): Rejection {
  return refuseByHouse('two-persons', code, zh, en, kind);
}
