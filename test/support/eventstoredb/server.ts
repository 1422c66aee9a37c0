/**
 * An in-process server that answers the real client over gRPC; not an EventStoreDB. It keeps a log in memory, among
 * records of the system and of others, and misbehaves when told to.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import gossipService from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { AppendReq, AppendResp, ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import * as grpc from '@grpc/grpc-js';
import { Log, type LogRecord, type Proposal } from './log.ts';
import * as answers from './messages.ts';

/** How a call is answered instead: `hang` is not at all. */
export type Refusal = 'unavailable' | 'access-denied' | 'unknown' | 'cannot-read' | 'ended' | 'hang';
export type Operation = 'append' | 'read' | 'subscribe';

/** What keeps strangers out. */
export interface Protection {
  /** PEM. */
  readonly certificate: { readonly cert: string; readonly key: string };
  readonly user: string;
  readonly password: string;
}

const SEARCH_REPORT_MS = 50;

interface Subscriber {
  readonly call: grpc.ServerWritableStream<ReadReq, ReadResp>;
  readonly asked: answers.ReadAsked;
  /** The call stays open, and nothing comes any more. */
  silent: boolean;
}

export class InProcessServer {
  readonly log: Log;
  /** Milliseconds a record that a filtered read goes on searching behind the last one that was asked of it. */
  searchMs = 0;
  /** Milliseconds that a new subscription searches, and says how far it is, before it delivers. */
  catchUpMs = 0;
  /** Calls that came, also those refused. */
  readonly asked: Record<Operation, number> = { append: 0, read: 0, subscribe: 0 };
  /** Reads that the client broke off before their end. */
  brokenOff = 0;
  readonly #subscribers = new Set<Subscriber>();
  readonly #refusals = new Map<Operation, Refusal>();
  readonly #unfollow: () => void;
  readonly #protection: Protection | undefined;
  #server: grpc.Server | undefined;
  #port = 0;
  #leader: InProcessServer | undefined;
  #cutAfterAppend = false;
  #invalidPosition = 'InvalidPosition';

  private constructor(log: Log, protection: Protection | undefined) {
    this.log = log;
    this.#protection = protection;
    this.#unfollow = log.onAppend(records => this.#publish(records));
  }

  /** A node; with another node's log, another node of its cluster. */
  static async start(log = busyLog(), protection?: Protection): Promise<InProcessServer> {
    const server = new InProcessServer(log, protection);
    await server.resume();
    return server;
  }

  get address(): string {
    return `${this.#host}:${this.#port}`;
  }

  /** Certificates are for names. */
  get #host(): string {
    return this.#protection ? 'localhost' : '127.0.0.1';
  }

  get url(): string {
    return `esdb://${this.address}?tls=false`;
  }

  /** Refuses calls until told otherwise. */
  refuse(refusal: Refusal | undefined, operations: readonly Operation[] = ['append', 'read', 'subscribe']): void {
    for (const operation of operations) {
      if (refusal) this.#refusals.set(operation, refusal);
      else this.#refusals.delete(operation);
    }
  }

  /** Names another node as the leader; undefined makes this one the leader again. */
  follow(leader: InProcessServer | undefined): void {
    this.#leader = leader;
  }

  /** Commits the next append, and cuts all connections instead of acknowledging it. */
  cutAfterNextAppend(): void {
    this.#cutAfterAppend = true;
  }

  /** Subscriptions that are open now stay open and deliver nothing any more. */
  silenceSubscriptions(): void {
    for (const subscriber of this.#subscribers) subscriber.silent = true;
  }

  /** Answers as servers before 24.2 do where no record begins. */
  speakAsOldServers(): void {
    this.#invalidPosition = 'Error';
  }

  endSubscriptions(): void {
    for (const { call } of this.#subscribers) call.end();
  }

  breakSubscriptions(): void {
    for (const { call } of this.#subscribers) call.emit('error', refusalOf('unavailable'));
  }

  /** Sends the last records of the log once more to everyone who follows it. */
  redeliver(count: number): void {
    this.#publish(this.log.records.slice(-count));
  }

  get subscriptions(): number {
    return this.#subscribers.size;
  }

  /** Stops listening and cuts every connection; the log stays. */
  async stop(): Promise<void> {
    this.#server?.forceShutdown();
    this.#server = undefined;
    this.#subscribers.clear();
  }

  /** Listens again, at the same address. */
  async resume(): Promise<void> {
    const server = new grpc.Server();
    server.addService(streamsService.StreamsService, {
      append: (call: grpc.ServerReadableStream<AppendReq, AppendResp>, done: grpc.sendUnaryData<AppendResp>) =>
        this.#append(call, done),
      read: (call: grpc.ServerWritableStream<ReadReq, ReadResp>) => this.#read(call),
    } as never);
    server.addService(gossipService.GossipService, {
      read: (_call: unknown, done: grpc.sendUnaryData<unknown>) => done(null, this.#members()),
    } as never);
    const bind = promisify(server.bindAsync.bind(server));
    this.#port = await bind(`127.0.0.1:${this.#port}`, this.#credentials());
    this.#server = server;
  }

  async close(): Promise<void> {
    this.#unfollow();
    await this.stop();
  }

  #credentials(): grpc.ServerCredentials {
    if (!this.#protection) return grpc.ServerCredentials.createInsecure();
    const { cert, key } = this.#protection.certificate;
    return grpc.ServerCredentials.createSsl(null, [{ cert_chain: Buffer.from(cert), private_key: Buffer.from(key) }]);
  }

  #knows(metadata: grpc.Metadata): boolean {
    if (!this.#protection) return true;
    const { user, password } = this.#protection;
    return metadata.get('authorization')[0] === `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  }

  #refusal(operation: Operation, metadata: grpc.Metadata): Partial<grpc.StatusObject> | 'hang' | undefined {
    this.asked[operation] += 1;
    if (!this.#knows(metadata)) return refusalOf('not-authenticated');
    const refusal = this.#refusals.get(operation);
    if (refusal) return refusal === 'hang' ? 'hang' : refusalOf(refusal);
    const wantsLeader = metadata.get('requires-leader')[0] === 'true';
    return this.#leader && wantsLeader ? notLeader(this.#leader.#host, this.#leader.#port) : undefined;
  }

  #append(call: grpc.ServerReadableStream<AppendReq, AppendResp>, done: grpc.sendUnaryData<AppendResp>): void {
    const requests: AppendReq[] = [];
    call.on('data', (request: AppendReq) => requests.push(request));
    call.on('end', () => {
      const refusal = this.#refusal('append', call.metadata);
      if (refusal === 'hang') return;
      if (refusal) {
        done(refusal);
        return;
      }
      const { stream, expected, proposals } = answers.appendAsked(requests);
      const appended = this.log.append(stream, expected, proposals);
      if (this.#cutAfterAppend) {
        this.#cutAfterAppend = false;
        void this.stop().then(() => this.resume());
        return;
      }
      done(null, answers.appendAnswer(appended));
      this.log.append(`$ce-${stream.split('-')[0]}`, undefined, [link(stream)]);
    });
  }

  #read(call: grpc.ServerWritableStream<ReadReq, ReadResp>): void {
    const asked = answers.readAsked(call.request);
    const refusal = this.#refusal(asked.subscribes ? 'subscribe' : 'read', call.metadata);
    if (refusal === 'hang') return;
    const fault = refusal ?? this.#positionFault(asked, this.#invalidPosition);
    if (fault) {
      call.emit('error', fault);
      return;
    }
    if (asked.subscribes) {
      this.#subscribe(call, asked);
      return;
    }
    call.on('cancelled', () => {
      if (!call.writableEnded) this.brokenOff += 1;
    });
    const records = this.#select(asked);
    if (asked.stream !== undefined && this.log.stream(asked.stream).length === 0) {
      call.write(answers.streamNotFound(asked.stream));
    }
    for (const record of records) call.write(answers.eventAnswer(record));
    if (this.searchMs === 0) call.end();
    else setTimeout(() => call.end(), this.searchMs * this.#searchedInVain(asked, records));
  }

  /** A real server ends a filtered read at the next match after those that were asked for, or at the end of its log. */
  #searchedInVain(asked: answers.ReadAsked, found: readonly LogRecord[]): number {
    const last = found.at(-1);
    const goesOn = asked.prefixes && this.#select({ ...asked, count: asked.count + 1 }).length === found.length;
    if (!goesOn) return 0;
    const all = this.log.records.length;
    const at = last ? this.log.indexFrom(last.position) : this.#firstIndex(asked, all);
    return asked.backwards ? at : all - 1 - at;
  }

  #subscribe(call: grpc.ServerWritableStream<ReadReq, ReadResp>, asked: answers.ReadAsked): void {
    const subscriber: Subscriber = { call, asked, silent: false };
    call.on('close', () => this.#subscribers.delete(subscriber));
    call.on('cancelled', () => this.#subscribers.delete(subscriber));
    call.write(answers.confirmation(randomUUID()));
    // A subscription begins after its position.
    const deliver = () => {
      const first = typeof asked.from === 'number' ? this.log.indexFrom(asked.from + 1) : 0;
      this.#send(subscriber, this.log.records.slice(first));
      this.#subscribers.add(subscriber);
    };
    if (this.catchUpMs === 0) deliver();
    else this.#searching(call).then(deliver, () => undefined);
  }

  async #searching(call: Subscriber['call']): Promise<void> {
    const until = performance.now() + this.catchUpMs;
    while (performance.now() < until) {
      await pause(SEARCH_REPORT_MS);
      if (call.cancelled) throw new Error('left');
      call.write(answers.checkpoint(this.log.records[0]?.position ?? 0));
    }
  }

  #publish(records: readonly LogRecord[]): void {
    for (const subscriber of this.#subscribers) this.#send(subscriber, records);
  }

  #send({ call, asked, silent }: Subscriber, records: readonly LogRecord[]): void {
    if (silent) return;
    for (const record of records) {
      call.write(isAskedFor(record, asked) ? answers.eventAnswer(record) : answers.checkpoint(record.position));
    }
  }

  #select(asked: answers.ReadAsked): readonly LogRecord[] {
    const { stream, backwards, count } = asked;
    const source = stream === undefined ? this.log.records : this.log.stream(stream);
    const found: LogRecord[] = [];
    const step = backwards ? -1 : 1;
    for (let at = this.#firstIndex(asked, source.length); found.length < count; at += step) {
      const record = source[at];
      if (!record) break;
      if (isAskedFor(record, asked)) found.push(record);
    }
    return found;
  }

  /** From a position, a backward read of all begins before it; that of a stream begins at its revision. */
  #firstIndex({ stream, from, backwards }: answers.ReadAsked, length: number): number {
    if (from === 'start') return backwards ? -1 : 0;
    if (from === 'end') return backwards ? length - 1 : length;
    if (stream !== undefined) return from;
    return backwards ? this.log.indexFrom(from) - 1 : this.log.indexFrom(from);
  }

  /** Past its end a log can be read, and there is nothing. */
  #positionFault(asked: answers.ReadAsked, detail: string): Partial<grpc.StatusObject> | undefined {
    const { stream, from, subscribes, prefixes } = asked;
    if (stream !== undefined || typeof from !== 'number' || this.log.begins(from) || this.log.endsBefore(from))
      return undefined;
    if (subscribes) return { code: grpc.status.INVALID_ARGUMENT, details: 'Trying to read from an invalid position.' };
    const kind = prefixes ? 'FilteredReadAllResult' : 'ReadAllResult';
    return { code: grpc.status.UNKNOWN, details: `Unexpected ${kind}: ${detail}` };
  }

  #members() {
    const { LEADER, FOLLOWER } = gossip.MemberInfo.VNodeState;
    const member = (port: number, state: typeof LEADER | typeof FOLLOWER) =>
      new gossip.MemberInfo()
        .setIsAlive(true)
        .setState(state)
        .setHttpEndPoint(new gossip.EndPoint().setAddress(this.#host).setPort(port));
    const self = member(this.#port, this.#leader ? FOLLOWER : LEADER);
    const members = this.#leader ? [self, member(this.#leader.#port, LEADER)] : [self];
    return new gossip.ClusterInfo().setMembersList(members);
  }
}

/** Records of the system, of other applications, and of one whose name begins like ours. */
function busyLog(): Log {
  const log = new Log();
  log.append('$settings', -1, [link('any')]);
  for (const stream of ['other.account-a', 'test', 'test-a', 'testing-a', '$stats-127.0.0.1']) {
    log.append(stream, -1, [link(stream), link(stream), link(stream)]);
  }
  return log;
}

function link(stream: string): Proposal {
  const data = Buffer.from(`0@${stream}`);
  return { id: randomUUID(), type: '$>', contentType: 'application/octet-stream', data, metadata: Buffer.from('') };
}

function isAskedFor(record: LogRecord, { prefixes }: answers.ReadAsked): boolean {
  return prefixes === undefined || prefixes.some(prefix => record.stream.startsWith(prefix));
}

function refusalOf(refusal: Exclude<Refusal, 'hang'> | 'not-authenticated') {
  const metadata = new grpc.Metadata();
  if (refusal === 'access-denied') metadata.set('exception', 'access-denied');
  const code = {
    unavailable: grpc.status.UNAVAILABLE,
    'access-denied': grpc.status.PERMISSION_DENIED,
    unknown: grpc.status.UNKNOWN,
    'cannot-read': grpc.status.UNKNOWN,
    // What the client makes of a call that ends well without an answer, as writes do in an election before 24.10.3.
    ended: grpc.status.UNIMPLEMENTED,
    'not-authenticated': grpc.status.UNAUTHENTICATED,
  }[refusal];
  // Of a file that cannot be read, servers before 24.2 say just what they say of an invalid position.
  const details =
    { 'cannot-read': 'Unexpected FilteredReadAllResult: Error', ended: 'No message received' }[refusal as string] ??
    `planted: ${refusal}`;
  return Object.assign(new Error(refusal), { code, details, metadata });
}

function notLeader(leaderHost: string, leaderPort: number) {
  const metadata = new grpc.Metadata();
  metadata.set('exception', 'not-leader');
  metadata.set('leader-endpoint-host', leaderHost);
  metadata.set('leader-endpoint-port', String(leaderPort));
  return Object.assign(new Error('not leader'), {
    code: grpc.status.NOT_FOUND,
    details: 'Leader info available',
    metadata,
  });
}
