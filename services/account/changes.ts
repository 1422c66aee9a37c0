/**
 * What can be done to an account and its roles, and why it may not be. A change of a supervisor's account is proposed by
 * one person of the supervising body and takes effect when another confirms it; any other takes effect at once.
 */
import {
  type AccountChange,
  accountChangeConfirmed,
  accountChangeProposed,
  accountDisabled,
  accountEnabled,
  accountRegistered,
  type Grant,
  roleGranted,
  roleRevoked,
} from '../../events/account.ts';
import type { Role } from '../../events/envelope.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import type { AccountId } from '../../events/ids.ts';
import { accountMark, identityMark, isSame, type PersonMark, type Persons } from '../../events/rules/persons.ts';
import { addDays, shanghaiDate } from '../../events/time.ts';
import type { Decision, Given } from '../command.ts';
import { notFound, type Rejection, refuseForm } from '../rejection.ts';
import { again } from '../repeat.ts';
import {
  competenceFault,
  isCountedForTwoPersons,
  isSupervisory,
  type Jurisdictions,
  mixtureFault,
  notOfBody,
} from './competence.ts';
import { expertFault, ownAccount } from './identity.ts';
import { grantFault, isRevocable, type OrganisationOnRecord, overlappingGrant } from './organisation.ts';
import type { AccountState } from './state.ts';

/** What the log knows besides the account itself. */
export interface Surroundings {
  readonly jurisdictions: Jurisdictions;
  readonly persons: Persons;
  /** Of the grant that the change brings; needed by those that bring one. */
  readonly organisation?: OrganisationOnRecord;
}

/** The grant that a change brings. */
export function grantOf(change: AccountChange): Grant | undefined {
  return change.kind === 'register' || change.kind === 'grant' ? change.grant : undefined;
}

/** The change, or its proposal where two people of the supervising body are needed; nothing for what is so already. */
export function decideChange(
  accountId: AccountId,
  state: AccountState,
  change: AccountChange,
  given: Given,
  known: Surroundings,
): Decision {
  const fault = changeFault(accountId, state, change, given, known);
  if (fault) return fault;
  if (isIdle(state, change)) return repeatedChange(state, change);
  const alone = given.actor.role === 'SYS' || !isSupervisory(state, grantOf(change));
  return alone
    ? [effectOf(accountId, change)]
    : [accountChangeProposed.of({ accountId, proposalId: given.newId, change })];
}

/** The second person's word puts the change in force. */
export function confirmedChange(accountId: AccountId, proposalId: string, change: AccountChange): Decision {
  return [accountChangeConfirmed.of({ accountId, proposalId }), effectOf(accountId, change)];
}

function effectOf(accountId: AccountId, change: AccountChange): DecidedEvent {
  switch (change.kind) {
    case 'register': {
      const { kind: _kind, ...data } = change;
      return accountRegistered.of({ accountId, ...data });
    }
    case 'grant':
      return roleGranted.of({ accountId, grant: change.grant });
    case 'revoke': {
      const { kind: _kind, ...data } = change;
      return roleRevoked.of({ accountId, ...data });
    }
    case 'disable':
      return accountDisabled.of({ accountId, reason: change.reason });
    case 'enable':
      return accountEnabled.of({ accountId, reason: change.reason });
  }
}

type Switch = Extract<AccountChange, { kind: 'disable' | 'enable' }>;

function isIdle(state: AccountState, change: AccountChange): change is Switch {
  return (change.kind === 'disable' && state.disabled) || (change.kind === 'enable' && !state.disabled);
}

/** An account that nobody has disabled is enabled already, for no reason on record. */
function repeatedChange({ disabledOrEnabledFor: earlier }: AccountState, { reason }: Switch): Decision {
  return earlier === undefined ? [] : again(earlier, reason);
}

/** Why no change of a kind can be made to an account, whatever it would be. */
export function accountFault(
  accountId: AccountId,
  state: AccountState,
  kind: Exclude<AccountChange['kind'], 'register'>,
  given: Given,
  { jurisdictions, persons }: Pick<Surroundings, 'jurisdictions' | 'persons'>,
): Rejection | undefined {
  if (!state.registered) return notFound();
  const isOwn = isSame(persons, accountMark(given.actor.accountId), accountMark(accountId));
  const canGiveUp = kind === 'revoke' && state.grants.some(({ role }) => isGivenUp(role));
  return (
    competenceFault(given.actor, state, jurisdictions, given.today) ??
    (isOwn && !canGiveUp ? ownAccount() : undefined) ??
    (kind === 'grant' && state.disabled ? disabledAccount() : undefined)
  );
}

/** Why this very change cannot be made. */
export function changeFault(
  accountId: AccountId,
  state: AccountState,
  change: AccountChange,
  given: Given,
  known: Surroundings,
): Rejection | undefined {
  const { jurisdictions, persons, organisation } = known;
  const grant = grantOf(change);
  const holder = holderOf(accountId, change);
  return (
    (change.kind === 'register' ? undefined : accountFault(accountId, state, change.kind, given, known)) ??
    (grant && registrable(change, competenceFault(given.actor, state, jurisdictions, given.today, grant))) ??
    (isSame(persons, accountMark(given.actor.accountId), holder) ? ownFault(change) : undefined) ??
    (grant && mixtureFault(state, grant)) ??
    (grant && organisation && grantFault(grant, organisation)) ??
    (grant && expertFault(persons, grant, holder)) ??
    particularFault(state, change, given)
  );
}

/** Whether the id that a body registers is taken by others' is not told by how it is refused. */
function registrable(change: AccountChange, fault: Rejection | undefined): Rejection | undefined {
  return change.kind === 'register' && fault?.kind === 'hidden' ? notOfBody() : fault;
}

/** The person whose account it is, or is to be. */
function holderOf(accountId: AccountId, change: AccountChange): PersonMark {
  return change.kind === 'register' && change.identity ? identityMark(change.identity) : accountMark(accountId);
}

function particularFault(state: AccountState, change: AccountChange, given: Given): Rejection | undefined {
  switch (change.kind) {
    case 'register':
      return state.registered
        ? refuseForm('conflict', 'account-exists', '该账户已登记', 'The account is already registered')
        : undefined;
    case 'grant':
      if (state.singleHanded && isCountedForTwoPersons(state, change.grant)) return singleHanded();
      return overlappingGrant(state, change.grant) ? alreadyHeld() : undefined;
    case 'revoke':
      return revocationFault(state, change, given);
    default:
      return undefined;
  }
}

function revocationFault(
  state: AccountState,
  { role, orgId, lastDay }: Extract<AccountChange, { kind: 'revoke' }>,
  given: Given,
): Rejection | undefined {
  if (lastDay < addDays(shanghaiDate(given.effectiveAt), -1)) {
    return refuseForm(
      'invalid',
      'revocation-in-past',
      '收回不得溯及既往，最后一日最早为前一日',
      'A role cannot be ended for days gone by; the last day is yesterday or later',
    );
  }
  if (isRevocable(state, role, orgId, lastDay)) return undefined;
  return refuseForm(
    'conflict',
    'role-not-held',
    `该账户在 ${lastDay} 之后不具有该角色`,
    `The account holds no such role after ${lastDay}`,
  );
}

function alreadyHeld(): Rejection {
  return refuseForm(
    'conflict',
    'role-already-held',
    '该账户在此期间已具有该角色',
    'The account already holds the role in that term',
  );
}

/** Or whoever gave out the code could be the second person himself. */
function singleHanded(): Rejection {
  return refuseForm(
    'conflict',
    'credential-single-handed',
    '该账户的密码凭一人发放的代码设置，授予此角色前须先经两人重置密码（twoPersons）',
    'The password was set with a code that one administrator gave out: before this role it is reset by two (twoPersons)',
  );
}

/** Refuses what needs an account in use; a rule of the house. */
export function disabledAccount(): Rejection {
  return refuseForm('conflict', 'account-disabled', '账户已停用，请先启用', 'The account is disabled; enable it first');
}

/** What nobody does to his own account: he may give up a role, but not the one he administers by. */
function ownFault(change: AccountChange): Rejection | undefined {
  return change.kind === 'revoke' && isGivenUp(change.role) ? undefined : ownAccount();
}

const isGivenUp = (role: Role) => role !== 'MSR' && role !== 'SUP';
