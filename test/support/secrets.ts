/** The passwords and certificates that an installation makes for itself, where the programs that make them are. */
import { spawnSync } from 'node:child_process';
import { describe } from 'vitest';
import './machine.ts';

const PROGRAMS = [
  ['bash', '--version'],
  ['openssl', 'version'],
] as const;

/** Shows `suite` as skipped, loudly, where a program is missing that makes secrets. */
export function describeWithSecrets(name: string, suite: () => void): void {
  const missing = PROGRAMS.filter(([program, argument]) => spawnSync(program, [argument]).status !== 0);
  for (const [program] of missing) console.warn(`SKIPPED: ${program} is not installed, ${name}: not tested`);
  describe.skipIf(missing.length > 0)(name, suite);
}

/** Makes what is not there yet, in a directory that holds a folder for each reader. Throws with what was printed. */
export function makeSecrets(directory: string): void {
  const { status, stderr } = spawnSync('bash', ['infra/container/secrets.sh', directory], { encoding: 'utf8' });
  if (status !== 0 || stderr !== '') throw new Error(`secrets.sh ended with ${status}: ${stderr}`);
}
