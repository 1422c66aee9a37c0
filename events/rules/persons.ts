/**
 * Natural persons, over all their accounts and their places in the expert bank (D-46). Every rule that counts people asks
 * here. Two accounts are one person's when the same identity was stated for both, or when both act as the same expert;
 * an account without a stated identity stands for itself. What was once linked stays so: a person does not become two.
 */
import { Map as PersistentMap } from 'immutable';
import { accountIdentityStated, accountRegistered, roleGranted } from '../account.ts';
import type { EventsOf } from '../event-type.ts';
import { expertAdmitted, expertIdentityStated } from '../expert.ts';
import type { StatedIdentity } from '../identity.ts';

export const personEventTypes = [
  accountRegistered,
  accountIdentityStated,
  roleGranted,
  expertAdmitted,
  expertIdentityStated,
] as const;
export type PersonEvent = EventsOf<typeof personEventTypes>;

/** What belongs to a person: an account, a place in the expert bank, an identity by its digest. */
export type PersonMark = `account:${string}` | `expert:${string}` | `identity:${string}`;

/** The mark of an account by its id. */
export const accountMark = (accountId: string): PersonMark => `account:${accountId}`;
/** The mark of a place in the expert bank by its id. */
export const expertMark = (expertId: string): PersonMark => `expert:${expertId}`;
/** The mark of an identity by its keyed digest: equal for the same number, and no number can be told from it. */
export const identityMark = ({ digest }: Pick<StatedIdentity, 'digest'>): PersonMark => `identity:${digest}`;

/** The marks that an event says are one person's, in pairs. */
export function linksOf(event: PersonEvent): readonly (readonly [PersonMark, PersonMark])[] {
  switch (event.type) {
    case 'account.registered': {
      const { accountId, grant, identity } = event.data;
      return [...stated(accountMark(accountId), identity), ...actingAs(accountId, grant)];
    }
    case 'account.identity-stated':
      return stated(accountMark(event.data.accountId), event.data.identity);
    case 'account.role-granted':
      return actingAs(event.data.accountId, event.data.grant);
    case 'expert.admitted':
    case 'expert.identity-stated':
      return stated(expertMark(event.data.expertId), event.data.identity);
  }
}

function stated(mark: PersonMark, identity: StatedIdentity | undefined): [PersonMark, PersonMark][] {
  return identity ? [[mark, identityMark(identity)]] : [];
}

/** An expert acts for himself: his account and his place in the bank are one person's. */
function actingAs(accountId: string, { role, orgId }: { readonly role: string; readonly orgId: string }) {
  return role === 'EXPERT' ? [[accountMark(accountId), expertMark(orgId)] as const] : [];
}

/** By mark: those that are linked with it directly. */
export type Persons = PersistentMap<PersonMark, readonly PersonMark[]>;

/** Before anything is known of anybody: everybody is himself. */
export const NOBODY: Persons = PersistentMap();

/** The marks that an event links with one. */
export const linkedWith = (persons: Persons, mark: PersonMark): readonly PersonMark[] => persons.get(mark, []);

/** The persons once an event is known; a link counts both ways and is never taken back. */
export function personsAfter(persons: Persons, event: PersonEvent): Persons {
  return linksOf(event).reduce((after, [one, other]) => linked(linked(after, one, other), other, one), persons);
}

function linked(persons: Persons, mark: PersonMark, other: PersonMark): Persons {
  const known = linkedWith(persons, mark);
  if (known.includes(other)) return persons;
  return persons.set(mark, [...known, other]);
}

/** All marks of the person with this one, itself first. */
export function marksOf(persons: Persons, mark: PersonMark): readonly PersonMark[] {
  const marks = new Set([mark]);
  // A set hands out what is added while it is walked.
  for (const known of marks) for (const other of linkedWith(persons, known)) marks.add(other);
  return [...marks];
}

/** What the marks of one kind name. */
export const named = (marks: readonly PersonMark[], kind: 'account' | 'expert' | 'identity'): readonly string[] =>
  marks.filter(mark => mark.startsWith(`${kind}:`)).map(mark => mark.slice(kind.length + 1));

/** The accounts and the places in the bank of a person, from any of his marks. */
export const accountsOf = (persons: Persons, mark: PersonMark) => named(marksOf(persons, mark), 'account');
/** The places in the bank of a person, from any of his marks. */
export const expertsOf = (persons: Persons, mark: PersonMark) => named(marksOf(persons, mark), 'expert');

/** Whether an identity is known of the person, so that another account of his would be seen. */
export const isIdentified = (persons: Persons, mark: PersonMark) =>
  named(marksOf(persons, mark), 'identity').length > 0;

/** Whether two marks are one person's. */
export function isSame(persons: Persons, one: PersonMark, other: PersonMark): boolean {
  return marksOf(persons, one).includes(other);
}

/** Whether two accounts are one person's. */
export function isSamePerson(persons: Persons, one: string, other: string): boolean {
  return isSame(persons, accountMark(one), accountMark(other));
}

/** Whether the person behind an account is, by any account of his, among those who did something. */
export function isAmong(persons: Persons, accountId: string, accounts: Iterable<string>): boolean {
  const own = new Set(accountsOf(persons, accountMark(accountId)));
  for (const account of accounts) if (own.has(account)) return true;
  return false;
}
