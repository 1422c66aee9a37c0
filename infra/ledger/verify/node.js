// @ts-check
/** The verifier on bare Node: `node verify.mjs <bundle.zip> [--checkpoint FILE] [--key VKEY] [--witness VKEY]`. */
import { verifyBundle } from './bundle.js';
import { isWitness, keyOfLine } from './notes.js';
import { reportOf } from './verdict.js';

const USAGE = `用法 usage: node verify.mjs <bundle.zip> [--checkpoint FILE]... [--key VKEY]... [--witness VKEY]...
  --checkpoint  另处得到的检查点 (a checkpoint from elsewhere)
  --key         台账的签名密钥 (the key of the log, as a vkey)
  --witness     见证人的密钥，其联署不可缺 (the key of a witness, who must have cosigned)
`;

/** @type {Readonly<Record<import('./verdict.js').Verdict['outcome'], number>>} */
export const EXIT_CODES = { whole: 0, unfinished: 2, violated: 3 };
const WRONG_USAGE = 2;

/** @typedef {import('./zip.js').Source} Source */

/**
 * A file of the disk. Throws what the file system says.
 * @param {string} path
 * @returns {Promise<Source & { close: () => Promise<void> }>}
 */
export async function sourceOfFile(path) {
  const { open } = await import('node:fs/promises');
  const file = await open(path, 'r');
  const { size } = await file.stat();
  const CHUNK = 1 << 18;
  const bytes = async (/** @type {number} */ start, /** @type {number} */ end) => {
    const buffer = new Uint8Array(end - start);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
    return buffer.subarray(0, bytesRead);
  };
  return {
    size,
    bytes,
    stream(start, end) {
      let at = start;
      return new ReadableStream({
        async pull(controller) {
          if (at >= end) return controller.close();
          const piece = await bytes(at, Math.min(end, at + CHUNK));
          at = piece.length === 0 ? end : at + piece.length;
          if (piece.length > 0) controller.enqueue(piece);
          else controller.close();
        },
      });
    },
    close: () => file.close(),
  };
}

/**
 * Keys of verifier lines. Throws RangeError for a line that is none, or of another kind.
 * @param {readonly string[]} lines
 * @param {boolean} ofWitnesses
 */
export function keysOfLines(lines, ofWitnesses) {
  return lines.map(line => {
    const key = keyOfLine(line);
    if (!key || isWitness(key) !== ofWitnesses) throw new RangeError(`不是所要的密钥 (no such key): ${line}`);
    return key;
  });
}

/**
 * @param {readonly string[]} args
 * @returns {Promise<number>} The exit code.
 */
async function main(args) {
  const [{ parseArgs }, { readFile }] = await Promise.all([import('node:util'), import('node:fs/promises')]);
  let source;
  let asked;
  try {
    const many = /** @type {const} */ ({ type: 'string', multiple: true });
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { checkpoint: many, key: many, witness: many },
    });
    if (positionals.length !== 1) throw new RangeError('one bundle');
    asked = {
      checkpoints: await Promise.all((values.checkpoint ?? []).map(path => readFile(path))),
      keys: keysOfLines(values.key ?? [], false),
      witnesses: keysOfLines(values.witness ?? [], true),
    };
    source = await sourceOfFile(String(positionals[0]));
  } catch (error) {
    process.stderr.write(`${/** @type {Error} */ (error).message}\n${USAGE}`);
    return WRONG_USAGE;
  }
  try {
    const verdict = await verifyBundle(source, asked);
    process.stdout.write(reportOf(verdict));
    return EXIT_CODES[verdict.outcome];
  } finally {
    await source.close();
  }
}

/** Whether the script was started by itself, not as a part of something else. */
const isStarted = globalThis.process?.argv?.[1]?.endsWith('verify.mjs');
if (isStarted) process.exitCode = await main(process.argv.slice(2));
