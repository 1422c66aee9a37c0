/** Who somebody is: the official numbers, what of them stands on the log, and what a second account of a person is told. */
import { createHmac, hash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '../../events/envelope.ts';
import {
  citizenNumberCheck,
  citizenNumberSchema,
  type Identity,
  identitySchema,
  identityText,
} from '../../events/identity.ts';
import type { AccountId } from '../../events/ids.ts';
import type { Sealed } from '../../events/personal.ts';
import { demoIdentityOf } from '../../infra/demo/identity.ts';
import { grantRole, registerAccount } from '../../services/account/commands.ts';
import { renameAccountHolder, stateAccountIdentity } from '../../services/account/identity.ts';
import { SUP, World } from '../privacy/world.ts';
import { MSR, OTHER_MSR } from '../support/given.ts';

describe('公民身份号码 (GB 11643)', () => {
  it.each(['11010519491231002X', '11010519491231002x'])('the example of the standard is one: %s', number => {
    expect(citizenNumberSchema.safeParse(number).success).toBe(true);
  });

  it.each([
    ['another check character', '110105194912310021'],
    ['a day that is not in the calendar', `11010519490231002${citizenNumberCheck('11010519490231002')}`],
    ['a digit too few', '1101051949123100X'],
    ['no district', `01010519491231002${citizenNumberCheck('01010519491231002')}`],
    ['letters', '11010519491231A02X'],
  ])('%s is none', (_fault, number) => {
    expect(citizenNumberSchema.safeParse(number).success).toBe(false);
  });

  it('every wrong digit, and every two neighbours exchanged, are found', () => {
    const right = '11010519491231002X';
    for (let at = 14; at < 17; at += 1) {
      for (const digit of '0123456789') {
        const wrong = `${right.slice(0, at)}${digit}${right.slice(at + 1)}`;
        expect(citizenNumberSchema.safeParse(wrong).success).toBe(wrong === right);
      }
    }
    expect(citizenNumberSchema.safeParse('11010519491231020X').success).toBe(false);
  });

  it('people of the demo have numbers that are true in form', () => {
    for (let n = 0; n < 500; n += 1)
      expect(identitySchema.safeParse(demoIdentityOf(`someone-${n}`)).success).toBe(true);
  });
});

describe('one person, one text', () => {
  it.each<[Identity, Identity]>([
    [
      { kind: '居民身份证', number: '11010519491231002X' },
      { kind: '居民身份证', number: '11010519491231002x' },
    ],
    [
      { kind: '港澳居民来往内地通行证', number: 'H12345678' },
      { kind: '港澳居民来往内地通行证', number: 'H1234567802' },
    ],
    [
      { kind: '台湾居民来往大陆通行证', number: '12345678' },
      { kind: '台湾居民来往大陆通行证', number: '1234567801' },
    ],
  ])('%o is %o', (one, other) => expect(identityText(one)).toBe(identityText(other)));

  it('the same number of another country, and the same subject of another issuer, are somebody else', () => {
    const passport = (country: string): Identity => ({ kind: '护照', country, number: 'E12345678' });
    const subject = (issuer: string): Identity => ({ kind: '统一身份认证', issuer, subject: 'a1' });
    expect(identityText(passport('CHN'))).not.toBe(identityText(passport('KOR')));
    expect(identityText(subject('https://one.example'))).not.toBe(identityText(subject('https://two.example')));
  });
});

describe('an identity on the log', () => {
  const NUMBER = '11010519491231002X';
  const WANG: Identity = { kind: '居民身份证', number: NUMBER };
  const MUNICIPAL = { role: 'MSR', orgId: 'msr', orgName: '市局' } as const;
  const unidentified = (accountId: string) => ({ accountId, name: '王建国', grant: MUNICIPAL });
  const account = (accountId: string, identity: Identity = WANG) => ({ ...unidentified(accountId), identity });
  const actor = (accountId: string): Actor => ({ ...MSR, accountId: accountId as AccountId });

  let world: World;
  beforeEach(async () => {
    world = await World.open();
  });
  afterEach(() => world[Symbol.asyncDispose]());

  interface Registered {
    readonly identity: { readonly digest: string; readonly value: Sealed };
    readonly otherAccounts?: readonly string[];
  }
  const register = async (accountId: string, identity: Identity = WANG): Promise<Registered> => {
    const { events } = await world.accepted(registerAccount, account(accountId, identity), MSR);
    return events[0]?.data as Registered;
  };

  it('is sealed as the person’s own, and its digest cannot be made without the vault', async () => {
    const { identity } = await register('wang.one');
    expect(identity.value.subject).toBe('account-wang.one');
    expect(await world.vault.open(identity.value)).toBe(`居民身份证 ${NUMBER}`);
    const texts = (await world.log()).map(({ dataText, metaText }) => dataText + metaText).join('\n');
    expect(texts).not.toContain(NUMBER);
    const guesses = [NUMBER, identityText(WANG), `identity ${identityText(WANG)}`].flatMap(text => [
      hash('sha256', text),
      createHmac('sha256', '').update(text).digest('hex'),
    ]);
    for (const guess of guesses) expect(texts).not.toContain(guess.slice(0, 16));
    const other = await World.open();
    try {
      expect(other.vault.keyed(`identity ${identityText(WANG)}`)).not.toBe(identity.digest);
      expect(world.vault.keyed(`identity ${identityText(WANG)}`)).toBe(identity.digest);
    } finally {
      await other[Symbol.asyncDispose]();
    }
  });

  it('given a second account of the same person, then it is shown and linked; of another person not', async () => {
    const one = await register('wang.one');
    expect(one.otherAccounts).toBeUndefined();
    const two = await register('wang.two');
    expect(two.identity.digest).toBe(one.identity.digest);
    expect(two.otherAccounts).toEqual(['wang.one']);
    expect((await register('wang.three')).otherAccounts).toEqual(['wang.one', 'wang.two']);
    expect((await register('li.one', demoIdentityOf('li'))).otherAccounts).toBeUndefined();
  });

  it('nobody is registered without one, the first of an empty system neither', () => {
    const stated = registerAccount.input.safeParse(unidentified('wang.one'));
    expect(stated.error?.issues).toMatchObject([{ path: ['identity'] }]);
  });

  it('given it was never stated, then it is made up for: by another person, for accounts of the supervisor by the supervisor', async () => {
    await world.account(OTHER_MSR);
    const stated = { accountId: OTHER_MSR.accountId, identity: WANG };
    await register('wang.one');
    const { events } = await world.accepted(stateAccountIdentity, stated, MSR);
    expect(events[0]?.data).toMatchObject({ otherAccounts: ['wang.one'] });
    expect((await world.accepted(stateAccountIdentity, stated, MSR)).events).toEqual([]);
    const own = { accountId: MSR.accountId, identity: demoIdentityOf('chen') };
    expect((await world.refused(stateAccountIdentity, own, MSR)).code).toBe('own-account');
    const ofSupervisor = { accountId: SUP.accountId, identity: demoIdentityOf('li') };
    expect((await world.refused(stateAccountIdentity, ofSupervisor, MSR)).code).toBe('not-administered');
    expect((await world.refused(stateAccountIdentity, { ...stated, accountId: 'nobody.here' }, MSR)).code).toBe(
      'not-found',
    );
  });

  it('given the holder is called otherwise, then the new name is sealed as the old one was: by another person, once', async () => {
    await world.account(OTHER_MSR);
    const stated = {
      accountId: OTHER_MSR.accountId,
      name: '王欣',
      changedOn: '2024-01-02',
      document: '户口簿变更记录',
    };
    const { events } = await world.accepted(renameAccountHolder, stated, MSR);
    expect(events[0]?.data).toMatchObject({
      changedOn: '2024-01-02',
      name: { subject: `account-${OTHER_MSR.accountId}` },
    });
    expect(JSON.stringify(events)).not.toContain('王欣');
    expect((await world.accepted(renameAccountHolder, stated, MSR)).events).toEqual([]);
    const earlier = { ...stated, name: '王新', changedOn: '2024-01-01' };
    expect((await world.refused(renameAccountHolder, earlier, MSR)).code).toBe('change-before-the-last');
    const own = { ...stated, accountId: MSR.accountId };
    expect((await world.refused(renameAccountHolder, own, MSR)).code).toBe('own-account');
    const ofSupervisor = { ...stated, accountId: SUP.accountId };
    expect((await world.refused(renameAccountHolder, ofSupervisor, MSR)).code).toBe('not-administered');
  });

  it('nobody registers, or grants a role to, an account of his own', async () => {
    await register('wang.one');
    const wang = actor('wang.one');
    expect((await world.refused(registerAccount, account('wang.two'), wang)).code).toBe('own-account');
    const ending = { ...MUNICIPAL, lastDay: '2025-06-30' };
    await world.accepted(registerAccount, { ...account('wang.two'), grant: ending }, MSR);
    const granted = { accountId: 'wang.two', grant: { ...MUNICIPAL, from: '2025-07-01' } };
    expect((await world.refused(grantRole, granted, wang)).code).toBe('own-account');
    await world.accepted(grantRole, granted, MSR);
  });

  it('given an erasure, then the number is gone with the name, and every event is as it was', async () => {
    const { identity } = await register('wang.one');
    const before = (await world.log()).map(({ id, dataText, metaText }) => [id, dataText, metaText]);
    await world.roleEnded(actor('wang.one'));
    await world.vault.erase(identity.value.subject);
    await world.restart();
    expect(await world.vault.open(identity.value)).toBeUndefined();
    const after = (await world.log()).map(({ id, dataText, metaText }) => [id, dataText, metaText]);
    expect(after.slice(0, before.length)).toEqual(before);
  });
});
