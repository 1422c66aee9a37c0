/** What was built on a result that may be revoked: what falls with it, and what a person must look at (art-25, D-36). */
import { z } from 'zod';
import { localPromotionRecorded, promotionActivityRecorded, resultPresented } from '../../events/promotion.ts';
import {
  certificateIssued,
  commendationIssued,
  exemplarDesignated,
  exemplarWithdrawn,
} from '../../events/recognition.ts';
import { instantSchema } from '../../events/time.ts';
import type { Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { load, loadMany } from '../query.ts';
import { fraudCases } from './cases.ts';

const useSchema = z.strictObject({
  kind: z.enum(['典型', '宣传推广', '交流', '表扬', '证书']),
  what: z.string(),
  at: instantSchema,
  withdrawnAt: instantSchema.optional(),
});

const usesRowSchema = z.strictObject({ resultId: z.string(), uses: z.array(useSchema) });
type UsesRow = z.infer<typeof usesRowSchema>;
type Use = z.infer<typeof useSchema>;

const idOf = (event: { readonly data: { readonly resultId: string } }) => event.data.resultId;

function used(row: UsesRow | undefined, resultId: string, use: Use): UsesRow {
  return { resultId, uses: [...(row?.uses ?? []), use] };
}

export const resultUses = projection<UsesRow>({
  name: 'result-uses',
  version: 1,
  question: '一项优秀成果被用在哪里 (What has been built on a result?)',
  indexes: [],
  handlers: [
    on([exemplarDesignated], idOf, (row, { data: { resultId, field }, meta }) =>
      used(row, resultId, { kind: '典型', what: field, at: meta.effectiveAt }),
    ),
    on(
      [promotionActivityRecorded, localPromotionRecorded],
      ({ data }) => data.results.map(({ resultId }) => resultId),
      (row, { data: { title }, meta }, resultId) =>
        used(row, resultId, { kind: '宣传推广', what: title, at: meta.effectiveAt }),
    ),
    on([resultPresented], idOf, (row, { data: { resultId, heldOn }, meta }) =>
      used(row, resultId, { kind: '交流', what: `${heldOn}交流会`, at: meta.effectiveAt }),
    ),
    on([commendationIssued], idOf, (row, { data: { resultId, document, orgName }, meta }) =>
      used(row, resultId, { kind: '表扬', what: `${orgName}（${document}）`, at: meta.effectiveAt }),
    ),
    on([certificateIssued], idOf, (row, { data: { resultId, certificateNo }, meta }) =>
      used(row, resultId, { kind: '证书', what: certificateNo, at: meta.effectiveAt }),
    ),
    on([exemplarWithdrawn], idOf, (row, { meta: { effectiveAt: withdrawnAt } }) => {
      const ends = ({ kind, withdrawnAt: earlier }: Use) => kind === '典型' && earlier === undefined;
      return row && { ...row, uses: row.uses.map(use => (ends(use) ? { ...use, withdrawnAt } : use)) };
    }),
  ],
});

export const impactSchema = z.strictObject({
  resultId: z.string(),
  uses: z.array(useSchema),
});

/** By result: those revoked, or of a case still open those it is about. */
export async function impactOf(reader: Reader, caseId: string): Promise<z.infer<typeof impactSchema>[] | undefined> {
  const row = await load(reader, fraudCases, caseId);
  if (!row) return undefined;
  const resultIds = row.decision?.revoked.map(({ resultId }) => resultId) ?? row.resultIds;
  const uses = await loadMany(reader, resultUses, resultIds);
  return resultIds.map(resultId => ({ resultId, uses: uses.get(resultId)?.uses ?? [] }));
}
