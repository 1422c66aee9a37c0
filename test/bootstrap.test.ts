/** The founders of an empty system, at the machine; and what is said of demo passwords there. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accountRegistered, accountStream } from '../events/account.ts';
import { type AccountId, accountIdSchema, START } from '../events/ids.ts';
import { exposedPasswords, isLoopback } from '../infra/cli/exposure.ts';
import { type FirstAccount, orderResetByOperator, registerFirstAccount } from '../infra/compose/bootstrap.ts';
import { openSystem, type System } from '../infra/compose/system.ts';
import { readConfig } from '../infra/config.ts';
import { demoAccounts } from '../infra/demo/cast.ts';
import { DEMO_PASSWORD } from '../infra/demo/command.ts';
import { demoIdentityOf as numberOf } from '../infra/demo/identity.ts';
import type { IdentityService } from '../infra/identity/identity.ts';
import { createIdentityFor } from '../infra/identity/installation.ts';
import { answerReport, reportNumbered } from '../projections/report/answer.ts';
import type { AnyReport } from '../projections/report/report.ts';
import { recorded } from './support/given.ts';
import { temporaryDirectory } from './support/log.ts';
import { givePassword } from './support/passwords.ts';

const PASSWORD = 'chosen at the machine';
const PUBLIC = { host: '0.0.0.0' };

let directory: ReturnType<typeof temporaryDirectory>;
let system: System;
let identity: IdentityService;

beforeEach(async () => {
  directory = temporaryDirectory();
  const config = readConfig({ GONGGUAN_DATA: directory.path });
  system = await openSystem(config, { alarm: message => expect.unreachable(message) });
  identity = await createIdentityFor(system, config);
});

afterEach(async () => {
  await system.close();
  directory[Symbol.dispose]();
});

const founder = (accountId: string, supervisor = false, person = accountId): FirstAccount => ({
  accountId,
  name: '王建国',
  supervisor,
  identity: numberOf(person),
});
const register = (account: FirstAccount, password = PASSWORD) =>
  registerFirstAccount(system, identity, account, password);
const letsIn = (accountId: string, password: string) =>
  identity.login({ accountId: accountId as AccountId, password, address: '127.0.0.1' }).then(
    () => true,
    () => false,
  );
const log = () => system.events.readAll(START, 100);
const asked = () => ({ log: system.events, reader: system.reader });

describe('制度 the founders of a system', () => {
  it('then two of each kind are registered with a password, by the system, on the log; a third is refused', async () => {
    for (const account of [founder('msr.a'), founder('msr.b'), founder('sup.a', true), founder('sup.b', true)]) {
      await register(account);
    }
    expect((await log()).map(({ type, meta }) => [type, meta.actor.role])).toEqual(
      Array.from({ length: 4 }, () => [
        ['account.registered', 'SYS'],
        ['account.password-set', 'SYS'],
      ]).flat(),
    );
    for (const third of [founder('msr.c'), founder('sup.c', true)]) {
      await expect(register(third)).rejects.toThrow('系统已启用');
    }
    expect(await log()).toHaveLength(8);
    expect(await letsIn('sup.b', PASSWORD)).toBe(true);
    const told = await answerReport(reportNumbered(16) as AnyReport, { parameters: {} }, { role: 'SUP' }, asked());
    expect(told.verdict).toContain('0个账户尚未登记身份');
  });

  it('given a founder, when another account is to be founded for the same person, then it is refused', async () => {
    await register(founder('msr.a'));
    for (const again of [founder('msr.b', false, 'msr.a'), founder('sup.a', true, 'msr.a')]) {
      await expect(register(again)).rejects.toThrow('首批账户须分属不同的人');
    }
    expect(await log()).toHaveLength(2);
  });

  it('given that somebody has registered another, then nobody is registered at the machine any more', async () => {
    await register(founder('msr.a'));
    const accountId = accountIdSchema.parse('unit.zhao');
    const name = { subject: 'account-unit.zhao', sealed: 'x'.repeat(40) };
    const grant = { role: 'UNIT', orgId: '91350100M000100Y43', orgName: '某公司', from: '2024-01-01' } as const;
    const { id, type, schemaVersion, data, meta } = recorded(accountRegistered.of({ accountId, name, grant }));
    await system.events.append(accountStream(accountId), -1, [{ id, type, schemaVersion, data, meta }]);
    await expect(register(founder('sup.a', true))).rejects.toThrow('系统已启用');
  });

  it('given a founder, when he is registered again with another password, then it is refused and his own stays', async () => {
    await register(founder('msr.a'));
    await expect(register(founder('msr.a'), 'somebody else’s choice')).rejects.toThrow('已登记并设置了密码');
    expect([await letsIn('msr.a', PASSWORD), await letsIn('msr.a', 'somebody else’s choice')]).toEqual([true, false]);
  });

  it('given that the machine stopped between the account and its password, then it is set when that is repeated', async () => {
    const dying: IdentityService = { ...identity, setFirstPassword: () => Promise.reject(new Error('power failure')) };
    await expect(registerFirstAccount(system, dying, founder('msr.a'), PASSWORD)).rejects.toThrow('power failure');
    await register(founder('msr.a'));
    expect(await letsIn('msr.a', PASSWORD)).toBe(true);
  });

  it('given an operator who starts a reset, then it is on the log and he is given no code', async () => {
    await register(founder('msr.a'));
    await orderResetByOperator(system, 'msr.a', '唯一一名管理人员遗忘密码');
    const last = (await log()).at(-1);
    expect(last).toMatchObject({ type: 'account.credential-reset-ordered', data: { needsSecondPerson: true } });
    expect(await system.keyStore.resetCode('msr.a' as AccountId)).toBeUndefined();
    await expect(orderResetByOperator(system, 'nobody.here', '无')).rejects.toThrow('未找到');
  });
});

describe('demo passwords on a host that others reach', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.1.2.3', true],
    ['::1', true],
    ['0:0:0:0:0:0:0:1', true],
    ['localhost', true],
    ['0.0.0.0', false],
    ['::', false],
    ['192.168.1.7', false],
    ['gongguan.example', false],
  ])('%s is of this machine alone: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });

  it('given one demo account with its public password, then it is told, Chinese first; changed, then no more', async () => {
    const last = demoAccounts.at(-1)?.accountId as AccountId;
    expect(await exposedPasswords(PUBLIC, system.keyStore)).toBeUndefined();
    await givePassword(system.keyStore, last, DEMO_PASSWORD);
    expect(await exposedPasswords(PUBLIC, system.keyStore)).toMatch(/^！！！ 警告[\s\S]*WARNING/);
    expect(await exposedPasswords({ host: '127.0.0.1' }, system.keyStore)).toBeUndefined();
    await givePassword(system.keyStore, last, 'a password of his own');
    expect(await exposedPasswords(PUBLIC, system.keyStore)).toBeUndefined();
  });
});
