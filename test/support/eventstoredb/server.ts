/**
 * An in-process server that answers the real client over gRPC; not an EventStoreDB. It keeps a log in memory, among
 * records of the system and of others, and misbehaves when told to.
 */
import { promisify } from 'node:util';
import gossipService from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import persistentService from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import featuresService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type {
  AppendReq,
  AppendResp,
  BatchAppendReq,
  BatchAppendResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import * as grpc from '@grpc/grpc-js';
import { Appends } from './appends.ts';
import { Compression } from './compression.ts';
import { Groups } from './groups.ts';
import { busyLog, type Log } from './log.ts';
import * as answers from './messages.ts';
import { invalidPosition, knowsPosition, type ReadCall, Reads } from './reads.ts';
import { faultOf, notLeader, type Refusal, type Refused, refusalOf } from './refusals.ts';
import { Subscriptions } from './subscriptions.ts';

export type Operation = 'append' | 'read' | 'subscribe';

/** What keeps strangers out. */
export interface Protection {
  /** PEM. */
  readonly certificate: { readonly cert: string; readonly key: string };
  readonly user: string;
  readonly password: string;
}

/** What a real server takes as one message. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

export class InProcessServer {
  readonly log: Log;
  readonly appends: Appends;
  readonly reads: Reads;
  readonly subscriptions: Subscriptions;
  readonly groups: Groups;
  /** Taken by those who offer it. */
  readonly compression = new Compression();
  /** Calls that came, also those refused. */
  readonly asked: Record<Operation, number> = { append: 0, read: 0, subscribe: 0 };
  readonly #refusals = new Map<Operation, Refusal>();
  readonly #protection: Protection | undefined;
  #server: grpc.Server | undefined;
  #port = 0;
  #leader: InProcessServer | undefined;
  #invalidPosition = 'InvalidPosition';

  private constructor(log: Log, protection: Protection | undefined) {
    this.log = log;
    this.#protection = protection;
    this.appends = new Appends({
      log,
      refusal: metadata => this.#refusal('append', metadata),
      cut: () => void this.stop().then(() => this.resume()),
    });
    this.reads = new Reads(log);
    this.subscriptions = new Subscriptions(log);
    this.groups = new Groups(log);
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

  /** Answers as servers before 24.2 do where no record begins, and those who follow the log and are too slow. */
  speakAsOldServers(): void {
    this.#invalidPosition = 'Error';
    this.subscriptions.goesBackToCatchingUp = false;
  }

  /** Answers as servers from 25.1 on do there. */
  speakAsNewServers(): void {
    this.#invalidPosition = 'InvalidPosition >> 3107/3107 is not a position of the log';
  }

  /** Stops listening and cuts every connection; the log stays. */
  async stop(): Promise<void> {
    this.#server?.forceShutdown();
    this.#server = undefined;
    this.subscriptions.clear();
  }

  /** Listens again, at the same address. */
  async resume(): Promise<void> {
    const server = new grpc.Server({
      interceptors: [this.compression.interceptor],
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    });
    server.addService(streamsService.StreamsService, {
      append: (call: grpc.ServerReadableStream<AppendReq, AppendResp>, done: grpc.sendUnaryData<AppendResp>) =>
        this.appends.append(call, done),
      batchAppend: (call: grpc.ServerDuplexStream<BatchAppendReq, BatchAppendResp>) => this.appends.share(call),
      read: (call: ReadCall) => this.#read(call),
    } as never);
    server.addService(persistentService.PersistentSubscriptionsService, {
      create: this.groups.create.bind(this.groups),
      read: this.groups.read.bind(this.groups),
    } as never);
    server.addService(gossipService.GossipService, {
      read: (_call: unknown, done: grpc.sendUnaryData<unknown>) => done(null, this.#members()),
    } as never);
    server.addService(featuresService.ServerFeaturesService, {
      getSupportedMethods: (_call: unknown, done: grpc.sendUnaryData<unknown>) => this.#tellFeatures(done),
    } as never);
    const bind = promisify(server.bindAsync.bind(server));
    this.#port = await bind(`127.0.0.1:${this.#port}`, this.#credentials());
    this.compression.watch(server);
    this.#server = server;
  }

  async close(): Promise<void> {
    this.subscriptions.close();
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

  #refusal(operation: Operation, metadata: grpc.Metadata): Refused | undefined {
    this.asked[operation] += 1;
    if (!this.#knows(metadata)) return { fault: refusalOf('not-authenticated') };
    const refusal = this.#refusals.get(operation);
    if (refusal) return refusal;
    const wantsLeader = metadata.get('requires-leader')[0] === 'true';
    return this.#leader && wantsLeader ? { fault: notLeader(this.#leader.#host, this.#leader.#port) } : undefined;
  }

  #read(call: ReadCall): void {
    const asked = answers.readAsked(call.request);
    const refused = this.#refusal(asked.subscribes ? 'subscribe' : 'read', call.metadata);
    if (refused === 'hang') return;
    const isKnown = asked.subscribes ? this.subscriptions.accepts(asked) : knowsPosition(this.log, asked);
    const unknown = isKnown ? undefined : invalidPosition(asked, this.#invalidPosition);
    const fault = refused ? faultOf(refused) : unknown;
    if (fault) call.emit('error', fault);
    else if (asked.subscribes) this.subscriptions.subscribe(call, asked);
    else this.reads.read(call, asked);
  }

  /** Servers before 21.10 have no such question. */
  #tellFeatures(done: grpc.sendUnaryData<unknown>): void {
    const refusal = this.#refusals.get('append');
    if (refusal === 'hang') return;
    if (refusal && refusal !== 'access-denied') done(refusalOf(refusal));
    else if (!this.appends.areShared) done({ code: grpc.status.UNIMPLEMENTED, details: 'Service is unimplemented.' });
    else {
      const methods = [
        supported('streams.streams', 'batchappend'),
        ...['create', 'read'].map(name => supported('persistent_subscriptions.persistentsubscriptions', name, ['all'])),
      ];
      done(null, new features.SupportedMethods().setMethodsList(methods).setEventStoreServerVersion('24.10.14'));
    }
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

function supported(service: string, name: string, more: string[] = []) {
  const method = new features.SupportedMethod().setMethodName(name).setFeaturesList(more);
  return method.setServiceName(`event_store.client.${service}`);
}
