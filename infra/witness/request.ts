/** What a log asks a witness (C2SP tlog-witness, add-checkpoint): `old <size>`, a consistency proof, an empty line, a checkpoint. */
import { type Checkpoint, parseCheckpoint } from '../ledger/checkpoint.ts';
import { HASH_BYTES } from '../ledger/hashing.ts';
import { MalformedNote, type Note, parseNote } from '../ledger/note.ts';

export interface AddCheckpoint {
  /** How large the log says that the witness knows it. */
  readonly old: number;
  readonly proof: readonly Uint8Array[];
  readonly note: Note;
  readonly checkpoint: Checkpoint;
}

/** More than any tree has levels. */
const MOST_HASHES = 63;
const OLD_SIZE = /^old (0|[1-9]\d{0,15})$/;

export function requestText({ old, proof, note }: { old: number; proof: readonly Uint8Array[]; note: string }): string {
  const lines = [`old ${old}`, ...proof.map(hash => Buffer.from(hash).toString('base64')), '', note];
  return lines.join('\n');
}

/** Throws {@link MalformedNote}. */
export function parseRequest(body: Uint8Array): AddCheckpoint {
  const content = textOf(body);
  const end = content.indexOf('\n\n');
  if (end < 0) throw new MalformedNote('no empty line before the checkpoint');
  const [first = '', ...hashes] = content.slice(0, end).split('\n');
  const [, size] = OLD_SIZE.exec(first) ?? [];
  if (size === undefined) throw new MalformedNote('no size of an older checkpoint');
  if (hashes.length > MOST_HASHES) throw new MalformedNote(`more than ${MOST_HASHES} hashes`);
  const note = parseNote(content.slice(end + 2));
  return { old: Number(size), proof: hashes.map(hashOf), note, checkpoint: parseCheckpoint(note.text) };
}

function textOf(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw new MalformedNote('no UTF-8');
  }
}

function hashOf(line: string): Uint8Array {
  const bytes = Buffer.from(line, 'base64');
  if (bytes.length !== HASH_BYTES || bytes.toString('base64') !== line) throw new MalformedNote(`no hash: ${line}`);
  return bytes;
}
