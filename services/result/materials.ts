/** The result materials: what a unit hands in, and what it undertakes about them. */
import { hash } from 'node:crypto';
import type { z } from 'zod';
import { resultContentSchema } from '../../events/result.ts';
import { plainParticipantsSchema } from '../materials.ts';

/** What the signatory undertakes; changing a word changes the hash that later undertakings carry. */
export const RESULT_UNDERTAKING_TEXT =
  '本单位承诺：所提交的天津市质量攻关项目成果材料内容完整、真实、准确，不含国家秘密，不存在弄虚作假和侵犯他人知识产权的情形；' +
  '如有不实，愿意承担由此产生的一切责任。';
export const RESULT_UNDERTAKING_HASH = hash('sha256', RESULT_UNDERTAKING_TEXT);

/** The content as people write it. */
export const plainResultSchema = resultContentSchema.extend({ participants: plainParticipantsSchema });
export type PlainResult = z.infer<typeof plainResultSchema>;
