/** Which units are excluded from applying (art-25): the rule that gates, register, eligibility sheet and reports share. */

import { describe, expect, it } from 'vitest';
import { type BanEvent, type Bans, banOn, bansAfter, banTermFrom, banWithin, endOf } from '../../events/rules/bans.ts';
import { addDays } from '../../events/time.ts';
import { control } from '../support/controls.ts';
import fc from '../support/properties.ts';

const UNITS = ['91350100M000100Y43', '91120116MA05000011', '91120116300001011B'] as const;
const [UNIT, HEIR, LAST] = UNITS;

const about = (name: Parameters<typeof control>[0], data: object) =>
  control(name, data as never) as unknown as BanEvent;
const imposed = (uscc: string, from: string, decision = 'd') =>
  about('unit.application-ban-imposed', { uscc, decision, ...banTermFrom(from) });
const taken = (uscc: string, from: string, caseId = 'case-a') =>
  about('fraud-decision.taken', { uscc, caseId, ban: banTermFrom(from) });
const lifted = (uscc: string, from: string, decision = 'd') =>
  about('unit.application-ban-lifted', { uscc, from, decision });
const overturned = (uscc: string, from: string, caseId = 'case-a') =>
  about('revocation.overturned', { uscc, from, caseId });
const succeeded = (uscc: string, predecessor: string, effectiveOn: string) =>
  about('unit.successor-recorded', { uscc, predecessor, effectiveOn });

const told = (...events: readonly BanEvent[]): Bans => events.reduce(bansAfter, {});
const banned = (state: Bans, uscc: string, ...days: string[]) => days.map(day => banOn(state, uscc, day) !== undefined);

describe('第二十五条 the term', () => {
  it.each([imposed, taken])(
    'given a decision, then its first and last days are banned and the days around are not',
    by => {
      const state = told(by(UNIT, '2024-05-10'));
      expect(banned(state, UNIT, '2024-05-09', '2024-05-10', '2029-05-10', '2029-05-11')).toEqual([
        false,
        true,
        true,
        false,
      ]);
      expect(banned(state, HEIR, '2025-01-01')).toEqual([false]);
    },
  );

  it('given a lifting, then it ends that day: of what was decided outside, whatever number it names, and of nothing decided here', () => {
    const both = [imposed(UNIT, '2024-05-10'), taken(HEIR, '2024-05-10')];
    const state = told(...both, lifted(UNIT, '2025-03-01', 'x'), lifted(HEIR, '2025-03-01'));
    expect(banned(state, UNIT, '2025-02-28', '2025-03-01')).toEqual([true, false]);
    expect(banned(state, HEIR, '2025-03-01')).toEqual([true]);
  });

  it('given a decision that was overturned, then that ban alone ends', () => {
    const state = told(taken(UNIT, '2024-05-10'), imposed(UNIT, '2024-06-10'), overturned(UNIT, '2025-03-01'));
    expect(banOn(state, UNIT, '2025-03-01')).toMatchObject({ from: '2024-06-10' });
    const alone = told(taken(UNIT, '2024-05-10'), overturned(UNIT, '2025-03-01'));
    expect(banned(alone, UNIT, '2025-02-28', '2025-03-01')).toEqual([true, false]);
  });

  it('given several, then the one that ends last is told', () => {
    const state = told(taken(UNIT, '2024-05-10'), taken(UNIT, '2026-05-10', 'case-b'));
    expect(banOn(state, UNIT, '2027-01-01')).toMatchObject({ caseId: 'case-b', lastDay: '2031-05-10' });
  });
});

describe('D-32 successors', () => {
  it('share the ban from the succession on, through any number of successions, and those of a circle end', () => {
    const chain = [taken(UNIT, '2024-05-10'), succeeded(HEIR, UNIT, '2025-06-01'), succeeded(LAST, HEIR, '2025-07-01')];
    const state = told(...chain, succeeded(UNIT, LAST, '2025-01-01'));
    expect(banned(state, HEIR, '2025-05-31', '2025-06-01')).toEqual([false, true]);
    expect(banned(state, LAST, '2025-06-30', '2025-07-01')).toEqual([false, true]);
    expect(banOn(state, LAST, '2025-07-01')).toMatchObject({ uscc: UNIT });
  });
});

describe('whatever happens to units', () => {
  const day = fc.integer({ min: 0, max: 4000 }).map(days => addDays('2023-01-01', days));
  const unit = fc.constantFrom(...UNITS);
  const event = fc.oneof(
    fc.tuple(unit, day).map(([uscc, from]) => imposed(uscc, from)),
    fc.tuple(unit, day).map(([uscc, from]) => taken(uscc, from)),
    fc.tuple(unit, day).map(([uscc, from]) => lifted(uscc, from)),
    fc.tuple(unit, day).map(([uscc, from]) => overturned(uscc, from)),
    fc.tuple(unit, unit, day).map(([uscc, other, from]) => succeeded(uscc, other, from)),
  );
  const story = fc.array(event, { maxLength: 10 }).map(events => told(...events));

  it('no day is banned after the last day of what is told of it, and the day itself is', () => {
    fc.assert(
      fc.property(story, unit, day, (state, uscc, on) => {
        const ban = banOn(state, uscc, on);
        if (!ban) return;
        expect(on >= ban.from && on <= endOf(ban)).toBe(true);
        expect(banOn(state, uscc, endOf(ban))).toBeDefined();
      }),
    );
  });

  it('a ban of the unit itself shares a day with a term if some day of the term is banned by it', () => {
    fc.assert(
      fc.property(story, unit, day, (state, uscc, from) => {
        const term = { from, lastDay: addDays(from, 40) };
        const own = { [uscc]: { bans: state[uscc]?.bans ?? [], predecessors: [] } };
        const days = Array.from({ length: 41 }, (_each, index) => addDays(from, index));
        const shared = banned(own, uscc, ...days).includes(true);
        expect(banWithin(own[uscc] ?? { bans: [], predecessors: [] }, term) !== undefined).toBe(shared);
      }),
    );
  });
});
