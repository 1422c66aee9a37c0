/**
 * The dates and texts that the product takes from outside. What a date means is ruled where it is used; no date lies outside
 * of these bounds, within which all that is counted from it (five years of a ban, months of an interval) is a date again. A
 * text is one that people can read. Stored events are not asked: an old one with an odd date or text is still read.
 */
import { z } from 'zod';
import { paragraphSchema, textFault } from './text.ts';
import { endOfDay, startOfDay } from './time.ts';

export const EARLIEST_DATE = '1949-10-01';
export const LATEST_DATE = '2199-12-31';

const OUT_OF_BOUNDS = `日期应在 ${EARLIEST_DATE} 至 ${LATEST_DATE} 之间 (a date from ${EARLIEST_DATE} to ${LATEST_DATE})`;

/** The parts of a schema that are looked into, by the names that zod gives them. */
interface Definition {
  readonly type: string;
  readonly format?: string;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly element?: z.core.$ZodType;
  readonly innerType?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
  readonly in?: z.core.$ZodType;
  readonly options?: readonly z.core.$ZodType[];
}

const definitionOf = (schema: z.core.$ZodType) => schema._zod.def as unknown as Definition;

interface Part {
  readonly schema: z.core.$ZodType;
  readonly value: unknown;
  readonly path: PropertyKey[];
}

/** The parts of a value that its schema says something about. */
function partsOf({ schema, value, path }: Part): Part[] {
  const { shape, element, innerType, valueType, in: first, options } = definitionOf(schema);
  const inner = innerType ?? first;
  if (inner) return [{ schema: inner, value, path }];
  if (options)
    return options.filter(option => z.safeParse(option, value).success).map(each => ({ schema: each, value, path }));
  if (typeof value !== 'object' || value === null) return [];
  const parts: Part[] = [];
  for (const [key, each] of Object.entries(value)) {
    const of = shape?.[key] ?? element ?? valueType;
    if (of) parts.push({ schema: of, value: each, path: [...path, Array.isArray(value) ? Number(key) : key] });
  }
  return parts;
}

const [EARLIEST_INSTANT, BEYOND_LATEST] = [startOfDay(EARLIEST_DATE), endOfDay(LATEST_DATE)];

/** Civil dates and instants compare as text. */
function isOutOfBounds({ schema, value }: Part): boolean {
  const { format } = definitionOf(schema);
  if (typeof value !== 'string') return false;
  if (format === 'date') return value < EARLIEST_DATE || value > LATEST_DATE;
  return format === 'datetime' && (value < EARLIEST_INSTANT || value >= BEYOND_LATEST);
}

function datesOutOfBounds(part: Part): PropertyKey[][] {
  if (!hasDates(part.schema)) return [];
  return isOutOfBounds(part) ? [part.path] : partsOf(part).flatMap(datesOutOfBounds);
}

interface Fault {
  readonly path: PropertyKey[];
  readonly message: string;
}

/** Most texts have nothing that could be wrong with them: no place in the schema has to be looked up for those. */
const PLAIN =
  /^[\p{Script=Han}\p{Script=Latin}\p{N}\p{P} ]*[\p{Script=Han}\p{Script=Latin}\p{N}][\p{Script=Han}\p{Script=Latin}\p{N}\p{P} ]*$/u;

function isPlain(value: unknown): boolean {
  if (typeof value === 'string') return PLAIN.test(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(isPlain);
}

/** A text is a line, unless its schema is that of a paragraph. */
function textFaults(part: Part): Fault[] {
  const { schema, value, path } = part;
  if (isPlain(value)) return [];
  if (typeof value === 'string' && definitionOf(schema).type === 'string') {
    const message = textFault(value, schema._zod.def === paragraphSchema._zod.def ? 'paragraph' : 'line');
    return message === undefined ? [] : [{ path, message }];
  }
  return partsOf(part).flatMap(textFaults);
}

const known = new WeakMap<z.core.$ZodType, boolean>();

/** Whether a date can stand anywhere in a value of the schema. */
export function hasDates(schema: z.core.$ZodType): boolean {
  const before = known.get(schema);
  if (before !== undefined) return before;
  const { format, shape, element, innerType, valueType, in: first, options } = definitionOf(schema);
  const inner = [element, innerType, valueType, first, ...(options ?? []), ...Object.values(shape ?? {})];
  const found = format === 'date' || format === 'datetime' || inner.some(each => each !== undefined && hasDates(each));
  known.set(schema, found);
  return found;
}

/** The schema of an input, with all its dates in bounds and all its texts readable. */
export function bounded<S extends z.ZodObject>(schema: S): S {
  const dated = hasDates(schema);
  return schema.superRefine((value, context) => {
    const whole: Part = { schema, value, path: [] };
    const dates = dated ? datesOutOfBounds(whole).map(path => ({ path, message: OUT_OF_BOUNDS })) : [];
    // Of what is wrong already, that is enough.
    const said = new Set(context.issues.map(({ path = [] }) => path.join('/')));
    for (const { path, message } of [...dates, ...textFaults(whole)]) {
      if (!said.has(path.join('/'))) context.addIssue({ code: 'custom', message, path });
    }
  });
}
