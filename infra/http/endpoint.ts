/** What stands at one method and path: who may, what it is called, how it is documented, and what it does. */
import type { ZodOpenApiOperationObject } from 'zod-openapi';
import type { ApiKeyScope } from '../../events/api-key.ts';
import type { Role } from '../../events/envelope.ts';
import type { Problem } from './problem.ts';
import type { RequestContext } from './request-context.ts';

export const BASE = '/api/v1';

/** Everybody, everybody who has signed in, or the holders of one of some roles. There is no default. */
export type Access = 'public' | 'signed-in' | readonly Role[];

export interface Endpoint {
  /** A page is read by people: it is asked for with a cookie, and refused in words on a page. */
  readonly kind: 'command' | 'query' | 'builtin' | 'page';
  readonly method: 'GET' | 'POST';
  /** From the root; `:name` marks a parameter. */
  readonly path: `/${string}`;
  /** Unique; the operation id of the documentation. */
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly access: Access;
  /** The third party may send it within its entrustment. */
  readonly clerical?: true;
  /** Those who may not are told that the thing does not exist. */
  readonly hidden?: true;
  /** What a key must open for a program to ask here; without it keys do not. */
  readonly scope?: ApiKeyScope;
  /** A ticket in the query string may say who asks, and for what: for browsers, which can show nothing else there. */
  readonly ticketed?: true;
  /** Sends a command: whoever may not is refused where it is decided, as over the API. */
  readonly admitsItself?: true;
  /** Asks for another proof than that of a person: the caller is not looked at. */
  readonly unidentified?: true;
  /** May be used by those who have yet to set up the second factor that their role needs. */
  readonly beforeSecondFactor?: true;
  /** Called by machines all the time: counted, not logged. */
  readonly quiet?: true;
  /** Waits for no other request: whoever asks decides by the answer whether the process lives. */
  readonly urgent?: true;
  readonly operation: Pick<ZodOpenApiOperationObject, 'requestParams' | 'requestBody' | 'responses'> & {
    readonly [extension: `x-${string}`]: unknown;
  };
  handle(context: RequestContext): Promise<void> | void;
  /** Tells why there is no answer; RFC 9457 details unless it is said here. */
  refuse?(context: RequestContext, problem: Problem): Promise<void> | void;
}

/** Names of the parameters of a path, in order. */
export function parametersOf(path: string): string[] {
  return [...path.matchAll(/:([A-Za-z0-9_]+)/g)].map(match => match[1] as string);
}
