/** Finds the page of a request: there are few, so Express's own router does. */
import express, { type Request, type RequestHandler, type Response } from 'express';
import type { Endpoint } from '../http/endpoint.ts';

/** Gives each request to the page it is for; passes on what is for none. */
export function createPageRouter(
  pages: readonly Endpoint[],
  answer: (page: Endpoint, req: Request, res: Response) => unknown,
): RequestHandler {
  const router = express.Router({ caseSensitive: true, strict: true });
  for (const page of pages) {
    router[page.method === 'GET' ? 'get' : 'post'](page.path, (req, res) => answer(page, req, res));
  }
  return router;
}
