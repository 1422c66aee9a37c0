/** Exports are read back with a parser that is not of the library which writes them, over texts meant to break out. */

import papaparse from 'papaparse';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../events/catalogue.ts';
import { BYTE_ORDER_MARK, csvLines } from '../../projections/csv.ts';
import { trailNames } from '../../projections/names.ts';
import { credentials } from '../../projections/provisional.ts';
import { type Answered, csvOf } from '../../projections/report/export.ts';
import { trailEntries } from '../../projections/trail/entries.ts';
import { trailExport } from '../../projections/trail/export.ts';
import { story } from '../report/support.ts';
import { readerOf, told } from '../support/fold.ts';
import fc from '../support/properties.ts';

const read = (text: string): string[][] => papaparse.parse<string[]>(text, { delimiter: ',', newline: '\r\n' }).data;

/** What makes a table of a text, or a formula of a cell. */
const SIGNS = [
  '=',
  '+',
  '-',
  '@',
  '＝',
  '＠',
  '\t',
  '\r',
  '\n',
  '\r\n',
  '"',
  ',',
  ';',
  "'",
  ' ',
  '0',
  '12',
  'E',
  '字',
  '\u2028',
];
const hostile = fc.array(fc.constantFrom(...SIGNS), { maxLength: 14 }).map(signs => signs.join(''));

/** Whether a spreadsheet program would take a line of a cell for a formula, or the cell for a number. */
function isExecuted(cell: string): boolean {
  const lines = cell.split(/[\r\n\u2028\u2029]/);
  return lines.some(line => /^\s*[=+\-@＝＋－＠]|^\t/.test(line)) || /^(\d{12,}|0\d+|\d+E\d+)$/.test(cell);
}

/** The cell as it was written, if it says no more than it did. */
const plain = (cell: string) => cell.replaceAll(/(^|[\r\n\u2028\u2029])'+/g, '$1');

function expectCells(found: readonly string[], given: readonly string[]): void {
  expect(found.map(plain)).toEqual(given.map(plain));
  expect(found.filter(isExecuted)).toEqual([]);
}

describe('a table read back', () => {
  it('given any texts, then it has their rows and cells, and none is a formula or a number', () => {
    const rows = fc.array(fc.array(hostile, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(rows, given => {
        const found = read(csvLines(given)).slice(0, -1);
        expect(found.map(row => row.length)).toEqual(given.map(row => row.length));
        for (const [at, row] of given.entries()) expectCells(found[at] ?? [], row);
      }),
      { seed: 12, numRuns: 500 },
    );
  });

  it.each([
    ['=1+1', "'=1+1"],
    [' =1+1', "' =1+1"],
    ['说明\n=HYPERLINK("x")', '说明\n\'=HYPERLINK("x")'],
    ['说明\r+1', "说明\r'+1"],
    ['说明\n\t=1', "说明\n'\t=1"],
    ['911201160300012345', "'911201160300012345"],
    ['91120103000000E012', "'91120103000000E012"],
    ['007', "'007"],
    ['2024-00001', '2024-00001'],
    ['12', '12'],
    ['12.5', '12.5'],
    ['—减少', '—减少'],
  ])('%j is %j', (given, cell) => {
    expect(read(csvLines([[given]]))[0]).toEqual([cell]);
  });
});

describe('every export', () => {
  it('given hostile texts in a report, then its cells are those of the answer', () => {
    fc.assert(
      fc.property(hostile, hostile, (says, cell) => {
        const answer: Answered = {
          number: 3,
          title: '迟录',
          question: '哪些？',
          parameters: {},
          asOf: { position: '7' },
          verdict: says,
          faults: 0,
          columns: { reason: '理由' },
          called: [],
          rows: [{ fault: true, says, cells: { reason: cell }, rests: [{ position: '7', eventId: 'e', type: 't' }] }],
        };
        const text = csvOf(answer);
        expect(text.startsWith(BYTE_ORDER_MARK)).toBe(true);
        const [row = []] = read(text).slice(7);
        expectCells(row, ['1', '是', says, cell, '7', 'e']);
      }),
      { seed: 12, numRuns: 200 },
    );
  });

  it('given a report with codes, then its parameters and its cells say them in words', () => {
    const text = csvOf({
      number: 10,
      title: '第三方机构的行为',
      question: '哪些？',
      parameters: { year: 2024 },
      asOf: { position: '7' },
      verdict: '一项。',
      faults: 0,
      columns: { role: '角色', type: '行为', command: '事务性事项' },
      called: [],
      rows: [
        {
          fault: false,
          says: '办理。',
          cells: { role: 'TPO', type: 'work-plan.drafted', command: 'DraftWorkPlan' },
          rests: [],
        },
      ],
    });
    const lines = read(text.replace(BYTE_ORDER_MARK, ''));
    expect(lines[2]).toEqual(['参数', '年度：2024']);
    expect(lines[7]?.slice(3, 6)).toEqual(['第三方机构', catalogue.get('work-plan.drafted')?.title, '起草工作方案']);
  });

  it('given the trail, then role and act stand in words, and the kind of event beside them', async () => {
    const reader = readerOf([trailEntries, trailNames, credentials], { events: story([told('visit.recorded')]) });
    let text = '';
    for await (const piece of trailExport({ order: 'asc' }, 'csv', reader)) text += piece;
    const [header = [], row = []] = read(text.replace(BYTE_ORDER_MARK, ''));
    const cell = (name: string) => row[header.indexOf(name)];
    expect([cell('角色'), cell('行为'), cell('事件类型')]).toEqual([
      '市市场监督管理部门',
      catalogue.get('visit.recorded')?.title,
      'visit.recorded',
    ]);
  });

  it('given hostile texts in the trail, then each entry is one row of as many cells as there are headers', async () => {
    const reasons = fc.sample(hostile, { seed: 12, numRuns: 60 });
    const log = story(reasons.map(() => told('visit.recorded'))).map((event, at) => ({
      ...event,
      meta: { ...event.meta, backdated: true as const, reason: reasons[at] ?? '' },
    }));
    const reader = readerOf([trailEntries, trailNames, credentials], { events: log });
    let text = '';
    for await (const piece of trailExport({ order: 'asc' }, 'csv', reader)) text += piece;
    const [header = [], ...rows] = read(text.replace(BYTE_ORDER_MARK, '')).slice(0, -1);
    const column = header.indexOf('理由');
    expect(rows.map(row => row.length)).toEqual(reasons.map(() => header.length));
    for (const [at, reason] of reasons.entries()) expectCells([rows[at]?.[column] ?? ''], [reason]);
  });
});
