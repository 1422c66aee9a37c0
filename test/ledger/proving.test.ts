/** A proof that is checked on the spot: it holds for what was entered, and says which step fails for what was not. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import { openSystem, type System } from '../../infra/compose/system.ts';
import type { Ledger } from '../../infra/ledger/ledger.ts';
import { checkedProofOf } from '../../infra/ledger/proving.ts';
import { newEvent, stream, temporaryDirectory } from '../support/log.ts';
import { type LogKey, newLogKey, SignedLog } from '../witness/log.ts';

const ORIGIN = 'quality.example.cn/ledger';
const AT = '2024-08-01T02:00:00.000Z';
const key = newLogKey(ORIGIN);
const SIZE = 20;

let directory: ReturnType<typeof temporaryDirectory>;
let system: System;
let events: readonly RecordedEvent[];

const keyOf = ({ key: { publicKey } }: LogKey) => ({
  name: ORIGIN,
  publicKey: Buffer.from(publicKey).toString('base64'),
  suite: 'ed25519',
  introduced: { position: '1', at: AT },
});

beforeEach(async () => {
  directory = temporaryDirectory();
  const config = { dataDirectory: directory.path, engines: {}, namespace: 'test', ledgerOrigin: ORIGIN };
  system = await openSystem(config, { alarm: () => undefined, keepingLedger: 'here' });
  system.ledgerKeeper?.start();
  for (let at = 0; at < SIZE; at += 1)
    await system.events.append(stream('a'), at - 1, [newEvent(`a-${at}`, { kind: '会议', detail: '通过' })]);
  await expect.poll(() => system.ledger.size(), { timeout: 15_000, interval: 10 }).toBe(SIZE);
  const root = await system.ledger.root(SIZE);
  const note = new SignedLog(ORIGIN, [key]).note(SIZE, root);
  await system.ledgerStore.keep({ size: SIZE, root, note, signedAt: AT, milestone: 'work-plan.published' });
  events = await system.events.readAll('0' as never, 100);
});
afterEach(async () => {
  await system.close();
  directory[Symbol.dispose]();
});

/** The ledger with some answers of its own. */
function lying(changed: Partial<Ledger>): Ledger {
  const get = (ledger: Ledger, name: keyof Ledger) => {
    const part = changed[name] ?? ledger[name];
    return typeof part === 'function' ? part.bind(ledger) : part;
  };
  return new Proxy(system.ledger, { get: (ledger, name) => get(ledger, name as keyof Ledger) });
}

const judged = (event: RecordedEvent, changed: Partial<Ledger> = {}, known = key) =>
  checkedProofOf(event, {
    ledger: lying(changed),
    keys: async () => [keyOf(known) as never],
    witnessKeys: [],
  });
const outcomes = async (...asked: Parameters<typeof judged>) =>
  (await judged(...asked)).steps.map(({ outcome }) => outcome);

describe('a proof on the spot', () => {
  it('holds for every event that a checkpoint covers', async () => {
    for (const event of events) expect(await judged(event)).toMatchObject({ outcome: 'proved', size: SIZE });
  });

  it('given other bytes than were entered (planted), then the content and the path fail', async () => {
    const [event] = events as [RecordedEvent];
    const altered = { ...event, dataText: event.dataText.replace('通过', '否决') };
    expect(await outcomes(altered)).toEqual(['failed', 'failed', 'passed']);
  });

  it('given a path with a wrong hash (planted), then the path fails', async () => {
    const [event] = events as [RecordedEvent];
    const inclusion: Ledger['inclusion'] = async (index, size) => {
      const [first, ...others] = await system.ledger.inclusion(index, size);
      return [Uint8Array.from(first as Uint8Array, byte => byte ^ 1), ...others];
    };
    expect(await outcomes(event, { inclusion })).toEqual(['passed', 'failed', 'passed']);
  });

  it('given a checkpoint by a key that is not of the log (planted), then the signature fails', async () => {
    const [event] = events as [RecordedEvent];
    expect(await outcomes(event, {}, newLogKey(ORIGIN))).toEqual(['passed', 'passed', 'failed']);
  });

  it('given an event that no checkpoint covers yet, then it says so', async () => {
    const covering: Ledger['covering'] = async () => undefined;
    expect(await judged(events[0] as RecordedEvent, { covering })).toMatchObject({ outcome: 'uncovered', steps: [] });
  });
});
