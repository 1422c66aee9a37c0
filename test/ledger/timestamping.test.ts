/** RFC 3161: checkpoints of milestones are time-stamped from outside, and OpenSSL accepts what is kept. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { parseNote } from '../../infra/ledger/note.ts';
import { SqliteLedgerStore } from '../../infra/ledger/sqlite-store.ts';
import { haveTimestamped } from '../../infra/ledger/timestamping.ts';
import { temporaryDirectory } from '../support/log.ts';
import { SignedLog } from '../witness/log.ts';
import { TimestampAuthority } from './authority.ts';
import { describeWithOpenssl } from './foreign/openssl.ts';

const places = temporaryDirectory();
let authority: TimestampAuthority;
let store: SqliteLedgerStore;
let alarms: { error: string }[];
let number = 0;
const log = new SignedLog().grow(20);

beforeAll(async () => {
  authority = await TimestampAuthority.open(places.path);
});
afterAll(async () => {
  await authority[Symbol.asyncDispose]();
  places[Symbol.dispose]();
});
beforeEach(() => {
  number += 1;
  const directory = join(places.path, String(number));
  mkdirSync(directory);
  store = new SqliteLedgerStore(join(directory, 'ledger.db'));
  [alarms, authority.asked, authority.instead] = [[], 0, undefined];
});
afterEach(() => store.close());

const checkpoint = (size: number, milestone?: string) =>
  store.keep({ size, root: log.root(size), note: log.note(size), signedAt: '', ...(milestone && { milestone }) });
const run = (timestampUrl: string | undefined = authority.url) =>
  haveTimestamped({ store, timestampUrl, alarm: (_message, details) => alarms.push(details as { error: string }) });
const stampOf = async (size: number) => (await store.covering(size))?.timestamp;
const textOf = (size: number) => parseNote(log.note(size)).text;

describeWithOpenssl('the checkpoint of a milestone is time-stamped', () => {
  it('given milestones and others, then each milestone has a time stamp that OpenSSL accepts for its text, and for no other', async () => {
    await checkpoint(5, 'work-plan.published');
    await checkpoint(6);
    await checkpoint(9, 'excellent-results.published');
    await checkpoint(12);
    await run();
    expect(alarms).toEqual([]);
    for (const size of [5, 9]) {
      const kept = (await stampOf(size)) as Uint8Array;
      expect(authority.verify(kept, textOf(size))).toMatch(/Verification: OK/);
      expect(() => authority.verify(kept, textOf(size + 1))).toThrow();
    }
    expect([await stampOf(6), await stampOf(12)]).toEqual([undefined, undefined]);
  });

  it('given it has one, then no other is asked for', async () => {
    await checkpoint(5, 'work-plan.published');
    await run();
    await run();
    expect(authority.asked).toBe(1);
  });

  it('given no authority is configured, then none is asked', async () => {
    await checkpoint(5, 'work-plan.published');
    await haveTimestamped({ store, timestampUrl: undefined, alarm: () => undefined });
    expect(authority.asked).toBe(0);
  });

  it('given the authority is away, then nothing is held up, and the next run asks again', async () => {
    await checkpoint(5, 'work-plan.published');
    await run('http://127.0.0.1:1/tsa');
    expect(alarms).toHaveLength(1);
    expect(await stampOf(5)).toBeUndefined();
    await run();
    expect(authority.verify((await stampOf(5)) as Uint8Array, textOf(5))).toMatch(/OK/);
  });
});

describeWithOpenssl('what is no answer to what was asked is not kept', () => {
  const ok = (body: Buffer) => ({ status: 200, body });
  const other = () => authority.answer(authority.queryOf('another text'));
  /** A true time stamp over the same text, asked for by somebody else. */
  const replayed = () => authority.answer(authority.queryOf(textOf(5)));

  it.each([
    ['a time stamp of something else', () => ok(other()), /something else/],
    ['an answer to another request over the same text', () => ok(replayed()), /another request/],
    ['a refusal', () => ok(authority.answer(Buffer.from('3003020101', 'hex'))), /refused: status 2/],
    ['an answer that is cut off', (_query: Buffer, answer: Buffer) => ok(answer.subarray(0, 100)), /no time stamp/],
    ['an empty answer', () => ok(Buffer.alloc(0)), /no time stamp/],
    ['words', () => ok(Buffer.from('<html>sorry</html>')), /no time stamp/],
    ['a status of failure', () => ({ status: 503, body: Buffer.alloc(0) }), /status 503/],
  ])('given %s, then the checkpoint has none', async (_what, instead, reason) => {
    authority.instead = instead;
    await checkpoint(5, 'work-plan.published');
    await run();
    expect(alarms.map(({ error }) => error)).toEqual([expect.stringMatching(reason)]);
    expect(await stampOf(5)).toBeUndefined();
  });
});
