/**
 * A running installation and its witness, from end to end: the house makes its key and signs, the witness cosigns, everybody
 * is served both. Then its operator rewrites an event and starts it again: it makes its ledger anew, and signs all of it with
 * its real key.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readConfig } from '../../infra/config.ts';
import { parseCheckpoint } from '../../infra/ledger/checkpoint.ts';
import {
  isSignedBy,
  type Note,
  parseNote,
  parseVerifierLine,
  signaturesBy,
  verifierLine,
} from '../../infra/ledger/note.ts';
import { type RunningProcess, startProcess } from '../../infra/main.ts';
import { openDatabase } from '../../infra/sqlite.ts';
import { cosignNow } from '../../infra/worker/confirming.ts';
import { rotateNow } from '../../infra/worker/rotating.ts';
import { newEvent, stream, temporaryDirectory } from '../support/log.ts';
import { ServedWitness } from '../witness/served.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let data: string;
let served: ServedWitness;
let running: RunningProcess;

async function start(): Promise<void> {
  const environment = {
    GONGGUAN_DATA: data,
    GONGGUAN_WITNESSES: `${verifierLine(served.verifier)} ${served.url}`,
    PORT: '0',
    LOG_LEVEL: 'silent',
  };
  running = await startProcess(readConfig(environment), { projecting: 'here' });
}

beforeEach(async () => {
  directory = temporaryDirectory();
  data = join(directory.path, 'data');
  served = await ServedWitness.open(join(directory.path, 'witness'));
  await start();
});
afterEach(async () => {
  await running.close();
  await served[Symbol.asyncDispose]();
  directory[Symbol.dispose]();
});

const asked = async (path: string) => (await fetch(`${running.url}/api/v1/ledger/${path}`)).text();
const eventually = <T>(read: () => Promise<T>) => expect.poll(read, { timeout: 30_000, interval: 50 });

async function record(name: string, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1)
    await running.system.events.append(stream(name), at - 1, [
      newEvent(`${name}-${at}`, { kind: '会议', detail: '通过' }),
    ]);
}

/** The newest checkpoint, as everybody is served it. */
async function checkpoint(): Promise<{ readonly note: Note; readonly size: number; readonly root: Uint8Array }> {
  const note = parseNote(await asked('checkpoint'));
  return { note, ...parseCheckpoint(note.text) };
}

const sizeSigned = () =>
  checkpoint().then(
    ({ size }) => size,
    () => 0,
  );

let runs = 0;
async function stateOfWitness(): Promise<string> {
  runs += 1;
  await cosignNow(running.system.jobs, `run ${runs}`);
  const { items } = JSON.parse(await asked('witnesses'));
  return `${items[0].state} ${items[0].size}`;
}

it('given an event is rewritten and all is signed anew with the real key of the house, then its witness refuses and keeps the proof', async () => {
  await record('honest', 40);
  await rotateNow(running.system.jobs, 'first key');
  await eventually(sizeSigned).toBe(41);
  const { keys } = JSON.parse(await asked('keys'));
  const key = parseVerifierLine(keys[0].vkey);
  served.store.trust(key.name, key, '2024-01-01T00:00:00.000Z');
  await eventually(stateOfWitness).toBe('cosigning 41');
  const honest = await checkpoint();
  expect(signaturesBy(served.verifier, honest.note)).toHaveLength(1);

  await running.close();
  const database = openDatabase(join(data, 'events.db'), { synchronous: 'FULL' });
  database.exec('DROP TRIGGER events_are_never_changed');
  database.exec(`UPDATE events SET data = replace(data, '通过', '否决') WHERE position = 17`);
  database.close();
  for (const name of ['ledger.db', 'ledger.db-wal', 'ledger.db-shm']) rmSync(join(data, name), { force: true });
  await start();

  await eventually(sizeSigned).toBe(41);
  const forged = await checkpoint();
  for (const { note } of [honest, forged]) expect(isSignedBy(key, note)).toBe(true);
  expect(forged.root).not.toEqual(honest.root);
  await eventually(stateOfWitness).toBe('refusing 0');
  expect(signaturesBy(served.verifier, (await checkpoint()).note)).toEqual([]);
  const [evidence] = served.store.alarms();
  expect(evidence).toMatchObject({ misconduct: 'fork', size: 41 });
  expect(Buffer.from(evidence?.request ?? []).toString()).toContain(forged.note.text);
  expect(evidence?.cosigned).toContain(honest.note.text);
});
