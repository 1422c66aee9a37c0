/** Looking for words in lists of bounded length, such as the plan of a year: whatever holds all of them, wherever they stand. */
import { z } from 'zod';
import { BadCursor } from './ports.ts';

/** What is looked for: words between spaces, each of which must stand in a row. */
export const searchParameter = z
  .string()
  .min(1)
  .max(100)
  .optional()
  .meta({ description: '查找的词，以空格分开，须全部出现 (words to be found, all of them)' });

/** Full and half width, capitals and small letters are one. */
const folded = (text: string) => text.normalize('NFKC').toLowerCase();

/** Whether some texts together hold every word that is looked for. */
export function searcher(q: string | undefined): (texts: readonly (string | undefined)[]) => boolean {
  const words = folded(q ?? '')
    .split(/\s+/)
    .filter(word => word !== '');
  return texts => {
    const text = folded(texts.join('\n'));
    return words.every(word => text.includes(word));
  };
}

/** One page of what was found, with how much there is in all; the cursor says how much was shown before. */
export function pageOfFound<Row>(
  found: readonly Row[],
  { limit, cursor = '0' }: { readonly limit: number; readonly cursor?: string },
): { readonly items: readonly Row[]; readonly total: number; readonly next?: string } {
  if (!/^\d{1,9}$/.test(cursor)) throw new BadCursor();
  const from = Number(cursor);
  const to = from + limit;
  const more = to < found.length && { next: String(to) };
  return { items: found.slice(from, to), total: found.length, ...more };
}
