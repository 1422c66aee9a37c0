/** The recommending bodies and who is in charge of what (art-06), and what else that depends on, as any decision reads it. */
import { bodiesStream } from '../events/body.ts';
import type { EventOf } from '../events/fact.ts';
import type { CreditCode } from '../events/ids.ts';
import { type Bodies, bodies, type Charges } from '../events/rules/jurisdiction.ts';
import { type unitRegistered, unitStream } from '../events/unit.ts';
import { type Fold, type Reading, stateOf } from './command.ts';

export const bodiesNow: Reading<Bodies> = stateOf(bodies, bodiesStream);

export const chargesNow: Reading<Charges> = {
  resolve: async sources => (await bodiesNow.resolve(sources)).charges,
};

/** The district that a unit is registered in: a district bureau is in charge by it. */
const district: Fold<string | undefined, EventOf<typeof unitRegistered>> = {
  name: 'district',
  initial: undefined,
  evolve: (state, event) => (event.type === 'unit.registered' ? event.data.district : state),
};

export function districtOf(uscc: CreditCode): Reading<string | undefined> {
  return stateOf(district, unitStream(uscc));
}
