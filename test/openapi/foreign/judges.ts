/** Programs that others wrote, which `.ci/judges` makes ready: they judge the document of the API, and the API by it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe } from 'vitest';
import '../../support/machine.ts';

const PROGRAMS = {
  JUDGE_OPENAPI: 'a folder with redocly, openapi-typescript and tsc',
  JUDGE_CLIENTS: 'a folder with Python, openapi-python-client and schemathesis',
} as const;

export interface Ran {
  readonly code: number | null;
  /** Both that it wrote to standard output and to standard error. */
  readonly said: string;
}

/** Runs a program of the folder with arguments, as a process of its own. */
export type Run = (program: string, args: readonly string[], cwd?: string) => Promise<Ran>;

/** Runs `suite` where the programs are, and says loudly where they are not. */
export function describeWithPrograms(variable: keyof typeof PROGRAMS, suite: (run: Run) => void): void {
  const folder = process.env[variable];
  if (!folder) console.warn(`SKIPPED: ${variable} is not set: ${PROGRAMS[variable]} does not judge the API`);
  describe.skipIf(!folder)(`needs ${variable}`, () => suite(runFrom(folder ?? '')));
}

function runFrom(folder: string): Run {
  return async (program, args, cwd = process.cwd()) => {
    const child = spawn(`${folder}/${program}`, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const [said, complained, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    return { code, said: `${said}${complained}` };
  };
}
