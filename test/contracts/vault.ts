/** What every key store promises, seen through the vault and the credentials that stand on it. */
import { hash, randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { Secret, TOTP } from 'otpauth';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accountIdSchema } from '../../events/ids.ts';
import { sealedSchema } from '../../events/personal.ts';
import {
  createSecondFactors,
  type Enrolment,
  type Proof,
  type SecondFactors,
} from '../../infra/identity/second-factor.ts';
import { destroyAlike } from '../../infra/vault/erasures.ts';
import { digestOfKey, type Kept, type KeyStore } from '../../infra/vault/key-store.ts';
import { createVault, SealBroken } from '../../infra/vault/vault.ts';
import { temporaryDirectory } from '../support/log.ts';

/** `open` opens the key store that lives at a directory; the same directory again is the same key store. */
export function keeperContract(name: string, open: (directory: string) => Promise<KeyStore>): void {
  describe(`key store: ${name}`, () => {
    let directory: ReturnType<typeof temporaryDirectory>;
    let keyStore: KeyStore;

    beforeEach(async () => {
      directory = temporaryDirectory();
      keyStore = await open(directory.path);
    });
    afterEach(async () => {
      await keyStore.close();
      directory[Symbol.dispose]();
    });

    it('given a log that the keys are said to be of, when the key store is opened again, then it says so', async () => {
      expect(await keyStore.log()).toBeUndefined();
      await keyStore.belongTo('one');
      await keyStore.belongTo('two');
      await keyStore.close();
      keyStore = await open(directory.path);
      expect(await keyStore.log()).toBe('two');
    });

    describe('personal values', () => {
      it('given a sealed name, then it opens, fits the wire shape and is not readable in it', async () => {
        const vault = await createVault(keyStore);
        const value = await vault.seal('person-0001', '张三');
        expect(sealedSchema.parse(value)).toEqual(value);
        expect(Buffer.from(value.sealed, 'base64url').toString()).not.toContain('张三');
        expect(await vault.open(value)).toBe('张三');
      });

      it('given the same value twice, then the sealed texts differ', async () => {
        const vault = await createVault(keyStore);
        const [first, second] = [await vault.seal('person-0001', '张三'), await vault.seal('person-0001', '张三')];
        expect(first.sealed).not.toBe(second.sealed);
      });

      it('given a closed vault, when it is opened again, then values open and subjects are the same', async () => {
        const before = await createVault(keyStore);
        const subject = before.subjectOf('msr', '张三');
        const value = await before.seal(subject, '张三');
        await keyStore.close();
        keyStore = await open(directory.path);
        const after = await createVault(keyStore);
        expect(after.subjectOf('msr', '张三')).toBe(subject);
        expect(after.keyed('张三')).toBe(before.keyed('张三'));
        expect(await after.open(value)).toBe('张三');
      });

      it('given two organisations, then people of one name are two subjects, and no subject tells the name', async () => {
        const vault = await createVault(keyStore);
        const subject = vault.subjectOf('msr', '张三');
        expect(subject).toMatch(/^person-[0-9a-f]{20}$/);
        expect(vault.subjectOf('sup', '张三')).not.toBe(subject);
      });

      it('given a text, then its keyed digest is this vault’s alone', async () => {
        const keyed = (await createVault(keyStore)).keyed('张三');
        expect(keyed).toMatch(/^[0-9a-f]{16}$/);
        expect(hash('sha256', '张三')).not.toContain(keyed);
      });

      it('given a sealed value, when it is changed or handed to another subject, then it is called broken', async () => {
        const vault = await createVault(keyStore);
        const value = await vault.seal('person-0001', '张三');
        await vault.seal('person-0002', '李四');
        const changed = `${value.sealed.startsWith('A') ? 'B' : 'A'}${value.sealed.slice(1)}`;
        await expect(vault.open({ ...value, sealed: changed })).rejects.toThrow(SealBroken);
        await expect(vault.open({ ...value, subject: 'person-0002' })).rejects.toThrow(SealBroken);
        await expect(vault.open({ ...value, sealed: 'short' })).rejects.toThrow(SealBroken);
      });

      it('given many who seal for one new person at once, through two vaults, then each opens all the others sealed', async () => {
        const vaults = [await createVault(keyStore), await createVault(keyStore)];
        const values = await Promise.all(
          Array.from({ length: 16 }, (_, at) => vaults[at % 2]?.seal('person-0001', `第${at}`)),
        );
        for (const vault of [...vaults, await createVault(keyStore)]) {
          const opened = await Promise.all(values.map(value => vault.open(value as never)));
          expect(opened).toEqual(values.map((_, at) => `第${at}`));
        }
      });
    });

    describe('erasing a person', () => {
      it('given an erased subject, then his values stay closed, before and after a restart', async () => {
        const vault = await createVault(keyStore);
        const value = await vault.seal('person-0001', '张三');
        await vault.erase('person-0001');
        await vault.erase('person-0001');
        expect(await vault.open(value)).toBeUndefined();
        expect(await (await createVault(keyStore)).open(value)).toBeUndefined();
      });

      it('given an erased subject, when a value is sealed anew, then it opens and the old one does not', async () => {
        const vault = await createVault(keyStore);
        const old = await vault.seal('person-0001', '张三');
        await vault.erase('person-0001');
        const anew = await vault.seal('person-0001', '张三');
        expect(await vault.open(anew)).toBe('张三');
        expect(await vault.open(old)).toBeUndefined();
      });

      it('given a vault that remembers the key, when it is told that another process has destroyed it, then it opens nothing', async () => {
        const [here, elsewhere] = [await createVault(keyStore), await createVault(keyStore)];
        const value = await here.seal('person-0001', '张三');
        expect(await elsewhere.open(value)).toBe('张三');
        await here.erase('person-0001');
        elsewhere.forget('person-0001');
        expect(await elsewhere.open(value)).toBeUndefined();
        const anew = await here.seal('person-0001', '张三');
        expect(await elsewhere.open(anew)).toBe('张三');
      });

      it('given a person who was erased and has come back through another process, then his new name opens at once', async () => {
        const [here, elsewhere] = [await createVault(keyStore), await createVault(keyStore)];
        expect(await elsewhere.open(await here.seal('person-0001', '张三'))).toBe('张三');
        await here.erase('person-0001');
        expect(await elsewhere.open(await here.seal('person-0001', '张三丰'))).toBe('张三丰');
      });

      it('given somebody who was reading the key while it was destroyed, then it is not remembered', async () => {
        const told = new EventEmitter();
        const [asked, answered] = [once(told, 'asked'), once(told, 'answered')];
        const slow = new Proxy(keyStore, {
          get(target, name: keyof KeyStore) {
            if (name !== 'key') return (target[name] as (...of: unknown[]) => unknown).bind(target);
            return async (subject: string) => {
              const key = await target.key(subject);
              told.emit('asked');
              await answered;
              return key;
            };
          },
        });
        const value = await (await createVault(keyStore)).seal('person-0001', '张三');
        const vault = await createVault(slow);
        const reading = vault.open(value);
        await asked;
        await vault.erase('person-0001');
        told.emit('answered');
        await reading;
        expect(await vault.open(value)).toBeUndefined();
      });

      it('given keys of one person that were destroyed, here and elsewhere, then each is remembered by its digest, once', async () => {
        const destroyed = async () => {
          const found: Kept[] = [];
          for await (const kept of keyStore.contents()) if (kept.kind === 'destroyed') found.push(kept);
          return found;
        };
        const [first, second] = [randomBytes(32), randomBytes(32)];
        await keyStore.keepKey('person-0001', first);
        await keyStore.destroyKey('person-0001');
        await keyStore.destroyKey('person-0001');
        await keyStore.keepKey('person-0001', second);
        const digests = [digestOfKey(first), digestOfKey(randomBytes(32))].sort();
        await keyStore.noteDestroyed({ id: 'person-0001', digests });
        await keyStore.noteDestroyed({ id: 'person-0001', digests });
        expect(await destroyed()).toEqual([{ kind: 'destroyed', id: 'person-0001', digests }]);
        expect(await keyStore.key('person-0001')).toEqual(new Uint8Array(second));
        expect(await destroyAlike(keyStore, { id: 'person-0001', digests: [digestOfKey(second)] })).toBe(true);
        expect(await keyStore.key('person-0001')).toBeUndefined();
        expect(await destroyed()).toMatchObject([{ digests: expect.arrayContaining([digestOfKey(second)]) }]);
      });

      it('given two people, when one is erased, then the other’s values open', async () => {
        const vault = await createVault(keyStore);
        const kept = await vault.seal('person-0002', '李四');
        await vault.seal('person-0001', '张三');
        await vault.erase('person-0001');
        expect(await vault.open(kept)).toBe('李四');
      });
    });

    it('what is kept can be handed on, and is taken as it is', async () => {
      const account = accountIdSchema.parse('msr.chen');
      const [secret, key] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
      await keyStore.destroyKey('person-0001');
      await keyStore.keepSecret('one', secret);
      await keyStore.keepKey('person-0001', key);
      await keyStore.putCredential(account, { hash: 'hash-7', epoch: 7 });
      const factor = {
        sealed: { subject: 'account-msr.chen', sealed: 'sealed' },
        confirmed: true,
        lastStep: 5,
        recovery: ['one', 'two'],
      };
      await keyStore.putSecondFactor(account, factor);
      const apiKey = { accountId: account, keyId: 'k7m2p9qx' };
      await keyStore.keepApiKey('d1', apiKey);
      expect(await keyStore.apiKey('d1')).toEqual(apiKey);
      expect(await keyStore.apiKey('d2')).toBeUndefined();
      expect(await keyStore.keepSecret('one', key)).toEqual(secret);
      const contents: Kept[] = [];
      for await (const kept of keyStore.contents()) contents.push(kept);
      expect(contents).toEqual([
        { kind: 'destroyed', id: 'person-0001', digests: [] },
        { kind: 'secret', id: 'one', value: secret },
        { kind: 'key', id: 'person-0001', value: key },
        { kind: 'credential', id: account, credential: { hash: 'hash-7', epoch: 7 } },
        { kind: 'second-factor', id: account, factor },
        { kind: 'api-key', id: 'd1', apiKey },
      ]);
      await keyStore.setCredential(account, 'hash-8');
      expect(await keyStore.credential(account)).toMatchObject({ hash: 'hash-8', epoch: 8 });
    });

    describe('second factors', () => {
      const account = accountIdSchema.parse('msr.chen');
      const clock = { ms: Date.parse('2024-03-20T04:00:00.000Z'), now: () => new Date(clock.ms).toISOString() };
      const codeAt = (secret: string, ms = clock.ms) =>
        new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: ms });
      const inProcess = async () => createSecondFactors(keyStore, await createVault(keyStore), clock);

      const recordedIt = async () => true;

      /** A factor that is set up, its first code used; half a minute later. */
      async function setUp() {
        const factors = await inProcess();
        const { secret } = (await factors.start(account)) as Enrolment;
        const recovery = (await factors.confirm(account, codeAt(secret), recordedIt)) as readonly string[];
        clock.ms += 30_000;
        return { factors, secret, recovery };
      }
      /** Uses a proof up; how it went. */
      async function use(factors: SecondFactors, proof: Proof) {
        const checked = await factors.check(account, proof);
        return checked.is === 'good' ? ((await checked.spend()) ? 'good' : 'spent') : checked.is;
      }

      it('given the secret, then an authenticator can take it, and nothing in the key store shows it', async () => {
        const factors = await inProcess();
        const { secret, uri } = (await factors.start(account)) as Enrolment;
        expect(Buffer.from(Secret.fromBase32(secret).bytes)).toHaveLength(20);
        expect(uri).toMatch(
          /^otpauth:\/\/totp\/.*:msr\.chen\?issuer=.*&secret=[A-Z2-7]{32}&algorithm=SHA1&digits=6&period=30$/,
        );
        expect(JSON.stringify(await keyStore.secondFactor(account))).not.toContain(secret);
      });

      it('given a factor that was started only, then it is none; a wrong code does not confirm it, its own does', async () => {
        const factors = await inProcess();
        const { secret } = (await factors.start(account)) as Enrolment;
        expect(await use(factors, { code: codeAt(secret) })).toBe('none');
        expect(await factors.confirm(account, '000000', recordedIt)).toBeUndefined();
        expect(await factors.confirm(account, codeAt(secret), async () => false)).toBeUndefined();
        expect(await use(factors, { code: codeAt(secret) })).toBe('none');
        expect(await factors.confirm(account, codeAt(secret), recordedIt)).toHaveLength(10);
        expect(await factors.start(account)).toBeUndefined();
        expect(await factors.confirm(account, codeAt(secret), recordedIt)).toBeUndefined();
      });

      it('given a code, then it is taken once, in whichever process; nor is the one that confirmed the factor', async () => {
        const { factors, secret } = await setUp();
        expect(await use(factors, { code: codeAt(secret, clock.ms - 30_000) })).toBe('wrong');
        const code = codeAt(secret);
        const both = await Promise.all([use(factors, { code }), use(await inProcess(), { code })]);
        expect(both.filter(is => is === 'good')).toHaveLength(1);
        expect(await use(factors, { code })).toBe('wrong');
      });

      it('given a clock one step early or late, then its code is taken; two steps, then not', async () => {
        const { factors, secret } = await setUp();
        clock.ms += 60_000;
        expect(await use(factors, { code: codeAt(secret, clock.ms - 60_000) })).toBe('wrong');
        expect(await use(factors, { code: codeAt(secret, clock.ms + 60_000) })).toBe('wrong');
        expect(await use(factors, { code: codeAt(secret, clock.ms - 30_000) })).toBe('good');
        expect(await use(factors, { code: codeAt(secret, clock.ms + 30_000) })).toBe('good');
        expect(await use(factors, {})).toBe('missing');
      });

      it('given a recovery code, however it is typed, then it is taken once', async () => {
        const { factors, recovery } = await setUp();
        const [first = '', second = ''] = recovery;
        expect(await use(factors, { recoveryCode: first.toLowerCase().replaceAll('-', ' ') })).toBe('good');
        expect(await use(factors, { recoveryCode: first })).toBe('wrong');
        const both = await Promise.all([1, 2].map(async () => use(await inProcess(), { recoveryCode: second })));
        expect(both.filter(is => is === 'good')).toHaveLength(1);
        expect(JSON.stringify(await keyStore.secondFactor(account))).not.toContain(recovery[2]);
      });

      it('given it is removed, then there is none', async () => {
        const { factors, secret } = await setUp();
        await factors.remove(account);
        expect(await use(factors, { code: codeAt(secret) })).toBe('none');
      });
    });

    it('a secret is made once, for all who ask, and is kept', async () => {
      const asked = await Promise.all([keyStore.secret('one'), keyStore.secret('one'), keyStore.secret('other')]);
      const [first, second, other] = asked.map(secret => Buffer.from(secret).toString('hex'));
      expect(first).toMatch(/^[0-9a-f]{64}$/);
      expect(second).toBe(first);
      expect(other).not.toBe(first);
      await keyStore.close();
      keyStore = await open(directory.path);
      expect(Buffer.from(await keyStore.secret('one')).toString('hex')).toBe(first);
    });

    it('a credential is replaced, and its epoch rises each time it is set, at the same time too', async () => {
      const account = accountIdSchema.parse('msr.chen');
      expect(await keyStore.credential(account)).toBeUndefined();
      await keyStore.setCredential(account, 'hash-1');
      expect(await keyStore.credential(account)).toMatchObject({ hash: 'hash-1', epoch: 1 });
      await Promise.all(['a', 'b', 'c'].map(hash => keyStore.setCredential(account, hash)));
      expect((await keyStore.credential(account))?.epoch).toBe(4);
    });

    it('a reset code is kept with its reset, takes the place of the one before, and is taken once', async () => {
      const account = accountIdSchema.parse('msr.chen');
      expect(await keyStore.resetCode(account)).toBeUndefined();
      await keyStore.keepResetCode(account, { resetId: 'r-1', digest: 'a' });
      await keyStore.keepResetCode(account, { resetId: 'r-2', digest: 'b' });
      expect(await keyStore.resetCode(account)).toMatchObject({ resetId: 'r-2', digest: 'b' });
      expect(await keyStore.takeResetCode(account, 'a')).toBe(false);
      const taken = await Promise.all([1, 2, 3].map(() => keyStore.takeResetCode(account, 'b')));
      expect(taken.toSorted()).toEqual([false, false, true]);
      expect(await keyStore.resetCode(account)).toBeUndefined();
    });
  });
}
