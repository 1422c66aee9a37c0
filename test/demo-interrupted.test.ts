/** Loading the demo year as operators meet it: a process that is told to stop or is killed, and a server that goes away. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { commandsByName, openSystem } from '../infra/compose/system.ts';
import { type DemoPorts, loadDemo } from '../infra/demo/load.ts';
import { Pace, Stopped } from '../infra/pace.ts';
import { InProcessServer } from './support/eventstoredb/server.ts';
import { temporaryDirectory } from './support/log.ts';

/** Whatever a test that fails leaves behind. */
const started: ChildProcess[] = [];
let data: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  data = temporaryDirectory();
});
afterEach(() => {
  for (const serving of started.splice(0)) serving.kill('SIGKILL');
  data[Symbol.dispose]();
});

const SOON = { timeout: 40_000, interval: 100 };

function isAlive(pid: number): boolean {
  try {
    // Dead, and not yet waited for by whoever inherits it.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

const childrenOf = ({ pid }: ChildProcess) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

/** `serve --demo` up to where its child shows how far it is, and that child. */
async function loading(): Promise<{ serving: ChildProcess; child: number; stderr: () => string }> {
  const serving = spawn(process.execPath, ['infra/gongguan.js', 'serve', '--demo'], {
    env: { PATH: process.env.PATH, GONGGUAN_DATA: data.path, PORT: '0' },
  });
  started.push(serving);
  let stderr = '';
  serving.stderr.on('data', text => (stderr += text));
  await vi.waitFor(() => expect(stderr).toContain('载入演示年度'), SOON);
  const [child] = childrenOf(serving);
  expect(child).toBeGreaterThan(0);
  return { serving, child: child as number, stderr: () => stderr };
}

describe.skipIf(process.platform !== 'linux')('a demo year that is being loaded', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)('ends with the service that loads it: %s', async signal => {
    const { serving, child, stderr } = await loading();
    const ended = once(serving, 'exit');
    serving.kill(signal);
    const [code] = await ended;
    await vi.waitFor(() => expect(isAlive(child)).toBe(false), SOON);
    if (signal === 'SIGKILL') return;
    expect(code).toBe(1);
    expect(stderr()).toMatch(/已按要求停止，再次执行即从中断处继续/);
    expect(stderr()).not.toMatch(/\n\s+at /);
  });
});

it('given an outage of the log, then the demo waits for it, repeats nothing, and stops when told', async () => {
  const server = await InProcessServer.start();
  const config = { dataDirectory: data.path, engines: { eventStoreDb: server.url }, namespace: 'test' };
  const system = await openSystem(config, { alarm: () => undefined });
  const told = new AbortController();
  const alarm = vi.fn();
  const ports: DemoPorts = {
    store: system.events,
    vault: system.vault,
    blobs: system.blobs,
    commands: commandsByName,
    directory: data.path,
    pace: new Pace({ most: 128, signal: told.signal, alarm }),
  };
  let done = 0;
  const loadingYear = loadDemo(ports, progress => (done = progress.done)).catch((error: unknown) => error);
  await vi.waitFor(() => expect(done).toBeGreaterThan(100), SOON);
  await server.stop();
  const before = done;
  await vi.waitFor(() => expect(alarm).toHaveBeenCalled(), SOON);
  await server.resume();
  await vi.waitFor(() => expect(done).toBeGreaterThan(before + 200), SOON);
  told.abort();
  expect(await loadingYear).toBeInstanceOf(Stopped);
  const events = await system.events.readAll('0' as never, 100_000);
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  await system.close();
  await server.close();
});
