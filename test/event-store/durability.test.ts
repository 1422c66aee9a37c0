/** Durability is counted, not read from a pragma: the system calls of a process that appends are traced. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../support/log.ts';
import '../support/machine.ts';

const APPENDS = 40;
const traceable = spawnSync('strace', ['-f', '-e', 'trace=fsync', 'true']).status === 0;
if (!traceable)
  console.warn('SKIPPED: strace is missing or may not trace, syncs are not counted: durability is not proved');

/** Syncs that a process makes which opens a log and appends `count` events, one after another unless told. */
function syncsOf(root: string, count: number, manner = ''): number {
  using directory = temporaryDirectory();
  const trace = `${directory.path}/trace`;
  const child = spawnSync(
    'strace',
    ['-f', '-e', 'trace=fsync,fdatasync', '-o', trace, process.execPath, '--import', './infra/typescript.js'].concat(
      `${root}/test/event-store/processes/append.ts`,
      directory.path,
      String(count),
      manner,
    ),
    { cwd: root, encoding: 'utf8' },
  );
  expect(child.stderr).toBe('');
  expect(child.stdout.trim()).toBe(String(count));
  return readFileSync(trace, 'utf8').match(/\bf(data)?sync\(/g)?.length ?? 0;
}

/** The program, but for the mode in which it opens databases. */
function plantSynchronous(root: string, mode: string): void {
  for (const layer of ['events', 'services', 'projections', 'infra', 'test/support', 'test/event-store/processes']) {
    cpSync(layer, `${root}/${layer}`, { recursive: true });
  }
  for (const file of ['package.json', 'tsconfig.json']) cpSync(file, `${root}/${file}`);
  if (!existsSync(`${root}/node_modules`)) symlinkSync(`${process.cwd()}/node_modules`, `${root}/node_modules`);
  const sound = readFileSync('infra/sqlite.ts', 'utf8');
  const weakened = sound.replace(/synchronous = .+;/, `synchronous = ${mode};`);
  expect(weakened).not.toBe(sound);
  writeFileSync(`${root}/infra/sqlite.ts`, weakened);
}

describe.runIf(traceable)('an append is acknowledged when it is on disk', () => {
  let planted: ReturnType<typeof temporaryDirectory>;
  beforeAll(() => {
    planted = temporaryDirectory();
  });
  afterAll(() => planted[Symbol.dispose]());

  it(`${APPENDS} appends one after another make at least ${APPENDS} syncs`, () => {
    const opening = syncsOf(process.cwd(), 0);
    expect(syncsOf(process.cwd(), APPENDS) - opening).toBeGreaterThanOrEqual(APPENDS);
  });

  it(`${APPENDS} writers together share a sync`, () => {
    const opening = syncsOf(process.cwd(), 0);
    expect(syncsOf(process.cwd(), APPENDS, 'together') - opening).toBeLessThan(APPENDS / 4);
  });

  it.each(['OFF', 'NORMAL'])('the count finds a planted synchronous = %s', mode => {
    plantSynchronous(planted.path, mode);
    expect(syncsOf(planted.path, APPENDS)).toBeLessThan(APPENDS);
  });
});
