/** Which key signs the ledger: introduced on the log, vouched for, changed by two persons. */
import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Position } from '../../events/ids.ts';
import { verifiesEd25519 } from '../../infra/ledger/note.ts';
import { configuredKeyring, pemSigner, publicKeyText } from '../../infra/ledger/signer.ts';
import { countsAt, introductionText, keyInPlace, keysOfLog, signerFor } from '../../infra/ledger/succession.ts';
import { SYSTEM } from '../../services/handle.ts';
import {
  confirmLedgerKeyRotation,
  introduceLedgerKey,
  orderLedgerKeyRotation,
} from '../../services/ledger/commands.ts';
import { SUP } from '../privacy/world.ts';
import { MSR } from '../support/given.ts';
import { LedgerWorld, newPem, ORIGIN, REASON } from './world.ts';

let house: LedgerWorld;
beforeEach(async () => {
  house = await LedgerWorld.open();
});
afterEach(() => house[Symbol.asyncDispose]());

const bytes = (text: string) => Buffer.from(text, 'base64');
const publicKeyOf = (pem: string) => publicKeyText(pemSigner(pem));

interface Introduced {
  readonly name: string;
  readonly publicKey: string;
  readonly suite: string;
  readonly proof: string;
  readonly predecessor?: { readonly publicKey: string; readonly proof?: string };
  readonly rotationId?: string;
}

const introductions = async () =>
  (await house.keyEvents())
    .filter(({ type }) => type === 'ledger.key-introduced')
    .map(({ data }) => data as Introduced);

/** Whether an introduction holds as a stranger checks it. */
function holds({ name, publicKey, suite, proof, predecessor }: Introduced): boolean {
  const text = introductionText({ name, publicKey, suite, predecessor: predecessor?.publicKey });
  const own = verifiesEd25519(bytes(publicKey), text, bytes(proof));
  if (!predecessor) return own;
  return own && verifiesEd25519(bytes(predecessor.publicKey), text, bytes(predecessor.proof ?? ''));
}

describe('the first key', () => {
  it('given none on the log, then the house makes one, keeps it, and introduces it with its own signature', async () => {
    expect(await keyInPlace(house.ports)).toBeUndefined();
    const [first, ...more] = await introductions();
    expect(more).toEqual([]);
    expect(first).toMatchObject({ name: ORIGIN, suite: 'ed25519' });
    expect(first && holds(first)).toBe(true);
    expect(first).not.toHaveProperty('predecessor');
    expect((await house.keyEvents())[0]?.meta).toMatchObject({ actor: SYSTEM, visibility: 'public' });
  });

  it('given it is introduced, then the same key is in place after a restart, and nothing more is recorded', async () => {
    const first = await house.inPlace();
    await house.world.restart();
    expect(await house.inPlace()).toBe(first);
    expect(await house.keyEvents()).toHaveLength(1);
  });

  it('given two processes at once, then one introduction is on the log', async () => {
    await Promise.all([keyInPlace(house.ports), keyInPlace(house.ports)]);
    expect(await house.keyEvents()).toHaveLength(1);
  });

  it('a checkpoint that ends before its introduction is not signed', async () => {
    await house.inPlace();
    const [event] = await house.keyEvents();
    const before = String(Number(event?.position) - 1) as Position;
    expect(await signerFor(house.ports, before)).toBeUndefined();
    expect(await signerFor(house.ports, event?.position as Position)).toBeDefined();
  });
});

describe('a key that is configured', () => {
  it('given no key yet, then it is the first', async () => {
    const pem = newPem();
    expect(await house.configured(pem).inPlace()).toBe(publicKeyOf(pem));
  });

  it('given another one with the one before it beside, then the old one vouches, and is retired', async () => {
    const [old, next] = [newPem(), newPem()];
    await house.configured(old).inPlace();
    expect(await keyInPlace(house.configured(next, old).ports)).toBeUndefined();
    const [, second] = await introductions();
    expect(second).toMatchObject({ publicKey: publicKeyOf(next), predecessor: { publicKey: publicKeyOf(old) } });
    expect(second && holds(second)).toBe(true);
    expect((await house.keyEvents()).map(({ type }) => type)).toEqual([
      'ledger.key-introduced',
      'ledger.key-introduced',
      'ledger.key-retired',
    ]);
    expect(await house.inPlace()).toBe(publicKeyOf(next));
  });

  it('given another one alone, then nothing is signed and nothing recorded', async () => {
    await house.configured(newPem()).inPlace();
    const other = newPem();
    await expect(house.configured(other).inPlace()).rejects.toThrow(/KeyRefused|须经两人指明/);
    expect(await house.keyEvents()).toHaveLength(1);
  });

  it('given two persons have named it, since the old one is lost, then it follows without its signature', async () => {
    const old = newPem();
    await house.configured(old).inPlace();
    const other = newPem();
    const rotationId = await house.ordered({ publicKey: publicKeyOf(other) });
    await expect(house.configured(other).inPlace()).rejects.toThrow('须经两人指明');
    await house.confirmed(rotationId);
    expect(await house.configured(other).inPlace()).toBe(publicKeyOf(other));
    expect((await introductions())[1]).toMatchObject({ rotationId, predecessor: { publicKey: publicKeyOf(old) } });
    expect((await introductions())[1]?.predecessor).not.toHaveProperty('proof');
  });

  it('given two persons have named another, then it is refused', async () => {
    await house.configured(newPem()).inPlace();
    await house.confirmed(await house.ordered({ publicKey: publicKeyOf(newPem()) }));
    await expect(house.configured(newPem()).inPlace()).rejects.toThrow('须经两人指明');
  });

  it('given a key that was retired, then it is not taken into use again', async () => {
    const [old, next] = [newPem(), newPem()];
    await house.configured(old).inPlace();
    await house.configured(next, old).inPlace();
    await expect(house.configured(old, next).inPlace()).rejects.toThrow('已启用过');
  });

  it.each([
    ['no key at all', 'nothing'],
    [
      'a key of another kind',
      generateKeyPairSync('ed448').privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
    ],
  ])('%s is refused at the start', (_what, pem) => {
    expect(() => configuredKeyring(pem)).toThrow(TypeError);
  });
});

describe('another origin than the log’s', () => {
  it('is refused: nothing is signed under another name', async () => {
    await house.inPlace();
    await expect(house.inPlace({ origin: 'quality.example.cn/ledger' })).rejects.toThrow('停止签名');
  });
});

describe('两人更换密钥 (two persons change the key)', () => {
  it('given an order alone, then the key stays', async () => {
    const first = await house.inPlace();
    await house.ordered();
    expect(await house.inPlace()).toBe(first);
  });

  it('given it is confirmed, then the next key is introduced by the one before, which is retired with the reason', async () => {
    const first = await house.inPlace();
    const rotationId = await house.ordered();
    await house.confirmed(rotationId);
    const second = await house.inPlace();
    expect(second).not.toBe(first);
    const [, next] = await introductions();
    expect(next).toMatchObject({ publicKey: second, rotationId, predecessor: { publicKey: first } });
    expect(next && holds(next)).toBe(true);
    expect((await house.keyEvents()).at(-1)).toMatchObject({
      type: 'ledger.key-retired',
      data: { publicKey: first, reason: REASON },
    });
    expect(await house.confirmedRotations()).toEqual([]);
    expect(await house.inPlace()).toBe(second);
  });

  it('given what tells of it is behind the log, then one order is carried out once', async () => {
    await house.inPlace();
    await house.confirmed(await house.ordered());
    const behind = await house.confirmedRotations();
    const second = await house.inPlace();
    expect(await house.inPlace({ confirmedRotations: async () => behind })).toBe(second);
    expect(await introductions()).toHaveLength(2);
  });

  it('then each key counts from its introduction on, and up to its retirement', async () => {
    await house.inPlace();
    await house.confirmed(await house.ordered());
    await house.inPlace();
    const [introduced, next, retired] = (await house.keyEvents()).map(({ position }) => position) as [
      Position,
      Position,
      Position,
    ];
    const [old, now] = await keysOfLog(house.world.store);
    const counts = (position: Position) => [old, now].map(key => key && countsAt(key, position));
    expect(counts(introduced)).toEqual([true, false]);
    expect(counts(next)).toEqual([true, true]);
    expect(counts(retired)).toEqual([false, true]);
  });

  it('the one who ordered it cannot confirm it, whichever account he uses', async () => {
    await house.inPlace();
    const rotationId = await house.ordered();
    expect(await house.world.refused(confirmLedgerKeyRotation, { rotationId }, MSR)).toMatchObject({
      code: 'role-not-allowed',
    });
    await house.world.account({ ...SUP, accountId: MSR.accountId });
    const asSupervisor = { ...SUP, accountId: MSR.accountId };
    expect(await house.world.refused(confirmLedgerKeyRotation, { rotationId }, asSupervisor)).toMatchObject({
      code: 'same-person',
      rule: { houseRule: 'two-persons' },
    });
  });

  it('what nobody has ordered is not there, and nobody but the authority orders', async () => {
    expect(await house.world.refused(confirmLedgerKeyRotation, { rotationId: 'none-here' }, SUP)).toMatchObject({
      code: 'not-found',
    });
    expect(await house.world.refused(orderLedgerKeyRotation, { reason: REASON }, SUP)).toMatchObject({
      kind: 'forbidden',
    });
  });

  it('a key that was in use cannot be named for the next', async () => {
    const publicKey = await house.inPlace();
    expect(await house.world.refused(orderLedgerKeyRotation, { reason: REASON, publicKey })).toMatchObject({
      code: 'key-used-before',
      rule: { houseRule: 'ledger' },
    });
  });

  it('to all others the introduction of a key is no command at all', async () => {
    const [key] = [publicKeyOf(newPem())];
    const input = { name: ORIGIN, publicKey: key, suite: 'ed25519', proof: 'a'.repeat(88), reason: REASON };
    expect(await house.world.refused(introduceLedgerKey, input, MSR)).toMatchObject({ code: 'not-found' });
  });
});

describe('what is backed up and moved', () => {
  it('the key is among the secrets of the key store', async () => {
    await house.inPlace();
    const names: string[] = [];
    for await (const kept of house.world.keyStore.contents()) if (kept.kind === 'secret') names.push(kept.id);
    expect(names).toContain('ledger-key-1');
  });
});
