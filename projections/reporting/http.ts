/** The data dictionary of the tables for BI tools, over the API. */
import { z } from 'zod';
import { get, jsonOf } from '../route.ts';
import { dictionary } from './dictionary.ts';
import { COLUMN_TYPES } from './table.ts';

const word = { zh: z.string(), en: z.string() };

const tableSchema = z.strictObject({
  view: z.string().meta({ description: 'Name of the view, whose columns stay what they are' }),
  ...word,
  columns: z.array(
    z.strictObject({
      ...word,
      name: z.string(),
      type: z.enum(COLUMN_TYPES),
      format: z.string().optional().meta({ description: 'date or date-time, ISO 8601' }),
      key: z.boolean().meta({ description: 'Whether it tells rows apart, with the other columns of the key' }),
      nullable: z.boolean(),
      codes: z.array(z.strictObject({ value: z.string(), ...word })),
    }),
  ),
});

export const routes = [
  get({
    path: '/reporting/dictionary',
    name: 'ListReportingTables',
    title: '报表数据字典',
    summary: 'The tables that BI tools read: their views, columns and codes.',
    allow: 'public',
    input: z.strictObject({}),
    output: z.strictObject({ items: z.array(tableSchema) }),
    paged: false,
    answer: async () => jsonOf({ items: dictionary }),
  }),
];
