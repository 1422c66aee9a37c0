/**
 * From score sheets to a ranking (art-20), so that anyone can do it again and get the same digits.
 *
 * All numbers are whole: points in hundredths, scores in ten-thousandths of a point of 100. A quotient is rounded once,
 * half away from zero.
 *   total of a sheet     Σ weight × points / max, over the criteria; 0 to 100
 *   none                 a sheet counts with its total
 *   z-score-per-judge    a sheet counts with M + S × (total − m) / s, where m and s are mean and standard deviation of the
 *                        judge's totals, M and S those of all totals; with M where the judge's totals do not differ
 *   score of a project   the mean of what its sheets count with
 *   rank                 by score; between equals by mean points of the criteria of the tie-break, in their order; who is
 *                        still equal shares the rank
 *   spread               highest total less lowest, before normalisation
 */
import { z } from 'zod';

export const SCORING_ALGORITHM = 'weighted-mean/1';

export const NORMALISATIONS = ['none', 'z-score-per-judge'] as const;
export type Normalisation = (typeof NORMALISATIONS)[number];

/** Points as a person gives them: at most two decimals, as text so that no digit is lost. */
export const pointsSchema = z
  .string()
  .regex(/^(0|[1-9]\d{0,3})(\.\d{1,2})?$/)
  .meta({ description: 'Points with at most two decimals, e.g. "18.5"' });

/** A computed number with four decimals. */
export const scoreSchema = z
  .string()
  .regex(/^-?\d{1,5}\.\d{4}$/)
  .meta({ description: 'A number with four decimals, e.g. "86.2500"' });

export interface ScoringStandard {
  readonly criteria: readonly { readonly id: string; readonly weight: number; readonly max: number }[];
  readonly normalisation: Normalisation;
  readonly tieBreak: readonly string[];
}

export interface CountedSheet<Id extends string = string> {
  readonly projectId: Id;
  readonly expertId: string;
  readonly scores: readonly { readonly criterionId: string; readonly points: string }[];
}

export interface ScoredProject<Id extends string = string> {
  readonly projectId: Id;
  readonly sheets: number;
  readonly score: string;
  readonly rank: number;
  readonly spread: string;
  readonly divergent: boolean;
  readonly tieBreak: string[];
}

const ONE = 10_000n;

/** Points in hundredths. */
function hundredths(points: string): bigint {
  const [whole = '0', decimals = ''] = points.split('.');
  return BigInt(whole) * 100n + BigInt(decimals.padEnd(2, '0'));
}

/** Ten-thousandths as text. */
function textOf(value: bigint): string {
  const size = value < 0n ? -value : value;
  return `${value < 0n ? '-' : ''}${size / ONE}.${String(size % ONE).padStart(4, '0')}`;
}

/** Half away from zero; the divisor is positive. */
function divide(dividend: bigint, divisor: bigint): bigint {
  const size = dividend < 0n ? -dividend : dividend;
  const rounded = (2n * size + divisor) / (2n * divisor);
  return dividend < 0n ? -rounded : rounded;
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}

function mean(values: readonly bigint[]): bigint {
  return divide(sum(values), BigInt(values.length));
}

/** Largest whole number whose square is not above the value (Newton). */
function squareRoot(value: bigint): bigint {
  if (value < 2n) return value;
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (root + value / root) / 2n;
    if (next >= root) return root;
    root = next;
  }
}

/** Squared deviations from the mean times n², and n: exact, since the mean itself may not be whole. */
function deviation(values: readonly bigint[]): { readonly squares: bigint; readonly n: bigint } {
  const n = BigInt(values.length);
  const total = sum(values);
  return { squares: sum(values.map(value => (n * value - total) ** 2n)), n };
}

/** Whether a sheet gives points on exactly the criteria of the standard, none above its most. */
export function isFilledIn(standard: ScoringStandard, scores: CountedSheet['scores']): boolean {
  const given = new Map(scores.map(({ criterionId, points }) => [criterionId, hundredths(points)]));
  return (
    given.size === scores.length &&
    given.size === standard.criteria.length &&
    standard.criteria.every(({ id, max }) => (given.get(id) ?? BigInt(max) * 100n + 1n) <= BigInt(max) * 100n)
  );
}

function pointsOn(sheet: Pick<CountedSheet, 'scores'>, criterionId: string): bigint {
  return hundredths(sheet.scores.find(score => score.criterionId === criterionId)?.points ?? '0');
}

function total(standard: ScoringStandard, sheet: Pick<CountedSheet, 'scores'>): bigint {
  const denominator = standard.criteria.reduce((product, { max }) => product * BigInt(max), 1n);
  const numerator = sum(
    standard.criteria.map(({ id, weight, max }) => BigInt(weight) * pointsOn(sheet, id) * (denominator / BigInt(max))),
  );
  return divide(numerator * ONE, denominator * 100n);
}

/** The total of a sheet under the standard. */
export function totalOf(standard: ScoringStandard, sheet: Pick<CountedSheet, 'scores'>): string {
  return textOf(total(standard, sheet));
}

function groupedBy<S extends CountedSheet, K extends 'projectId' | 'expertId'>(
  sheets: readonly S[],
  key: K,
): ReadonlyMap<S[K], S[]> {
  const groups = new Map<S[K], S[]>();
  for (const sheet of sheets) {
    const group = groups.get(sheet[key]);
    if (group) group.push(sheet);
    else groups.set(sheet[key], [sheet]);
  }
  return groups;
}

interface Weighed extends CountedSheet {
  readonly total: bigint;
}

/** What each sheet counts with. */
function normalised(normalisation: Normalisation, sheets: readonly Weighed[]): ReadonlyMap<Weighed, bigint> {
  if (normalisation === 'none') return new Map(sheets.map(sheet => [sheet, sheet.total]));
  const all = sheets.map(sheet => sheet.total);
  const overall = { mean: mean(all), ...deviation(all) };
  const judges = groupedBy(sheets, 'expertId');
  return new Map(
    [...judges.values()].flatMap(own => {
      const totals = own.map(sheet => sheet.total);
      const { squares, n } = deviation(totals);
      return own.map(sheet => [sheet, onCommonScale(n * sheet.total - sum(totals), squares, n)] as const);
    }),
  );

  /** M + S × d / s with d = off / n, s = √(squares / n³), S = √(Squares / N³): one root, one rounding. */
  function onCommonScale(off: bigint, squares: bigint, n: bigint): bigint {
    if (squares === 0n) return overall.mean;
    const size = squareRoot((off * off * overall.squares * n * ONE * ONE) / (squares * overall.n ** 3n));
    const shift = divide(size, ONE);
    return overall.mean + (off < 0n ? -shift : shift);
  }
}

/** Every project that has a sheet, the best first. Neither the order of sheets nor that of projects matters. */
export function aggregate<Id extends string>(
  standard: ScoringStandard,
  sheets: readonly CountedSheet<Id>[],
  divergencePoints: number,
): ScoredProject<Id>[] {
  if (sheets.length === 0) return [];
  const weighed = sheets.map(sheet => ({ ...sheet, total: total(standard, sheet) }));
  const counted = normalised(standard.normalisation, weighed);
  const scored = [...groupedBy(weighed, 'projectId')].map(([projectId, own]) => {
    const totals = own.map(sheet => sheet.total).sort(ascending);
    const spread = (totals.at(-1) ?? 0n) - (totals[0] ?? 0n);
    return {
      projectId,
      sheets: own.length,
      score: mean(own.map(sheet => counted.get(sheet) ?? 0n)),
      spread,
      divergent: spread > BigInt(divergencePoints) * ONE,
      tieBreak: standard.tieBreak.map(id => mean(own.map(sheet => pointsOn(sheet, id) * 100n))),
    };
  });
  const keys = (row: (typeof scored)[number]) => [row.score, ...row.tieBreak];
  const sorted = scored.sort((a, b) => compareKeys(keys(b), keys(a)) || (a.projectId < b.projectId ? -1 : 1));
  return sorted.map(row => ({
    ...row,
    score: textOf(row.score),
    spread: textOf(row.spread),
    tieBreak: row.tieBreak.map(textOf),
    rank: sorted.findIndex(other => compareKeys(keys(other), keys(row)) === 0) + 1,
  }));
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareKeys(a: readonly bigint[], b: readonly bigint[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : ascending(a[at] ?? 0n, b[at] ?? 0n);
}

/** How much above the mean of its project a judge's totals lie on average; negative for a severe judge. */
export function leniency(standard: ScoringStandard, sheets: readonly CountedSheet[]): ReadonlyMap<string, string> {
  const weighed = sheets.map(sheet => ({ ...sheet, total: total(standard, sheet) }));
  const means = new Map(
    [...groupedBy(weighed, 'projectId')].map(([id, own]) => [id, mean(own.map(each => each.total))]),
  );
  return new Map(
    [...groupedBy(weighed, 'expertId')].map(([expertId, own]) => [
      expertId,
      textOf(mean(own.map(sheet => sheet.total - (means.get(sheet.projectId) ?? 0n)))),
    ]),
  );
}
