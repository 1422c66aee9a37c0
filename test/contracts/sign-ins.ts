/** What every store of sign-ins promises, seen through sign-in, throttle and sessions of two processes that share it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Grant } from '../../events/account.ts';
import { type AccountId, accountIdSchema } from '../../events/ids.ts';
import type { Grants } from '../../events/rules/grants.ts';
import { createIdentity, type IdentityService, type Login } from '../../infra/identity/identity.ts';
import type { CredentialRecords } from '../../infra/identity/records.ts';
import type { SignInStore } from '../../infra/identity/sign-in-store.ts';
import type { KeyStore } from '../../infra/vault/key-store.ts';
import { createVault } from '../../infra/vault/vault.ts';
import { temporaryDirectory } from '../support/log.ts';
import { givePassword } from '../support/passwords.ts';

export interface Stores {
  readonly keyStore: KeyStore;
  readonly signIns: SignInStore;
  close(): Promise<void>;
}

const PASSWORD = '质量攻关 correct horse';
const HOME = '10.1.1.1';
const STRANGER = '203.0.113.9';
const NOON = Date.parse('2024-03-20T04:00:00.000Z');
const [chen, li] = ['msr.chen', 'sup.li'].map(id => accountIdSchema.parse(id)) as [AccountId, AccountId];
const grant = (role: 'MSR' | 'SUP', orgId: string): Grant => ({ role, orgId, orgName: '某机关', from: '2024-01-01' });
const holding = (held: Grant): Grants => ({ registered: true, disabled: false, grants: [held] });

/** A log that takes whatever happens to a password; what it holds is not what is looked at here. */
const taken = async () => ({ streamId: 'account-msr.chen', revision: 1, position: '2', events: [] }) as never;
const RECORDED: CredentialRecords = {
  changed: taken,
  setByCode: taken,
  first: taken,
  secondFactor: taken,
  confirmedBySecondFactor: taken,
};

/** `open` opens the stores that live at a directory, as another process would; the same directory is the same data. */
export function signInContract(name: string, open: (directory: string) => Promise<Stores>): void {
  describe(`sign-ins: ${name}`, () => {
    let directory: ReturnType<typeof temporaryDirectory>;
    let processes: [Stores, Stores];
    let here: IdentityService;
    let there: IdentityService;
    const clock = { ms: NOON, now: () => new Date(clock.ms).toISOString() };
    const standings = new Map([
      [chen, holding(grant('MSR', 'msr'))],
      [li, holding(grant('SUP', 'sup'))],
    ]);
    const accountGrantsOf = async (id: AccountId) =>
      standings.get(id) ?? { registered: false, disabled: false, grants: [] };

    beforeEach(async () => {
      clock.ms = NOON;
      directory = temporaryDirectory();
      processes = [await open(directory.path), await open(directory.path)];
      [here, there] = (await Promise.all(
        processes.map(async stores =>
          createIdentity({
            ...stores,
            clock,
            accountGrantsOf,
            records: RECORDED,
            vault: await createVault(stores.keyStore),
            nameOf: async () => '陈伟',
            secondFactorFor: [],
          }),
        ),
      )) as [IdentityService, IdentityService];
      for (const account of [chen, li]) await givePassword(processes[0].keyStore, account, PASSWORD);
    });
    afterEach(async () => {
      for (const stores of processes) await stores.close();
      directory[Symbol.dispose]();
    });

    const enter = (where: IdentityService, more: Partial<Login> = {}) =>
      where.login({ accountId: chen, password: PASSWORD, address: HOME, ...more });
    const guess = (where: IdentityService, more: Partial<Login> = {}) =>
      enter(where, { password: 'a wrong guess', address: STRANGER, ...more }).then(
        () => 'let in',
        (error: { fault: string; retryAfter: number }) =>
          error.fault === 'too-many-attempts' ? error.retryAfter : error.fault,
      );
    const callerIn = async (where: IdentityService, token: string) => {
      try {
        return (await where.callerOf(token, {}, HOME)).actor.accountId;
      } catch (error) {
        return (error as { fault: string }).fault;
      }
    };

    describe('throttle', () => {
      it('given ten failures from one address through two processes, then neither takes another for a quarter of an hour', async () => {
        for (let n = 0; n < 10; n += 1) expect(await guess(n % 2 ? here : there)).toBe('login-failed');
        expect(await guess(here)).toBe(900);
        expect(await guess(there)).toBe(900);
        clock.ms += 900_000;
        expect(await guess(there)).toBe('login-failed');
      });

      it('given many at once through both, then no more are tried than one by one', async () => {
        const answers = await Promise.all(Array.from({ length: 30 }, (_, n) => guess(n % 2 ? here : there)));
        expect(answers.filter(answer => answer === 'login-failed').length).toBeLessThanOrEqual(10);
      });

      it('given failures from ever new addresses, then the account’s delay grows, and not beyond a quarter of an hour', async () => {
        const waits: unknown[] = [];
        for (let n = 0; n < 40; n += 1) {
          const address = `198.51.100.${n}`;
          const wait = await guess(n % 2 ? here : there, { address });
          if (wait === 'login-failed') continue;
          waits.push(wait);
          clock.ms += Number(wait) * 1_000;
          expect(await guess(here, { address })).toBe('login-failed');
        }
        expect(waits.slice(0, 5)).toEqual([1, 2, 4, 8, 16]);
        expect(Math.max(...waits.map(Number))).toBe(900);
        clock.ms += 86_400_000;
        expect(await guess(here)).toBe('login-failed');
      });

      it('given an attacker who hammers from elsewhere, then the holder signs in from his address, and with his device from any', async () => {
        const { device } = await enter(here);
        for (let n = 0; n < 60; n += 1) await guess(n % 2 ? here : there, { address: `198.51.100.${n}` });
        expect((await enter(there)).accountId).toBe(chen);
        await expect(enter(there, { address: '192.0.2.7' })).rejects.toMatchObject({ fault: 'too-many-attempts' });
        expect((await enter(there, { address: '192.0.2.7', device })).accountId).toBe(chen);
      });

      it('given an attacker behind the holder’s own address, then the holder’s device lets him in', async () => {
        const { device } = await enter(here);
        for (let n = 0; n < 10; n += 1) await guess(here, { address: HOME });
        await expect(enter(here)).rejects.toMatchObject({ fault: 'too-many-attempts' });
        expect((await enter(here, { device })).accountId).toBe(chen);
      });

      it('given a device of another account, or one made up, then it opens no budget', async () => {
        const { device } = await enter(here, { accountId: li, address: STRANGER });
        for (let n = 0; n < 10; n += 1) await guess(here);
        expect(await guess(here, { device })).toBe(900);
        expect(await guess(here, { device: `${device}x` })).toBe(900);
      });

      it('given an unlock code, then it lets one attempt through, in whichever process, and no second', async () => {
        for (let n = 0; n < 10; n += 1) await guess(here);
        const { code: unlockCode } = await here.issueUnlockCode(chen);
        expect(await guess(there, { unlockCode, accountId: li })).toBe('login-failed');
        expect((await enter(there, { address: STRANGER, unlockCode })).accountId).toBe(chen);
        expect(await guess(here, { unlockCode })).toBe(900);
        const { code: old } = await here.issueUnlockCode(chen);
        clock.ms += 86_400_000;
        for (let n = 0; n < 10; n += 1) await guess(here);
        expect(await guess(here, { unlockCode: old })).toBe(900);
      });

      it('given an account that is not there, then it is answered and slowed down as one that is', async () => {
        const nobody = accountIdSchema.parse('nobody.here');
        for (const accountId of [chen, nobody]) {
          const answers: unknown[] = [];
          for (let n = 0; n < 11; n += 1) answers.push(await guess(here, { accountId, address: `192.0.2.${n}` }));
          expect(answers).toEqual([...Array.from({ length: 10 }, () => 'login-failed'), 1]);
          clock.ms += 86_400_000;
        }
      });

      it('given one IPv6 network, then all its addresses are one caller', async () => {
        for (let n = 0; n < 10; n += 1) await guess(here, { address: `2001:db8:0:1::${n.toString(16)}` });
        expect(await guess(here, { address: '2001:0db8:0000:0001:ffff::1' })).toBe(900);
      });
    });

    describe('sessions', () => {
      it('given a session opened here, then it stands there, and both list it', async () => {
        const { token, sessionId } = await enter(here);
        expect(await callerIn(there, token)).toBe(chen);
        for (const where of [here, there]) {
          expect(await where.sessionsOf(chen)).toMatchObject([{ id: sessionId, address: HOME, role: 'MSR' }]);
        }
      });

      it('given it is ended there, then it has ended there at once and here within two seconds', async () => {
        const { token, sessionId } = await enter(here);
        const other = await enter(here);
        for (const where of [here, there]) expect(await callerIn(where, token)).toBe(chen);
        await there.endSession(sessionId);
        expect(await callerIn(there, token)).toBe('token-expired');
        clock.ms += 2_000;
        expect(await callerIn(here, token)).toBe('token-expired');
        expect(await callerIn(here, other.token)).toBe(chen);
        expect((await here.sessionsOf(chen)).map(({ id }) => id)).toEqual([other.sessionId]);
      });

      it('given all of an account are ended, then others’ stand', async () => {
        const [first, second, others] = [await enter(here), await enter(there), await enter(here, { accountId: li })];
        await here.endSessionsOf(chen);
        clock.ms += 2_000;
        for (const { token } of [first, second]) expect(await callerIn(there, token)).toBe('token-expired');
        expect(await callerIn(there, others.token)).toBe(li);
      });

      it('given a password set there, then older sessions have ended here within two seconds', async () => {
        const { token } = await enter(here);
        expect(await callerIn(here, token)).toBe(chen);
        await there.changePassword({
          actor: { accountId: chen, role: 'MSR', orgId: 'msr' },
          currentPassword: PASSWORD,
          password: 'another good one',
          address: HOME,
          occasion: { requestId: 'request-1', correlationId: 'request-1' },
        });
        expect(await callerIn(there, token)).toBe('token-expired');
        clock.ms += 2_000;
        expect(await callerIn(here, token)).toBe('token-expired');
      });

      it('given a clock set back, then an ended session is not taken to stand', async () => {
        const { token, sessionId } = await enter(here);
        expect(await callerIn(here, token)).toBe(chen);
        await there.endSession(sessionId);
        clock.ms -= 60_000;
        expect(await callerIn(here, token)).toBe('token-expired');
      });

      it('given whoever watches, then he is called when something ends, and not after he stops', async () => {
        let calls = 0;
        const stop = here.onEnd(() => (calls += 1));
        await here.endSession((await enter(here)).sessionId);
        stop();
        await here.endSession((await enter(here)).sessionId);
        expect(calls).toBe(1);
      });
    });

    describe('record', () => {
      it('given sign-ins and failures, then they can be asked for by account, address and outcome, newest first', async () => {
        await guess(here);
        clock.ms += 1_000;
        await guess(there);
        clock.ms += 1_000;
        await enter(there);
        clock.ms += 1_000;
        await guess(here, { accountId: li });
        expect(await here.signIns({ limit: 10 })).toMatchObject([
          { accountId: li, address: STRANGER, outcome: 'wrong-password', count: 1 },
          { accountId: chen, address: HOME, outcome: 'signed-in', count: 1 },
          { accountId: chen, address: STRANGER, outcome: 'wrong-password', count: 2 },
        ]);
        expect(await there.signIns({ accountId: li, limit: 10 })).toHaveLength(1);
        expect(await there.signIns({ address: HOME, limit: 10 })).toMatchObject([{ outcome: 'signed-in' }]);
        const [first] = await there.signIns({ limit: 1 });
        const rest = await there.signIns({ before: [first?.at ?? '', first?.id ?? ''], limit: 10 });
        expect(rest).toHaveLength(2);
      });

      it('given failures since the last sign-in, then the holder is told at the next, and those before are not told again', async () => {
        await guess(there);
        const first = await enter(here);
        expect(first).toMatchObject({ previous: undefined, failures: [{ address: STRANGER, count: 1 }] });
        clock.ms += 1_000;
        await guess(there);
        await guess(there);
        clock.ms += 1_000;
        const second = await enter(here);
        expect(second.previous).toMatchObject({ address: HOME });
        expect(second.failures).toMatchObject([{ address: STRANGER, outcome: 'wrong-password', count: 2 }]);
        clock.ms += 1_000;
        expect((await enter(here)).failures).toEqual([]);
      });

      it('given a name that is no account, then it is not written down', async () => {
        await guess(here, { accountId: accountIdSchema.parse('my-password-1') });
        expect(await here.signIns({ limit: 10 })).toMatchObject([{ accountId: '', outcome: 'wrong-password' }]);
      });

      it('given more than is kept, then the oldest failures go first, and never a sign-in for a failure', async () => {
        const [{ signIns: store }] = processes;
        const at = (n: number) => new Date(NOON + n).toISOString();
        const entry = { accountId: chen, address: HOME } as const;
        await store.record({ ...entry, id: 'in', outcome: 'signed-in', at: at(0) });
        for (const n of [1, 2, 3, 4]) {
          await store.record({ ...entry, id: `f${n}`, outcome: 'wrong-password', at: at(n) });
          const mark = { count: n, since: 0, until: 0, expires: NOON + n };
          await store.replaceMark(`key ${n}`, undefined, mark);
        }
        await store.prune({ now: at(0), keptSince: at(-1), entries: 2, marks: 2 });
        expect((await store.signIns({ limit: 10 })).map(({ id }) => id)).toEqual(['f4', 'f3', 'in']);
        expect(await store.mark('key 2')).toBeUndefined();
        expect(await store.mark('key 3')).toMatchObject({ count: 3 });
        await store.prune({ now: at(5), keptSince: at(4), entries: 2, marks: 2 });
        expect((await store.signIns({ limit: 10 })).map(({ id }) => id)).toEqual(['f4']);
        expect(await store.mark('key 4')).toBeUndefined();
      });
    });
  });
}
