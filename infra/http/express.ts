/** Express on `node:http`, without the price older engines put on a changed prototype. */
import { IncomingMessage, type ServerOptions, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import express, { type Express } from 'express';

type Callable = { call(self: unknown, ...args: unknown[]): void };
type Constructors = ServerOptions<typeof IncomingMessage, typeof ServerResponse>;

/** Engines from here on take a changed prototype lightly and are slower with the constructors below. */
const FIRST_INDIFFERENT_NODE = 24;

/** Express without what this API does by itself: no ETags, no `X-Powered-By`, case and trailing slashes count. */
export function createApp(): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('case sensitive routing');
  app.enable('strict routing');
  return app;
}

/**
 * Express gives every request and response its own prototypes; on Node 20 and 22 that halves throughput. Objects that
 * are born with those prototypes do not change.
 */
export function constructorsFor(app: Express, node: string = process.versions.node): Constructors {
  if (Number.parseInt(node, 10) >= FIRST_INDIFFERENT_NODE) return {};
  function Request(this: IncomingMessage, socket: Socket): void {
    (IncomingMessage as unknown as Callable).call(this, socket);
  }
  function Response(this: ServerResponse, req: IncomingMessage, options: unknown): void {
    (ServerResponse as unknown as Callable).call(this, req, options);
  }
  Request.prototype = app.request;
  Response.prototype = app.response;
  return {
    IncomingMessage: Request as unknown as typeof IncomingMessage,
    ServerResponse: Response as unknown as typeof ServerResponse,
  };
}
