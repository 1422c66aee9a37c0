/** Who administers whom (D-45), and the two people of the supervising body. */
import { describe, expect, it } from 'vitest';
import { accountRegistered, type Grant, roleGranted } from '../../events/account.ts';
import type { Actor, Role } from '../../events/envelope.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import { accountIdSchema } from '../../events/ids.ts';
import { NOBODY } from '../../events/rules/persons.ts';
import { demoIdentityOf } from '../../infra/demo/identity.ts';
import * as commands from '../../services/account/commands.ts';
import type { Jurisdictions } from '../../services/account/competence.ts';
import * as credentials from '../../services/account/credentials.ts';
import { organisation } from '../../services/account/organisation.ts';
import type { AnyCommand } from '../../services/command.ts';
import { decide, factsOf, MSR, type Past, refusalOf } from '../support/given.ts';

const actor = (accountId: string, role: Role, orgId: string): Actor => ({
  accountId: accountIdSchema.parse(accountId),
  role,
  orgId,
});
const SYS = actor('system', 'SYS', 'system');
const SUP = actor('sup.li', 'SUP', 'sup');
const OTHER_SUP = actor('sup.he', 'SUP', 'sup');
const BODY = actor('rec.hexi', 'REC-D', 'd-hexi');

const accountId = accountIdSchema.parse('wang.fang');
const USCC = '91350100M000100Y43';
const name = { subject: `account-${accountId}`, sealed: 'x'.repeat(40) };
const ORGANISATIONS = { MSR: 'msr', SUP: 'sup', UNIT: USCC, EXPERT: 'e-01', 'REC-D': 'd-hexi', TPO: 'tpo-2024' };
type Kind = keyof typeof ORGANISATIONS;
const grant = (role: Kind): Grant => ({ role, orgId: ORGANISATIONS[role], orgName: '某单位', from: '2024-01-01' });
const registered = (role: Kind) =>
  accountRegistered.of({ accountId, name, grant: { ...grant(role), lastDay: '2024-12-31' } });

/** The body is in charge of the unit's district. */
const jurisdictions: Jurisdictions = {
  charges: [{ bodyId: 'd-hexi' as never, jurisdiction: { district: '120103' }, from: '2024-01-01' }],
  units: new Map([[USCC, { district: '120103', industries: ['工业'] }]]),
};
const ELSEWHERE: Jurisdictions = {
  ...jurisdictions,
  units: new Map([[USCC, { district: '120116', industries: ['工业'] }]]),
};

const known = {
  name,
  identity: { kind: '居民身份证' as const, value: name, digest: 'a'.repeat(16) },
  persons: NOBODY,
  founding: { founders: { MSR: 0, SUP: 0 }, inUse: false },
  jurisdictions,
  organisation: { ...organisation.initial, unitRegistered: true },
};
const reason = '工作需要';

/** Every command on an account, as it is sent about an account that holds a role already. */
const COMMANDS: readonly (readonly [string, AnyCommand, (role: Kind) => object])[] = [
  ['grant', commands.grantRole, role => ({ accountId, grant: { ...grant(role), from: '2025-01-01' } })],
  ['revoke', commands.revokeRole, role => ({ accountId, role, orgId: ORGANISATIONS[role], reason })],
  ['disable', commands.disableAccount, () => ({ accountId, reason })],
  ['reset', credentials.orderCredentialReset, () => ({ accountId, reason })],
];

const takes = (
  command: AnyCommand,
  who: Actor,
  past: readonly (DecidedEvent | Past)[],
  input: object,
  around = known,
) => decide(command, { past, input, actor: who, known: around });

describe('制度 who administers whom', () => {
  it.each(COMMANDS)(
    'given an account of the supervising body, when the authority would %s, then it is refused',
    (_what, command, input) => {
      const decision = takes(command, MSR, [registered('SUP')], input('SUP'));
      expect(refusalOf(decision)).toMatchObject({ code: 'not-competent', kind: 'forbidden' });
    },
  );

  it('given nothing or a disabled one, when the authority registers or enables a supervisor, then it is refused', () => {
    const registration = { accountId, name: '王芳', identity: demoIdentityOf(accountId), grant: grant('SUP') };
    expect(refusalOf(takes(commands.registerAccount, MSR, [], registration)).code).toBe('not-competent');
    const decision = takes(commands.enableAccount, MSR, [registered('SUP')], { accountId, reason });
    expect(refusalOf(decision).code).toBe('not-competent');
  });

  it('given a supervisor whose role was revoked, then he is a supervisor’s account all the same', () => {
    const past = [accountRegistered.of({ accountId, name, grant: { ...grant('SUP'), lastDay: '2024-01-31' } })];
    const decision = takes(credentials.orderCredentialReset, MSR, past, { accountId, reason });
    expect(refusalOf(decision).code).toBe('not-competent');
  });

  it.each(['MSR', 'REC-D', 'EXPERT', 'TPO', 'UNIT'] as const)(
    'given an account of %s, then the authority may act on it, and the supervising body may not',
    role => {
      const input = { accountId, reason };
      expect(factsOf(takes(commands.disableAccount, MSR, [registered(role)], input))).toHaveLength(1);
      expect(refusalOf(takes(commands.disableAccount, SUP, [registered(role)], input)).code).toBe('not-competent');
    },
  );

  it.each(COMMANDS)(
    'given a unit in its charge, then a body may %s; another’s and anybody else it may not',
    (_what, command, input) => {
      expect(factsOf(takes(command, BODY, [registered('UNIT')], input('UNIT')))).not.toEqual([]);
      const foreign = takes(command, BODY, [registered('UNIT')], input('UNIT'), { ...known, jurisdictions: ELSEWHERE });
      expect(refusalOf(foreign).kind).toBe('hidden');
      for (const role of ['MSR', 'REC-D', 'SUP'] as const) {
        expect(refusalOf(takes(command, BODY, [registered(role)], input(role))).kind).toBe('hidden');
      }
      const both = [registered('UNIT'), roleGranted.of({ accountId, grant: grant('EXPERT') })];
      expect(refusalOf(takes(command, BODY, both, input('UNIT'))).kind).toBe('hidden');
    },
  );

  it('given an account that is not there, then everybody is told so, and a body the same of others’ accounts', () => {
    const input = { accountId, reason };
    expect(refusalOf(takes(commands.disableAccount, BODY, [], input)).code).toBe('not-found');
    expect(refusalOf(takes(commands.disableAccount, MSR, [], input)).code).toBe('not-found');
    expect(refusalOf(takes(credentials.orderCredentialReset, MSR, [], input)).code).toBe('not-found');
  });

  it('given a supervisor, when he is granted another role, or another is granted his, then it is refused', () => {
    const other = takes(commands.grantRole, SUP, [registered('SUP')], { accountId, grant: grant('MSR') });
    expect(refusalOf(other).code).toBe('supervisor-role-alone');
    const his = takes(commands.grantRole, SUP, [registered('UNIT')], { accountId, grant: grant('SUP') });
    expect(refusalOf(his).code).toBe('not-competent');
  });
});

describe('制度 two people of the supervising body', () => {
  const commandId = 'proposal';
  const registration = { accountId, name: '王芳', identity: demoIdentityOf(accountId), grant: grant('SUP') };
  const propose = (command: AnyCommand, input: object, past: readonly DecidedEvent[] = []) =>
    decide(command, { past, input, actor: SUP, known, commandId }) as readonly DecidedEvent[];
  const proposalIdOf = (drafts: readonly DecidedEvent[]) =>
    (drafts.at(-1) as DecidedEvent<string, { proposalId: string }>).data.proposalId;
  const confirm = (past: readonly (DecidedEvent | Past)[], who: Actor, now?: string) => {
    const input = { accountId, proposalId: proposalIdOf(past.map(each => ('draft' in each ? each.draft : each))) };
    return decide(commands.confirmAccountChange, { past, input, actor: who, known, ...(now && { now }) });
  };

  it.each([
    ['register', commands.registerAccount, registration, [], 'account.registered'],
    [
      'grant',
      commands.grantRole,
      { accountId, grant: { ...grant('SUP'), from: '2025-01-01' } },
      [accountRegistered.of({ accountId, name, grant: { ...grant('SUP'), lastDay: '2024-12-31' } })],
      'account.role-granted',
    ],
    [
      'revoke',
      commands.revokeRole,
      { accountId, role: 'SUP', orgId: 'sup', reason },
      [registered('SUP')],
      'account.role-revoked',
    ],
    ['disable', commands.disableAccount, { accountId, reason }, [registered('SUP')], 'account.disabled'],
  ] as const)(
    'when one would %s, then it is proposed; another puts it in force',
    (_what, command, input, before, type) => {
      const proposed = propose(command, input, before);
      expect(factsOf(proposed).map(fact => fact.type)).toEqual(['account.change-proposed']);
      const past = [...before, ...proposed.map(draft => ({ draft, actor: SUP, at: '2024-03-19T02:00:00.000Z' }))];
      expect(refusalOf(confirm(past, SUP)).code).toBe('same-person');
      expect(factsOf(confirm(past, OTHER_SUP)).map(fact => fact.type)).toEqual(['account.change-confirmed', type]);
      expect(refusalOf(confirm(past, OTHER_SUP, '2024-03-27T02:00:00.000Z')).code).toBe('proposal-lapsed');
      const confirmed = [...past, ...(confirm(past, OTHER_SUP) as readonly DecidedEvent[])];
      const again = { accountId, proposalId: proposalIdOf(proposed) };
      expect(
        refusalOf(decide(commands.confirmAccountChange, { past: confirmed, input: again, actor: OTHER_SUP, known }))
          .code,
      ).toBe('not-found');
    },
  );

  it('given a proposal, then only its own id confirms it, and not he whom it is about', () => {
    const proposed = propose(commands.disableAccount, { accountId, reason }, [registered('SUP')]);
    const past = [registered('SUP'), ...proposed.map(draft => ({ draft, actor: SUP, at: '2024-03-19T02:00:00.000Z' }))];
    const input = { accountId, proposalId: 'another0' };
    expect(refusalOf(decide(commands.confirmAccountChange, { past, input, actor: OTHER_SUP, known })).code).toBe(
      'not-found',
    );
    expect(refusalOf(confirm(past, { ...OTHER_SUP, accountId })).code).toBe('own-account');
  });
});

describe('制度 the founders of a system', () => {
  const found = (role: 'MSR' | 'SUP', founding: object) =>
    decide(commands.registerAccount, {
      input: { accountId, name: '王芳', identity: demoIdentityOf(accountId), grant: grant(role) },
      actor: SYS,
      known: { ...known, founding },
    });

  it.each(['MSR', 'SUP'] as const)('then the system registers two of %s, and no third', role => {
    const founders = { MSR: 2, SUP: 2, [role]: 1 };
    expect(factsOf(found(role, { founders, inUse: false }))).toMatchObject([{ type: 'account.registered' }]);
    const refused = found(role, { founders: { ...founders, [role]: 2 }, inUse: false });
    expect(refusalOf(refused)).toMatchObject({ code: 'house-in-use', kind: 'forbidden' });
  });

  it('given that anybody else has an account, then the system registers nobody', () => {
    expect(refusalOf(found('MSR', { founders: { MSR: 1, SUP: 0 }, inUse: true })).code).toBe('house-in-use');
  });
});
