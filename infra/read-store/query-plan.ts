/** From the portable query to SQL over a collection's columns and its element table. */
import type { CollectionSpec, Condition, Query, Range, Scalar } from '../../projections/ports.ts';
import { ABSENT, decodeCursor } from './cursor.ts';
import { columnsOf, elementIndexOf, elementValues, UnindexedField } from './indexed.ts';

export interface SqlPlan {
  readonly sql: string;
  readonly parameters: readonly Scalar[];
  /** Fields whose values make the cursor; the id follows them. */
  readonly orderFields: readonly string[];
}

const OPERATORS = { $gt: '>', $gte: '>=', $lt: '<', $lte: '<=' } as const;

/** A name as an SQL identifier. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
/** The column that holds an indexed field, quoted. */
export const columnName = (field: string): string => quoted(`ix_${field}`);
/** The table of a collection’s array elements, quoted. */
export const elementTable = (collection: string): string => quoted(`${collection}__elements`);
/** The table that numbers a collection’s element values, quoted. */
export const valueTable = (collection: string): string => quoted(`${collection}__values`);

/** Gives the keys of element values, the rarest first, or undefined if no row has one of them. */
type Dictionary = (values: readonly string[]) => readonly number[] | undefined;

/**
 * A page of rows, one more than asked for to tell whether another follows. Undefined when no row can match. Throws
 * UnindexedField, and BadCursor for a cursor that is none.
 */
export function planSqlFind(spec: CollectionSpec, query: Query, dictionary: Dictionary): SqlPlan | undefined {
  const orderFields = query.order?.by ?? [];
  const direction = query.order?.direction ?? 'asc';
  const where = planWhere(spec, query.where ?? {}, dictionary);
  if (!where) return undefined;
  const order = [...orderFields.map(field => where.column(field)), where.idColumn];
  if (query.cursor !== undefined) {
    const values = decodeCursor(query.cursor, order.length);
    const comparison = direction === 'asc' ? '>' : '<';
    where.clauses.push(`(${order.join(', ')}) ${comparison} (${order.map(() => '?').join(', ')})`);
    where.parameters.push(...values);
    if (where.elementDriven) {
      // The row comparison spans two tables; this part of it lets the scan start at the page.
      where.clauses.push(`${order[0]} ${comparison}= ?`);
      where.parameters.push(values[0] as Scalar);
    }
  }
  const sql = `SELECT ${['r.doc', ...order].join(', ')} FROM ${where.from}${where.text()}
    ORDER BY ${order.map(column => `${column} ${direction}`).join(', ')} LIMIT ${query.limit + 1}`;
  return { sql, parameters: where.parameters, orderFields };
}

/** How many rows match. Undefined when none can. */
export function planCount(spec: CollectionSpec, where: Query['where'], dictionary: Dictionary): SqlPlan | undefined {
  const planned = planWhere(spec, where ?? {}, dictionary);
  if (!planned) return undefined;
  return {
    sql: `SELECT count(*) FROM ${planned.from}${planned.text()}`,
    parameters: planned.parameters,
    orderFields: [],
  };
}

/**
 * Element conditions drive from the element table, whose key already is (value, order, row): a page is a range scan,
 * over the rarest value when there are several. Undefined when an element value occurs nowhere, so that no row can match.
 */
function planWhere(spec: CollectionSpec, where: NonNullable<Query['where']>, dictionary: Dictionary) {
  const columns = columnsOf(spec);
  const element = elementIndexOf(spec);
  const clauses: string[] = [];
  const parameters: Scalar[] = [];
  const column = (field: string): string => {
    if (elementDriven && element?.orderedBy === field) return 'e.sort';
    if (!columns.includes(field)) throw new UnindexedField(spec.name, field);
    return `r.${columnName(field)}`;
  };
  const wanted = element && where[element.each];
  const elements = wanted === undefined ? [] : elementValues(wanted);
  if (wanted !== undefined && elements.length === 0) return undefined;
  const elementDriven = elements.length > 0;
  const keys = elementDriven ? dictionary(elements) : [];
  if (!keys) return undefined;
  let from = `${quoted(spec.name)} r`;
  if (elementDriven) {
    from = `${elementTable(spec.name)} e CROSS JOIN ${quoted(spec.name)} r ON r.rid = e.rid`;
    clauses.push('e.value = ?');
    parameters.push(keys[0] as number);
    for (const key of keys.slice(1)) {
      clauses.push(
        `EXISTS (SELECT 1 FROM ${elementTable(spec.name)} o WHERE o.value = ? AND o.sort = e.sort AND o.rid = e.rid)`,
      );
      parameters.push(key);
    }
  }
  for (const [field, condition] of Object.entries(where)) {
    if (field === element?.each) continue;
    addCondition(column(field), condition, clauses, parameters);
  }
  // Within one order value an element table knows rows by number; ids decide only where order values repeat.
  const idColumn = 'r.id';
  const text = () => (clauses.length > 0 ? ` WHERE ${clauses.join(' AND ')}` : '');
  return { from, clauses, parameters, column, idColumn, elementDriven, text };
}

function addCondition(column: string, condition: Condition, clauses: string[], parameters: Scalar[]): void {
  if (typeof condition !== 'object') {
    clauses.push(`${column} = ?`);
    parameters.push(condition);
    return;
  }
  if ('$in' in condition) {
    clauses.push(`${column} IN (${condition.$in.map(() => '?').join(', ')})`);
    parameters.push(...condition.$in);
    return;
  }
  if ('$all' in condition) throw new TypeError('$all is for element-indexed fields');
  for (const [operator, value] of Object.entries(withinOneType(condition))) {
    clauses.push(`${column} ${OPERATORS[operator as keyof typeof OPERATORS]} ?`);
    parameters.push(value);
  }
}

/** A range compares within the type of its bounds, as in MongoDB: SQLite would put every text above every number. */
function withinOneType(range: Range): Range {
  const types = new Set(Object.values(range).map(bound => typeof bound));
  if (types.size !== 1) throw new TypeError('a range needs bounds of one type');
  const hasLower = range.$gt !== undefined || range.$gte !== undefined;
  const hasUpper = range.$lt !== undefined || range.$lte !== undefined;
  if (types.has('string')) return hasLower ? range : { ...range, $gte: '' };
  return { ...range, ...(!hasLower && { $gt: ABSENT }), ...(!hasUpper && { $lt: '' }) };
}
