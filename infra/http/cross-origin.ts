/** Which pages of other origins may read the API in a browser (CORS, Fetch Standard 3.3): none unless it is configured. */
import type { Request, RequestHandler, Response } from 'express';
import { BASE } from './endpoint.ts';

export interface CrossOrigin {
  /** Origins as a browser names them; `*` for all. */
  readonly origins: readonly string[] | '*';
  /** Those of them whose pages may send what the browser keeps for this site, such as a client certificate. */
  readonly credentialed: readonly string[];
}

export const NO_OTHER_ORIGIN: CrossOrigin = { origins: [], credentialed: [] };

/** What a page may send besides what needs no leave. */
const SENT = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'Last-Event-ID',
  'X-Acting-As',
  'X-Backdating-Reason',
  'X-Consistency-Position',
  'X-Correlation-Id',
  'X-Effective-At',
].join(', ');

/** What a page may read of the head of an answer. */
const SHOWN = [
  'Content-Disposition',
  'ETag',
  'Link',
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
  'X-Correlation-Id',
].join(', ');

/** Seconds that a browser may remember a preflight. */
const REMEMBERED = '7200';

/** Says on every answer of the API whether the page that asks may read it; pages for people are never read by others. */
export function admitOrigins({ origins, credentialed }: CrossOrigin): RequestHandler {
  return (req, res, next) => {
    const { origin } = req.headers;
    if (origin !== undefined && isOfApi(req) && (origins === '*' || origins.includes(origin))) {
      res.setHeader('Access-Control-Allow-Origin', origins === '*' ? '*' : origin);
      res.setHeader('Access-Control-Expose-Headers', SHOWN);
      if (origins !== '*' && credentialed.includes(origin)) res.setHeader('Access-Control-Allow-Credentials', 'true');
    }
    next();
  };
}

const isOfApi = ({ path }: Request) => path.startsWith(`${BASE}/`);

/** Adds to an answer to OPTIONS, which tells the methods, what a browser asks before it lets a page send a request. */
export function answerPreflight(req: Request, res: Response, methods: string): void {
  const asks = req.headers['access-control-request-method'] !== undefined;
  if (!asks || !res.hasHeader('Access-Control-Allow-Origin')) return;
  res.setHeader('Access-Control-Allow-Methods', methods);
  res.setHeader('Access-Control-Allow-Headers', SENT);
  res.setHeader('Access-Control-Max-Age', REMEMBERED);
}
