/**
 * Getting in, as events (D-45, a house rule): second factors, sessions that an administrator ends, and codes that let a
 * holder in whom attempts on his account keep out. No secret, no code and no token is part of any command.
 */
import { z } from 'zod';
import {
  secondFactorConfirmed,
  secondFactorEnrolled,
  secondFactorRemoved,
  secondFactorResetOrdered,
  sessionsEnded,
  unlockCodeIssued,
} from '../../events/account.ts';
import { ROLES, type Role } from '../../events/envelope.ts';
import { accountIdSchema } from '../../events/ids.ts';
import { isSamePerson } from '../../events/rules/persons.ts';
import { paragraphSchema } from '../../events/text.ts';
import { command, type Given } from '../command.ts';
import { isRejection, notFound, type Rejection, refuseForm } from '../rejection.ts';
import { ADMINISTRATORS, onAccount } from './commands.ts';
import { type Administration, administered, administrationFault, provisionalFault } from './credentials.ts';
import { hasLapsed, lapsed, lapsesOn, samePerson } from './pending.ts';
import type { AccountState } from './state.ts';

const input = z.strictObject({ accountId: accountIdSchema });
type Input = z.infer<typeof input>;

/** The system's own, once the holder has done what is recorded: over no route. */
const own = {
  ...onAccount,
  allow: ROLES.filter((role): role is Exclude<Role, 'SYS'> => role !== 'SYS'),
  hidden: true as const,
  input,
};

function othersFault(state: AccountState, { accountId }: Input, { actor }: Given): Rejection | undefined {
  return state.registered && actor.accountId === accountId ? undefined : notFound();
}

export const recordSecondFactorEnrolment = command({
  ...own,
  name: 'RecordSecondFactorEnrolment',
  title: '记录登记第二因素',
  records: [secondFactorEnrolled],
  summary: 'Records that the holder was given the secret of an authenticator, once until he confirms it.',
  decide(state, { accountId }, given) {
    const fault = othersFault(state, { accountId }, given);
    if (fault) return fault;
    return state.enrolling ? [] : [secondFactorEnrolled.of({ accountId })];
  },
});

export const recordSecondFactorConfirmation = command({
  ...own,
  name: 'RecordSecondFactorConfirmation',
  title: '记录确认第二因素',
  records: [secondFactorConfirmed],
  summary: 'Records that the holder confirmed his second factor by a first code.',
  decide(state, { accountId }, given) {
    const fault = othersFault(state, { accountId }, given);
    if (fault) return fault;
    return state.secondFactorSince === undefined ? [secondFactorConfirmed.of({ accountId })] : [];
  },
});

export const recordSecondFactorRemoval = command({
  ...own,
  name: 'RecordSecondFactorRemoval',
  title: '记录移除第二因素',
  records: [secondFactorRemoved],
  summary: 'Records that the holder removed his second factor with a code of it.',
  decide(state, { accountId }, given) {
    const fault = othersFault(state, { accountId }, given);
    if (fault) return fault;
    return state.secondFactorSince === undefined ? [] : [secondFactorRemoved.of({ accountId, means: 'holder' })];
  },
});

const withReason = input.extend({ reason: paragraphSchema });

export const orderSecondFactorReset = command({
  ...administered,
  allow: ADMINISTRATORS,
  name: 'OrderSecondFactorReset',
  title: '提出移除第二因素',
  records: [secondFactorResetOrdered],
  summary: 'Asks for the removal of a second factor that its holder has lost; another administrator confirms it.',
  input: withReason,
  gate: resettable,
  decide: (_state, { accountId, reason }, given) => [
    secondFactorResetOrdered.of({ accountId, resetId: given.newId, reason }, { reason }),
  ],
});

export const confirmSecondFactorReset = command({
  ...administered,
  allow: ADMINISTRATORS,
  name: 'ConfirmSecondFactorReset',
  title: '确认移除第二因素',
  records: [secondFactorRemoved],
  summary: 'Removes a second factor, as another administrator has asked; the holder sets up a new one.',
  input,
  gate(state, given, known, asked) {
    const there = resettable(state, given, known, asked);
    if (isRejection(there)) return there;
    const { factorReset: reset } = there;
    if (!reset) {
      return refuseForm('conflict', 'no-reset-waiting', '没有待确认的移除', 'No removal waits for confirmation');
    }
    if (isSamePerson(known.persons, reset.by, given.actor.accountId)) return samePerson();
    return hasLapsed(reset.at, given.now) ? lapsed() : reset;
  },
  dueOn: ({ at }) => lapsesOn(at),
  decide: ({ id: resetId }, { accountId }) => [secondFactorRemoved.of({ accountId, means: 'reset', resetId })],
});

/** An account of others with a second factor that can be taken off it. */
function resettable(state: AccountState, given: Given, known: Administration, asked: Input): AccountState | Rejection {
  return administrationFault(state, asked, given, known) ?? noFactorFault(state) ?? provisionalFault(known) ?? state;
}

/** An account of others that the actor administers. */
function underAdministration(
  state: AccountState,
  given: Given,
  known: Administration,
  asked: Input,
): AccountState | Rejection {
  return administrationFault(state, asked, given, known) ?? state;
}

function noFactorFault({ secondFactorSince }: AccountState): Rejection | undefined {
  if (secondFactorSince !== undefined) return undefined;
  return refuseForm('conflict', 'no-second-factor', '该账户没有第二因素', 'The account has no second factor');
}

export const endSessions = command({
  ...administered,
  allow: ADMINISTRATORS,
  name: 'EndSessionsOfAccount',
  title: '结束账户会话',
  records: [sessionsEnded],
  summary: 'Ends all sessions of an account, with their open streams.',
  input: withReason,
  gate: underAdministration,
  decide: (_state, { accountId, reason }) => [sessionsEnded.of({ accountId, reason }, { reason })],
});

export const issueUnlockCode = command({
  ...administered,
  allow: ADMINISTRATORS,
  name: 'IssueUnlockCode',
  title: '发放解锁代码',
  records: [unlockCodeIssued],
  summary:
    'The answer has a one-time code, valid for a day, that lets its holder try to sign in when too many attempts have failed. He needs his password all the same.',
  input: withReason,
  gate: underAdministration,
  decide: (_state, { accountId, reason }) => [unlockCodeIssued.of({ accountId, reason }, { reason })],
});
