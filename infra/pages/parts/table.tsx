/** Tables: rows of a list, bars that are their own table, facts with their names, and the way to the next page. */
import type { ComponentChildren } from 'preact';
import { count, withChoice } from './format.ts';

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** Set to the right, in figures of one width. */
  readonly isNumber?: true;
  /** Never broken, as times are not. */
  readonly isOneLine?: true;
  /** Sentences, which are not squeezed into a column of a few characters. */
  readonly isProse?: true;
  /** Percent of the width, where it must not wait for the rows: a table moves while it comes in over a slow network. */
  readonly share?: number | undefined;
}

/** So many rows can be narrowed while one types, where scripts run: room is kept for it, so that nothing moves. */
const LONG = 12;

/** `caption` says what the rows are, for those who hear the page. */
export function Table<Row>({
  caption,
  columns,
  rows,
  none = '没有内容。',
}: {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly none?: string;
}) {
  if (rows.length === 0) return <p class="none">{none}</p>;
  return (
    <>
      {rows.length >= LONG && <div class="narrow-rows" />}
      <div class="scroll">
        <table>
          <caption class="sr">{caption}</caption>
          {columns.some(({ share }) => share !== undefined) && (
            <colgroup>
              {columns.map(({ share }) => (
                <col width={share === undefined ? undefined : `${share}%`} />
              ))}
            </colgroup>
          )}
          <thead>
            <tr>
              {columns.map(({ head, isNumber }) => (
                <th scope="col" class={isNumber && 'number'}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(row => (
              <tr>
                {columns.map(({ cell, isNumber, isOneLine, isProse }) => (
                  <td class={isNumber ? 'number' : isOneLine ? 'line' : isProse && 'prose'}>{cell(row)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

export interface BarRow {
  readonly label: ComponentChildren;
  readonly value: number;
  /** As it is written; the number itself unless told. */
  readonly shown?: ComponentChildren;
  /** What the number counts. */
  readonly meaning?: ComponentChildren;
}

/** Bars in a table: each row says its number, and its length shows it beside the others. */
export function Bars({
  caption,
  unit,
  rows,
}: {
  readonly caption: string;
  readonly unit: string;
  readonly rows: readonly BarRow[];
}) {
  const largest = Math.max(1, ...rows.map(({ value }) => value));
  return (
    <table class="bars">
      <caption class="sr">{caption}</caption>
      <thead class="sr">
        <tr>
          <th scope="col">项目</th>
          <th scope="col">{unit}</th>
          <th scope="col">图示</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ label, value, shown, meaning }) => (
          <tr>
            <th scope="row">
              {label}
              {meaning && <small>{meaning}</small>}
            </th>
            <td class="number">{shown ?? count(value)}</td>
            <td class="bar">
              <svg width="100%" height="20" aria-hidden="true" focusable="false">
                <rect width={`${((value / largest) * 100).toFixed(1)}%`} height="20" />
              </svg>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export type Fact = readonly [name: string, value: ComponentChildren];

/** Names with their values; what is undefined is left out. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl class="facts">
      {facts
        .filter(([, value]) => value !== undefined && value !== '')
        .map(([name, value]) => (
          <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** The way on in a long list, and back to its beginning. */
export function Pager({ here, next }: { readonly here: URL; readonly next: string | undefined }) {
  const isFirst = !here.searchParams.has('cursor');
  if (isFirst && next === undefined) return null;
  return (
    <nav class="pager" aria-label="翻页">
      {!isFirst && <a href={withChoice(here, {})}>← 回到第一页</a>}
      {next !== undefined && (
        <a rel="next" href={withChoice(here, { cursor: next })}>
          下一页 →
        </a>
      )}
    </nav>
  );
}
