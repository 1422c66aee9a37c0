/**
 * Answers compressed with gzip, one by one, to whoever offers to take them, as servers from 25.1 on do. The gRPC library
 * has no compression for servers of its own, so this reaches into the calls that it makes.
 */
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { gzipSync } from 'node:zlib';
import { type Metadata, type Server, ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';

/** What the library's calls on the server's side have, beside what it tells of them. */
interface Answering {
  readonly stream: ServerHttp2Stream;
  sendMetadata(metadata: Metadata): void;
  serializeMessage(message: unknown): Buffer;
}

interface Listening {
  readonly http2Servers: Map<{ on(event: 'stream', listener: OnStream): void }, unknown>;
}

type OnStream = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

/** A flag and the length of the message. */
const FRAME_HEADER = 5;

export class Compression {
  /** Answers that went out compressed. */
  answers = 0;
  readonly #offered = new WeakMap<ServerHttp2Stream, string>();

  readonly interceptor: ServerInterceptor = (_method, call) => {
    this.#compress(call as unknown as Answering);
    return new ServerInterceptingCall(call);
  };

  /** Hears what its clients offer, from when it listens on. */
  watch(server: Server): void {
    for (const listening of (server as unknown as Listening).http2Servers.keys()) {
      listening.on('stream', (stream, headers) => this.#offered.set(stream, String(headers['grpc-accept-encoding'])));
    }
  }

  #compress(call: Answering): void {
    const isOffered = () => this.#offered.get(call.stream)?.split(',').includes('gzip') ?? false;
    const sendMetadata = call.sendMetadata.bind(call);
    const serializeMessage = call.serializeMessage.bind(call);
    call.sendMetadata = metadata => {
      if (isOffered()) metadata.set('grpc-encoding', 'gzip');
      sendMetadata(metadata);
    };
    call.serializeMessage = message => {
      const frame = serializeMessage(message);
      if (!isOffered()) return frame;
      this.answers += 1;
      const body = gzipSync(frame.subarray(FRAME_HEADER));
      const header = Buffer.alloc(FRAME_HEADER);
      header.writeUInt8(1, 0);
      header.writeUInt32BE(body.length, 1);
      return Buffer.concat([header, body]);
    };
  }
}
