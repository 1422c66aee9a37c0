import { describe, expect, it } from 'vitest';
import { jurisdictionAssigned, recommendingBodyRegistered } from '../../events/body.ts';
import type { DecidedEvent } from '../../events/event-type.ts';
import { bodyIdSchema } from '../../events/ids.ts';
import { type Bodies, bodies, bodiesInCharge } from '../../events/rules/jurisdiction.ts';
import { addDays } from '../../events/time.ts';
import { assignJurisdiction, transferJurisdiction } from '../../services/body/commands.ts';
import { isRejection } from '../../services/rejection.ts';
import { decide, recorded } from '../support/given.ts';
import fc from '../support/properties.ts';

const FIRST_DAY = '2024-01-01';
const DAYS = 12;
const BUREAUS = ['bureau-a', 'bureau-b', 'bureau-c'].map(id => bodyIdSchema.parse(id));
const DISTRICTS = ['120101', '120102'];

const registered = BUREAUS.map(bodyId =>
  recommendingBodyRegistered.of({ bodyId, kind: 'district-bureau', name: bodyId, from: FIRST_DAY }),
);

const bureau = fc.constantFrom(...BUREAUS);
const change = fc.record({
  bodyId: bureau,
  /** None for an assignment. */
  toBodyId: fc.option(bureau, { freq: 2 }),
  jurisdiction: fc.constantFrom(...DISTRICTS).map(district => ({ district })),
  from: fc.nat(DAYS).map(days => addDays(FIRST_DAY, days)),
});

function stateAfter(past: readonly DecidedEvent[]): Bodies {
  return past.map(recorded).reduce((state, event) => bodies.evolve(state, event as never), bodies.initial);
}

/** Districts and days on which more than one body is in charge. */
function doublyHeld(state: Bodies): string[] {
  const days = Array.from({ length: DAYS + 2 }, (_, index) => addDays(FIRST_DAY, index));
  return DISTRICTS.flatMap(district =>
    days.filter(day => bodiesInCharge(state.charges, { district }, day).length > 1).map(day => `${district} ${day}`),
  );
}

describe('第六条 one body in charge of a district on any date', () => {
  it('holds after any sequence of assignments and transfers', () => {
    const accepted = { assignments: 0, transfers: 0 };
    fc.assert(
      fc.property(fc.array(change, { minLength: 4, maxLength: 16 }), changes => {
        let past: readonly DecidedEvent[] = registered;
        for (const { toBodyId, ...rest } of changes) {
          const decision = toBodyId
            ? decide(transferJurisdiction, { past, input: { ...rest, toBodyId, reason: '机构调整' } })
            : decide(assignJurisdiction, { past, input: rest });
          if (isRejection(decision)) continue;
          accepted[toBodyId ? 'transfers' : 'assignments'] += 1;
          past = [...past, ...decision];
        }
        expect(doublyHeld(stateAfter(past))).toEqual([]);
      }),
      { numRuns: 300, seed: 6 },
    );
    expect(accepted.assignments).toBeGreaterThan(100);
    expect(accepted.transfers).toBeGreaterThan(100);
  });

  it('is seen to fail on a log that breaks it', () => {
    const [first, second] = BUREAUS.map((bodyId, index) =>
      jurisdictionAssigned.of({ bodyId, jurisdiction: { district: '120101' }, from: addDays(FIRST_DAY, index) }),
    ) as [DecidedEvent, DecidedEvent];
    expect(doublyHeld(stateAfter([...registered, first, second]))).toContain('120101 2024-01-02');
  });
});
