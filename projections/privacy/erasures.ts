/** Whose data are to be erased, on whose order, and what has become of it (D-42). */
import { z } from 'zod';
import { sealedSchema } from '../../events/personal.ts';
import { ERASURE_APPLICANTS, erasureConfirmed, erasureOrdered, personalDataErased } from '../../events/privacy.ts';
import { instantSchema } from '../../events/time.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { given, nameOf, parsed } from '../query.ts';

export const erasureStageSchema = z.enum(['ordered', 'confirmed', 'erased']);

const actSchema = z.strictObject({ by: z.string(), at: instantSchema });

const erasureRowSchema = z.strictObject({
  erasureId: z.string(),
  /** The pseudonym, which stays. */
  subject: z.string(),
  name: sealedSchema,
  accountId: z.string().optional(),
  orgId: z.string().optional(),
  askedBy: z.enum(ERASURE_APPLICANTS),
  reason: z.string(),
  legalGround: z.string(),
  stage: erasureStageSchema,
  orderedAt: instantSchema,
  ordered: actSchema,
  confirmed: actSchema.optional(),
  erasedAt: instantSchema.optional(),
});
type ErasureRow = z.infer<typeof erasureRowSchema>;

const idOf = (event: { readonly data: { readonly erasureId: string } }) => event.data.erasureId;

export const erasures = projection<ErasureRow>({
  name: 'erasures',
  version: 1,
  question: '删除了或正在删除谁的个人信息 (Whose personal data were erased, or are being erased, and on whose order?)',
  indexes: [{ fields: ['orderedAt'] }, { fields: ['stage', 'orderedAt'] }],
  handlers: [
    on([erasureOrdered], idOf, (_row, { data, meta: { actor, recordedAt } }) => ({
      ...data,
      stage: 'ordered',
      orderedAt: recordedAt,
      ordered: { by: actor.accountId, at: recordedAt },
    })),
    on([erasureConfirmed], idOf, (row, { meta: { actor, recordedAt } }) => {
      return row && { ...row, stage: 'confirmed', confirmed: { by: actor.accountId, at: recordedAt } };
    }),
    on([personalDataErased], idOf, (row, { meta }) => row && { ...row, stage: 'erased', erasedAt: meta.recordedAt }),
  ],
});

export const erasureSchema = erasureRowSchema.omit({ orderedAt: true }).extend({
  /** Until the key is destroyed. */
  name: z.string(),
});

/** The latest first. */
export async function erasuresIn(
  reader: Reader,
  stage: z.infer<typeof erasureStageSchema> | undefined,
  asked: { readonly limit: number; readonly cursor?: string },
): Promise<{ page: Page; items: z.infer<typeof erasureSchema>[] }> {
  const order = { by: ['orderedAt'], direction: 'desc' } as const;
  const page = await reader.find(erasures, { where: given({ stage }), order, ...asked });
  const items = parsed(erasures, page).map(async ({ orderedAt: _sorted, ...row }) => ({
    ...row,
    name: await nameOf(reader, row.name),
  }));
  return { page, items: await Promise.all(items) };
}
