/** What the fields of a schema tell about it: charges and unsealed personal values. */
import { z } from 'zod';

interface Field {
  /** E.g. `contact.phone`, `participants[].name`. */
  readonly path: string;
  readonly name: string;
  readonly schema: JsonSchema;
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  /** Set on {@link sealedSchema} alone. */
  readonly personal?: true;
}

const CHARGE = /fee|charge|price|payment|cost/i;
/** A clause of a contract that rules charges out. */
const NO_CHARGE = ['noFeeClause'];

/** Fields that suggest a charge. */
export function chargeFields(schema: z.ZodType): readonly string[] {
  return fieldsOf(schema)
    .filter(({ name }) => CHARGE.test(name) && !NO_CHARGE.includes(name))
    .map(({ path }) => path);
}

const PERSONAL = /^(name|phone|mobile|telephone|email|address|idNumber|idCard|signatory|person|personName)$/;

/** Names in clear that belong to no person. A new one is added here by a person who has looked. */
const NAMES_OF_THINGS: readonly string[] = [
  'third-party.capability-verified name',
  'third-party.entrusted name',
  'recommending-body.registered name',
  'recommending-body.renamed name',
  'unit.registered name',
  'unit.registered address',
  'unit.renamed name',
  'unit.particulars-changed address',
  'coordination-action.recorded parties[].name',
  'document.attached name',
  'result-document.attached name',
  'ledger.key-introduced name',
];

/** Fields that hold a personal value but are not sealed, or look sealed without being the one schema for it. */
export function unsealedPersonalFields(type: string, schema: z.ZodType): readonly string[] {
  return fieldsOf(schema)
    .filter(({ name, path, schema: field }) => {
      if (field.personal) return false;
      if (field.properties?.sealed) return true;
      const ofThing = NAMES_OF_THINGS.includes(`${type} ${path}`) || path.endsWith('evidence[].name');
      return PERSONAL.test(name) && !ofThing;
    })
    .map(({ path }) => path);
}

function fieldsOf(schema: z.ZodType): readonly Field[] {
  return walk(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema, '');
}

function walk(schema: JsonSchema, at: string): Field[] {
  const found: Field[] = [];
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const path = at ? `${at}.${name}` : name;
    found.push({ path, name, schema: field }, ...(field.personal ? [] : walk(field, path)));
  }
  if (schema.items) found.push(...walk(schema.items, `${at}[]`));
  for (const variant of [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]) {
    found.push(...walk(variant, at));
  }
  return found;
}
