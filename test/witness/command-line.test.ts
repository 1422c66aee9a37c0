/** The witness as a supervising body runs it: a process of its own, with a directory of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseVerifierLine, SIGNATURE_TYPES, verifierLine } from '../../infra/ledger/note.ts';
import { gongguan } from '../support/command-line.ts';
import { temporaryDirectory } from '../support/log.ts';
import { SignedLog } from './log.ts';

let root: ReturnType<typeof temporaryDirectory>;
let directory: string;
const log = new SignedLog().grow(10);
const keyLine = verifierLine(log.keys[0]?.key as never);

beforeEach(() => {
  root = temporaryDirectory();
  directory = join(root.path, 'witness');
});
afterEach(() => root[Symbol.dispose]());

const witness = (...args: string[]) => gongguan(['witness', ...args, '--directory', directory]);

async function serve() {
  const process_ = spawn(process.execPath, [
    'infra/gongguan.js',
    'witness',
    'serve',
    '--port',
    '0',
    '--directory',
    directory,
  ]);
  let written = '';
  const url = await new Promise<string>((resolve, reject) => {
    process_.stdout.setEncoding('utf8').on('data', text => {
      written += text;
      const address = /http:\/\/\S+/.exec(written)?.[0];
      if (address) resolve(address);
    });
    process_.once('close', () => reject(new Error('it ended')));
  });
  const submit = (body: Uint8Array) =>
    fetch(`${url}/add-checkpoint`, { method: 'POST', body: body as Uint8Array<ArrayBuffer> });
  return {
    submit,
    written: () => written,
    async end(signal: NodeJS.Signals) {
      process_.kill(signal);
      await once(process_, 'close');
    },
  };
}

describe('npx gongguan witness', () => {
  it('given a directory of its own, then its whole life: key, log, cosignature, kill, fork, alarm, reason', async () => {
    const made = await witness('init', 'witness.example.cn');
    const verifier = parseVerifierLine(made.stdout);
    expect(verifier).toMatchObject({ name: 'witness.example.cn', type: SIGNATURE_TYPES.cosignature });
    expect((await witness('trust', log.origin, keyLine)).code).toBe(0);

    const first = await serve();
    expect((await first.submit(log.request(0))).status).toBe(200);
    await first.end('SIGKILL');
    const again = await serve();
    expect((await again.submit(log.rewritten(3).request(10))).status).toBe(422);
    await again.end('SIGTERM');
    expect(again.written()).toContain('账本分叉');

    const status = await witness('status');
    expect(status.code).toBe(3);
    expect(status.stdout).toContain('警报 alarm 1');
    expect(status.stdout).toContain(`${made.stdout.trim()}\n`);
    const evidence = (await witness('evidence', '1')).stdout;
    for (const note of [log.note(), log.rewritten(3).note()]) expect(evidence).toContain(note.split('\n')[2]);
    expect((await witness('acknowledge', '1', '查明：备份误恢复')).code).toBe(0);
    expect((await witness('status', '--silent-after', '1')).code).toBe(0);
    expect((await witness('status', '--silent-after', '0')).code).toBe(4);
    expect(readdirSync(directory).filter(name => statSync(join(directory, name)).mode & 0o077)).toEqual([]);
  });

  it('given a key is there, then it is not replaced; and what is no key of a log is refused', async () => {
    const made = await witness('init', 'witness.example.cn');
    const second = await witness('init', 'other.example.cn');
    expect([second.code, second.stderr]).toEqual([1, expect.stringContaining('已存在，不覆盖')]);
    const refused = await witness('trust', log.origin, made.stdout.trim());
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('不是账本的核验行')]);
    expect((await witness('status', '--silent-after', 'soon')).code).toBe(1);
  });

  it('given there is no key, then it says what to do first', async () => {
    const refused = await witness('status');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('请先 init')]);
  });
});
