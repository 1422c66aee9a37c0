/** One request to the address of a webhook: guarded, followed nowhere, and bounded in time and in what is taken in. */
import { once } from 'node:events';
import { type IncomingMessage, request as overHttp } from 'node:http';
import { request as overTls } from 'node:https';
import { endingWithin } from '../ending.ts';
import { guardedLookup, type Network, type Resolve, targetOf } from './target.ts';

/** Milliseconds for the whole of an answer. */
const PATIENCE_MS = 15_000;
/** Of what is answered, what is looked at. */
const MOST_BYTES = 65_536;

export interface WebhookAnswer {
  readonly status: number;
  /** Milliseconds that the receiver asks to be left alone, by `Retry-After`. */
  readonly retryAfterMs: number | undefined;
  /** Its first {@link MOST_BYTES} bytes. */
  readonly body: string;
}

export interface PostOptions {
  /** Networks that may be reached though they are not of the public internet; also without TLS. */
  readonly allowed: readonly Network[];
  readonly resolve?: Resolve;
  readonly patienceMs?: number;
  readonly signal?: AbortSignal;
}

/** {@link postWebhook} within the bounds of an installation. */
export type PostWebhook = (
  address: string,
  headers: Readonly<Record<string, string>>,
  body: string,
) => Promise<WebhookAnswer>;

/** Posts a body to an address. Throws Error when there is no answer, TargetForbidden when it may not be asked. */
export async function postWebhook(
  address: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  { allowed, resolve, patienceMs = PATIENCE_MS, signal }: PostOptions,
): Promise<WebhookAnswer> {
  const { url, may } = targetOf(address, allowed);
  const bytes = Buffer.from(body);
  const { ended, forget } = endingWithin(patienceMs, signal);
  const options = {
    method: 'POST',
    // A connection of its own: none that was judged for another name is used again.
    agent: false as const,
    lookup: guardedLookup(may, resolve),
    headers: { ...headers, 'Content-Length': String(bytes.length), 'User-Agent': 'Gongguan-Webhooks' },
    signal: ended,
  };
  try {
    const request = url.protocol === 'http:' ? overHttp(url, options) : overTls(url, options);
    request.end(bytes);
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    return {
      status: answer.statusCode ?? 0,
      retryAfterMs: retryAfterOf(answer.headers['retry-after']),
      body: await beginningOf(answer),
    };
  } finally {
    forget();
  }
}

const DIGITS = /^\d{1,9}$/;

/** Seconds, or a date (RFC 9110). */
function retryAfterOf(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (DIGITS.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}

/** The rest is not waited for. */
async function beginningOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= MOST_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MOST_BYTES).toString('utf8');
}
