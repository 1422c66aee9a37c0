/** How a table for BI tools is declared: its name, the version that readers rely on, its columns, and how rows are made. */
import { z } from 'zod';
import type { Word } from '../../events/words.ts';
import type { Handler, Projection } from '../projection.ts';

/** Of the names of read models that are tables for BI tools. */
const PREFIX = 'reporting-';

/** What a column holds; times and days are texts of ISO 8601. */
export const COLUMN_TYPES = ['text', 'integer', 'boolean'] as const;
export type ColumnType = (typeof COLUMN_TYPES)[number];

export interface ReportColumn {
  /** In the view: `project_id`. */
  readonly name: string;
  /** In the rows: `projectId`. */
  readonly field: string;
  readonly type: ColumnType;
  /** Whether it is empty in some rows. */
  readonly nullable: boolean;
  /** Whether it tells rows apart, with the other columns of the key. */
  readonly key: boolean;
  /** `date` or `date-time` for days and times. */
  readonly format?: string;
  readonly codes: readonly string[];
}

export interface ReportTable {
  /** Of the view: `reporting_projects_v1`. A name once released keeps its columns and what they mean. */
  readonly view: string;
  /** Owner of its words, whatever the version: `reporting_projects`. */
  readonly owner: string;
  readonly title: Word;
  readonly row: z.ZodObject;
  readonly columns: readonly ReportColumn[];
  readonly projection: Projection;
}

interface Definition<Row> {
  /** Snake case. */
  readonly name: string;
  /** Raised where columns change their meaning or go; the table before stays beside it for those who read it. */
  readonly version: number;
  /** Raised whenever rows would come out differently. */
  readonly rows: number;
  readonly title: Word;
  readonly question: string;
  /** The columns. Rows may hold more, which is not shown. */
  readonly row: z.ZodObject;
  readonly key: readonly (keyof Row & string)[];
  readonly handlers: readonly Handler<Row>[];
}

export function reportTable<Row>(definition: Definition<Row>): ReportTable {
  const { name, version, rows, title, question, row, key, handlers } = definition;
  return {
    view: `reporting_${name}_v${version}`,
    owner: `reporting_${name}`,
    title,
    row,
    columns: columnsOf(row, key),
    projection: {
      name: `${PREFIX}${name.replaceAll('_', '-')}-v${version}`,
      version: rows,
      question,
      indexes: [],
      handlers: handlers as readonly Handler<unknown>[],
      material: { none: '只有名称、日期和办理环节 (names, days and stages alone)' },
    },
  };
}

/** Whether a read model, or a collection of one, is a table for BI tools. */
export function isReporting(name: string): boolean {
  return name.startsWith(PREFIX);
}

interface ColumnSchema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly 'x-format'?: string;
}

const TYPES: Readonly<Record<string, ColumnType>> = { string: 'text', integer: 'integer', boolean: 'boolean' };

/** Throws for a field that is no scalar: a list is a table of its own. */
function columnsOf(row: z.ZodObject, key: readonly string[]): readonly ReportColumn[] {
  const { properties = {}, required = [] } = z.toJSONSchema(row, { io: 'output' });
  return Object.entries(properties).map(([field, schema]) => {
    const { type = '', enum: codes = [], format } = schema as ColumnSchema;
    const known = TYPES[type];
    if (known === undefined) throw new TypeError(`${field} is no plain value`);
    return {
      name: field.replaceAll(/[A-Z]/g, letter => `_${letter.toLowerCase()}`),
      field,
      type: known,
      nullable: !required.includes(field),
      key: key.includes(field),
      ...(format !== undefined && { format }),
      codes,
    };
  });
}
