/** Input from outside: parsed by its schema or refused in the caller's language. */
import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { fieldWord } from '../../events/words.ts';
import { type Language, languageOf } from './language.ts';
import { messagesIn, ownMessageIn, placeOf } from './messages.ts';
import { invalid, type NamedFault, Problem } from './problem.ts';

/** What is wrong with an input, in a language; fields and codes are named as of the command or query that is asked. */
export function faultsOf(schema: z.ZodType, input: unknown, language: Language, owner?: string): readonly NamedFault[] {
  const parsed = schema.safeParse(input, { error: messagesIn(language, owner) });
  return (parsed.error?.issues ?? []).map(({ path, code, message }) => ({
    pointer: path.map(part => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
    code: code ?? 'invalid',
    name: nameOf(path, language, owner),
    detail: ownMessageIn(message, language),
  }));
}

/** What the field is called; of an entry of a list, which one it is. */
function nameOf(path: readonly PropertyKey[], language: Language, owner: string | undefined): string | undefined {
  const place = placeOf(path);
  if (place === '') return undefined;
  const word = fieldWord(place, owner)[language];
  const entry = path.findLast(part => typeof part === 'number');
  if (entry === undefined) return word;
  return language === 'zh' ? `${word}（第 ${Number(entry) + 1} 项）` : `${word} (item ${Number(entry) + 1})`;
}

/**
 * The input of a command or query as its schema has it. Throws a problem of status 422 with a pointer to each fault, in the
 * language of the request.
 */
export function parseInput<S extends z.ZodType>(
  schema: S,
  input: unknown,
  req: IncomingMessage,
  owner?: string,
): z.infer<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw invalidInput(faultsOf(schema, input, languageOf(req), owner));
}

/** 422 with faults by JSON pointer. */
export function invalidInput(errors: readonly NamedFault[]): Problem {
  return new Problem(422, 'invalid-input', '请求内容不符合要求', 'The request content is not valid', { errors });
}

/** The query string as an object; every parameter must be known and given once. */
export function queryOf(url: string, known: readonly string[]): Record<string, string> {
  const start = url.indexOf('?');
  const values: Record<string, string> = {};
  if (start < 0) return values;
  for (const [name, value] of new URLSearchParams(url.slice(start + 1))) {
    if (!known.includes(name)) throw invalid('unknown-parameter', `/${name}`, '未知参数', 'Unknown parameter');
    if (Object.hasOwn(values, name)) {
      throw invalid('parameter-repeated', `/${name}`, '参数重复', 'The parameter is given more than once');
    }
    values[name] = value;
  }
  return values;
}
