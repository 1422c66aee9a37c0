/** What is answered in the place of what was asked for: RFC 9457 details, as an error with a type. */
import type { ProblemDetails } from '../http/openapi.ts';

/** `code` is stable, for programs; `message` is for people; `rule` names the article that refuses, where one does. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly details: ProblemDetails;
  /** Seconds after which it may be tried again, where the service says so. */
  readonly retryAfter: number | undefined;

  constructor(details: ProblemDetails, retryAfter?: number) {
    super(`${details.status} ${details.code}: ${details.detail}`);
    this.details = details;
    this.retryAfter = retryAfter;
  }

  get code(): string {
    return this.details.code;
  }

  get status(): number {
    return this.details.status;
  }

  get rule(): ProblemDetails['rule'] {
    return this.details.rule;
  }

  /** Whether the same request may succeed later. */
  get isPassing(): boolean {
    return this.status === 429 || this.status >= 500;
  }
}

/** Reads the problem of an answer that is none of the expected ones; one without details is what a proxy says. */
export async function apiProblemOf(answer: Response): Promise<ApiProblem> {
  const { status, statusText, headers } = answer;
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  const text = await answer.text();
  const isProblem = headers.get('content-type')?.startsWith('application/problem+json') ?? false;
  const details = isProblem
    ? (JSON.parse(text) as ProblemDetails)
    : { type: 'about:blank', title: statusText, status, detail: text.slice(0, 200), code: 'no-problem', traceId: '' };
  return new ApiProblem(details, Number.isFinite(seconds) ? seconds : undefined);
}
