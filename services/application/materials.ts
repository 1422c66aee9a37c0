/** The application materials: what a unit hands in, and what of it is compared with earlier works. */
import { hash } from 'node:crypto';
import type { z } from 'zod';
import { type ApplicationContent, applicationContentSchema } from '../../events/application.ts';
import { plainParticipantsSchema } from '../materials.ts';
import type { Work } from './sameness.ts';
import type { ApplicationState } from './state.ts';

/** What the signatory undertakes (art-10). Changing a word changes the hash that later undertakings carry. */
export const APPLICATION_UNDERTAKING_TEXT =
  '本单位承诺：所提交的天津市质量攻关项目申报材料内容完整、真实、准确，不含国家秘密，不存在弄虚作假和侵犯他人知识产权的情形；' +
  '如有不实，愿意承担由此产生的一切责任。';
export const APPLICATION_UNDERTAKING_HASH = hash('sha256', APPLICATION_UNDERTAKING_TEXT);

/** The content as people write it. */
export const plainApplicationSchema = applicationContentSchema.extend({ participants: plainParticipantsSchema });
export type PlainApplication = z.infer<typeof plainApplicationSchema>;

/** The parts that art-08 （三） compares. */
export function workOf(application: ApplicationState, content: ApplicationContent): Work {
  return {
    title: application.title,
    problem: content.qualityProblem,
    methods: content.methods,
    results: content.expectedResults,
  };
}
