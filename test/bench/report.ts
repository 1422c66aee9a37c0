/** The table: ours beside the limit of the same run, their ratio with its spread, what must be, and whether it is. */
import { count, type Sample, type Spread, shown, spreadOf } from './measure.ts';

interface Row {
  readonly area: string;
  readonly ours: string;
  readonly limit: string;
  readonly ratio: string;
  readonly must: string;
  readonly verdict: 'met' | 'MISSED' | 'FAILED' | '';
}

export type Bound = { readonly atLeast: number } | { readonly atMost: number };

export interface Ratio {
  readonly area: string;
  readonly ours: readonly Sample[];
  readonly limit: readonly Sample[];
  readonly limitName: string;
  /** Without one the ratio is for information. */
  readonly must?: Bound;
}

export interface Figure {
  readonly area: string;
  readonly values: readonly number[];
  readonly unit: string;
  readonly must?: Bound;
  readonly limit?: string;
}

export class Report {
  readonly #rows: Row[] = [];

  /** Rates of ours over those of the limit, pair by pair. */
  ratio({ area, ours, limit, limitName, must }: Ratio): void {
    const ratios = ours.map(({ rate }, at) => rate / (limit[at] as Sample).rate);
    this.#add(area, shown(ours), `${limitName}: ${shown(limit)}`, spreadOf(ratios), 'x', must);
  }

  /** Times of the limit over ours, or any other ratio made elsewhere. */
  ratioOf({ area, values, must, limit = '' }: Omit<Figure, 'unit'>, ours: string): void {
    this.#add(area, ours, limit, spreadOf(values), 'x', must);
  }

  /** How far the slow ones fall behind: p99 over p50 of each run. */
  tail(area: string, samples: readonly Sample[], must: Bound): void {
    const values = samples.map(({ p50, p99 }) => p99 / p50);
    this.#add(`${area}: p99 to p50`, shown(samples), '', spreadOf(values), 'x', must);
  }

  /** A value that is judged by itself. */
  figure({ area, values, unit, must, limit = '' }: Figure): void {
    const spread = spreadOf(values);
    this.#add(area, `${number(spread.median)} ${unit}`, limit, spread, ` ${unit}`, must);
  }

  /** An area that could not be measured; the others still are. */
  failed(area: string, error: unknown): void {
    console.error(error);
    this.#rows.push({ area, ours: String(error), limit: '', ratio: '', must: '', verdict: 'FAILED' });
  }

  get passed(): boolean {
    return !this.#rows.some(({ verdict }) => verdict === 'MISSED' || verdict === 'FAILED');
  }

  print(): void {
    const heads: Row = {
      area: 'area',
      ours: 'ours',
      limit: 'limit',
      ratio: 'min..median..max',
      must: 'must',
      verdict: '',
    };
    const lines = [heads, ...this.#rows].map(row => Object.values(row) as string[]);
    const widths = Object.keys(heads).map((_, column) => Math.max(...lines.map(line => (line[column] ?? '').length)));
    for (const line of lines) console.log(line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | '));
  }

  #add(area: string, ours: string, limit: string, spread: Spread, unit: string, must: Bound | undefined): void {
    const row: Row = {
      area,
      ours,
      limit,
      ratio: `${number(spread.min)}..${number(spread.median)}..${number(spread.max)}${unit}`,
      must: must ? boundOf(must, unit) : '',
      verdict: must ? (holds(spread.median, must) ? 'met' : 'MISSED') : '',
    };
    this.#rows.push(row);
    console.error(`  ${Object.values(row).filter(Boolean).join(' | ')}`);
  }
}

function holds(value: number, bound: Bound): boolean {
  return 'atLeast' in bound ? value >= bound.atLeast : value <= bound.atMost;
}

function boundOf(bound: Bound, unit: string): string {
  return 'atLeast' in bound ? `>= ${number(bound.atLeast)}${unit}` : `<= ${number(bound.atMost)}${unit}`;
}

const number = (value: number): string => (Math.abs(value) >= 100 ? count(value) : value.toFixed(2));
