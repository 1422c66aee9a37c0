/** Who is in charge of what (art-06), and what else that depends on, as any decision reads it. */
import { type BodyEvent, bodiesStream } from '../events/body.ts';
import { type Charges, chargesAfter, NO_CHARGES } from '../events/charge.ts';
import type { EventOf } from '../events/fact.ts';
import type { CreditCode } from '../events/ids.ts';
import { type unitRegistered, unitStream } from '../events/unit.ts';
import { type Fold, type Reading, stateOf } from './command.ts';

export const charges: Fold<Charges, BodyEvent> = { name: 'charges', initial: NO_CHARGES, evolve: chargesAfter };

export const chargesNow: Reading<Charges> = stateOf(charges, bodiesStream);

/** The district that a unit is registered in: a district bureau is in charge by it. */
const district: Fold<string | undefined, EventOf<typeof unitRegistered>> = {
  name: 'district',
  initial: undefined,
  evolve: (state, event) => (event.type === 'unit.registered' ? event.data.district : state),
};

export function districtOf(uscc: CreditCode): Reading<string | undefined> {
  return stateOf(district, unitStream(uscc));
}
