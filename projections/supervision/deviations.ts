/** R-S2: every real-world breach that was recorded, by whom, under which article. */
import { z } from 'zod';
import { deviationSchema, type LegalBasis, roleSchema } from '../../events/envelope.ts';
import { sortablePosition } from '../../events/ids.ts';
import { ARTICLE_IDS } from '../../events/statute.ts';
import { instantSchema } from '../../events/time.ts';
import { Names, nameKey } from '../names.ts';
import type { Page, Reader } from '../ports.ts';
import { isCaseOnly, projection } from '../projection.ts';
import { given, parsed } from '../query.ts';

const deviationRowSchema = z.strictObject({
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
type DeviationRow = z.infer<typeof deviationRowSchema>;

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

export const namedDeviationSchema = deviationRowSchema.extend({
  by: deviationRowSchema.shape.by.extend({ name: z.string() }),
  projectTitle: z.string().optional(),
});

/** The latest first, with the names of who did it and of the project. */
export async function deviationsOf(
  reader: Reader,
  filter: {
    readonly year?: number | undefined;
    readonly article?: string | undefined;
    readonly projectId?: string | undefined;
  },
  asked: { readonly limit: number; readonly cursor?: string },
): Promise<{ page: Page; items: z.infer<typeof namedDeviationSchema>[] }> {
  const { year, article, projectId } = filter;
  const where = given({ year, article, projectId });
  const page = await reader.find(deviations, { where, order: { by: ['position'], direction: 'desc' }, ...asked });
  const rows = parsed(deviations, page);
  const keys = rows.flatMap(row => [
    nameKey('account', row.by.accountId),
    ...(row.projectId === undefined ? [] : [nameKey('project', row.projectId)]),
  ]);
  const names = await Names.of(keys, [], reader);
  const items = rows.map(row => ({
    ...row,
    by: { ...row.by, name: names.person(row.by.accountId) },
    ...(row.projectId !== undefined && { projectTitle: names.named('project', row.projectId) }),
  }));
  return { page, items };
}
