/** Materials that a unit hands in: written with plain names, sealed for the log, pinned by a digest. */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson, type Json } from '../events/canonical.ts';
import type { Sealed } from '../events/personal.ts';
import { lineSchema } from '../events/text.ts';

/** Participants as people write them: by plain name, sealed before anything is recorded. */
export const plainParticipantsSchema = z
  .array(z.strictObject({ name: lineSchema, duty: lineSchema }))
  .min(1)
  .max(50);
type PlainParticipants = z.infer<typeof plainParticipantsSchema>;

interface Plain {
  readonly participants: PlainParticipants;
}

export function namesOf({ participants }: Plain): readonly string[] {
  return participants.map(({ name }) => name);
}

/** `names` are the sealed names of the participants, in order. */
export function sealContent<Content extends Plain>(content: Content, names: readonly Sealed[]) {
  const participants = content.participants.map(({ duty }, at) => ({ name: names[at] as Sealed, duty }));
  return { ...content, participants };
}

/** SHA-256 over the content and the attached documents; anyone can recompute it from the log. */
export function materialsRoot(content: Json, documents: readonly { readonly sha256: string }[]): string {
  const files = documents.map(document => document.sha256).sort();
  return hash('sha256', canonicalJson({ content, documents: files }));
}
