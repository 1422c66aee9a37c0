/** What implementation and follow-up must know of other nouns; nothing of a project that is not there. */
import type { PlanInForce } from '../../events/rules/plan.ts';
import { districtOf } from '../bodies.ts';
import { known, type Reading } from '../command.ts';
import { planInForceOf } from '../programme-year.ts';
import type { Implementation } from './decider.ts';

export function planOf(state: Implementation | undefined): Reading<PlanInForce | undefined> {
  return state ? planInForceOf(state.year) : known(undefined);
}

export function districtOfUnit(state: Implementation | undefined): Reading<string | undefined> {
  return state ? districtOf(state.uscc) : known(undefined);
}
