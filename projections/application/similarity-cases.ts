/** Which applications resemble an earlier excellent result, and what a person decided about it (art-08 （三）, D-11). */
import { z } from 'zod';
import { applicationStarted, similarityAdjudicated, similarityChecked } from '../../events/application.ts';
import { instantSchema } from '../../events/time.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';

/** `open`: a score reaches the threshold and no person has decided; a score never decides by itself. */
export const caseStatusSchema = z.enum(['unchecked', 'clear', 'open', 'same', 'different']);

const { projectId: _own, ...checkShape } = similarityChecked.schema.shape;

export const similarityCaseRowSchema = z.strictObject({
  projectId: z.string(),
  year: z.int(),
  title: z.string(),
  uscc: z.string(),
  unitName: z.string(),
  status: caseStatusSchema,
  /** Empty until the first comparison. */
  checkedAt: z.union([instantSchema, z.literal('')]),
  check: z.strictObject(checkShape).optional(),
  adjudication: z
    .strictObject({ verdict: z.enum(['same', 'different']), reason: z.string(), by: z.string(), at: instantSchema })
    .optional(),
});
export type SimilarityCaseRow = z.infer<typeof similarityCaseRowSchema>;

export const similarityCases = projection<SimilarityCaseRow>({
  name: 'similarity-cases',
  version: 1,
  question: '哪些项目与历年优秀成果相似、如何认定 (Which applications resemble earlier results, and what was decided?)',
  indexes: [{ fields: ['status', 'checkedAt'] }],
  handlers: [
    on(
      [applicationStarted],
      ({ data }) => data.projectId,
      (_row, { data: { projectId, year, title, uscc, unitName } }) => ({
        projectId,
        year,
        title,
        uscc,
        unitName,
        status: 'unchecked',
        checkedAt: '',
      }),
    ),
    on(
      [similarityChecked],
      ({ data }) => data.projectId,
      (row, { data: { projectId: _own, ...check }, meta }) => {
        if (!row) return row;
        const { adjudication: _answered, ...rest } = row;
        return { ...rest, status: needsPerson(check) ? 'open' : 'clear', checkedAt: meta.effectiveAt, check };
      },
    ),
    on(
      [similarityAdjudicated],
      ({ data }) => data.projectId,
      (row, { data: { verdict, reason }, meta }) =>
        row && {
          ...row,
          status: verdict,
          adjudication: { verdict, reason, by: meta.actor.accountId, at: meta.effectiveAt },
        },
    ),
  ],
});

function needsPerson({ hits, threshold }: NonNullable<SimilarityCaseRow['check']>): boolean {
  return hits.some(hit => hit.score >= threshold);
}

/** Cases of a status, the longest waiting first. */
export function casesOf(
  reader: Reader,
  status: z.infer<typeof caseStatusSchema>,
  page: { readonly limit: number; readonly cursor?: string },
): Promise<Page> {
  const order = { by: ['checkedAt'], direction: 'asc' } as const;
  return reader.find(similarityCases, { where: { status }, order, ...page });
}
