/** What a witness answers, and what he takes a log to have done, from what he has seen of it (C2SP tlog-witness). Pure. */
import type { Checkpoint, TreeHead } from '../ledger/checkpoint.ts';
import { type HashName, TreeHash } from '../ledger/hashing.ts';
import { isSignedBy, type Note, type NoteKey, type Signature, signaturesBy } from '../ledger/note.ts';
import { verifyConsistency } from './proofs.ts';
import type { AddCheckpoint } from './request.ts';

/** A log as its witness knows it. */
export interface WitnessedLog {
  /** Those by which its checkpoints count. */
  readonly keys: readonly NoteKey[];
  /** Of its tree. */
  readonly hash: HashName;
  /** The largest tree that was cosigned; the empty one before the first. */
  readonly latest: TreeHead;
  /** The root that was cosigned for a size; undefined where none was. */
  rootAt(size: number): Uint8Array | undefined;
}

/**
 * `fork`: two roots of one size, each signed by the log, which proves it to anybody. `inconsistent`: a tree that was not
 * proved to begin with the one cosigned before. `shrinking`: a tree smaller than that.
 */
export const MISCONDUCTS = ['fork', 'inconsistent', 'shrinking'] as const;
export type Misconduct = (typeof MISCONDUCTS)[number];

export type WitnessVerdict =
  | { readonly status: 200; readonly checkpoint: Checkpoint; readonly signed: Note }
  | { readonly status: 400 | 403 | 404 | 409 | 422; readonly misconduct?: Misconduct };

const NOTHING_SIGNED: WitnessVerdict = { status: 403 };

/** `log` is undefined where its origin is not known. */
export function judge(log: WitnessedLog | undefined, request: AddCheckpoint): WitnessVerdict {
  if (!log) return { status: 404 };
  const { note, checkpoint } = request;
  const signatures = signaturesOfLog(log.keys, note);
  if (signatures.length === 0) return NOTHING_SIGNED;
  const status = statusOf(log, request);
  if (status === 200) return { status, checkpoint, signed: { text: note.text, signatures } };
  const misconduct = misconductOf(log, checkpoint) ?? (status === 422 ? 'inconsistent' : undefined);
  return { status, ...(misconduct && { misconduct }) };
}

/** The signatures by keys of the log; none, where one that names such a key is not by it: the note is malformed then. */
function signaturesOfLog(keys: readonly NoteKey[], note: Note): readonly Signature[] {
  const named = keys.filter(key => signaturesBy(key, note).length > 0);
  return named.every(key => isSignedBy(key, note)) ? named.flatMap(key => signaturesBy(key, note)) : [];
}

function statusOf({ latest, hash }: WitnessedLog, { old, proof, checkpoint }: AddCheckpoint): 200 | 400 | 409 | 422 {
  if (old > checkpoint.size) return 400;
  if (old !== latest.size) return 409;
  return verifyConsistency(new TreeHash(hash), latest, checkpoint, proof) ? 200 : 422;
}

/** Whatever proof was sent with it, a signed checkpoint speaks for itself. */
function misconductOf({ latest, rootAt }: WitnessedLog, { size, root }: Checkpoint): Misconduct | undefined {
  const known = rootAt(size);
  if (known && Buffer.compare(known, root) !== 0) return 'fork';
  return size < latest.size ? 'shrinking' : undefined;
}
