/** Incentive map: which bodies encourage those who take part, and how often (art-22: none of it is a duty). */
import { z } from 'zod';
import { incentiveGranted, incentivePolicyRecorded, incentivePolicyRevised } from '../../events/promotion.ts';
import { dateSchema } from '../../events/time.ts';
import type { Caller, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { given, isBody, oversees, pageMade, parsed } from '../query.ts';
import type { Answer } from '../route.ts';

export const incentiveRowSchema = z.strictObject({
  bodyId: z.string(),
  policyId: z.string(),
  version: z.int(),
  title: z.string(),
  content: z.string(),
  effectiveOn: dateSchema,
  url: z.string().optional(),
  /** How often it was applied, for those who oversee and the body; to whom is between the body and the unit. */
  grants: z.int().optional(),
  lastGrantedOn: dateSchema.optional(),
});
type IncentiveRow = z.infer<typeof incentiveRowSchema>;

const idOf = ({ bodyId, policyId }: { readonly bodyId: string; readonly policyId: string }) => `${bodyId}/${policyId}`;

export const incentiveMap = projection<IncentiveRow>({
  name: 'incentive-map',
  version: 1,
  question: '激励制度分布 (Which bodies encourage those who take part, and how?)',
  indexes: [{ fields: ['bodyId', 'policyId'] }],
  handlers: [
    on(
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
    on(
      [incentiveGranted],
      ({ data }) => idOf(data),
      (row, { data: { grantedOn } }) => {
        if (!row) return undefined;
        const last = row.lastGrantedOn;
        return { ...row, grants: (row.grants ?? 0) + 1, lastGrantedOn: last && last > grantedOn ? last : grantedOn };
      },
    ),
  ],
});

export async function incentivesOf(
  reader: Reader,
  caller: Caller,
  bodyId: string | undefined,
  asked: { readonly limit: number; readonly cursor?: string },
): Promise<Answer> {
  const page = await reader.find(incentiveMap, {
    where: given({ bodyId }),
    order: { by: ['bodyId', 'policyId'], direction: 'asc' },
    ...asked,
  });
  return pageMade(
    page,
    parsed(incentiveMap, page).map(row => (maySeeGrants(caller, row) ? row : policyOf(row))),
  );
}

function maySeeGrants(caller: Caller, { bodyId }: IncentiveRow): boolean {
  return oversees(caller) || isBody(caller, bodyId);
}

/** The policy is public, what was granted under it is not. */
function policyOf({ grants: _grants, lastGrantedOn: _last, ...policy }: IncentiveRow): IncentiveRow {
  return policy;
}
