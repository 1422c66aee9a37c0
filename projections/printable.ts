/** An official paper as far as the read side decides it: its words. How they are set on a page and printed is infra's. */
import { z } from 'zod';
import { type CivilDate, instantSchema } from '../events/time.ts';

/** Chinese first, and English for those who do not read it. */
const wordingSchema = z.strictObject({ zh: z.string(), en: z.string() });
export type Wording = z.infer<typeof wordingSchema>;

export const printableSchema = z.strictObject({
  title: wordingSchema,
  number: z.string(),
  entries: z.array(z.strictObject({ label: wordingSchema, text: z.string() })),
  statement: wordingSchema,
  issuer: wordingSchema,
  issuedOn: wordingSchema,
  issuedAt: instantSchema,
  /** The page on which anybody can check it, below the public address. */
  check: z.string().startsWith('/'),
  /** Stands across the paper while it counts no more, with the reason. */
  revoked: z.strictObject({ stamp: wordingSchema, reason: wordingSchema }).optional(),
});
export type Printable = z.infer<typeof printableSchema>;

/** A date as papers bear it. */
export function written(date: CivilDate): Wording {
  const [year, month, day] = date.split('-').map(Number);
  return { zh: `${year}年${month}月${day}日`, en: date };
}
