/** Which excellent results of earlier years are on record: the corpus that no application may duplicate (art-08 （三）). */
import { z } from 'zod';
import { fraudDecisionTaken } from '../../events/enforcement.ts';
import { earlierResultRecorded } from '../../events/recognition.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { all, given, parsed } from '../query.ts';
import { searcher } from '../search.ts';
import { standingSchema, withStanding } from './revocations.ts';

const earlierRowSchema = z.strictObject({
  ...earlierResultRecorded.schema.shape,
  methods: z.array(z.string()),
  /** The latest case in which the recognition was revoked. */
  caseId: z.string().optional(),
});
type EarlierRow = z.infer<typeof earlierRowSchema>;

export const earlierResultRows = projection<EarlierRow>({
  name: 'earlier-results',
  version: 2,
  question: '历年优秀成果 (Which excellent results of earlier years are on record?)',
  indexes: [{ fields: ['year'] }],
  handlers: [
    on(
      [earlierResultRecorded],
      ({ data }) => data.resultId,
      (_row, { data }) => data,
    ),
    on(
      [fraudDecisionTaken],
      ({ data }) => data.revoked.map(({ resultId }) => resultId),
      (row, { data }) => row && { ...row, caseId: data.caseId },
    ),
  ],
});

export const earlierResultSchema = earlierRowSchema.omit({ caseId: true }).extend(standingSchema.shape);

/** The latest first, each with its later status. */
export async function earlierResultsOf(
  reader: Reader,
  year: number | undefined,
  page: { readonly limit: number; readonly cursor?: string },
): Promise<{ readonly page: Page; readonly items: readonly z.infer<typeof earlierResultSchema>[] }> {
  const found = await reader.find(earlierResultRows, {
    where: given({ year }),
    order: { by: ['year'], direction: 'desc' },
    ...page,
  });
  return { page: found, items: await withStanding(reader, parsed(earlierResultRows, found)) };
}

/** How many there are, of a year or in all. */
export function countOfEarlier(reader: Reader, year: number | undefined): Promise<number> {
  return reader.count(earlierResultRows, given({ year }));
}

/** Those that hold all words that are looked for, the latest year first. */
export async function earlierResultsHolding(
  reader: Reader,
  year: number | undefined,
  q: string,
): Promise<readonly z.infer<typeof earlierResultSchema>[]> {
  const holds = searcher(q);
  const rows = await all(reader, earlierResultRows, given({ year }));
  const found = rows.filter(({ title, unitName, resultId }) => holds([title, unitName, resultId]));
  return withStanding(
    reader,
    found.toSorted((one, other) => other.year - one.year),
  );
}
