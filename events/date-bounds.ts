/**
 * The dates that the product takes from outside. What a date means is ruled where it is used; no date lies outside of these
 * bounds, within which all that is counted from it (five years of a ban, months of an interval) is a date again. Stored
 * events are not asked: an old one with an odd date is still read.
 */
import { z } from 'zod';
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

function outOfBounds(part: Part): PropertyKey[][] {
  if (!hasDates(part.schema)) return [];
  return isOutOfBounds(part) ? [part.path] : partsOf(part).flatMap(outOfBounds);
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

/** The schema of an input, with all its dates in bounds. */
export function bounded<S extends z.ZodObject>(schema: S): S {
  if (!hasDates(schema)) return schema;
  return schema.superRefine((value, context) => {
    for (const path of outOfBounds({ schema, value, path: [] })) {
      context.addIssue({ code: 'custom', message: OUT_OF_BOUNDS, path });
    }
  });
}
