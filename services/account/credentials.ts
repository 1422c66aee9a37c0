/**
 * Passwords as events (D-45, a house rule): an administrator starts a reset and never knows a password. Where the account
 * counts in a rule of two persons another administrator confirms it; whoever completes it is given a one-time code for the
 * holder, who sets his password with it. Neither password nor code is part of any command.
 */
import { z } from 'zod';
import {
  accountStream,
  credentialConfirmed,
  credentialResetConfirmed,
  credentialResetOrdered,
  credentialVouched,
  passwordSet,
  pendingIdSchema,
  resetCodeIssued,
} from '../../events/account.ts';
import { ROLES, type Role } from '../../events/envelope.ts';
import { type AccountId, accountIdSchema } from '../../events/ids.ts';
import { isSamePerson, type Persons } from '../../events/rules/persons.ts';
import { paragraphSchema } from '../../events/text.ts';
import type { Instant } from '../../events/time.ts';
import { command, type Given, stateOf } from '../command.ts';
import { personsNow, twoPersonsFault } from '../persons.ts';
import { notFound, type Rejection, refuseForm } from '../rejection.ts';
import { disabledAccount } from './changes.ts';
import { ADMINISTRATORS, onAccount } from './commands.ts';
import { competenceFault, isCountedForTwoPersons, type Jurisdictions, jurisdictionsOf } from './competence.ts';
import { ownAccount } from './identity.ts';
import { hasLapsed, lapsed, lapsesOn, samePerson } from './pending.ts';
import { type AccountState, accountState } from './state.ts';

/** How long a code can be used. */
const CODE_MINUTES = 30;

const input = z.strictObject({ accountId: accountIdSchema });
type Input = z.infer<typeof input>;

export const administered = {
  ...onAccount,
  reads: (_input: Input, state: AccountState, { actor }: Given) => ({
    jurisdictions: jurisdictionsOf(actor, state),
    persons: personsNow,
    acting: stateOf(accountState, accountStream(actor.accountId)),
  }),
};

/** What is known besides of an account that is administered. */
export interface Administration {
  readonly jurisdictions: Jurisdictions;
  readonly persons: Persons;
  /** The account that acts. */
  readonly acting: AccountState;
}

export function administrationFault(
  state: AccountState,
  { accountId }: Input,
  given: Given,
  { jurisdictions, persons }: Administration,
): Rejection | undefined {
  if (!state.registered) return notFound();
  return (
    competenceFault(given.actor, state, jurisdictions, given.today) ??
    (isSamePerson(persons, given.actor.accountId, accountId) ? ownAccount() : undefined) ??
    (state.disabled ? disabledAccount() : undefined)
  );
}

/** Or whoever was given the code of one reset could be both persons of the next. */
export function provisionalFault({ acting }: Administration): Rejection | undefined {
  if (!acting.provisional) return undefined;
  return twoPersonsFault(
    'credential-provisional',
    '重置密码后尚未由第二因素或两名管理人员确认的账户，不得作为办理他人重置的两人之一',
    'whose own credential was reset and is not confirmed is neither of the two persons of another reset',
  );
}

const codeExpiry = (now: Instant): Instant => new Date(Date.parse(now) + CODE_MINUTES * 60_000).toISOString();

export const orderCredentialReset = command({
  ...administered,
  allow: [...ADMINISTRATORS, 'SYS'],
  name: 'OrderCredentialReset',
  title: '提出重置密码',
  records: [credentialResetOrdered, resetCodeIssued],
  summary:
    'Starts a reset of an account’s password, or its first password. The answer has a one-time code for the holder, valid for 30 minutes, unless the account counts in a rule of two persons: then another administrator confirms the reset and is given the code.',
  input: input.extend({
    reason: paragraphSchema,
    twoPersons: z
      .literal(true)
      .optional()
      .meta({ description: 'Ask for a second administrator though the account does not count yet' }),
  }),
  gate: (state, given, known, asked) =>
    administrationFault(state, asked, given, known) ??
    (needsTwo(state, given) ? provisionalFault(known) : undefined) ??
    state,
  decide(state, { accountId, reason, twoPersons }, given, known) {
    const resetId = given.newId;
    const needsSecondPerson = needsTwo(state, given) || twoPersons === true;
    const unconfirmed = needsSecondPerson ? provisionalFault(known) : undefined;
    if (unconfirmed) return unconfirmed;
    const order = credentialResetOrdered.of({ accountId, resetId, needsSecondPerson, reason }, { reason });
    if (needsSecondPerson) return [order];
    return [order, resetCodeIssued.of({ accountId, resetId, expiresAt: codeExpiry(given.now) })];
  },
});

/** At the machine there is nobody whom the log can name: his word alone gives no code. */
function needsTwo(state: AccountState, { actor }: Given): boolean {
  return isCountedForTwoPersons(state) || actor.role === 'SYS';
}

export const confirmCredentialReset = command({
  ...administered,
  allow: ADMINISTRATORS,
  name: 'ConfirmCredentialReset',
  title: '确认重置密码',
  records: [credentialResetConfirmed, resetCodeIssued],
  summary:
    'Confirms a reset that another administrator has started. The answer has the one-time code for the holder, valid for 30 minutes.',
  input,
  gate(state, given, known, asked) {
    const fault = administrationFault(state, asked, given, known) ?? provisionalFault(known);
    if (fault) return fault;
    const { reset } = state;
    if (!reset || reset.code) {
      return refuseForm('conflict', 'no-reset-waiting', '没有待确认的密码重置', 'No reset waits for confirmation');
    }
    if (isSamePerson(known.persons, reset.by, given.actor.accountId)) return samePerson();
    return hasLapsed(reset.at, given.now) ? lapsed() : reset;
  },
  dueOn: ({ at }) => lapsesOn(at),
  decide: ({ id: resetId }, { accountId }, { now }) => [
    credentialResetConfirmed.of({ accountId, resetId }),
    resetCodeIssued.of({ accountId, resetId, expiresAt: codeExpiry(now) }),
  ],
});

/** What the public is told of every code that cannot be used, whatever the reason. */
function codeRefused(): Rejection {
  return refuseForm(
    'forbidden',
    'reset-code-refused',
    '账户或代码无效，或代码已过期',
    'Wrong account or code, or expired',
  );
}

/** The system's own, once it has found the code to be the right one: over no route. */
export const recordPasswordByCode = command({
  ...onAccount,
  allow: ['SYS'],
  hidden: true,
  name: 'RecordPasswordByCode',
  title: '记录以一次性代码设置密码',
  records: [passwordSet],
  summary: 'Records that a password was set with the code of a reset.',
  input: input.extend({
    resetId: pendingIdSchema,
    /** Whether somebody could sign in to the account before. */
    established: z.boolean(),
  }),
  decide(state, { accountId, resetId, established }, given) {
    const { reset } = state;
    if (reset?.id !== resetId || !reset.code || reset.used || state.disabled) return codeRefused();
    if (reset.code.expiresAt <= given.now) return codeRefused();
    // A role that counts may have been granted since: the code of one administrator alone does not open it.
    const counting = isCountedForTwoPersons(state);
    if (counting && !reset.needsSecondPerson) return codeRefused();
    const provisional = reset.needsSecondPerson && (established || state.hasPassword);
    return [passwordSet.of({ accountId, means: 'reset-code', resetId, ...(provisional && { provisional }) })];
  },
});

/** The system's own, once the holder has given the current password: over no route. */
export const recordPasswordChange = command({
  ...onAccount,
  allow: ROLES.filter((role): role is Exclude<Role, 'SYS'> => role !== 'SYS'),
  hidden: true,
  name: 'RecordPasswordChange',
  title: '记录本人修改密码',
  records: [passwordSet],
  summary: 'Records that the holder changed his password.',
  input,
  decide(state, { accountId }, given) {
    if (!state.registered || given.actor.accountId !== accountId) return notFound();
    return [passwordSet.of({ accountId, means: 'holder' })];
  },
});

/** The system's own, of an empty system and of the demo: over no route. */
export const recordFirstPassword = command({
  ...onAccount,
  allow: ['SYS'],
  hidden: true,
  name: 'RecordFirstPassword',
  title: '记录首个密码',
  records: [passwordSet],
  summary: 'Records that an account without a password was given its first one at the machine, or by the demo.',
  input: input.extend({ means: z.enum(['command-line', 'demo']) }),
  decide(state, { accountId, means }) {
    if (!state.registered) return notFound();
    if (state.hasPassword) {
      return refuseForm(
        'conflict',
        'password-exists',
        '该账户已设置密码，须由有权人员重置',
        'The account has a password; those who administer it reset it',
      );
    }
    return [passwordSet.of({ accountId, means })];
  },
});

/** Nothing is provisional, or it is no longer. */
function nothingProvisional(): Rejection {
  return refuseForm(
    'conflict',
    'nothing-provisional',
    '该账户没有待确认的凭据',
    'The account has no credential that waits to be confirmed',
  );
}

/** The system's own, once the holder has signed in with his second factor under the new password: over no route. */
export const confirmBySecondFactor = command({
  ...onAccount,
  allow: ['SYS'],
  hidden: true,
  name: 'ConfirmCredentialBySecondFactor',
  title: '以第二因素确认凭据',
  records: [credentialConfirmed],
  summary:
    'Records that the holder’s second factor, older than the reset, has confirmed the password set with its code.',
  input,
  decide(state, { accountId }) {
    if (!state.registered) return notFound();
    const { provisional, secondFactorSince: factor } = state;
    // One that came after the reset may be anybody's who had the code.
    if (!provisional || factor === undefined || factor > provisional.since) return [];
    return [credentialConfirmed.of({ accountId, resetId: provisional.resetId, means: 'second-factor' })];
  },
});

export const vouchForCredential = command({
  ...administered,
  allow: ['MSR', 'SUP'],
  name: 'VouchForCredential',
  title: '核对持有人',
  records: [credentialVouched, credentialConfirmed],
  summary:
    'States that the holder himself set the password that a reset gave him, for accounts without a second factor. Two administrators state it, neither of whom had the code in hand; with the second statement what was done since is no longer provisional.',
  input: input.extend({ grounds: paragraphSchema }),
  gate(state, given, known, asked) {
    const fault = administrationFault(state, asked, given, known) ?? provisionalFault(known);
    if (fault) return fault;
    const { provisional } = state;
    if (!provisional) return nothingProvisional();
    const { vouchedBy, codeGivenTo } = provisional;
    const isActor = (account: AccountId | undefined) =>
      account !== undefined && isSamePerson(known.persons, account, given.actor.accountId);
    if (isActor(codeGivenTo)) {
      return twoPersonsFault(
        'had-the-code',
        '领取一次性代码的人员不得核对持有人',
        'whoever was given the code cannot vouch for the holder',
      );
    }
    return isActor(vouchedBy) ? samePerson() : provisional;
  },
  decide({ resetId, vouchedBy }, { accountId, grounds }) {
    const vouched = credentialVouched.of({ accountId, resetId, grounds });
    return vouchedBy === undefined
      ? [vouched]
      : [vouched, credentialConfirmed.of({ accountId, resetId, means: 'administrators' })];
  },
});
