/** A disk that fails as it is told to, under a process of its own: `.ci/faults.c` says how. */
import { spawnSync } from 'node:child_process';
import { openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import './machine.ts';

const SOURCE = fileURLToPath(new URL('../../.ci/faults.c', import.meta.url));
/** What the library maps of the file that tells it. */
const PAGE = 4_096;

/** Of errno(3). */
export const ERRNO = { EIO: 5, ENOSPC: 28, EROFS: 30 } as const;

/** Whether this machine can serve tests of a failing disk; says loudly when it cannot. */
export function canFail(): boolean {
  const able = process.platform === 'linux' && spawnSync('gcc', ['--version']).status === 0;
  if (!able) console.warn('SKIPPED: gcc is missing, a failing disk is not tested');
  return able;
}

export interface FailingDisk {
  /** For the process whose disk it is. */
  readonly environment: Readonly<Record<string, string>>;
  /** From now on; each a line as `.ci/faults.c` reads them. */
  fail(...faults: readonly string[]): void;
  heal(): void;
}

/** Keeps its files in a directory that must not be among those that are to fail. */
export function failingDisk(directory: string): FailingDisk {
  const library = join(directory, 'faults.so');
  const built = spawnSync('gcc', ['-shared', '-fPIC', '-O1', '-o', library, SOURCE, '-ldl'], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(built.stderr);
  const path = join(directory, 'faults');
  writeFileSync(path, Buffer.alloc(PAGE));
  const file = openSync(path, 'r+');
  const fail = (...faults: readonly string[]) => {
    const page = Buffer.alloc(PAGE);
    page.write(faults.map(fault => `${fault}\n`).join(''));
    writeSync(file, page, 0, PAGE, 0);
  };
  return { environment: { LD_PRELOAD: library, FAULTS: path }, fail, heal: () => fail() };
}
