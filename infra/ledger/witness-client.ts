/** Asking a witness to cosign a checkpoint (C2SP tlog-witness, add-checkpoint). */
import { postOutside } from '../outbound.ts';
import { requestText } from '../witness/request.ts';
import { cosignedAt } from './checkpoint.ts';
import { MalformedNote, type NoteKey, parseNote, signatureLine, signaturesBy } from './note.ts';

/** Whom checkpoints are sent to: the key that he cosigns with, and the address before `/add-checkpoint`. */
export interface WitnessAddress {
  readonly key: NoteKey;
  readonly address: string;
}

export interface Question {
  /** How large he knows the log, as far as we know. */
  readonly old: number;
  readonly proof: readonly Uint8Array[];
  /** The checkpoint, as a note signed by the log. */
  readonly note: string;
}

/** `cosigned` with a line of the note, and when in seconds since 1970; `knows` another size of the log; else what he says. */
export type Reply =
  | { readonly kind: 'cosigned'; readonly line: string; readonly at: number }
  | { readonly kind: 'knows'; readonly size: number }
  | { readonly kind: 'refused'; readonly status: number; readonly says: string };

/** He cannot be reached, or what he says makes no sense. */
export class WitnessUnavailable extends Error {
  constructor(name: string, reason: string) {
    super(`${name}: ${reason}`);
    this.name = 'WitnessUnavailable';
  }
}

/** Of what he says about a refusal. */
const SHOWN = 300;

/** Throws {@link WitnessUnavailable}. */
export async function ask({ key, address }: WitnessAddress, question: Question, signal?: AbortSignal): Promise<Reply> {
  const submission = { body: requestText(question), contentType: 'text/plain; charset=utf-8', signal };
  const { status, body } = await postOutside(`${address}/add-checkpoint`, submission).catch(({ message }: Error) => {
    throw new WitnessUnavailable(key.name, message);
  });
  const says = body.toString('utf8');
  if (status === 200) return cosignedBy(key, question.note, says);
  if (status === 409) return knownTo(key, says);
  if (status >= 400 && status < 500) return { kind: 'refused', status, says: says.trim().slice(0, SHOWN) };
  throw new WitnessUnavailable(key.name, `status ${status}`);
}

/** His signature is looked for among what he sends; those of keys that nobody knows are ignored. */
function cosignedBy(key: NoteKey, note: string, lines: string): Reply {
  try {
    const signed = parseNote(`${parseNote(note).text}\n${lines}`);
    for (const signature of signaturesBy(key, signed)) {
      const at = cosignedAt(key, signed.text, signature);
      if (at !== undefined) return { kind: 'cosigned', line: signatureLine(signature), at };
    }
  } catch (error) {
    if (!(error instanceof MalformedNote)) throw error;
  }
  throw new WitnessUnavailable(key.name, 'an answer without a cosignature of his key');
}

function knownTo({ name }: NoteKey, body: string): Reply {
  const [, size] = /^(0|[1-9]\d{0,15})\n$/.exec(body) ?? [];
  if (size === undefined) throw new WitnessUnavailable(name, 'a conflict without the size that he knows');
  return { kind: 'knows', size: Number(size) };
}
