/** Legal-basis index: the articles that can be cited, where the print is odd, and how long the regulation holds (art-01, art-27). */
import { z } from 'zod';
import {
  regulationInForce,
  regulationRegistered,
  regulationRepealed,
  regulationSuperseded,
} from '../../events/rulebook.ts';
import { ARTICLE_IDS, ARTICLES, articleLabel, NUMBERING_ANOMALIES, REGULATION } from '../../events/statute.ts';
import { addDays, dateSchema, daysBetween, shanghaiDate } from '../../events/time.ts';
import type { Page, Reader } from '../ports.ts';
import { on, projection } from '../projection.ts';
import { load, parsed } from '../query.ts';

export const regulationRowSchema = z.strictObject({
  doc: z.string(),
  title: z.string().optional(),
  issuedOn: dateSchema.optional(),
  publishedOn: dateSchema.optional(),
  indexNumber: z.string().optional(),
  textHash: z.string().optional(),
  inForce: z
    .strictObject({
      from: dateSchema,
      /** Last day on which a new programme may open: the stricter count (D-38). */
      lastDay: dateSchema,
      lastDayByCivilCode: dateSchema.optional(),
    })
    .optional(),
  ended: z.strictObject({ how: z.enum(['superseded', 'repealed']), from: dateSchema, document: z.string() }).optional(),
  successor: z.string().optional(),
});
export type RegulationRow = z.infer<typeof regulationRowSchema>;

const docOf = (event: { readonly data: { readonly doc: string } }) => event.data.doc;

export const regulations = projection<RegulationRow>({
  name: 'regulations',
  version: 1,
  question: '办法的文本登记和有效期 (Which regulation is registered, and how long is it in force?)',
  indexes: [],
  handlers: [
    on(
      [regulationRegistered],
      docOf,
      (row, { data: { doc, title, issuedOn, publishedOn, indexNumber, textHash } }) => ({
        ...row,
        doc,
        title,
        issuedOn,
        publishedOn,
        indexNumber,
        textHash,
      }),
    ),
    on([regulationInForce], docOf, (row, { data: { doc, ...inForce } }) => ({ ...row, doc, inForce })),
    on(
      [regulationSuperseded],
      ({ data }) => [data.doc, data.successor],
      (row, { data: { doc, from, document, successor, successorLastDay } }, key) =>
        key === successor
          ? { doc: successor, ...row, inForce: { from, lastDay: successorLastDay } }
          : { ...row, doc, ended: { how: 'superseded', from, document }, successor },
    ),
    on([regulationRepealed], docOf, (row, { data: { doc, from, document } }) => ({
      ...row,
      doc,
      ended: { how: 'repealed', from, document },
    })),
  ],
});

export const validitySchema = regulationRowSchema.extend({
  /** Days left, today included; 0 once it has ended. */
  daysLeft: z.int().optional(),
  /** The tightest of the warnings that has been reached. */
  warning: z.union([z.literal(180), z.literal(90), z.literal(30)]).optional(),
});

const WARNINGS = [30, 90, 180] as const;

function validityOn(row: RegulationRow, today: string): z.infer<typeof validitySchema> {
  if (!row.inForce) return row;
  const lastDay = [row.inForce.lastDay, ...(row.ended ? [addDays(row.ended.from, -1)] : [])].sort()[0] as string;
  const days = daysBetween(today, lastDay) + 1;
  const daysLeft = Math.max(0, days);
  const warning = WARNINGS.find(limit => daysLeft <= limit);
  return { ...row, daysLeft, ...(warning !== undefined && { warning }) };
}

export async function regulationsAsOf(
  reader: Reader,
  asked: { readonly limit: number; readonly cursor?: string },
): Promise<{ page: Page; items: z.infer<typeof validitySchema>[] }> {
  const page = await reader.find(regulations, asked);
  const today = shanghaiDate(reader.now);
  return { page, items: parsed(regulations, page).map(row => validityOn(row, today)) };
}

export const articlesSchema = z.strictObject({
  doc: z.string(),
  /** Whether the text has been registered in the log, and under which hash. */
  registered: z.boolean(),
  textHash: z.string().optional(),
  articles: z.array(
    z.strictObject({
      id: z.enum(ARTICLE_IDS),
      ordinal: z.int(),
      /** As printed, the two 第十七条 told apart. */
      label: z.string(),
      chapter: z.int(),
      subject: z.string(),
      text: z.string(),
      hash: z.string(),
    }),
  ),
  anomalies: z.array(z.strictObject({ label: z.string(), kind: z.string(), note: z.string() })),
});

/** The statute is data of the product; the log says whether it was registered. */
export async function articleIndex(reader: Reader): Promise<z.infer<typeof articlesSchema>> {
  const row = await load(reader, regulations, REGULATION);
  const textHash = row?.textHash;
  return {
    doc: REGULATION,
    registered: textHash !== undefined,
    ...(textHash !== undefined && { textHash }),
    articles: ARTICLES.map(article => ({ ...article, label: articleLabel(article.id) })),
    anomalies: NUMBERING_ANOMALIES.map(anomaly => ({ ...anomaly })),
  };
}
