/** The product's side of a witness: what he is sent, what is kept of his answers, and what is done when there is none. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseNote, signatureLine } from '../../infra/ledger/note.ts';
import { SqliteLedgerStore } from '../../infra/ledger/sqlite-store.ts';
import type { WitnessAddress } from '../../infra/ledger/witness-client.ts';
import { haveCosigned, witnessIdOf } from '../../infra/ledger/witnessing.ts';
import { temporaryDirectory } from '../support/log.ts';
import { newLogKey, SignedLog } from '../witness/log.ts';
import { ServedWitness } from '../witness/served.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let store: SqliteLedgerStore;
let log: SignedLog;
let served: ServedWitness;
let now: number;
let alarms: string[];

beforeEach(async () => {
  directory = temporaryDirectory();
  store = new SqliteLedgerStore(join(directory.path, 'ledger.db'));
  log = new SignedLog();
  served = await ServedWitness.open(join(directory.path, 'witness'), [log]);
  [now, alarms] = [Date.parse('2024-08-01T02:00:00Z'), []];
});
afterEach(async () => {
  await served[Symbol.asyncDispose]();
  await store.close();
  directory[Symbol.dispose]();
});

const witness = (of = served): WitnessAddress => ({ key: of.verifier, address: of.url });
const NOBODY = 'http://127.0.0.1:1';

function run({ witnesses = [witness()], of = log } = {}): Promise<void> {
  return haveCosigned({
    ledger: { consistency: async (old, size) => of.consistency(old, size) },
    store,
    witnesses,
    clock: { now: () => new Date(now).toISOString() },
    alarm: message => void alarms.push(message),
  });
}

/** The log grows, and its checkpoint is kept. */
async function checkpoint(events: number, milestone?: string): Promise<void> {
  log.grow(events);
  const signedAt = new Date(now).toISOString();
  await store.keep({ size: log.size, root: log.root(), note: log.note(), signedAt, ...(milestone && { milestone }) });
}

const standing = async (of = witness()) =>
  (await store.standings()).find(({ witness: id }) => id === witnessIdOf(of.key));
const cosignersOf = async (size: number) => {
  const note = parseNote((await store.covering(size))?.note ?? '');
  return note.signatures.map(({ name }) => name);
};

describe('a checkpoint is sent to each witness, and his cosignature stands in its note', () => {
  it('given a new checkpoint, then it is cosigned by him, and kept so', async () => {
    await checkpoint(10);
    await run();
    expect(await cosignersOf(10)).toEqual([log.origin, 'witness.example.cn']);
    expect(await standing()).toMatchObject({ state: 'cosigning', size: 10, cosignedAt: '2024-08-01T02:00:00.000Z' });
    await checkpoint(5);
    await run();
    expect(await cosignersOf(15)).toEqual([log.origin, 'witness.example.cn']);
    expect(alarms).toEqual([]);
  });

  it('given several were made meanwhile, then those of milestones and the newest are', async () => {
    for (const milestone of [undefined, 'work-plan.published', undefined, 'excellent-results.published', undefined])
      await checkpoint(3, milestone);
    await run();
    const cosigned = await Promise.all([3, 6, 9, 12, 15].map(async size => (await cosignersOf(size)).length === 2));
    expect(cosigned).toEqual([false, true, false, true, true]);
  });

  it('given nothing new, then he is not asked', async () => {
    await checkpoint(3);
    await run();
    await run({ witnesses: [{ ...witness(), address: NOBODY }] });
    expect((await standing())?.state).toBe('cosigning');
  });

  it('given two witnesses, then each cosigns, and one that is away holds the other up for nothing', async () => {
    await using second = await ServedWitness.open(join(directory.path, 'second'), [log]);
    const away = { key: newLogKey('away.example.cn').key, address: NOBODY };
    await checkpoint(3);
    await run({ witnesses: [away, witness(), witness(second)] });
    const { signatures } = parseNote((await store.newest())?.note ?? '');
    expect(signatures).toHaveLength(3);
    expect((await standing(away))?.state).toBe('away');
  });
});

describe('what a witness knows and we do not', () => {
  it('given we have lost what he cosigned last, then he is asked from the size that he names', async () => {
    await checkpoint(10);
    await served.submit(log.request(0));
    await checkpoint(5);
    await run();
    expect(await standing()).toMatchObject({ state: 'cosigning', size: 15 });
  });

  it('given he has cosigned, and we ended before we could keep it, then the next run has it, once', async () => {
    await checkpoint(10);
    const { cosign } = store;
    store.cosign = () => Promise.reject(new Error('killed'));
    await expect(run()).rejects.toThrow('killed');
    store.cosign = cosign;
    await run();
    served.now += 60_000;
    await store.stand({ witness: witnessIdOf(served.verifier), state: 'unasked', size: 0, since: '', askedAt: '' });
    await run();
    expect(await cosignersOf(10)).toEqual([log.origin, 'witness.example.cn']);
    expect((await standing())?.cosignedAt).toBe('2024-08-01T02:01:00.000Z');
  });

  it('given he has lost what he knew, then he begins with the next', async () => {
    await checkpoint(10);
    await run();
    await using fresh = await ServedWitness.open(join(directory.path, 'fresh'), [log]);
    await checkpoint(5);
    await run({ witnesses: [{ key: fresh.verifier, address: fresh.url }] });
    expect(fresh.store.latest(log.origin)?.size).toBe(15);
  });
});

describe('a witness who does not cosign', () => {
  it('given the log is not the one that he saw, then he refuses, an alarm tells, and it is asked no more from the next on', async () => {
    await checkpoint(10);
    await run();
    const rewritten = log.grow(5).rewritten(3);
    await store.keep({ size: 15, root: rewritten.root(), note: rewritten.note(), signedAt: '' });
    await run({ of: rewritten });
    expect(await standing()).toMatchObject({
      state: 'refusing',
      size: 10,
      reason: expect.stringMatching(/^422 拒绝联署/),
    });
    expect(alarms).toEqual([expect.stringMatching(/^见证人拒绝联署/)]);
    expect(await cosignersOf(15)).toEqual([log.origin]);
  });

  it('given our log is shorter than what he saw, then he refuses', async () => {
    await served.submit(new SignedLog(log.origin, log.keys).grow(20).request(0));
    await checkpoint(10);
    await run();
    expect(await standing()).toMatchObject({ state: 'refusing', reason: '409 20 > 10' });
    expect(served.store.alarms().map(({ misconduct }) => misconduct)).toEqual(['shrinking']);
  });

  it.each([
    ['the log', () => new SignedLog('other.example.cn')],
    ['its key', () => new SignedLog(log.origin, [newLogKey(log.origin)])],
  ])('given he was not told of %s, then that is what is told, and no fork', async (_what, other) => {
    log = other();
    await checkpoint(10);
    await run();
    expect((await standing())?.state).toBe('unacquainted');
    expect(alarms).toEqual([expect.stringMatching(/^见证人未登记/)]);
  });

  it('given he is away, then he is asked again ever more seldom, at least every five minutes, and all is cosigned when he is back', async () => {
    await checkpoint(10);
    const asked: number[] = [];
    const begun = now;
    for (; now < begun + 1_800_000; now += 10_000) {
      await run({ witnesses: [{ ...witness(), address: NOBODY }] });
      if ((await standing())?.askedAt === new Date(now).toISOString()) asked.push((now - begun) / 1_000);
    }
    expect(asked).toEqual([0, 10, 20, 40, 80, 160, 320, 620, 920, 1_220, 1_520]);
    now += 300_000;
    await run();
    expect(await standing()).toMatchObject({ state: 'cosigning', size: 10 });
    expect(await standing()).not.toHaveProperty('reason');
  });

  const forged = () => {
    const { name, keyId } = served.key.cosign('', 7);
    return signatureLine({ name, keyId, signature: Buffer.alloc(72, 7) });
  };

  it.each([
    ['a cosignature that is not by his key', 200, forged, /without a cosignature/],
    [
      'the cosignature of somebody else',
      200,
      () => signatureLine(newLogKey('other.example.cn').signatureOf(parseNote(log.note()).text)),
      /without/,
    ],
    ['no line at all', 200, () => '', /without a cosignature/],
    ['a conflict without a size', 409, () => 'no\n', /without the size/],
    ['a fault of his own', 500, () => 'sorry', /status 500/],
    ['more than anybody takes in', 200, () => 'x'.repeat(1_000_000), /more than 262144 bytes/],
  ])(
    'given he answers with %s, then nothing of it is kept, and he counts as away',
    async (_what, status, body, reason) => {
      const liar = createServer((_req, res) => void res.writeHead(status).end(body()));
      await new Promise<void>(resolve => liar.listen(0, '127.0.0.1', resolve));
      await checkpoint(10);
      await run({ witnesses: [{ ...witness(), address: `http://127.0.0.1:${(liar.address() as AddressInfo).port}` }] });
      liar.closeAllConnections();
      await new Promise(resolve => liar.close(resolve));
      expect(await standing()).toMatchObject({ state: 'away', reason: expect.stringMatching(reason) });
      expect(await cosignersOf(10)).toEqual([log.origin]);
    },
  );
});
