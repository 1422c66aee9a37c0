/** What was typed into a form, by the names of its controls, and the input of the command that it makes. */
import { startOfDay } from '../../../events/time.ts';
import type { EitherField, Field, ListField } from './fields.ts';

/** Kept as it was typed, so that nothing is lost when it is refused. */
export type Typed = Map<string, string>;

/** Rows of one list. */
const MOST_ROWS = 500;

const textAt = (typed: Typed, at: string) => (typed.get(at) ?? '').replaceAll('\r\n', '\n').trim();

/** The rows of a list that were shown, by their numbers, in order. */
export function rowNumbers(typed: Typed, { at }: Pick<ListField, 'at'>): readonly number[] {
  const rows = new Set<number>();
  for (const name of typed.keys()) {
    if (!name.startsWith(`${at}/`)) continue;
    const row = /^\d{1,4}(?=$|[/:])/.exec(name.slice(at.length + 1))?.[0];
    if (row !== undefined && rows.size < MOST_ROWS) rows.add(Number(row));
  }
  return [...rows].sort((a, b) => a - b);
}

/** Which of its alternatives was chosen. */
export function chosenOf(typed: Typed, { at, options }: EitherField): EitherField['options'][number] | undefined {
  const chosen = typed.get(`${at}:of`);
  return chosen === undefined || chosen === '' ? undefined : options[Number(chosen)];
}

/** Whether anything was typed into a field or what stands in it. */
function isEmpty(typed: Typed, { at }: Field): boolean {
  for (const [name, value] of typed) {
    if (value.trim() !== '' && (name === at || name.startsWith(`${at}/`) || name.startsWith(`${at}:`))) return false;
  }
  return true;
}

export interface ReadInput {
  /** What the schema judges: text that is no number or day stays text. */
  readonly input: Readonly<Record<string, unknown>>;
  /** The name of the field at each JSON pointer; rows that were left empty are not counted. */
  readonly names: ReadonlyMap<string, string>;
}

/** The input that was typed. */
export function inputOf(fields: readonly Field[], typed: Typed): ReadInput {
  const names = new Map<string, string>();
  return { input: membersOf(fields, typed, '', names), names };
}

const lastOf = (at: string) => at.slice(at.lastIndexOf('/') + 1);

type Names = Map<string, string>;

function membersOf(fields: readonly Field[], typed: Typed, pointer: string, names: Names): Record<string, unknown> {
  const members = fields.map(field => {
    const name = lastOf(field.at);
    return [name, valueIn(field, typed, `${pointer}/${name}`, names)] as const;
  });
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}

function valueIn(field: Field, typed: Typed, pointer: string, names: Names): unknown {
  names.set(pointer, field.at);
  const text = textAt(typed, field.at);
  switch (field.kind) {
    case 'constant':
      return field.value;
    case 'group':
      return field.isOptional && isEmpty(typed, field) ? undefined : membersOf(field.fields, typed, pointer, names);
    case 'either': {
      const chosen = chosenOf(typed, field);
      return chosen && membersOf(chosen.fields, typed, pointer, names);
    }
    case 'list':
      return listOf(field, typed, pointer, names);
    case 'date':
      return dateOf(typed, field.at);
    case 'instant':
      return instantOf(typed, field.at);
    case 'yes-no':
      return text === 'true' ? true : text === 'false' ? false : text || undefined;
    case 'number':
      return numberOf(text);
    default:
      return text === '' ? undefined : text;
  }
}

function listOf(field: ListField, typed: Typed, pointer: string, names: Names): unknown {
  const elements = rowNumbers(typed, field)
    .map(row => field.element(row))
    .filter(element => !isEmpty(typed, element));
  if (elements.length === 0) return field.isOptional ? undefined : [];
  return elements.map((element, index) => valueIn(element, typed, `${pointer}/${index}`, names));
}

const NUMBER = /^-?\d+(\.\d+)?$/;

/** Thousands may be told apart as they are shown. */
function numberOf(text: string): number | string | undefined {
  if (text === '') return undefined;
  const plain = text.replaceAll(/[,，](?=\d{3}(?!\d))/g, '');
  return NUMBER.test(plain) ? Number(plain) : text;
}

export interface DayParts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
}

const DAY = /^(\d{4})-(\d\d)-(\d\d)/;

/** A day as its three controls show it, typed or known beforehand. */
export function dayOf(typed: Typed, at: string): DayParts {
  const [, year = '', month = '', day = ''] = DAY.exec(textAt(typed, at)) ?? [];
  const part = (name: string, known: string) => typed.get(`${at}:${name}`)?.trim() ?? known;
  return {
    year: part('y', year),
    month: part('m', String(Number(month) || '')),
    day: part('d', String(Number(day) || '')),
  };
}

function dateOf(typed: Typed, at: string): string | undefined {
  const { year, month, day } = dayOf(typed, at);
  if (`${year}${month}${day}` === '') return undefined;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** The time of day of an instant as its control shows it, in Shanghai. */
export function timeOf(typed: Typed, at: string): string {
  return typed.get(`${at}:t`)?.trim() ?? '';
}

/** Day and time of day in Shanghai as an instant in UTC; as it was typed where that is none. */
export function instantOf(typed: Typed, at: string): string | undefined {
  const date = dateOf(typed, at);
  const time = timeOf(typed, at);
  if (date === undefined && time === '') return undefined;
  const minutes = /^(\d{1,2})[:：](\d\d)$/.exec(time);
  if (date === undefined || !minutes || Number.isNaN(Date.parse(`${date}T00:00:00Z`)))
    return `${date ?? ''} ${time}`.trim();
  const [hour, minute] = [Number(minutes[1]), Number(minutes[2])];
  if (hour > 23 || minute > 59) return `${date} ${time}`;
  return new Date(Date.parse(startOfDay(date)) + (hour * 60 + minute) * 60_000).toISOString();
}

const HOURS_OF_SHANGHAI = 8 * 3_600_000;

/** Puts what is known beforehand into the controls that show it: what stands where nothing is given, times, alternatives. */
export function settleKnown(fields: readonly Field[], typed: Typed): void {
  for (const field of fields) settleField(field, typed);
}

function settleField(field: Field, typed: Typed): void {
  const { at, kind, otherwise } = field;
  if (kind === 'group') {
    settleKnown(field.fields, typed);
    return;
  }
  if (kind === 'list') {
    for (const row of rowNumbers(typed, field)) settleField(field.element(row), typed);
    return;
  }
  if (kind === 'either') {
    settleAlternative(field, typed);
    return;
  }
  const known = typed.get(at);
  if (known === undefined && otherwise !== undefined && typeof otherwise !== 'object') typed.set(at, String(otherwise));
  if (kind === 'instant' && known !== undefined && !Number.isNaN(Date.parse(known)) && !typed.has(`${at}:t`)) {
    const local = new Date(Date.parse(known) + HOURS_OF_SHANGHAI).toISOString();
    typed.set(at, local.slice(0, 10));
    typed.set(`${at}:t`, local.slice(11, 16));
  }
}

/** The alternative whose fields are those that are known; which of them is meant is said by nobody but who fills it in. */
function settleAlternative(field: EitherField, typed: Typed): void {
  if (typed.has(`${field.at}:of`) || isEmpty(typed, field)) return;
  const chosen = field.options.findIndex(({ fields }) => {
    const { input } = inputOf(fields, typed);
    return fields.every(({ at, kind, isOptional }) =>
      kind === 'constant' ? typed.get(at) === String(input[lastOf(at)]) : isOptional || input[lastOf(at)] !== undefined,
    );
  });
  if (chosen < 0) return;
  typed.set(`${field.at}:of`, String(chosen));
  settleKnown(field.options[chosen]?.fields ?? [], typed);
}
