/** OpenSSL's program, as a judge of signatures. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import '../../support/machine.ts';

/** Runs `suite`, or shows it as skipped, loudly, where the program is missing. */
export function describeWithOpenssl(name: string, suite: () => void): void {
  const isMissing = spawnSync('openssl', ['version']).status !== 0;
  if (isMissing) console.warn(`SKIPPED: openssl is not installed, ${name}: not tested`);
  describe.skipIf(isMissing)(name, suite);
}

/** Runs `openssl` with files of these contents in a directory of its own. */
export function openssl(args: readonly string[], files: Readonly<Record<string, string | Uint8Array>> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'gongguan-openssl-'));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
    return spawnSync('openssl', args, { cwd: directory });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
