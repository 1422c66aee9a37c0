/** art-19: units bear no cost — the statement for the public, and the complaints behind it. */
import { z } from 'zod';
import { feeComplaintRaised, feeComplaintResolved } from '../../events/evaluation.ts';
import { instantSchema } from '../../events/time.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { given } from '../query.ts';

const { outcome, findings, remedy } = feeComplaintResolved.schema.shape;

export const complaintRowSchema = feeComplaintRaised.schema.extend({
  raisedAt: instantSchema,
  state: z.enum(['open', 'upheld', 'dismissed']),
  resolution: z.strictObject({ at: instantSchema, outcome, findings, remedy }).optional(),
});
type ComplaintRow = z.infer<typeof complaintRowSchema>;

const idOf = (event: { readonly data: { readonly complaintId: string } }) => event.data.complaintId;

export const feeComplaints = projection<ComplaintRow>({
  name: 'fee-complaints',
  version: 1,
  question: '收费投诉及处理 (Which units complained of charges, and what came of it?)',
  indexes: [{ fields: ['uscc'] }, { fields: ['year', 'state'] }],
  handlers: [
    on([feeComplaintRaised], idOf, (_row, { data, meta }) => ({
      ...data,
      raisedAt: meta.effectiveAt,
      state: 'open',
    })),
    on([feeComplaintResolved], idOf, (row, { data: { complaintId: _own, ...resolution }, meta }) => {
      return row && { ...row, state: resolution.outcome, resolution: { ...resolution, at: meta.effectiveAt } };
    }),
  ],
});

export function complaintsOf(
  reader: Reader,
  uscc: string | undefined,
  asked: { readonly limit: number; readonly cursor?: string },
): Promise<Page> {
  return reader.find(feeComplaints, { where: given({ uscc }), ...asked });
}

export const statementSchema = z.strictObject({
  year: z.int(),
  article: z.literal('art-19'),
  statement: z.string(),
  complaints: z.int().optional().meta({ description: 'The numbers are told to those who oversee' }),
  upheld: z.int().optional(),
  dismissed: z.int().optional(),
  open: z.int().optional(),
});

/** Complaints are not public, so neither is how many there were; whoever oversees is told. */
export async function statementOf(
  reader: Reader,
  year: number,
  isCounted: boolean,
): Promise<z.infer<typeof statementSchema>> {
  const counted = isCounted ? await countsOf(reader, year) : undefined;
  return {
    year,
    article: 'art-19',
    statement: '技术评定不向申报单位收取任何费用，系统不含任何收费事项',
    ...counted,
  };
}

async function countsOf(reader: Reader, year: number) {
  const [open, upheld, dismissed] = await Promise.all(
    (['open', 'upheld', 'dismissed'] as const).map(state => reader.count(feeComplaints, { year, state })),
  );
  const counted = { open: open ?? 0, upheld: upheld ?? 0, dismissed: dismissed ?? 0 };
  return { complaints: counted.open + counted.upheld + counted.dismissed, ...counted };
}
