/** Walks JSON schemas: the fields that stand in them and the codes that these can have, each with its place (events/words.ts). */

/** What is looked at of a JSON schema of draft 2020-12. */
export interface SchemaNode {
  $ref?: string;
  type?: string;
  description?: string;
  pattern?: string;
  properties?: Record<string, SchemaNode>;
  required?: readonly string[];
  items?: SchemaNode;
  prefixItems?: SchemaNode[];
  additionalProperties?: boolean | SchemaNode;
  propertyNames?: SchemaNode;
  anyOf?: SchemaNode[];
  oneOf?: SchemaNode[];
  allOf?: SchemaNode[];
  enum?: unknown[];
  const?: unknown;
  /** Of sealed values alone. */
  personal?: true;
}

export interface Visitor {
  field(place: string, node: SchemaNode, isRequired: boolean): void;
  /** All that can stand at one place; `node` is the schema that lists them. */
  codes(place: string, values: readonly string[], node: SchemaNode): void;
}

/** Visits all that stands in a schema at a place, '' for a whole one; what it refers to is looked up. */
export function visitSchema(
  node: SchemaNode,
  visitor: Visitor,
  refer: (reference: string) => SchemaNode | undefined,
  place = '',
): void {
  const visit = (each: SchemaNode, at: string, within: ReadonlySet<string>): void => {
    if (each.$ref !== undefined) {
      const target = within.has(each.$ref) ? undefined : refer(each.$ref);
      if (target) visit(target, at, new Set([...within, each.$ref]));
      return;
    }
    for (const [name, field] of Object.entries(each.properties ?? {})) {
      const inner = at === '' ? name : `${at}.${name}`;
      visitor.field(inner, field, each.required?.includes(name) ?? false);
      visit(field, inner, within);
    }
    const values = codesOf(each);
    if (values.length > 0) visitor.codes(at, values, each);
    for (const part of partsOf(each)) visit(part, at, within);
  };
  visit(node, place, new Set());
}

/** What stands in a schema beside its fields. */
export function partsOf({
  items,
  additionalProperties,
  prefixItems = [],
  anyOf = [],
  oneOf = [],
  allOf = [],
}: SchemaNode) {
  const inner = [items, additionalProperties].filter(part => typeof part === 'object');
  return [...inner, ...prefixItems, ...anyOf, ...oneOf, ...allOf];
}

/** Nothing is no code. */
function codesOf({ enum: values = [], const: only, propertyNames }: SchemaNode): string[] {
  const all = [...values, ...(only === undefined ? [] : [only]), ...(propertyNames?.enum ?? [])];
  return all.map(String).filter(value => value !== '');
}
