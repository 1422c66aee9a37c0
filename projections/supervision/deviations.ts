/** R-S2: every real-world breach that was recorded, by whom, under which article. */
import { z } from 'zod';
import { deviationSchema, type LegalBasis, roleSchema } from '../../events/envelope.ts';
import { sortablePosition } from '../../events/ids.ts';
import { ARTICLE_IDS } from '../../events/statute.ts';
import { instantSchema } from '../../events/time.ts';
import type { Page, Reader } from '../ports.ts';
import { isCaseOnly, projection } from '../projection.ts';
import { given } from '../query.ts';

export const deviationRowSchema = z.strictObject({
  ...deviationSchema.shape,
  /** Absent when the breach is of an item of the work plan. */
  article: z.enum(ARTICLE_IDS).optional(),
  eventType: z.string(),
  eventId: z.string(),
  by: z.strictObject({ accountId: z.string(), orgId: z.string(), role: roleSchema }),
  year: z.int().optional(),
  projectId: z.string().optional(),
  uscc: z.string().optional(),
  bodyId: z.string().optional(),
  effectiveAt: instantSchema,
  recordedAt: instantSchema,
  /** Place in the log, at fixed width. */
  position: z.string(),
});
export type DeviationRow = z.infer<typeof deviationRowSchema>;

const articleOf = (basis: LegalBasis) => ('article' in basis ? basis.article : undefined);

export const deviations = projection<DeviationRow>({
  name: 'deviations',
  version: 2,
  question: '记录了哪些偏离、由谁造成、依据哪一条 (Which deviations were recorded, by whom, under which article?)',
  appendOnly: true,
  material: { none: '只有偏离事项 (deviations alone)' },
  indexes: [
    { fields: ['position'] },
    { fields: ['year', 'position'] },
    { fields: ['article', 'position'] },
    { fields: ['year', 'article', 'position'] },
    { fields: ['projectId', 'position'] },
  ],
  handlers: [],
  every: {
    rowIds: event =>
      isCaseOnly(event)
        ? []
        : (event.meta.deviations ?? []).map((_deviation, at) => `${sortablePosition(event.position)}/${at}`),
    evolve(_row, { id, type, position, meta }, key) {
      const deviation = meta.deviations?.[Number(key.slice(key.indexOf('/') + 1))];
      if (!deviation) return undefined;
      const { accountId, orgId, role } = meta.actor;
      const { year, projectId, uscc, bodyId } = meta.about;
      const article = articleOf(deviation.basis);
      return {
        ...deviation,
        ...(article !== undefined && { article }),
        eventType: type,
        eventId: id,
        by: { accountId, orgId, role },
        ...(year !== undefined && { year }),
        ...(projectId !== undefined && { projectId }),
        ...(uscc !== undefined && { uscc }),
        ...(bodyId !== undefined && { bodyId }),
        effectiveAt: meta.effectiveAt,
        recordedAt: meta.recordedAt,
        position: sortablePosition(position),
      };
    },
  },
});

/** The latest first. */
export function deviationsOf(
  reader: Reader,
  filter: {
    readonly year?: number | undefined;
    readonly article?: string | undefined;
    readonly projectId?: string | undefined;
  },
  page: { readonly limit: number; readonly cursor?: string },
): Promise<Page> {
  const { year, article, projectId } = filter;
  const where = given({ year, article, projectId });
  return reader.find(deviations, { where, order: { by: ['position'], direction: 'desc' }, ...page });
}
