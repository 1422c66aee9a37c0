/** Calls to an EventStoreDB cluster through its client: bounded in time, sent to the leader, outages told apart. */
import {
  convertToCommandError,
  DeadlineExceededError,
  EventStoreDBClient,
  NotLeaderError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import grpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { AppendReq, AppendResp, ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { NoSuchPosition } from '../../projections/ports.ts';
import { StoreUnavailable } from '../../services/ports.ts';
import { EngineRefused, type RefusalKind } from '../engine-refused.ts';

const { StreamsClient } = grpc;

const INVALID_ARGUMENT = 3;
const FAILED_PRECONDITION = 9;
const UNIMPLEMENTED = 12;
/** Status codes of gRPC that no waiting would mend: the request itself is at fault. */
const AT_FAULT: ReadonlySet<unknown> = new Set([INVALID_ARGUMENT, FAILED_PRECONDITION, UNIMPLEMENTED]);
const REFUSALS: ReadonlyMap<unknown, RefusalKind> = new Map([
  [7, 'right'], // PERMISSION_DENIED
  [16, 'sign-in'], // UNAUTHENTICATED
]);
/** What servers say of a position where no record begins; those before 24.2 also when they cannot read at all. */
const INVALID_POSITION = /ReadAllResult: (Error|InvalidPosition)/;
/** Servers before 24.10.3 end a write so that was under way when another leader was elected. */
const ENDED_WITHOUT_ANSWER = /No message received/;

/** Another revision than the expected one, by the server's own check. */
export function isWrongRevision(error: unknown): boolean {
  return error instanceof WrongExpectedVersionError;
}

/** An answer that comes piece by piece until the caller cancels it. */
export interface Stream extends AsyncIterable<ReadResp> {
  readonly readableLength: number;
  cancel(): void;
  destroy(): void;
}

/** Milliseconds that a server has to end a read by itself whose last event has come. */
const LINGER_MS = 500;

/**
 * The answers up to the last one that matters. Nearly every read ends right behind it; one that does not is broken off
 * later, since a server takes a client that breaks off many for an attacker.
 */
function upTo(isLast: (answer: ReadResp) => boolean, stream: Stream): Promise<readonly ReadResp[]> {
  return new Promise((resolve, reject) => {
    const answers: ReadResp[] = [];
    let lingering: NodeJS.Timeout | undefined;
    const reading = async () => {
      for await (const answer of stream) {
        if (lingering) continue;
        answers.push(answer);
        if (!isLast(answer)) continue;
        resolve(answers);
        lingering = setTimeout(() => breakOff(stream), LINGER_MS).unref();
      }
      resolve(answers);
    };
    reading()
      .catch(reject)
      .finally(() => clearTimeout(lingering));
  });
}

/** Destroyed first: of an error on a stream that lives, the client gives up the whole connection. */
function breakOff(stream: Stream): void {
  stream.destroy();
  stream.cancel();
}

export interface ReadingOptions {
  readonly deadlineMs?: number | undefined;
  /** Whether this answer is the last that matters. */
  last?(answer: ReadResp): boolean;
}

/** What Node 26 answers to a TLS connection to an IP address, which its gRPC library asks for by name. */
const NAMELESS = /Setting the TLS ServerName to an IP address/;
const NAME_THE_NODES =
  ' Give the nodes names: in EVENTSTOREDB_URL, and as what they advertise to clients where they form a cluster.';

type Client = ReturnType<typeof openClient>;

/** What the client's own calls are made of. It has no public way to extend them. */
function openClient(url: string) {
  const client = EventStoreDBClient.connectionString(onItsOwn(url.replace(/^kurrent(?:db)?(\+discover)?:/, 'esdb$1:')));
  // biome-ignore-start lint/complexity/useLiteralKeys: TypeScript opens protected members to literal keys only
  return {
    execute: client['execute'],
    createStream: client['GRPCStreamCreator'],
    callArguments: client['callArguments'],
    getChannel: client['getChannel'],
    dispose: client.dispose,
  };
  // biome-ignore-end lint/complexity/useLiteralKeys: see above
}

const KEEP_ALIVE_MS = 10_000;
let opened = 0;

/**
 * Channels of the same address and options share one TCP connection, a dead one too. The interval of keepalive pings
 * sets each apart by a millisecond.
 */
function onItsOwn(url: string): string {
  const asked = /[?&]keep[_-]?alive[_-]?interval=(\d+)/i.exec(url)?.[1] ?? KEEP_ALIVE_MS;
  opened = (opened + 1) % 1_000;
  return `${url}${url.includes('?') ? '&' : '?'}keepAliveInterval=${Number(asked) + opened}`;
}

export class Connection {
  readonly #url: () => string;
  readonly #deadlineMs: number;
  #client: Client;

  /** `url` as {@link openEventStoreDb} takes it; `deadlineMs` bounds every call. */
  constructor(url: () => string, deadlineMs: number) {
    this.#url = url;
    this.#deadlineMs = deadlineMs;
    this.#client = openClient(url());
  }

  /**
   * The answers to a read, up to the last event asked for: after that a server goes on searching for another one that
   * passes the filter, to the end of its log. Throws {@link StoreUnavailable} or {@link NoSuchPosition}.
   */
  async read(
    request: ReadReq,
    { deadlineMs = this.#deadlineMs, last = () => false }: ReadingOptions = {},
  ): Promise<readonly ReadResp[]> {
    const count = Number(request.getOptions()?.getCount());
    let events = 0;
    const isLast = (answer: ReadResp): boolean => {
      if (!answer.hasEvent()) return false;
      events += 1;
      return events >= count || last(answer);
    };
    return this.#call(deadlineMs, async client => upTo(isLast, await this.#stream(client, request, deadlineMs)));
  }

  /** Throws {@link StoreUnavailable}: then the events may have been appended or not. */
  async append(requests: readonly AppendReq[]): Promise<AppendResp> {
    return this.#call(this.#deadlineMs, client =>
      client.execute(
        StreamsClient,
        'append',
        streams =>
          new Promise<AppendResp>((resolve, reject) => {
            const call = streams.append(...argumentsOf(client, this.#deadlineMs), (error, answer) =>
              error ? reject(error) : resolve(answer),
            );
            call.on('error', reject);
            for (const request of requests) call.write(request);
            call.end();
          }),
      ),
    );
  }

  /** A read without an end. Throws {@link StoreUnavailable}. */
  async subscribe(request: ReadReq): Promise<Stream> {
    let opening: Promise<Stream> | undefined;
    try {
      return await this.#call(this.#deadlineMs, client => {
        opening = this.#stream(client, request, Number.POSITIVE_INFINITY);
        return opening;
      });
    } catch (error) {
      opening?.then(
        late => late.cancel(),
        () => undefined,
      );
      throw error;
    }
  }

  /**
   * Goes on over a new connection. The client makes one by itself after `unavailable` and `not leader`; after silence it
   * would wait for the old one, up to 20 s.
   */
  renew(): void {
    const silent = this.#client;
    this.#client = openClient(this.#url());
    closeChannel(silent);
  }

  async close(): Promise<void> {
    await this.#client.dispose();
    closeChannel(this.#client);
  }

  async #stream(client: Client, request: ReadReq, deadlineMs: number): Promise<Stream> {
    const create = client.createStream(StreamsClient, 'read', streams =>
      streams.read(request, ...argumentsOf(client, deadlineMs)),
    );
    return create();
  }

  async #call<T>(deadlineMs: number, call: (client: Client) => Promise<T>): Promise<T> {
    const client = this.#client;
    try {
      return await within(deadlineMs, call(client));
    } catch (error) {
      const outcome = outcomeOf(error);
      if (outcome.lostContact && client === this.#client) this.renew();
      throw outcome.error;
    }
  }
}

function argumentsOf(client: Client, deadlineMs: number) {
  // Ours counts; the server's only keeps a call that was given up from going on for ever.
  return client.callArguments({ requiresLeader: true, deadline: deadlineMs * 2 });
}

/** The client leaves its channel open. Not waited for: a client that has none looks for a node first. */
function closeChannel(client: Client): void {
  client.getChannel().then(
    channel => channel.close(),
    () => undefined,
  );
}

class NoAnswer extends Error {}

/** How often a wait is looked at; milliseconds. */
const LOOK_MS = 250;

/**
 * The client's own deadline begins only when it has found a node to ask. Time counts in which an answer could have been
 * heard: a process that was at work all the while must not take the server for silent.
 */
async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  const step = Math.min(ms, LOOK_MS);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const look = (left: number) => {
      if (left <= 0) reject(new NoAnswer(`no answer within ${ms} ms`));
      else timer = setTimeout(look, step, left - step);
    };
    look(ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

interface Outcome {
  readonly error: unknown;
  /** The server is silent, rather than saying that it cannot serve. */
  readonly lostContact: boolean;
}

/** What a failed call means for the caller: what does not come from an outage is passed on as it is. */
function outcomeOf(raw: unknown): Outcome {
  const error = raw instanceof Error ? convertToCommandError(raw) : raw;
  const silent = error instanceof NoAnswer || error instanceof DeadlineExceededError;
  if (isInvalidPosition(error)) return { error: new NoSuchPosition({ cause: error }), lostContact: false };
  const refusal = refusalOf(error);
  if (refusal) return { error: new EngineRefused('EventStoreDB', refusal, error), lostContact: false };
  if (isAtFault(error)) return { error, lostContact: false };
  // A new leader has been found already; the next call goes to it.
  const retryAfter = error instanceof NotLeaderError ? 1 : 2;
  const reason = error instanceof Error ? error.message : String(error);
  const message = `EventStoreDB cannot serve now: ${reason}${NAMELESS.test(reason) ? NAME_THE_NODES : ''}`;
  return { error: new StoreUnavailable(message, { cause: error, retryAfter }), lostContact: silent };
}

/** A read or a subscription from where no record begins. */
export function isInvalidPosition(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const isArgument = 'code' in error && error.code === INVALID_ARGUMENT && /position/i.test(error.message);
  return isArgument || INVALID_POSITION.test(error.message);
}

function refusalOf(error: unknown): RefusalKind | undefined {
  return error instanceof Error && 'code' in error ? REFUSALS.get(error.code) : undefined;
}

function isAtFault(error: unknown): boolean {
  if (error instanceof StoreUnavailable || error instanceof TypeError || error instanceof RangeError) return true;
  return (
    error instanceof Error && 'code' in error && AT_FAULT.has(error.code) && !ENDED_WITHOUT_ANSWER.test(error.message)
  );
}
