/** Who was commended for which result (art-21), and certificates for anyone to check. */
import { z } from 'zod';
import { yearSchema } from '../../events/ids.ts';
import { sealedSchema } from '../../events/personal.ts';
import { certificateIssued, commendationIssued, RECIPIENT_TYPES } from '../../events/recognition.ts';
import { instantSchema } from '../../events/time.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { given, load, loadMany, nameOf, parsed } from '../query.ts';
import { recognitions } from './results.ts';
import { standingSchema, standingsOf } from './revocations.ts';

const recipientSchema = z.strictObject({
  year: yearSchema,
  commendationId: z.string(),
  resultId: z.string(),
  title: z.string(),
  recipientType: z.enum(RECIPIENT_TYPES),
  orgId: z.string(),
  orgName: z.string(),
  person: sealedSchema.optional(),
});

const commendationRowSchema = recipientSchema.extend({
  document: z.string(),
  url: z.string(),
  at: instantSchema,
  /** Once a certificate was issued for it. */
  certificateNo: z.string().optional(),
});
type CommendationRow = z.infer<typeof commendationRowSchema>;

export const commendations = projection<CommendationRow>({
  name: 'commendations',
  version: 2,
  question: '通报表扬登记 (Who was commended for which result?)',
  indexes: [{ fields: ['year', 'commendationId'] }, { fields: ['year', 'recipientType', 'commendationId'] }],
  handlers: [
    on(
      [commendationIssued],
      ({ data }) => data.commendationId,
      (_row, { data, meta }) => ({ ...data, at: meta.effectiveAt }),
    ),
    on(
      [certificateIssued],
      ({ data }) => data.commendationId,
      (row, { data }) => row && { ...row, certificateNo: data.certificateNo },
    ),
  ],
});

const certificateRowSchema = recipientSchema.extend({ certificateNo: z.string(), issuedAt: instantSchema });
type CertificateRow = z.infer<typeof certificateRowSchema>;

export const certificates = projection<CertificateRow>({
  name: 'certificates',
  version: 1,
  question: '证书登记 (Which certificates were issued?)',
  appendOnly: true,
  indexes: [],
  handlers: [
    on(
      [certificateIssued],
      ({ data }) => data.certificateNo,
      (_row, { data, meta }) => ({ ...data, issuedAt: meta.effectiveAt }),
    ),
  ],
});

/** What is shown of a recipient: name and unit (D-42). */
const shown = { person: z.string().optional(), ...standingSchema.shape };
export const commendationSchema = commendationRowSchema.omit({ person: true, orgId: true }).extend(shown);
export const certificateSchema = certificateRowSchema
  .omit({ person: true, orgId: true, commendationId: true })
  .extend(shown);

async function casesOf(reader: Reader, resultIds: readonly string[]) {
  const rows = await loadMany(reader, recognitions, [...new Set(resultIds)]);
  return new Map([...rows].map(([id, { caseId }]) => [id, caseId]));
}

export async function commendationsOf(
  reader: Reader,
  year: number,
  recipientType: string | undefined,
  page: { readonly limit: number; readonly cursor?: string },
): Promise<{ readonly page: Page; readonly items: readonly z.infer<typeof commendationSchema>[] }> {
  const found = await reader.find(commendations, {
    where: { year, ...given({ recipientType }) },
    order: { by: ['commendationId'], direction: 'asc' },
    ...page,
  });
  const rows = parsed(commendations, found);
  const cases = await casesOf(
    reader,
    rows.map(({ resultId }) => resultId),
  );
  const standingOf = await standingsOf(reader, [...cases.values()]);
  const items = rows.map(async ({ person, orgId: _org, ...row }) => ({
    ...row,
    ...(person && { person: await nameOf(reader, person) }),
    ...standingOf(cases.get(row.resultId)),
  }));
  return { page: found, items: await Promise.all(items) };
}

/** A certificate as anyone may check it, with the standing of its result as of now. */
export async function certificateOf(
  reader: Reader,
  certificateNo: string,
): Promise<z.infer<typeof certificateSchema> | undefined> {
  const row = await load(reader, certificates, certificateNo);
  if (!row) return undefined;
  const { person, orgId: _org, commendationId: _commendation, ...certificate } = row;
  const caseId = (await casesOf(reader, [row.resultId])).get(row.resultId);
  const standingOf = await standingsOf(reader, [caseId]);
  return {
    ...certificate,
    ...(person && { person: await nameOf(reader, person) }),
    ...standingOf(caseId),
  };
}
