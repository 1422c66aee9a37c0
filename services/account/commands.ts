/** Commands on accounts and their roles (art-05 （四）). Passwords are no fact of the programme: infra keeps them. */
import { z } from 'zod';
import {
  accountDisabled,
  accountEnabled,
  accountRegistered,
  accountStream,
  type Grant,
  grantSchema,
  roleGranted,
  roleRevoked,
} from '../../events/account.ts';
import { identitySchema } from '../../events/identity.ts';
import { type AccountId, accountIdSchema } from '../../events/ids.ts';
import { accountMark, identityMark, isSamePerson, type Persons } from '../../events/rules/persons.ts';
import { lineSchema, paragraphSchema } from '../../events/text.ts';
import { addDays, dateSchema, shanghaiDate } from '../../events/time.ts';
import { command, type Given, known, type Reading, sealed, stateOf } from '../command.ts';
import { personsNow, statedIdentity } from '../persons.ts';
import { notFound, type Rejection, refuseForm } from '../rejection.ts';
import { type Standing, standing } from '../standing.ts';
import {
  grantFault,
  isRevocable,
  type Organisation,
  organisation,
  organisationStream,
  overlappingGrant,
} from './decider.ts';
import { expertFault, identityFault, otherAccounts, ownAccount, tellingOf } from './identity.ts';

const common = {
  allow: ['MSR'] as const,
  fold: standing,
  stream: (input: { accountId: AccountId }) => accountStream(input.accountId),
  about: (_state: Standing, input: { accountId: AccountId }) => ({ accountId: input.accountId }),
};

/** The term begins today unless a day is named. */
const grantInput = grantSchema.partial({ from: true });

function dated(grant: z.infer<typeof grantInput>, given: Given): Grant {
  return { ...grant, from: grant.from ?? given.today };
}

function organisationOf(grant: Pick<Grant, 'role' | 'orgId'>): Reading<Organisation> {
  const stream = organisationStream(grant);
  return stream ? stateOf(organisation, stream) : known(organisation.initial);
}

export const registerAccount = command({
  ...common,
  allow: ['MSR', 'SYS'],
  name: 'RegisterAccount',
  title: '登记账户',
  summary:
    'Registers a person who may act, with a first role; the system itself may only make the first MSR and SUP accounts.',
  reach: { 'grant.from': { notBefore: 'today', notAfter: { years: 1 } }, 'grant.lastDay': { notAfter: { years: 20 } } },
  input: z.strictObject({
    accountId: accountIdSchema,
    name: lineSchema,
    /** Left out only for the first accounts of an empty house, and then stated later. */
    identity: identitySchema.optional(),
    grant: grantInput,
  }),
  reads: input => ({
    name: sealed(`account-${input.accountId}`, input.name),
    identity: input.identity ? statedIdentity(`account-${input.accountId}`, input.identity) : known(undefined),
    organisation: organisationOf(input.grant),
    persons: personsNow,
  }),
  decide(state, input, given, { name, identity, organisation: held, persons }) {
    if (state.registered) {
      return refuseForm('conflict', 'account-exists', '该账户已登记', 'The account is already registered');
    }
    const grant = dated(input.grant, given);
    const holder = identity ? identityMark(identity) : accountMark(input.accountId);
    const others = otherAccounts(persons, holder, input.accountId);
    return (
      bootstrapFault(grant, given) ??
      identityFault(identity, given) ??
      (others.includes(given.actor.accountId) ? ownAccount() : undefined) ??
      grantFault(grant, held) ??
      expertFault(persons, grant, holder) ?? [
        accountRegistered.of({
          accountId: input.accountId,
          name,
          grant,
          ...(identity && { identity }),
          ...tellingOf(others),
        }),
      ]
    );
  },
});

function bootstrapFault(grant: Grant, given: Given): Rejection | undefined {
  if (given.actor.role !== 'SYS' || grant.role === 'MSR' || grant.role === 'SUP') return undefined;
  return refuseForm(
    'forbidden',
    'bootstrap-only',
    '系统只能登记首批市级主管部门和监督账户',
    'The system may only register accounts of the municipal authority and the supervisor',
  );
}

export const grantRole = command({
  ...common,
  name: 'GrantRole',
  title: '授予角色',
  summary: 'Gives an account a role for an organisation that is on record; nobody grants himself.',
  reach: { 'grant.from': { notBefore: 'today', notAfter: { years: 1 } }, 'grant.lastDay': { notAfter: { years: 20 } } },
  input: z.strictObject({ accountId: accountIdSchema, grant: grantInput }),
  reads: input => ({ organisation: organisationOf(input.grant), persons: personsNow }),
  decide(state, input, given, { organisation: held, persons }) {
    const grant = dated(input.grant, given);
    return (
      accountFault(state.registered, input.accountId, given, persons) ??
      (state.disabled ? disabledAccount() : undefined) ??
      grantFault(grant, held) ??
      expertFault(persons, grant, accountMark(input.accountId)) ??
      (overlappingGrant(state, grant) ? alreadyHeld() : [roleGranted.of({ accountId: input.accountId, grant })])
    );
  },
});

function alreadyHeld(): Rejection {
  return refuseForm(
    'conflict',
    'role-already-held',
    '该账户在此期间已具有该角色',
    'The account already holds the role in that term',
  );
}

function disabledAccount(): Rejection {
  return refuseForm('conflict', 'account-disabled', '账户已停用，请先启用', 'The account is disabled; enable it first');
}

export const revokeRole = command({
  ...common,
  name: 'RevokeRole',
  title: '收回角色',
  summary: 'Ends a role; a last day of yesterday ends it at once. Nobody revokes his own MSR role.',
  reach: { lastDay: { notAfter: { years: 20 } } },
  input: z.strictObject({
    accountId: accountIdSchema,
    role: grantSchema.shape.role,
    orgId: grantSchema.shape.orgId,
    /** Today unless named. */
    lastDay: dateSchema.optional(),
    reason: paragraphSchema,
  }),
  reads: () => ({ persons: personsNow }),
  decide(state, input, given, { persons }) {
    const lastDay = input.lastDay ?? given.today;
    if (!state.registered) return notFound();
    if (input.role === 'MSR' && isSamePerson(persons, given.actor.accountId, input.accountId)) return ownAccount();
    if (lastDay < addDays(shanghaiDate(given.effectiveAt), -1)) {
      return refuseForm(
        'invalid',
        'revocation-in-past',
        '收回不得溯及既往，最后一日最早为前一日',
        'A role cannot be ended for days gone by; the last day is yesterday or later',
      );
    }
    if (!isRevocable(state, input.role, input.orgId, lastDay)) {
      return refuseForm(
        'conflict',
        'role-not-held',
        `该账户在 ${lastDay} 之后不具有该角色`,
        `The account holds no such role after ${lastDay}`,
      );
    }
    return [roleRevoked.of({ ...input, lastDay })];
  },
});

export const disableAccount = command({
  ...common,
  name: 'DisableAccount',
  title: '停用账户',
  summary: 'Stops an account at once; nobody disables himself.',
  input: accountDisabled.schema,
  reads: () => ({ persons: personsNow }),
  decide(state, input, given, { persons }) {
    const fault = accountFault(state.registered, input.accountId, given, persons);
    if (fault) return fault;
    return state.disabled ? [] : [accountDisabled.of(input)];
  },
});

export const enableAccount = command({
  ...common,
  name: 'EnableAccount',
  title: '启用账户',
  summary: 'Lets a disabled account act again; nobody enables an account of his own.',
  input: accountEnabled.schema,
  reads: () => ({ persons: personsNow }),
  decide(state, input, given, { persons }) {
    const fault = accountFault(state.registered, input.accountId, given, persons);
    if (fault) return fault;
    return state.disabled ? [accountEnabled.of(input)] : [];
  },
});

function accountFault(
  registered: boolean,
  accountId: AccountId,
  { actor }: Given,
  persons: Persons,
): Rejection | undefined {
  if (!registered) return notFound();
  return isSamePerson(persons, actor.accountId, accountId) ? ownAccount() : undefined;
}
