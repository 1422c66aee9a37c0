/**
 * From score sheets to a ranking (art-20), so that anyone can do it again and get the same digits. All is computed in exact
 * fractions; each standard names the {@link ARITHMETIC} that it is computed by.
 *   total of a sheet     Σ weight × points / max, over the criteria; 0 to 100
 *   none                 a sheet counts with its total
 *   z-score-per-judge    a sheet counts with M + S × (total − m) / s, where m and s are mean and standard deviation of the
 *                        judge's totals, M and S those of all totals; with M where the judge's totals do not differ
 *   score of a project   the mean of what its sheets count with
 *   rank                 by score; between equals by mean points of the criteria of the tie-break, in their order; who is
 *                        still equal shares the rank
 *   spread               highest total less lowest, before normalisation
 *   leniency             mean of a judge's totals less the means of the totals on their projects
 */
import { z } from 'zod';
import {
  compare,
  decimalText,
  type Fraction,
  fraction,
  mean,
  minus,
  over,
  plus,
  rounded,
  squareRoot,
  times,
  ZERO,
} from './fraction.ts';

/** The second is the one of new standards; what was begun under the first is finished under it. */
export const ALGORITHMS = ['weighted-mean/1', 'weighted-mean/2'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];
export const SCORING_ALGORITHM: Algorithm = 'weighted-mean/2';

/** Decimals to which square roots are taken, and to which scores that hold any are compared. */
const ROOT_DECIMALS = 60;
const COMPARED_DECIMALS = 40;
/** Decimals of scores as they are told. */
const TOLD_DECIMALS = 4;

/** How an algorithm computes and compares, as the standard tells it. */
export const ARITHMETIC: Readonly<Record<Algorithm, { readonly zh: string; readonly en: string }>> = {
  'weighted-mean/1': {
    zh: '每张评分表总分、平均分和标准化得分各四舍五入到四位小数，按四位小数比较；完全相同的并列同一名次',
    en: 'Each total, mean and normalised score is rounded to four decimals (half away from zero) and compared so; equals share a rank',
  },
  'weighted-mean/2': {
    zh: `全程以精确分数计算，比较前不取整，仅公布时四舍五入到四位小数；标准化的平方根取${ROOT_DECIMALS}位小数，得分按${COMPARED_DECIMALS}位小数比较；完全相同的并列同一名次`,
    en: `Exact fractions throughout, nothing is rounded before it is compared, and four decimals are told; where scores are normalised, square roots are taken to ${ROOT_DECIMALS} decimals and scores compared to ${COMPARED_DECIMALS}; equals share a rank`,
  },
};

/** What the first algorithm rounded on the way, the second leaves exact. */
const ON_THE_WAY: Readonly<Record<Algorithm, (value: Fraction) => Fraction>> = {
  'weighted-mean/1': value => rounded(value, TOLD_DECIMALS),
  'weighted-mean/2': value => value,
};

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
  readonly algorithm: Algorithm;
}

type Scores = readonly { readonly criterionId: string; readonly points: string }[];

export interface CountedSheet<Id extends string = string> {
  readonly projectId: Id;
  readonly expertId: string;
  readonly scores: Scores;
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

/** Points in hundredths. */
function hundredths(points: string): bigint {
  const [whole = '0', decimals = ''] = points.split('.');
  return BigInt(whole) * 100n + BigInt(decimals.padEnd(2, '0'));
}

const told = (value: Fraction): string => decimalText(value, TOLD_DECIMALS);

/** Whether a sheet gives points on exactly the criteria of the standard, none above its most. */
export function isFilledIn({ criteria }: Pick<ScoringStandard, 'criteria'>, scores: Scores): boolean {
  const given = new Map(scores.map(({ criterionId, points }) => [criterionId, hundredths(points)]));
  return (
    given.size === scores.length &&
    given.size === criteria.length &&
    criteria.every(({ id, max }) => (given.get(id) ?? BigInt(max) * 100n + 1n) <= BigInt(max) * 100n)
  );
}

function pointsOn(scores: Scores, criterionId: string): bigint {
  return hundredths(scores.find(score => score.criterionId === criterionId)?.points ?? '0');
}

/** The exact total of a sheet, over one denominator. */
function exactTotal({ criteria }: Pick<ScoringStandard, 'criteria'>, scores: Scores): Fraction {
  const denominator = criteria.reduce((product, { max }) => product * BigInt(max), 1n);
  const parts = criteria.map(
    ({ id, weight, max }) => BigInt(weight) * pointsOn(scores, id) * (denominator / BigInt(max)),
  );
  return fraction(
    parts.reduce((sum, part) => sum + part, 0n),
    100n * denominator,
  );
}

/** The total of a sheet under the standard. */
export function totalOf(standard: Pick<ScoringStandard, 'criteria'>, { scores }: Pick<CountedSheet, 'scores'>): string {
  return told(exactTotal(standard, scores));
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

interface Weighed<Id extends string = string> extends CountedSheet<Id> {
  readonly total: Fraction;
}

const totalsOf = (sheets: readonly Weighed[]) => sheets.map(({ total }) => total);

/** Mean of the squared distances from the mean. */
function variance(values: readonly Fraction[]): Fraction {
  const middle = mean(values);
  return mean(values.map(value => minus(value, middle)).map(distance => times(distance, distance)));
}

/** What each sheet counts with. */
function counting(
  { normalisation, algorithm }: ScoringStandard,
  sheets: readonly Weighed[],
): ReadonlyMap<Weighed, Fraction> {
  if (normalisation === 'none') return new Map(sheets.map(sheet => [sheet, sheet.total]));
  const step = ON_THE_WAY[algorithm];
  const all = { mean: step(mean(totalsOf(sheets))), variance: variance(totalsOf(sheets)) };
  return new Map(
    [...groupedBy(sheets, 'expertId').values()].flatMap(own => {
      const judge = { mean: mean(totalsOf(own)), variance: variance(totalsOf(own)) };
      return own.map(sheet => [sheet, plus(all.mean, step(shift(minus(sheet.total, judge.mean), judge)))] as const);
    }),
  );

  /** S × distance / s, by one root: that of S² × distance² / s². */
  function shift(distance: Fraction, judge: { readonly variance: Fraction }): Fraction {
    if (judge.variance.n === 0n) return ZERO;
    const root = squareRoot(over(times(all.variance, times(distance, distance)), judge.variance), ROOT_DECIMALS);
    return distance.n < 0n ? minus(ZERO, root) : root;
  }
}

/** Every project that has a sheet, the best first. Neither the order of sheets nor that of projects matters. */
export function aggregate<Id extends string>(
  standard: ScoringStandard,
  sheets: readonly CountedSheet<Id>[],
  divergencePoints: number,
): ScoredProject<Id>[] {
  if (sheets.length === 0) return [];
  const step = ON_THE_WAY[standard.algorithm];
  const weighed = sheets.map(sheet => ({ ...sheet, total: step(exactTotal(standard, sheet.scores)) }));
  const counted = counting(standard, weighed);
  const scored = [...groupedBy(weighed, 'projectId')].map(([projectId, own]) => {
    const totals = totalsOf(own).sort(compare);
    const spread = minus(totals.at(-1) ?? ZERO, totals[0] ?? ZERO);
    const score = step(mean(own.map(sheet => counted.get(sheet) ?? ZERO)));
    return {
      projectId,
      sheets: own.length,
      score: standard.normalisation === 'none' ? score : rounded(score, COMPARED_DECIMALS),
      spread,
      divergent: compare(spread, fraction(BigInt(divergencePoints))) > 0,
      tieBreak: standard.tieBreak.map(id => step(mean(own.map(({ scores }) => fraction(pointsOn(scores, id), 100n))))),
    };
  });
  return ranked(scored).map(row => ({
    ...row,
    score: told(row.score),
    spread: told(row.spread),
    tieBreak: row.tieBreak.map(told),
  }));
}

interface Comparable {
  readonly projectId: string;
  readonly score: Fraction;
  readonly tieBreak: readonly Fraction[];
}

/** The best first; equals in the order of their ids, with the rank of the first of them. */
function ranked<Row extends Comparable>(rows: readonly Row[]): (Row & { readonly rank: number })[] {
  const sorted = rows.toSorted((a, b) => compareRows(b, a) || (a.projectId < b.projectId ? -1 : 1));
  let rank = 1;
  return sorted.map((row, index) => {
    const before = sorted[index - 1];
    if (before && compareRows(before, row) !== 0) rank = index + 1;
    return { ...row, rank };
  });
}

/** By score, then by what decides between equals. */
function compareRows(a: Comparable, b: Comparable): number {
  const others = a.tieBreak.map((value, index) => compare(value, b.tieBreak[index] ?? ZERO));
  return [compare(a.score, b.score), ...others].find(order => order !== 0) ?? 0;
}

/** How much above the mean of its project a judge's totals lie on average; negative for a severe judge. */
export function leniency(
  standard: Pick<ScoringStandard, 'criteria'>,
  sheets: readonly CountedSheet[],
): ReadonlyMap<string, string> {
  const weighed = sheets.map(sheet => ({ ...sheet, total: exactTotal(standard, sheet.scores) }));
  const means = new Map([...groupedBy(weighed, 'projectId')].map(([id, own]) => [id, mean(totalsOf(own))]));
  const above = (sheet: Weighed) => minus(sheet.total, means.get(sheet.projectId) ?? ZERO);
  return new Map([...groupedBy(weighed, 'expertId')].map(([expertId, own]) => [expertId, told(mean(own.map(above)))]));
}
