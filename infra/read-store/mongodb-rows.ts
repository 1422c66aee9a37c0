/** A row as a MongoDB document: its JSON text beside copies of the fields that it is found by. */
import { type Position, sortablePosition } from '../../events/ids.ts';
import type { CollectionSpec, CollectionWrites, Row, RowWrite, Scalar } from '../../projections/ports.ts';
import { isReporting } from '../../projections/reporting/table.ts';
import { ABSENT } from './cursor.ts';
import { columnsOf, elementIndexOf, elementsOf, scalarAt } from './indexed.ts';
import type { Operation } from './mongodb-bulk.ts';

export interface RowDocument {
  readonly _id: string;
  /** Fixed width, of the last event that the row took. */
  readonly position: string;
  /**
   * JSON. A row that was removed has neither text nor fields; it stays for its position, so that a late writer cannot
   * bring it back.
   */
  readonly doc?: string;
  /** By {@link fieldKey}; ABSENT where the row has no text or number. */
  readonly fields?: Readonly<Record<string, Scalar>>;
  readonly elements?: readonly string[];
  /** The row itself, where it is of a table for BI tools. */
  readonly columns?: Row;
}

type RowOperation = Operation<RowDocument>;

/** A path would be taken apart at its dots. */
const fieldKey = (field: string): string => field.replaceAll('.', '/');

/** Where a document holds the value of an indexed field. */
export const fieldPath = (field: string): string => `fields.${fieldKey(field)}`;

/** The key patterns of a collection's indexes; the id behind the fields puts pages in order without a sort. */
export function indexKeysOf({ indexes }: CollectionSpec): Record<string, 1>[] {
  return indexes.map(index => {
    const paths = 'each' in index ? ['elements', fieldPath(index.orderedBy)] : index.fields.map(fieldPath);
    return Object.fromEntries([...paths, '_id'].map(path => [path, 1]));
  });
}

/** What writes the rows of a commit. Throws when one of them cannot be stored, before any of them is. */
export function operationsOf({ collection, rows }: CollectionWrites): RowOperation[] {
  const fields = columnsOf(collection);
  const element = elementIndexOf(collection)?.each;
  const document = (id: string, { row, position }: RowWrite): RowDocument => ({
    _id: known(id),
    position: sortablePosition(position),
    ...(row && {
      doc: JSON.stringify(row),
      fields: Object.fromEntries(fields.map(field => [fieldKey(field), scalarAt(row, field)])),
      ...(element !== undefined && { elements: elementsOf(row, element) }),
      ...(isReporting(collection.name) && { columns: row }),
    }),
  });
  const written = [...rows].filter(([, { row }]) => row || !collection.appendOnly);
  const operation = collection.appendOnly ? ifAbsent : unlessAhead;
  return written.map(([id, write]) => operation(document(id, write)));
}

function ifAbsent(document: RowDocument): RowOperation {
  return { insertOne: { document } };
}

/** Answered with a duplicate key when the row is ahead, or when another writer made it in between. */
function unlessAhead({ _id, ...replacement }: RowDocument): RowOperation {
  const filter = { _id, position: { $lt: replacement.position } };
  return { replaceOne: { filter, replacement, upsert: true } };
}

/** BSON holds UTF-8: two ids that differ in half a character only would become one. */
function known(id: string): string {
  if (/\p{Surrogate}/u.test(id)) throw new RangeError(`${JSON.stringify(id)} is no Unicode text`);
  return id;
}

/** The order values of a document, as a cursor has them. */
export function orderValues({ fields }: RowDocument, by: readonly string[]): Scalar[] {
  return by.map(field => fields?.[fieldKey(field)] ?? ABSENT);
}

/** The position that a row is as of, without the zeros that make texts comparable. */
export function rowPositionOf({ position }: RowDocument): Position {
  return position.replace(/^0+(?=\d)/, '') as Position;
}
