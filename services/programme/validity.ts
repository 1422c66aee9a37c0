/** When a regulation is in force, as far as opening a year needs to know (art-27). */
import { untouched } from '../../events/event-type.ts';
import type { RulebookEvent } from '../../events/rulebook.ts';
import { addDays, type CivilDate } from '../../events/time.ts';
import type { Fold } from '../command.ts';

interface Term {
  readonly from: CivilDate;
  /** Of the two readings of 有效期5年 the stricter one (D-38). */
  readonly lastDay: CivilDate;
}

/** By document number. */
export type Validity = Readonly<Record<string, Term>>;

type ValidityEvent = Extract<RulebookEvent, { type: `regulation.${'in-force' | 'superseded' | 'repealed'}` }>;

export const validity: Fold<Validity, ValidityEvent> = {
  name: 'regulation-validity',
  initial: {},
  evolve(state, event) {
    switch (event.type) {
      case 'regulation.in-force': {
        const { doc, from, lastDay, lastDayByCivilCode } = event.data;
        return { ...state, [doc]: { from, lastDay: earlier(lastDay, lastDayByCivilCode) } };
      }
      case 'regulation.superseded': {
        const { doc, from, successor, successorLastDay } = event.data;
        return { ...ended(state, doc, from), [successor]: { from, lastDay: successorLastDay } };
      }
      case 'regulation.repealed':
        return ended(state, event.data.doc, event.data.from);
      default:
        return untouched(state, event);
    }
  },
};

/** The day on which a successor or a repeal takes effect no longer belongs to the old regulation. */
function ended(state: Validity, doc: string, from: CivilDate): Validity {
  const term = termOf(state, doc);
  return term ? { ...state, [doc]: { ...term, lastDay: earlier(term.lastDay, addDays(from, -1)) } } : state;
}

/** A number that happens to name an object's own machinery is still only a number. */
function termOf(state: Validity, doc: string): Term | undefined {
  return Object.hasOwn(state, doc) ? state[doc] : undefined;
}

function earlier(one: CivilDate, other: CivilDate): CivilDate {
  return one < other ? one : other;
}

/** Whether a regulation of this number is on record, in force or not. */
export function isRegistered(state: Validity, doc: string): boolean {
  return termOf(state, doc) !== undefined;
}

/** Whether no regulation at all is on record. */
export function isEmpty(state: Validity): boolean {
  return Object.keys(state).length === 0;
}

/** Whether any regulation is in force on a day. */
export function isAnyInForce(state: Validity, date: CivilDate): boolean {
  return Object.keys(state).some(doc => isInForce(state, doc, date));
}

/** Whether the regulation is in force on a day, both ends included (art-27). */
export function isInForce(state: Validity, doc: string, date: CivilDate): boolean {
  const term = termOf(state, doc);
  return term !== undefined && term.from <= date && date <= term.lastDay;
}
