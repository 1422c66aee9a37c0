/** Calls of others' servers: bounded in time and in what is taken in, wherever they lead. */
import { endingWithin } from './ending.ts';

/** Milliseconds for the whole of an answer. */
const PATIENCE_MS = 10_000;
/** A time stamp with its certificates, the longest of what is answered, has some kilobytes. */
const MOST_BYTES = 262_144;

export interface OutboundAnswer {
  readonly status: number;
  readonly body: Buffer;
}

export interface Post {
  readonly body: string | Uint8Array;
  readonly contentType: string;
  /** Gives up earlier. */
  readonly signal?: AbortSignal | undefined;
}

/** Posts to an address, and to no other that it names. Throws Error with the cause in its message. */
export async function postOutside(address: string, { body, contentType, signal }: Post): Promise<OutboundAnswer> {
  const { ended, forget } = endingWithin(PATIENCE_MS, signal);
  try {
    const answer = await fetch(address, {
      method: 'POST',
      headers: { 'Content-Type': contentType },
      body: body as string,
      redirect: 'error',
      signal: ended,
    });
    return { status: answer.status, body: await bodyOf(answer) };
  } catch (error) {
    throw new Error(reasonOf(error), { cause: error });
  } finally {
    forget();
  }
}

async function bodyOf(answer: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error(`an answer of more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** `fetch` says of most that it failed; its cause says how. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
