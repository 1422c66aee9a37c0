/** From the portable query to filters that a collection's indexes serve. */
import type { Filter } from 'mongodb';
import type { CollectionSpec, Condition, Query, Range, Scalar } from '../../projections/ports.ts';
import { ABSENT, decodeCursor } from './cursor.ts';
import { columnsOf, elementIndexOf, elementValues, UnindexedField } from './indexed.ts';
import { fieldPath, type RowDocument } from './mongodb-rows.ts';

type RowFilter = Filter<RowDocument>;
type Direction = 'asc' | 'desc';

export interface MongoPlan {
  readonly filter: RowFilter;
  readonly sort: Readonly<Record<string, 1 | -1>>;
  /** Fields whose values make the cursor; the id follows them. */
  readonly orderFields: readonly string[];
}

/** Rows that were removed have no text. */
export const PRESENT: RowFilter = { doc: { $exists: true } };

/** Undefined when no row can match. */
export function planMongoFind(spec: CollectionSpec, { where, order, cursor }: Query): MongoPlan | undefined {
  const filter = filterOf(spec, where);
  const orderFields = order?.by ?? [];
  const direction = order?.direction ?? 'asc';
  const paths = [...orderFields.map(field => pathOf(spec, field)), '_id'];
  if (!filter) return undefined;
  const sign = direction === 'asc' ? 1 : -1;
  return {
    filter: cursor === undefined ? filter : { ...filter, ...onwards(paths, cursor, direction) },
    sort: Object.fromEntries(paths.map(path => [path, sign])),
    orderFields,
  };
}

/** Undefined when no row can match. */
export function filterOf(spec: CollectionSpec, where: Query['where'] = {}): RowFilter | undefined {
  const element = elementIndexOf(spec);
  const filter: Record<string, unknown> = {};
  for (const [field, condition] of Object.entries(where)) {
    if (field === element?.each) {
      const values = elementValues(condition);
      if (values.length === 0) return undefined;
      filter.elements = values.length === 1 ? values[0] : { $all: values };
    } else {
      filter[pathOf(spec, field)] = conditionOn(condition);
    }
  }
  // Every condition asks for a value, and a removed row has none.
  return Object.keys(filter).length > 0 ? (filter as RowFilter) : PRESENT;
}

function pathOf(spec: CollectionSpec, field: string): string {
  if (!columnsOf(spec).includes(field)) throw new UnindexedField(spec.name, field);
  return fieldPath(field);
}

function conditionOn(condition: Condition): object {
  if (typeof condition !== 'object') return { $eq: condition };
  if ('$in' in condition) return { $in: condition.$in };
  if ('$all' in condition) throw new TypeError('$all is for element-indexed fields');
  return aboveAbsent(condition);
}

/** MongoDB compares within one type itself; {@link ABSENT} is a number only for the sake of the order. */
function aboveAbsent(range: Range): Range {
  const types = new Set(Object.values(range).map(bound => typeof bound));
  if (types.size !== 1) throw new TypeError('a range needs bounds of one type');
  const hasLower = range.$gt !== undefined || range.$gte !== undefined;
  return types.has('string') || hasLower ? range : { ...range, $gt: ABSENT };
}

/** What comes after a cursor: further on in the first field, or equal there and further on in the next. */
function onwards(paths: readonly string[], cursor: string, direction: Direction): RowFilter {
  const values = decodeCursor(cursor, paths.length);
  const equal: Record<string, Scalar> = {};
  const rungs: object[] = [];
  paths.forEach((path, at) => {
    const value = values[at] as Scalar;
    for (const further of furtherOn(value, direction)) rungs.push({ ...equal, [path]: further });
    equal[path] = value;
  });
  return { $or: rungs } as RowFilter;
}

/** A range holds one type only, and every number stands before every text. */
function furtherOn(value: Scalar, direction: Direction): readonly Range[] {
  if (direction === 'asc') return typeof value === 'string' ? [{ $gt: value }] : [{ $gt: value }, { $gte: '' }];
  return typeof value === 'string' ? [{ $lt: value }, { $lte: Number.POSITIVE_INFINITY }] : [{ $lt: value }];
}
