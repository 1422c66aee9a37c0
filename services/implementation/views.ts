/** What implementation and follow-up must know of other nouns; nothing of a project that is not there. */
import type { PlanInForce } from '../../events/rules/plan.ts';
import { known, type Reading } from '../command.ts';
import { planInForceOf } from '../programme-year.ts';
import type { Implementation } from './decider.ts';

export function planOf(state: Implementation | undefined): Reading<PlanInForce | undefined> {
  return state ? planInForceOf(state.year) : known(undefined);
}
