/** Under which charge a project or a result lies with a body, and which charges have come to a body by now (art-06). */
import { type Jurisdiction, jurisdictionAssigned, jurisdictionTransferred } from '../events/body.ts';
import { type Charges, chargesAfter, inChargeOn, NO_CHARGES } from '../events/rules/jurisdiction.ts';
import { type CivilDate, shanghaiDate } from '../events/time.ts';
import type { Caller, Reader } from './ports.ts';
import { on, projection } from './projection.ts';
import { isBody, load } from './query.ts';

const ALL = 'all';

interface ChargesRow {
  readonly charges: Charges;
}

export const chargeRows = projection<ChargesRow>({
  name: 'charges',
  version: 1,
  question: '由哪个推荐单位负责 (Which body is in charge, after all transfers?)',
  indexes: [],
  handlers: [
    on(
      [jurisdictionAssigned, jurisdictionTransferred],
      () => ALL,
      (row, event) => ({ charges: chargesAfter(row?.charges ?? NO_CHARGES, event) }),
    ),
  ],
});

export async function chargesOf(reader: Reader): Promise<Charges> {
  return (await load(reader, chargeRows, ALL))?.charges ?? NO_CHARGES;
}

/** A body, and the charge under which something was addressed to it; early records do not tell the charge. */
interface Addressed {
  readonly bodyId: string;
  readonly jurisdiction?: Jurisdiction | undefined;
}

/** What rows are found by: the body something was addressed to, with the charge it was addressed under. */
export function chargeKey({ bodyId, jurisdiction }: Addressed): string {
  if (!jurisdiction) return `${bodyId}/`;
  return `${bodyId}/${'industry' in jurisdiction ? jurisdiction.industry : jurisdiction.district}`;
}

export const bodyOfKey = (key: string): string => key.slice(0, key.indexOf('/'));

/** Every charge that a body answers for on a date: its own, and those that came to it. */
export function keysInCharge(all: Charges, bodyId: string, date: CivilDate): string[] {
  const own = all.filter(charge => inChargeOn(all, charge, date) === bodyId);
  return [chargeKey({ bodyId }), ...new Set(own.map(chargeKey))];
}

/** The part of a query that finds what a body answers for. */
export interface InCharge {
  readonly charge: { readonly $in: readonly string[] };
}

/** What a body answers for today: what its lists are made of. */
export async function inChargeToday(reader: Reader, bodyId: string): Promise<InCharge> {
  return { charge: { $in: keysInCharge(await chargesOf(reader), bodyId, shanghaiDate(reader.now)) } };
}

/** Whether a row is in the charge of the calling body today. */
export async function isInCharge(
  reader: Reader,
  caller: Caller,
  { charge }: { readonly charge: string },
): Promise<boolean> {
  if (!caller || !isBody(caller, caller.orgId)) return false;
  return (await inChargeToday(reader, caller.orgId)).charge.$in.includes(charge);
}
