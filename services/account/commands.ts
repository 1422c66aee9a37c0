/**
 * Commands on accounts and their roles (art-05 （四）). Who administers whom is a house rule (D-45). Passwords have commands
 * of their own, none of which brings the password: infra keeps it.
 */
import { z } from 'zod';
import {
  type AccountChange,
  accountChangeConfirmed,
  accountChangeProposed,
  accountDisabled,
  accountEnabled,
  accountRegistered,
  accountStream,
  type Grant,
  grantSchema,
  pendingIdSchema,
  roleGranted,
  roleRevoked,
} from '../../events/account.ts';
import { RECOMMENDING_ROLES } from '../../events/envelope.ts';
import type { EventOf } from '../../events/event-type.ts';
import { identitySchema } from '../../events/identity.ts';
import { type AccountId, accountIdSchema } from '../../events/ids.ts';
import { identityMark, isSamePerson } from '../../events/rules/persons.ts';
import { lineSchema, paragraphSchema } from '../../events/text.ts';
import { dateSchema } from '../../events/time.ts';
import { command, type Dependency, type Fold, type Given, known, sealed, stateOf, stateOfLog } from '../command.ts';
import { personsNow, statedIdentity, twoPersonsFault } from '../persons.ts';
import { notFound, type Rejection, refuseForm } from '../rejection.ts';
import { accountFault, changeFault, confirmedChange, decideChange, grantOf } from './changes.ts';
import { jurisdictionsOf } from './competence.ts';
import { otherAccounts, tellingOf } from './identity.ts';
import { type OrganisationOnRecord, organisation, organisationStream } from './organisation.ts';
import { hasLapsed, lapsed, lapsesOn, samePerson } from './pending.ts';
import { type AccountState, accountState } from './state.ts';

/** Those who administer accounts, each his own. */
export const ADMINISTRATORS = ['MSR', 'SUP', ...RECOMMENDING_ROLES] as const;

export const onAccount = {
  fold: accountState,
  stream: (input: { accountId: AccountId }) => accountStream(input.accountId),
  about: (_state: AccountState, input: { accountId: AccountId }) => ({ accountId: input.accountId }),
};

const common = { ...onAccount, allow: ADMINISTRATORS };

/** The term begins today unless a day is named. */
const grantInput = grantSchema.partial({ from: true });

function dated(grant: z.infer<typeof grantInput>, given: Given): Grant {
  return { ...grant, from: grant.from ?? given.today };
}

function organisationOf(grant: Pick<Grant, 'role' | 'orgId'> | undefined): Dependency<OrganisationOnRecord> {
  const stream = grant && organisationStream(grant);
  return stream ? stateOf(organisation, stream) : known(organisation.initial);
}

/** What a decision on an account reads as it is. */
function standing(given: Given, state: AccountState) {
  return { jurisdictions: jurisdictionsOf(given.actor, state), persons: personsNow };
}

/** The same with the role that it is to be given, if any. */
function surroundings(given: Given, state: AccountState, grant?: z.infer<typeof grantInput>) {
  return {
    jurisdictions: jurisdictionsOf(given.actor, state, grant && dated(grant, given)),
    persons: personsNow,
    organisation: organisationOf(grant),
  };
}

/** Lets through the account to which changes of a kind can be made. */
function changeable(kind: Parameters<typeof accountFault>[2]) {
  return (
    state: AccountState,
    given: Given,
    known: Parameters<typeof accountFault>[4],
    { accountId }: { readonly accountId: AccountId },
  ): AccountState | Rejection => accountFault(accountId, state, kind, given, known) ?? state;
}

/** How many founders of each kind there are, and whether anybody else is registered. */
interface Founding {
  readonly founders: Readonly<Record<'MSR' | 'SUP', number>>;
  readonly inUse: boolean;
}

const founding: Fold<Founding, EventOf<typeof accountRegistered>> = {
  name: 'account/founding',
  initial: { founders: { MSR: 0, SUP: 0 }, inUse: false },
  evolve({ founders, inUse }, { data, meta }) {
    const { role } = data.grant;
    if (meta.actor.role !== 'SYS' || (role !== 'MSR' && role !== 'SUP')) return { founders, inUse: true };
    return { founders: { ...founders, [role]: founders[role] + 1 }, inUse };
  },
};

/** Two of each, so that there are two persons for whatever needs them; all others are registered by people. */
export const FOUNDERS = 2;

export const registerAccount = command({
  ...common,
  allow: [...ADMINISTRATORS, 'SYS'],
  name: 'RegisterAccount',
  title: '登记账户',
  records: [accountRegistered, roleGranted, roleRevoked, accountDisabled, accountEnabled, accountChangeProposed],
  begins: true,
  summary:
    'Registers a person who may act, with a first role and no password. The account of a supervisor is proposed by one person of the supervising body and confirmed by another. The system itself makes the first two accounts of the municipal authority and of the supervising body, in a house that nobody else uses yet.',
  reach: { 'grant.from': { notBefore: 'today', notAfter: { years: 1 } }, 'grant.lastDay': { notAfter: { years: 20 } } },
  input: z.strictObject({
    accountId: accountIdSchema,
    name: lineSchema,
    identity: identitySchema,
    grant: grantInput,
  }),
  reads: (input, state, given) => ({
    name: sealed(`account-${input.accountId}`, input.name),
    identity: statedIdentity(`account-${input.accountId}`, input.identity),
    founding:
      given.actor.role === 'SYS' ? stateOfLog(founding, [accountRegistered.type]) : known<Founding>(founding.initial),
    ...surroundings(given, state, input.grant),
  }),
  decide(state, { accountId, grant }, given, { name, identity, founding: house, ...around }) {
    const others = otherAccounts(around.persons, identityMark(identity), accountId);
    const change: AccountChange = {
      kind: 'register',
      name,
      grant: dated(grant, given),
      identity,
      ...tellingOf(others),
    };
    return (
      (given.actor.role === 'SYS' ? foundingFault(change.grant, house, others) : undefined) ??
      decideChange(accountId, state, change, given, around)
    );
  },
});

function foundingFault(
  { role }: Grant,
  { founders, inUse }: Founding,
  others: readonly AccountId[],
): Rejection | undefined {
  if (role !== 'MSR' && role !== 'SUP') {
    return refuseForm(
      'forbidden',
      'bootstrap-only',
      '系统只能登记首批市级主管部门和监督账户',
      'The system may only register accounts of the municipal authority and the supervisor',
    );
  }
  if (!inUse && founders[role] < FOUNDERS) {
    if (others.length === 0) return undefined;
    return twoPersonsFault(
      'founder-same-person',
      '首批账户须分属不同的人',
      'each founder is another person, or nobody were there to be the second',
    );
  }
  return refuseForm(
    'forbidden',
    'house-in-use',
    '系统已启用：首批账户（市级主管部门、监督机构各两个）之外的账户由有权人员登记',
    'The house is in use: beyond the first two accounts of each kind, accounts are registered by those who may',
  );
}

export const grantRole = command({
  ...common,
  name: 'GrantRole',
  title: '授予角色',
  records: [accountRegistered, roleGranted, roleRevoked, accountDisabled, accountEnabled, accountChangeProposed],
  summary: 'Gives an account a role for an organisation that is on record; nobody grants himself.',
  reach: { 'grant.from': { notBefore: 'today', notAfter: { years: 1 } }, 'grant.lastDay': { notAfter: { years: 20 } } },
  input: z.strictObject({ accountId: accountIdSchema, grant: grantInput }),
  reads: (_input, state, given) => standing(given, state),
  readsTyped: ({ grant }, state, given) => surroundings(given, state, grant),
  gate: changeable('grant'),
  decide: (state, { accountId, grant }, given, around) =>
    decideChange(accountId, state, { kind: 'grant', grant: dated(grant, given) }, given, around),
});

export const revokeRole = command({
  ...common,
  name: 'RevokeRole',
  title: '收回角色',
  records: [accountRegistered, roleGranted, roleRevoked, accountDisabled, accountEnabled, accountChangeProposed],
  summary: 'Ends a role; a last day of yesterday ends it at once. Nobody revokes the role he administers by.',
  reach: { lastDay: { notAfter: { years: 20 } } },
  input: z.strictObject({
    accountId: accountIdSchema,
    role: grantSchema.shape.role,
    orgId: grantSchema.shape.orgId,
    /** Today unless named. */
    lastDay: dateSchema.optional(),
    reason: paragraphSchema,
  }),
  reads: (_input, state, given) => standing(given, state),
  gate: changeable('revoke'),
  decide: (state, { accountId, ...revocation }, given, around) =>
    decideChange(
      accountId,
      state,
      { kind: 'revoke', ...revocation, lastDay: revocation.lastDay ?? given.today },
      given,
      around,
    ),
});

export const disableAccount = command({
  ...common,
  name: 'DisableAccount',
  title: '停用账户',
  records: [accountRegistered, roleGranted, roleRevoked, accountDisabled, accountEnabled, accountChangeProposed],
  summary: 'Stops an account at once; nobody disables himself.',
  input: accountDisabled.schema,
  reads: (_input, state, given) => standing(given, state),
  gate: changeable('disable'),
  done: ({ disabled }) => disabled,
  decide: (state, { accountId, reason }, given, around) =>
    decideChange(accountId, state, { kind: 'disable', reason }, given, around),
});

export const enableAccount = command({
  ...common,
  name: 'EnableAccount',
  title: '启用账户',
  records: [accountRegistered, roleGranted, roleRevoked, accountDisabled, accountEnabled, accountChangeProposed],
  summary: 'Lets a disabled account act again; nobody enables an account of his own.',
  input: accountEnabled.schema,
  reads: (_input, state, given) => standing(given, state),
  gate: changeable('enable'),
  done: ({ disabled }) => !disabled,
  decide: (state, { accountId, reason }, given, around) =>
    decideChange(accountId, state, { kind: 'enable', reason }, given, around),
});

export const confirmAccountChange = command({
  ...onAccount,
  allow: ['SUP'],
  name: 'ConfirmAccountChange',
  title: '确认变更监督账户',
  records: [accountRegistered, roleGranted, roleRevoked, accountDisabled, accountEnabled, accountChangeConfirmed],
  summary: 'Puts a change of a supervisor’s account in force that another person of the supervising body has proposed.',
  input: z.strictObject({ accountId: accountIdSchema, proposalId: pendingIdSchema }),
  reads: (_input, state, given) => surroundings(given, state, state.proposal && grantOf(state.proposal.change)),
  gate(state, given, around, { accountId, proposalId }) {
    const { proposal } = state;
    if (proposal?.id !== proposalId) return notFound();
    if (isSamePerson(around.persons, proposal.by, given.actor.accountId)) return samePerson();
    if (hasLapsed(proposal.at, given.now)) return lapsed();
    return changeFault(accountId, state, proposal.change, given, around) ?? proposal;
  },
  dueOn: ({ at }) => lapsesOn(at),
  decide: ({ change }, { accountId, proposalId }) => confirmedChange(accountId, proposalId, change),
});
