/**
 * The attack that a witness is there for: whoever has the stores and the key of the log rewrites an event, makes the ledger
 * anew and signs it again. Everything of the installation is consistent then.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSystem, type System } from '../../infra/compose/system.ts';
import { parseCheckpoint } from '../../infra/ledger/checkpoint.ts';
import { TreeHash } from '../../infra/ledger/hashing.ts';
import { isSignedBy, type Note, parseNote } from '../../infra/ledger/note.ts';
import { entryOf, recordOf } from '../../infra/ledger/record.ts';
import { haveCosigned } from '../../infra/ledger/witnessing.ts';
import { openDatabase } from '../../infra/sqlite.ts';
import { verifyConsistency } from '../../infra/witness/proofs.ts';
import { newEvent, stream, temporaryDirectory } from '../support/log.ts';
import { type LogKey, newLogKey, SignedLog } from '../witness/log.ts';
import { ServedWitness } from '../witness/served.ts';
import { treeHash } from './rfc6962.ts';

const ORIGIN = 'quality.example.cn/ledger';
const AT = '2024-08-01T02:00:00.000Z';

let directory: ReturnType<typeof temporaryDirectory>;
let data: string;
let key: LogKey;
let system: System;
let served: ServedWitness;
let alarms: string[];

async function open(): Promise<void> {
  const config = { dataDirectory: data, engines: {}, namespace: 'test', ledgerOrigin: ORIGIN };
  system = await openSystem(config, { alarm: () => undefined, keepingLedger: 'here' });
  system.ledgerKeeper?.start();
}

beforeEach(async () => {
  [directory, alarms, key] = [temporaryDirectory(), [], newLogKey(ORIGIN)];
  data = join(directory.path, 'data');
  served = await ServedWitness.open(join(directory.path, 'witness'), [new SignedLog(ORIGIN, [key])]);
  await open();
});
afterEach(async () => {
  await system.close();
  await served[Symbol.asyncDispose]();
  directory[Symbol.dispose]();
});

const grownTo = (size: number) => expect.poll(() => system.ledger.size(), { timeout: 15_000, interval: 10 }).toBe(size);

/** What the installation does all day: events come, and the ledger follows. */
async function record(name: string, count: number): Promise<void> {
  const size = (await system.ledger.size()) + count;
  for (let at = 0; at < count; at += 1)
    await system.events.append(stream(name), at - 1, [newEvent(`${name}-${at}`, { kind: '会议', detail: '通过' })]);
  await grownTo(size);
}

/** With the real key, over what the ledger holds. */
async function sign(size: number): Promise<void> {
  const root = await system.ledger.root(size);
  const note = new SignedLog(ORIGIN, [key]).note(size, root);
  await system.ledgerStore.keep({ size, root, note, signedAt: AT, milestone: 'work-plan.published' });
}

async function send(): Promise<string | undefined> {
  await haveCosigned({
    ledger: system.ledger,
    store: system.ledgerStore,
    witnesses: [{ key: served.verifier, address: served.url }],
    clock: { now: () => AT },
    alarm: message => void alarms.push(message),
  });
  return (await system.ledgerStore.standings())[0]?.state;
}

/** In the file, past all that guards it; then everything that is derived from it is made anew. */
async function rewrite(position: number): Promise<void> {
  await system.close();
  const database = openDatabase(join(data, 'events.db'), { synchronous: 'FULL' });
  database.exec('DROP TRIGGER events_are_never_changed');
  const { changes } = database
    .prepare(`UPDATE events SET data = replace(data, '通过', '否决') WHERE position = ?`)
    .run(position);
  database.close();
  expect(changes).toBe(1);
  for (const name of ['ledger.db', 'ledger.db-wal', 'ledger.db-shm']) rmSync(join(data, name), { force: true });
  await open();
  await grownTo(40);
}

const checkpointNotes = async (): Promise<readonly Note[]> =>
  (await system.ledgerStore.checkpoints()).map(({ note }) => parseNote(note));

describe('an operator rewrites the log and signs it again', () => {
  it('given all is made anew with the real key, then everything of the installation is consistent, and the witness refuses and keeps the proof', async () => {
    await record('honest', 40);
    await sign(40);
    expect(await send()).toBe('cosigning');
    const honest = served.store.latest(ORIGIN);

    await rewrite(17);
    await record('later', 10);
    await sign(40);
    await sign(50);

    // Whoever has the installation alone finds nothing: the tree is that of the log, each checkpoint signed by its key, the two consistent.
    const all = await system.events.readAll('0' as never, 1_000);
    const entries = all.map(event => Uint8Array.from(entryOf(recordOf(event, system.ledger.saltsOf(event.id)))));
    expect(Buffer.from(await system.ledger.root(50))).toEqual(treeHash(entries));
    const notes = await checkpointNotes();
    expect(notes.map(note => isSignedBy(key.key, note))).toEqual([true, true]);
    const [older, newer] = notes.map(({ text }) => parseCheckpoint(text));
    const proof = await system.ledger.consistency(40, 50);
    expect(verifyConsistency(new TreeHash('sha256'), older as never, newer as never, proof)).toBe(true);

    expect(await send()).toBe('refusing');
    expect(alarms).toEqual([expect.stringMatching(/^见证人拒绝联署/)]);
    const [evidence] = served.store.alarms();
    expect(evidence).toMatchObject({ misconduct: 'fork', origin: ORIGIN, size: 40, cosigned: honest?.note });
    const request = Buffer.from(evidence?.request ?? []).toString();
    const forged = parseNote(request.slice(request.indexOf('\n\n') + 2));
    // Two roots of the same events, each with the signature of the log: nobody can deny it.
    for (const note of [forged, parseNote(honest?.note ?? '')]) expect(isSignedBy(key.key, note)).toBe(true);
    expect(parseCheckpoint(forged.text).root).not.toEqual(parseCheckpoint(parseNote(honest?.note ?? '').text).root);
    expect(served.store.latest(ORIGIN)).toEqual(honest);
  });

  it('given he signs only the newest anew, then the witness refuses that', async () => {
    await record('honest', 40);
    await sign(40);
    await send();
    await rewrite(17);
    await record('later', 10);
    await sign(50);
    expect(await send()).toBe('refusing');
    expect(served.store.alarms()).toMatchObject([{ misconduct: 'inconsistent', size: 50 }]);
  });

  it('given nothing was rewritten, when the ledger is made anew, then the witness goes on cosigning', async () => {
    await record('honest', 40);
    await sign(40);
    await send();
    await system.close();
    for (const name of ['ledger.db', 'ledger.db-wal', 'ledger.db-shm']) rmSync(join(data, name), { force: true });
    await open();
    await grownTo(40);
    await record('later', 10);
    await sign(50);
    expect(await send()).toBe('cosigning');
    expect(served.store.alarms()).toEqual([]);
  });
});
