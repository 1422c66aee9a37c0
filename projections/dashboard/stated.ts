/** What each unit states in the standing materials of its projects, as far as it is figures and lists: behind R-D3, R-D4. */
import { z } from 'zod';
import {
  applicationStarted,
  applicationSubmitted,
  applicationSupplemented,
  applicationWithdrawn,
} from '../../events/application.ts';
import { fraudulentProjectsStopped } from '../../events/enforcement.ts';
import { projectTerminated } from '../../events/implementation.ts';
import type { Sealed } from '../../events/personal.ts';
import { resultsSubmitted, resultsSupplemented, resultsWithdrawn } from '../../events/result.ts';
import { on, projection } from '../projection.ts';

const materialsSchema = z.strictObject({
  yuan: z.int(),
  methods: z.array(z.string()),
  /** Subjects of the participants: who they are stays sealed. */
  people: z.array(z.string()),
});

const statedRowSchema = z.strictObject({
  projectId: z.string(),
  year: z.int(),
  uscc: z.string(),
  industry: z.string(),
  /** The latest version handed in and not withdrawn. */
  application: materialsSchema.extend({ categories: z.array(z.string()) }).optional(),
  /** The latest version handed in and not withdrawn, of a project that is neither terminated nor stopped for fraud. */
  result: materialsSchema.optional(),
});
export type StatedRow = z.infer<typeof statedRowSchema>;

const ownProject = ({ data }: { readonly data: { readonly projectId: string } }) => data.projectId;

export const statedFigures = projection<StatedRow>({
  name: 'stated-figures',
  version: 1,
  question:
    '现行申报材料和成果材料载明的效益、方法和人员 (Which benefits, methods and people do the standing materials state?)',
  material: { none: '只以全市和分类合计示人 (shown in sums alone)' },
  indexes: [{ fields: ['year'] }],
  handlers: [
    on(
      [applicationStarted],
      ownProject,
      (row, { data: { projectId, year, uscc, industry } }) => row ?? { projectId, year, uscc, industry },
    ),
    on([applicationSubmitted, applicationSupplemented], ownProject, (row, { data: { content } }) => {
      const { expectedEconomic, categories } = content;
      const materials = { yuan: expectedEconomic.yuan, categories: [...new Set(categories)], ...namesOf(content) };
      return row && { ...row, application: materials };
    }),
    on([applicationWithdrawn], ownProject, row => {
      if (!row) return row;
      const { application: _withdrawn, ...rest } = row;
      return rest;
    }),
    on([resultsSubmitted, resultsSupplemented], ownProject, (row, { data: { content } }) => {
      return row && { ...row, result: { yuan: content.economicBenefit.yuan, ...namesOf(content) } };
    }),
    on([resultsWithdrawn, projectTerminated], ownProject, row => row && withoutResult(row)),
    on(
      [fraudulentProjectsStopped],
      ({ data }) => data.projectIds,
      row => row && withoutResult(row),
    ),
  ],
});

function withoutResult({ result: _gone, ...rest }: StatedRow): StatedRow {
  return rest;
}

interface Content {
  readonly methods: readonly string[];
  readonly participants: readonly { readonly name: Sealed }[];
}

/** Each name once. */
function namesOf({ methods, participants }: Content) {
  return { methods: [...new Set(methods)], people: [...new Set(participants.map(({ name }) => name.subject))] };
}
