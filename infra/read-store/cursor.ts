/** Opaque cursors: the order values and the id of a page's last row. */
import { BadCursor, type Scalar } from '../../projections/ports.ts';

/**
 * What a column holds where a row has no text or number: the least of all values, as MongoDB orders a missing field.
 * NULL would drop such rows from the row comparison that continues a page.
 */
export const ABSENT = Number.NEGATIVE_INFINITY;

/** Base64url of JSON; {@link ABSENT} is written as null. */
export function encodeCursor(values: readonly Scalar[]): string {
  return Buffer.from(JSON.stringify(values.map(value => (value === ABSENT ? null : value)))).toString('base64url');
}

/** Throws {@link BadCursor} unless it holds `length` texts, numbers or nulls, the last of them a text. */
export function decodeCursor(cursor: string, length: number): Scalar[] {
  let values: unknown;
  try {
    values = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw new BadCursor();
  }
  if (!Array.isArray(values) || values.length !== length || typeof values.at(-1) !== 'string') throw new BadCursor();
  return values.map(value => {
    if (value === null) return ABSENT;
    if (typeof value === 'string' || typeof value === 'number') return value;
    throw new BadCursor();
  });
}
