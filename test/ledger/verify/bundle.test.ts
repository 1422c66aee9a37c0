/** The verifier of bundles on everything that somebody may do to one. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyBundle } from '../../../infra/ledger/verify/bundle.js';
import { keysOfLines } from '../../../infra/ledger/verify/node.js';
import { verifierScript } from '../../../infra/ledger/verify/script.ts';
import { temporaryDirectory } from '../../support/log.ts';
import { bundle, bundleFiles, plainEvents, sha256 } from './plain-bundle.ts';
import { type Case, cases } from './tampering.ts';

const all = cases();

/** A file that lies in memory. */
function sourceOf(content: Uint8Array) {
  const bytes = async (start: number, end: number) => content.subarray(start, end);
  const stream = (start: number, end: number) => new Blob([content.slice(start, end)]).stream();
  return { size: content.length, bytes, stream };
}

function verdictOf({ bundle: content, checkpoint, key, witness }: Case) {
  return verifyBundle(sourceOf(content), {
    ...(checkpoint && { checkpoints: [Buffer.from(checkpoint)] }),
    ...(key && { keys: keysOfLines([key], false) }),
    ...(witness && { witnesses: keysOfLines([witness], true) }),
  });
}

describe('a bundle is verified', () => {
  it.each(all)('given $name was changed, then the verdict is $outcome, and names $index', async asked => {
    const { outcome, first, steps } = await verdictOf(asked);
    expect({ outcome, index: first?.index, before: first?.before }).toEqual({
      outcome: asked.outcome,
      index: asked.index,
      before: asked.before,
    });
    expect(steps.some(step => step.outcome === 'failed')).toBe(outcome === 'violated');
  });

  it('given a bit of any byte of the events flipped, then it is found', async () => {
    const files = bundleFiles({ events: plainEvents(40) });
    const content = files.get('events.ndjson') as Buffer;
    const missed: number[] = [];
    for (let at = 0; at < content.length; at += 1 + (at % 61)) {
      const flipped = Buffer.from(content);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      const asked = {
        name: '',
        outcome: 'violated' as const,
        bundle: bundle(new Map(files).set('events.ndjson', flipped)),
      };
      if ((await verdictOf(asked)).outcome !== 'violated') missed.push(at);
    }
    // A position is this store's own number and in no hash: it is judged by its order alone.
    const text = content.toString('latin1');
    expect(missed.filter(at => !/"position":"\d*$/.test(text.slice(Math.max(0, at - 20), at)))).toEqual([]);
  });

  it('given a bit of any byte of the zip flipped, then the verdict is never another than whole or violated', async () => {
    const content = bundle(bundleFiles({ events: plainEvents(12), others: [8] }));
    const whole: number[] = [];
    for (let at = 0; at < content.length; at += 1 + (at % 37)) {
      const flipped = Buffer.from(content);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      const { outcome } = await verdictOf({ name: '', outcome: 'whole', bundle: flipped });
      if (outcome === 'whole') whole.push(at);
    }
    // What no reader of the zip goes by: times, versions, the second name of a size.
    expect(whole.length).toBeLessThan(content.length / 50);
  });
});

describe('the script on bare Node', () => {
  const directory = temporaryDirectory();
  const script = join(directory.path, 'verify.mjs');
  beforeAll(() => writeFileSync(script, verifierScript()));
  afterAll(() => directory[Symbol.dispose]());

  const run = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });

  it.each(all.filter((_, at) => at % 6 === 0))('given $name was changed, then it says the same', asked => {
    const [file, note] = [join(directory.path, 'bundle.zip'), join(directory.path, 'checkpoint')];
    writeFileSync(file, asked.bundle);
    writeFileSync(note, asked.checkpoint ?? '');
    const options = [
      ...(asked.checkpoint ? ['--checkpoint', note] : []),
      ...(asked.key ? ['--key', asked.key] : []),
      ...(asked.witness ? ['--witness', asked.witness] : []),
    ];
    const { status, stdout } = run(file, ...options);
    expect(status).toBe(asked.outcome === 'whole' ? 0 : 3);
    if (asked.index !== undefined) expect(stdout.split('\n')[0]).toContain(String(asked.index));
  });

  it.each([[[]], [['--nothing']], [['absent.zip']], [['a.zip', 'b.zip']], [['a.zip', '--key', 'x']]])(
    'given %j, then it says how it is used and exits with 2',
    args => {
      const { status, stderr } = run(...args);
      expect(status).toBe(2);
      expect(stderr).toContain('verify.mjs');
    },
  );
});

describe('the verifier stands alone', () => {
  const directory = 'infra/ledger/verify';
  const sources = readdirSync(directory).map(name => ({ name, text: readFileSync(join(directory, name), 'utf8') }));

  /** Imports that lead out of the directory; what a script loads when it runs on Node is Node's own. */
  const leaving = (text: string) =>
    [...text.matchAll(/(?:^import [^']*|import\()'([^']+)'/gm)]
      .map(([, path = '']) => path)
      .filter(path => !/^(\.\/|node:)/.test(path));

  it('imports nothing of the ledger, nor anything else', () => {
    expect(sources.length).toBeGreaterThan(10);
    expect(sources.flatMap(({ name, text }) => leaving(text).map(path => `${name}: ${path}`))).toEqual([]);
  });

  it('finds a planted import', () => {
    expect(leaving("import { recordOf } from '../record.ts';")).toEqual(['../record.ts']);
  });

  it('given its own SHA-256, then it is that of everybody else, at every length', async () => {
    const { Sha256 } = await import('../../../infra/ledger/verify/sha256.js');
    for (let length = 0; length < 300; length += 1) {
      const bytes = Buffer.alloc(length, length);
      const digest = new Sha256()
        .update(bytes.subarray(0, length % 70))
        .update(bytes.subarray(length % 70))
        .digest();
      expect(Buffer.from(digest).toString('hex')).toBe(sha256(bytes).toString('hex'));
    }
  });
});
