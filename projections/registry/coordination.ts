/** Joint work of the parties, and the exemplars they set up in fields of advantage (art-07). */
import { z } from 'zod';
import {
  coordinationActionRecorded,
  coordinationPartySchema,
  exemplarDesignated,
  exemplarWithdrawn,
} from '../../events/recognition.ts';
import { dateSchema, instantSchema } from '../../events/time.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { given } from '../query.ts';

export const exemplarRowSchema = z.strictObject({
  resultId: z.string(),
  title: z.string(),
  unitName: z.string(),
  field: z.string(),
  grounds: z.string(),
  designatedAt: instantSchema,
  status: z.enum(['standing', 'withdrawn']),
  withdrawn: z.strictObject({ at: instantSchema, reason: z.string() }).optional(),
});
export type ExemplarRow = z.infer<typeof exemplarRowSchema>;

export const exemplars = projection<ExemplarRow>({
  name: 'exemplars',
  version: 1,
  question: '各优势领域、优势行业的典型 (Which results are exemplars of their field?)',
  indexes: [{ fields: ['status'] }, { fields: ['status', 'field'] }],
  handlers: [
    on(
      [exemplarDesignated],
      ({ data }) => data.resultId,
      (_row, { data, meta }) => ({ ...data, designatedAt: meta.effectiveAt, status: 'standing' }),
    ),
    on(
      [exemplarWithdrawn],
      ({ data }) => data.resultId,
      (row, { data, meta }) =>
        row && { ...row, status: 'withdrawn', withdrawn: { at: meta.effectiveAt, reason: data.reason } },
    ),
  ],
});

export const actionRowSchema = z.strictObject({
  actionId: z.string(),
  title: z.string(),
  detail: z.string(),
  parties: z.array(z.strictObject({ role: coordinationPartySchema, name: z.string() })),
  heldOn: dateSchema,
});
export type ActionRow = z.infer<typeof actionRowSchema>;

export const coordinationLedger = projection<ActionRow>({
  name: 'coordination-ledger',
  version: 1,
  question: '协同配合台账 (What have the parties done together?)',
  indexes: [{ fields: ['heldOn'] }],
  handlers: [
    on(
      [coordinationActionRecorded],
      ({ data }) => data.actionId,
      (_row, { data }) => data,
    ),
  ],
});

interface Asked {
  readonly limit: number;
  readonly cursor?: string;
}

/** The library of exemplars, by field if one is named. */
export function exemplarsIn(
  reader: Reader,
  status: ExemplarRow['status'],
  field: string | undefined,
  page: Asked,
): Promise<Page> {
  return reader.find(exemplars, { where: { status, ...given({ field }) }, ...page });
}

/** The latest first. */
export function jointActions(reader: Reader, page: Asked): Promise<Page> {
  return reader.find(coordinationLedger, { order: { by: ['heldOn'], direction: 'desc' }, ...page });
}
