/** How pages are sent: for people, never framed, with nothing from elsewhere and no script of anybody's but our own. */
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
  ['Vary', 'Cookie'],
].flat();

/** What a reader who has signed in sees is kept nowhere. */
const cachingFor = ({ caller }: RequestContext, status: number) => [
  'Cache-Control',
  caller || status !== 200 ? 'no-store' : 'public, max-age=15',
];

export function sendPage(
  context: RequestContext,
  status: number,
  around: Omit<Around, 'here' | 'actor'>,
  content: VNode,
): void {
  const { res, caller, correlationId } = context;
  const html = htmlOf({ ...around, here: addressOfPage(context), actor: caller?.actor }, content);
  res.writeHead(status, [
    ...SAFE,
    ...cachingFor(context, status),
    'X-Correlation-Id',
    correlationId,
    'Content-Length',
    String(Buffer.byteLength(html)),
  ]);
  res.end(html);
}

/** 303: another page has the answer. The address is within this site. */
export function goTo({ res, correlationId }: RequestContext, address: string): void {
  res.writeHead(303, { Location: address, 'Cache-Control': 'no-store', 'X-Correlation-Id': correlationId }).end();
}

/** The address that was asked for; its host means nothing. */
export function addressOfPage({ req }: Pick<RequestContext, 'req'>): URL {
  return new URL(req.originalUrl.replace(/^\/+/, '/'), 'http://page');
}
