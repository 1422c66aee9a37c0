/** How pages are sent: for people, never framed, with nothing from elsewhere and no script of anybody's but our own. */
import { hash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Request } from 'express';
import type { VNode } from 'preact';
import type { RequestContext } from '../http/request-context.ts';
import { type Around, htmlOf } from './shell.tsx';

const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self' data:",
  "script-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const SAFE = [
  ['Content-Type', 'text/html; charset=utf-8'],
  ['Content-Security-Policy', POLICY],
  ['X-Content-Type-Options', 'nosniff'],
  ['Referrer-Policy', 'same-origin'],
  ['Vary', 'Cookie, Accept-Encoding'],
].flat();

/** What a reader who has signed in sees is kept nowhere. */
const cachingFor = ({ who }: RequestContext, status: number) => [
  'Cache-Control',
  who || status !== 200 ? 'no-store' : 'public, max-age=15',
];

/** Whether the browser reads gzip. */
export function takesGzip(req: Request): boolean {
  return req.acceptsEncodings('gzip', 'identity') === 'gzip';
}

/**
 * What a form answers may show a secret beside what was typed into it, and the length of both packed together would tell of it
 * (BREACH); pages that are only read hold none, and the session stands in a cookie that is never in a page.
 */
const mayBePacked = ({ req }: RequestContext) => req.method === 'GET' && takesGzip(req);

/** Public pages are sent again only when they have changed. */
function isKnown({ req, res, who }: RequestContext, status: number, html: string): boolean {
  if (who || status !== 200) return false;
  res.setHeader('ETag', `W/"${hash('sha256', html).slice(0, 22)}"`);
  return req.fresh;
}

/** Sends a whole page; packed where the browser reads that. */
export function sendPage(
  context: RequestContext,
  status: number,
  around: Omit<Around, 'here' | 'who'>,
  content: VNode,
): void {
  const { res, who, correlationId } = context;
  const html = htmlOf({ ...around, here: addressOfPage(context), who }, content);
  const common = [...SAFE, ...cachingFor(context, status), 'X-Correlation-Id', correlationId];
  if (isKnown(context, status, html)) {
    res.writeHead(304, common).end();
    return;
  }
  const isPacked = mayBePacked(context);
  const body = isPacked ? gzipSync(html) : Buffer.from(html);
  const length = ['Content-Length', String(body.length)];
  res.writeHead(status, [...common, ...length, ...(isPacked ? ['Content-Encoding', 'gzip'] : [])]);
  res.end(body);
}

/** 303: another page has the answer. The address is within this site. */
export function goTo({ res, correlationId }: RequestContext, address: string): void {
  res.writeHead(303, { Location: address, 'Cache-Control': 'no-store', 'X-Correlation-Id': correlationId }).end();
}

/** 303: the reader goes on at another site, e.g. where he signs in. */
export function leaveFor({ res, correlationId }: RequestContext, address: URL): void {
  res.writeHead(303, { Location: address.href, 'Cache-Control': 'no-store', 'X-Correlation-Id': correlationId }).end();
}

/** The address that was asked for; its host means nothing. */
export function addressOfPage({ req }: Pick<RequestContext, 'req'>): URL {
  return new URL(req.originalUrl.replace(/^\/+/, '/'), 'http://page');
}
