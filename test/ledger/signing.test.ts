/** Checkpoints as the ledger grows: when they are signed, by which key, and when none is. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseCheckpoint } from '../../infra/ledger/checkpoint.ts';
import { parseNote } from '../../infra/ledger/note.ts';
import { pemSigner } from '../../infra/ledger/signer.ts';
import { keysOfLog, signerFor } from '../../infra/ledger/succession.ts';
import { isSignedWith, SigningHouse } from './signing-house.ts';
import { newPem, ORIGIN } from './world.ts';

let signing: SigningHouse;
beforeEach(async () => {
  signing = await SigningHouse.open();
});
afterEach(() => signing[Symbol.asyncDispose]());

const NEVER = { everyEvents: 1_000_000, everyMs: 86_400_000 };
const keysNow = () => keysOfLog(signing.house.world.store);
const happened = (name: Parameters<typeof signing.house.world.happened>[0]) => signing.house.world.happened(name);
const ROOT_OF_ANOTHER = Buffer.alloc(32, 1);

/** A checkpoint that somebody else has kept. */
const planted = (size: number, root: Uint8Array = ROOT_OF_ANOTHER) =>
  signing.store.keep({ size, root, note: 'planted', signedAt: signing.house.world.now });

describe('a log that grows', () => {
  it('is signed for with the key that it names, which stands within the first checkpoint', async () => {
    signing.start();
    const checkpoint = await signing.signed();
    const [key] = await keysNow();
    const { text } = parseNote(checkpoint.note);
    expect(parseCheckpoint(text)).toEqual({
      origin: ORIGIN,
      size: checkpoint.size,
      root: Buffer.from(await signing.ledger.root(checkpoint.size)),
    });
    expect(isSignedWith(key?.publicKey ?? '', checkpoint)).toBe(true);
    expect(await signing.ledger.indexOf(key?.introduced.position as never)).toBeLessThan(checkpoint.size);
  });

  it('given more comes, then it is signed for again', async () => {
    signing.start();
    const { size } = await signing.signed();
    await happened('reminder.sent');
    expect((await signing.signed()).size).toBe(size + 1);
  });

  it('given a milestone, then it is signed for at once, and says so; what else comes waits', async () => {
    signing.start();
    const { size } = await signing.signed();
    await signing.stop();
    signing.start({ policy: NEVER });
    await happened('reminder.sent');
    await signing.signed();
    await happened('reminder.sent');
    expect(await signing.grown()).toBe(size + 2);
    expect((await signing.ledger.checkpoint())?.size).toBe(size + 1);
    await happened('work-plan.published');
    expect(await signing.signed()).toMatchObject({ size: size + 3, milestone: 'work-plan.published' });
  });

  it('given so many events, then it is signed for though the time has not come', async () => {
    signing.start({ policy: { everyEvents: 3, everyMs: 86_400_000 } });
    const { size } = await signing.signed();
    await happened('reminder.sent');
    await happened('reminder.sent');
    await signing.grown();
    expect((await signing.ledger.checkpoint())?.size).toBe(size);
    await happened('reminder.sent');
    expect((await signing.signed()).size).toBe(size + 3);
  });
});

describe('a process that starts again', () => {
  it('signs for the milestones that were left unsigned', async () => {
    signing.start();
    await signing.signed();
    await signing.stop();
    await happened('scoring.opened');
    await happened('reminder.sent');
    signing.start({ policy: NEVER });
    expect(await signing.signed()).toMatchObject({ milestone: 'scoring.opened' });
  });

  it('given nothing has come, then it signs nothing', async () => {
    signing.start();
    const before = await signing.signed();
    await signing.stop();
    signing.house.world.now = '2025-01-11T02:00:00.000Z';
    signing.start();
    await happened('reminder.sent');
    await signing.signed();
    expect(await signing.store.checkpointsAbove(0)).toMatchObject([
      { size: before.size, signedAt: before.signedAt },
      { size: before.size + 1 },
    ]);
  });
});

describe('a key that is changed', () => {
  it('signs the checkpoints after its introduction; those before keep the signature they have', async () => {
    signing.start();
    const before = await signing.signed();
    await signing.house.confirmed(await signing.house.ordered());
    const after = await signing.signed();
    const [old, next] = (await keysNow()).map(({ publicKey }) => publicKey) as [string, string];
    expect([isSignedWith(old, before), isSignedWith(next, before)]).toEqual([true, false]);
    expect([isSignedWith(old, after), isSignedWith(next, after)]).toEqual([false, true]);
  });

  it('given one that nobody vouches for, then nothing is signed until two persons have named it', async () => {
    signing.start();
    const { size } = await signing.signed();
    await signing.stop();
    const pem = newPem();
    const publicKey = Buffer.from(pemSigner(pem).publicKey).toString('base64');
    signing.house.configured(pem);
    signing.start();
    await happened('work-plan.published');
    await signing.alarmed('须经两人指明');
    expect((await signing.ledger.checkpoint())?.size).toBe(size);
    await signing.house.confirmed(await signing.house.ordered({ publicKey }));
    expect(isSignedWith(publicKey, await signing.signed())).toBe(true);
  });
});

describe('nothing is signed', () => {
  beforeEach(async () => {
    signing.start();
    await signing.signed();
    await signing.stop();
    await happened('work-plan.published');
  });

  const unsigned = async () => {
    const sizes = (await signing.store.checkpointsAbove(0)).filter(({ note }) => note !== 'planted');
    expect(sizes).toHaveLength(1);
  };

  it('over a log that denies the last event of the ledger', async () => {
    const { store: log } = signing.house.world;
    const holds = async () => false;
    signing.start({ log: { onAppend: log.onAppend.bind(log), readAll: log.readAll.bind(log), holds } });
    await signing.alarmed('the log holds no event');
    await unsigned();
  });

  it('by a process that has halted over a contradiction', async () => {
    const { keeper } = signing.ports;
    signing.start({ keeper: { onGrown: listener => keeper.onGrown(listener), state: () => 'halted' } });
    await signing.grown();
    await unsigned();
  });

  it('when what was signed before is not the beginning of the ledger', async () => {
    await planted(2);
    const newest = async () => (await signing.store.covering(2)) as never;
    signing.start({ store: portsOf({ newest }) });
    await signing.alarmed('are not those that were signed for');
    await unsigned();
  });

  it('when more was signed for than the ledger has', async () => {
    await planted(1_000);
    signing.start();
    await signing.grown();
    await unsigned();
  });

  it('when there is a checkpoint of this size with another root', async () => {
    signing.start({ store: portsOf({ keep: async () => false, covering: async (size: number) => another(size) }) });
    await signing.alarmed('another root was signed for');
    await unsigned();
  });

  it('with what is no signature of the key', async () => {
    const signerOf = (position: never) => signerFor(signing.house.ports, position);
    signing.start({
      signerFor: async position => {
        const signer = await signerOf(position as never);
        return signer && { ...signer, sign: async () => Buffer.alloc(64) };
      },
    });
    await signing.alarmed('a signature of another key');
    await unsigned();
  });

  it('twice for one size: a process that was second leaves the first one’s as it is', async () => {
    signing.start();
    const { size, note } = await signing.signed();
    await signing.stop();
    expect(await planted(size)).toBe(false);
    expect((await signing.ledger.checkpoint())?.note).toBe(note);
  });
});

const another = async (size: number) => ({ size, root: ROOT_OF_ANOTHER, note: 'planted', signedAt: '' });

/** The store with some answers planted. */
function portsOf(planted: object) {
  const { store } = signing;
  return {
    frontier: () => store.frontier(),
    newest: () => store.newest(),
    covering: (size: number) => store.covering(size),
    keep: (checkpoint: never) => store.keep(checkpoint),
    ...planted,
  };
}
