/** What was released of the tables for BI tools is kept: who reads `reporting_…_v1` finds the columns that were there. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type DictionaryTable, dictionary } from '../../projections/reporting/dictionary.ts';

const RELEASED = new URL('./reporting.txt', import.meta.url);

/** `reporting_projects_v1 stage: text, = started`, a line a fact. */
function promisedIn(tables: readonly DictionaryTable[]): readonly string[] {
  return tables.flatMap(({ view, columns }) =>
    columns.flatMap(({ name, type, format, key, nullable, codes }) => {
      const shape = [type, format, key && 'key', nullable && 'may be empty'].filter(Boolean).join(', ');
      return [`${view} ${name}: ${shape}`, ...codes.map(({ value }) => `${view} ${name} = ${value}`)];
    }),
  );
}

const released = () => readFileSync(RELEASED, 'utf8').trimEnd().split('\n');

/** What of it is promised no longer. */
function broken(tables: readonly DictionaryTable[]): readonly string[] {
  const now = new Set(promisedIn(tables));
  return released().filter(line => !now.has(line));
}

describe('the contract of the tables for BI tools', () => {
  if (process.env.UPDATE_CONTRACT === '1') writeFileSync(RELEASED, `${promisedIn(dictionary).join('\n')}\n`);

  it('given what was released, then nothing of it is broken', () => {
    const hint = 'a column that goes or changes wants a new version of the table beside the old one';
    expect(broken(dictionary), hint).toEqual([]);
  });

  it('then every table, column and code is on the list', () => {
    expect(promisedIn(dictionary), 'release it with UPDATE_CONTRACT=1').toEqual(released());
  });

  it.each([
    ['a table is gone', (tables: readonly DictionaryTable[]) => tables.slice(1)],
    [
      'a column is gone',
      ([first, ...rest]: readonly DictionaryTable[]) => [
        { ...(first as DictionaryTable), columns: first?.columns.slice(1) ?? [] },
        ...rest,
      ],
    ],
    [
      'a column may be empty now',
      (tables: readonly DictionaryTable[]) =>
        tables.map(table => ({ ...table, columns: table.columns.map(column => ({ ...column, nullable: true })) })),
    ],
  ])('given a planted break, %s, then it is found', (_what, changed) => {
    expect(broken(changed(dictionary))).not.toEqual([]);
  });
});
