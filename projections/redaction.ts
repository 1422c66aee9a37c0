/**
 * What is left out of an event for those who do not oversee: sealed values, whose subjects tell persons apart, and places in
 * the log, between two of which one could count what is hidden. The same is left out of the schema that describes it.
 */

/** Fields of data that name a place in the log. */
const PLACES: ReadonlySet<string> = new Set(['position', 'corpusPosition']);

/** Data without what is hidden in it. */
export function withoutHidden(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter(item => !isSealed(item)).map(withoutHidden);
  if (typeof value !== 'object' || value === null) return value;
  const open = Object.entries(value).filter(([name, member]) => !PLACES.has(name) && !isSealed(member));
  return Object.fromEntries(open.map(([name, member]) => [name, withoutHidden(member)]));
}

function isSealed(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'sealed' in value && 'subject' in value;
}

/** What is looked at of a JSON schema of draft 2020-12 without references. */
export interface EventSchema {
  readonly [keyword: string]: unknown;
  readonly properties?: Readonly<Record<string, EventSchema>>;
  readonly required?: readonly string[];
  readonly items?: EventSchema;
  readonly anyOf?: readonly EventSchema[];
  readonly oneOf?: readonly EventSchema[];
  /** Of sealed values alone. */
  readonly personal?: true;
}

/** The schema of data out of which {@link withoutHidden} has taken what is hidden. */
export function schemaWithoutHidden(schema: EventSchema): EventSchema {
  const { properties, required, items, anyOf, oneOf, ...rest } = schema;
  return {
    ...rest,
    ...(properties && openFields(properties, required ?? [])),
    ...(items && openItems(items, rest)),
    ...(anyOf && { anyOf: openForms(anyOf) }),
    ...(oneOf && { oneOf: openForms(oneOf) }),
  };
}

function openFields(properties: NonNullable<EventSchema['properties']>, required: readonly string[]): EventSchema {
  const open = Object.entries(properties).filter(([name, field]) => !PLACES.has(name) && !isAlwaysSealed(field));
  const mayBeLeftOut = (name: string) => formsOf(properties[name]).some(({ personal }) => personal);
  const stay = new Set(open.map(([name]) => name).filter(name => !mayBeLeftOut(name)));
  const needed = required.filter(name => stay.has(name));
  return {
    properties: Object.fromEntries(open.map(([name, field]) => [name, schemaWithoutHidden(field)])),
    ...(needed.length > 0 && { required: needed }),
  };
}

/** Of a list of sealed values none is left; of one of several forms some are. */
function openItems(items: EventSchema, { minItems: _least }: EventSchema): EventSchema {
  if (isAlwaysSealed(items)) return { maxItems: 0, minItems: 0 };
  const least = formsOf(items).some(({ personal }) => personal) ? { minItems: 0 } : {};
  return { items: schemaWithoutHidden(items), ...least };
}

const openForms = (forms: readonly EventSchema[]) =>
  forms.filter(form => !isAlwaysSealed(form)).map(schemaWithoutHidden);

function isAlwaysSealed(schema: EventSchema): boolean {
  return formsOf(schema).every(({ personal }) => personal);
}

/** All forms that a value can have. */
function formsOf(schema: EventSchema = {}): readonly EventSchema[] {
  const forms = schema.anyOf ?? schema.oneOf;
  return forms ? forms.flatMap(formsOf) : [schema];
}
