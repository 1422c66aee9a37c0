/** Opaque cursors: the order values and the id of a page's last row. */
import { BadCursor, type Scalar } from '../../projections/ports.ts';

export function encodeCursor(values: readonly Scalar[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** Throws {@link BadCursor} unless it holds `length` texts or numbers. */
export function decodeCursor(cursor: string, length: number): Scalar[] {
  let values: unknown;
  try {
    values = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw new BadCursor();
  }
  const valid =
    Array.isArray(values) &&
    values.length === length &&
    values.every(value => typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value)));
  if (!valid) throw new BadCursor();
  return values as Scalar[];
}
