/** One request and its answer, and the ways an answer is sent. */
import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Role } from '../../events/envelope.ts';
import type { AuthenticatedCaller } from '../identity/identity.ts';
import { codedTag, contentTag, namesContent } from './entity-tags.ts';
import { languageOf } from './language.ts';
import { codingFor, isPackable, packed } from './packing.ts';
import { Problem, problemBody } from './problem.ts';

export interface RequestContext {
  readonly req: Request;
  readonly res: Response;
  /** UUIDv7 of this request; the command id of a command that came without a key. */
  readonly requestId: string;
  readonly correlationId: string;
  readonly caller: AuthenticatedCaller | undefined;
  /** Whose cookie came with the request of a page, also where he reads it as anybody does. */
  readonly who?: Who | undefined;
}

/** A reader as he is greeted. */
export interface Who {
  /** Undefined once it was erased. */
  readonly name: string | undefined;
  readonly role: Role;
  readonly orgName: string;
  /** He holds other roles too. */
  readonly hasOthers: boolean;
}

/** Flat list of names and values, as `writeHead` takes it fastest. */
type Headers = readonly string[];

const CORRELATION = /^[A-Za-z0-9._:-]{1,100}$/;

/** The correlation id a caller sent, if it is one. */
export function correlationOf(req: Request, requestId: string): string {
  const sent = req.headers['x-correlation-id'];
  return typeof sent === 'string' && CORRELATION.test(sent) ? sent : requestId;
}

/** UUIDv7: time first, so that what is stored under it stays together. */
export function newRequestId(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

/** Sent with every answer that is not a page: it is data, for the caller alone, and never to be rendered. */
const SAFE: Headers = [
  'X-Content-Type-Options',
  'nosniff',
  'Content-Security-Policy',
  "default-src 'none'; frame-ancestors 'none'",
  'Referrer-Policy',
  'no-referrer',
];
/** Whatever may be kept depends on these, whoever keeps it. */
const VARIES: Headers = ['Vary', 'Authorization, X-Consistency-Position, Origin, Accept-Encoding'];
const NOT_STORED: Headers = ['Cache-Control', 'no-store'];

/** Kept by anybody for so many seconds; what is for one caller alone is not. */
export function keptFor(seconds: number, more = ''): Headers {
  return ['Cache-Control', `public, max-age=${seconds}${more}`, ...VARIES];
}

const JSON_HEADERS: Headers = ['Content-Type', 'application/json; charset=utf-8', ...SAFE];
const PROBLEM_HEADERS: Headers = ['Content-Type', 'application/problem+json; charset=utf-8', ...SAFE, ...NOT_STORED];

/** Sends a text that is JSON already. */
export function sendJson(context: RequestContext, status: number, text: string, headers: Headers = NOT_STORED): void {
  send(context, status, text, JSON_HEADERS, headers);
}

/** 204: done, and there is nothing to say. */
export function sendNothing(
  { res, correlationId }: RequestContext,
  headers: Readonly<Record<string, string>> = {},
): void {
  res.writeHead(204, { ...headers, 'X-Correlation-Id': correlationId }).end();
}

/** Sends RFC 9457 details in the language of the caller, with the headers of the problem. */
export function sendProblem(context: RequestContext, problem: Problem): void {
  const body = problemBody(problem, languageOf(context.req), context.correlationId);
  send(context, problem.status, body, PROBLEM_HEADERS, Object.entries(problem.particulars.headers ?? {}).flat());
}

/** Sends a text of a media type that is never rendered. */
export function sendText(
  context: RequestContext,
  status: number,
  mediaType: string,
  text: string,
  headers: Headers = NOT_STORED,
): void {
  send(context, status, text, ['Content-Type', mediaType, ...SAFE], headers);
}

/** 200 with bytes; the headers say how long they may be kept. */
export function sendBytes(context: RequestContext, mediaType: string, bytes: Uint8Array, headers: Headers): void {
  send(context, 200, bytes, ['Content-Type', mediaType, ...SAFE], headers);
}

/** Whether the head alone is asked for. */
export function isHeadOnly({ req }: Pick<RequestContext, 'req'>): boolean {
  return req.method === 'HEAD';
}

/** The head of an answer whose body is made piece by piece, for those who ask for no more. */
export function sendHead(context: RequestContext, mediaType: string, headers: Headers): void {
  startStream(context, mediaType, headers);
  context.res.end();
}

/** The head of an answer whose body follows in pieces. */
export function startStream(context: RequestContext, mediaType: string, headers: Headers): void {
  context.res.writeHead(200, [
    'Content-Type',
    mediaType,
    ...SAFE,
    ...NOT_STORED,
    ...headers,
    'X-Correlation-Id',
    context.correlationId,
  ]);
}

function send(
  context: RequestContext,
  status: number,
  body: string | Uint8Array,
  common: Headers,
  particular: Headers,
): void {
  const headers = [...common, ...particular, 'X-Correlation-Id', context.correlationId];
  if (status === 200 && context.req.method !== 'POST') sendRead(context, body, headers);
  else sendWhole(context, status, body, headers);
}

function sendWhole({ res }: RequestContext, status: number, body: string | Uint8Array, headers: Headers): void {
  res.writeHead(status, [...headers, 'Content-Length', String(Buffer.byteLength(body))]);
  res.end(body);
}

/** Of text. What is longer is made bytes once; what is shorter goes out as text, in one piece with its head. */
const LONG = 1 << 16;

/** What is read has a tag, is not sent to whoever has it, and is packed for whoever takes it so. */
function sendRead(context: RequestContext, content: string | Uint8Array, headers: Headers): void {
  const { req, res } = context;
  const body = typeof content === 'string' && content.length >= LONG ? Buffer.from(content) : content;
  const size = Buffer.byteLength(body);
  const coding = isPackable(headers[1] ?? '', size) ? codingFor(req) : undefined;
  const tag = contentTag(body);
  const tagged = [...headers, 'ETag', codedTag(tag, coding)];
  const known = req.headers['if-none-match'];
  if (known !== undefined && namesContent(known, tag)) {
    res.writeHead(304, tagged.slice(2)).end();
  } else if (coding === undefined) {
    sendWhole(context, 200, body, tagged);
  } else {
    packed(typeof body === 'string' ? Buffer.from(body) : body, coding).then(
      bytes => sendWhole(context, 200, bytes, [...tagged, 'Content-Encoding', coding]),
      error => res.destroy(error),
    );
  }
}

/** The network address a request came from. */
export function addressOf(req: Request): string {
  return req.ip ?? 'unknown';
}

/** The caller of a request that needs one. */
export function callerOf(context: RequestContext): AuthenticatedCaller {
  if (context.caller) return context.caller;
  throw new Problem(401, 'authentication-needed', '请先登录', 'Sign in first', {
    headers: { 'WWW-Authenticate': 'Bearer' },
  });
}
