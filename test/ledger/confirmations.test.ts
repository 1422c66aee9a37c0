/** Cosigning and time-stamping in a running installation: configuration, jobs, and what everybody and the operator see of it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readConfig } from '../../infra/config.ts';
import { isSignedBy, parseNote, signaturesBy, verifierLine } from '../../infra/ledger/note.ts';
import { type RunningProcess, startProcess } from '../../infra/main.ts';
import { confirmingJobs } from '../../infra/worker/confirming.ts';
import { newEvent, stream, temporaryDirectory } from '../support/log.ts';
import { newLogKey, SignedLog } from '../witness/log.ts';
import { ServedWitness } from '../witness/served.ts';
import { TimestampAuthority } from './authority.ts';
import { describeWithOpenssl } from './foreign/openssl.ts';

const ORIGIN = 'quality.example.cn/ledger';
const TOKEN = 'token-of-the-metrics-0123456789';
const key = newLogKey(ORIGIN);

let directory: ReturnType<typeof temporaryDirectory>;
let served: ServedWitness;
let authority: TimestampAuthority;
let running: RunningProcess;
let environment: Record<string, string>;

beforeEach(async () => {
  directory = temporaryDirectory();
  served = await ServedWitness.open(join(directory.path, 'witness'), [new SignedLog(ORIGIN, [key])]);
  mkdirSync(join(directory.path, 'authority'));
  authority = await TimestampAuthority.open(join(directory.path, 'authority'));
  environment = {
    GONGGUAN_DATA: join(directory.path, 'data'),
    GONGGUAN_LEDGER_ORIGIN: ORIGIN,
    GONGGUAN_WITNESSES: `${verifierLine(served.verifier)} ${served.url}/`,
    GONGGUAN_TIMESTAMP_URL: authority.url,
    METRICS_TOKEN: TOKEN,
    PORT: '0',
    LOG_LEVEL: 'silent',
  };
  running = await startProcess(readConfig(environment), { scheduling: false, projecting: 'here' });
});
afterEach(async () => {
  await running.close();
  await served[Symbol.asyncDispose]();
  await authority[Symbol.asyncDispose]();
  directory[Symbol.dispose]();
});

async function signedAt(size: number): Promise<void> {
  const { events, ledger, ledgerStore } = running.system;
  for (let at = await ledger.size(); at < size; at += 1)
    await events.append(stream(`s${at}`), -1, [newEvent(`command-${at}`)]);
  await expect.poll(() => ledger.size(), { timeout: 15_000, interval: 10 }).toBe(size);
  const root = await ledger.root(size);
  const note = new SignedLog(ORIGIN, [key]).note(size, root);
  await ledgerStore.keep({ size, root, note, signedAt: '2024-08-01T02:00:00.000Z', milestone: 'work-plan.published' });
}

/** The jobs, as the queue would run them. */
async function confirm(): Promise<void> {
  const { witnesses, timestampUrl } = readConfig(environment);
  const { ledger, ledgerStore: store, clock } = running.system;
  const ports = { ledger, store, clock, witnesses, timestampUrl, alarm: () => undefined };
  const job = { id: 'run', attempt: 1, progress: async () => undefined, signal: new AbortController().signal };
  for (const kind of confirmingJobs(ports)) await kind.run({}, job);
}

const witnesses = async () =>
  ((await (await fetch(`${running.url}/api/v1/ledger/witnesses`)).json()) as { items: object[] }).items;
async function metrics(): Promise<string> {
  const answer = await fetch(`${running.url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } });
  return answer.text();
}

describeWithOpenssl('a running installation', () => {
  it('given a checkpoint of a milestone, when the jobs run, then it is cosigned and time-stamped, and anybody sees who cosigned', async () => {
    expect(await witnesses()).toEqual([
      { name: 'witness.example.cn', key: verifierLine(served.verifier), state: 'unasked', size: 0 },
    ]);
    await signedAt(5);
    expect(await metrics()).toContain('gongguan_milestones_without_timestamp 1');
    await confirm();
    const kept = await running.system.ledger.checkpoint();
    const note = parseNote(kept?.note ?? '');
    expect(isSignedBy(key.key, note)).toBe(true);
    expect(signaturesBy(served.verifier, note)).toHaveLength(1);
    expect(authority.verify(kept?.timestamp as Uint8Array, note.text)).toMatch(/OK/);
    expect(await witnesses()).toMatchObject([{ state: 'cosigning', size: 5 }]);
    const told = await metrics();
    expect(told).toContain('gongguan_witness_size{witness="witness.example.cn"} 5');
    expect(told).toContain('gongguan_witness_refuses{witness="witness.example.cn"} 0');
    expect(told).toContain('gongguan_milestones_without_timestamp 0');
  });

  it('given a witness who refuses, then everybody is told so, with what he says, and the metrics show it', async () => {
    await served.submit(new SignedLog(ORIGIN, [key]).grow(3).request(0));
    await signedAt(5);
    await confirm();
    expect(await witnesses()).toMatchObject([{ state: 'refusing', size: 0, reason: expect.stringContaining('422') }]);
    expect(await metrics()).toContain('gongguan_witness_refuses{witness="witness.example.cn"} 1');
  });

  it('given a witness who is away, then nobody is told where he is reached', async () => {
    environment.GONGGUAN_WITNESSES = `${verifierLine(served.verifier)} http://127.0.0.1:1`;
    await signedAt(5);
    await confirm();
    const [view] = await witnesses();
    expect(view).toMatchObject({ state: 'away' });
    expect(view).not.toHaveProperty('reason');
  });
});
