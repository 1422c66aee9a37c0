/** The vocabulary is permanent: every kind and version keeps a golden file that is written once and must stay readable. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { catalogue } from '../../events/catalogue.ts';
import { PHASES, VISIBILITIES } from '../../events/envelope.ts';
import type { EventType } from '../../events/event-type.ts';
import { sealedSchema } from '../../events/personal.ts';
import { citationError, REGULATION } from '../../events/statute.ts';
import { shapeChanges, upcast } from '../../events/upcasters.ts';
import { type EventSchema, schemaWithoutHidden, withoutHidden } from '../../projections/redaction.ts';
import { schemaChecker } from '../integrators/json-schema.ts';
import { control, type FactName, factNames, samples } from '../support/controls.ts';
import { chargeFields, unsealedPersonalFields } from './fields.ts';

const GOLDEN = new URL('../../events/golden/', import.meta.url);
const SCHEMAS = new URL('../../events/schemas/', import.meta.url);
const kinds: readonly EventType[] = [...catalogue.values()];
const goldenFile = (kind: EventType) => new URL(`${kind.type}@${kind.version}.json`, GOLDEN);

const schemaFile = (kind: EventType) => new URL(`${kind.type}@${kind.version}.json`, SCHEMAS);

if (process.env.UPDATE_GOLDEN === '1') {
  for (const kind of kinds.filter(kind => !existsSync(schemaFile(kind)))) {
    writeFileSync(schemaFile(kind), `${JSON.stringify(z.toJSONSchema(kind.schema), undefined, 2)}\n`);
  }
  for (const kind of kinds.filter(kind => !existsSync(goldenFile(kind)))) {
    const { data } = control(kind.type as FactName);
    writeFileSync(goldenFile(kind), `${JSON.stringify(data, undefined, 2)}\n`);
  }
}

describe('golden files', () => {
  it.each(kinds.map(kind => [`${kind.type}@${kind.version}`, kind] as const))('%s has one', (_name, kind) => {
    expect(existsSync(goldenFile(kind)), 'write it with UPDATE_GOLDEN=1').toBe(true);
  });

  it.each(readdirSync(GOLDEN).toSorted())('%s is still read, and nothing of it is lost', file => {
    const [, type = '', version = ''] = /^(.+)@(\d+)\.json$/.exec(file) ?? [];
    const kind = catalogue.get(type);
    expect(kind, 'a kind of fact never leaves the catalogue').toBeDefined();
    const stored: unknown = JSON.parse(readFileSync(new URL(file, GOLDEN), 'utf8'));
    const today = upcast(type, Number(version), stored);
    expect(kind?.schema.parse(today)).toEqual(today);
  });

  it('a renamed field is found', () => {
    const { reason: _reason, ...rest } = samples['expert.removed'];
    expect(catalogue.get('expert.removed')?.schema.safeParse({ ...rest, grounds: 'x' }).success).toBe(false);
  });
});

/** What a schema says of shapes: words aside. */
function shapeIn(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema, (name, value) => (name === 'description' ? undefined : value)));
}

describe('released schemas', () => {
  const ajv = schemaChecker();
  const released = (file: string): EventSchema => JSON.parse(readFileSync(new URL(file, SCHEMAS), 'utf8'));
  const example = (file: string): unknown => JSON.parse(readFileSync(new URL(file, GOLDEN), 'utf8'));

  it('given a kind, then its shape is the released one: another shape is another version, with its upcaster', () => {
    for (const kind of kinds) {
      expect(existsSync(schemaFile(kind)), `${kind.type}: write it with UPDATE_GOLDEN=1`).toBe(true);
      const file = `${kind.type}@${kind.version}.json`;
      expect(shapeIn(z.toJSONSchema(kind.schema)), file).toEqual(shapeIn(released(file)));
    }
  });

  it('given any version, then there is an example, which its schema takes; so does that of the redacted', () => {
    expect(readdirSync(SCHEMAS).toSorted()).toEqual(readdirSync(GOLDEN).toSorted());
    for (const file of readdirSync(SCHEMAS)) {
      const schema = released(file);
      expect(ajv.validate(schema, example(file)), `${file}: ${ajv.errorsText()}`).toBe(true);
      const redacted = withoutHidden(example(file));
      expect(ajv.validate(schemaWithoutHidden(schema), redacted), `${file}, redacted: ${ajv.errorsText()}`).toBe(true);
      expect(JSON.stringify(schemaWithoutHidden(schema)), file).not.toMatch(/"personal"|"sealed"/);
    }
  });

  it('given a version after the first, then the catalogue says what became of the one before', () => {
    const raised = kinds.flatMap(({ type, version }) =>
      Array.from({ length: version - 1 }, (_, at) => `${type}@${at + 1}`),
    );
    expect(Object.keys(shapeChanges).toSorted()).toEqual(raised.toSorted());
    for (const { zh, en } of Object.values(shapeChanges)) {
      expect(zh).toMatch(/\p{Script=Han}/u);
      expect(en).not.toMatch(/\p{Script=Han}/u);
    }
  });

  it.each<[string, z.ZodType]>([
    ['field is gone', z.strictObject({ kind: z.enum(['a', 'b']) })],
    ['type is another', z.strictObject({ kind: z.enum(['a', 'b']), count: z.string().optional() })],
    ['code is gone', z.strictObject({ kind: z.enum(['a']), count: z.int().optional() })],
    ['field is newly required', z.strictObject({ kind: z.enum(['a', 'b']), count: z.int() })],
    ['field is new', z.strictObject({ kind: z.enum(['a', 'b']), count: z.int().optional(), more: z.int() })],
  ])('a planted change is found: a %s', (_what, changed) => {
    const before = z.strictObject({ kind: z.enum(['a', 'b']), count: z.int().optional() });
    expect(shapeIn(z.toJSONSchema(changed))).not.toEqual(shapeIn(z.toJSONSchema(before)));
  });
});

describe('kinds of facts', () => {
  it('each has a control and each control a kind', () => {
    expect([...factNames].sort()).toEqual(kinds.map(kind => kind.type).sort());
  });

  it.each(kinds.map(kind => [kind.type, kind] as const))('%s is well declared', (type, kind) => {
    expect(type).toMatch(/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/);
    expect(PHASES).toContain(kind.phase);
    expect(VISIBILITIES).toContain(kind.visibility);
    expect(kind.title).toMatch(/\p{Script=Han}/u);
    expect(basisFault(kind)).toBeUndefined();
    expect(JSON.parse(JSON.stringify(control(type as FactName).data))).toEqual(control(type as FactName).data);
  });
});

/** An article that the print has, or a rule of the house; an item of the work plan in the place of the latter alone. */
function basisFault({ basis, planItem }: EventType): string | undefined {
  if ('houseRule' in basis) return undefined;
  if (planItem !== undefined) return 'an article is cited, and no item of a plan in its place';
  return 'article' in basis && basis.doc === REGULATION ? citationError(basis.article)?.en : 'no lasting basis';
}

describe('第十九条 units pay nothing', () => {
  it.each(kinds.map(kind => [kind.type, kind] as const))('%s has no field for a charge', (_type, kind) => {
    expect(chargeFields(kind.schema)).toEqual([]);
  });

  it('finds a planted charge, however deep', () => {
    const planted = z.strictObject({ panel: z.array(z.strictObject({ reviewFee: z.number() })) });
    expect(chargeFields(planted)).toEqual(['panel[].reviewFee']);
  });
});

describe('personal values are sealed', () => {
  it.each(kinds.map(kind => [kind.type, kind] as const))('%s holds none in clear', (type, kind) => {
    expect(unsealedPersonalFields(type, kind.schema)).toEqual([]);
  });

  it('finds a planted name, phone and home-made seal', () => {
    const planted = z.strictObject({
      people: z.array(z.strictObject({ name: z.string() })),
      contact: z.strictObject({ phone: z.string(), email: sealedSchema }),
      signatory: z.strictObject({ subject: z.string(), sealed: z.string() }),
    });
    expect(unsealedPersonalFields('x.y', planted)).toEqual(['people[].name', 'contact.phone', 'signatory']);
  });
});
