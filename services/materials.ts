/** Materials that a unit hands in: written with plain names, sealed for the log, pinned by a digest. */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson, type Json } from '../events/canonical.ts';
import type { Sealed } from '../events/personal.ts';
import { lineSchema } from '../events/text.ts';
import { type Rejection, refuseForm } from './rejection.ts';

/** Participants as people write them: by plain name, sealed before anything is recorded. */
export const plainParticipantsSchema = z
  .array(z.strictObject({ name: lineSchema, duty: lineSchema }))
  .min(1)
  .max(50);
type PlainParticipants = z.infer<typeof plainParticipantsSchema>;

interface Plain {
  readonly participants: PlainParticipants;
}

/** Names of the participants, in their order, to be sealed. */
export function participantNames({ participants }: Plain): readonly string[] {
  return participants.map(({ name }) => name);
}

/** `names` are the sealed names of the participants, in order. */
export function sealContent<Content extends Plain>(content: Content, names: readonly Sealed[]) {
  const participants = content.participants.map(({ duty }, at) => ({ name: names[at] as Sealed, duty }));
  return { ...content, participants };
}

interface Attached {
  readonly kind: string;
  readonly name: string;
  readonly sha256: string;
  readonly classification: string;
}

/**
 * Whether a file is on file under a kind already: nothing is recorded of it again. Under another name or classification it
 * is refused, since neither of them is ever replaced; it can be attached under another kind.
 */
export function alreadyAttached(documents: readonly Attached[], coming: Attached): readonly [] | Rejection | undefined {
  const same = documents.find(({ kind, sha256 }) => kind === coming.kind && sha256 === coming.sha256);
  if (!same) return undefined;
  if (same.classification === coming.classification && same.name === coming.name) return [];
  return refuseForm(
    'conflict',
    'already-attached',
    `该文件已以“${same.name}”为名、按密级 ${same.classification} 附上，不因再次上传而更改`,
    `The file is attached as "${same.name}", classified ${same.classification}; attaching it again changes neither`,
  );
}

/** SHA-256 over the content and the attached documents; anyone can recompute it from the log. */
export function materialsRoot(content: Json, documents: readonly { readonly sha256: string }[]): string {
  const files = documents.map(document => document.sha256).sort();
  return hash('sha256', canonicalJson({ content, documents: files }));
}
