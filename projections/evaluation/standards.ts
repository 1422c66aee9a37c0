/** By what results are scored: every version of a year's standard (art-19, art-20). */
import { z } from 'zod';
import { evaluationStandardIssued } from '../../events/evaluation.ts';
import { ARITHMETIC } from '../../events/rules/scoring.ts';
import { instantSchema } from '../../events/time.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { given, load } from '../query.ts';
import type { TableColumn } from '../table.ts';

export const standardRowSchema = evaluationStandardIssued.schema.extend({
  /** How scores are computed and compared, in words. */
  arithmetic: z.strictObject({ zh: z.string(), en: z.string() }),
  issuedAt: instantSchema,
});
export type StandardRow = z.infer<typeof standardRowSchema>;

const keyOf = ({ year, version }: { readonly year: number; readonly version: number }) => `${year}-${version}`;

export const evaluationStandards = projection<StandardRow>({
  name: 'evaluation-standards',
  version: 2,
  question: '各年度评定标准 (By which standard are the results of a year scored?)',
  indexes: [{ fields: ['year', 'version'] }],
  handlers: [
    on(
      [evaluationStandardIssued],
      ({ data }) => keyOf(data),
      (_row, { data, meta }) => ({
        ...data,
        arithmetic: ARITHMETIC[data.algorithm],
        issuedAt: meta.recordedAt,
      }),
    ),
  ],
});

/** A page of standards, of one year or all, by year and version. */
export function standardsPage(
  reader: Reader,
  year: number | undefined,
  asked: { readonly limit: number; readonly cursor?: string },
): Promise<Page> {
  return reader.find(evaluationStandards, {
    where: given({ year }),
    order: { by: ['year', 'version'], direction: 'desc' },
    ...asked,
  });
}

/** One version of a standard; undefined when there is none. */
export function standardAt(
  reader: Reader,
  named: { readonly year: number; readonly version: number },
): Promise<StandardRow | undefined> {
  return load(reader, evaluationStandards, keyOf(named));
}

/** Columns of the list, as spreadsheets show it. */
export const STANDARD_TABLE: readonly TableColumn<StandardRow>[] = [
  ['年度', row => row.year],
  ['版本', row => row.version],
  ['标准', row => row.title],
  ['指标', row => row.criteria.length],
  ['发布', row => row.issuedAt],
  ['摘要（SHA-256）', row => row.hash],
  ['文件', row => row.url],
];
