/** What both read stores index of a row, and what a query asks of it. */
import type { CollectionSpec, Condition, Row, Scalar } from '../../projections/ports.ts';
import type { ElementIndex } from '../../projections/projection.ts';
import { ABSENT } from './cursor.ts';

/** A query names a field that no index of its collection holds: a fault of the program, not of the caller. */
export class UnindexedField extends Error {
  constructor(collection: string, field: string) {
    super(`${collection} has no index on ${field}`);
    this.name = 'UnindexedField';
  }
}

/** The scalar fields of a collection that its indexes hold. */
export function columnsOf(spec: CollectionSpec): readonly string[] {
  const fields = spec.indexes.flatMap(index => ('each' in index ? [index.orderedBy] : index.fields));
  return [...new Set(fields)];
}

/** The one index over elements of an array that a collection may have. */
export function elementIndexOf(spec: CollectionSpec): ElementIndex | undefined {
  return spec.indexes.find((index): index is ElementIndex => 'each' in index);
}

/** The value of a field path, or {@link ABSENT}: only texts and numbers are indexed. */
export function scalarAt(row: Row, path: string): Scalar {
  let value: unknown = row;
  for (const part of path.split('.')) value = (value as Row | undefined)?.[part];
  return typeof value === 'string' || Number.isFinite(value) ? (value as Scalar) : ABSENT;
}

/** The texts of a list field, each once. */
export function elementsOf(row: Row, field: string): readonly string[] {
  const value = row[field];
  return Array.isArray(value) ? [...new Set(value.filter(element => typeof element === 'string'))] : [];
}

/** The values that a condition wants to find in the list. */
export function elementValues(condition: Condition): readonly string[] {
  if (typeof condition === 'string') return [condition];
  if (typeof condition === 'object' && '$all' in condition) return condition.$all;
  throw new TypeError('an element-indexed field is asked for by equality or $all');
}
