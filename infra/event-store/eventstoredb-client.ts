/** The client of EventStoreDB, opened for calls of our own: no compression, no deadline but ours. */
import { EventStoreDBClient } from '@eventstore/db-client';
import { type CallOptions, Metadata, type MetadataValue } from '@grpc/grpc-js';

export type Client = ReturnType<typeof openClient>;

/** What the client's own calls are made of. It has no public way to extend them. */
export function openClient(url: string) {
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

/** What a call of ours is sent with: it goes to the leader, and lasts until it is answered or cancelled. */
export function argumentsOf(client: Client): [Metadata, CallOptions] {
  const [asked, options] = client.callArguments({ requiresLeader: true }, { deadline: Number.POSITIVE_INFINITY });
  const metadata = new Uncompressed();
  metadata.merge(asked);
  return [metadata, options];
}

const ACCEPTED = 'grpc-accept-encoding';

/**
 * The gRPC library offers every server gzip, and has no option against it. A server that takes the offer compresses each
 * answer by itself (KurrentDB from 25.1 on), and a page of events takes several times as long to read.
 */
class Uncompressed extends Metadata {
  override set(key: string, value: MetadataValue): void {
    super.set(key, key.toLowerCase() === ACCEPTED ? 'identity' : value);
  }

  override clone(): Metadata {
    const copy = new Uncompressed(this.getOptions());
    copy.merge(this);
    return copy;
  }
}

/** The client leaves its channel open. Not waited for: a client that has none looks for a node first. */
export function closeChannel(client: Client): void {
  client.getChannel().then(
    channel => channel.close(),
    () => undefined,
  );
}

/** A call that is answered piece by piece. */
export interface Cancellable {
  cancel(): void;
  destroy(): void;
}

/** Destroyed first: of an error on a stream that lives, the client gives up the whole connection. */
export function breakOff(call: Cancellable): void {
  call.destroy();
  call.cancel();
}
