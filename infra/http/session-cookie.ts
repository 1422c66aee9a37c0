/** The cookie by which pages know their reader. It is of use to pages alone: the API takes no cookie. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** The prefix binds it to this host and to TLS, where a browser has that. */
const OVER_TLS = '__Host-gongguan';
const PLAIN = 'gongguan';

const nameFor = (isSecure: boolean) => (isSecure ? OVER_TLS : PLAIN);

/** The token in the cookie of a request; undefined where there is none. */
export function sessionTokenOf({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined {
  const cookies = (headers.cookie ?? '').split(/; ?/);
  for (const name of [OVER_TLS, PLAIN]) {
    const found = cookies.find(cookie => cookie.startsWith(`${name}=`));
    if (found) return found.slice(name.length + 1);
  }
  return undefined;
}

/** Has the browser keep a token until a time, RFC 3339. Scripts never see it, and other sites' forms do not send it. */
export function keepSession(res: ServerResponse, token: string, expiresAt: string, isSecure: boolean): void {
  const expires = new Date(expiresAt).toUTCString();
  res.appendHeader('Set-Cookie', `${nameFor(isSecure)}=${token}; Expires=${expires}; ${attributes(isSecure)}`);
}

export function forgetSession(res: ServerResponse, isSecure: boolean): void {
  res.appendHeader('Set-Cookie', `${nameFor(isSecure)}=; Max-Age=0; ${attributes(isSecure)}`);
}

function attributes(isSecure: boolean): string {
  return `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
}
