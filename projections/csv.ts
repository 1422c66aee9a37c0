/**
 * Tables for spreadsheet programs (RFC 4180, UTF-8 with a byte order mark). What people wrote stays text in them: it starts no
 * formula, on whichever line of a cell, and no code of digits becomes a number that loses some of them.
 */
import { stringify } from 'csv-stringify/sync';

/** Tells spreadsheet programs that the text is UTF-8. Comes first in the file, once. */
export const BYTE_ORDER_MARK = '\uFEFF';

/** Begins a formula, in half or full width, be there spaces before it or not. */
const FORMULA = /^(?=[^\S\r\n]*[=+\-@＝＋－＠]|\t)/gmu;
/** What spreadsheet programs take for a number and then write another way: long codes, codes with leading zeros, `12E5`. */
const DIGIT_CODE = /^(?:\d{12,}|0\d+|\d+(?:\.\d*)?E\d+)$/iu;

/** Rows of cells as lines of text, each ended by CR LF. A cell that could be taken for more than text begins with `'`. */
export function csvLines(rows: readonly (readonly string[])[]): string {
  return stringify(rows as string[][], { cast: { string: asText }, record_delimiter: 'windows' });
}

function asText(cell: string): string {
  if (DIGIT_CODE.test(cell.normalize('NFKC'))) return `'${cell}`;
  return cell.replaceAll(FORMULA, "'");
}
