/** Bounded text as people write it. */
import { z } from 'zod';

/** A name or title: one line, at most 200 characters. */
export const lineSchema = z.string().trim().min(1).max(200);
/** A paragraph: at most 4,000 characters. */
export const paragraphSchema = z.string().trim().min(1).max(4000);
/** A name within a line that says more than the name. */
export function shortened(name: string): string {
  const signs = [...name];
  return signs.length > 60 ? `${signs.slice(0, 59).join('')}…` : name;
}

/** A web address of a published document. */
export const urlSchema = z.url({ protocol: /^https?$/ }).max(500);

/** Line breaks of a paragraph, and its tabs. */
const OF_PARAGRAPHS = /[\t\n\r\u0085\u2028\u2029]/gu;
/**
 * Controls, line breaks, signs that reorder the text around them (UAX #9), and code points that are no characters. Those for
 * private use stay: rare characters of names are written with them.
 */
const REFUSED = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Noncharacter_Code_Point}]/u;
/** Nothing else is to be seen by itself. */
const VISIBLE = /(?![\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{N}\p{P}\p{S}\p{Co}]/u;

/** Why a text from outside is none that people can read as it stands; undefined for one that is. Stored events are not asked. */
export function textFault(text: string, kind: 'line' | 'paragraph'): string | undefined {
  const refused = REFUSED.exec(kind === 'line' ? text : text.replaceAll(OF_PARAGRAPHS, ' '))?.[0];
  if (refused !== undefined) {
    const code = `U+${refused.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`;
    return /[\n\r\u0085\u2028\u2029]/.test(refused)
      ? `应为一行文字，不得换行 (one line of text, without ${code})`
      : `不得含有不可见的控制字符 ${code} (a text without ${code})`;
  }
  return VISIBLE.test(text) ? undefined : '没有可见的文字 (nothing in it can be seen)';
}
