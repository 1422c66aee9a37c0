/** R-O9: what is done to make excellent results known, when and by whom (art-23, art-24), and which bodies have done nothing. */
import { z } from 'zod';
import { bodyKindSchema, recommendingBodyRegistered, recommendingBodyRenamed } from '../../events/body.ts';
import { resultIdSchema, yearSchema } from '../../events/ids.ts';
import {
  exchangeMeetingCancelled,
  exchangeMeetingConvened,
  localPromotionRecorded,
  PROMOTION_KINDS,
  promotionActivityRecorded,
  resultPresented,
} from '../../events/promotion.ts';
import { excellentResultRecognised } from '../../events/recognition.ts';
import { dateSchema } from '../../events/time.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { given, parsed } from '../query.ts';

export const promotionRowSchema = z.strictObject({
  promotionId: z.string(),
  year: yearSchema,
  /** The body that promoted in its own field; the authority's where there is none. */
  bodyId: z.string().optional(),
  kind: z.enum([...PROMOTION_KINDS, '交流会']),
  title: z.string(),
  detail: z.string(),
  heldOn: dateSchema,
  place: z.string().optional(),
  audience: z.string().optional(),
  url: z.string().optional(),
  cancelled: z.strictObject({ reason: z.string() }).optional(),
  /** What was shown, without the papers of the units' consent. */
  results: z.array(z.strictObject({ resultId: resultIdSchema, title: z.string(), unitName: z.string() })),
});
export type PromotionRow = z.infer<typeof promotionRowSchema>;

const lineOf = ({ resultId, title, unitName }: PromotionRow['results'][number]) => ({ resultId, title, unitName });

export const promotions = projection<PromotionRow>({
  name: 'promotions',
  version: 1,
  question: '宣传推广日历 (What is done to make excellent results known, and when?)',
  indexes: [{ fields: ['year', 'heldOn'] }, { fields: ['year', 'bodyId', 'heldOn'] }],
  handlers: [
    on(
      [promotionActivityRecorded, localPromotionRecorded],
      ({ data }) => data.promotionId,
      (_row, { data }) => ({ ...data, results: data.results.map(lineOf) }),
    ),
    on(
      [exchangeMeetingConvened],
      ({ data }) => data.promotionId,
      (_row, { data: { programme, ...meeting } }) => ({ ...meeting, kind: '交流会', detail: programme, results: [] }),
    ),
    on(
      [exchangeMeetingCancelled],
      ({ data }) => data.promotionId,
      (row, { data }) => row && { ...row, cancelled: { reason: data.reason } },
    ),
    on(
      [resultPresented],
      ({ data }) => data.promotionId,
      (row, { data }) => row && { ...row, results: [...row.results, lineOf(data)] },
    ),
  ],
});

export function promotionsOf(
  reader: Reader,
  year: number,
  bodyId: string | undefined,
  page: { readonly limit: number; readonly cursor?: string },
): Promise<Page> {
  return reader.find(promotions, {
    where: { year, ...given({ bodyId }) },
    order: { by: ['heldOn'], direction: 'asc' },
    ...page,
  });
}

const yearTallySchema = z.strictObject({
  /** Results of the body that were recognised. */
  recognised: z.int(),
  activities: z.int(),
  promoted: z.array(resultIdSchema),
});

interface CoverageRow {
  readonly bodyId: string;
  readonly name: string;
  readonly kind: z.infer<typeof bodyKindSchema>;
  readonly years: Readonly<Record<string, z.infer<typeof yearTallySchema>>>;
}

function tallied(
  row: CoverageRow | undefined,
  year: number,
  change: (tally: z.infer<typeof yearTallySchema>) => z.infer<typeof yearTallySchema>,
): CoverageRow | undefined {
  if (!row) return undefined;
  const tally = row.years[year] ?? { recognised: 0, activities: 0, promoted: [] };
  return { ...row, years: { ...row.years, [year]: change(tally) } };
}

export const promotionCoverage = projection<CoverageRow>({
  name: 'promotion-coverage',
  version: 1,
  question: '各推荐单位的宣传推广情况 (Which bodies have promoted the results of their field?)',
  indexes: [{ fields: ['bodyId'] }],
  handlers: [
    on(
      [recommendingBodyRegistered],
      ({ data }) => data.bodyId,
      (row, { data: { bodyId, name, kind } }) => ({ bodyId, name, kind, years: row?.years ?? {} }),
    ),
    on(
      [recommendingBodyRenamed],
      ({ data }) => data.bodyId,
      (row, { data: { name } }) => row && { ...row, name },
    ),
    on(
      [excellentResultRecognised],
      ({ data }) => data.bodyId,
      (row, { data }) => tallied(row, data.year, tally => ({ ...tally, recognised: tally.recognised + 1 })),
    ),
    on(
      [localPromotionRecorded],
      ({ data }) => data.bodyId,
      (row, { data }) =>
        tallied(row, data.year, tally => ({
          ...tally,
          activities: tally.activities + 1,
          promoted: [...new Set([...tally.promoted, ...data.results.map(({ resultId }) => resultId)])],
        })),
    ),
  ],
});

export const promotionCoverageSchema = z.strictObject({
  bodyId: z.string(),
  name: z.string(),
  kind: bodyKindSchema,
  recognised: z.int(),
  activities: z.int(),
  promoted: z.int(),
  /** art-24 says 应: a body without an activity in the year stands out. */
  withoutActivity: z.boolean(),
});

export async function promotionCoverageOf(
  reader: Reader,
  year: number,
  bodyId: string | undefined,
  page: { readonly limit: number; readonly cursor?: string },
): Promise<{ readonly page: Page; readonly items: readonly z.infer<typeof promotionCoverageSchema>[] }> {
  const found = await reader.find(promotionCoverage, {
    where: given({ bodyId }),
    order: { by: ['bodyId'], direction: 'asc' },
    ...page,
  });
  const items = parsed(promotionCoverage, found).map(({ years, ...body }) => {
    const { recognised, activities, promoted } = years[year] ?? { recognised: 0, activities: 0, promoted: [] };
    return { ...body, recognised, activities, promoted: promoted.length, withoutActivity: activities === 0 };
  });
  return { page: found, items };
}
