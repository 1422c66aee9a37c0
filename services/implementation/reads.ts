/** What implementation and follow-up must know of other nouns; nothing of a project that is not there. */
import type { PlanInForce } from '../../events/rules/plan.ts';
import { type Dependency, known } from '../command.ts';
import { planInForceOf } from '../programme-year.ts';
import type { Implementation } from './state.ts';

export function planInForceFor(state: Implementation | undefined): Dependency<PlanInForce | undefined> {
  return state ? planInForceOf(state.year) : known(undefined);
}
