/** The key of a witness: a file in its directory, PKCS #8 in PEM, and the name that goes with it. */
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder, writeDurably } from '../blobs/durable-files.ts';
import { cosignature, cosignedText } from '../ledger/checkpoint.ts';
import { ed25519FromPem, isKeyName, type NoteKey, SIGNATURE_TYPES, type Signature } from '../ledger/note.ts';
import { PRIVATE_FOLDER } from '../private-files.ts';

export interface WitnessKey {
  /** What clients know it by: a key of cosignatures. */
  readonly verifier: NoteKey;
  /** Over the text of a checkpoint, at a time in seconds since 1970. */
  cosign(text: string, seconds: number): Signature;
}

const FILE = 'witness.key';
const NAME_LINE = /^# (\S+)$/m;

/** Makes a key in a directory that has none. Throws RangeError for a name that no key may have, and where there is one. */
export async function makeWitnessKey(directory: string, name: string): Promise<WitnessKey> {
  if (!isKeyName(name))
    throw new RangeError(`名称不能为空，不能含空格和加号 (a name has neither spaces nor +): ${name}`);
  const path = join(directory, FILE);
  if (existsSync(path)) throw new RangeError(`${path} 已存在，不覆盖 (there is a key already, it stays)`);
  mkdirSync(directory, { recursive: true, mode: PRIVATE_FOLDER });
  const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });
  const half = `${path}.${process.pid}`;
  await writeDurably(half, `# ${name}\n${pem}`);
  await rename(half, path);
  await syncFolder(directory);
  return openWitnessKey(directory);
}

/** Throws RangeError where there is none. */
export function openWitnessKey(directory: string): WitnessKey {
  const path = join(directory, FILE);
  if (!existsSync(path)) throw new RangeError(`${path} 不存在，请先 init (no key there: init makes one)`);
  const text = readFileSync(path, 'utf8');
  const [, name = ''] = NAME_LINE.exec(text) ?? [];
  if (!isKeyName(name)) throw new RangeError(`${path} 首行应为“# 名称” (its first line is "# <name>")`);
  const { publicKey, sign } = ed25519FromPem(text.replace(NAME_LINE, ''));
  const verifier = { name, type: SIGNATURE_TYPES.cosignature, publicKey };
  return {
    verifier,
    cosign: (content, seconds) => cosignature(verifier, seconds, sign(cosignedText(content, seconds))),
  };
}
