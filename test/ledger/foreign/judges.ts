/** Verifiers that others wrote, which `.ci/judges` makes ready: they judge what the ledger gives out, one case a line. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe } from 'vitest';
import '../../support/machine.ts';

/** What is to be judged; go/main.go says what its members are. Bytes are base64. */
export type Case =
  | { readonly kind: 'note'; readonly note: string; readonly keys: readonly string[] }
  | { readonly kind: 'tree'; readonly note: string; readonly keys: readonly string[]; readonly tiles: string }
  | { readonly kind: 'proof'; readonly text: string; readonly keys: readonly string[]; readonly entry: string }
  | {
      readonly kind: 'inclusion';
      readonly index: number;
      readonly entry: string;
      readonly size: number;
      readonly root: string;
      readonly proof: readonly string[];
    }
  | {
      readonly kind: 'consistency';
      readonly oldSize: number;
      readonly oldRoot: string;
      readonly size: number;
      readonly root: string;
      readonly proof: readonly string[];
    };

/** Of each case in order: `accepted`, or `refused: ` and why. */
export type Judge = (cases: readonly Case[]) => Promise<readonly string[]>;

const JUDGES = {
  JUDGE_GO: ['golang.org/x/mod/sumdb', []],
  JUDGE_PYTHON: ['aics-tlog', ['test/ledger/foreign/python/judge.py']],
} as const;

/** Runs `suite` for each judge that is there, and says loudly which is not. */
export function describeWithJudges(suite: (judge: Judge, name: string) => void): void {
  for (const variable of ['JUDGE_GO', 'JUDGE_PYTHON'] as const) {
    const [name, args] = JUDGES[variable];
    const program = process.env[variable];
    if (!program) console.warn(`SKIPPED: ${variable} is not set, ${name} does not judge the ledger`);
    describe.skipIf(!program)(`needs ${variable}: ${name}`, () => suite(judgeOf(program ?? '', args), name));
  }
}

function judgeOf(program: string, args: readonly string[]): Judge {
  return async cases => {
    const judge = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    judge.stdin.end(cases.map(one => `${JSON.stringify(one)}\n`).join(''));
    const [answers, [code]] = await Promise.all([text(judge.stdout), once(judge, 'exit')]);
    const verdicts = answers.split('\n').slice(0, -1);
    if (code !== 0 || verdicts.length !== cases.length) throw new Error(`the judge ended with ${code}: ${answers}`);
    return verdicts;
  };
}
