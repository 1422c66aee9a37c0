/** Whether the recognition of results stands: decisions of revocation by case, and those undone (art-25). */
import { z } from 'zod';
import { fraudDecisionTaken, revocationOverturned } from '../../events/enforcement.ts';
import { dateSchema } from '../../events/time.ts';
import type { Reader } from '../ports.ts';
import { projection, when } from '../projection.ts';
import { loadMany } from '../query.ts';

interface RevocationRow {
  readonly caseId: string;
  readonly document: string;
  /** First day of the exclusion, which is the day of the decision. */
  readonly on: string;
  readonly overturnedFrom?: string;
}

export const resultRevocations = projection<RevocationRow>({
  name: 'result-revocations',
  version: 1,
  question: '撤销认定的决定及其效力 (Which decisions revoked recognitions, and do they stand?)',
  indexes: [],
  handlers: [
    when(
      [fraudDecisionTaken],
      ({ data }) => data.caseId,
      (_row, { data: { caseId, circulation, ban } }) => ({ caseId, document: circulation.document, on: ban.from }),
    ),
    when(
      [revocationOverturned],
      ({ data }) => data.caseId,
      (row, { data }) => row && { ...row, overturnedFrom: data.from },
    ),
  ],
});

export const standingSchema = z.strictObject({
  status: z.enum(['有效', '已撤销']),
  /** While it is revoked. */
  revoked: z.strictObject({ on: dateSchema, document: z.string() }).optional(),
});
export type ResultStanding = z.infer<typeof standingSchema>;

/** How results stand by the cases that touched them; one that no case touched is in force. */
export async function standingsOf(
  reader: Reader,
  cases: readonly (string | undefined)[],
): Promise<(caseId: string | undefined) => ResultStanding> {
  const rows = await loadMany(
    reader,
    resultRevocations,
    cases.filter(id => id !== undefined),
  );
  return caseId => {
    const row = caseId === undefined ? undefined : rows.get(caseId);
    if (!row || row.overturnedFrom !== undefined) return { status: '有效' };
    return { status: '已撤销', revoked: { on: row.on, document: row.document } };
  };
}

/** Rows with how their results stand in the place of the case. */
export async function withStanding<Row extends { readonly caseId?: string | undefined }>(
  reader: Reader,
  rows: readonly Row[],
) {
  const standingOf = await standingsOf(
    reader,
    rows.map(({ caseId }) => caseId),
  );
  return rows.map(({ caseId, ...row }) => ({ ...row, ...standingOf(caseId) }));
}
