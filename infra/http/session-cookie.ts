/** The cookies by which pages know their reader and his device. They are of use to pages alone: the API takes no cookie. */
import { hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Begun, begunSchema } from '../identity/provider-sign-in.ts';
import { DEVICE_SECONDS, SESSION_SECONDS } from '../identity/tokens.ts';

/** The prefix binds it to this host and to TLS, where a browser has that. */
const OVER_TLS = '__Host-gongguan';
const PLAIN = 'gongguan';

const nameFor = (isSecure: boolean) => (isSecure ? OVER_TLS : PLAIN);
/** Each account has a device of its own; the name tells nothing of it. */
const deviceFor = (accountId: string, isSecure: boolean) =>
  `${nameFor(isSecure)}-device-${hash('sha256', accountId).slice(0, 16)}`;

type Cookies = Pick<IncomingMessage, 'headers'>;

/**
 * The token in the cookie of a request; undefined where there is none. Over TLS the bound cookie alone counts: another
 * host of the domain, or a page without TLS, can set the other, and with it the session of somebody else.
 */
export function sessionTokenOf(req: Cookies, isSecure: boolean): string | undefined {
  return cookieOf(req, nameFor(isSecure));
}

/** What an earlier sign-in of an account gave this browser to be known by. */
export function deviceOf(req: Cookies, accountId: string, isSecure: boolean): string | undefined {
  return cookieOf(req, deviceFor(accountId, isSecure));
}

function cookieOf({ headers }: Cookies, name: string): string | undefined {
  const found = (headers.cookie ?? '').split(/; ?/).find(cookie => cookie.startsWith(`${name}=`));
  return found?.slice(name.length + 1);
}

/**
 * Has the browser keep a token for as long as a session lasts; the token itself says when it ends. It is told how long and not
 * until when, so that a computer whose clock is wrong does not forget it at once. Scripts never see it, and other sites' forms
 * do not send it.
 */
export function keepSession(res: ServerResponse, token: string, isSecure: boolean): void {
  res.appendHeader('Set-Cookie', `${nameFor(isSecure)}=${token}; Max-Age=${SESSION_SECONDS}; ${attributes(isSecure)}`);
}

/** Has the browser keep what it is known by; signing out does not end it. */
export function keepDevice(res: ServerResponse, accountId: string, device: string, isSecure: boolean): void {
  const name = deviceFor(accountId, isSecure);
  res.appendHeader('Set-Cookie', `${name}=${device}; Max-Age=${DEVICE_SECONDS}; ${attributes(isSecure)}`);
}

export function forgetSession(res: ServerResponse, isSecure: boolean): void {
  res.appendHeader('Set-Cookie', `${nameFor(isSecure)}=; Max-Age=0; ${attributes(isSecure)}`);
}

const begunFor = (isSecure: boolean) => `${nameFor(isSecure)}-sign-in`;

/** How long somebody may take at the identity provider. */
const BEGUN_SECONDS = 600;

/** Has the browser keep what it needs to come back from the identity provider; no other browser can come back in its place. */
export function keepBegun(res: ServerResponse, begun: Begun, isSecure: boolean): void {
  const text = Buffer.from(JSON.stringify(begun)).toString('base64url');
  res.appendHeader('Set-Cookie', `${begunFor(isSecure)}=${text}; Max-Age=${BEGUN_SECONDS}; ${attributes(isSecure)}`);
}

/** What this browser has begun; undefined where it has begun nothing. */
export function begunOf(req: Cookies, isSecure: boolean): Begun | undefined {
  const text = cookieOf(req, begunFor(isSecure));
  if (text === undefined) return undefined;
  try {
    return begunSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    return undefined;
  }
}

/** It can come back once. */
export function forgetBegun(res: ServerResponse, isSecure: boolean): void {
  res.appendHeader('Set-Cookie', `${begunFor(isSecure)}=; Max-Age=0; ${attributes(isSecure)}`);
}

function attributes(isSecure: boolean): string {
  return `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
}
