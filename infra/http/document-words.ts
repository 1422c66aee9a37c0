/** Puts the words of fields and codes into a document of the API, so that it is read in Chinese and in English. */
import { codeName, fieldWord } from '../../events/words.ts';
import { type SchemaNode, type Visitor, visitSchema } from './schema-places.ts';

interface Described {
  description?: string;
}

interface Body {
  readonly content?: Readonly<Record<string, { readonly schema?: SchemaNode }>>;
  readonly headers?: Readonly<Record<string, Described>>;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly (Described & { readonly name: string; readonly schema: SchemaNode })[];
  readonly requestBody?: Body;
  readonly responses: Readonly<Record<string, Body>>;
}

/** What is looked at of an OpenAPI 3.1 document. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas?: Readonly<Record<string, SchemaNode>> };
}

/** Describes every parameter, header and field of the document, in place. */
export function describe({ paths, components: { schemas = {} } }: ApiDocument): void {
  for (const operation of Object.values(paths).flatMap(path => Object.values(path))) describeOperation(operation);
  for (const [owner, schema] of Object.entries(schemas)) visitSchema(schema, describer(owner), nowhere);
}

/** What is referred to is described where it stands. */
const nowhere = () => undefined;

function describeOperation({ operationId, parameters = [], requestBody, responses }: Operation): void {
  const visitor = describer(operationId);
  for (const parameter of parameters) {
    visitSchema(parameter.schema, visitor, nowhere, parameter.name);
    const inSchema = parameter.schema.description;
    parameter.description = described(parameter.name, operationId, parameter.description ?? inSchema);
  }
  for (const { content = {}, headers = {} } of [...(requestBody ? [requestBody] : []), ...Object.values(responses)]) {
    for (const { schema } of Object.values(content)) if (schema) visitSchema(schema, visitor, nowhere);
    for (const [name, header] of Object.entries(headers)) {
      header.description = described(name, operationId, header.description);
    }
  }
}

function describer(owner: string): Visitor {
  return {
    field(place, node) {
      node.description = described(place, owner, node.description);
    },
    codes(place, values, node) {
      const named = values.flatMap(value => {
        const zh = codeName(place, value, owner)?.zh;
        return zh === undefined || zh === value ? [] : [`${value} ${zh}`];
      });
      if (named.length > 0) node.description = [node.description, named.join('、')].filter(Boolean).join('。');
    },
  };
}

/** The Chinese name with its hint, the English one, and what was said already. */
function described(place: string, owner: string, said: string | undefined): string {
  const { zh, en, hint } = fieldWord(place, owner);
  return `${zh}${hint === undefined ? '' : `，${hint}`} (${en})${said === undefined ? '' : `: ${said}`}`;
}
