/** Under which charge a project or a result lies with a body, and which charges have come to a body by now (art-06). */
import { jurisdictionAssigned, jurisdictionTransferred } from '../events/body.ts';
import { type Addressee, type Charges, chargesAfter, inChargeOn, NO_CHARGES } from '../events/charge.ts';
import type { CivilDate } from '../events/time.ts';
import type { Reader } from './ports.ts';
import { projection, when } from './projection.ts';
import { load } from './query.ts';

const ALL = 'all';

interface ChargesRow {
  readonly charges: Charges;
}

export const charges = projection<ChargesRow>({
  name: 'charges',
  version: 1,
  question: '由哪个推荐单位负责 (Which body is in charge, after all transfers?)',
  indexes: [],
  handlers: [
    when(
      [jurisdictionAssigned, jurisdictionTransferred],
      () => ALL,
      (row, event) => ({ charges: chargesAfter(row?.charges ?? NO_CHARGES, event) }),
    ),
  ],
});

export async function chargesOf(reader: Reader): Promise<Charges> {
  return (await load(reader, charges, ALL))?.charges ?? NO_CHARGES;
}

/** What rows are found by: the body a result was addressed to, with the charge it was addressed under. */
export function chargeKey({ bodyId, jurisdiction }: Addressee): string {
  return `${bodyId}/${'industry' in jurisdiction ? jurisdiction.industry : jurisdiction.district}`;
}

/** Every charge that a body answers for on a date: its own, and those that came to it. */
export function keysInCharge(all: Charges, bodyId: string, date: CivilDate): string[] {
  const own = all.filter(charge => inChargeOn(all, charge, date) === bodyId);
  return [...new Set(own.map(chargeKey))];
}
