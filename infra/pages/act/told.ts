/** What came of a form, told once on the page that it leads to: a cookie carries it there, which no script and no other site sees. */
import type { RequestContext } from '../../http/request-context.ts';

export interface ToldOnce {
  readonly message: string;
  /** What is on record. */
  readonly sentences: readonly string[];
  /** The page waits until what it reads has reached this. */
  readonly position?: string | undefined;
}

const NAME = 'gongguan-told';
const SECONDS = 120;
/** A cookie holds 4 kB. */
const SENTENCES = 3;
const LONGEST = 160;

const attributes = (isSecure: boolean) => `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;

/** Has the next page say it. */
export function tellNext({ res }: RequestContext, { message, sentences, position }: ToldOnce, isSecure: boolean): void {
  const shortened = sentences.slice(0, SENTENCES).map(sentence => [...sentence].slice(0, LONGEST).join(''));
  const value = Buffer.from(JSON.stringify([message, shortened, position])).toString('base64url');
  res.appendHeader('Set-Cookie', `${NAME}=${value}; Max-Age=${SECONDS}; ${attributes(isSecure)}`);
}

/** What this page has to say; a page that was not shown has not said it. */
export function toldIn({ req }: RequestContext): ToldOnce | undefined {
  const cookies = (req.headers.cookie ?? '').split(/; ?/);
  const value = cookies.find(cookie => cookie.startsWith(`${NAME}=`))?.slice(NAME.length + 1);
  if (!value) return undefined;
  try {
    const [message, sentences, position] = JSON.parse(Buffer.from(value, 'base64url').toString()) as unknown[];
    if (typeof message !== 'string' || !Array.isArray(sentences)) return undefined;
    return { message, sentences: sentences.map(String), ...(typeof position === 'string' && { position }) };
  } catch {
    return undefined;
  }
}

/** What this page has to say, for the head of it; it will have said it. */
export function toldAround(context: RequestContext, isSecure: boolean): { readonly told?: ToldOnce } {
  const told = toldIn(context);
  if (!told) return {};
  forgetTold(context, isSecure);
  return { told };
}

/** It was said, and is not said again. */
export function forgetTold({ res }: RequestContext, isSecure: boolean): void {
  res.appendHeader('Set-Cookie', `${NAME}=; Max-Age=0; ${attributes(isSecure)}`);
}
