/** How far from today, or from its programme year, a day that is given may lie: declared beside the input that bears it. */
import { ISSUED_ON } from '../events/statute.ts';
import { addMonths, type CivilDate } from '../events/time.ts';
import { type Rejection, refuseForm } from './rejection.ts';

type Limit =
  | 'today'
  /** The day on which the regulation was issued: before it there was no programme. */
  | 'regulation'
  /** Years from today. */
  | { readonly years: number }
  /** The first, as an upper limit the last, day of the year so many years after the programme year of the input. */
  | { readonly programme: number };

export interface Reach {
  readonly notBefore?: Limit;
  readonly notAfter?: Limit;
}

/** By field; `plan.startsOn` is a field of a field, `deadlines.*` stands for all of them. */
export type Reaches = Readonly<Record<string, Reach>>;

interface Dated {
  readonly pointer: string;
  readonly day: CivilDate;
}

function daysAt(input: unknown, [name, ...rest]: readonly string[], pointer = ''): Dated[] {
  if (name === undefined) return typeof input === 'string' && isDate(input) ? [{ pointer, day: input }] : [];
  if (typeof input !== 'object' || input === null) return [];
  const members = Object.entries(input).filter(([key]) => name === '*' || key === name);
  return members.flatMap(([key, value]) => daysAt(value, rest, `${pointer}/${key}`));
}

const isDate = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text);

/** The programme year that an input names, itself or at the head of an id. */
function programmeYearOf(input: Readonly<Record<string, unknown>>): number | undefined {
  const { year, projectId, trainingId } = input;
  return typeof year === 'number' ? year : Number(String(projectId ?? trainingId).slice(0, 4)) || undefined;
}

function dayOf(limit: Limit, end: 'first' | 'last', today: CivilDate, year: number | undefined) {
  if (limit === 'today') return today;
  if (limit === 'regulation') return ISSUED_ON;
  if ('years' in limit) return addMonths(today, 12 * limit.years);
  return year === undefined ? undefined : `${year + limit.programme}-${end === 'first' ? '01-01' : '12-31'}`;
}

/** Why a day of an input lies out of reach, with a pointer to it. */
export function reachFault(
  reaches: Reaches | undefined,
  input: Readonly<Record<string, unknown>>,
  today: CivilDate,
): Rejection | undefined {
  const year = programmeYearOf(input);
  for (const [field, { notBefore, notAfter }] of Object.entries(reaches ?? {})) {
    const first = notBefore && dayOf(notBefore, 'first', today, year);
    const last = notAfter && dayOf(notAfter, 'last', today, year);
    const outside = daysAt(input, field.split('.')).find(
      ({ day }) => (first !== undefined && day < first) || (last !== undefined && day > last),
    );
    if (outside) return outOfReach(outside, first, last);
  }
  return undefined;
}

function outOfReach({ pointer, day }: Dated, first: CivilDate | undefined, last: CivilDate | undefined): Rejection {
  const zh = `日期 ${day} 应${[first && `不早于 ${first}`, last && `不晚于 ${last}`].filter(Boolean).join('、')}`;
  const en = `${day} must be ${[first && `not before ${first}`, last && `not after ${last}`].filter(Boolean).join(' and ')}`;
  return refuseForm('invalid', 'date-out-of-reach', zh, en, [{ pointer, code: 'date-out-of-reach', detail: zh }]);
}
