/** The data dictionary of the tables for BI tools: what each column is called, what it holds, and what its codes mean. */
import { codeName, fieldWord } from '../../events/words.ts';
import { reportTables } from './index.ts';
import type { ReportColumn, ReportTable } from './table.ts';

export interface DictionaryCode {
  readonly value: string;
  readonly zh: string;
  readonly en: string;
}

export interface DictionaryColumn extends Omit<ReportColumn, 'field' | 'codes'> {
  readonly zh: string;
  readonly en: string;
  readonly codes: readonly DictionaryCode[];
}

export interface DictionaryTable {
  /** Name of the view. */
  readonly view: string;
  readonly zh: string;
  readonly en: string;
  readonly columns: readonly DictionaryColumn[];
}

export const dictionary: readonly DictionaryTable[] = reportTables.map(described);

function described({ view, owner, title: { zh, en }, columns }: ReportTable): DictionaryTable {
  return { view, zh, en, columns: columns.map(column => columnDescribed(column, owner)) };
}

function columnDescribed({ field, codes, ...column }: ReportColumn, owner: string): DictionaryColumn {
  const { zh, en } = fieldWord(field, owner);
  const described = codes.map(value => {
    const word = codeName(field, value, owner);
    return { value, zh: word?.zh ?? value, en: word?.en ?? value };
  });
  return { ...column, zh, en, codes: described };
}

/** The views that tell of the others, as rows of plain values; they are named like tables. */
export const DICTIONARY_VIEWS = {
  reporting_dictionary_v1: [
    'table_name',
    'table_zh',
    'table_en',
    'ordinal',
    'column_name',
    'type',
    'format',
    'is_key',
    'is_nullable',
    'zh',
    'en',
  ],
  reporting_codes_v1: ['table_name', 'column_name', 'code', 'zh', 'en'],
} as const;

type Cell = string | number | null;

/** Rows of {@link DICTIONARY_VIEWS}, in the order of their columns. */
export function dictionaryRows(): Readonly<Record<keyof typeof DICTIONARY_VIEWS, readonly (readonly Cell[])[]>> {
  return {
    reporting_dictionary_v1: dictionary.flatMap(table =>
      table.columns.map((column, at) => [
        ...[table.view, table.zh, table.en, at + 1],
        ...[column.name, column.type, column.format ?? null, Number(column.key), Number(column.nullable)],
        ...[column.zh, column.en],
      ]),
    ),
    reporting_codes_v1: dictionary.flatMap(({ view, columns }) =>
      columns.flatMap(({ name, codes }) => codes.map(({ value, zh, en }) => [view, name, value, zh, en])),
    ),
  };
}
