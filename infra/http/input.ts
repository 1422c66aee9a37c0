/** Input from outside: parsed by its schema or refused in the caller's language. */
import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import type { InputFault } from '../../services/rejection.ts';
import { type Language, languageOf } from './language.ts';
import { messagesIn } from './messages.ts';
import { invalid, Problem } from './problem.ts';

/** What is wrong with an input, in a language, as far as the schema does not say it itself. */
export function faultsOf(schema: z.ZodType, input: unknown, language: Language): readonly InputFault[] {
  const parsed = schema.safeParse(input, { error: messagesIn(language) });
  return (parsed.error?.issues ?? []).map(issue => ({
    pointer: issue.path.map(part => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
    code: issue.code ?? 'invalid',
    detail: issue.message,
  }));
}

/**
 * The input as its schema has it. Throws a problem of status 422 with a pointer to each fault, in the language of the
 * request.
 */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown, req: IncomingMessage): z.infer<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw invalidInput(faultsOf(schema, input, languageOf(req)));
}

/** 422 with faults by JSON pointer. */
export function invalidInput(errors: readonly InputFault[]): Problem {
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
