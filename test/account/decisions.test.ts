import { describe, expect, it } from 'vitest';
import { accountDisabled, accountRegistered, accountStream, type Grant, roleGranted } from '../../events/account.ts';
import { type BodyKind, bodiesStream, recommendingBodyRegistered } from '../../events/body.ts';
import { entrustmentTerminated, thirdPartyEntrusted } from '../../events/entrustment.ts';
import type { Actor } from '../../events/envelope.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import { expertReinstated, expertSuspended } from '../../events/expert.ts';
import {
  accountIdSchema,
  bodyIdSchema,
  creditCodeSchema,
  entrustmentIdSchema,
  expertIdSchema,
} from '../../events/ids.ts';
import { grants, holdsRole } from '../../events/rules/grants.ts';
import { NOBODY } from '../../events/rules/persons.ts';
import { demoIdentityOf } from '../../infra/demo/identity.ts';
import * as commands from '../../services/account/commands.ts';
import { type OrganisationOnRecord, organisation, organisationStream } from '../../services/account/organisation.ts';
import type { AnyCommand } from '../../services/command.ts';
import { decide, factsOf, MSR, recorded, refusalOf } from '../support/given.ts';

const SYS: Actor = { accountId: accountIdSchema.parse('system'), orgId: 'system', role: 'SYS' };
const USCC = creditCodeSchema.parse('91350100M000100Y43');
const accountId = accountIdSchema.parse('li.na');
const NO_JURISDICTIONS = { charges: [], units: new Map() };
const SUP: Actor = { accountId: accountIdSchema.parse('sup.li'), orgId: 'sup', role: 'SUP' };
const name = { subject: `account-${accountId}`, sealed: 'x'.repeat(40) };
const stated = { kind: '居民身份证' as const, value: name, digest: 'a'.repeat(16) };
const identity = demoIdentityOf(accountId);

/** The organisation as its stream tells it. */
function known(...past: DecidedEvent[]) {
  const state = past
    .map(recorded)
    .reduce<OrganisationOnRecord>((before, event) => organisation.evolve(before, event as never), organisation.initial);
  const founding = { founders: { MSR: 0, SUP: 0 }, inUse: false };
  return { name, identity: stated, persons: NOBODY, organisation: state, founding, jurisdictions: NO_JURISDICTIONS };
}

function grant(role: Grant['role'], orgId: string, term: { from?: string; lastDay?: string } = {}) {
  return { role, orgId, orgName: '某单位', ...term };
}

function registered(held = grant('MSR', 'msr', { from: '2024-01-01' })) {
  return accountRegistered.of({ accountId, name, grant: held as Grant });
}

const body = (kind: BodyKind) =>
  recommendingBodyRegistered.of({ bodyId: bodyIdSchema.parse('heping'), kind, name: '某单位', from: '2024-01-01' });
const entrustmentId = entrustmentIdSchema.parse('tpo-2024');
const entrusted = thirdPartyEntrusted.of({
  entrustmentId,
  uscc: USCC,
  name: '某中心',
  scope: ['OpenApplications'],
  from: '2024-03-01',
  lastDay: '2024-12-31',
  noFeeClause: true,
  contractHash: 'a'.repeat(64),
});
const expertStanding = { expertId: expertIdSchema.parse('e-01'), reason: '复核' };

describe('第五条（四） registering an account', () => {
  it('given nothing, when it is registered without a first day, then the grant begins today', () => {
    const input = { accountId, name: '李娜', identity, grant: grant('MSR', 'msr') };
    expect(factsOf(decide(commands.registerAccount, { input, known: known() }))).toEqual([
      {
        type: 'account.registered',
        data: { accountId, name, identity: stated, grant: { ...grant('MSR', 'msr'), from: '2024-03-20' } },
      },
    ]);
  });

  it('given it is registered, when it is registered again, then it is refused', () => {
    const input = { accountId, name: '李娜', identity, grant: grant('MSR', 'msr') };
    const decision = decide(commands.registerAccount, { past: [registered()], input, known: known() });
    expect(refusalOf(decision).code).toBe('account-exists');
  });

  it.each([
    ['MSR', 'msr'],
    ['SUP', 'sup'],
  ] as const)('given an empty log, when the system registers a %s account, then it is registered', (role, orgId) => {
    const input = { accountId, name: '李娜', identity, grant: grant(role, orgId) };
    expect(commands.registerAccount.allow).toContain('SYS');
    expect(factsOf(decide(commands.registerAccount, { actor: SYS, input, known: known() }))).toHaveLength(1);
  });

  it('when the system registers a unit account, then it is refused', () => {
    const input = { accountId, name: '李娜', identity, grant: grant('UNIT', USCC) };
    const decision = decide(commands.registerAccount, { actor: SYS, input, known: known() });
    expect(refusalOf(decision)).toMatchObject({ code: 'bootstrap-only', kind: 'forbidden' });
  });

  it('when the grant ends before it begins, then it is refused', () => {
    const term = { from: '2024-04-01', lastDay: '2024-03-31' };
    const input = { accountId, name: '李娜', identity, grant: grant('MSR', 'msr', term) };
    expect(refusalOf(decide(commands.registerAccount, { input, known: known() })).code).toBe('grant-term-empty');
  });

  it('when the input brings a password, then its form is refused', () => {
    const input = { accountId, name: '李娜', identity, grant: grant('MSR', 'msr'), password: 'secret' };
    expect(commands.registerAccount.input.safeParse(input).success).toBe(false);
  });
});

describe('the organisation of a grant', () => {
  const register = (role: Grant['role'], orgId: string, past: DecidedEvent[], term = {}) =>
    decide(commands.registerAccount, {
      input: { accountId, name: '李娜', identity, grant: grant(role, orgId, term) },
      known: known(...past),
    });

  it.each([
    ['第六条', 'REC-I', 'heping', [body('industry-authority')]],
    ['第六条', 'REC-A', 'heping', [body('association')]],
    ['第六条', 'REC-D', 'heping', [body('district-bureau')]],
    ['第五条（二）', 'TPO', entrustmentId, [entrusted]],
    ['第五条（三）', 'EXPERT', 'e-01', [expertReinstated.of(expertStanding)]],
  ] as const)(
    '%s given it is on record, when a %s account is registered, then it is registered',
    (_rule, role, orgId, past) => {
      expect(factsOf(register(role, orgId, [...past]))).toHaveLength(1);
    },
  );

  it.each([
    ['body-not-registered', 'art-06', 'REC-D', 'nankai', [body('district-bureau')]],
    ['body-kind-mismatch', 'art-06', 'REC-I', 'heping', [body('district-bureau')]],
    ['unit-not-registered', 'art-08', 'UNIT', USCC, []],
    ['entrustment-not-in-force', 'art-05', 'TPO', entrustmentId, []],
    [
      'expert-not-active',
      'art-05',
      'EXPERT',
      'e-01',
      [expertReinstated.of(expertStanding), expertSuspended.of(expertStanding)],
    ],
  ] as const)('when %s, then it is refused under %s', (code, article, role, orgId, past) => {
    expect(refusalOf(register(role, orgId, [...past]))).toMatchObject({ code, rule: { article } });
  });

  it('第五条（二） given the entrustment is terminated, when a third-party account is registered after it, then it is refused', () => {
    const ended = entrustmentTerminated.of({ entrustmentId, lastDay: '2024-03-10', reason: '合同解除' });
    expect(refusalOf(register('TPO', entrustmentId, [entrusted, ended])).code).toBe('entrustment-not-in-force');
  });

  it.each([
    ['MSR', MSR],
    ['SUP', SUP],
  ] as const)('when a %s account names another organisation, then it is refused', (role, actor) => {
    const input = { accountId, name: '李娜', identity, grant: grant(role, 'heping') };
    const decision = decide(commands.registerAccount, { input, actor, known: known() });
    expect(refusalOf(decision).code).toBe('organisation-mismatch');
  });

  it('when its id has not the form of its role, then there is no stream to look at', () => {
    expect(organisationStream({ role: 'UNIT', orgId: 'no-code' })).toBeUndefined();
    expect(organisationStream({ role: 'UNIT', orgId: USCC })).toBe(`unit-${USCC}`);
    expect(organisationStream({ role: 'TPO', orgId: 'tpo-2024' })).toBe('entrustment-tpo-2024');
    expect(organisationStream({ role: 'EXPERT', orgId: 'e-01' })).toBe('expert-e-01');
    expect(organisationStream({ role: 'REC-A', orgId: 'heping' })).toBe(bodiesStream);
    expect(organisationStream({ role: 'MSR', orgId: 'msr' })).toBeUndefined();
  });
});

describe('granting and revoking roles', () => {
  const own = { accountId: MSR.accountId };

  it('given an account, when another role is granted, then it holds both; granting it again is refused', () => {
    const input = { accountId, grant: grant('REC-D', 'heping') };
    const house = known(body('district-bureau'));
    const facts = factsOf(decide(commands.grantRole, { past: [registered()], input, known: house }));
    expect(facts).toMatchObject([
      { type: 'account.role-granted', data: { grant: { role: 'REC-D', from: '2024-03-20' } } },
    ]);
    const past = [registered(), roleGranted.of(facts[0]?.data as never)];
    expect(refusalOf(decide(commands.grantRole, { past, input, known: house })).code).toBe('role-already-held');
  });

  it('given a role that has ended, when it is granted for a later term, then it is granted', () => {
    const past = [registered(grant('MSR', 'msr', { from: '2024-01-01', lastDay: '2024-02-01' }))];
    const input = { accountId, grant: grant('MSR', 'msr') };
    expect(factsOf(decide(commands.grantRole, { past, input, known: known() }))).toHaveLength(1);
  });

  it('when an actor grants himself a role, then it is refused', () => {
    const past = [accountRegistered.of({ ...own, name, grant: grant('MSR', 'msr', { from: '2024-01-01' }) as Grant })];
    const input = { ...own, grant: grant('MSR', 'msr') };
    const decision = decide(commands.grantRole, { past, input, known: known() });
    expect(refusalOf(decision)).toMatchObject({ code: 'own-account', kind: 'forbidden' });
  });

  it('given a disabled account, when a role is granted, then it is refused', () => {
    const past = [registered(), accountDisabled.of({ accountId, reason: '离岗' })];
    const input = { accountId, grant: grant('MSR', 'msr') };
    expect(refusalOf(decide(commands.grantRole, { past, input, known: known() })).code).toBe('account-disabled');
  });

  it('given a role, when it is revoked with a last day of yesterday, then it is not held today; again is refused', () => {
    const input = { accountId, role: 'MSR', orgId: 'msr', lastDay: '2024-03-19', reason: '离岗' };
    const decision = decide(commands.revokeRole, { past: [registered()], input, known: known() });
    expect(factsOf(decision)).toMatchObject([{ type: 'account.role-revoked', data: { lastDay: '2024-03-19' } }]);
    const past = [registered(), ...(decision as DecidedEvent[])];
    const state = past.map(recorded).reduce((before, event) => grants.evolve(before, event as never), grants.initial);
    const actor: Actor = { accountId, orgId: 'msr', role: 'MSR' };
    expect([holdsRole(state, actor, '2024-03-19'), holdsRole(state, actor, '2024-03-20')]).toEqual([true, false]);
    expect(refusalOf(decide(commands.revokeRole, { past, input, known: known() })).code).toBe('role-not-held');
  });

  it('when no last day is named, then the role ends with today', () => {
    const input = { accountId, role: 'MSR', orgId: 'msr', reason: '离岗' };
    expect(factsOf(decide(commands.revokeRole, { past: [registered()], input, known: known() }))).toMatchObject([
      { data: { lastDay: '2024-03-20' } },
    ]);
  });

  it('when a role is to have ended the day before yesterday, then it is refused', () => {
    const input = { accountId, role: 'MSR', orgId: 'msr', lastDay: '2024-03-18', reason: '离岗' };
    expect(refusalOf(decide(commands.revokeRole, { past: [registered()], input, known: known() })).code).toBe(
      'revocation-in-past',
    );
  });

  it('when an actor revokes his own MSR role, then it is refused', () => {
    const past = [accountRegistered.of({ ...own, name, grant: grant('MSR', 'msr', { from: '2024-01-01' }) as Grant })];
    const input = { ...own, role: 'MSR', orgId: 'msr', reason: '离岗' };
    expect(refusalOf(decide(commands.revokeRole, { past, input, known: known() })).code).toBe('own-account');
  });
});

describe('disabling and enabling', () => {
  const input = { accountId, reason: '离岗' };
  const disabled = [registered(), accountDisabled.of(input)];

  it('given an account, when it is disabled and enabled, then each is recorded once', () => {
    expect(factsOf(decide(commands.disableAccount, { past: [registered()], input, known: known() }))).toHaveLength(1);
    expect(factsOf(decide(commands.disableAccount, { past: disabled, input, known: known() }))).toEqual([]);
    expect(factsOf(decide(commands.enableAccount, { past: disabled, input, known: known() }))).toHaveLength(1);
    expect(factsOf(decide(commands.enableAccount, { past: [registered()], input, known: known() }))).toEqual([]);
  });

  it('when an actor disables himself, then it is refused', () => {
    const past = [registered()];
    const actor: Actor = { accountId, orgId: 'msr', role: 'MSR' };
    expect(refusalOf(decide(commands.disableAccount, { past, input, actor, known: known() })).code).toBe('own-account');
  });

  it.each<[string, AnyCommand, object]>([
    ['granted a role', commands.grantRole, { accountId, grant: grant('MSR', 'msr') }],
    ['deprived of a role', commands.revokeRole, { accountId, role: 'MSR', orgId: 'msr', reason: '离岗' }],
    ['disabled', commands.disableAccount, input],
    ['enabled', commands.enableAccount, input],
  ])('given no such account, when it is %s, then it is not found', (_what, command, unknown) => {
    expect(refusalOf(decide(command, { input: unknown, known: known() })).code).toBe('not-found');
    expect(command.stream(unknown, {} as never)).toBe(accountStream(accountId));
  });
});
