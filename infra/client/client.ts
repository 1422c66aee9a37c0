/** A client of the API whose types are those of the service itself. */
import { randomUUID } from 'node:crypto';
import type { AcceptedAnswer } from '../http/commands.ts';
import type { HandedOnce } from '../http/handover.ts';
import type { LoginRequest, OpenedSession } from '../http/sessions.ts';
import { ApiConnection, type ConnectionOptions } from './connection.ts';
import { type FeedOptions, type Followed, follow, type PulledPage, type PullOptions, pull } from './feed.ts';
import type {
  CommandInput,
  CommandPath,
  ListPage,
  ListPath,
  ListRow,
  QueryAnswer,
  QueryInput,
  QueryPath,
} from './routes.ts';

export interface SendOptions {
  /** Names the command, so that it is recorded once however often it is sent; one of its own unless given. */
  readonly idempotencyKey?: string;
  /** ETag of what the decision rests on: refused with 412 where that has changed since. */
  readonly ifMatch?: string;
  /** When the act took place, where it is entered later: UTC, to the millisecond. */
  readonly effectiveAt?: string;
  /** Why it is entered later. */
  readonly backdatingReason?: string;
  readonly signal?: AbortSignal;
}

export interface AskOptions {
  /** `position` of an answer to a command: what is read is at least as new. */
  readonly notBefore?: string;
  readonly signal?: AbortSignal;
}

/** The answer to a command; `etag` is where the thing stands behind it. */
export type CommandAnswer = AcceptedAnswer & HandedOnce & { readonly etag?: string };

type Values = Readonly<Record<string, unknown>>;

/**
 * Signs in or shows a key, sends commands, asks, lists, and follows the events. Addresses are those of the documentation,
 * below `/api/v1`; a parameter of an address is a member of the input. Throws an `ApiProblem` for what is refused.
 */
export class GongguanClient {
  readonly #connection: ApiConnection;

  constructor(options: ConnectionOptions) {
    this.#connection = new ApiConnection(options);
  }

  /** Opens a session in one role: what is sent and asked from here on is in its name. */
  async signIn(login: LoginRequest): Promise<OpenedSession> {
    const answer = await this.#connection.request({ path: '/sessions', body: login, once: true });
    const session = (await answer.json()) as OpenedSession;
    this.#connection.credential = session.token;
    return session;
  }

  /** Sends a command. It is named by a key, so that it is repeated without harm where no answer came. */
  async send<Path extends CommandPath>(
    path: Path,
    input: CommandInput<Path>,
    options: SendOptions = {},
  ): Promise<CommandAnswer> {
    const { idempotencyKey = randomUUID(), ifMatch, effectiveAt, backdatingReason, signal } = options;
    const { address, rest } = addressed(path, input as Values);
    const answer = await this.#connection.request({
      path: address,
      body: rest,
      headers: {
        'idempotency-key': idempotencyKey,
        ...(ifMatch !== undefined && { 'if-match': ifMatch }),
        ...(effectiveAt !== undefined && { 'x-effective-at': effectiveAt }),
        ...(backdatingReason !== undefined && { 'x-backdating-reason': encodeURIComponent(backdatingReason) }),
      },
      signal,
    });
    const etag = answer.headers.get('etag');
    return { ...((await answer.json()) as AcceptedAnswer), ...(etag !== null && { etag }) };
  }

  /** Asks; of a list it answers one page. */
  async ask<Path extends QueryPath>(
    path: Path,
    input: QueryInput<Path>,
    options: AskOptions = {},
  ): Promise<QueryAnswer<Path>> {
    return (await this.read(path, input, options)).body;
  }

  /** The same, with the ETag that a command may rest on. */
  async read<Path extends QueryPath>(
    path: Path,
    input: QueryInput<Path>,
    options: AskOptions = {},
  ): Promise<{ readonly body: QueryAnswer<Path>; readonly etag: string | undefined }> {
    const answer = await this.open(path, input as Values, options);
    const body = (await answer.json()) as QueryAnswer<Path>;
    return { body, etag: answer.headers.get('etag') ?? undefined };
  }

  /** Every row of a list, page after page. */
  async *list<Path extends ListPath>(
    path: Path,
    input: QueryInput<Path>,
    options: AskOptions = {},
  ): AsyncGenerator<ListRow<Path>, void, undefined> {
    for (let cursor: string | undefined; ; ) {
      const asked = { ...(input as Values), ...(cursor !== undefined && { cursor }) };
      const answer = await this.open(path, asked, options);
      const { items, next } = (await answer.json()) as ListPage<ListRow<Path>>;
      yield* items;
      if (next === undefined) return;
      cursor = next;
    }
  }

  /** What stands at any address that is read, e.g. a file: the answer as it came. */
  async open(path: `/${string}`, input: Values = {}, { notBefore, signal }: AskOptions = {}): Promise<Response> {
    const { address, rest } = addressed(path, input);
    const given = Object.entries(rest).filter(([, value]) => value !== undefined);
    const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
    return this.#connection.request({
      path: query.size === 0 ? address : `${address}?${query}`,
      ...(notBefore !== undefined && { headers: { 'x-consistency-position': notBefore } }),
      signal,
    });
  }

  /** Pages of events until the end; with `wait` for ever, an empty one now and then. */
  pull(options: PullOptions = {}): AsyncGenerator<PulledPage, void, undefined> {
    return pull(this.#connection, options);
  }

  /** Events as they come, for ever. Throws `StreamEnded` where the service ends it for good. */
  follow(options: FeedOptions = {}): AsyncGenerator<Followed, void, undefined> {
    return follow(this.#connection, options);
  }
}

/** The address with its parameters put in, and the members that stand elsewhere. Throws RangeError without a parameter. */
function addressed(path: string, input: Values): { readonly address: string; readonly rest: Values } {
  const rest: Record<string, unknown> = { ...input };
  const address = path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = rest[name];
    delete rest[name];
    if (value === undefined) throw new RangeError(`缺少地址参数 (the address needs) ${name}: ${path}`);
    return encodeURIComponent(String(value));
  });
  return { address, rest };
}
