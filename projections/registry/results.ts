/** Which excellent results of earlier years are on record: the corpus that no application may duplicate (art-08 （三）). */
import { z } from 'zod';
import { earlierResultRecorded } from '../../events/recognition.ts';
import type { Page, Reader } from '../ports.ts';
import { projection, when } from '../projection.ts';
import { given } from '../query.ts';

export const resultRowSchema = z.strictObject({
  ...earlierResultRecorded.schema.shape,
  methods: z.array(z.string()),
});
export type ResultRow = z.infer<typeof resultRowSchema>;

export const earlierResults = projection<ResultRow>({
  name: 'earlier-results',
  version: 1,
  question: '历年优秀成果 (Which excellent results of earlier years are on record?)',
  indexes: [{ fields: ['year'] }],
  handlers: [
    when(
      [earlierResultRecorded],
      ({ data }) => data.resultId,
      (_row, { data }) => data,
    ),
  ],
});

export function resultsOf(
  reader: Reader,
  year: number | undefined,
  page: { readonly limit: number; readonly cursor?: string },
): Promise<Page> {
  return reader.find(earlierResults, {
    where: given({ year }),
    order: { by: ['year'], direction: 'desc' },
    ...page,
  });
}
