/** Who the holder of an account is: stated at registration, or later; another account of his is shown and linked (D-46). */
import { z } from 'zod';
import {
  type AccountEvent,
  accountHolderRenamed,
  accountIdentityStated,
  accountStream,
  type Grant,
} from '../../events/account.ts';
import { identitySchema } from '../../events/identity.ts';
import { type AccountId, accountIdSchema } from '../../events/ids.ts';
import type { Sealed } from '../../events/personal.ts';
import { type Grants, grants } from '../../events/rules/grants.ts';
import {
  accountMark,
  accountsOf,
  expertMark,
  identityMark,
  isIdentified,
  isSame,
  isSamePerson,
  linkedWith,
  type PersonMark,
  type Persons,
} from '../../events/rules/persons.ts';
import { lineSchema } from '../../events/text.ts';
import { changeOrderFault, type RecordedChange, unchanged } from '../change.ts';
import { command, type Dependency, type Fold, type Given, sealed } from '../command.ts';
import { personsNow, statedIdentity } from '../persons.ts';
import { notFound, type Rejection, refuseByHouse, refuseForm } from '../rejection.ts';

/** The accounts of a person besides one of them. */
export function otherAccounts(persons: Persons, mark: PersonMark, accountId: AccountId): readonly AccountId[] {
  return (accountsOf(persons, mark) as readonly AccountId[]).filter(id => id !== accountId).toSorted();
}

/** What the event says of other accounts of the same person; nothing when there are none. */
export function tellingOf(others: readonly AccountId[]): { otherAccounts?: AccountId[] } {
  return others.length > 0 ? { otherAccounts: [...others] } : {};
}

export const stateAccountIdentity = command({
  name: 'StateAccountIdentity',
  title: '登记账户持有人身份',
  records: [accountIdentityStated],
  summary:
    'States the official number of the holder of an account that was registered without it, or a further one of his; other accounts of the same person are linked. Nobody states his own.',
  allow: ['MSR', 'SUP'],
  input: z.strictObject({ accountId: accountIdSchema, identity: identitySchema }),
  fold: grants,
  stream: ({ accountId }) => accountStream(accountId),
  about: (_state, { accountId }) => ({ accountId }),
  reads: () => ({ persons: personsNow }),
  readsTyped: ({ accountId, identity }) => ({ identity: statedIdentity(`account-${accountId}`, identity) }),
  gate: keptForOthers,
  decide(_state, { accountId }, { actor }, { identity, persons }) {
    const mark = accountMark(accountId);
    if (linkedWith(persons, mark).includes(identityMark(identity))) return [];
    const others = otherAccounts(persons, identityMark(identity), accountId);
    if (others.includes(actor.accountId)) return ownAccount();
    return [accountIdentityStated.of({ accountId, identity, ...tellingOf(others) })];
  },
});

interface Holder {
  readonly name: Sealed | undefined;
  readonly renamed: RecordedChange | undefined;
}

const holder: Fold<Holder, AccountEvent> = {
  name: 'account/holder',
  initial: { name: undefined, renamed: undefined },
  evolve(state, event) {
    if (event.type === 'account.registered') return { name: event.data.name, renamed: undefined };
    return event.type === 'account.holder-renamed' ? { name: event.data.name, renamed: event.data } : state;
  },
};

/** What the holder is called on record, in clear, and the change since which he is. */
function holderOf(accountId: AccountId): Dependency<Omit<Holder, 'name'> & { readonly name: string | undefined }> {
  return {
    async resolve(sources) {
      const { name, renamed } = await sources.stream(holder, accountStream(accountId));
      return { name: name && (await sources.open(name)), renamed };
    },
  };
}

export const renameAccountHolder = command({
  name: 'RenameAccountHolder',
  title: '记录账户持有人更名',
  records: [accountHolderRenamed],
  summary: 'Records that the holder of an account is called otherwise from a day on. Nobody renames himself.',
  allow: ['MSR', 'SUP'],
  reach: { changedOn: { notAfter: 'today' } },
  input: accountHolderRenamed.schema.extend({ name: lineSchema }),
  fold: grants,
  stream: ({ accountId }) => accountStream(accountId),
  about: (_state, { accountId }) => ({ accountId }),
  reads: () => ({ persons: personsNow }),
  readsTyped: ({ accountId, name }) => ({
    name: sealed(`account-${accountId}`, name),
    present: holderOf(accountId),
  }),
  gate: keptForOthers,
  decide(_state, { name: said, ...input }, _given, { name, present }) {
    if (said === present.name) return unchanged(present.renamed, input);
    return changeOrderFault(present.renamed, input) ?? [accountHolderRenamed.of({ ...input, name })];
  },
});

/** An account whose holder is known by the actor's word: never his own. */
function keptForOthers(
  state: Grants,
  { actor }: Given,
  { persons }: { readonly persons: Persons },
  { accountId }: { readonly accountId: AccountId },
): Grants | Rejection {
  if (!state.registered) return notFound();
  if (actor.role !== administratorOf(state)) return notAdministered();
  return isSamePerson(persons, actor.accountId, accountId) ? ownAccount() : state;
}

/** Nobody of the authority has a say in who those are that supervise it (D-45). */
function administratorOf({ grants }: Grants): 'MSR' | 'SUP' {
  return grants.some(({ role }) => role === 'SUP') ? 'SUP' : 'MSR';
}

function notAdministered(): Rejection {
  return refuseForm(
    'forbidden',
    'not-administered',
    '监督账户由监督机构登记，其他账户由市级主管部门登记',
    'Accounts of the supervising body are its own to keep, all others are the authority’s',
  );
}

/** Why a person cannot act as an expert: both are known, as two persons. */
export function expertFault(persons: Persons, { role, orgId }: Grant, mark: PersonMark): Rejection | undefined {
  const expert = expertMark(orgId);
  if (role !== 'EXPERT' || !isIdentified(persons, expert) || !isHolderKnown(persons, mark)) return undefined;
  if (isSame(persons, mark, expert)) return undefined;
  return refuseByHouse(
    'in-person',
    'not-the-expert',
    '账户持有人不是该专家本人',
    'the holder of the account is not this expert',
  );
}

/** An identity that is being stated is known, though no event holds it yet. */
const isHolderKnown = (persons: Persons, mark: PersonMark) =>
  mark.startsWith('identity:') || isIdentified(persons, mark);

/** Refuses to administer oneself; a rule of the house. */
export function ownAccount(): Rejection {
  return refuseForm(
    'forbidden',
    'own-account',
    '不得为本人登记账户或授予角色、收回本人的管理角色、停用或启用本人账户，也不得办理本人的密码重置',
    'Nobody may register an account or grant a role to himself, revoke the role he administers by, disable or enable himself, or reset his own password',
  );
}
