import { describe, expect, it } from 'vitest';
import {
  ALGORITHMS,
  ARITHMETIC,
  aggregate,
  type CountedSheet,
  isFilledIn,
  leniency,
  SCORING_ALGORITHM,
  type ScoringStandard,
  totalOf,
} from '../../events/rules/scoring.ts';
import fc from '../support/properties.ts';

const STANDARD: ScoringStandard = {
  criteria: [
    { id: 'problem', weight: 40, max: 10 },
    { id: 'effect', weight: 60, max: 30 },
  ],
  normalisation: 'none',
  tieBreak: ['effect'],
  algorithm: 'weighted-mean/2',
};
const Z: ScoringStandard = { ...STANDARD, normalisation: 'z-score-per-judge' };

const sheet = (projectId: string, expertId: string, problem: string, effect: string): CountedSheet => ({
  projectId,
  expertId,
  scores: [
    { criterionId: 'problem', points: problem },
    { criterionId: 'effect', points: effect },
  ],
});

const anyPoints = (max: number) => fc.integer({ min: 0, max: max * 100 }).map(value => String(value / 100));
/** At most one sheet a judge and project. */
const anySheets = fc
  .uniqueArray(
    fc.tuple(
      fc.constantFrom('p1', 'p2', 'p3', 'p4'),
      fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      anyPoints(10),
      anyPoints(30),
    ),
    { selector: ([projectId, expertId]) => `${projectId}/${expertId}`, minLength: 1, maxLength: 20 },
  )
  .map(rows => rows.map(row => sheet(...row)));
const FIRST: ScoringStandard = { ...STANDARD, algorithm: 'weighted-mean/1' };
const anyStandard = fc.constantFrom(STANDARD, Z, FIRST, { ...Z, algorithm: FIRST.algorithm });

describe('the total of a sheet', () => {
  it('weighs the share of each criterion’s most', () => {
    expect(totalOf(STANDARD, sheet('p', 'a', '10', '30'))).toBe('100.0000');
    expect(totalOf(STANDARD, sheet('p', 'a', '0', '0'))).toBe('0.0000');
    expect(totalOf(STANDARD, sheet('p', 'a', '7.5', '20'))).toBe('70.0000');
  });

  it('is rounded once, half up, where binary fractions would go astray', () => {
    // 60 × 10.01 / 30 = 20.02 and 40 × 0.07 / 10 = 0.28, neither of which a double holds.
    expect(totalOf(STANDARD, sheet('p', 'a', '0.07', '10.01'))).toBe('20.3000');
    const thirds = { ...STANDARD, criteria: [{ id: 'effect', weight: 100, max: 3 }] };
    expect(totalOf(thirds, { scores: [{ criterionId: 'effect', points: '2' }] })).toBe('66.6667');
  });

  it('第二十条 a sheet gives points on exactly the criteria of the standard, none above its most', () => {
    const filled = (scores: CountedSheet['scores']) => isFilledIn(STANDARD, scores);
    const [problem, effect] = sheet('p', 'a', '10', '30').scores as [
      CountedSheet['scores'][0],
      CountedSheet['scores'][0],
    ];
    expect(filled([problem, effect])).toBe(true);
    expect(filled([effect, problem])).toBe(true);
    expect(filled([problem])).toBe(false);
    expect(filled([problem, problem])).toBe(false);
    expect(filled([problem, effect, { criterionId: 'looks', points: '1' }])).toBe(false);
    expect(filled([problem, { ...effect, points: '30.01' }])).toBe(false);
  });
});

describe('the ranking', () => {
  it('is by mean total; the criterion of the tie-break decides between equals; who is still equal shares the rank', () => {
    const sheets = [
      sheet('low', 'a', '1', '3'),
      sheet('by-problem', 'a', '10', '10'),
      sheet('by-effect', 'a', '4', '22'),
      sheet('twin-1', 'a', '5', '15'),
      sheet('twin-2', 'a', '5', '15'),
    ];
    const ranks = aggregate(STANDARD, sheets, 20).map(({ projectId, rank, score }) => [projectId, rank, score]);
    expect(ranks).toEqual([
      ['by-effect', 1, '60.0000'],
      ['by-problem', 2, '60.0000'],
      ['twin-1', 3, '50.0000'],
      ['twin-2', 3, '50.0000'],
      ['low', 5, '10.0000'],
    ]);
  });

  it('names the spread of a project, and a divergence only above the threshold', () => {
    const at = (effect: string) => aggregate(STANDARD, [sheet('p', 'a', '5', '15'), sheet('p', 'b', '5', effect)], 20);
    expect(at('25')).toMatchObject([{ spread: '20.0000', divergent: false }]);
    expect(at('25.01')).toMatchObject([{ spread: '20.0200', divergent: true }]);
  });

  it('normalised, a severe judge and a mild one weigh the same', () => {
    // Judge b is as sure as judge a that p1 is better, ten points lower throughout.
    const sheets = [
      sheet('p1', 'a', '10', '30'),
      sheet('p2', 'a', '10', '20'),
      sheet('p1', 'b', '10', '20'),
      sheet('p2', 'b', '10', '10'),
    ];
    const [first, second] = aggregate(Z, sheets, 50);
    // By hand: totals 100, 80, 80, 60; M 80, S √200; each judge ±1 → 80 ± 14.1421.
    expect(first).toMatchObject({ projectId: 'p1', score: '94.1421' });
    expect(second).toMatchObject({ projectId: 'p2', score: '65.8579' });
  });

  it('a judge who gives the same total to all counts with the mean of all', () => {
    const sheets = [sheet('p1', 'a', '10', '30'), sheet('p2', 'a', '10', '30'), sheet('p1', 'b', '10', '15')];
    // Totals 100, 100, 70: every judge is flat, so all count with 90.
    expect(aggregate(Z, sheets, 50).map(({ score }) => score)).toEqual(['90.0000', '90.0000']);
  });

  it('given any sheets in any order, then it comes out the same', () => {
    fc.assert(
      fc.property(anyStandard, anySheets, fc.infiniteStream(fc.nat()), (standard, sheets, chance) => {
        const shuffled = sheets
          .map(each => [chance.next().value, each] as const)
          .sort(([a], [b]) => (a as number) - (b as number))
          .map(([, each]) => each);
        expect(aggregate(standard, shuffled, 20)).toEqual(aggregate(standard, sheets, 20));
      }),
      { seed: 20241118 },
    );
  });

  it('given any sheets, then mean, spread and rank agree with their definitions', () => {
    fc.assert(
      fc.property(anySheets, sheets => {
        const results = aggregate(STANDARD, sheets, 20);
        expect(results.map(({ projectId }) => projectId).sort()).toEqual(
          [...new Set(sheets.map(({ projectId }) => projectId))].sort(),
        );
        for (const { projectId, score, spread, rank, sheets: count } of results) {
          const totals = sheets
            .filter(each => each.projectId === projectId)
            .map(each => Number(totalOf(STANDARD, each)));
          expect(count).toBe(totals.length);
          expect(Number(score)).toBeCloseTo(totals.reduce((a, b) => a + b, 0) / totals.length, 3);
          expect(Number(spread)).toBeCloseTo(Math.max(...totals) - Math.min(...totals), 3);
          expect(rank).toBeLessThanOrEqual(1 + results.filter(other => Number(other.score) >= Number(score)).length);
          expect(rank).toBeGreaterThan(results.filter(other => Number(other.score) > Number(score)).length);
        }
      }),
      { seed: 20241119 },
    );
  });

  it('given any sheets, then z-scores agree with the textbook in floating point', () => {
    fc.assert(
      fc.property(anySheets, sheets => {
        const rows = sheets.map(each => ({ ...each, total: Number(totalOf(Z, each)) }));
        const stats = (values: number[]) => {
          const m = values.reduce((a, b) => a + b, 0) / values.length;
          return { m, s: Math.sqrt(values.reduce((a, b) => a + (b - m) ** 2, 0) / values.length) };
        };
        const all = stats(rows.map(({ total }) => total));
        for (const { projectId, score } of aggregate(Z, sheets, 20)) {
          const counted = rows
            .filter(row => row.projectId === projectId)
            .map(row => {
              const own = stats(rows.filter(other => other.expertId === row.expertId).map(({ total }) => total));
              return own.s < 1e-9 ? all.m : all.m + (all.s * (row.total - own.m)) / own.s;
            });
          expect(Number(score)).toBeCloseTo(counted.reduce((a, b) => a + b, 0) / counted.length, 2);
        }
      }),
      { seed: 20241120 },
    );
  });

  it('of no sheet is empty', () => {
    expect(aggregate(Z, [], 20)).toEqual([]);
  });
});

describe('nothing is rounded before it is compared', () => {
  const twoCriteria = (problem: number, effect: number): ScoringStandard => ({
    ...STANDARD,
    criteria: [
      { id: 'problem', weight: 50, max: problem },
      { id: 'effect', weight: 50, max: effect },
    ],
    tieBreak: [],
  });
  const ranks = (standard: ScoringStandard, sheets: readonly CountedSheet[]) =>
    aggregate(standard, sheets, 20).map(({ projectId, rank, score }) => [projectId, rank, score]);

  it('projects that are equal share a rank, though their sheets, rounded one by one, are not', () => {
    // 50/3 × 2 and 50/7 + 50/3; 50/7 × 3 and 50/7 × 5: both means are 200/7.
    const sheets = [
      sheet('p1', 'a', '0', '2'),
      sheet('p1', 'b', '1', '1'),
      sheet('p2', 'a', '3', '0'),
      sheet('p2', 'b', '5', '0'),
    ];
    const standard = twoCriteria(7, 3);
    expect(ranks(standard, sheets)).toEqual([
      ['p1', 1, '28.5714'],
      ['p2', 1, '28.5714'],
    ]);
    expect(ranks({ ...standard, algorithm: 'weighted-mean/1' }, sheets).map(([, rank]) => rank)).toEqual([1, 2]);
  });

  it('a project that is better by less than what is told is ranked before the other', () => {
    const sheets = [sheet('p1', 'a', '500.01', '500'), sheet('p2', 'a', '500', '500.01')];
    const standard = twoCriteria(997, 991);
    expect(ranks(standard, sheets)).toEqual([
      ['p2', 1, '50.3028'],
      ['p1', 2, '50.3028'],
    ]);
    expect(ranks({ ...standard, algorithm: 'weighted-mean/1' }, sheets).map(([, rank]) => rank)).toEqual([1, 1]);
  });

  it('a spread above the threshold by less than what is told is a divergence', () => {
    const sheets = [sheet('p', 'a', '0', '0'), sheet('p', 'b', '1.66', '394.75')];
    expect(aggregate(twoCriteria(997, 991), sheets, 20)).toMatchObject([{ spread: '20.0000', divergent: true }]);
  });

  it('normalised scores that are equal by different roots share a rank', () => {
    // Both judges see two results as one standard deviation apart, on scales of their own.
    const sheets = [
      sheet('p1', 'a', '10', '30'),
      sheet('p2', 'a', '0', '0'),
      sheet('p3', 'b', '7', '11'),
      sheet('p4', 'b', '3', '2'),
    ];
    expect(aggregate({ ...Z, tieBreak: [] }, sheets, 20).map(({ projectId, rank }) => [projectId, rank])).toEqual([
      ['p1', 1],
      ['p3', 1],
      ['p2', 3],
      ['p4', 3],
    ]);
  });

  it('each algorithm says in both languages how it computes', () => {
    expect(Object.keys(ARITHMETIC)).toEqual([...ALGORITHMS]);
    expect(ARITHMETIC[SCORING_ALGORITHM].zh).toContain('精确分数');
  });
});

describe('第十九条 leniency', () => {
  it('is how far a judge lies above the means of his projects', () => {
    const sheets = [
      sheet('p1', 'mild', '10', '30'),
      sheet('p1', 'severe', '10', '20'),
      sheet('p2', 'mild', '10', '20'),
      sheet('p2', 'severe', '10', '10'),
    ];
    expect([...leniency(STANDARD, sheets)]).toEqual([
      ['mild', '10.0000'],
      ['severe', '-10.0000'],
    ]);
  });

  it('is rounded once, when it is told: a single sheet a project is neither mild nor severe', () => {
    // A third and two sevenths leave remainders that, rounded one by one, would not cancel.
    const thirds = { ...STANDARD, criteria: [{ id: 'problem', weight: 100, max: 7 }] };
    const given = (projectId: string, expertId: string, points: string) => ({
      ...{ projectId, expertId, scores: [{ criterionId: 'problem', points }] },
    });
    const sheets = [given('p1', 'a', '1'), given('p2', 'a', '2'), given('p1', 'b', '1'), given('p1', 'c', '2')];
    // Means 400/21 and 200/7: a lies 100/21 below the first, at the second, so 50/21 below in the mean.
    expect(leniency(thirds, sheets).get('a')).toBe('-2.3810');
  });
});
