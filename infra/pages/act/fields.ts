/** What a form asks for: the input schema of a command as a tree of fields. */
import { z } from 'zod';

interface Named {
  /** Name in the form, and JSON pointer without the first stroke: `plan/deadlines/training`, `items/0`. */
  readonly at: string;
  /** The same without the numbers of list entries, for words: `plan.deadlines.training`. */
  readonly place: string;
  readonly isOptional: boolean;
  /** Stands where nothing is given. */
  readonly otherwise?: unknown;
}

interface TextField extends Named {
  readonly kind: 'text';
  /** Characters. */
  readonly longest?: number;
  readonly isUrl: boolean;
}
interface NumberField extends Named {
  readonly kind: 'number';
  readonly isWhole: boolean;
}
interface ChoiceField extends Named {
  readonly kind: 'choice';
  readonly values: readonly string[];
}
/** The same for everybody: nothing to ask. */
interface ConstantField extends Named {
  readonly kind: 'constant';
  readonly value: unknown;
}
interface PlainField extends Named {
  /** `digest`: a SHA-256, lower-case hex. */
  readonly kind: 'yes-no' | 'date' | 'instant' | 'digest';
}
export interface GroupField extends Named {
  readonly kind: 'group';
  readonly fields: readonly Field[];
}
export interface ListField extends Named {
  readonly kind: 'list';
  element(index: number): Field;
}
/** One of several groups. */
export interface EitherField extends Named {
  readonly kind: 'either';
  readonly options: readonly { readonly schema: z.ZodType; readonly fields: readonly Field[] }[];
}

export type Field =
  | TextField
  | NumberField
  | ChoiceField
  | ConstantField
  | PlainField
  | GroupField
  | ListField
  | EitherField;

interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly entries?: Readonly<Record<string, string>>;
  readonly values?: readonly unknown[];
  readonly defaultValue?: unknown;
}

const definitionOf = (schema: z.ZodType) => schema.def as unknown as Definition;

/** The fields of an input. Throws for a schema that no field is known for. */
export function fieldsOf(input: z.ZodObject): readonly Field[] {
  return membersOf(input.shape as Readonly<Record<string, z.ZodType>>, '', '');
}

function membersOf(shape: Readonly<Record<string, z.ZodType>>, at: string, place: string): readonly Field[] {
  const below = (holder: string, name: string, mark: string) => (holder === '' ? name : `${holder}${mark}${name}`);
  return Object.entries(shape).map(([name, schema]) =>
    fieldOf(schema, { at: below(at, name, '/'), place: below(place, name, '.'), isOptional: false }),
  );
}

/** The field that asks for what a schema takes. */
function fieldOf(schema: z.ZodType, named: Named): Field {
  const definition = definitionOf(schema);
  const { at, place } = named;
  switch (definition.type) {
    case 'optional':
    case 'default': {
      const { innerType, defaultValue } = definition;
      const otherwise = defaultValue === undefined ? {} : { otherwise: defaultValue };
      return fieldOf(innerType as z.ZodType, { ...named, ...otherwise, isOptional: true });
    }
    case 'object':
      return { ...named, kind: 'group', fields: membersOf(definition.shape ?? {}, at, place) };
    case 'array':
      return {
        ...named,
        kind: 'list',
        element: index => fieldOf(definition.element as z.ZodType, { at: `${at}/${index}`, place, isOptional: false }),
      };
    case 'union':
      return unionField(definition.options ?? [], named);
    case 'enum':
      return { ...named, kind: 'choice', values: Object.values(definition.entries ?? {}) };
    case 'literal': {
      const [value] = definition.values ?? [];
      return named.isOptional ? { ...named, kind: 'yes-no' } : { ...named, kind: 'constant', value };
    }
    case 'boolean':
      return { ...named, kind: 'yes-no' };
    case 'number':
      return { ...named, kind: 'number', isWhole: schemaOf(schema).type === 'integer' };
    case 'string':
      return textField(schema, named);
    default:
      throw new Error(`${at}: no field is known for ${definition.type}`);
  }
}

/** Alternatives of text are one text: what is typed tells which. */
function unionField(options: readonly z.ZodType[], named: Named): Field {
  const [first] = options;
  if (!first) throw new Error(`${named.at}: a union of nothing`);
  if (definitionOf(first).type !== 'object') return fieldOf(first, named);
  return {
    ...named,
    kind: 'either',
    options: options.map(schema => ({
      schema,
      fields: membersOf(definitionOf(schema).shape ?? {}, named.at, named.place),
    })),
  };
}

const DIGEST = '^[0-9a-f]{64}$';

function textField(schema: z.ZodType, named: Named): Field {
  const { format, pattern, maxLength } = schemaOf(schema);
  if (format === 'date') return { ...named, kind: 'date' };
  if (format === 'date-time') return { ...named, kind: 'instant' };
  if (pattern === DIGEST) return { ...named, kind: 'digest' };
  return { ...named, kind: 'text', isUrl: format === 'uri', ...(maxLength !== undefined && { longest: maxLength }) };
}

function schemaOf(schema: z.ZodType): { type?: string; format?: string; pattern?: string; maxLength?: number } {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as never;
}

/** Of an act that may be entered later: when it took place, and why it was not entered then. */
export const laterFields: readonly Field[] = [
  { at: '_at', place: '_at', isOptional: true, kind: 'instant' },
  { at: '_why', place: '_why', isOptional: true, kind: 'text', longest: 4_000, isUrl: false },
];
