/** Whether an answer has exactly the fields that the API’s own documentation declares for it. */

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { schema: Schema }>> }>>;
}

export interface Documentation {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

type Named = NonNullable<NonNullable<Documentation['components']>['schemas']>;

export class Declared {
  readonly #operations: ReadonlyMap<string, Operation>;
  readonly #named: Named;

  constructor({ paths, components }: Documentation) {
    const operations = Object.values(paths).flatMap(path => Object.values(path));
    this.#operations = new Map(operations.map(operation => [operation.operationId, operation]));
    this.#named = components?.schemas ?? {};
  }

  /** What is declared for an answer of an endpoint. */
  schemaOf(name: string, { status, mediaType }: { readonly status: number; readonly mediaType: string }) {
    return this.#operations.get(name)?.responses[status]?.content?.[mediaType]?.schema;
  }

  /** Fields that an answer has too many or too few, and values of another kind, each with its place. */
  faultsOf(schema: Schema, value: unknown, at = ''): string[] {
    const named = schema.$ref && this.#named[schema.$ref.replace('#/components/schemas/', '')];
    if (named) return this.faultsOf(named, value, at);
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices) return this.#fewest(choices, value, at);
    if (schema.allOf) return schema.allOf.flatMap(part => this.faultsOf(part, value, at));
    if (!isOfKind(schema, value)) return [`${at} is not ${schema.type ?? 'as declared'}`];
    if (Array.isArray(value)) return value.flatMap(item => this.faultsOf(schema.items ?? {}, item, `${at}[]`));
    return typeof value === 'object' && value !== null ? this.#inObject(schema, { ...value }, at) : [];
  }

  #fewest(choices: readonly Schema[], value: unknown, at: string): string[] {
    const [best = []] = choices.map(choice => this.faultsOf(choice, value, at)).sort((a, b) => a.length - b.length);
    return best;
  }

  #inObject(schema: Schema, value: Readonly<Record<string, unknown>>, at: string): string[] {
    const { properties = {}, required = [], additionalProperties = true } = schema;
    const missing = required.filter(name => !(name in value)).map(name => `${at}/${name} is missing`);
    return [
      ...missing,
      ...Object.entries(value).flatMap(([name, part]) => {
        const declared = properties[name] ?? additionalProperties;
        if (declared === false) return [`${at}/${name} is not declared`];
        return declared === true ? [] : this.faultsOf(declared, part, `${at}/${name}`);
      }),
    ];
  }
}

const KINDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: value => typeof value === 'object' && value !== null && !Array.isArray(value),
  array: Array.isArray,
  string: value => typeof value === 'string',
  number: value => typeof value === 'number',
  integer: Number.isInteger,
  boolean: value => typeof value === 'boolean',
  null: value => value === null,
};

function isOfKind(schema: Schema, value: unknown): boolean {
  if (schema.const !== undefined && schema.const !== value) return false;
  if (schema.enum && !schema.enum.includes(value)) return false;
  return schema.type === undefined || (KINDS[schema.type]?.(value) ?? true);
}
