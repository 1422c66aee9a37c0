/** Requests of one client: with its credential, asked again where that does no harm and may help. */
import { setTimeout as after } from 'node:timers/promises';
import { ApiProblem, apiProblemOf } from './problem.ts';

export interface ConnectionOptions {
  /** Where the service is, e.g. `https://quality.example.cn`. */
  readonly address: string;
  /** A key of a program (`ggk_…`), or the token of a session. */
  readonly credential?: string | undefined;
  /** Of what is written for people. */
  readonly language?: 'zh' | 'en';
  /** How often a request is repeated that was refused for the moment (429, 503) or got no answer. */
  readonly repeats?: number;
}

export interface RequestParts {
  /** Below `/api/v1`, with its query string. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of a POST; absent for a GET. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Not to be repeated: nothing tells the service that it is the same again. */
  readonly once?: boolean;
}

/** Seconds between two attempts at first; doubled each time, up to {@link LONGEST_PAUSE}. */
const FIRST_PAUSE = 0.5;
const LONGEST_PAUSE = 30;

export class ApiConnection {
  credential: string | undefined;
  readonly #base: string;
  readonly #language: string;
  readonly #repeats: number;

  constructor({ address, credential, language = 'zh', repeats = 4 }: ConnectionOptions) {
    this.#base = `${address.replace(/\/$/, '')}/api/v1`;
    this.#language = language;
    this.#repeats = repeats;
    this.credential = credential;
  }

  /** Throws an {@link ApiProblem} for any answer but a success, and a TypeError where there is none. */
  async request(parts: RequestParts): Promise<Response> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#once(parts);
      } catch (error) {
        if (parts.once || attempt >= this.#repeats || !mayPass(error)) throw error;
        await pauseAfter(attempt, error, parts.signal);
      }
    }
  }

  async #once({ path, headers, body, signal }: RequestParts): Promise<Response> {
    const answer = await fetch(`${this.#base}${path}`, {
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
      headers: {
        'accept-language': this.#language,
        ...(this.credential !== undefined && { authorization: `Bearer ${this.credential}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(signal && { signal }),
    });
    if (answer.ok) return answer;
    throw await apiProblemOf(answer);
  }
}

/** Whether asking again may help: the service said so, or there was no answer. */
export function mayPass(error: unknown): boolean {
  return error instanceof ApiProblem ? error.isPassing : error instanceof TypeError;
}

/** As long as the service asks for, else longer each time. Throws where `signal` ends it. */
export async function pauseAfter(attempt: number, error: unknown, signal?: AbortSignal): Promise<void> {
  const asked = error instanceof ApiProblem ? error.retryAfter : undefined;
  const seconds = asked ?? Math.min(FIRST_PAUSE * 2 ** attempt, LONGEST_PAUSE);
  await after(seconds * 1_000, undefined, signal ? { signal } : {});
}
