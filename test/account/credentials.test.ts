/** Passwords as facts: who starts a reset, who is given the code, and what is provisional until when (D-45). */
import { describe, expect, it, vi } from 'vitest';
import {
  accountDisabled,
  accountRegistered,
  accountStream,
  type Grant,
  passwordSet,
  roleGranted,
  secondFactorConfirmed,
} from '../../events/account.ts';
import type { Actor } from '../../events/envelope.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import { accountIdSchema } from '../../events/ids.ts';
import { NOBODY } from '../../events/rules/persons.ts';
import * as access from '../../services/account/access.ts';
import { grantRole } from '../../services/account/commands.ts';
import * as credentials from '../../services/account/credentials.ts';
import { organisation } from '../../services/account/organisation.ts';
import { type AccountState, accountState } from '../../services/account/state.ts';
import type { AnyCommand, Given, Sources } from '../../services/command.ts';
import { decide, factsOf, MSR, NOW, OTHER_MSR, type Past, refusalOf } from '../support/given.ts';

const THIRD_MSR: Actor = { ...MSR, accountId: accountIdSchema.parse('msr.zhao') };
const SYS: Actor = { accountId: accountIdSchema.parse('system'), orgId: 'system', role: 'SYS' };
const accountId = accountIdSchema.parse('wang.fang');
const name = { subject: `account-${accountId}`, sealed: 'x'.repeat(40) };
const known = { persons: NOBODY, jurisdictions: { charges: [], units: new Map() } };
const reason = '遗忘密码';

function registered(role: Grant['role']) {
  const grant: Grant = { role, orgId: role === 'MSR' ? 'msr' : 'org-1', orgName: '某单位', from: '2024-01-01' };
  return accountRegistered.of({ accountId, name, grant });
}

const typesOf = (drafts: readonly DecidedEvent[]) => drafts.map(({ type }) => type);
const later = (minutes: number) => new Date(Date.parse(NOW) + minutes * 60_000).toISOString();

/** A past that grows by what commands decide. */
function told(...past: (DecidedEvent | Past)[]) {
  const take = (command: AnyCommand, actor: Actor, input: object = {}, now = NOW, around: object = known) => {
    const commandId = `command-${past.length}`;
    return decide(command, { past, input: { accountId, ...input }, actor, known: { ...around }, now, commandId });
  };
  const carryOut = (command: AnyCommand, actor: Actor, input: object = {}, now = NOW) => {
    const decision = take(command, actor, input, now);
    factsOf(decision);
    const drafts = decision as readonly DecidedEvent[];
    past.push(...drafts.map(draft => ({ draft, actor, at: now })));
    return drafts;
  };
  return { past, take, carryOut };
}

const resetIdOf = (drafts: readonly DecidedEvent[]) =>
  (drafts.at(-1) as DecidedEvent<string, { resetId: string }>).data.resetId;
const use = (resetId: string, established = true) => ({ resetId, established });

describe('制度 resetting a password', () => {
  it.each(['MSR', 'REC-I', 'REC-A', 'REC-D', 'EXPERT'] as const)(
    'given an account of %s, then one officer alone gives no code; another confirms and is given it',
    role => {
      const { take, carryOut } = told(registered(role));
      expect(typesOf(carryOut(credentials.orderCredentialReset, MSR, { reason }))).toEqual([
        'account.credential-reset-ordered',
      ]);
      expect(refusalOf(take(credentials.confirmCredentialReset, MSR)).code).toBe('same-person');
      const confirmed = carryOut(credentials.confirmCredentialReset, OTHER_MSR);
      expect(typesOf(confirmed)).toEqual(['account.credential-reset-confirmed', 'account.reset-code-issued']);
      expect(confirmed[1]?.data).toMatchObject({ expiresAt: later(30) });
      expect(refusalOf(take(credentials.confirmCredentialReset, THIRD_MSR)).code).toBe('no-reset-waiting');
    },
  );

  it.each(['UNIT', 'TPO'] as const)('given an account of %s, then one officer is given the code', role => {
    const { carryOut } = told(registered(role));
    expect(typesOf(carryOut(credentials.orderCredentialReset, MSR, { reason }))).toEqual([
      'account.credential-reset-ordered',
      'account.reset-code-issued',
    ]);
  });

  it('given an account that counts, then its holder neither starts nor confirms a reset of his own', () => {
    const own: Actor = { ...MSR, accountId };
    const { take, carryOut } = told(registered('MSR'));
    expect(refusalOf(take(credentials.orderCredentialReset, own, { reason })).code).toBe('own-account');
    carryOut(credentials.orderCredentialReset, MSR, { reason });
    expect(refusalOf(take(credentials.confirmCredentialReset, own)).code).toBe('own-account');
  });

  it('given an order of eight days ago, or a disabled account, then it is not confirmed', () => {
    const { past, take, carryOut } = told(registered('MSR'));
    carryOut(credentials.orderCredentialReset, MSR, { reason });
    const late = later(8 * 24 * 60);
    expect(refusalOf(take(credentials.confirmCredentialReset, OTHER_MSR, {}, late)).code).toBe('proposal-lapsed');
    past.push(accountDisabled.of({ accountId, reason: '离岗' }));
    expect(refusalOf(take(credentials.confirmCredentialReset, OTHER_MSR)).code).toBe('account-disabled');
  });

  it('given an operator at the machine, then his word alone gives no code, be it for a unit', () => {
    const { carryOut } = told(registered('UNIT'));
    expect(credentials.orderCredentialReset.allow).toContain('SYS');
    expect(typesOf(carryOut(credentials.orderCredentialReset, SYS, { reason }))).toHaveLength(1);
    expect(typesOf(carryOut(credentials.confirmCredentialReset, MSR))).toContain('account.reset-code-issued');
  });
});

describe('制度 using the code of a reset', () => {
  function issued() {
    const story = told(registered('MSR'));
    story.carryOut(credentials.orderCredentialReset, MSR, { reason });
    return { ...story, resetId: resetIdOf(story.carryOut(credentials.confirmCredentialReset, OTHER_MSR)) };
  }

  it('then the password is set once, by this reset, and within half an hour', () => {
    const { take, carryOut, resetId } = issued();
    const refused = (id: string, now = NOW) =>
      refusalOf(take(credentials.recordPasswordByCode, SYS, use(id), now)).code;
    expect(refused('another0')).toBe('reset-code-refused');
    expect(refused(resetId, later(30))).toBe('reset-code-refused');
    expect(carryOut(credentials.recordPasswordByCode, SYS, use(resetId), later(29))[0]?.data).toEqual({
      accountId,
      means: 'reset-code',
      resetId,
      provisional: true,
    });
    expect(refused(resetId, later(29))).toBe('reset-code-refused');
  });

  it('given a later order, or a disabled account, then an earlier code is void', () => {
    const { past, take, carryOut, resetId } = issued();
    carryOut(credentials.orderCredentialReset, MSR, { reason });
    expect(refusalOf(take(credentials.recordPasswordByCode, SYS, use(resetId))).code).toBe('reset-code-refused');
    const next = resetIdOf(carryOut(credentials.confirmCredentialReset, OTHER_MSR));
    past.push(accountDisabled.of({ accountId, reason: '离岗' }));
    expect(refusalOf(take(credentials.recordPasswordByCode, SYS, use(next))).code).toBe('reset-code-refused');
  });

  it('given a code that one officer had for a unit’s account, when a role that counts is granted meanwhile, then it is void', () => {
    const { past, take, carryOut } = told(registered('UNIT'));
    const resetId = resetIdOf(carryOut(credentials.orderCredentialReset, MSR, { reason }));
    past.push(roleGranted.of({ accountId, grant: { role: 'MSR', orgId: 'msr', orgName: '委', from: '2024-01-01' } }));
    expect(refusalOf(take(credentials.recordPasswordByCode, SYS, use(resetId))).code).toBe('reset-code-refused');
  });

  it('given a password from a code that one officer had, then no role that counts is granted before two have reset it', () => {
    const { take, carryOut } = told(registered('UNIT'));
    const first = resetIdOf(carryOut(credentials.orderCredentialReset, MSR, { reason }));
    carryOut(credentials.recordPasswordByCode, SYS, use(first, false));
    const grant = { role: 'MSR', orgId: 'msr', orgName: '委' };
    const around = { ...known, organisation: organisation.initial };
    expect(refusalOf(take(grantRole, MSR, { grant }, NOW, around)).code).toBe('credential-single-handed');
    carryOut(credentials.orderCredentialReset, MSR, { reason, twoPersons: true });
    const second = resetIdOf(carryOut(credentials.confirmCredentialReset, OTHER_MSR));
    carryOut(credentials.recordPasswordByCode, SYS, use(second));
    expect(factsOf(take(grantRole, MSR, { grant }, NOW, around))).toHaveLength(1);
  });

  it('given nobody could sign in before, then it is the first password and nothing is provisional', () => {
    const { take, resetId } = issued();
    const [fact] = factsOf(take(credentials.recordPasswordByCode, SYS, use(resetId, false)));
    expect(fact?.data).toEqual({ accountId, means: 'reset-code', resetId });
  });

  it('then no event of a reset has a field for a secret', () => {
    const { past, carryOut, resetId } = issued();
    carryOut(credentials.recordPasswordByCode, SYS, use(resetId));
    const fields = new Set(past.flatMap(entry => Object.keys(('draft' in entry ? entry.draft : entry).data as object)));
    for (const secret of ['code', 'password', 'hash', 'digest']) expect(fields).not.toContain(secret);
  });
});

describe('制度 confirming the credential', () => {
  function reset(...before: DecidedEvent[]) {
    const story = told(registered('EXPERT'), passwordSet.of({ accountId, means: 'command-line' }), ...before);
    story.carryOut(credentials.orderCredentialReset, MSR, { reason });
    const resetId = resetIdOf(story.carryOut(credentials.confirmCredentialReset, OTHER_MSR));
    story.carryOut(credentials.recordPasswordByCode, SYS, use(resetId));
    return { ...story, resetId };
  }
  const grounds = '持身份证当面核对';

  it('given the holder’s second factor, then it is confirmed at once, and once', () => {
    const { take, carryOut, resetId } = reset(secondFactorConfirmed.of({ accountId }));
    expect(carryOut(credentials.confirmBySecondFactor, SYS)[0]?.data).toEqual({
      accountId,
      resetId,
      means: 'second-factor',
    });
    expect(factsOf(take(credentials.confirmBySecondFactor, SYS))).toEqual([]);
  });

  it('given none, or one that came after the reset, then that confirms nothing', () => {
    const { past, take } = reset();
    expect(factsOf(take(credentials.confirmBySecondFactor, SYS))).toEqual([]);
    past.push({ draft: secondFactorConfirmed.of({ accountId }), at: later(60) });
    expect(factsOf(take(credentials.confirmBySecondFactor, SYS))).toEqual([]);
  });

  it('given none, then two administrators vouch for him, neither of whom had the code', () => {
    const { take, carryOut } = reset();
    expect(refusalOf(take(credentials.vouchForCredential, OTHER_MSR, { grounds })).code).toBe('had-the-code');
    expect(typesOf(carryOut(credentials.vouchForCredential, MSR, { grounds }))).toEqual(['account.credential-vouched']);
    expect(refusalOf(take(credentials.vouchForCredential, MSR, { grounds })).code).toBe('same-person');
    const second = carryOut(credentials.vouchForCredential, THIRD_MSR, { grounds });
    expect(typesOf(second)).toEqual(['account.credential-vouched', 'account.credential-confirmed']);
    expect(refusalOf(take(credentials.vouchForCredential, THIRD_MSR, { grounds })).code).toBe('nothing-provisional');
  });

  it('given that whoever has the account changes the password, then it is as provisional as before', () => {
    const { carryOut, take } = reset(secondFactorConfirmed.of({ accountId }));
    const holder: Actor = { accountId, role: 'EXPERT', orgId: 'org-1' };
    carryOut(credentials.recordPasswordChange, holder);
    expect(factsOf(take(credentials.confirmBySecondFactor, SYS))).toHaveLength(1);
  });
});

describe('制度 who acts under a credential that nobody has confirmed', () => {
  /** An officer whose own password was reset, by means that somebody else had in hand. */
  const provisional: AccountState = {
    ...accountState.initial,
    provisional: { resetId: 'reset000', codeGivenTo: OTHER_MSR.accountId, since: NOW },
  };
  const around = { ...known, acting: provisional };
  const withFactor = [registered('EXPERT'), secondFactorConfirmed.of({ accountId })];
  const ORDERS = [
    ['a password reset that two administrators decide on', credentials.orderCredentialReset],
    ['the removal of a second factor', access.orderSecondFactorReset],
  ] as const;
  const CONFIRMATIONS = [
    ['a password reset', credentials.orderCredentialReset, credentials.confirmCredentialReset],
    ['the removal of a second factor', access.orderSecondFactorReset, access.confirmSecondFactorReset],
  ] as const;

  it.each(ORDERS)('does not start %s', (_what, order) => {
    const { take } = told(...withFactor);
    expect(refusalOf(take(order, OTHER_MSR, { reason }, NOW, around)).code).toBe('credential-provisional');
    expect(factsOf(take(order, OTHER_MSR, { reason }))).toHaveLength(1);
  });

  it.each(CONFIRMATIONS)('does not confirm %s', (_what, order, confirm) => {
    const { take, carryOut } = told(...withFactor);
    carryOut(order, MSR, { reason });
    expect(refusalOf(take(confirm, OTHER_MSR, {}, NOW, around)).code).toBe('credential-provisional');
    expect(factsOf(take(confirm, OTHER_MSR))).not.toEqual([]);
  });

  it('does not vouch for another', () => {
    const { take, carryOut } = told(registered('EXPERT'), passwordSet.of({ accountId, means: 'command-line' }));
    carryOut(credentials.orderCredentialReset, MSR, { reason });
    const resetId = resetIdOf(carryOut(credentials.confirmCredentialReset, OTHER_MSR));
    carryOut(credentials.recordPasswordByCode, SYS, use(resetId));
    const vouching = take(credentials.vouchForCredential, THIRD_MSR, { grounds: '当面核对' }, NOW, around);
    expect(refusalOf(vouching).code).toBe('credential-provisional');
  });

  it('may start the reset of a unit’s account, which one administrator alone decides on', () => {
    const { take } = told(registered('UNIT'));
    expect(factsOf(take(credentials.orderCredentialReset, MSR, { reason }, NOW, around))).toHaveLength(2);
    const both = take(credentials.orderCredentialReset, MSR, { reason, twoPersons: true }, NOW, around);
    expect(refusalOf(both).code).toBe('credential-provisional');
  });

  it('then what the account is, is read from its own stream', async () => {
    const asked = credentials.confirmCredentialReset.reads?.({ accountId }, accountState.initial, {
      actor: MSR,
    } as Given);
    const stream = vi.fn(async () => provisional);
    expect(await asked?.acting?.resolve({ stream } as unknown as Sources)).toBe(provisional);
    expect(stream).toHaveBeenCalledWith(accountState, accountStream(MSR.accountId));
  });
});

describe('制度 first passwords at the machine', () => {
  it('given none, then it is recorded; given one, then it is refused', () => {
    const { take, carryOut } = told(registered('MSR'));
    expect(carryOut(credentials.recordFirstPassword, SYS, { means: 'command-line' })[0]?.data).toMatchObject({
      means: 'command-line',
    });
    expect(refusalOf(take(credentials.recordFirstPassword, SYS, { means: 'demo' })).code).toBe('password-exists');
  });
});
