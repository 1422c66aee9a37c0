/** Which changes of the ledger's key were ordered, by whom, and what has become of them. */
import { z } from 'zod';
import { ledgerKeyIntroduced, ledgerKeyRotationConfirmed, ledgerKeyRotationOrdered } from '../../events/ledger.ts';
import { instantSchema } from '../../events/time.ts';
import { withActors } from '../names.ts';
import type { Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';

export const rotationStageSchema = z.enum(['ordered', 'confirmed', 'carried-out']);

const actSchema = z.strictObject({ by: z.string(), at: instantSchema });

const rotationSchema = z.strictObject({
  rotationId: z.string(),
  reason: z.string(),
  /** The key that is to follow one that is lost; base64. */
  publicKey: z.string().optional(),
  stage: rotationStageSchema,
  orderedAt: instantSchema,
  ordered: actSchema,
  confirmed: actSchema.optional(),
  /** The key that was taken into use. */
  introduced: z.strictObject({ publicKey: z.string(), at: instantSchema }).optional(),
});
type RotationRow = z.infer<typeof rotationSchema>;

const namedActSchema = actSchema.extend({ byName: z.string() });

export const namedRotationSchema = rotationSchema.extend({
  ordered: namedActSchema,
  confirmed: namedActSchema.optional(),
});

/** With the names of who ordered and who confirmed. */
export async function namedRotations(
  rows: readonly RotationRow[],
  reader: Reader,
): Promise<z.infer<typeof namedRotationSchema>[]> {
  const acts = rows.flatMap(({ ordered, confirmed }) => (confirmed ? [ordered, confirmed] : [ordered]));
  const named = await withActors(acts, reader);
  return rows.map(row => {
    const [ordered, confirmed] = named.splice(0, row.confirmed ? 2 : 1);
    return { ...row, ordered, confirmed } as z.infer<typeof namedRotationSchema>;
  });
}

export const keyRotations = projection<RotationRow>({
  name: 'key-rotations',
  version: 1,
  question:
    '更换或正在更换哪些账本签名密钥 (Which changes of the ledger’s key were ordered, and what has become of them?)',
  indexes: [{ fields: ['orderedAt'] }, { fields: ['stage', 'orderedAt'] }],
  handlers: [
    on(
      [ledgerKeyRotationOrdered],
      ({ data }) => data.rotationId,
      (_row, { data, meta: { actor, recordedAt } }) => ({
        ...data,
        stage: 'ordered',
        orderedAt: recordedAt,
        ordered: { by: actor.accountId, at: recordedAt },
      }),
    ),
    on(
      [ledgerKeyRotationConfirmed],
      ({ data }) => data.rotationId,
      (row, { meta: { actor, recordedAt } }) => {
        return row && { ...row, stage: 'confirmed', confirmed: { by: actor.accountId, at: recordedAt } };
      },
    ),
    on(
      [ledgerKeyIntroduced],
      ({ data }) => data.rotationId,
      (row, { data: { publicKey }, meta: { recordedAt } }) => {
        return row && { ...row, stage: 'carried-out', introduced: { publicKey, at: recordedAt } };
      },
    ),
  ],
});
