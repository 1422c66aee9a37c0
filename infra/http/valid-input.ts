/** An input that a schema accepts, made of values of one story where names fit: to get past the parser to the gate behind it. */
import type { z } from 'zod';

export type Words = Readonly<Record<string, unknown>>;

/** Forms of text and number that schemas ask for; the first that is accepted is taken. */
const COMMON: readonly unknown[] = [
  '说明文字',
  '2024-12-28',
  '2024-12-28T02:00:00.000Z',
  'a'.repeat(64),
  '2024-abcd1234',
  'someone-else',
  'https://scjg.tj.gov.cn/notice/2024-1.html',
  '1',
  '018f0000-0000-7000-8000-000000000001',
  1,
  2024,
  true,
  {},
];

interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly entries?: Readonly<Record<string, unknown>>;
  readonly values?: readonly unknown[];
  readonly in?: z.ZodType;
}

/** Optional fields are left out, unless `words` has them and `whole` is asked for. */
export function validInput(schema: z.ZodType, words: Words, name = '', whole = false): unknown {
  const accepts = (value: unknown) => schema.safeParse(value).success;
  if (name in words && accepts(words[name])) return words[name];
  const definition = schema.def as unknown as Definition;
  const { shape, options, element, innerType } = definition;
  if (definition.type === 'optional' || definition.type === 'default') {
    return whole && innerType && name in words ? validInput(innerType, words, name, whole) : undefined;
  }
  if (shape) {
    const fields = Object.entries(shape).map(([key, field]) => [key, validInput(field, words, key, whole)] as const);
    return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
  }
  if (options) return options.map(option => validInput(option, words, name, whole)).find(accepts);
  if (element) {
    const items = [validInput(element, words, name.replace(/s$/, ''), whole)];
    return accepts(items) ? items : [];
  }
  if (definition.in) return validInput(definition.in, words, name, whole);
  const listed = Object.values(definition.entries ?? definition.values ?? {});
  return [...listed, ...COMMON].find(accepts);
}
