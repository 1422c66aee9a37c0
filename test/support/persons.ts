/** Accounts and experts that are one person, as decisions are told. */
import { accountIdentityStated } from '../../events/account.ts';
import { expertIdentityStated } from '../../events/expert.ts';
import { NOBODY, type PersonEvent, type Persons, personsAfter } from '../../events/rules/persons.ts';
import { samples } from './controls.ts';
import { recorded } from './given.ts';

const { identity } = samples['account.identity-stated'];

/** Everybody who is named is the same person; everybody else is himself. */
export function onePerson(accounts: readonly string[], experts: readonly string[] = []): Persons {
  const stated = [
    ...accounts.map(accountId => accountIdentityStated.of({ accountId, identity } as never)),
    ...experts.map(expertId => expertIdentityStated.of({ expertId, identity } as never)),
  ];
  return stated.map(recorded).reduce((state, event) => personsAfter(state, event as PersonEvent), NOBODY);
}
