/** The suite `sm` in a house: its tree, its keys, and that neither is mixed with the other suite. */
import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { parseCheckpoint } from '../../infra/ledger/checkpoint.ts';
import { TreeHash } from '../../infra/ledger/hashing.ts';
import { isSignedBy, parseNote, parseVerifierLine } from '../../infra/ledger/note.ts';
import { entryOf, recordOf } from '../../infra/ledger/record.ts';
import { configuredKeyring, pemSigner, publicKeyText } from '../../infra/ledger/signer.ts';
import { sm2OfSecret } from '../../infra/ledger/sm2.ts';
import { introductionText, KeyRefused, keyInPlace, keysOfLog } from '../../infra/ledger/succession.ts';
import { verifiesSm2 } from '../../infra/ledger/verify/sm2.js';
import { sm3 } from '../../infra/ledger/verify/sm3.js';
import { SYSTEM } from '../../services/handle.ts';
import { introduceLedgerKey } from '../../services/ledger/commands.ts';
import { openSite } from '../http/authorisation-site.ts';
import { control } from '../support/controls.ts';
import { temporaryDirectory } from '../support/log.ts';
import { SmallLog } from './foreign/small-log.ts';
import { isSignedWith, SigningHouse } from './signing-house.ts';
import { LedgerWorld, newPem, ORIGIN, REASON } from './world.ts';

/** As `openssl genpkey -algorithm SM2` writes it. */
function sm2Pem(seed: number): string {
  const secret = Buffer.alloc(32, seed);
  const der = Buffer.concat([
    Buffer.from('308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420', 'hex'),
    secret,
    Buffer.from('a144034200', 'hex'),
    sm2OfSecret(secret).publicKey.subarray(-65),
  ]);
  return `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`;
}

const bytes = (text: string) => Buffer.from(text, 'base64');
const verifies = (publicKey: string, text: string, signature: string) =>
  verifiesSm2(sm3, bytes(publicKey), Buffer.from(text), bytes(signature));

interface Introduced {
  readonly name: string;
  readonly publicKey: string;
  readonly suite: string;
  readonly proof: string;
  readonly predecessor?: { readonly publicKey: string; readonly proof: string };
}

let house: LedgerWorld | undefined;
afterEach(async () => {
  await house?.[Symbol.asyncDispose]();
  house = undefined;
});

async function introductions({ keyEvents }: Pick<LedgerWorld, 'keyEvents'>): Promise<readonly Introduced[]> {
  const events = await keyEvents();
  return events.filter(({ type }) => type === 'ledger.key-introduced').map(({ data }) => data as Introduced);
}

describe('keys of the suite sm', () => {
  it('given none on the log, then the house makes one of SM2, and introduces it with its own signature', async () => {
    house = await LedgerWorld.open('sm');
    const publicKey = await house.inPlace();
    const [{ name, suite, proof }] = (await introductions({ keyEvents: () => (house as LedgerWorld).keyEvents() })) as [
      Introduced,
    ];
    expect({ name, suite }).toEqual({ name: ORIGIN, suite: 'sm' });
    expect(verifies(publicKey, introductionText({ name, suite, publicKey }), proof)).toBe(true);
  });

  it('given two persons have changed it, then the next is of SM2 too, and the one before has signed for it', async () => {
    house = await LedgerWorld.open('sm');
    const first = await house.inPlace();
    await house.confirmed(await house.ordered());
    const second = await house.inPlace();
    expect(second).not.toBe(first);
    const [, next] = (await introductions({ keyEvents: () => (house as LedgerWorld).keyEvents() })) as [
      Introduced,
      Introduced,
    ];
    const text = introductionText({ ...next, predecessor: first });
    expect(next.suite).toBe('sm');
    expect(verifies(first, text, next.predecessor?.proof ?? '')).toBe(true);
    expect(verifies(second, text, next.proof)).toBe(true);
  });

  it('given a key of SM2 in PEM is configured, then it signs', async () => {
    house = (await LedgerWorld.open('sm')).configured(sm2Pem(9));
    expect(await house.inPlace()).toBe(publicKeyText(pemSigner(sm2Pem(9))));
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const other = privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
    expect(() => configuredKeyring(other)).toThrow(TypeError);
  });

  it.each([
    ['sm', 'ed25519', newPem],
    ['ed25519', 'sm', () => sm2Pem(9)],
  ] as const)(
    'given a ledger of %s, when a key of %s is configured, then nothing is introduced',
    async (suite, _other, pem) => {
      house = (await LedgerWorld.open(suite)).configured(pem());
      await expect(keyInPlace(house.ports)).rejects.toThrow(KeyRefused);
      expect(await house.keyEvents()).toEqual([]);
    },
  );

  it('given a key on the log, when one of another suite is to follow it, then it is refused', async () => {
    house = await LedgerWorld.open('sm');
    const publicKey = await house.inPlace();
    const other = pemSigner(newPem());
    const input = {
      name: ORIGIN,
      suite: other.suite,
      publicKey: publicKeyText(other),
      proof: Buffer.alloc(64).toString('base64'),
      predecessor: { publicKey, proof: Buffer.alloc(64).toString('base64') },
      reason: REASON,
    };
    const request = { actor: SYSTEM, commandId: 'c', requestDigest: 'd', correlationId: 'c' };
    const outcome = await house.world.handle(introduceLedgerKey, input, request);
    expect(outcome).toMatchObject({ rejected: true, code: 'other-suite' });
    expect(await keysOfLog(house.world.store)).toHaveLength(1);
  });
});

describe('a ledger of the suite sm', () => {
  it('given events, then the checkpoint is over their tree of SM3, and signed with SM2', async () => {
    await using signing = await SigningHouse.open('sm');
    const { world } = signing.house;
    await signing.house.ordered();
    signing.start();
    await signing.signed();
    const checkpoint = await signing.signed();
    const events = await world.store.readAll('0' as never, 1_000);
    const entries = events.map(event => entryOf(recordOf(event, signing.ledger.saltsOf(event.id), 'sm3'), 'sm3'));
    expect(Buffer.from(checkpoint.root)).toEqual(new SmallLog(new TreeHash('sm3'), entries).root(entries.length));
    const [key] = await keysOfLog(world.store);
    expect(isSignedWith(key?.publicKey ?? '', checkpoint, 'sm')).toBe(true);
  });
});

describe('a process', () => {
  const directory = temporaryDirectory();
  const environment = (suite?: string) => ({
    GONGGUAN_DATA: directory.path,
    ...(suite && { GONGGUAN_LEDGER_SUITE: suite }),
  });
  afterEach(() => directory[Symbol.dispose]());

  it('given sm is configured, then it serves such a ledger, keeps it without being told, and does not start with another', async () => {
    const checkpointOf = async (url: string) => {
      const [checkpoint, keys] = await Promise.all(
        ['checkpoint', 'keys'].map(async name => (await fetch(`${url}/api/v1/ledger/${name}`)).text()),
      );
      const note = parseNote(checkpoint as string);
      const [{ vkey }] = JSON.parse(keys as string).keys;
      return { size: parseCheckpoint(note.text).size, isSigned: isSignedBy(parseVerifierLine(vkey), note) };
    };
    // Before a key is on the log another suite may have been taken for granted.
    const before = await openSite({ environment: environment() });
    for (let at = 0; at < 300; at += 1) await before.append('fillers', [control('organising-work.recorded')]);
    await before.settled();
    await before.close();
    for (const suite of ['sm', undefined]) {
      const site = await openSite({ now: '2024-12-28T02:00:00.000Z', signing: true, environment: environment(suite) });
      await expect
        .poll(() => checkpointOf(site.url).catch(String), { timeout: 20_000 })
        .toMatchObject({ isSigned: true });
      await site.close();
    }
    await expect(openSite({ environment: environment('ed25519') })).rejects.toThrow('GONGGUAN_LEDGER_SUITE');
  });
});
