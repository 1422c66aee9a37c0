/** Incentive map: which bodies encourage those who take part, and how often (art-22: none of it is a duty). */
import { z } from 'zod';
import { incentiveGranted, incentivePolicyRecorded, incentivePolicyRevised } from '../../events/promotion.ts';
import { dateSchema } from '../../events/time.ts';
import type { Page, Reader } from '../ports.ts';
import { projection, when } from '../projection.ts';
import { given } from '../query.ts';

export const incentiveRowSchema = z.strictObject({
  bodyId: z.string(),
  policyId: z.string(),
  version: z.int(),
  title: z.string(),
  content: z.string(),
  effectiveOn: dateSchema,
  url: z.string().optional(),
  /** How often it was applied; to whom is between the body and the unit. */
  grants: z.int(),
  lastGrantedOn: dateSchema.optional(),
});
export type IncentiveRow = z.infer<typeof incentiveRowSchema>;

const idOf = ({ bodyId, policyId }: { readonly bodyId: string; readonly policyId: string }) => `${bodyId}/${policyId}`;

export const incentiveMap = projection<IncentiveRow>({
  name: 'incentive-map',
  version: 1,
  question: '激励制度分布 (Which bodies encourage those who take part, and how?)',
  indexes: [{ fields: ['bodyId', 'policyId'] }],
  handlers: [
    when(
      [incentivePolicyRecorded, incentivePolicyRevised],
      ({ data }) => idOf(data),
      (row, { data: { bodyId, policyId, version, title, content, effectiveOn, url } }) => ({
        bodyId,
        policyId,
        version,
        title,
        content,
        effectiveOn,
        ...(url !== undefined && { url }),
        grants: row?.grants ?? 0,
        ...(row?.lastGrantedOn !== undefined && { lastGrantedOn: row.lastGrantedOn }),
      }),
    ),
    when(
      [incentiveGranted],
      ({ data }) => idOf(data),
      (row, { data: { grantedOn } }) => {
        if (!row) return undefined;
        const last = row.lastGrantedOn;
        return { ...row, grants: row.grants + 1, lastGrantedOn: last && last > grantedOn ? last : grantedOn };
      },
    ),
  ],
});

export function incentivesOf(
  reader: Reader,
  bodyId: string | undefined,
  page: { readonly limit: number; readonly cursor?: string },
): Promise<Page> {
  return reader.find(incentiveMap, {
    where: given({ bodyId }),
    order: { by: ['bodyId', 'policyId'], direction: 'asc' },
    ...page,
  });
}
