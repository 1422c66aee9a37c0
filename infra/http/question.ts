/**
 * What is asked of the log, the ledger or this process itself, which no read model holds: declared once, answered to programs
 * at an endpoint and to pages by its name.
 */
import type { z } from 'zod';
import type { ApiKeyScope } from '../../events/api-key.ts';
import { type Access, BASE, type Endpoint, parametersOf } from './endpoint.ts';
import { parseInput, queryOf } from './input.ts';
import { notThere } from './problem.ts';
import { type RequestContext, sendJson } from './request-context.ts';

export interface QuestionRoute {
  /** Below `/api/v1`; `:name` marks a path parameter. */
  readonly path: `/${string}`;
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly access: Access;
  /** What a key must open for a program to ask it; `data` unless told. */
  readonly scope?: ApiKeyScope;
  /** Path and query-string parameters together; coerces from text. */
  readonly input: z.ZodObject;
  readonly output: z.ZodType;
  /** A value that is JSON, or undefined where nothing is there. Throws a Problem where the caller may not. */
  answer(input: never, context: RequestContext): Promise<unknown>;
}

/** A question with its address and its shapes, for the types of clients. */
interface Shaped<Path, Input, Output> {
  readonly path: Path;
  readonly input: Input;
  readonly output: Output;
}

/** Declares a question: fixes the types. */
export function question<const Path extends `/${string}`, Input extends z.ZodObject, Output extends z.ZodType>(
  definition: Omit<QuestionRoute, 'path' | 'input' | 'output' | 'answer'> &
    Shaped<Path, Input, Output> & {
      answer(input: z.infer<Input>, context: RequestContext): Promise<unknown>;
    },
): QuestionRoute & Shaped<Path, Input, Output> {
  return definition;
}

/** The GET of a question. */
export function questionEndpoint(asked: QuestionRoute): Endpoint {
  const { path, name, title, summary, access, scope = 'data', input, output } = asked;
  const inPath = parametersOf(path);
  const inQuery = Object.keys(input.shape).filter(parameter => !inPath.includes(parameter));
  const pick = (names: readonly string[]) => input.pick(Object.fromEntries(names.map(each => [each, true])) as never);
  return {
    kind: 'builtin',
    method: 'GET',
    path: `${BASE}${path}`,
    name,
    title,
    summary,
    access,
    scope,
    operation: {
      requestParams: {
        ...(inPath.length > 0 && { path: pick(inPath) as never }),
        ...(inQuery.length > 0 && { query: pick(inQuery) as never }),
      },
      responses: { 200: { description: title, content: { 'application/json': { schema: output } } } },
    },
    async handle(context) {
      const { req } = context;
      const values = { ...queryOf(req.url, inQuery), ...req.params };
      const answered = await asked.answer(parseInput(input, values, req) as never, context);
      if (answered === undefined) throw notThere();
      sendJson(context, 200, JSON.stringify(answered));
    },
  };
}
