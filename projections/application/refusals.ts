/** Which applications were returned, declined or rejected, and why: nothing turned away escapes the municipal authority. */
import { z } from 'zod';
import {
  applicationReturned,
  applicationStarted,
  projectNotRecommended,
  projectRejected,
} from '../../events/application.ts';
import { instantSchema } from '../../events/time.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';

const refusalSchema = z.strictObject({
  kind: z.enum(['returned', 'not-recommended', 'rejected']),
  reason: z.string(),
  by: z.string(),
  at: instantSchema,
});

export const refusalRowSchema = z.strictObject({
  projectId: z.string(),
  year: z.int(),
  title: z.string(),
  uscc: z.string(),
  unitName: z.string(),
  bodyId: z.string(),
  bodyName: z.string(),
  refusals: z.array(refusalSchema),
  /** The last return or negative recommendation by the recommending body. */
  declinedAt: instantSchema.optional(),
  /** The rejection by the municipal authority. */
  rejectedAt: instantSchema.optional(),
});
export type RefusalRow = z.infer<typeof refusalRowSchema>;

export const refusals = projection<RefusalRow>({
  name: 'refusals',
  version: 2,
  question: '哪些项目被退回、不予推荐或未通过审核，理由为何 (Which applications were turned away, and why?)',
  indexes: [{ fields: ['year', 'declinedAt'] }, { fields: ['year', 'rejectedAt'] }],
  handlers: [
    on(
      [applicationStarted],
      ({ data }) => data.projectId,
      (_row, { data: { industry: _industry, jurisdiction: _charge, ...identity } }) => ({ ...identity, refusals: [] }),
    ),
    on(
      [applicationReturned, projectNotRecommended, projectRejected],
      ({ data }) => data.projectId,
      (row, { type, data, meta }) => {
        if (!row) return row;
        const kind =
          type === 'application.returned' ? 'returned' : type === 'project.rejected' ? 'rejected' : 'not-recommended';
        const at = meta.effectiveAt;
        const refusal = { kind, reason: data.reason, by: meta.actor.accountId, at } as const;
        const last = kind === 'rejected' ? { rejectedAt: at } : { declinedAt: at };
        return { ...row, refusals: [...row.refusals, refusal], ...last };
      },
    ),
  ],
});

/** Turned away in a year by the recommending bodies, or by the municipal authority; the latest first. */
export function turnedAway(
  reader: Reader,
  year: number,
  by: 'declinedAt' | 'rejectedAt',
  page: { readonly limit: number; readonly cursor?: string },
): Promise<Page> {
  const order = { by: [by], direction: 'desc' } as const;
  return reader.find(refusals, { where: { year, [by]: { $gt: '' } }, order, ...page });
}
