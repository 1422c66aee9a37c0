/** The result materials: what a unit hands in, and the digest that pins exactly this. */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../../events/canonical.ts';
import type { Sealed } from '../../events/personal.ts';
import { type ResultContent, resultContentSchema } from '../../events/result.ts';
import { lineSchema } from '../../events/text.ts';

/** What the signatory undertakes; changing a word changes the hash that later undertakings carry. */
export const UNDERTAKING_TEXT =
  '本单位承诺：所提交的天津市质量攻关项目成果材料内容完整、真实、准确，不含国家秘密，不存在弄虚作假和侵犯他人知识产权的情形；' +
  '如有不实，愿意承担由此产生的一切责任。';
export const UNDERTAKING_HASH = hash('sha256', UNDERTAKING_TEXT);

/** The content as people write it: participants by plain name, sealed before anything is recorded. */
export const plainContentSchema = resultContentSchema.extend({
  participants: z
    .array(z.strictObject({ name: lineSchema, duty: lineSchema }))
    .min(1)
    .max(50),
});
export type PlainContent = z.infer<typeof plainContentSchema>;

export function namesOf(content: PlainContent): readonly string[] {
  return content.participants.map(participant => participant.name);
}

/** `names` are the sealed names of the participants, in order. */
export function sealContent(content: PlainContent, names: readonly Sealed[]): ResultContent {
  return {
    ...content,
    participants: content.participants.map(({ duty }, at) => ({ name: names[at] as Sealed, duty })),
  };
}

/** SHA-256 over the content and the attached documents; anyone can recompute it from the log. */
export function materialsRoot(content: ResultContent, documents: readonly { readonly sha256: string }[]): string {
  const files = documents.map(document => document.sha256).sort();
  return hash('sha256', canonicalJson({ content, documents: files }));
}
