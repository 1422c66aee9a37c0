/**
 * Finds the endpoint of a request. Express tries routes one by one, which for a whole API costs more than all else an
 * answer needs; so there is one small Express router for each method, noun and length of path.
 */
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import type { Endpoint } from './endpoint.ts';

/** `/api/v1/<noun>`: the segments before it are the same for all. */
const NOUN = 3;

/**
 * Gives each request to the endpoint it is for; passes on what is for none. Throws when a path has a parameter for its
 * noun.
 */
export function createRouter(
  endpoints: readonly Endpoint[],
  answer: (endpoint: Endpoint, req: Request, res: Response) => unknown,
): RequestHandler {
  const routers = new Map<string, Router>();
  for (const endpoint of bySpecificity(endpoints)) {
    const { method, path } = endpoint;
    if (path.split('/')[NOUN]?.startsWith(':')) throw new Error(`${path}: a noun is needed before a parameter`);
    const key = keyOf(method, path);
    const router = routers.get(key) ?? express.Router({ caseSensitive: true, strict: true });
    router[method === 'GET' ? 'get' : 'post'](path, (req, res) => answer(endpoint, req, res));
    routers.set(key, router);
  }
  return (req, res, next) => {
    const router = routers.get(keyOf(req.method === 'HEAD' ? 'GET' : req.method, req.path));
    if (router) router(req, res, next);
    else next();
  };
}

/** No parameter spans segments, so paths of different length never match the same route. */
function keyOf(method: string, path: string): string {
  const segments = path.split('/');
  return `${method} ${segments.length} ${segments[NOUN] ?? ''}`;
}

/** Fixed segments before parameters, so that `/projects/plan` is not taken for a project. */
function bySpecificity(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  const order = (path: string) => path.replaceAll(/:\w+/g, '~');
  return endpoints.toSorted((a, b) => (order(a.path) < order(b.path) ? -1 : 1));
}
