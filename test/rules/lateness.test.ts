/** A stated time explains and never repairs: the one rule by which an act is late (D-47). */

import { describe, expect, it } from 'vitest';
import { actDays, isLate, lateDeviations, latenessOf } from '../../events/rules/lateness.ts';
import { REGULATION } from '../../events/statute.ts';
import { addDays, endOfDay, startOfDay } from '../../events/time.ts';
import fc from '../support/properties.ts';

const due = '2024-06-28';
const breach = { code: 'late', basis: { doc: REGULATION, article: 'art-13' }, zh: '逾期公布', en: 'Late' } as const;

describe('D-47 lateness', () => {
  it.each([
    ['2024-06-28', '2024-06-28', 'in-time'],
    ['2024-06-27', '2024-06-28', 'in-time'],
    ['2024-06-28', '2024-06-29', 'entered-late'],
    ['2024-06-29', '2024-06-29', 'late'],
    ['2024-06-29', '2024-07-05', 'late'],
  ])('stated for %s and recorded on %s: %s', (stated, recorded, verdict) => {
    expect(latenessOf(due, { stated, recorded })).toBe(verdict);
  });

  it('for an act without a stated time it is the deadline itself, to the millisecond', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('2024-06-20'), max: new Date('2024-07-10'), noInvalidDate: true }), date => {
        const at = date.toISOString();
        expect(isLate(due, actDays(at, at))).toBe(at >= endOfDay(due));
      }),
    );
  });

  it('no stated time makes an act earlier than its recording', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), fc.integer({ min: -30, max: 30 }), (earlier, after) => {
        const recorded = addDays(due, after);
        const days = actDays(startOfDay(addDays(recorded, -earlier)), startOfDay(recorded));
        expect(isLate(due, days)).toBe(after > 0);
      }),
    );
  });

  it('a deadline between the two is a deviation that says both days, in both languages', () => {
    const both = expect.stringMatching(/2024-06-27.*2024-07-05/);
    expect(lateDeviations(due, { stated: '2024-06-27', recorded: '2024-07-05' }, breach)).toMatchObject([
      { code: 'late', basis: breach.basis, zh: both, en: both },
    ]);
    expect(lateDeviations(due, { stated: '2024-07-05', recorded: '2024-07-05' }, breach)).toEqual([breach]);
    expect(lateDeviations(due, { stated: '2024-06-27', recorded: '2024-06-28' }, breach)).toEqual([]);
    expect(lateDeviations(undefined, { stated: '2024-07-05', recorded: '2024-07-05' }, breach)).toEqual([]);
  });
});
