/** Whether the recognition of results stands, by the decisions of revocation that touched them (art-25). */
import { z } from 'zod';
import { dateSchema } from '../../events/time.ts';
import { revocationNotices } from '../enforcement/notices.ts';
import type { Reader } from '../ports.ts';
import { loadMany } from '../query.ts';

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
    revocationNotices,
    cases.filter(id => id !== undefined),
  );
  return caseId => {
    const row = caseId === undefined ? undefined : rows.get(caseId);
    if (row?.status !== 'in-force') return { status: '有效' };
    return { status: '已撤销', revoked: { on: row.decidedOn, document: row.document } };
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
