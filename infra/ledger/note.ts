/** Signed notes (C2SP signed-note): a text, and lines that sign it. */
import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';
import { verifiesSm2 } from './sm2.ts';

/** How a signature was made, by the byte that stands for it in the key id; 0xff is followed by the algorithm. */
export const SIGNATURE_TYPES = { ed25519: 0x01, cosignature: 0x04, sm: 0xff } as const;

/** A public key by which notes are checked. */
export interface NoteKey {
  /** Without spaces and `+`. */
  readonly name: string;
  /** One of {@link SIGNATURE_TYPES}, or another's. */
  readonly type: number;
  /** 32 bytes of an Ed25519 key, or the algorithm and a point ({@link verifiesSm2}). */
  readonly publicKey: Uint8Array;
}

export interface Signature {
  readonly name: string;
  /** 4 bytes. */
  readonly keyId: Buffer;
  readonly signature: Buffer;
}

export interface Note {
  /** With its last LF. */
  readonly text: string;
  readonly signatures: readonly Signature[];
}

const KEY_ID_BYTES = 4;
const DASH = '\u2014';

/** The text is no note. */
export class MalformedNote extends Error {
  constructor(reason: string) {
    super(`no signed note: ${reason}`);
    this.name = 'MalformedNote';
  }
}

export function keyIdOf({ name, type, publicKey }: NoteKey): Buffer {
  const bytes = Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(type), publicKey]);
  return Buffer.from(hash('sha256', bytes, 'hex'), 'hex').subarray(0, KEY_ID_BYTES);
}

/** A key in one line, as verifiers take it: `<name>+<key id>+<type and key>`. */
export function verifierLine(key: NoteKey): string {
  return `${key.name}+${keyIdOf(key).toString('hex')}+${Buffer.concat([Buffer.of(key.type), key.publicKey]).toString('base64')}`;
}

/** Throws {@link MalformedNote} for a line that is not one. */
export function parseVerifierLine(line: string): NoteKey {
  const [name = '', id = '', ...rest] = line.trim().split('+');
  // A `+` may stand in base64.
  const bytes = Buffer.from(rest.join('+'), 'base64');
  const [type] = bytes;
  if (!isKeyName(name) || type === undefined) throw new MalformedNote(`${line} is no key`);
  const key = { name, type, publicKey: bytes.subarray(1) };
  if (keyIdOf(key).toString('hex') !== id) throw new MalformedNote(`the id of the key ${line} is another`);
  return key;
}

export function isKeyName(name: string): boolean {
  return name !== '' && !/[\s+\p{Z}]/u.test(name);
}

/** Reads a note. Throws {@link MalformedNote}. */
export function parseNote(content: string): Note {
  const at = content.lastIndexOf('\n\n');
  if (at < 0 || !content.endsWith('\n')) throw new MalformedNote('no empty line before the signatures');
  const text = content.slice(0, at + 1);
  const lines = content.slice(at + 2, -1).split('\n');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the specification forbids them.
  if (/[\u0000-\u0009\u000b-\u001f]/.test(content)) throw new MalformedNote('control characters');
  return { text, signatures: lines.map(signatureOf) };
}

function signatureOf(line: string): Signature {
  const [dash, name, encoded, ...rest] = line.split(' ');
  const bytes = Buffer.from(encoded ?? '', 'base64');
  const isSignature = dash === DASH && name !== undefined && isKeyName(name) && rest.length === 0;
  if (!isSignature || bytes.length <= KEY_ID_BYTES) throw new MalformedNote(`no signature: ${line}`);
  return { name, keyId: bytes.subarray(0, KEY_ID_BYTES), signature: bytes.subarray(KEY_ID_BYTES) };
}

/** One line, with its LF. */
export function signatureLine({ name, keyId, signature }: Signature): string {
  return `${DASH} ${name} ${Buffer.concat([keyId, signature]).toString('base64')}\n`;
}

export function noteText({ text, signatures }: Note): string {
  return `${text}\n${signatures.map(signatureLine).join('')}`;
}

/** The signatures of a note that name a key. */
export function signaturesBy(key: NoteKey, { signatures }: Note): readonly Signature[] {
  const id = keyIdOf(key);
  return signatures.filter(({ name, keyId }) => name === key.name && keyId.equals(id));
}

/** Whether the note is signed with a key: a signature that names the key and is not by it makes the whole note false. */
export function isSignedBy(key: NoteKey, note: Note): boolean {
  const named = signaturesBy(key, note);
  return named.length > 0 && named.every(({ signature }) => isSignatureBy(key, note.text, signature));
}

/** Whether a signature over the text of a note is by a key of a log. */
export function isSignatureBy({ type, publicKey }: NoteKey, text: string, signature: Uint8Array): boolean {
  if (type === SIGNATURE_TYPES.ed25519) return verifiesEd25519(publicKey, text, signature);
  return type === SIGNATURE_TYPES.sm && verifiesSm2(publicKey, Buffer.from(text), signature);
}

const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** From the 32 bytes of an Ed25519 key. */
function publicKeyOf(bytes: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, bytes]), format: 'der', type: 'spki' });
}

export function verifiesEd25519(publicKey: Uint8Array, content: string | Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  return verify(null, Buffer.from(content as string), publicKeyOf(publicKey), signature);
}

/** A private Ed25519 key from PEM (PKCS #8). Throws when it is none. */
export function ed25519FromPem(pem: string): {
  readonly publicKey: Buffer;
  sign(content: string | Uint8Array): Buffer;
} {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError(`a key of kind ${key.asymmetricKeyType}, not ed25519`);
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);
  return { publicKey, sign: content => sign(null, Buffer.from(content as string), key) };
}
