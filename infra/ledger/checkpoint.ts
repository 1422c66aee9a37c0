/** Checkpoints (C2SP tlog-checkpoint): how many entries a log has, and the root over them, as the text of a note. */
import { HASH_BYTES } from './hashing.ts';
import { keyIdOf, MalformedNote, type NoteKey, SIGNATURE_TYPES, type Signature, verifiesEd25519 } from './note.ts';

export interface TreeHead {
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

export interface Checkpoint extends TreeHead {
  /** Which log it is of. */
  readonly origin: string;
}

export function logCheckpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
}

/** From the text of a note. Throws {@link MalformedNote}. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', size = '', encoded = '', ...rest] = text.split('\n');
  const root = Buffer.from(encoded, 'base64');
  const isDecimal = /^(0|[1-9]\d{0,15})$/.test(size);
  const isRoot = root.length === HASH_BYTES && root.toString('base64') === encoded;
  // Lines after the root are extensions, which are signed and not understood.
  if (origin === '' || !isDecimal || !isRoot || rest.at(-1) !== '') throw new MalformedNote('no checkpoint');
  return { origin, size: Number(size), root };
}

/** What a witness signs (C2SP tlog-cosignature): the text of a checkpoint, and when he saw it in seconds since 1970. */
export function cosignedText(text: string, seconds: number): string {
  return `cosignature/v1\ntime ${seconds}\n${text}`;
}

const TIME_BYTES = 8;

/** The cosignature of a witness as a signature of a note. */
export function cosignature(
  witness: Pick<NoteKey, 'name' | 'publicKey'>,
  seconds: number,
  signature: Uint8Array,
): Signature {
  const time = Buffer.alloc(TIME_BYTES);
  time.writeBigUInt64BE(BigInt(seconds));
  const key = { ...witness, type: SIGNATURE_TYPES.cosignature };
  return { name: witness.name, keyId: keyIdOf(key), signature: Buffer.concat([time, signature]) };
}

/** When the witness cosigned a text, in seconds since 1970; undefined when the signature is not his. */
export function cosignedAt(witness: NoteKey, text: string, { signature }: Signature): number | undefined {
  if (signature.length !== TIME_BYTES + 64) return undefined;
  const seconds = Number(signature.readBigUInt64BE());
  const isHis = verifiesEd25519(witness.publicKey, cosignedText(text, seconds), signature.subarray(TIME_BYTES));
  return isHis ? seconds : undefined;
}
