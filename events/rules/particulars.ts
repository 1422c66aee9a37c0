/**
 * What a unit is called, where it is registered and in which industries it works, through its recorded changes: one fold for
 * whoever asks what holds now, and what held on a day. A list that was published keeps the name it was published with.
 */
import { untouched } from '../event-type.ts';
import { addDays, type CivilDate } from '../time.ts';
import type { UnitEvent } from '../unit.ts';

/** Holds from the last change on. */
export interface Particulars {
  readonly name: string;
  readonly kind: string;
  /** GB/T 2260 code. */
  readonly district: string;
  readonly industries: readonly string[];
  /** As registered; early registrations did not say. */
  readonly address?: string | undefined;
}

/** What held until a change, with its last day. */
export type Former<T> = T & { readonly lastDay: CivilDate };

export interface UnitParticulars extends Particulars {
  /** The day of the latest change. */
  readonly changedOn?: CivilDate | undefined;
  /** Oldest first. */
  readonly former: readonly Former<Particulars>[];
}

/** Undefined until the unit is registered. */
export const unitParticulars = {
  name: 'unit-particulars',
  initial: undefined as UnitParticulars | undefined,
  evolve(state: UnitParticulars | undefined, event: UnitEvent): UnitParticulars | undefined {
    switch (event.type) {
      case 'unit.registered': {
        const { name, kind, district, industries, address } = event.data;
        return { name, kind, district, industries, ...(address !== undefined && { address }), former: [] };
      }
      case 'unit.renamed':
        return state && changed(state, event.data.changedOn, { name: event.data.name });
      case 'unit.particulars-changed': {
        const { changedOn, district, industries, address } = event.data;
        return state && changed(state, changedOn, { district, industries, address });
      }
      case 'unit.registration-verified':
      case 'unit.professional-organisation-recognised':
      case 'unit.successor-recorded':
      case 'unit.outside-ban-entered':
      case 'unit.application-ban-imposed':
      case 'unit.ban-lifting-entered':
      case 'unit.application-ban-lifted':
        return state;
      default:
        return untouched(state, event);
    }
  },
};

/** What is not given stays; a change of nothing but the contact leaves no former particulars. */
function changed(
  { name, kind, district, industries, address, former }: UnitParticulars,
  changedOn: CivilDate,
  given: { readonly [Field in keyof Particulars]?: Particulars[Field] | undefined },
): UnitParticulars {
  const before = { name, kind, district, industries, ...(address !== undefined && { address }) };
  const news = Object.entries(given).filter(([, value]) => value !== undefined);
  if (news.length === 0) return { ...before, changedOn, former };
  // Two events of one day are one change.
  const isAnother = former.at(-1)?.lastDay !== addDays(changedOn, -1);
  const kept = isAnother ? withFormer(former, before, changedOn) : former;
  return { ...before, ...Object.fromEntries(news), changedOn, former: kept };
}

/** What held before, once what `was` has been changed from a day on; oldest first. */
export function withFormer<T>(former: readonly Former<T>[], was: T, changedOn: CivilDate): Former<T>[] {
  return [...former, { ...was, lastDay: addDays(changedOn, -1) }];
}

/** What a unit is called, and what it was called. */
export function namesOf(unit: UnitParticulars | undefined): readonly string[] {
  return unit ? [...new Set([unit.name, ...unit.former.map(({ name }) => name)])] : [];
}

/** What held on a day: before the first record of it, what was recorded first. */
export function heldOn<T>(now: T, former: readonly Former<T>[], day: CivilDate): T {
  return former.find(({ lastDay }) => day <= lastDay) ?? now;
}
