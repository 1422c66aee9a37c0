/** verify: a bundle, or what is stored here, recomputed and judged. */
import { readFile } from 'node:fs/promises';
import { thenEnd } from '../compose/closing.ts';
import { openStored } from '../compose/stored.ts';
import { readConfig } from '../config.ts';
import { verifyBundle } from '../ledger/verify/bundle.js';
import { verifyLive } from '../ledger/verify/live.ts';
import { EXIT_CODES, keysOfLines, sourceOfFile } from '../ledger/verify/node.js';
import { reportOf, type Verdict } from '../ledger/verify/verdict.js';
import { faultSentence } from './fault.ts';
import { alarm } from './opened.ts';
import { withProgress } from './progress-bar.ts';

export interface FromOutside {
  /** Files with checkpoints. */
  readonly checkpoint: readonly string[];
  /** Verifier lines. */
  readonly key: readonly string[];
  readonly witness: readonly string[];
}

const PROGRESS = '核验 verifying {bar} {percentage}% | {value}/{total} 事件 events';

/** Prints the verdict; the exit code is 0 for whole, 2 for a wrong or impossible request, 3 where integrity is violated. */
export async function verify(bundle: string | undefined, { checkpoint, key, witness }: FromOutside): Promise<void> {
  let verdict: Verdict;
  try {
    const asked = {
      checkpoints: await Promise.all(checkpoint.map(path => readFile(path))),
      keys: keysOfLines(key, false),
      witnesses: keysOfLines(witness, true),
    };
    verdict = await withProgress(PROGRESS, onProgress =>
      bundle === undefined ? verifyHere({ ...asked, onProgress }) : verifyFile(bundle, { ...asked, onProgress }),
    );
  } catch (error) {
    const sentence = faultSentence(error) ?? sentenceOfFile(error);
    if (sentence === undefined) throw error;
    console.error(sentence);
    process.exitCode = EXIT_CODES.unfinished;
    return;
  }
  process.stdout.write(reportOf(verdict));
  process.exitCode = EXIT_CODES[verdict.outcome];
}

type Asked = NonNullable<Parameters<typeof verifyLive>[1]>;

async function verifyFile(path: string, asked: Asked): Promise<Verdict> {
  const source = await sourceOfFile(path);
  return thenEnd(
    () => verifyBundle(source, asked),
    () => source.close(),
  );
}

async function verifyHere(asked: Asked): Promise<Verdict> {
  const stored = await openStored(readConfig(process.env), alarm);
  return thenEnd(
    () => verifyLive(stored, asked),
    () => stored.close(),
  );
}

/** A file that cannot be read. */
function sentenceOfFile(error: unknown): string | undefined {
  return error instanceof Error && 'syscall' in error ? `无法读取 (cannot be read)：${error.message}` : undefined;
}
