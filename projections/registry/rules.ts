/** R-O12: which rules the municipal authority has made under the regulation, in which version (art-05 （一）（三）). */
import { z } from 'zod';
import { expertBankRulesIssued } from '../../events/expert.ts';
import { sha256Schema } from '../../events/ids.ts';
import { programmeRuleIssued, programmeRuleRepealed, programmeRuleRevised } from '../../events/rulebook.ts';
import { dateSchema, instantSchema } from '../../events/time.ts';
import { on, projection } from '../projection.ts';

const versionSchema = z.strictObject({
  version: z.int(),
  title: z.string(),
  textHash: sha256Schema,
  effectiveOn: dateSchema,
  recordedAt: instantSchema,
});

export const ruleRowSchema = z.strictObject({
  ruleId: z.string(),
  kind: z.enum(['programme', 'expert-bank']),
  title: z.string(),
  /** Oldest first; the last one stands, from its effective day. */
  versions: z.array(versionSchema),
  repealedFrom: dateSchema.optional(),
  /** Only for the rules of the expert bank. */
  reviewEveryMonths: z.int().optional(),
});
export type RuleRow = z.infer<typeof ruleRowSchema>;

/** Stands apart from rule ids, which hold no dot. */
export const EXPERT_BANK_RULES = 'expert-bank.rules';

export const rules = projection<RuleRow>({
  name: 'rules',
  version: 1,
  question: '现行及历次制度规范 (Which rules have been made, and in which version do they stand?)',
  indexes: [],
  handlers: [
    on(
      [programmeRuleIssued, programmeRuleRevised],
      ({ data }) => data.ruleId,
      (row, { data: { ruleId, ...version }, meta }) => ({
        ruleId,
        kind: 'programme',
        title: version.title,
        versions: [...(row?.versions ?? []), { ...version, recordedAt: meta.recordedAt }],
      }),
    ),
    on(
      [programmeRuleRepealed],
      ({ data }) => data.ruleId,
      (row, { data }) => row && { ...row, repealedFrom: data.from },
    ),
    on(
      [expertBankRulesIssued],
      () => EXPERT_BANK_RULES,
      (row, { data: { reviewEveryMonths, ...version }, meta }) => ({
        ruleId: EXPERT_BANK_RULES,
        kind: 'expert-bank',
        title: version.title,
        versions: [...(row?.versions ?? []), { ...version, recordedAt: meta.recordedAt }],
        reviewEveryMonths,
      }),
    ),
  ],
});
