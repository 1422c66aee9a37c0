// @ts-check
/** Signed notes, checkpoints and cosignatures (C2SP signed-note, tlog-checkpoint, tlog-cosignature). */
import { base64Of, bytesOfBase64, hexOf, joined, sameBytes, textOf, utf8 } from './bytes.js';
import { SUITES, sha256, verifiesEd25519 } from './suites.js';

/** @typedef {import('./suites.js').Suite} Suite */

/**
 * By which a note is checked.
 * @typedef {object} Key
 * @property {string} name
 * @property {string} id Hex of 4 bytes.
 * @property {Uint8Array} type What stands for the kind of signature: one byte, or 0xff and more.
 * @property {Uint8Array} publicKey
 */

/** @typedef {{ name: string, id: string, signature: Uint8Array }} Signature */
/** @typedef {{ text: string, signatures: readonly Signature[] }} Note */
/** @typedef {{ origin: string, size: number, root: Uint8Array, note: Note }} Checkpoint */

const COSIGNATURE = 0x04;

/**
 * @param {string} name
 * @param {Uint8Array} type
 * @param {Uint8Array} publicKey
 * @returns {Key}
 */
export function keyOf(name, type, publicKey) {
  const id = hexOf(sha256(joined(utf8(`${name}\n`), type, publicKey)).subarray(0, 4));
  return { name, id, type, publicKey };
}

/** @param {Key} key */
export const lineOfKey = ({ name, id, type, publicKey }) => `${name}+${id}+${base64Of(joined(type, publicKey))}`;

/**
 * The key of a verifier line (vkey).
 * @param {unknown} line
 * @returns {Key | undefined} Undefined for a line that is none, or of a kind that is not known here.
 */
export function keyOfLine(line) {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(String(line).trim()) ?? [];
  const bytes = bytesOfBase64(encoded);
  if (name === undefined || !bytes) return undefined;
  const types = [Uint8Array.of(COSIGNATURE), ...Object.values(SUITES).map(({ signatureType }) => signatureType)];
  const type = types.find(known => sameBytes(known, bytes.subarray(0, known.length)));
  const key = type && keyOf(name, type, bytes.subarray(type.length));
  return key?.id === id ? key : undefined;
}

/** @param {Key} key */
export const isWitness = key => key.type[0] === COSIGNATURE;

/**
 * @param {string} content
 * @returns {Note | undefined}
 */
export function noteOf(content) {
  const at = content.lastIndexOf('\n\n');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the specification forbids them.
  if (at < 0 || !content.endsWith('\n') || /[\u0000-\u0009\u000b-\u001f]/.test(content)) return undefined;
  const signatures = content
    .slice(at + 2, -1)
    .split('\n')
    .map(line => {
      const [, name, encoded] = /^\u2014 ([^\s+]+) (\S+)$/u.exec(line) ?? [];
      const bytes = bytesOfBase64(encoded);
      if (name === undefined || !bytes || bytes.length <= 4) return undefined;
      return { name, id: hexOf(bytes.subarray(0, 4)), signature: bytes.subarray(4) };
    });
  if (signatures.some(signature => !signature)) return undefined;
  return { text: content.slice(0, at + 1), signatures: /** @type {Signature[]} */ (signatures) };
}

/**
 * @param {Uint8Array} bytes
 * @returns {Checkpoint | undefined} Undefined for what is no checkpoint.
 */
export function checkpointOf(bytes) {
  let note;
  try {
    note = noteOf(textOf(bytes));
  } catch {
    return undefined;
  }
  if (!note) return undefined;
  const [origin, size, encoded, ...rest] = note.text.split('\n');
  const root = bytesOfBase64(encoded);
  if (!origin || !/^(0|[1-9]\d{0,14})$/.test(size ?? '') || root?.length !== 32 || rest.at(-1) !== '') return undefined;
  return { origin, size: Number(size), root, note };
}

/**
 * What a note says of a key: `absent` where no signature names it; one that names it and is not by it makes the note false.
 * @param {Note} note
 * @param {Key} key
 * @param {Suite} suite
 * @returns {Promise<'signed' | 'absent' | 'false'>}
 */
export async function signedBy({ text, signatures }, key, suite) {
  const named = signatures.filter(({ name, id }) => name === key.name && id === key.id);
  for (const { signature } of named) {
    if (!(await suite.verifies(key.publicKey, utf8(text), signature))) return 'false';
  }
  return named.length > 0 ? 'signed' : 'absent';
}

/**
 * When a witness cosigned a note, in seconds since 1970.
 * @param {Note} note
 * @param {Key} witness
 * @returns {Promise<number | 'absent' | 'false'>}
 */
export async function cosignedAt({ text, signatures }, witness) {
  const named = signatures.filter(({ name, id }) => name === witness.name && id === witness.id);
  /** @type {number | 'absent' | 'false'} */
  let at = 'absent';
  for (const { signature } of named) {
    if (signature.length !== 72) return 'false';
    const seconds = Number(new DataView(signature.buffer, signature.byteOffset).getBigUint64(0));
    const message = utf8(`cosignature/v1\ntime ${seconds}\n${text}`);
    if (!(await verifiesEd25519(witness.publicKey, message, signature.subarray(8)))) return 'false';
    at = seconds;
  }
  return at;
}
